"""A section's workspace that sends, to a mail server of this process: its settings, its people, its post."""

import os
import re
import select
import stat
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.cli.command import COMMAND, Mailer, Run, environment
from tests.smtp.server import FaultServer

SLUG = "tract"
FIGURES = ("sent", "refused", "excluded", "deferred", "in_flight", "unknown", "pending")
WORDS = "Bonjour{{ ' ' + first_name if first_name }}, [notre site](https://www.example.org/)."


def table(mailer: Mailer, name: str, text: str) -> None:
    """Put `text` in place of what `[name]` holds in mailer.toml; at the end if it is not there."""
    path = mailer.folder / "mailer.toml"
    settings = path.read_text(encoding="utf-8")
    whole = f"[{name}]\n{text}\n\n"
    found = re.compile(rf"(?m)^\[{re.escape(name)}\]\n(?:(?!\[).*\n?)*")
    known = found.search(settings) is not None
    settings = found.sub(lambda _: whole, settings, count=1) if known else f"{settings}\n{whole}"
    path.write_text(settings, encoding="utf-8")


def post_to(mailer: Mailer, server: FaultServer, extra: str = "connections = 2") -> None:
    """The way out: a server of this machine."""
    table(
        mailer,
        "transport",
        f'kind = "smtp"\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"\n{extra}',
    )


BOX = 'address = "retours@lettre.example.org"\nmailbox = "maildir:subscribers/retours"'


def give_mailbox(mailer: Mailer) -> None:
    """Mail that comes back goes into a Maildir of the workspace, which is empty."""
    table(mailer, "bounces", BOX)
    for part in ("new", "cur", "tmp"):
        (mailer.folder / "subscribers/retours" / part).mkdir(parents=True)


def bring(mailer: Mailer, count: int, domain: str = "example.org", slug: str = "sample") -> list[str]:
    """`count` people come onto a list; their addresses."""
    addresses = [f"membre{number}@{domain}" for number in range(count)]
    rows = "".join(f"{address};Prénom{number}\n" for number, address in enumerate(addresses))
    mailer.write("people.csv", "email;prénom\n" + rows)
    how = ("--list", slug, "--proof", "a sheet they signed", "--yes")
    assert mailer("subscribers", "import", "people.csv", *how).code == 0
    return addresses


def adds_up(said: dict[str, Any]) -> dict[str, Any]:
    """The figures of a campaign, which P5 holds for."""
    assert said["audience"] == sum(said[name] for name in FIGURES)
    return said


def figures(mailer: Mailer, slug: str = SLUG) -> dict[str, Any]:
    """What `status` says of a campaign, in JSON."""
    said: dict[str, Any] = mailer("status", slug, "--json").json
    return adds_up(said)


def arrived(server: FaultServer) -> Counter[str]:
    """How many messages each recipient has, as the server itself accepted them."""
    return server.ledger.counts()


def within(mailer: Mailer, environ: Mapping[str, str], *words: str) -> Run:
    """A command in an environment that was made for it."""
    return mailer(*words, **environ)  # type: ignore[arg-type]


def gates(run: Run) -> list[str]:
    """The gates that are named on standard error, in order."""
    return re.findall(r"^campaigns/\S+ (?:\(warning\) )?\[([a-z-]+)\] .+: .+$", run.err, re.MULTILINE)


def mode(path: Path) -> int:
    """A file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a workspace but the database's own companions, to compare before and after."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def begin(mailer: Mailer, *words: str, **environ: str | None) -> "subprocess.Popen[bytes]":
    """A command left running."""
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=mailer.folder,
        env=environment(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: "subprocess.Popen[bytes]", timeout: float = 30) -> Run:
    """What came of it; killed and failed when it does not end in `timeout` seconds."""
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    run = Run(code=process.returncode, out=out.decode(), err=err.decode())
    assert "Traceback" not in run.out + run.err
    return run


def read_until(stream: Any, pattern: str, timeout: float = 20) -> "re.Match[str]":
    """Read a pipe until its text holds `pattern`."""
    text, until = "", time.monotonic() + timeout
    while (found := re.search(pattern, text)) is None:
        ready, _, _ = select.select([stream], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(stream.fileno(), 65536) if ready else b""
        assert piece, text
        text += piece.decode("utf-8", "replace")
    return found


def typed(mailer: Mailer, answer: str, *words: str) -> tuple[int, str]:
    """A command on a terminal, where `answer` is typed at its question: exit code, and what was shown."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=mailer.folder,
        env=environment(TERM="dumb"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while b"Type " not in shown and (piece := _read(ours)):
            shown += piece
        os.write(ours, f"{answer}\n".encode())
        while piece := _read(ours):
            shown += piece
        return process.wait(30), shown.decode("utf-8", "replace")
    finally:
        process.kill()
        os.close(ours)


def _read(terminal: int) -> bytes:
    ready, _, _ = select.select([terminal], [], [], 30)
    try:
        return os.read(terminal, 65536) if ready else b""
    except OSError:  # the other side is closed
        return b""


def wait_until(condition: Any, timeout: float = 15) -> None:
    """Until `condition()`; an AssertionError otherwise."""
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
