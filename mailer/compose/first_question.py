"""The first question in the mail: its choices as buttons, which only tick a box on the page.

Nothing is recorded by opening one: whatever scans the mails of a company follows every link before its
reader does (questionnaire.md, "What breaks anonymity elsewhere"). The page shows the choice, to be confirmed.
"""

from dataclasses import dataclass, replace

from mailer.compose import tree
from mailer.compose.links import QUESTIONNAIRE
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstQuestion:
    """A question as a mail asks it; `choices`: what a form says of each, and what is read."""

    id: str
    text: str
    choices: tuple[tuple[str, str], ...]


def with_choices(tract: tree.Tract, first: FirstQuestion | None, language: str) -> tree.Tract:
    """The tract with the choices above each button that leads to the questionnaire."""
    if first is None:
        return tract
    return replace(tract, blocks=_blocks(tract.blocks, first, language))


def _blocks(blocks: tree.Blocks, first: FirstQuestion, language: str) -> tree.Blocks:
    found: list[tree.Block] = []
    for block in blocks:
        match block:
            case tree.Button(link=link) if link.href == QUESTIONNAIRE:
                found += [*_choices(first, link, language), block]
            case tree.Frame(blocks=inner):
                found.append(replace(block, blocks=_blocks(inner, first, language)))
            case _:
                found.append(block)
    return tuple(found)


def _choices(first: FirstQuestion, link: tree.Link, language: str) -> list[tree.Block]:
    told = Text(
        "A button opens the page with your answer ticked: nothing is kept before you confirm it there."
    )
    return [
        tree.Paragraph((tree.Strong((tree.Run(first.text),)),), link.place),
        *(
            tree.Button(replace(link, href=chosen(first.id, value), inlines=(tree.Run(words),)))
            for value, words in first.choices
        ),
        tree.Paragraph((tree.Run(told.say(language)),), link.place),
    ]


def chosen(question: str, value: str) -> str:
    """The link that ticks a choice: `questionnaire:?avis=2`. Ids and forms' values need no escaping."""
    return f"{QUESTIONNAIRE}?{question}={value}"
