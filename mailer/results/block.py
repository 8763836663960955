"""Results as a file that a later campaign shows: figures in words, and the length of each bar."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

from mailer.compose.figures import Answer, Chart, Figures, write_figures
from mailer.results.figures import Panel, Results
from mailer.results.numbers import people, share
from mailer.results.page import base_words, opening
from mailer.words import Text


def block(results: Results, slug: str, page: str, day: date, name: str, language: str) -> str:
    """The file's text; `page` is the address at which everybody finds the figures, `day` that of
    today, `name` that of the file.

    What the page shows and no more: no free words, no crossings, covered figures as covered.
    """
    heading = Text(
        "The figures of the questionnaire of {slug}, as they were published on {day}.\n"
        "A campaign that has this file in its folder shows them with a paragraph of its own:\n"
        "[All results](results:{name}), or one question: [All results](results:{name}#{question})",
        slug=slug,
        day=day.isoformat(),
        name=quote(name),
        question=results.questions[0].id if results.questions else "…",
    )
    figures = Figures(
        campaign=slug,
        page=page,
        opening=" ".join(one.say(language) for one in opening(results)),
        charts=tuple(_charts(results, language)),
    )
    return write_figures(figures, heading, language)


def _charts(results: Results, language: str) -> Iterator[Chart]:
    for question in results.questions:
        for panel in question.panels:
            title = f"{question.number}. {question.text}"
            yield Chart(
                question=question.id,
                title=f"{title} {panel.title}".strip(),
                base=base_words(panel.base, language),
                answers=tuple(_answers(panel, language)),
            )


def _answers(panel: Panel, language: str) -> Iterator[Answer]:
    for one in panel.figures:
        yield Answer(
            label=one.label,
            bar=round(one.share * 100),
            share=share(one, language),
            people=people(one, language),
        )
