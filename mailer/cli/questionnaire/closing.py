"""`mailer questionnaire close`: no answer is taken any more, and nobody can tell who has answered."""

import sys

import click

from mailer.cli import show
from mailer.cli.agreeing import agrees
from mailer.cli.questionnaire.opening import asked
from mailer.cli.speech import say
from mailer.errors import RefusedError, UsageError
from mailer.words import Text, plural


@click.command(
    "close",
    short_help=say(Text("Take no more answers, and forget who has answered.")),
    help=say(
        Text(
            "Close the questionnaire of the campaign SLUG for good: no answer is taken any more, the key of "
            "its ballots is destroyed, and nobody can tell who has answered."
        )
    ),
)
@click.argument("name", metavar="SLUG")
@click.option("--yes", is_flag=True, help=say(Text("Do it without asking.")))
def command(name: str, yes: bool) -> None:
    """Twice is once."""
    from mailer.wiring.closing import close
    from mailer.wiring.doors import now
    from mailer.wiring.reminding import forget

    with asked(name) as one:
        state = one.answers.state(one.public_id)
        if state.closed:
            show.talk(Text("The questionnaire of {slug} is closed already.", slug=one.slug))
            return
        _confirm(one.slug, state.people, yes=yes)
        close(one.answers, one.public_id, one.questionnaire, one.workspace.settings, now())
        forget(one.store, one.answers, now())
    show.talk(
        plural(
            "Closed with {count} answer. Nothing more is taken; who has answered is known to nobody.",
            "Closed with {count} answers. Nothing more is taken; who has answered is known to nobody.",
            count=state.people,
        )
    )


def _confirm(slug: str, people: int, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(Text("nobody is there to confirm: add --yes to close it"))
    question = plural(
        "Close the questionnaire of {slug} for good, with {count} answer?",
        "Close the questionnaire of {slug} for good, with {count} answers?",
        count=people,
        slug=slug,
    )
    if not agrees(question):
        raise RefusedError(Text("not confirmed: nothing was closed"))
