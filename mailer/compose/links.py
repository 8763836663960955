"""Where a link may lead, and the address it gets in the mail."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mailer.compose.marks import Marks
from mailer.findings import Finding, Place, error, warning
from mailer.model import Asset, TrackedLink
from mailer.words import Text

QUESTIONNAIRE = "questionnaire:"
OWN_LINK = "link_url_{number}"  # the slot of a link that is its reader's own, if they agreed to it
RESULTS = "results:"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+", re.IGNORECASE)
_VAGUE = re.compile(
    r"(cliquez\s+)?ici|cliquer\s+ici|lien|ce\s+lien|en\s+savoir\s+plus|lire\s+la\s+suite|"
    r"click\s+here|here|link|this\s+link|read\s+more",
    re.IGNORECASE,
)


def kind(href: str) -> str:
    """questionnaire, results, web, mailto, tel, file (beside the campaign) or unknown."""
    if href == QUESTIONNAIRE:
        return "questionnaire"
    if href.startswith(RESULTS):
        return "results" if len(href) > len(RESULTS) else "unknown"
    found = _SCHEME.match(href)
    if found is None:
        return "unknown" if href.startswith(("/", "\\", "#", "?")) or not href else "file"
    scheme = found[0][:-1].lower()
    return {"http": "web", "https": "web", "mailto": "mailto", "tel": "tel"}.get(scheme, "unknown")


def check_link(href: str, words: str, place: Place, marks: Marks, *, questionnaire: bool) -> list[Finding]:
    """What is wrong with one link: its address, then what it says."""
    return _address_faults(href, place, marks, questionnaire=questionnaire) + _wording_faults(words, place)


def _address_faults(href: str, place: Place, marks: Marks, *, questionnaire: bool) -> list[Finding]:
    if marks.tags_in(href):
        return [
            error(
                "field-in-address",
                place,
                Text("a placeholder stands in an address"),
                Text("an address is the same for everybody, so that nobody can be followed: remove it"),
            )
        ]
    match kind(href):
        case "unknown":
            return [_unknown_scheme(href, place)]
        case "questionnaire" if not questionnaire:
            return [
                error(
                    "no-questionnaire",
                    place,
                    Text("this link leads to a questionnaire, and the campaign names none"),
                    Text("add to the front matter: {line}", line='questionnaire = "questionnaire.toml"'),
                )
            ]
        case "web":
            return _web_faults(href, place)
        case "mailto" if "@" not in href:
            return [_unknown_scheme(href, place)]
        case "tel" if not re.search(r"\d", href):
            return [_unknown_scheme(href, place)]
    return []


def web_fault(href: str) -> Text | None:
    """Why an http(s) address cannot be used, or None."""
    try:
        parts = urlsplit(href)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return Text("the address '{href}' is malformed", href=href)
    if not host or parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return Text("the address '{href}' is malformed", href=href)
    if re.search(r"[\x00-\x20\\]", href):
        return Text("the address '{href}' is malformed", href=href)
    if "@" in parts.netloc:
        return Text("the address '{href}' carries a name or a password", href=href)
    return None


def _web_faults(href: str, place: Place) -> list[Finding]:
    fault = web_fault(href)
    if fault is not None:
        return [error("bad-address", place, fault, Text("write https://…"))]
    if href.lower().startswith("http:"):
        return [
            warning(
                "link-http",
                place,
                Text("'{href}' is not protected", href=href),
                Text("use https:// where the site offers it"),
            )
        ]
    return []


def _wording_faults(words: str, place: Place) -> list[Finding]:
    if not words.strip():
        return [
            error(
                "empty-link",
                place,
                Text("this link has no words"),
                Text("write between the square brackets where it leads"),
            )
        ]
    if _VAGUE.fullmatch(words.strip(" .…!:>»→")):
        return [
            warning(
                "vague-link",
                place,
                Text("'{words}' does not say where the link leads", words=words.strip()),
                Text("screen readers list links alone: name what one finds there"),
            )
        ]
    return []


def _unknown_scheme(href: str, place: Place) -> Finding:
    return error(
        "bad-address",
        place,
        Text("'{href}' is not an address a mail can lead to", href=href),
        Text("use https://…, mailto:…, tel:…, questionnaire:, results:… or a PDF beside the campaign"),
    )


@dataclass(slots=True)
class Addresses:
    """Gives every link of an edition its final address, numbering those that are counted.

    One number for each destination, whoever reads: the address is the same for all (standards.md, G12).
    """

    site: str
    public_id: str
    tracked: bool
    questionnaire: str  # its address, or empty for the page at /q/
    files: Mapping[str, Asset]
    asked: str = ""  # the campaign whose questionnaire it is (its public id); empty: this one
    ballot: str = ""  # the slot of an address with its reader's ballot; empty: the page is one for all
    own: str = ""  # that of an address elsewhere that is its reader's: counting it would log who answers
    slot: Callable[[str], str] | None = None  # opens a slot, where links are their readers' own
    first: int = 1  # number of the first one: a second edition goes on counting
    links: list[TrackedLink] = field(default_factory=list)

    def final(self, href: str, label: str) -> str:
        """The address to print for what the author wrote as `href`."""
        if href.startswith(f"{QUESTIONNAIRE}?"):
            return self._ticked(href.partition("?")[2], label)
        match kind(href):
            case "questionnaire" if self.ballot:
                # Never through /l/, where ballot and click would meet: the page counts under its number.
                self._counted(self._page(), label)
                return self.ballot
            case "questionnaire" if self.own:
                return self.own
            case "questionnaire":
                return self._counted(self.questionnaire or self._page(), label)
            case "web":
                return self._counted(href, label)
            case "file":
                return f"{self.site}/i/{hosted_name(self.files[href])}"
        return href

    def _ticked(self, choice: str, label: str) -> str:
        """The page with a box that is ticked; one number for each choice, the same for all readers.

        With ballots the page counts, under its own number.
        """
        if self.ballot:
            self._counted(self._page(), label)
            return f"{self.ballot}?{choice}"
        return self._counted(f"{self._page()}?{choice}", label)

    def _page(self) -> str:
        return f"{self.site}/q/{self.asked or self.public_id}"

    def _counted(self, destination: str, label: str) -> str:
        if not self.tracked:
            return destination
        for link in self.links:
            if link.destination == destination:
                break
        else:
            number, own = self.first + len(self.links), self._is_own(destination)
            link = TrackedLink(number=number, destination=destination, label=label, own=own)
            self.links.append(link)
        if link.own and self.slot is not None:
            return self.slot(OWN_LINK.format(number=link.number))
        return f"{self.site}/l/{self.public_id}/{link.number}"

    def _is_own(self, destination: str) -> bool:
        """Never of a questionnaire, nor of any page here: who came on a day, beside who answered on it, would
        join the answers to people."""
        ours = destination.startswith(f"{self.site}/") or destination == self.questionnaire
        return self.slot is not None and not ours


def hosted_name(asset: Asset) -> str:
    """The file's name at `/i/`: its content's digest, the same for everybody."""
    return f"{asset.digest}.{asset.suffix}"
