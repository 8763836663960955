"""The files beside a campaign: found in its own folder, or refused.

A campaign must not carry away other files of this machine (Sympa CVE-2015-1306): no absolute path, no
`..`, no symbolic link that leads out, no fetching from the network.
"""

import re
from pathlib import Path, PurePosixPath

from mailer.compose.assets import Candidate
from mailer.errors import why
from mailer.findings import Finding, Place, error
from mailer.words import Text

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_DRIVE = re.compile(r"[a-zA-Z]:[\\/]")
LARGEST = 20 * 1024 * 1024  # bytes read before judging: enough to say how heavy a file is


def find_beside(folder: Path, shown: str, name: str, place: Place) -> Candidate | Finding:
    """The file `name` of `folder` (called `shown` in findings), or why it cannot be taken."""
    if _ADDRESS.match(name) and not _DRIVE.match(name):
        return error(
            "file-remote",
            place,
            Text("'{name}' is not beside the campaign", name=name),
            Text("save it in {folder}/ and write its name: nothing is fetched from elsewhere", folder=shown),
        )
    if _leads_out(name) or not _inside(folder, folder / name):
        return error(
            "file-outside",
            place,
            Text("'{name}' is outside the campaign's folder", name=name),
            Text("copy it into {folder}/ and write its name alone", folder=shown),
        )
    path = folder / name
    if not path.is_file():
        return error(
            "missing-file",
            place,
            Text("there is no file '{name}' in {folder}/", name=name, folder=shown),
            Text("put it there, or correct its name")
            if folder.is_dir()
            else Text("create the folder and put it there"),
        )
    return _read(path, name, place)


def _read(path: Path, name: str, place: Place) -> Candidate | Finding:
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as fault:
        return error(
            "unreadable",
            place,
            Text("'{name}' cannot be read ({reason})", name=name, reason=why(fault)),
            Text("check its permissions"),
        )
    if len(content) > LARGEST:
        return error(
            "file-huge",
            place,
            Text("'{name}' weighs more than {limit} MB", name=name, limit=LARGEST // 1024**2),
            Text("make it smaller"),
        )
    return Candidate(name, content, place)


def _leads_out(name: str) -> bool:
    pure = PurePosixPath(name.replace("\\", "/"))
    return "\x00" in name or pure.is_absolute() or ".." in pure.parts or bool(_DRIVE.match(name))


def _inside(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
