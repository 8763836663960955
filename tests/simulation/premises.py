"""A launched campaign on disk, made once and copied for each story."""

import functools
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from mailer.model import Person
from mailer.store import launches
from mailer.store.launches import Launch
from mailer.tokens.keys import KEYS_FILE, Keys
from mailer.wiring.doors import store_of
from mailer.workspace.beginning import begin
from mailer.workspace.folder import Workspace, open_workspace
from mailer.workspace.keys import private_folder
from tests.deliver.hours import NOON
from tests.store.house import small_edition

LIST = "sample"
SLUG = "tract"
_MEMORY = Path("/dev/shm")
_KEYS = Keys.new(lambda count: bytes(range(count)))


def person(number: int) -> str:
    """The address of one of those on the list, from 0."""
    return f"p{number}@example.org"


def folder() -> "tempfile.TemporaryDirectory[str]":
    """Somewhere fast."""
    return tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)


def premises(where: Path, people: int, *, slice_size: int = 4, **settings: object) -> Workspace:
    """A workspace in `where` with a campaign that is about to be carried; `settings` as the environment's.

    Its keys, numbers and ids are the same each time: one seed is one story.
    """
    made = Path(_made(people, slice_size))
    shutil.copytree(made / "subscribers", where / "subscribers")
    for name in ("mailer.toml", "templates", "campaigns"):
        (where / name).symlink_to(made / name)
    return open_workspace(where, {f"MAILER_{name.upper()}": str(value) for name, value in settings.items()})


@functools.cache
def _made(people: int, slice_size: int) -> str:
    _KEPT.append(folder())
    root = Path(_KEPT[-1].name) / "section"
    root.mkdir()
    private_folder(root / "subscribers")
    keys = root / KEYS_FILE
    private_folder(keys.parent)
    keys.write_text(_KEYS.to_toml(), encoding="utf-8")
    begin(root)
    with patch.object(launches, "SLICE", slice_size):
        _launch(open_workspace(root, {}), people)
    return str(root)


_KEPT: list["tempfile.TemporaryDirectory[str]"] = []  # until the end of the program


def _launch(workspace: Workspace, people: int) -> None:
    store = store_of(workspace, clock=lambda: NOON)
    try:
        with store.together():
            those = [Person(email=person(at), fields={"first_name": f"Zoé{at}"}) for at in range(people)]
            store.people.bring(LIST, those, source="test")
        with store.together():
            store.launches.launch(
                Launch(
                    slug=SLUG,
                    title="Un tract",
                    edition=small_edition(),
                    questionnaire="",
                    message_id_key=_KEYS.current[next(iter(_KEYS.current))],
                    lists=(LIST,),
                    starts_at=NOON,
                    expires_at=NOON + timedelta(hours=72),
                    hold_until=None,
                    scheduled=False,
                    abroad=False,
                    first=frozenset(),
                )
            )
    finally:
        store.close()
