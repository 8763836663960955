"""Reading the workspace's texts: in whatever encoding they were saved, and never beyond its walls."""

from pathlib import Path

from mailer.charset import TEXT_LIMIT, decode, too_large
from mailer.errors import why
from mailer.findings import Finding, Place, error
from mailer.words import Text


def read_text(path: Path, file: str) -> tuple[str | None, list[Finding]]:
    """The normalised text of `path`, called `file` in findings; None when it cannot be read."""
    try:
        if path.stat().st_size > TEXT_LIMIT:
            return None, [too_large(file, path.stat().st_size)]
        content = path.read_bytes()
    except OSError as fault:
        return None, [_unreadable(file, fault)]
    text, findings = decode(content, file)
    return text, findings


def _unreadable(file: str, fault: OSError) -> Finding:
    return error(
        "unreadable",
        Place(file),
        Text("this file cannot be read ({reason})", reason=why(fault)),
        Text("check its name and its permissions"),
    )
