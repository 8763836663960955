"""A campaign read: what its author meant, and every fault with its place and cure."""

from datetime import timedelta

import pytest

from mailer.compose import tree
from mailer.compose.campaign import Campaign, Known
from mailer.compose.reading import read_campaign
from mailer.findings import Finding, Level

KNOWN = Known(
    fields=("email", "first_name", "last_name", "language"),
    lists=("adherents", "sample"),
    templates=("tract",),
    language="fr",
    site="https://lettre.example.org",
)
FRONT = '+++\nsubject = "Objet"\nlists = ["adherents"]\n+++\n'  # the body begins on line 5


def read(text: str, known: Known = KNOWN) -> tuple[Campaign | None, list[Finding]]:
    return read_campaign(text, "x", "campaigns/x.md", known)


def faults(text: str, known: Known = KNOWN) -> list[tuple[str, int, int]]:
    return [(found.code, found.place.line, found.place.column) for found in read(text, known)[1]]


def test_a_sound_campaign_is_read_whole() -> None:
    campaign, findings = read(
        "+++\n"
        'subject = "Bonjour {{ prenom }}"\npreheader = "Lisez"\nlist = "sample"\nlists = ["adherents"]\n'
        'expires = "72h"\nquestionnaire = "q.toml"\nsample = true\nlanguage = "en"\nfrom = "A B <a@b.org>"\n'
        "+++\n\n# Titre\n\nTexte.\n\n[Répondre](questionnaire:){.button}\n"
    )
    assert findings == []
    assert campaign is not None
    assert campaign.lists == ("adherents", "sample")
    assert (campaign.title, campaign.preheader) == ("Bonjour", "Lisez") or campaign.title.strip() == "Bonjour"
    assert campaign.marks.open(campaign.subject) == ("Bonjour ", "{{ first_name }}", "")
    assert (campaign.expires, campaign.sample, campaign.language) == (timedelta(hours=72), True, "en")
    assert (campaign.sender, campaign.template, campaign.tracking) == ("A B <a@b.org>", "tract", "aggregate")
    assert [type(block) for block in campaign.tracts[0].blocks] == [tree.Paragraph, tree.Button]


