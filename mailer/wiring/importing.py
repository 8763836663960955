"""People brought in from a file, or by hand; taken out to a file; written out of the lists."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest
from itertools import count
from pathlib import Path

from mailer.errors import LaterError, RefusedError, UsageError, why
from mailer.fields import title_key
from mailer.model import Person
from mailer.people import Reading, Refused, Report, read_people, write_refused
from mailer.settings import checks
from mailer.store.bringing import Brought
from mailer.store.people import BY_FILE
from mailer.store.store import Store
from mailer.words import Text, plural
from mailer.workspace.folder import Workspace
from mailer.workspace.keys import private_folder, write_private

REFUSED = "subscribers/refused"
_FEW = 5  # one of so many may leave unsaid


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import did or, in a dry run, would do."""

    report: Report
    brought: Brought
    objection: Text | None = None  # why --sync would be refused
    number: int = 0  # of the journal's entry; 0: nothing was, or would be, changed
    refused: list[Refused] = field(default_factory=list)
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """A list is made what a file says; `removing`: how many leave it, said by whoever knows."""

    removing: int | None = None

    def objection(self, removed: int, members: int, refused: int) -> Text | None:
        """Why nobody is taken out: lines were refused, so that people seem absent; or too many leave."""
        if refused:
            return plural(
                "{count} line is refused: mend it first, for --sync would take out whom it names",
                "{count} lines are refused: mend them first, for --sync would take out whom they name",
                count=refused,
            )
        values = {"count": removed, "members": members}
        if self.removing is None and removed * _FEW > members:
            return Text(
                "{count} of {members} would leave, more than a fifth: if it is right, add --removing {count}",
                **values,
            )
        if self.removing not in (None, removed):
            return Text("{count} would leave, not {said}: look again", count=removed, said=self.removing or 0)
        return None


def list_named(workspace: Workspace, slug: str) -> None:
    """UsageError, with the lines to add, when mailer.toml has no such list."""
    if slug in workspace.settings.lists:
        return
    if cure := checks.slug(slug):
        raise UsageError(Text("'{slug}' names no list: {cure}", slug=slug, cure=cure))
    raise UsageError(
        Text(
            "mailer.toml has no list '{slug}'. To make it, add:\n\n[lists.{slug}]\ntitle = \"…\"\n"
            'legal_basis = "…"   # members | contact | consent | given | agreement | employer_permission',
            slug=slug,
        )
    )


def import_file(
    store: Store,
    slug: str,
    path: Path,
    *,
    encoding: str | None,
    write: bool,
    proof: str = "",
    identifiers: Collection[str] = (),
    sync: "Sync | None" = None,
    types: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Imported:
    """Bring the people of a file into the list `slug`, all or none; without `write`, only tell what would be.

    `identifiers`: own fields of the list by which another service knows its members; no others are kept.
    `sync`: the list becomes what the file says. RefusedError: it may not, and nothing was changed.
    `types`: of own fields that are no texts. `columns`: what the list's settings say of titles.
    Raises FaultsError when the file cannot be read as a list, UsageError when it cannot be opened.
    """
    refused: list[Refused] = []
    try:
        with path.open("rb") as opened:
            reading = read_people(
                opened,
                path.name,
                encoding=encoding,
                identifiers=identifiers,
                types=types or {},
                told={title_key(title): name for title, name in (columns or {}).items()},
            )
            around = store.together() if write else store.glance()
            with around:
                number = store.imports.begin()
                source, size = f"{BY_FILE}{path.name}", store.people.size_of(slug)
                brought = store.people.bring(
                    slug,
                    _people(reading, refused),
                    source=source,
                    proof=proof,
                    number=number,
                    sync=sync is not None,
                    writes=write,
                )
                objection = sync.objection(brought.removed, size, len(refused)) if sync else None
                if objection and write:
                    raise RefusedError(objection)
                changed = brought.created or brought.joined or brought.updated or brought.removed
                if changed and write:
                    opened.seek(0)
                    digest = file_digest(opened, "sha256").hexdigest()
                    store.imports.forget()
                    store.imports.record(number, slug, brought, file=path.name, digest=digest, source=source)
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be read ({reason})", file=str(path), reason=why(fault))
        ) from None
    return Imported(
        report=reading.report,
        brought=brought,
        number=number if changed else 0,
        objection=objection,
        refused=refused,
        titles=reading.titles,
    )


def _people(reading: Reading, refused: list[Refused]) -> Iterator[Person]:
    for one in reading:
        if isinstance(one, Person):
            yield one
        else:
            refused.append(one)


def keep_refused(workspace: Workspace, path: Path, imported: Imported, language: str) -> Path:
    """The refused lines as a CSV to mend, for the owner alone.

    A file that is there already is left: somebody may have begun to mend it, or be importing it now.
    """
    folder = workspace.root / REFUSED
    content = "".join(write_refused(imported.titles, imported.refused, language)).encode("utf-8")
    try:
        private_folder(folder)
        for number in count(1):
            target = folder / (f"{path.stem}.csv" if number == 1 else f"{path.stem}-{number}.csv")
            if not target.exists():
                write_private(target, content)
                break
            if target.is_file() and target.read_bytes() == content:
                break
    except OSError as fault:
        raise UsageError(
            Text("{folder} cannot be written ({reason})", folder=str(folder), reason=why(fault))
        ) from None
    return target


def leave(store: Store, email: str, lists: list[str], *, everything: bool) -> tuple[str, ...] | None:
    """Write somebody out of `lists`, or of everything; what they left, None when nobody has the address.

    An objection to everything is kept all the same, for whoever imports the address later.
    """
    known = store.people.number_of(email)
    if known is None and not everything:
        return None
    number = known or store.people.number_for(email)
    try:
        with store.together():
            if everything:
                hashed = store.people.hash_of(email)
                left = store.exits.object(number, "operator", address_hash=hashed).lists
            else:
                left = store.exits.leave(number, lists, "operator").lists
    except LaterError:  # the log alone is enough for nobody to write to them
        store.exits.keep(number, lists, "operator", everything)
        left = tuple(lists)
    return None if known is None else left
