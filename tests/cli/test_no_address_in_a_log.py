"""No address in anything that is said or logged: by a send, by the site, with every log on and faults met."""

import re
from pathlib import Path
from typing import Any

from mailer.workspace.traces import finder
from tests.cli.command import Mailer
from tests.cli.hosted import on_a_free_port, serving
from tests.cli.section import SLUG, bring, post_to
from tests.smtp.conditions import recipient
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

LOUD: dict[str, Any] = {"PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}  # asyncio tells what it waits for
STRANGER = "stranger@example.org"


def test_of_a_send_a_refusal_and_the_site(section: Mailer) -> None:
    """The addresses of members, and one that somebody types into the sign-up's form."""
    on_a_free_port(section)
    people = bring(section, 3)
    finds = finder((*people, STRANGER))
    words = f"5.1.1 <{people[1]}> is nobody here"
    rule = Rule(Stage.RCPT, Reply(550, words), when=recipient(people[1]))
    with running(FaultServer([rule])) as server:
        post_to(section, server)
        run = section("--debug", "send", SLUG, "--yes", **LOUD)
    assert (run.code, "1 refused" in run.err) == (0, True)
    assert not finds((run.out + run.err).encode())
    with serving(section) as site:
        for path in ("/", "/privacy", "/s/sample", f"/u/{people[0]}", f"/nothing?email={people[0]}"):
            site.ask(path)
        site.ask("/s/sample", [("email", STRANGER)])
        site.ask("/s/sample", [("email", people[0] + "\r\nBcc: x")])
        left = site.ask(f"/u/{people[2]}", [("List-Unsubscribe", "One-Click")])
        assert left.status == 404  # no token of ours
        ended = site.end()
    assert ended.code == 0
    assert not finds((ended.out + ended.err).encode())
    for file in _said(section.folder):
        assert not finds(file.read_bytes()), file


def _said(folder: Path) -> list[Path]:
    """What the program has written beside its database: logs, notes of what was done."""
    base = folder / "subscribers"
    kept = re.compile(r"mailer\.db|outbox|answers|\.csv$")
    return [path for path in sorted(base.rglob("*")) if path.is_file() and not kept.search(str(path))]
