"""Published figures in a later campaign: tables with bars, in both parts of the mail; what is refused."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from mailer.compose.figures import Answer, Chart, Figures, read_figures, write_figures
from mailer.model import Edition
from mailer.words import Text
from tests.compose.campaigns import MATERIALS, PUBLIC_ID, SITE, campaign, lay_out, page, read, source, text

PAGE = f"{SITE}/r/abc"
NAME = "resultats.toml"
FILE = f"campaigns/x/{NAME}"


def answer(label: str, bar: int, people: str) -> Answer:
    return Answer(label=label, bar=bar, share=f"{bar}\u00a0%", people=people)


FIGURES = Figures(
    campaign="vote",
    page=PAGE,
    opening="124 personnes ont répondu.",
    charts=(
        Chart(
            question="avis",
            title="1. Votre avis\u00a0?",
            base="Sur 124 personnes.",
            answers=(answer("pour <b>{{ x }}</b>", 65, "80"), answer("contre", 0, "masqué")),
        ),
        Chart(
            question="jour",
            title="2. Quel jour\u00a0?",
            base="Sur 99.",
            answers=(answer("lundi", 100, "99"),),
        ),
    ),
)


def edition(body: str) -> Edition:
    return lay_out(campaign(f"# Titre\n\n{body}\n"), materials=replace(MATERIALS, figures={NAME: FIGURES}))


class Tables(HTMLParser):
    """Data tables as a screen reader has them: the words of each cell; what is hidden from it left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str]]] = []
        self.hidden, self.depth, self.scope = 0, 0, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.depth += tag == "table"
        if tag == "table" and given.get("aria-hidden") == "true":
            self.hidden = self.depth
        if self.hidden:
            return
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append((given.get("scope") or tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.hidden = 0 if self.hidden == self.depth else self.hidden
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden and self.rows and self.rows[-1]:
            kind, words = self.rows[-1][-1]
            self.rows[-1][-1] = (kind, words + data)


def figures_in(html: str) -> list[list[tuple[str, str]]]:
    found = [[(kind, words.strip()) for kind, words in row] for row in Tables(html).rows]
    return [row for row in found if len(row) == 3]


def test_a_data_table_whose_bars_are_for_the_eye_alone() -> None:
    html = page(edition(f"[Tous les résultats](results:{NAME})"))
    assert figures_in(html) == [
        [("col", "Réponse"), ("col", "Part"), ("col", "Personnes")],
        [("row", "pour <b>{{ x }}</b>"), ("td", "65\u00a0%"), ("td", "80")],
        [("row", "contre"), ("td", "0\u00a0%"), ("td", "masqué")],
        [("col", "Réponse"), ("col", "Part"), ("col", "Personnes")],
        [("row", "lundi"), ("td", "100\u00a0%"), ("td", "99")],
    ]
    assert re.findall(r'<td class="br" width="(\d+)%" bgcolor="#[0-9a-fA-F]{6}"', html) == ["65", "100"]
    assert "<svg" not in html
    assert "<img" not in html.partition("124 personnes")[2].partition("Se désinscrire")[0]


def test_in_order_and_then_the_page_as_any_link() -> None:
    made = edition(f"Avant.\n\n[Tous les résultats](results:{NAME}){{.button}}\n\nAprès.")
    for part in (page(made), text(made)):
        said = (
            "Avant.",
            "124 personnes",
            "1. Votre avis",
            "65\u00a0%",
            "Sur 124",
            "2. Quel jour",
            "Tous les",
            "Après.",
        )
        places = [part.index(one) for one in said]
        assert places == sorted(places)
    assert [(link.destination, link.label) for link in made.links] == [(PAGE, "Tous les résultats")]
    assert f"{SITE}/l/{PUBLIC_ID}/1" in page(made)


def test_text_has_the_figures_in_columns() -> None:
    plain = text(edition(f"[Tous les résultats](results:{NAME})"))
    assert "\ncontre              |  0\u00a0% |    masqué\n" in plain
    assert "\nRéponse             | Part | Personnes\n" in plain


def test_one_question_alone() -> None:
    made = edition(
        f"::: cadre\n[Tous les résultats](results:{NAME}#jour)\n:::\n\n- [Encore](results:{NAME}#jour)"
    )
    html = page(made)
    assert "124 personnes" not in html
    assert "Votre avis" not in html
    assert html.count("2. Quel jour") == 2
    assert [link.destination for link in made.links] == [PAGE]


def test_dark_mode_keeps_the_bars() -> None:
    assert ".br{background:" in page(edition(f"[Tous les résultats](results:{NAME})"))
    assert ".br{background:" not in page(lay_out(campaign("# Titre\n\nMots.\n")))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"Voir [les résultats](results:{NAME}) ici.", "results-alone"),
        (f"**[Les résultats](results:{NAME})**", "results-alone"),
        (f"| [Les résultats](results:{NAME}) | b |\n|---|---|\n| c | d |", "results-alone"),
        ("[Les résultats](results:)", "bad-address"),
        (f"[](results:{NAME})", "empty-link"),
        (f"[Les résultats](results:{{{{ first_name }}}}{NAME})", "field-in-address"),
    ],
)
def test_what_cannot_be_shown(body: str, code: str) -> None:
    _, findings = read(source(f"# Titre\n\n{body}\n"))
    assert code in {one.code for one in findings}
    assert {one.place.line for one in findings if one.code == code} == {7}


def test_a_file_is_read_as_it_was_written() -> None:
    hostile = replace(FIGURES, campaign='a"\\', opening='"""\\u0000\t'.replace("\t", " "))
    for one in (FIGURES, hostile):
        written = write_figures(one, Text("One\nTwo {x}", x="]]"), "en")
        assert written.startswith("# One\n# Two ]]\n")
        assert read_figures(written, FILE) == (one, [])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "campaigns/x/resultats.toml:1:1"),
        ('campaign = "a"\n', "missing key 'page'"),
        ("bar = 101", "a number from 0 to 100"),
        ('page = "javascript:alert(1)"', "write https://…"),
        ("bar = 65.5", "a whole number"),
        ('label = "a\\u202eb"', "invisible characters"),
    ],
)
def test_what_is_no_file_of_figures(written: str, said: str) -> None:
    whole = write_figures(FIGURES, Text("One"), "en")
    name = written.partition(" ")[0]
    broken = (
        whole
        if "=" not in written or "\n" in written
        else re.sub(rf"^{name} = .*", lambda _: written, whole, flags=re.M)
    )
    figures, findings = read_figures(written if broken == whole else broken, FILE)
    assert figures is None
    assert said in "\n".join(one.say("en") for one in findings)


def test_no_file_grows_without_end() -> None:
    many = replace(FIGURES, charts=FIGURES.charts * 101)
    _, findings = read_figures(write_figures(many, Text("One"), "en"), FILE)
    assert [one.code for one in findings] == ["bad-value"]
