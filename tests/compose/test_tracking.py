"""What each way of counting puts into a mail: the same addresses for everybody, or direct ones (G11, G12)."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from mailer.compose.audit import audit
from mailer.compose.edition import compile_edition
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.message import MessageWriter
from mailer.findings import Place
from mailer.model import Edition, Recipient
from mailer.tokens.links import link_token
from tests.compose.campaigns import (
    DATE,
    HOUSE,
    KEYS,
    MATERIALS,
    PUBLIC_ID,
    SITE,
    campaign,
    codes,
    edition,
    read,
    source,
    sources,
    tract_template,
)
from tests.golden.samples import CAMPAIGNS, draft_of

ZOE = Recipient(
    subscriber=7, email="zoe@example.org", list="sample", fields={"first_name": "Zoé", "last_name": "Lefèvre"}
)
SEAN = Recipient(subscriber=8, email="sean@example.net", list="sample", fields={"first_name": "Sean"})
BODY = """# T

Bonjour {{ first_name }}, [lire l’accord](https://example.org/a), [l’appel](tract.pdf).

![Une vue](a.png)

[Donner son avis](questionnaire:){.button}
"""
FRONT = 'questionnaire = "questionnaire.toml"\n'


class Page(HTMLParser):
    """What a reader may follow, and what a mail program fetches by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.followed: list[str] = []
        self.fetched: list[str] = [unescape(one) for one in re.findall(r"url\(([^)]*)\)", page)]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sorts an element's addresses."""
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.followed.append(value or "")
            elif name in {"href", "src", "srcset", "background", "poster", "data"}:
                self.fetched.append(value or "")


def every_block(tracking: str) -> Edition:
    draft = draft_of(CAMPAIGNS["every-block"])
    assert draft.campaign is not None
    assert draft.template is not None
    assert draft.house is not None
    house = replace(draft.house, site=SITE)
    campaign = replace(draft.campaign, tracking=tracking)
    return compile_edition(campaign, draft.template, house, draft.materials, PUBLIC_ID)


def page(one: Edition, reader: Recipient) -> str:
    return fill_page(one.html, MessageWriter(one, KEYS).values(reader))


def addresses(text: str) -> list[str]:
    return re.findall(r"https?://[^\s<>\"]+", text)


@pytest.mark.parametrize("tracking", ["none", "aggregate"])
def test_addresses_are_the_same_for_two_people_but_the_one_to_leave(tracking: str) -> None:
    one = every_block(tracking)
    of_zoe, of_sean = (Page(page(one, reader)) for reader in (ZOE, SEAN))
    assert of_zoe.fetched == of_sean.fetched  # no image tells who opens
    assert len(of_zoe.fetched) >= 2
    differing = {
        re.sub("/[up]/.*", "", link)
        for pair in zip(of_zoe.followed, of_sean.followed, strict=True)
        if pair[0] != pair[1]
        for link in pair
    }
    assert differing == {SITE}
    texts = [fill_text(one.text, MessageWriter(one, KEYS).values(reader)) for reader in (ZOE, SEAN)]
    plain = [
        [address for address in addresses(text) if not address.startswith((f"{SITE}/u/", f"{SITE}/p/"))]
        for text in texts
    ]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("tracking", ["none", "aggregate"])
def test_no_image_is_there_only_to_be_fetched(tracking: str) -> None:
    images = re.findall(r"<img[^>]*>", page(every_block(tracking), ZOE))
    assert images
    for image in images:
        width = re.search(r'width="(\d+)"', image)
        assert width is not None
        assert int(width[1]) > 1
        assert re.search(rf'src="{SITE}/i/[0-9a-f]{{64}}\.\w+"', image)


def test_counting_nothing_leaves_no_counted_address_anywhere() -> None:
    one = edition(BODY, FRONT + 'tracking = "none"\n')
    assert one.links == ()
    message = MessageWriter(one, KEYS).write(replace(ZOE, list="adherents"), DATE).as_bytes()
    assert b"/l/" not in message
    reader = replace(ZOE, list="adherents")
    html, text = page(one, reader), fill_text(one.text, MessageWriter(one, KEYS).values(reader))
    for said in (html, text):
        assert {"https://example.org/a", f"{SITE}/q/{PUBLIC_ID}"} <= set(addresses(said))
        assert "Les clics sont comptés" not in " ".join(said.split())
        assert "Nous ne savons pas qui clique" in " ".join(said.split())


def test_counting_together_is_said_in_the_mail() -> None:
    one = edition(BODY, FRONT)
    html = page(one, replace(ZOE, list="adherents"))
    assert [link.destination for link in one.links] == ["https://example.org/a", f"{SITE}/q/{PUBLIC_ID}"]
    assert "Les clics sont comptés pour tout le monde ensemble." in html


def test_the_ways_of_counting_differ_in_addresses_alone() -> None:
    counted, direct = edition(BODY, FRONT), edition(BODY, FRONT + 'tracking = "none"\n')
    html = page(counted, replace(ZOE, list="adherents"))
    for link in counted.links:
        html = html.replace(f"{SITE}/l/{PUBLIC_ID}/{link.number}", link.destination)
    told = "Les clics sont comptés pour tout le monde ensemble. "
    assert html.replace(told, "") == page(direct, replace(ZOE, list="adherents"))


def test_only_who_agreed_has_links_of_their_own() -> None:
    one = edition(BODY, FRONT + 'tracking = "individual"\n')
    reader = replace(ZOE, list="adherents")
    agreed, other = (MessageWriter(one, KEYS).values(replace(reader, followed=on)) for on in (True, False))
    for fill, said in ((fill_page, one.html), (fill_text, one.text)):
        of_all, own = (set(addresses(fill(said, values))) for values in (other, agreed))
        assert own - of_all == {f"{SITE}/l/{PUBLIC_ID}/1/{link_token(KEYS, PUBLIC_ID, 7)}"}
        assert of_all - own == {"https://example.org/a"}  # straight there, as if nothing were counted
        assert f"{SITE}/l/{PUBLIC_ID}/2" in own & of_all  # the questionnaire: one address for everybody
    assert [(link.destination, link.own) for link in one.links] == [
        ("https://example.org/a", True),
        (f"{SITE}/q/{PUBLIC_ID}", False),
    ]


def test_each_is_told_what_is_known_of_them() -> None:
    one = edition(BODY, FRONT + 'tracking = "individual"\n')
    for followed in (True, False):
        values = MessageWriter(one, KEYS).values(replace(ZOE, list="adherents", followed=followed))
        for said in (fill_page(one.html, values), fill_text(one.text, values)):
            words = " ".join(said.split())
            assert ("Vous avez accepté que nous sachions" in words) is followed
            assert ("Nous ne savons pas qui clique" in words) is not followed
            assert "votre employeur peut voir" in words
            assert "pour tout le monde ensemble" not in words
        message = MessageWriter(one, KEYS).write(replace(ZOE, list="adherents", followed=followed), DATE)
        assert (
            link_token(KEYS, PUBLIC_ID, 7).encode() in message.as_bytes().replace(b"=\r\n", b"")
        ) is followed


def test_pages_of_ours_are_never_somebody_s_own() -> None:
    """Who came on a day, beside who answered on it, would join answers to people."""
    ours = f"[deux]({SITE}/q/abc) [trois]({SITE}/r/abc) [quatre](questionnaire:)"
    body = f"# T\n\n[un](https://example.org/a) {ours}\n"
    elsewhere = edition(body, 'tracking = "individual"\nquestionnaire = "https://survey.example/1"\n')
    assert {link.destination for link in elsewhere.links if link.own} == {"https://example.org/a"}
    assert len(elsewhere.links) == 4


def test_without_a_site_nobody_is_followed() -> None:
    one = edition("# T\n\n[a](https://example.org/a)\n", 'tracking = "individual"\n', site="")
    assert one.links == ()
    assert "https://example.org/a" in page(one, replace(ZOE, list="adherents", followed=True))


def test_a_template_of_before_does_not_pass_for_one_that_says_so() -> None:
    layout, plain = Place("layout.mjml"), Place("layout.txt")
    old = {
        name: content.replace("{{ tracking_words }}", "").replace("{{ tracking_words_lines }}", "")
        for name, content in tract_template().sources.items()
    }
    for front, expected in (('tracking = "individual"\n', [layout, plain]), ("", [])):
        one = compile_edition(campaign(BODY, FRONT + front), sources(old), HOUSE, MATERIALS, PUBLIC_ID)
        found = audit(one, Place("x.md"), layout, plain)
        assert [fault.place for fault in found if fault.code == "no-tracking-words"] == expected


def test_what_is_no_way_of_counting() -> None:
    _, findings = read(source("# T\n\nx\n", 'tracking = "pixel"\n'))
    assert codes(findings) == ["bad-value"]
