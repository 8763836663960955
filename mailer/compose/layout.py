"""A campaign laid out once in its template: HTML, text and MIME, with slots still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from mailer.compose import flow, mjml, template, tree, walk
from mailer.compose.campaign import Campaign
from mailer.compose.external import address_of, host_of
from mailer.compose.figures import with_figures
from mailer.compose.first_question import with_choices
from mailer.compose.followed import FOLLOWED_SLOTS
from mailer.compose.frame import build_frame, content_id
from mailer.compose.links import Addresses, hosted_name
from mailer.compose.marks import Marks
from mailer.compose.materials import House, Materials
from mailer.compose.plain import PlainWriter
from mailer.compose.slots import PREFERENCES_SLOT, QUESTIONNAIRE_SLOT, SLOTS
from mailer.compose.typeset import typeset
from mailer.compose.typography import typeset as typeset_text
from mailer.model import Asset, Frame, Slotted, Variant
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one layout becomes."""

    html: Slotted
    text: Slotted
    frame: Frame

    def under(self, subject: Slotted) -> Variant:
        """The same under a subject."""
        return Variant(subject=subject, html=self.html, text=self.text, frame=self.frame)


class Layout:
    """The work in progress of one edition, or of one of its variants."""

    def __init__(
        self,
        campaign: Campaign,
        design: template.Template,
        house: House,
        materials: Materials,
        public_id: str,
        first_link: int = 1,
        *,
        counting: bool = True,
    ) -> None:
        self.campaign, self.design, self.house, self.materials = campaign, design, house, materials
        self.marks = Marks(campaign.marks.letters, list(campaign.marks.tags), set(campaign.marks.fields))
        self.hosted = bool(house.site) and campaign.images != "cid"
        self.images: dict[str, Asset] = {}
        tracked = bool(house.site) and campaign.tracking != "none" and counting
        self.followed = tracked and campaign.tracking == "individual"
        self.external = address_of(campaign.questionnaire_url, public_id, campaign.language)
        own = len(self.external) > 1
        slot = self.marks.output(QUESTIONNAIRE_SLOT) if own or materials.ballots else ""
        self.addresses = Addresses(
            house.site,
            public_id,
            tracked,
            "" if own else self.external[0],
            materials.files,
            asked=materials.asked,
            ballot=slot if materials.ballots else "",
            own=slot if own else "",
            slot=self.marks.output if self.followed else None,
            first=first_link,
        )
        language = campaign.language
        shown = (with_figures(tract, materials.figures, language) for tract in campaign.tracts)
        asked = (with_choices(tract, materials.first, language) for tract in shown)
        self.tracts = [typeset(tract, language) for tract in asked]
        self.title = self._typeset_subject(campaign.subject)
        self.view_url = f"{house.site}/v/{public_id}" if house.site else ""
        self.common = self._common(tracked)

    def sheet(self) -> Sheet:
        """HTML, text and frame, their slots open."""
        page = self.design.placed(lambda: mjml.to_html(self.mjml(), language=self.campaign.language))
        html = self.marks.open(page.rstrip("\n") + "\n")
        text = self.marks.open(self.plain())
        inline = () if self.hosted else tuple(self.images.values())
        frame = build_frame(text, html, inline, self.materials.attachments, self.campaign.language)
        return Sheet(html=html, text=text, frame=frame)

    def subject(self, subject: str) -> Slotted:
        """One of the campaign's subjects as an inbox shows it."""
        return self.marks.open(self._typeset_subject(subject))

    def _typeset_subject(self, subject: str) -> str:
        prefix = f"{self.house.subject_prefix} " if self.house.subject_prefix else ""
        return typeset_text(prefix + subject, self.campaign.language)

    def mjml(self) -> str:
        """The layout filled with the tracts."""
        writer = flow.Flow(
            self.design.macros(bars=bool(self.materials.figures)), self._address, self._picturing
        )
        tracts = [
            {
                "title": writer.inlines(tract.title),
                "anchor": f"tract-{number}",
                "bands": writer.bands(tract.blocks),
            }
            for number, tract in enumerate(self.tracts, 1)
        ]
        return self.design.render(template.LAYOUT, {**self.common, "tracts": tracts, "logo": self._logo()})

    def plain(self) -> str:
        """The text part; links carry the numbers they have in the HTML, since addresses are shared."""
        writer = PlainWriter(self._address, self.marks.blank)
        values = {
            **self.common,
            "tracts": [self._plain_tract(tract, writer) for tract in self.tracts],
            "title_text": writer.heading((tree.Run(self.title),), 1),
            "logo": None,
        }
        text = self.design.render(template.PLAIN, values)
        return text.rstrip("\n") + "\n"

    def _address(self, href: str, words: str) -> str:
        return self.addresses.final(href, " ".join(self.marks.blank(words).split()))

    def _plain_tract(self, tract: tree.Tract, writer: PlainWriter) -> Mapping[str, str]:
        known = len(writer.notes)
        text = writer.tract(tract.blocks)
        notes = [f"[{number}] {note}" for number, note in enumerate(writer.notes[known:], known + 1)]
        return {
            "title": walk.words(tract.title),
            "title_text": writer.heading(tract.title, 1 if len(self.tracts) == 1 else 2),
            "text": "\n\n".join(filter(None, [text, "\n".join(notes)])),
        }

    def _common(self, tracked: bool) -> dict[str, object]:
        language = self.campaign.language

        def say(msgid: str, **values: object) -> str:
            # Values as texts: str.format would lead from an object to Python's own (CVE-2016-10745).
            return Text(msgid, **{name: str(value) for name, value in values.items()}).say(language)

        return {
            "_": say,
            "language": language,
            "title": self.title,
            "preheader": typeset_text(self.campaign.preheader, language),
            "organisation": self.house,
            "several": len(self.tracts) > 1,
            "view_url": self.view_url,
            "privacy_url": f"{self.house.site}/privacy" if self.house.site else "",
            "forward_url": self._forward(),
            "tracked": tracked,
            **{name: self.marks.output(name) if self.followed else "" for name in FOLLOWED_SLOTS},
            "bars": bool(self.materials.figures),
            "identified_by": host_of(self.external) if self.addresses.own else "",
            **{name: self.marks.output(name) for name in SLOTS},
            PREFERENCES_SLOT: self.marks.output(PREFERENCES_SLOT) if self.house.site else "",
        }

    def _forward(self) -> str:
        if not self.view_url:
            return ""
        # The page in the browser, never this mail: forwarded, it would hand over its unsubscribe link.
        words = self.title if not self.marks.tags_in(self.title) else walk.words(self.tracts[0].title)
        subject = self.marks.blank(words).strip()
        return f"mailto:?subject={quote(subject)}&body={quote(self.view_url)}"

    def _picturing(self, picture: tree.Picture) -> flow.Picturing:
        asset = self.materials.files[picture.source]
        return flow.Picturing(self._source(asset), min(picture.width or asset.width, asset.width))

    def _source(self, asset: Asset) -> str:
        self.images.setdefault(asset.digest, asset)
        if self.hosted:
            return f"{self.house.site}/i/{hosted_name(asset)}"
        return f"cid:{content_id(asset)}"

    def _logo(self) -> Mapping[str, object] | None:
        asset = self.materials.logo
        if asset is None:
            return None
        said = self.design.theme.get("logo", {})
        return {
            "src": self._source(asset),
            "alt": said.get("alt") or self.house.name,
            "width": said.get("width", asset.width),
            "height": said.get("height", asset.height),
        }
