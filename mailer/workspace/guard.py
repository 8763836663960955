"""Personal files that git would carry away: a union's list must never reach a shared repository."""

import shutil
import subprocess
from pathlib import Path

from mailer.findings import Finding, Place, error
from mailer.words import Text

SHARED = frozenset({"subscribers/README.md", "subscribers/sample.csv", "subscribers/.gitignore"})


def tracked_faults(root: Path) -> list[Finding]:
    """The files of subscribers/ that git tracks and must not; none without git or outside a repository."""
    git = shutil.which("git")
    if git is None:
        return []
    listed = subprocess.run(  # noqa: S603  a fixed command, its path found by the system
        [git, "-C", str(root), "ls-files", "-z", "--", "subscribers"],
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
