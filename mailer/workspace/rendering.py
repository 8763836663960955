"""A draft for the eyes: one person's message in files, nothing sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailer.addresses import AddressError, check_address
from mailer.compose.audit import FAIL_HTML, KB, html_size
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.frame import content_id
from mailer.compose.links import hosted_name
from mailer.compose.message import MessageWriter
from mailer.compose.subjects import each, spelt
from mailer.errors import FaultsError, UsageError, why
from mailer.findings import Finding, has_errors
from mailer.model import Edition, Recipient
from mailer.tokens.keys import KEYS_FILE
from mailer.words import Text
from mailer.workspace.drafts import Draft, read_draft
from mailer.workspace.folder import Workspace, find_campaign
from mailer.workspace.keys import read_or_make_keys, write_private
from mailer.workspace.people import find_person

# The person of drafts and tests: nobody. Subscriber 0 is given to no one.
NOBODY = {"email": "camille.exemple@example.org", "first_name": "Camille", "last_name": "Exemple"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The files written, warnings of the campaign, and what to know about them."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...]


Find = Callable[[str, tuple[str, ...]], Recipient | None]


def _in_files(_email: str, _lists: tuple[str, ...]) -> Recipient | None:
    """Without a store, people are looked for in their lists' files alone."""


def render(
    workspace: Workspace,
    name: str,
    email: str | None,
    out: Path,
    now: datetime,
    *,
    find: Find = _in_files,
    known: Mapping[str, frozenset[str]] | None = None,
) -> Rendered:
    """Write <slug>.html, .txt and .eml into `out`, as `email` (or nobody) would get them.

    The .eml is the message itself. The .html shows the same page with its images taken from files
    beside it, since a draft's images are on no site yet. `find` looks for somebody of a list by address,
    before its file does; `known` as for `read_draft`. Raises FaultsError when the campaign has errors.
    """
    draft = read_draft(workspace, find_campaign(workspace.root, name), known)
    if has_errors(draft.findings) or draft.edition is None:
        raise FaultsError(Text("{file} has faults: nothing was written", file=draft.file), draft.findings)
    person, notes = _person(workspace, draft, email, find)
    keys, made = read_or_make_keys(workspace.root)
    if made:
        notes.append(Text("The keys of this workspace were made: keep a copy of {file}", file=KEYS_FILE))
    edition, *others = each(draft.edition)
    if others:
        notes.append(
            Text(
                "{count} subjects: this is the mail under the first, “{subject}”.",
                count=len(others) + 1,
                subject=spelt(draft.edition)[0],
            )
        )
    writer = MessageWriter(edition, keys)
    values = writer.values(person)
    parts = {
        "html": _with_files(fill_page(edition.html, values), edition).encode(),
        "txt": fill_text(edition.text, values).encode(),
        "eml": writer.write(person, now).as_bytes(),
    }
    files = _write(out, draft, parts)
    size = html_size(edition) // KB + 1
    notes.append(Text("HTML: {size} KB of {limit}.", size=size, limit=FAIL_HTML // KB))
    if draft.edition.site:
        notes.append(Text("The links of a draft open nothing: they live once it is sent."))
    return Rendered(files=tuple(files), findings=draft.findings, notes=tuple(notes))


def _person(
    workspace: Workspace, draft: Draft, email: str | None, find: Find
) -> tuple[Recipient, list[Text]]:
    assert draft.campaign is not None
    lists = draft.campaign.lists
    if email is None:
        return nobody(draft, NOBODY["email"]), []
    try:
        address = check_address(email)
    except AddressError as fault:
        raise UsageError(Text("'{email}': {reason}", email=email, reason=fault.message)) from None
    person = find(address, lists) or find_person(workspace.root, lists, address)
    if person is not None:
        return person, []
    unknown = Recipient(subscriber=0, email=address, list=lists[0], fields={"email": address})
    note = Text(
        "Nobody has the address {email} in {lists}: rendered with empty fields",
        email=address,
        lists=", ".join(lists),
    )
    return unknown, [note]


def nobody(draft: Draft, email: str) -> Recipient:
    """The fictitious person, at an address of one's own: whatever their links ask, it acts on nobody."""
    assert draft.campaign is not None
    assert draft.edition is not None
    # Fields of the list's own show their names, so that one sees where they fall.
    fields = {name: f"[{name}]" for name in draft.edition.fields}
    fields |= NOBODY | {"language": draft.campaign.language}
    return Recipient(subscriber=0, email=email, list=draft.campaign.lists[0], fields=fields)


def _with_files(html: str, edition: Edition) -> str:
    for image in edition.images:
        html = html.replace(f"{edition.site}/i/{hosted_name(image)}", f"images/{hosted_name(image)}")
        html = html.replace(f"cid:{content_id(image)}", f"images/{hosted_name(image)}")
    return html


def _write(out: Path, draft: Draft, parts: dict[str, bytes]) -> list[Path]:
    assert draft.edition is not None
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for suffix, content in parts.items():
            path = out / f"{draft.slug}.{suffix}"
            # A person's name, address and token: for the owner alone, and never through somebody's link.
            path.unlink(missing_ok=True)
            write_private(path, content)
            written.append(path)
        if draft.edition.images:
            (out / "images").mkdir(exist_ok=True)
        for image in draft.edition.images:
            (out / "images" / hosted_name(image)).write_bytes(image.content)
    except OSError as fault:
        raise UsageError(
            Text("{folder} cannot be written ({reason})", folder=str(out), reason=why(fault))
        ) from None
    return written
