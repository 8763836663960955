"""The command `mailer`: its subcommands, and how each way of failing leaves."""

import os
import signal
import sys
import traceback
from importlib import import_module
from typing import Any

import click

from mailer import __version__
from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import FaultsError, LaterError, MailerError, RefusedError, SettingsError, UsageError
from mailer.words import Text

# In the order a campaign travels. A command lives in the module of its name.
COMMANDS = (
    "init",
    "new",
    "check",
    "render",
    "subscribers",
    "test",
    "send",
    "status",
    "report",
    "pause",
    "resume",
    "cancel",
    "serve",
    "worker",
    "campaigns",
    "lists",
    "segments",
    "questionnaire",
    "bounces",
    "archive",
    "dkim",
    "config",
    "db",
    "demo",
)

DONE, FAILED, USAGE, FAULTS, REFUSED, LATER, INTERRUPTED = 0, 1, 2, 3, 4, 75, 130


class _Commands(click.Group):
    """Imports a command when it is called: the others' libraries do not slow it down."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        # Click suggests among these when a name is misspelt; they are imported one by one, below.
        self.commands = dict.fromkeys(COMMANDS, click.Command(None))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"mailer.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(Text("Tracts by e-mail, to everyone exactly once.")),
    epilog=say(Text("Alone, 'mailer' says what to do next.")),
)
@click.version_option(
    __version__, message="mailer %(version)s", help=say(Text("Show the version and leave."))
)
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    help=say(Text("Show the program's own trace when something fails.")),
)
@click.pass_context
def mailer(context: click.Context) -> None:
    """The group itself: without a subcommand, the next step."""
    if context.invoked_subcommand is None:
        from mailer.cli.next_step import next_step

        show.data(say(next_step()))


def run(arguments: list[str]) -> int:
    """Run a command line; its exit code (docs/contract.md)."""
    show.survive_old_consoles()
    debug = "--debug" in arguments  # wherever it stands: one adds it to a line that has just failed
    words = [word for word in arguments if word != "--debug"]
    try:
        outcome = mailer.main(args=words, prog_name="mailer", standalone_mode=False)
        sys.stdout.flush()  # what cannot be written is told now, not when the interpreter leaves
    except click.ClickException as fault:
        fault.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        # Asked once more while it leaves, Python would die of the signal, and with another code.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        show.talk(Text("Interrupted."))
        return INTERRUPTED
    except MailerError as fault:
        return _told(fault)
    except BrokenPipeError:  # `mailer check | head`: the reader has seen enough
        _close_output()
        return FAILED
    except Exception as fault:
        _report(fault, debug=debug)
        return FAILED
    return outcome if isinstance(outcome, int) else DONE


def _told(fault: MailerError) -> int:
    """Say what stops a command: its findings first, if it carries any."""
    if isinstance(fault, FaultsError | SettingsError | RefusedError) and fault.findings:
        show.findings(fault.findings, err=True)
        show.talk(fault.message)
    else:
        show.talk(Text("Error: {message}", message=fault.message))
    for kind, code in _CODES:
        if isinstance(fault, kind):
            return code
    return FAILED


_CODES = ((FaultsError, FAULTS), (UsageError, USAGE), (RefusedError, REFUSED), (LaterError, LATER))


def _report(fault: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(fault)
    else:
        show.talk(
            Text(
                "The program failed ({name}: {reason}). Run it again with --debug and report what it shows.",
                name=type(fault).__name__,
                reason=str(fault),
            )
        )
    try:
        sys.stdout.flush()
    except OSError:  # a full disk behind `>`: nothing more can be said there
        _close_output()


def _close_output() -> None:
    """Let the interpreter flush into nothing as it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
