"""Published figures that a later campaign shows: a file beside it, and the blocks they become.

`mailer questionnaire results --block` writes the file, and what is sent is what stands in it: the figures
that were proofread, whatever is published meanwhile (docs/decisions/0028). Bars are cells of a table, since
mail clients show no SVG.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailer.compose import tree
from mailer.compose.links import RESULTS, kind, web_fault
from mailer.findings import Finding, Place, error, has_errors
from mailer.letters import is_one_line
from mailer.toml.document import read_document
from mailer.toml.kinds import as_toml
from mailer.toml.table import Key, Table, validate
from mailer.words import Text

_MOST = 200  # tables, and answers of one: more than any questionnaire of ours can have
_LONGEST = 2000  # characters of a question or an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: its figures in words, and the length of its bar in percent of the width."""

    label: str
    bar: int
    share: str
    people: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The figures of a question, or of one line of it; `base`: of how many people they are."""

    question: str
    title: str
    base: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a file of figures holds: `page` shows them all, `opening` says of whom they are."""

    campaign: str
    page: str
    opening: str
    charts: tuple[Chart, ...]


def _words(value: str) -> Text | None:
    if not is_one_line(value):
        return Text("write it on one line, without invisible characters")
    return Text("write {count} characters at most", count=_LONGEST) if len(value) > _LONGEST else None


def _page(value: str) -> Text | None:
    return Text("write https://…") if web_fault(value) else None


_ANSWER: Table = (
    Key("label", "string", required=True, check=_words),
    Key("bar", "integer", required=True, minimum=0, maximum=100),
    Key("share", "string", required=True, check=_words),
    Key("people", "string", required=True, check=_words),
)
_CHART: Table = (
    Key("question", "string", required=True, check=_words),
    Key("title", "string", required=True, check=_words),
    Key("base", "string", required=True, check=_words),
    Key("answer", "array of tables", required=True, keys=_ANSWER),
)
_FILE: Table = (
    Key("campaign", "string", required=True, check=_words),
    Key("page", "string", required=True, check=_page),
    Key("opening", "string", required=True, check=_words),
    Key("table", "array of tables", required=True, keys=_CHART),
)


def write_figures(figures: Figures, heading: Text, language: str) -> str:
    """The text of a file; `heading` is its first comment, in `language`."""
    lines = [f"# {line}" for line in heading.say(language).split("\n")]
    lines += _said(campaign=figures.campaign, page=figures.page, opening=figures.opening)
    for chart in figures.charts:
        lines += ["", "[[table]]", *_said(question=chart.question, title=chart.title, base=chart.base)]
        for one in chart.answers:
            lines.append("[[table.answer]]")
            lines += _said(label=one.label, bar=one.bar, share=one.share, people=one.people)
    return "\n".join(lines) + "\n"


def _said(**values: object) -> list[str]:
    return [f"{name} = {as_toml(value)}" for name, value in values.items()]


def read_figures(text: str, file: str) -> tuple[Figures | None, list[Finding]]:
    """The figures of `text`, which `file` holds, and what is wrong with it; None if anything is an error."""
    document, findings = read_document(text, file)
    if document is None:
        return None, findings
    values, faults = validate(document, _FILE)
    findings += faults
    if max(len(values["table"]), *(len(one["answer"]) for one in values["table"]), 0) > _MOST:
        cure = Text("write it anew: {command}", command="mailer questionnaire results SLUG --block F")
        findings.append(error("bad-value", Place(file), Text("too many figures stand here"), cure))
    return (None if has_errors(findings) else _figures(values)), findings


def _figures(values: Mapping[str, Any]) -> Figures:
    return Figures(
        campaign=values["campaign"],
        page=values["page"],
        opening=values["opening"],
        charts=tuple(
            Chart(
                question=one["question"],
                title=one["title"],
                base=one["base"],
                answers=tuple(Answer(**answer) for answer in one["answer"]),
            )
            for one in values["table"]
        ),
    )