# What stands after FRONT, and the findings it must give: code, line, column.
BODIES = [
    ("# T\n\nBonjour {{ prenon }}\n", [("unknown-field", 7, 12)]),
    ("# T\n\nBonjour {{ first_name\n", [("placeholder-unclosed", 7, 9)]),
    ("# T\n\n{% if first_name %}a\n", [("placeholder-unbalanced", 7, 1)]),
    (
        "# T\n\n- {% if first_name %}a\n- b{% endif %}\n",
        [("placeholder-unbalanced", line, 1) for line in (7, 8)],
    ),
    ("# T\n\n**{% if first_name %}a** b{% endif %}\n", [("placeholder-unbalanced", 7, 1)] * 2),
    ("# T\n\n{% if first_name %}\n\na\n\n{% else %}\n\nb\n\n{% endif %}\n", []),
    ("# T\n\n{% if first_name %}\n\na\n", [("placeholder-unbalanced", 7, 1)]),
    ("# T\n\n{% else %}a{% endif %}\n", [("placeholder-unbalanced", 7, 1)]),
    ("Bonjour\n\n# T\n\na\n", [("text-before-title", 5, 1)]),
    ("Bonjour\n", [("no-tract", 5, 1)]),
    ("# A\n\na\n\n# B\n\nb\n\n# A\n\nc\n", [("duplicate-title", 13, 1)]),
    ("# \n\na\n", [("empty-title", 5, 1)]),
    ("# T\n", [("empty-tract", 5, 1)]),
    ("# [T](https://example.org)\n\na\n", [("title-link", 5, 1)]),
    ("# T\n\n#### Trop bas\n", [("heading-jump", 7, 1)]),
    ("# T\n\n![](a.png)\n", [("image-alt", 7, 5)]),
    ("# T\n\n![U:\\cgt\\logo.png](a.png)\n", [("image-alt", 7, 20)]),
    ("# T\n\n![Photo](a.png){width=wide}\n", [("image-width", 7, 10)]),
    ("# T\n\n[a](javascript:alert(1))\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a](file:///etc/passwd)\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a](//evil.example)\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a](https://me:pw@example.org/)\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a](https://)\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a]()\n", [("bad-address", 7, 4)]),
    ("# T\n\n[a](https://example.org/?n={{first_name}})\n", [("field-in-address", 7, 1)]),
    ("# T\n\n![Photo](a{{first_name}}.png)\n", [("field-in-address", 7, 1)]),
    ("# T\n\n[a](http://example.org)\n", [("link-http", 7, 5)]),
    ("# T\n\n[](https://example.org)\n", [("empty-link", 7, 4)]),
    ("# T\n\n[cliquez ici](https://example.org)\n", [("vague-link", 7, 15)]),
    ("# T\n\n[Répondre](questionnaire:)\n", [("no-questionnaire", 7, 12)]),
    ("# T\n\n[a](https://example.org){.bouton}\n", [("unknown-class", 7, 5)]),
    ("# T\n\nÀ ÉCRIRE : votre texte\n", [("to-write", 7, 1)]),
    ("# T\n\nBonjour {prenom} et %nom% et [email]\n", [("other-placeholder", 7, c) for c in (9, 21, 30)]),
    ("# T\n\n![Photo](a.png){width=50%}\n", [("loose-brackets", 7, 16)]),
    ("# T\n\n[a](https://example.org) {.button}\n", [("loose-brackets", 7, 26)]),
    ("# T\n\n::: autre\na\n:::\n", [("unknown-frame", 7, 1)]),
    ("# T\n\n::: cadre\na\n:::\n", []),
    ("# T\n\n:::: cadre\n::: frame\na\n:::\n::::\n", []),
    ("# T\n\n::: cadre\n::: frame\na\n:::\n:::\n", [("frame", 8, 1)]),
    ("# T\n\n::: cadre\na\n\n# U\n\nb\n", [("frame", 7, 1)]),
    ("# T\n\na\n\n:::\n", [("frame", 9, 1)]),
    ("# T\n\n" + "".join("  " * n + f"- {n}\n" for n in range(12)), [("too-deep", 15, 17)]),
    ("# T\n\n" + ">" * 500 + " x\n", [("too-deep", 7, 1)]),
    ("# T\n\n| A | B |\n|---|---|\n| 1 | 2 | 3 |\n", [("lost-cell", 9, 1)]),
    ("# T\n\n> | A | B |\n> |---|---|\n> | 1 | 2 |\n", []),
    ("# T\n\n| A | B |\n|---|---|\n| 1 | a\\|b |\n", []),
    ("# T\n\nx <!-- interne --> y\n", [("html", 7, 3)]),
    ("# T\n\n[x](https://e.org/é à)\n", [("spaced-address", 7, 3)]),
    ("# T\n\nVoir https://e.org/nu ici\n", [("bare-address", 7, 6)]),
    ("# T\n\nVoir <https://e.org/nu> ici\n", []),
    ("# T\n\n[a](https://e.org/1) [a](https://e.org/2)\n", [("same-words", 7, 26)]),
    ("# T {{ email }}\n\na\n\n# T {{ email }}\n\nb\n", [("duplicate-title", 9, 1)]),
    ("# T\n\n[a](https://%5Cevil.org)\n", [("bad-address", 7, 5)]),
    ("# T\n\n[a](tel:)\n", [("bad-address", 7, 5)]),
    (
        "# T\n\n{% if email == 'a' %}" + "{% elif email == 'b' %}" * 101 + "{% endif %}\n",
        [("placeholder-deep", 7, 1)],
    ),
    ("# T\n\nun<br>deux <b>gras</b>\n", [("html", 7, 3), ("html", 7, 12), ("html", 7, 19)]),
]


@pytest.mark.parametrize("body, expected", BODIES)
def test_each_fault_of_a_body_is_found_where_it_stands(
    body: str, expected: list[tuple[str, int, int]]
) -> None:
    assert faults(FRONT + body) == expected


