"""Each fault of a template has its finding, and all of them come at once."""

import pytest

from mailer.compose.mjml import check, to_html
from mailer.compose.mjml.limits import ATTRIBUTES, TAGS
from mailer.compose.mjml.rules import COMPONENTS, parents_of
from mailer.errors import FaultsError
from mailer.findings import Level
from tests.compose.mjml.mails import TITLE, column, letter, mail

# The body of a mail -> what is said of it.
IN_BODY = {
    "<mj-sectoin></mj-sectoin>": ["mjml-unknown-tag there is no tag <mj-sectoin>: did you mean mj-section?"],
    "<MJ-SECTION></MJ-SECTION>": ["mjml-unknown-tag there is no tag <MJ-SECTION>: did you mean mj-section?"],
    "<mj-zzzzzzz />": ["mjml-unknown-tag there is no tag <mj-zzzzzzz>: write an MJML tag, or HTML in mj-raw"],
    "<mj-text>a</mj-text>": [
        "mjml-wrong-parent <mj-text> cannot stand in <mj-body>: only in: mj-column, mj-hero"
    ],
    "<mj-title>a</mj-title>": ["mjml-wrong-parent <mj-title> cannot stand in <mj-body>: only in: mj-head"],
    "<mj-all />": ["mjml-wrong-parent <mj-all> cannot stand in <mj-body>: only in: mj-attributes"],
    "<mj-section><mj-section></mj-section></mj-section>": [
        "mjml-wrong-parent <mj-section> cannot stand in <mj-section>: only in: mj-body, mj-wrapper"
    ],
    "<mj-section></mj-wrapper></mj-section>": [
        "mjml-stray-close </mj-wrapper> closes nothing that is open: remove it"
    ],
    "<mj-section><mj-column></mj-section>": [
        "mjml-unclosed-tag <mj-column> is never closed: write </mj-column> where it ends"
    ],
    '<mj-include path="/etc/passwd" />': [
        (
            "mjml-include mj-include would show a file of this machine to the readers: "
            'write {% include "…" %}, which reads only the template\'s folder'
        )
    ],
}

# The content of a column -> what is said of it.
IN_COLUMN = {
    '<mj-text colour="red">a</mj-text>': [
        "mjml-unknown-attribute <mj-text> has no attribute colour: did you mean color?"
    ],
    '<mj-text onclick="a">a</mj-text>': [
        "mjml-unknown-attribute <mj-text> has no attribute onclick: remove it"
    ],
    '<mj-text Color="red">a</mj-text>': [
        "mjml-unknown-attribute <mj-text> has no attribute Color: did you mean color?"
    ],
    '<mj-text font-size="12">a</mj-text>': [
        "mjml-bad-value <mj-text>: font-size is “12”: write one length, such as 12px (units: px)"
    ],
    '<mj-text padding="1px 2em">a</mj-text>': [
        (
            "mjml-bad-value <mj-text>: padding is “1px 2em”: "
            "write 1 to 4 lengths, such as 12px 0px (units: px, %)"
        )
    ],
    '<mj-text color="">a</mj-text>': [
        "mjml-bad-value <mj-text>: color is “”: write a colour such as #1a2b3c, rgb(26,43,60) or white"
    ],
    '<mj-text align="centre">a</mj-text>': [
        "mjml-bad-value <mj-text>: align is “centre”: write one of: left, right, center, justify"
    ],
    '<mj-table cellpadding="a"></mj-table>': [
        "mjml-bad-value <mj-table>: cellpadding is “a”: write a whole number"
    ],
    '<mj-image src="a" alt="b" fluid-on-mobile="yes" />': [
        "mjml-bad-value <mj-image>: fluid-on-mobile is “yes”: write true or false"
    ],
    '<mj-divider width="zq0001qz" />': [
        "mjml-bad-value <mj-divider>: width is “zq0001qz”: write one length, such as 12px (units: px, %)"
    ],
    '<mj-text color="red" color="blue">a</mj-text>': [
        "mjml-repeated-attribute <mj-text>: color is written twice: keep one of them"
    ],
    '<mj-text align="" align="">a</mj-text>': [
        "mjml-bad-value <mj-text>: align is “”: write one of: left, right, center, justify",
        "mjml-repeated-attribute <mj-text>: align is written twice: keep one of them",
    ],
    "<mj-text>a": ["mjml-unclosed-tag <mj-text> is never closed: write </mj-text> where it ends"],
    '<mj-image src="a" alt="b">': ["mjml-unclosed-tag <mj-image> is never closed: end it with />"],
    "<mj-spacer><mj-text>a</mj-text>": ["mjml-unclosed-tag <mj-spacer> is never closed: end it with />"],
    "<mj-navbar>a</mj-navbar>": [
        "mjml-stray-text <mj-navbar> cannot hold words: write them in mj-text or mj-raw"
    ],
    "<mj-spacer>a</mj-spacer>": [
        "mjml-stray-text <mj-spacer> cannot hold words: write them in mj-text or mj-raw"
    ],
    "<mj-navbar><mj-raw>a</mj-raw></mj-navbar>": [
        (
            "mjml-wrong-parent <mj-raw> cannot stand in <mj-navbar>: "
            "only in: mj-body, mj-column, mj-group, mj-head, mj-hero, mj-section, mj-wrapper"
        )
    ],
}

