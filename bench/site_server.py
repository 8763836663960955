"""The server that `bench.site` asks: our site, and a bare Starlette application, in one process."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bench.message import edition
from mailer.model import Person, TrackedLink
from mailer.store.launches import Launch, new_public_id
from mailer.tokens.links import unsubscribe_token
from mailer.web.serving import run, serve
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.site import run_site
from mailer.workspace.beginning import begin
from mailer.workspace.folder import Workspace, open_workspace

PEOPLE = 60_000


async def _go(_request: Request) -> Response:
    return RedirectResponse("https://example.org/", status_code=302)


async def _form(request: Request) -> Response:
    await request.form()
    return PlainTextResponse("ok")


def _prepare(workspace: Workspace) -> tuple[str, list[str]]:
    """A launched campaign and people on its list: the link's address, and their tokens."""
    store = store_of(workspace)
    keys = keys_of(workspace)
    link = TrackedLink(number=1, destination="https://example.org/", label="x")
    made = replace(edition(), public_id=new_public_id(), links=(link,))
    with store.together():
        people = (Person(email=f"m{number}@example.org") for number in range(PEOPLE))
        store.people.bring("sample", people, source="import: adherents.csv")
        store.launches.launch(
            Launch(
                slug="bench",
                title="bench",
                edition=made,
                questionnaire="",
                message_id_key="a",
                lists=["sample"],
                starts_at=now(),
                expires_at=now() + timedelta(hours=1),
                hold_until=None,
                scheduled=True,
            )
        )
    with store.glance():
        numbers = [store.people.number_of(f"m{number}@example.org") or 0 for number in range(PEOPLE)]
    store.close()
    return f"/l/{made.public_id}/1", [unsubscribe_token(keys, number, "sample") for number in numbers]


async def _main(folder: Path) -> None:
    begin(folder)
    workspace = open_workspace(folder, {})
    link, tokens = _prepare(workspace)
    ports: dict[str, int] = {}

    def listening(name: str, address: str) -> None:
        ports[name] = int(address.rpartition(":")[2])
        if len(ports) == 2:
            said = {"port": ports["site"], "bare_port": ports["bare"], "link": link, "tokens": tokens}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

    bare = Starlette(routes=[Route("/go", _go), Route("/form", _form, methods=["POST"])])
    site = run_site(
        workspace,
        "127.0.0.1",
        0,
        log=lambda _line: None,
        tell=lambda _text: None,
        started=lambda address: listening("site", address),
        sends=False,
    )
    await asyncio.gather(
        site, serve(bare, "127.0.0.1", 0, started=lambda address: listening("bare", address))
    )


if __name__ == "__main__":
    run(_main(Path(sys.argv[1])))