# --- in a tract ----------------------------------------------------------------


def wanted(blocks: tree.Blocks) -> Iterator[tree.Link]:
    """The links that stand for a block of figures: each alone in its paragraph."""
    for block in blocks:
        if (link := _asks(block)) is not None:
            yield link
        for inner in _inside(block):
            yield from wanted(inner)


def _asks(block: tree.Block) -> tree.Link | None:
    match block:
        case tree.Button(link=link) | tree.Paragraph(inlines=(tree.Link() as link,)):
            return link if kind(link.href) == "results" else None
    return None


def _inside(block: tree.Block) -> tuple[tree.Blocks, ...]:
    match block:
        case tree.Frame(blocks=inner) | tree.Quote(blocks=inner):
            return (inner,)
        case tree.Bullets(items=items):
            return items
    return ()


def check_question(link: tree.Link, figures: Figures) -> list[Finding]:
    """Whether the file has the question that the link names after `#`."""
    _, named = named_in(link.href)
    known = list(dict.fromkeys(chart.question for chart in figures.charts))
    if not named or named in known:
        return []
    close = difflib.get_close_matches(named, known, n=1)
    cure = Text("did you mean '{name}'?", name=close[0]) if close else None
    return [
        error(
            "missing-question",
            link.place,
            Text("no figures of a question '{name}' stand in the file", name=named),
            cure or Text("there are {names}", names=", ".join(known) or "—"),
        )
    ]


def named_in(href: str) -> tuple[str, str]:
    """The file's name and the question's that an address names: `results:figures.toml#question`."""
    name, _, question = href.removeprefix(RESULTS).partition("#")
    return name, question


def with_figures(tract: tree.Tract, files: Mapping[str, Figures], language: str) -> tree.Tract:
    """The tract with each block of figures in place of the link that asks for it; `files` by name."""
    return replace(tract, blocks=_blocks(tract.blocks, files, language)) if files else tract


def _blocks(blocks: tree.Blocks, files: Mapping[str, Figures], language: str) -> tree.Blocks:
    found: list[tree.Block] = []
    for block in blocks:
        link = _asks(block)
        match block:
            case tree.Button() | tree.Paragraph() if link is not None:
                found += _shown(block, link, files[named_in(link.href)[0]], language)
            case tree.Frame(blocks=inner) | tree.Quote(blocks=inner):
                found.append(replace(block, blocks=_blocks(inner, files, language)))
            case tree.Bullets(items=items):
                found.append(replace(block, items=tuple(_blocks(item, files, language) for item in items)))
            case _:
                found.append(block)
    return tuple(found)


def _shown(
    block: tree.Button | tree.Paragraph, link: tree.Link, figures: Figures, language: str
) -> Iterator[tree.Block]:
    _, named = named_in(link.href)
    if not named:
        yield tree.Paragraph((tree.Run(figures.opening),), link.place)
    for chart in figures.charts:
        if named in ("", chart.question):
            yield tree.Paragraph((tree.Strong((tree.Run(chart.title),)),), link.place)
            yield _bars(chart, link.place, language)
            yield tree.Paragraph((tree.Run(chart.base),), link.place)
    onward = replace(link, href=figures.page)
    yield tree.Button(onward) if isinstance(block, tree.Button) else replace(block, inlines=(onward,))


def _bars(chart: Chart, place: Place, language: str) -> tree.Bars:
    titles = (Text("Answer"), Text("Share"), Text("People"))
    return tree.Bars(
        table=tree.Table(
            header=tuple((tree.Run(title.say(language)),) for title in titles),
            rows=tuple(
                tuple((tree.Run(said),) for said in (one.label, one.share, one.people))
                for one in chart.answers
            ),
            alignments=("left", "right", "right"),
            place=place,
        ),
        lengths=tuple(one.bar for one in chart.answers),
    )
