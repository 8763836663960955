"""The command line: talks to people, opens nothing itself."""

import sys

from mailer.cli.speech import speak


def main(arguments: list[str] | None = None) -> None:
    """The command `mailer`: runs and leaves with one of the exit codes of docs/contract.md."""
    speak()
    # After the language is known: help texts are said when the commands are defined.
    from mailer.cli.root import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