# Whole mails -> the codes of what is said of them.
WHOLE = {
    "": ["mjml-missing-tag"],
    "words": ["mjml-missing-tag", "mjml-stray-text"],
    "<html></html>": ["mjml-missing-tag", "mjml-stray-text"],
    "<mj-body></mj-body>": ["mjml-missing-tag", "mjml-wrong-parent"],
    f"<mjml lang='fr'><mj-head>{TITLE}</mj-head></mjml>": ["mjml-missing-tag"],
    f"<?xml version='1.0'?>{letter('')}": ["mjml-stray-text"],
    f"{letter('')} words": ["mjml-stray-text"],
    f"{letter('')}<!-- a comment -->": [],
    f"\ufeff{letter('')}": [],
    letter("") + letter(""): ["mjml-repeated-tag"],
    mail("", head=TITLE): ["mjml-repeated-tag"],
    mail("").replace("<mj-body>", "<mj-body></mj-body><mj-body>"): ["mjml-repeated-tag"],
    mail("").replace("</mjml>", "words</mjml>"): ["mjml-stray-text"],
    mail("").replace("</mjml>", "<mj-raw>a</mj-raw></mjml>"): ["mjml-wrong-parent"],
    mail("").replace("</mjml>", ""): ["mjml-unclosed-tag"],
    mail("", head="<mj-attributes>words</mj-attributes>"): ["mjml-stray-text"],
    mail("", head="<mj-attributes><mj-text>a</mj-text></mj-attributes>"): ["mjml-stray-text"],
    mail("", head="<mj-attributes><mj-section><mj-column></mj-column></mj-section></mj-attributes>"): [
        "mjml-stray-text"
    ],
    mail("", head="<mj-attributes><!-- a --><mj-all color='red' /></mj-attributes>"): [],
    mail("", head="<mj-attributes><mj-all colour='red' /></mj-attributes>"): ["mjml-unknown-attribute"],
    mail("", head="<mj-attributes><mj-all color='redd' /></mj-attributes>"): ["mjml-bad-value"],
    mail("", head="<mj-attributes><mj-all gutter='1px' /></mj-attributes>"): ["mjml-unsupported"],
    mail("", head="<mj-attributes><mj-section gutter='1px' /></mj-attributes>"): ["mjml-unsupported"],
    mail("", head="<mj-attributes><mj-class name='a'><mj-text /></mj-class></mj-attributes>"): [
        "mjml-unsupported"
    ],
    mail("", head="<mj-html-attributes></mj-html-attributes>"): ["mjml-unsupported"],
    mail("", head="<mj-style inline='inline'>a{}</mj-style>"): ["mjml-unsupported"],
}


def said(mjml: str) -> list[str]:
    return [
        f"{finding.code} {finding.message.say('en')}: {finding.cure.say('en')}" for finding in check(mjml)
    ]


