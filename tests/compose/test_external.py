"""A questionnaire that lives elsewhere: what its address may say, of the campaign and of a person."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.campaign import Campaign
from mailer.compose.edition import compile_edition
from mailer.compose.reading import read_campaign
from mailer.findings import Finding, has_errors
from mailer.model import Edition
from tests.compose.campaigns import (
    FILE,
    HOUSE,
    KNOWN,
    MATERIALS,
    PUBLIC_ID,
    SITE,
    message,
    page,
    source,
    text,
    tract_template,
)

BODY = "# T\n\n[Donner son avis](questionnaire:){.button}\n"
HERE = "https://enquete.example.org"
TOKEN = 'identifiers = ["token"]\n'


def read(address: str, front: str = "") -> tuple[Campaign | None, list[Finding]]:
    """The campaign whose questionnaire is `address`; its list has tokens."""
    known = replace(KNOWN, fields=(*KNOWN.fields, "token"))
    return read_campaign(source(BODY, f'questionnaire = "{address}"\n{front}'), "x", FILE, known)


def laid_out(address: str, front: str = "", *, site: str = SITE) -> Edition:
    campaign, findings = read(address, front)
    assert campaign is not None
    assert not has_errors(findings), [one.say("en") for one in findings]
    return compile_edition(campaign, tract_template(), replace(HOUSE, site=site), MATERIALS, PUBLIC_ID)


FAULTS = [
    (f"{HERE}/1?token={{{{ token }}}}", "", "identity", "{{ token }}"),
    (f"{HERE}/1?email={{{{ email }}}}", "", "identity", "{{ email }}"),
    (f"{HERE}/1?x={{{{ first_name }}}}", 'identifiers = "first_name"\n', "identity", "{{ first_name }}"),
    (f"{HERE}/1?x={{{{ prénom }}}}", "", "identity", "{{ prénom }}"),
    (f"{HERE}/1?token={{{{ tokn }}}}", 'identifiers = "tokn"\n', "unknown-field", "{{ tokn }}"),
    (f"{HERE}/1?token={{{{ token|upper }}}}", TOKEN, "identity", "{{ token|upper }}"),
    (f"{HERE}/1?token=x{{{{ token }}}}", TOKEN, "identity", "{{ token }}"),
    (f"{HERE}/{{{{ token }}}}", TOKEN, "identity", "{{ token }}"),
    (f"{HERE}/1?token=a1b2", "", "identity", "token=a1b2"),
    (f"{HERE}/1?lang=fr&Uid=12", "", "identity", "Uid=12"),
    (f"{HERE}/1?a=1;user_id=12", "", "identity", "user_id=12"),
    (f"{HERE}/1?t%6fken=12", "", "identity", "t%6fken=12"),
    (f"{HERE}/1?courriel=zoe@example.org", "", "identity", "courriel="),
    (f"{HERE}/1/token/a1b2/lang/fr", "", "identity", "token/a1b2"),
    (f"{HERE}/1?from={{titre}}", "", "bad-address", "{titre}"),
    (f"{HERE}/1?from={{campaign", "", "bad-address", "{campaign"),
    ("https://{campaign}.example.org/", "", "bad-address", '"https://'),
    ("https://{{ token }}.example.org/", TOKEN, "bad-address", '"https://'),
    ("http://enquete.example.org/{language}", "", "bad-address", '"http://'),
    (f"{HERE}/1", TOKEN, "identity", '["token"]'),
]


@pytest.mark.parametrize("address, front, code, pointed", FAULTS)
def test_what_is_refused_and_where(address: str, front: str, code: str, pointed: str) -> None:
    lines = source(BODY, f'questionnaire = "{address}"\n{front}').split("\n")
    found = read(address, front)[1]
    assert (found[0].code, has_errors(found)) == (code, True)
    assert lines[found[0].place.line - 1][found[0].place.column - 1 :].startswith(pointed)
    assert found[0].say("fr") != found[0].say("en")


@pytest.mark.parametrize(
    "address, front",
    [
        (f"{HERE}/1?lang={{language}}&from={{campaign}}", ""),
        (f"{HERE}/{{language}}/{{campaign}}#debut", ""),
        (f"{HERE}/1?newtest=Y", ""),
        (f"{HERE}/1?id=12&name=enquete", ""),
        (f"{HERE}/tokens/1?step=2", ""),
        (f"{HERE}/1?token={{{{ token }}}}&lang={{language}}", TOKEN),
        (f"{HERE}/1?t={{{{token}}}}", TOKEN),
        (f"{HERE}/survey/token/{{{{ token }}}}/lang/fr", TOKEN),
        (f"{HERE}/1?uid=12", 'identifiers = ["uid"]\n'),  # a survey's number, says the author
    ],
)
def test_what_may_stand_in_an_address(address: str, front: str) -> None:
    assert [one.say("en") for one in read(address, front)[1]] == []


def test_campaign_and_language_are_the_same_for_everybody_and_counted() -> None:
    edition = laid_out(f"{HERE}/1?lang={{language}}&from={{campaign}}")
    assert [link.destination for link in edition.links] == [f"{HERE}/1?lang=fr&from={PUBLIC_ID}"]
    assert edition.questionnaire == ()
    assert f"{SITE}/l/{PUBLIC_ID}/1" in text(edition)
    direct = laid_out(f"{HERE}/1?lang={{language}}&from={{campaign}}", 'tracking = "none"\n')
    assert f"{HERE}/1?lang=fr&from={PUBLIC_ID}\n" in text(direct)
    assert f'href="{HERE}/1?lang=fr&amp;from={PUBLIC_ID}"' in page(direct)


@pytest.mark.parametrize("site", [SITE, ""])
def test_each_persons_own_link_is_direct_encoded_and_told(site: str) -> None:
    edition = laid_out(f"{HERE}/1?token={{{{ token }}}}&lang={{language}}", TOKEN, site=site)
    assert edition.links == ()
    assert edition.fields == {"token"}
    own = f"{HERE}/1?token=a%26b%20%C3%A9&lang=fr"
    assert f"\n{own}\n" in text(edition, token="a&b é")
    assert f'href="{own.replace("&lang", "&amp;lang")}"' in page(edition, token="a&b é")
    assert "/l/" not in page(edition, token="a")
    assert f"{HERE}/1?token=&lang=fr\n" in text(edition)  # the questionnaire asks for it
    for said in (page(edition), text(edition)):
        assert "enquete.example.org peut savoir" in " ".join(said.split())
    assert "peut savoir" not in text(laid_out(f"{HERE}/1"))


@pytest.mark.parametrize(
    "piece", ["{{", "{{ ", "{", "}", "?", "/", "/token", "&a", "&a=", ";", "{{ x }}", "{campaign}", " ", "%"]
)
def test_any_address_is_read_in_no_time(piece: str) -> None:
    begun = time.perf_counter()
    read(f"{HERE}/{piece * (200_000 // len(piece))}", TOKEN)
    assert time.perf_counter() - begun < 5


def test_no_field_passes_for_the_address() -> None:
    edition = laid_out(f"{HERE}/1?token={{{{ token }}}}", TOKEN)
    assert f"{HERE}/1?token=a\n" in text(edition, token="a", questionnaire_url="https://evil.example/")


@given(token=st.text(max_size=40))
def test_no_token_leaves_its_parameter(token: str) -> None:
    edition = laid_out(f"{HERE}/1?token={{{{ token }}}}&lang=fr", TOKEN)
    line = next(one for one in text(edition, token=token).split("\n") if one.startswith(HERE))
    own = line.removeprefix(f"{HERE}/1?token=").removesuffix("&lang=fr")
    assert set(own) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")
    assert message(edition, token=token).as_bytes().isascii()
