"""Results as HTML: the sections that the site's page and a file of its own share. No script, no image."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mailer.charts import Row, bars
from mailer.results.crossing import LEAST
from mailer.results.figures import Answered, Grid, Panel, Results
from mailer.results.numbers import decimal, number, people, share
from mailer.words import Text, plural

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def sections(results: Results, organisation: str, language: str) -> Markup:
    """The figures, question by question, then how they are made; empty before the first publication."""
    if not results.people:
        return Markup()
    values: dict[str, object] = {
        "organisation": organisation,
        "questions": [_question(one, language) for one in results.questions],
        "crossings": [_grid(one, language) for one in results.crossings],
        "made": [one.say(language) for one in made(results)],
    }
    return Markup(_filled("figures.html", language, values))  # noqa: S704  escaped by the template


def page(results: Results, organisation: str, language: str, style: str) -> str:
    """A file of its own; `style` is the family's, to which that of figures is added."""
    whole = style + STYLE
    return _filled(
        "page.html",
        language,
        {
            "language": language,
            "organisation": organisation,
            "title": results.title,
            "opening": [one.say(language) for one in opening(results)],
            "figures": sections(results, organisation, language),
            # Ours, and named by its hash: the file obeys this style alone, whoever adds to it (CSP 3).
            "style": Markup(whole),  # noqa: S704
            "hash": base64.b64encode(hashlib.sha256(whole.encode()).digest()).decode(),
        },
    )


def opening(results: Results) -> list[Text]:
    """What is said first: of how many the figures are, and what is still to come."""
    if not results.people:
        never = Text("Fewer than {k} people have answered: nothing is shown.", k=results.k)
        later = Text("Results appear here once at least {k} people have answered.", k=results.k)
        return [never if results.closed else later]
    said = [plural("{count} person answered.", "{count} people answered.", count=results.people)]
    if not results.closed:
        said.append(Text("The questionnaire is still open: figures change in steps, as more people answer."))
    elif results.late:
        said.append(
            plural(
                "{count} last answer is not in these figures: to add it would tell what it says.",
                "{count} last answers are not in these figures: to add them would tell what they say.",
                count=results.late,
            )
        )
    return said


def made(results: Results) -> list[Text]:
    """How the figures are made, for who wonders about a covered one."""
    found = [
        Text(
            "Figures are published in steps of at least {k} more answers. Covered: fewer than {k} people, "
            "or a figure from which such a one would follow. At least: more may have answered so since an "
            "earlier step.",
            k=results.k,
        ),
        Text("Shares are of all who were asked, so that they add up with those who gave no answer."),
    ]
    if results.crossings:
        found.append(
            Text(
                "Where two questions stand together, figures under {least}, nobody and everybody are "
                "covered.",
                least=max(LEAST, results.k),
            )
        )
    return found


def base_words(count: int, language: str) -> str:
    """Of how many people shares are."""
    return plural(
        "Of {number} person.", "Of {number} people.", count=count, number=number(count, language)
    ).say(language)


def _question(question: Answered, language: str) -> dict[str, object]:
    return {
        "number": question.number,
        "text": question.text,
        "condition": question.condition,
        "asked_unknown": question.asked_unknown,
        "words": question.words,
        "mean": "" if question.mean is None else decimal(question.mean, language),
        "panels": [
            _panel(question, panel, f"r{question.number}-{at}", language)
            for at, panel in enumerate(question.panels, 1)
        ],
    }


def _panel(question: Answered, panel: Panel, ident: str, language: str) -> dict[str, object]:
    title = f"{question.text} {panel.title}".strip()
    told = "; ".join(f"{one.label}: {share(one, language)}" for one in panel.figures)
    rows = [
        Row(label=one.label, value=share(one, language), share=one.share, open=one.count is None)
        for one in panel.figures
    ]
    return {
        "ident": ident,
        "heading": f"r{question.number} {ident}" if panel.title else f"r{question.number}",
        "title": panel.title,
        "base": base_words(panel.base, language),
        "chart": Markup(bars(f"{ident}-chart", title, told, rows)),  # noqa: S704  escaped there
        "figures": [
            {"label": one.label, "people": people(one, language), "share": share(one, language)}
            for one in panel.figures
        ],
    }


def _grid(grid: Grid, language: str) -> dict[str, object]:
    covered = Text("covered").say(language)
    return {
        "one": grid.one,
        "other": grid.other,
        "base": base_words(grid.people, language),
        "columns": grid.columns,
        "rows": [
            (label, [covered if one is None else number(one, language) for one in cells])
            for label, cells in zip(grid.rows, grid.cells, strict=True)
        ],
    }


def _filled(name: str, language: str, values: dict[str, object]) -> str:
    def say(msgid: str, **said: object) -> str:
        # Values as texts: str.format would lead from an object to Python's own (CVE-2016-10745).
        return Text(msgid, **{key: str(value) for key, value in said.items()}).say(language)

    return _environment().get_template(name).render(values, _=say)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,  # whatever the file's name
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
