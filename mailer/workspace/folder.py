"""A workspace opened: its root, its settings, its campaigns by name."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.errors import SettingsError, UsageError
from mailer.findings import Finding, has_errors
from mailer.settings import Settings, read_settings
from mailer.words import Text
from mailer.workspace.texts import read_text

SETTINGS = "mailer.toml"
CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with mailer.toml; `findings` are what its settings have to say short of an error."""

    root: Path
    settings: Settings
    findings: tuple[Finding, ...] = ()


def find_root(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds mailer.toml."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)


def open_workspace(start: Path, environ: Mapping[str, str] | None = None) -> Workspace:
    """The workspace around `start`.

    Raises UsageError when there is none, SettingsError when its settings have errors.
    """
    root = _root(start)
    text, findings = read_text(root / SETTINGS, SETTINGS)
    settings = None
    if text is not None:
        settings, faults = read_settings(text, SETTINGS, os.environ if environ is None else environ)
        findings = [*findings, *faults]
    if settings is None or has_errors(findings):
        raise SettingsError(Text("the settings have faults: nothing was done"), findings)
    return Workspace(root=root, settings=settings, findings=tuple(findings))


def workspace_of(name: str | None) -> Workspace:
    """The workspace of a campaign named on the command line: around its file if it is one, else around us."""
    return open_workspace(root_of(name))


def root_of(name: str | None) -> Path:
    """The root of that workspace; UsageError when there is none."""
    path = Path(name) if name else None
    if path is not None and path.is_file() and find_root(path.parent):
        return _root(path.parent)
    return _root(Path.cwd())


def _root(start: Path) -> Path:
    root = find_root(start)
    if root is None:
        raise UsageError(Text("there is no workspace here: run 'mailer init DIR' to make one"))
    return root


def campaign_files(root: Path) -> list[Path]:
    """The campaigns of a workspace, by name."""
    folder = root / CAMPAIGNS
    found = (
        [path for path in folder.glob("*.md") if path.is_file() and not path.name.startswith(".")]
        if folder.is_dir()
        else []
    )
    return sorted(found, key=lambda path: path.stem)


def find_campaign(root: Path, name: str) -> Path:
    """The campaign called `name`: a path, a slug or a unique beginning of one. UsageError otherwise."""
    if Path(name).is_file():
        return Path(name).resolve()
    files = {path.stem: path for path in campaign_files(root)}
    wanted = name.removesuffix(".md").removeprefix(f"{CAMPAIGNS}/")
    if wanted in files:
        return files[wanted]
    found = [slug for slug in files if wanted and slug.startswith(wanted)]
    if len(found) == 1:
        return files[found[0]]
    if found:
        raise UsageError(
            Text("'{name}' begins the name of several campaigns: {names}", name=name, names=", ".join(found))
        )
    close = difflib.get_close_matches(wanted, files, n=1)
    if close:
        raise UsageError(
            Text("there is no campaign '{name}': did you mean '{close}'?", name=name, close=close[0])
        )
    raise UsageError(
        Text(
            "there is no campaign '{name}' in {folder}/: 'mailer campaigns' lists them",
            name=name,
            folder=CAMPAIGNS,
        )
    )


def shown(root: Path, path: Path) -> str:
    """A path as findings show it: from the workspace's root, with `/`."""
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
