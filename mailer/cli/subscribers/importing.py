"""`mailer subscribers import`: the people of a file brought into a list."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import Speech, say
from mailer.cli.subscribers.words import LIST, store_here
from mailer.errors import UsageError
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.people import Report
    from mailer.wiring.importing import Imported
    from mailer.workspace.folder import Workspace


@click.command(
    "import",
    short_help=say(Text("Bring the people of a file into a list.")),
    help=say(
        Text(
            "Bring the people of FILE into a list: CSV, XLSX, ODS or vCards. Without --yes it only tells "
            "what would be done. Those who left the list or asked for nothing more stay out of it."
        )
    ),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--list", "slug", metavar="LIST", required=True, help=LIST)
@click.option(
    "--dry-run", is_flag=True, help=say(Text("Only tell what would be done; this is so without --yes."))
)
@click.option("--yes", is_flag=True, help=say(Text("Do it.")))
@click.option(
    "--sync",
    is_flag=True,
    help=say(Text("Take out of the list whom earlier files brought and this one does not name.")),
)
@click.option(
    "--removing",
    metavar="N",
    type=click.IntRange(min=0),
    help=say(Text("How many leave by --sync; needed when it is more than a fifth.")),
)
@click.option("--encoding", metavar="NAME", help=say(Text("The file's encoding, when it is guessed wrong.")))
@click.option("--proof", metavar="TEXT", help=say(Text("How these people asked for it, and when.")))
def command(
    path: Path,
    slug: str,
    dry_run: bool,
    yes: bool,
    sync: bool,
    removing: int | None,
    encoding: str | None,
    proof: str | None,
) -> None:
    """All the lines that can be, or none."""
    from mailer.wiring.doors import store_of
    from mailer.wiring.importing import Sync, import_file, keep_refused, list_named
    from mailer.workspace.folder import workspace_of

    if removing is not None and not sync:
        raise UsageError(Text("--removing goes with --sync"))
    workspace = workspace_of(None)
    list_named(workspace, slug)
    write = yes and not dry_run
    store = store_of(workspace)
    try:
        one = workspace.settings.lists[slug]
        imported = import_file(
            store,
            slug,
            path,
            encoding=encoding,
            write=write,
            proof=(proof or "").strip(),
            identifiers=one.identifiers,
            sync=Sync(removing=removing) if sync else None,
            types=workspace.settings.types,
            columns=one.columns,
        )
    finally:
        store.close()
    _tell(imported)
    if sync:
        _tell_absent(imported)
    if imported.refused:
        target = keep_refused(workspace, path, imported, Speech.language)
        _register(workspace, slug, target, len(imported.refused))
        show.talk(Text("The refused lines, to mend and import: {file}", file=str(target)))
    if not write:
        show.talk(Text("Nothing was changed. If this is right, add --yes."))
    elif imported.number:
        show.talk(Text("To take this back: mailer subscribers undo {number}", number=imported.number))


def _tell(imported: "Imported") -> None:
    """The file as it was understood, what was found, what was done."""
    report, brought = imported.report, imported.brought
    show.data(say(_how(report)))
    if report.accented:
        show.data(say(Text("  are these names right? {names}", names=", ".join(report.accented))))
    show.findings([*report.notes, *report.problems])
    for line in (
        Text(
            "{rows}: {people}; refused: {refused}, twice: {duplicates}",
            rows=plural("{count} line", "{count} lines", count=report.rows),
            people=plural("{count} person", "{count} people", count=report.people),
            refused=report.refused,
            duplicates=report.duplicates,
        ),
        Text(
            "joining: {joined} ({created} new); there already: {already}; brought up to date: {updated}",
            joined=brought.joined,
            created=brought.created,
            already=brought.already,
            updated=brought.updated,
        ),
        Text(
            "staying out: {departed} who left the list, {suppressed} who asked for nothing more",
            departed=brought.departed,
            suppressed=brought.suppressed,
        ),
    ):
        show.data(say(line))


def _tell_absent(imported: "Imported") -> None:
    """Who is on the list and not in the file."""
    brought = imported.brought
    line = Text(
        "not in the file: {removed} taken out; {otherwise} who came by no file stay",
        removed=brought.removed,
        otherwise=brought.otherwise,
    )
    show.data(say(line))
    for email in brought.absent:
        show.data(f"  {email}")
    if brought.removed > len(brought.absent):
        show.data("  …")
    if imported.objection is not None:
        show.talk(imported.objection)


def _how(report: "Report") -> Text:
    """As what the file was read, and which column is what."""
    values = {
        "file": report.file,
        "mapping": ", ".join(f"{title} = {name}" for title, name in report.mapping.items()),
    }
    if report.kind == "csv":
        mark = report.delimiter.replace("\t", "tab")
        return Text(
            "{file}: {encoding}, separated by '{mark}'; {mapping}",
            encoding=report.encoding,
            mark=mark,
            **values,
        )
    if report.kind == "vcard":
        return Text("{file}: vCards, {encoding}; {mapping}", encoding=report.encoding, **values)
    return Text("{file}: {kind}, sheet '{sheet}'; {mapping}", kind=report.kind, sheet=report.sheet, **values)


def _register(workspace: "Workspace", slug: str, file: Path, people: int) -> None:
    """Refused lines are people in a file; the same file is in the register once."""
    from mailer.store.exports import REFUSED
    from mailer.wiring.exporting import digest_of, record_export, register

    with store_here() as store:
        known = [one.export for one in register(workspace, store) if one.same]
        digest = digest_of(file.read_bytes())
        if not any(one.digest == digest and (workspace.root / one.path) == file for one in known):
            record_export(workspace, store, REFUSED, slug, people=people, file=file, digest=digest)