@pytest.mark.parametrize(("body", "findings"), IN_BODY.items())
def test_faults_in_the_body(body: str, findings: list[str]) -> None:
    assert said(mail(body)) == findings


@pytest.mark.parametrize(("content", "findings"), IN_COLUMN.items())
def test_faults_in_a_column(content: str, findings: list[str]) -> None:
    assert said(letter(content)) == findings


@pytest.mark.parametrize(("mjml", "codes"), WHOLE.items())
def test_faults_of_the_whole(mjml: str, codes: list[str]) -> None:
    assert [finding.code for finding in check(mjml)] == codes


def test_places_are_those_of_the_tags() -> None:
    mjml = mail("\n<mj-section>\n  <mj-colum></mj-colum>\n  <mj-column wide='1'></mj-column></mj-section>")
    assert [str(finding.place) for finding in check(mjml)] == ["generated.mjml:3:3", "generated.mjml:4:3"]


@pytest.mark.parametrize("tag", TAGS)
def test_tags_that_mrml_cannot_do(tag: str) -> None:
    parent = next(iter(parents_of(tag)), "mj-html-attributes")
    findings = check(mail(f"<{parent}><{tag}></{tag}></{parent}>"))
    assert f"<{tag}> is not supported here" in [finding.message.say("en") for finding in findings]


@pytest.mark.parametrize(("tag", "attribute"), ATTRIBUTES)
def test_attributes_that_mrml_cannot_do(tag: str, attribute: str) -> None:
    assert attribute in COMPONENTS[tag].attributes, "npm mjml has it"
    findings = check(mail("", head=f'<mj-attributes><{tag} {attribute}="1px" /></mj-attributes>'))
    assert [finding.code for finding in findings] == ["mjml-unsupported"]


def test_all_faults_at_once() -> None:
    mjml = mail(
        '<mj-sectoin></mj-sectoin><mj-section gutter="3px"><mj-column padding="2" padding="3px">'
        '<mj-image src="a" /><mj-text colour="red">a</mj-text></mj-column></mj-section>',
        lang="",
    )
    with pytest.raises(FaultsError) as raised:
        to_html(mjml, language="fr")
    assert raised.value.message.say("en") == "the template has 7 faults"
    assert sorted(finding.code for finding in raised.value.findings) == [
        "mjml-bad-value",
        "mjml-missing-alt",
        "mjml-missing-lang",
        "mjml-repeated-attribute",
        "mjml-unknown-attribute",
        "mjml-unknown-tag",
        "mjml-unsupported",
    ]


def test_a_fault_of_a_loop_is_told_once() -> None:
    line = '<mj-text mj-at="a.mjml:3:1" colour="red">a</mj-text>'
    assert len(check(letter(line * 50))) == 1


def test_findings_are_bounded() -> None:
    assert len(check(mail("<mj-zzz />\n" * 10_000))) == 200


def test_depth_costs_no_recursion() -> None:
    findings = check(mail("<mj-section>" * 20_000 + "</mj-section>" * 20_000))
    assert {finding.code for finding in findings} == {"mjml-wrong-parent"}


def test_long_names_are_cut() -> None:
    name, value = "mj-" + "x" * 5000, "y" * 5000
    broken = [f"<{name} />", f"<{name}>", f"<{name} a>", f"</{name}>", f"</{name}", f"<mj-raw {name}/>"]
    for mjml in map(mail, [*broken, f'<mj-text {name}="">a</mj-text>', f"<mj-text {name}='"]):
        assert said(mjml)
        assert all(len(line) < 250 for line in said(mjml))
    assert all(len(line) < 250 for line in said(letter(f'<mj-text color="{value}">a</mj-text>')))


def test_findings_speak_french_or_english() -> None:
    for finding in check(mail("<mj-zzz />", lang="")):
        assert finding.level is Level.ERROR
        assert finding.say("fr")


def test_column_alone_is_a_mail() -> None:
    assert check(mail(column("<mj-text>a</mj-text>"))) == ()
