"""/ and /privacy: what the law wants said (GDPR, articles 13 and 14; standards.md, G1 to G6)."""

import re

import pytest
from httpx import Response

from tests.web.premises import SETTINGS, Premises, says

BASES = {
    "members": ("9.2.d", "You gave us your address when you joined, or since then."),
    "contact": ("9.2.d", "You gave us your address yourself when we met."),
    "consent": ("9.2.a", "You gave us your address when you agreed to receive our messages."),
    "given": ("6.1.f", "You gave us your address yourself."),
    "agreement": (
        "L2142-6",
        "Your work address was made available to trade unions under the company agreement.",
    ),
    "employer_permission": (
        "6.1.f",
        "Your work address was made available to trade unions with the employer’s permission.",
    ),
}
CNIL = (
    "If our answer does not satisfy you, you may complain to the CNIL, the French data protection "
    "authority: 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr."
)
PURPOSE = (
    "To send you information about working life and trade union action, and to ask your opinion. Your "
    "data serves no other purpose; no decision about you is made from it."
)
COUNTED = (
    "How many times each link is followed on each day, for everyone together. We do not know who clicks, "
    "nor who opens a message. There is no cookie on this site, no script, nothing from another site, and "
    "it writes down no address of your device."
)
RIGHTS = (
    "You may ask for a copy of your data, also in a form that another service can read, have it corrected "
    "or erased, have its use frozen, object to it, and say what is to become of it after your death. Where "
    "you gave your consent, you may take it back: what was sent before stays lawful. Write to {contact}: we "
    "answer within a month."
)
FREE = (
    "Nothing obliges you to give it: without an address, we cannot write to you, and nothing else follows "
    "from it."
)
KEPT = (
    "Your address and your name: as long as you are on one of our lists; after that with the note that you "
    "have left, so that nobody puts you back by mistake, until you ask us to erase them."
)
YOURSELF = (
    "You need not wait for us: the link to choose what you receive, in each message, leads to a page that "
    "has another one sent to you, behind which you see, correct, take along and erase your data yourself."
)
CONTACT = {"contact": "contact@example.org"}
SAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("Your data and your rights", {}),
    ("Who is responsible", {}),
    ("Legal representative, and director of this publication: {name}", {"name": "Camille Durand"}),
    ("Data protection officer: {name}", {"name": "dpo@example.org"}),
    (PURPOSE, {}),
    ("Reference: {reference}.", {"reference": "accord du 3 mars 2025"}),
    (COUNTED, {}),
    (RIGHTS, CONTACT),
    ("You no longer have any message? Write to {contact} from the address concerned.", CONTACT),
    (CNIL, {}),
    (FREE, {}),
    (YOURSELF, {}),
    (KEPT, {}),
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_all_that_must_be_said_is(premises: Premises, language: str) -> None:
    page = premises.visitor.get("/privacy", headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert [sentence for sentence, values in SAID if not says(page, sentence, language, **values)] == []
    assert "1 rue de l’Exemple\n75000 Paris" in page.text
    assert 'href="mailto:contact@example.org"' in page.text
    assert re.search(r'<h2 id="leave">', page.text)  # where views of mails lead


def test_the_two_languages_say_the_same(premises: Premises) -> None:
    pages = [
        premises.visitor.get("/privacy", headers={"accept-language": language}).text
        for language in ("fr", "en")
    ]
    shapes = [re.findall(r"<(?:h\d|p|li|address)\b", page) for page in pages]
    assert shapes[0] == shapes[1]
    assert not set(re.findall(r"<(?:p|li)[^>]*>([^<]{20,})", pages[0])) & set(
        re.findall(r"<(?:p|li)[^>]*>([^<]{20,})", pages[1])
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("basis", BASES)
def test_each_list_says_its_legal_basis_and_where_its_addresses_come_from(basis: str, language: str) -> None:
    reference = 'legal_ref = "accord"\n' if basis in {"agreement", "employer_permission"} else ""
    one = f'[lists.one]\ntitle = "La liste"\nlegal_basis = "{basis}"\n{reference}'
    premises = Premises(text=SETTINGS.partition("[lists.")[0] + one)
    page = premises.visitor.get("/privacy", headers={"accept-language": language})
    article, source = BASES[basis]
    section = page.text.partition("<h3>La liste</h3>")[2].partition("<h2>")[0]
    assert article in re.sub(r"\((\w)\)", r".\1", section)  # 9(2)(d) in English, 9.2.d in French
    assert says(page, source, language)


def test_every_list_stands_in_it(premises: Premises) -> None:
    page = premises.visitor.get("/privacy").text
    assert re.findall("<h3>(.*)</h3>", page) == [
        "Adhérents",
        "Contacts &amp; amis",
        "English news",
        "Adresses de travail",
    ]


def test_a_list_without_a_basis_says_so() -> None:
    premises = Premises(text=SETTINGS.replace('legal_basis = "members"', 'legal_basis = ""'))
    page = premises.visitor.get("/privacy")
    assert says(page, "Nothing is sent to it yet: what lets us write to these people is not settled.")


def test_without_lists_or_names_nothing_is_invented() -> None:
    text = SETTINGS.partition("[lists.")[0]
    text = text.replace('legal_representative = "Camille Durand"\ndpo = "dpo@example.org"\n', "")
    page = Premises(text=text).visitor.get("/privacy", headers={"accept-language": "en"})
    assert says(page, "There is no list yet.", "en")
    assert "Legal representative" not in page.text
    assert "Data protection officer" not in page.text


@pytest.mark.parametrize(
    "kept, said",
    [
        ("6 months", "6 months"),
        ("1 month", "1 month"),
        ("1 year", "1 year"),
        ("730 days", "2 years"),
        ("10 days", "10 days"),
        ("36h", "1 day"),
    ],
)
def test_durations_are_those_of_the_settings(kept: str, said: str) -> None:
    premises = Premises(text=SETTINGS + f'[retention]\ndeliveries = "{kept}"\n')
    page = premises.visitor.get("/privacy", headers={"accept-language": "en"})
    assert says(page, "What became of each message sent to you: {duration}.", "en", duration=said)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_home_says_who_writes_and_how_to_reach_them(premises: Premises, language: str) -> None:
    page = premises.visitor.get("/", headers={"accept-language": language})
    assert page.status_code == 200
    assert "<h1>CGT Exemple</h1>" in page.text
    assert says(
        page,
        "To leave, use the link at the end of any of our messages, or write to us.",
        language,
    )
    assert 'href="mailto:contact@example.org"' in page.text
    assert 'href="/privacy"' in page.text


def test_under_a_path_links_keep_it() -> None:
    text = SETTINGS.replace("https://lettre.example.org", "https://example.org/lettre")
    premises = Premises(text=text, base="https://example.org")
    for path in ("/lettre/", "/"):  # a proxy may have taken the path away
        assert 'href="/lettre/privacy"' in premises.visitor.get(path).text


def test_what_the_settings_say_is_data() -> None:
    text = SETTINGS.replace('"CGT Exemple"', "'<b>{{ 7*7 }} {0.__class__} \"&'").replace(
        '"Camille Durand"', "'<script>x</script>'"
    )
    premises = Premises(text=text)
    for path in ("/", "/privacy"):
        page = premises.visitor.get(path).text
        assert "&lt;b&gt;{{ 7*7 }} {0.__class__} &#34;&amp;" in page
        assert "<b>" not in page
        assert "<script" not in page


def test_the_store_is_not_asked(premises: Premises) -> None:
    premises.desk.broken = True
    assert [premises.visitor.get(path).status_code for path in ("/", "/privacy")] == [200, 200]


SMTP = '[transport]\nkind = "smtp"\nhost = "{host}"\n'
SEVERAL = """
[[transport.relay]]
host = "smtp.un.example"
[[transport.relay]]
host = "smtp.deux.example"
[[transport.relay]]
host = "smtp.un.example"
port = 2525
[[transport.relay]]
host = "127.0.0.1"
security = "none"
"""


@pytest.mark.parametrize(
    "transport, servers",
    [
        (SMTP.format(host="smtp.example.org"), "smtp.example.org"),
        (SEVERAL, "smtp.un.example, smtp.deux.example"),
        ("", ""),
        (SMTP.format(host="localhost"), ""),
    ],
    ids=["one", "several", "a folder", "this machine"],
)
def test_who_carries_the_messages_is_named(transport: str, servers: str) -> None:
    page = Premises(text=SETTINGS + transport).visitor.get("/privacy")
    sentence = "Our messages leave through: {servers}."
    assert says(page, sentence, servers=servers) is bool(servers)
    assert says(page, sentence, servers="") is False


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hosting_and_transfers_are_said_as_the_settings_say_them(language: str) -> None:
    def page(more: str) -> Response:
        text = SETTINGS.replace("[sender]", f"{more}\n[sender]", 1)
        found: Response = Premises(text=text).visitor.get("/privacy", headers={"accept-language": language})
        return found

    within = "Your data stays within the European Economic Area."
    outside = "Outside the European Economic Area: {transfers}"
    silent = page("")
    assert not says(silent, within, language)
    assert not says(silent, outside, language, transfers="")
    none = page('transfers = " None "\nhosting = "Hébergeur <SAS>, Lille"')
    assert says(none, within, language)
    assert says(none, "Hosted by: {name}", language, name="Hébergeur <SAS>, Lille")
    some = page("transfers = 'relais aux <b>États-Unis</b>, clauses types'")
    assert says(some, outside, language, transfers="relais aux <b>États-Unis</b>, clauses types")
    assert not says(some, within, language)


def test_sign_ups_are_spoken_of_where_there_can_be_some(premises: Premises) -> None:
    said = "An address that was typed to sign up, and that nobody has confirmed: 7 days."
    assert says(premises.visitor.get("/privacy"), said)
    closed = Premises(text=SETTINGS.replace("open = true", "open = false"))
    assert not says(closed.visitor.get("/privacy"), said)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whose_clicks_are_known_is_said_where_members_are_asked(language: str) -> None:
    said = (
        "Of those who agreed to it on the page of their own data, and of them alone, we also know which "
        "links they follow, and on which days, until they end it there."
    )
    asking = SETTINGS.replace("[site]\n", "[site]\ntracking_consent = true\n")
    for text, told in ((SETTINGS, False), (asking, True)):
        page = Premises(text=text).visitor.get("/privacy", headers={"accept-language": language})
        assert says(page, said, language) is told