GOOD = "# T\n\nTexte.\n"
FRONTS = [
    ("", "front-matter", 1),
    ('---\nsubject: "x"\n---\n', "front-matter", 1),
    ('+++\nsubject = "x"\n', "front-matter", 1),
    ('+++\nlists = ["adherents"]\n+++\n', "missing-key", 1),
    ('+++\nsubject = ""\nlists = ["adherents"]\n+++\n', "bad-value", 2),
    ('+++\nsubjet = "x"\nsubject = "y"\nlists = ["adherents"]\n+++\n', "unknown-key", 2),
    ('+++\nsubject = "x"\n+++\n', "missing-list", 1),
    ('+++\nsubject = "x"\nlists = ["adherent"]\n+++\n', "missing-list", 3),
    ('+++\nsubject = "x"\nlists = 3\n+++\n', "wrong-type", 3),
    ('+++\nsubject = "x"\nlists = ["adherents"]\ntemplate = "trac"\n+++\n', "missing-template", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\ntracking = "total"\n+++\n', "bad-value", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nexclude = ["samples"]\n+++\n', "missing-segment", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nexclude = "adherents"\n+++\n', "excluded-list", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nsegment = "nobody"\n+++\n', "missing-segment", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nsegment = "siite = 3"\n+++\n', "unknown-field", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nfrom = "not an address"\n+++\n', "bad-value", 4),
    ('+++\nsubject = "x"\nlists = ["adherents"]\nexpires = "soon"\n+++\n', "bad-value", 4),
    ('+++\nsubject = "{{ prenon }}"\nlists = ["adherents"]\n+++\n', "unknown-field", 2),
    ('+++\nsubject = "{{ 7*7 }}"\nlists = ["adherents"]\n+++\n', "placeholder-forbidden", 2),
    ('+++\nsubject = "a\\r\\nBcc: evil@example.org"\nlists = ["adherents"]\n+++\n', "bad-value", 2),
    ('+++\nsubject = "a\\u0000"\nlists = ["adherents"]\n+++\n', "bad-value", 2),
    ('+++\nsubject = "À ÉCRIRE"\nlists = ["adherents"]\n+++\n', "to-write", 2),
    ('+++\nsubject = “x”\nlists = ["adherents"]\n+++\n', "toml-syntax", 2),
    (
        '+++\nsubject = "x"\nlists = ["adherents"]\nquestionnaire = "http://example.org/q"\n+++\n',
        "bad-address",
        4,
    ),
]


@pytest.mark.parametrize("front, code, line", FRONTS)
def test_each_fault_of_a_front_matter_is_found_where_it_stands(front: str, code: str, line: int) -> None:
    findings = read(front + GOOD)[1]
    errors = [(found.code, found.place.line) for found in findings if found.level is Level.ERROR]
    assert errors == [(code, line)]


def test_every_fault_at_once_front_and_body() -> None:
    found = faults(
        '+++\nsubjet = "x"\nlists = ["adherent"]\n+++\n# T\n\n{{ prenon }} [a](ftp://x)\n\n# T\n\nb\n'
    )
    assert {code for code, _, _ in found} == {
        "unknown-key",
        "missing-list",
        "unknown-field",
        "bad-address",
        "duplicate-title",
    }


NO_SITE = Known(
    fields=KNOWN.fields, lists=KNOWN.lists, templates=KNOWN.templates, language=KNOWN.language, site=""
)


@pytest.mark.parametrize(
    "line, body, codes",
    [
        ('questionnaire = "q.toml"', "[Répondre](questionnaire:)", ["needs-site"]),
        ('questionnaire = "https://q.example.org/1"', "[Répondre](questionnaire:)", []),
        ('images = "hosted"', "a", ["needs-site"]),
        ('images = "cid"', "a", []),
        ("", "[Le tract](tract.pdf)", ["needs-site"]),
        ("", "[Le site](https://example.org/a)", []),
    ],
)
def test_without_a_site_only_what_needs_none_is_accepted(line: str, body: str, codes: list[str]) -> None:
    text = f'+++\nsubject = "x"\nlists = ["adherents"]\n{line}\n+++\n# T\n\n{body}\n'
    assert [code for code, _, _ in faults(text, NO_SITE)] == codes


def test_the_digest_is_that_of_the_text() -> None:
    one, two = read(FRONT + GOOD)[0], read(FRONT + GOOD + "\n")[0]
    assert one is not None
    assert two is not None
    assert len(one.digest) == 64
    assert one.digest != two.digest


def test_many_links_of_one_paragraph_are_found_in_one_pass() -> None:
    lines = [f"[lien {number}](https://example.org/{number})" for number in range(8_000)]
    campaign, findings = read(FRONT + "# T\n\n" + "\n".join(lines) + "\n")
    assert campaign is not None
    assert findings == []
    assert [inline.place.line for inline in campaign.inlines() if isinstance(inline, tree.Link)] == [
        *range(7, 8_007)
    ]


def test_a_pathological_body_is_read_in_reasonable_steps() -> None:
    for body in ("[" * 20_000, "> " * 5_000, "*" * 20_000, "- " * 3_000, "![" * 10_000, "|" * 20_000):
        campaign, _ = read(f"{FRONT}# T\n\n{body}\n")
        assert campaign is not None
