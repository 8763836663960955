"""What could carry personal files away: git, a synchronised folder, permissions too wide."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

from mailer.findings import Finding, Place, error, warning
from mailer.tokens.keys import KEYS_FILE
from mailer.words import Text
from mailer.workspace.keys import keys_faults

PERSONAL = "subscribers"
SHARED = frozenset({f"{PERSONAL}/README.md", f"{PERSONAL}/sample.csv", f"{PERSONAL}/.gitignore"})
# Folder names under which these programs copy everything to somebody else's machines.
SYNCHRONISED = ("onedrive", "dropbox", "icloud", "com~apple~clouddocs", "google drive", "googledrive")


def privacy_faults(root: Path) -> list[Finding]:
    """What is wrong with where the personal files lie (design.md, "Keys and personal files")."""
    return [*_tracked(root), *_synchronised(root), *_open_to_others(root), *keys_faults(root)]


def _tracked(root: Path) -> list[Finding]:
    """The files of subscribers/ that git tracks and must not; none without git or outside a repository."""
    git = shutil.which("git")
    if git is None:
        return []
    listed = subprocess.run(  # noqa: S603  a fixed command, its path found by the system
        # Somebody else's repository is read like ours: git would refuse, and the fault stay unseen.
        [git, "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--", PERSONAL],
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        return []
    names = listed.stdout.decode("utf-8", "replace").split("\0")
    return [
        error(
            "personal-in-git",
            Place(name),
            Text("git tracks this file, which may hold names or keys"),
            Text("run 'git rm --cached {name}', and think of who has seen the repository", name=name),
        )
        for name in sorted(names)
        if name and name not in SHARED
    ]


def _synchronised(root: Path) -> list[Finding]:
    for part in root.resolve().parts:
        if any(part.lower().startswith(name) for name in SYNCHRONISED):
            return [
                warning(
                    "synchronised-folder",
                    Place(PERSONAL),
                    Text("this workspace lies in a synchronised folder ('{name}')", name=part),
                    Text("move it elsewhere: names of members would be copied to that company's machines"),
                )
            ]
    return []


def _open_to_others(root: Path) -> list[Finding]:
    if os.name != "posix":  # elsewhere these modes say nothing
        return []
    findings = []
    for name, mode in ((PERSONAL, "700"), (KEYS_FILE, "600")):
        path = root / name
        if _personal(path) and stat.S_IMODE(path.stat().st_mode) & 0o077:
            findings.append(
                warning(
                    "open-to-others",
                    Place(name),
                    Text("other users of this machine may read it"),
                    Text("run 'chmod {mode} {name}'", mode=mode, name=name),
                )
            )
    return findings


def _personal(path: Path) -> bool:
    """Whether something personal is there: a fresh clone's subscribers/ holds only what is shared."""
    if path.is_dir():
        return any(f"{path.name}/{inside.name}" not in SHARED for inside in path.iterdir())
    return path.exists()
