"""A yes at the terminal, in any of our languages: click takes an English y alone, and asks “oui” again."""

import click

from mailer.cli.speech import say
from mailer.words import Text

_YES = frozenset({"y", "yes", "o", "oui"})


def agrees(question: Text) -> bool:
    """Ask; whatever is no yes is a no."""
    asked = Text("{question} Yes or no", question=question)
    return is_yes(typed(asked))


def typed(asked: Text) -> str:
    """What somebody types behind a sentence and its colon, on standard error; empty: nothing."""
    prompt = say(Text("{label}: {value}", label=asked, value=""))
    answer: str = click.prompt(prompt, default="", show_default=False, prompt_suffix="", err=True)
    return answer


def is_yes(words: str) -> bool:
    """Whether it is a yes."""
    return words.strip().casefold() in _YES
