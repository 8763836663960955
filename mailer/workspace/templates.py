"""Templates of the workspace: each folder of templates/ with its layout, macros and theme."""

from pathlib import Path

from mailer.compose.assets import Candidate, image
from mailer.compose.template import NEEDED, THEME, Template
from mailer.findings import Finding, Place, error
from mailer.model import Asset
from mailer.toml.document import read_document
from mailer.words import Text
from mailer.workspace.beside import find_beside
from mailer.workspace.texts import read_text

FOLDER = "templates"
_TEXTS = {".mjml", ".html", ".txt", ".toml"}


def template_names(root: Path) -> list[str]:
    """The folders of templates/, by name."""
    folder = root / FOLDER
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def read_template(root: Path, name: str) -> tuple[Template | None, Asset | None, list[Finding]]:
    """The template `name`, its logo, and the faults of its files."""
    folder, shown = root / FOLDER / name, f"{FOLDER}/{name}"
    sources: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(folder.iterdir()):
        if path.suffix in _TEXTS and path.is_file():
            text, faults = read_text(path, f"{shown}/{path.name}")
            findings += faults
            sources[path.name] = text or ""
    missing = [needed for needed in NEEDED if needed not in sources]
    if missing:
        findings += [_missing(shown, needed) for needed in missing]
        return None, None, findings
    document, faults = read_document(sources[THEME], f"{shown}/{THEME}")
    findings += faults
    if document is None:
        return None, None, findings
    logo, faults = _logo(folder, shown, document.values)
    findings += faults
    template = Template(name=name, folder=shown, sources=sources, theme=document.values)
    return template, logo, [*findings, *template.faults()]


def _logo(folder: Path, shown: str, theme: dict[str, object]) -> tuple[Asset | None, list[Finding]]:
    named = theme.get("logo")
    if not isinstance(named, dict) or not named.get("file"):
        return None, []
    found = find_beside(folder, shown, str(named["file"]), Place(f"{shown}/{THEME}"))
    return image(found) if isinstance(found, Candidate) else (None, [found])


def _missing(shown: str, needed: str) -> Finding:
    return error(
        "missing-template",
        Place(f"{shown}/{needed}"),
        Text("the template has no {file}", file=needed),
        Text("take it from a fresh 'mailer init'"),
    )
