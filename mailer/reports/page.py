"""A report as one HTML file: its style and charts inside, no script, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mailer.charts import Row, bars
from mailer.reports.cells import Bar, Table, shown
from mailer.reports.figures import Report
from mailer.reports.tables import tables
from mailer.reports.words import STATUSES, day
from mailer.words import Text

_TEMPLATES = Path(__file__).parent / "templates"


def page(report: Report, organisation: str, language: str, now: datetime) -> str:
    """The file's text. `organisation` signs it; `now` is when the figures were read, in its time zone."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")

    def say(msgid: str, **said: object) -> str:
        # Values as texts: str.format would lead from an object to Python's own (CVE-2016-10745).
        return Text(msgid, **{key: str(value) for key, value in said.items()}).say(language)

    facts, outline = report.facts, report.own.outline
    return environment.get_template("report.html").render(
        _=say,
        language=language,
        # Ours, and named by its hash: the file obeys this style alone, whoever adds to it (CSP 3).
        style=Markup(style),  # noqa: S704
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        organisation=organisation,
        title=facts.title,
        slug=outline.slug,
        status=STATUSES[facts.status].say(language),
        launched=day(outline.launched_at).say(language),
        lists=", ".join(facts.lists),
        read=f"{day(now).say(language)} {now:%H:%M}",
        sections=[_section(f"t{at}", table, language) for at, table in enumerate(tables(report), 1)],
    )


def bar_rows(found: Sequence[Bar], language: str) -> list[Row]:
    """Bars as a chart has them: the longest one takes the whole width."""
    longest = max(bar.length for bar in found) or 1.0
    return [
        Row(label=shown(bar.label, language), value=shown(bar.value, language), share=bar.length / longest)
        for bar in found
    ]


def _section(ident: str, table: Table, language: str) -> dict[str, object]:
    """A table in words, and its chart: escaped there, so safe here."""
    title = table.title.say(language)
    chart = ""
    if table.bars and table.drawn is not None:
        drawn = table.drawn.say(language)
        told = "; ".join(f"{shown(bar.label, language)}: {shown(bar.value, language)}" for bar in table.bars)
        chart = bars(ident, title, f"{drawn} {told}", bar_rows(table.bars, language))
    return {
        "ident": ident,
        "title": title,
        "notes": [note.say(language) for note in table.notes],
        "heads": [head.say(language) for head in table.heads],
        "rows": [[shown(cell, language) for cell in row] for row in table.rows],
        "chart": Markup(chart),  # noqa: S704
        "drawn": table.drawn.say(language) if table.drawn else "",
    }
