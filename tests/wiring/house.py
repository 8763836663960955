"""A workspace on disk with a store that is open, and a site of strangers to ask."""

import asyncio
import functools
import json
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mailer.model import Person
from mailer.store.store import Store
from mailer.wiring.doors import store_of
from mailer.wiring.drafting import draft_of
from mailer.workspace.beginning import begin
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace, open_workspace

ZOE, ANA = "zoe@example.org", "ana@example.org"
Reply = tuple[int, bytes | str | dict[str, Any]]


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that awaits."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


def workspace(folder: Path, settings: str = "", **environ: str) -> Workspace:
    """A workspace as `mailer init` makes it; `settings` are added to mailer.toml."""
    if not (folder / "mailer.toml").exists():
        begin(folder)
    if settings:
        path = folder / "mailer.toml"
        path.write_text(path.read_text("utf-8") + settings, encoding="utf-8")
    return open_workspace(folder, environ)


@contextmanager
def opened(there: Workspace, *emails: str, patience: float = 0.1) -> Iterator[Store]:
    """Its store, with these people on the list `sample`."""
    store = store_of(there, patience=patience)
    try:
        if emails:
            people = [Person(email=email, fields={"first_name": "Zoé"}) for email in emails]
            with store.together():
                store.people.bring("sample", people, source="test")
        yield store
    finally:
        store.close()


def draft(
    there: Workspace, store: Store, slug: str = "tract", body: str = "Un mot.", front: str = ""
) -> Draft:
    """A campaign written, checked and laid out."""
    path = there.root / f"campaigns/{slug}.md"
    path.write_text(
        f'+++\nsubject = "Essai"\nlists = ["sample"]\n{front}+++\n\n# Titre\n\n{body}\n', encoding="utf-8"
    )
    return draft_of(there, path, store)


@contextmanager
def locked(there: Workspace) -> Iterator[None]:
    """Somebody else keeps the database to themselves."""
    other = sqlite3.connect(there.root / "subscribers/mailer.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def stranger(answer: Callable[[str, str], Reply]) -> Iterator[tuple[str, list[str]]]:
    """A site that answers whatever it likes: `answer` is given method and path; what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content = answer(self.command, self.path)
            data = json.dumps(content) if isinstance(content, dict) else content
            raw = data.encode() if isinstance(data, str) else data
            self.send_response(status)
            self.send_header("Location", "/healthz")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
