"""What leaves the database as a file is written into the register of exports, whoever writes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from mailer.fields import STANDARD
from mailer.people import written
from mailer.store.exports import Export
from mailer.store.store import Store
from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A line of the register, and whether its file is still there, unchanged."""

    export: Export
    there: bool  # never known of standard output
    same: bool

    def as_json(self) -> dict[str, object]:
        """Keys are the contract's (docs/contract.md)."""
        one = self.export
        return {
            "at": one.at,
            "kind": one.kind,
            "list": one.list,
            "people": one.people,
            "file": one.path,
            "digest": one.digest,
            "there": self.there,
            "same": self.same,
        }


def record_export(
    workspace: Workspace, store: Store, kind: str, slug: str, *, people: int, file: Path | None, digest: str
) -> None:
    """`file`: None for standard output; `kind` is one of `store.exports`."""
    path = "" if file is None else _named(workspace, file)
    with store.together():
        store.exports.record(kind, slug, people=people, path=path, digest=digest)


def listed(store: Store, slug: str, kind: str) -> tuple[bytes, int]:
    """A file of this kind (`people.written`) with those a campaign to the list would reach; how many.

    They are written as they are read: a list of a million people would take 600 MB beside the file's 60.
    """
    held, people = BytesIO(), _Passing(store.people.members(slug))
    with store.glance():
        own = sorted(store.people.fields_of(slug) - set(STANDARD))
        columns = [name for name in (*STANDARD, *own) if name != "email"]
        for piece in written(kind, slug, people, columns):
            held.write(piece)
    return held.getvalue(), people.count


class _Passing:
    """People, counted as they pass."""

    def __init__(self, people: Iterable[tuple[str, dict[str, str]]]) -> None:
        self.count = 0
        self._people = people

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        for one in self._people:
            self.count += 1
            yield one


def digest_of(content: bytes) -> str:
    """As the register keeps it."""
    return sha256(content).hexdigest()


def register(workspace: Workspace, store: Store) -> list[Registered]:
    """All that was written, the oldest first."""
    return [_looked_at(workspace.root, one) for one in store.exports.all()]


def files_of(workspace: Workspace, store: Store) -> list[Path]:
    """Registered files that are still there; those outside of the workspace are found through this alone."""
    paths = {workspace.root / one.path for one in store.exports.all() if one.path}
    return sorted(path for path in paths if path.is_file())


def _looked_at(root: Path, one: Export) -> Registered:
    path = root / one.path
    there = bool(one.path) and path.is_file()
    return Registered(export=one, there=there, same=there and _digest(path) == one.digest)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            digest = sha256()
            while chunk := opened.read(1 << 20):
                digest.update(chunk)
            return digest.hexdigest()
    except OSError:
        return ""


def _named(workspace: Workspace, file: Path) -> str:
    whole = file.resolve()
    root = workspace.root.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(whole)
