"""Beginnings: a workspace that already works, and a campaign from the template's model."""

import re
import shutil
import unicodedata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from mailer.errors import UsageError, why
from mailer.toml.kinds import as_toml
from mailer.words import Text
from mailer.workspace.keys import private_folder, read_or_make_keys

SAMPLE = "campaigns/relation-clients"
SHIPPED = (
    f"{SAMPLE}.md",
    SAMPLE,
    "templates/tract",
    "subscribers/README.md",
    "subscribers/sample.csv",
    "mailer.toml",  # last: an interrupted beginning is no workspace yet, and can be begun again
)
# Windows keeps some names for its devices, whatever their suffix.
SLUG = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 60
_SPELT = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'"})  # NFKD leaves them

# Two files, so that one that is there already does not leave the other's part undone.
IGNORED = {
    "subscribers/.gitignore": """\
# Everything personal or secret lies here: only the explanation and the sample are shared.
*
!.gitignore
!README.md
!sample.csv
""",
    ".gitignore": """\
# What 'mailer render' writes.
out/
""",
}


def shipped() -> Traversable:
    """The workspace that travels with the program: inside the wheel, or the repository's own root."""
    inside = files("mailer") / "sample"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def begin(folder: Path) -> list[str]:
    """Make `folder` a working workspace; the names of what was written.

    Files already there are kept as they are. Raises UsageError when it is a workspace already.
    """
    if (folder / "mailer.toml").exists():
        raise UsageError(Text("{folder} is a workspace already: nothing was changed", folder=str(folder)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        private_folder(folder / "subscribers")
        written = [name for name, text in IGNORED.items() if _write_missing(folder / name, text)]
        read_or_make_keys(folder)
        written += [name for name in SHIPPED for name in _copy(shipped() / name, folder, name)]
    except OSError as fault:
        raise _unwritable(str(folder), fault) from None
    return written


def _copy(source: Traversable, folder: Path, name: str) -> list[str]:
    target = folder / name
    if source.is_dir():
        inside = sorted(source.iterdir(), key=lambda item: item.name)
        return [copied for item in inside for copied in _copy(item, folder, f"{name}/{item.name}")]
    if target.exists():
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as opened, target.open("wb") as written:
        shutil.copyfileobj(opened, written)
    return [name]


def _write_missing(path: Path, text: str) -> bool:
    if path.exists():
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def new_campaign(root: Path, slug: str, model: str, lists: list[str], *, sample: bool) -> str:
    """Write campaigns/<slug>.md from a model; its name. Never over a campaign that is there."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise UsageError(
            Text(
                "'{slug}' cannot name a campaign: write '{better}'",
                slug=slug,
                better=_better(slug),
            )
        )
    name = f"campaigns/{slug}.md"
    text = model.replace("LISTS_HERE", as_toml(lists))
    if sample:
        text = text.replace("\ntracking", "\nsample = true\ntracking", 1)
    if (root / name).exists():
        raise UsageError(Text("{file} exists already: nothing was changed", file=name))
    try:
        (root / "campaigns").mkdir(exist_ok=True)
        with (root / name).open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as fault:
        raise _unwritable(name, fault) from None
    return name


def new_beside(root: Path, slug: str, file: str, text: str) -> str:
    """Write campaigns/<slug>/<file>, unless it is there; its name, empty when nothing was written."""
    name = f"campaigns/{slug}/{file}"
    try:
        (root / name).parent.mkdir(exist_ok=True)
        return name if _write_missing(root / name, text) else ""
    except OSError as fault:
        raise _unwritable(name, fault) from None


def _unwritable(name: str, fault: OSError) -> UsageError:
    return UsageError(Text("{folder} cannot be written ({reason})", folder=name, reason=why(fault)))


def _better(slug: str) -> str:
    return slugified(slug) or "tract-1"


def slugified(text: str) -> str:
    """The nearest slug: 'Grève du 17 !' is 'greve-du-17'."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELT)).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return slug if not slug or SLUG.fullmatch(slug) else f"tract-{slug}"  # Windows keeps NUL for itself
