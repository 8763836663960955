"""Bytes that travel with a campaign, recognised by what they are and not by their name."""

import hashlib
import io
from dataclasses import dataclass

from mailer.findings import Finding, Place, error, warning
from mailer.model import Asset
from mailer.words import Text

KB = 1024
ATTACHMENT_LIMIT = 300 * KB
HEAVY_IMAGE = 200 * KB
IMAGE_LIMIT = 1024 * KB

# First bytes, media type, suffix. WebP and SVG are missing on purpose: Outlook shows neither.
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF8", "image/gif", "gif"),
)
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file as the workspace found it: the name the author wrote, its bytes, where it was named."""

    name: str
    content: bytes
    place: Place


def image(candidate: Candidate) -> tuple[Asset | None, list[Finding]]:
    """An image that every mail client shows, or why this is none."""
    known = next((known for known in _IMAGES if candidate.content.startswith(known[0])), None)
    if known is None:
        return None, [
            error(
                "image-format",
                candidate.place,
                Text("'{name}' is not a PNG, JPEG or GIF image", name=candidate.name),
                Text("save it as PNG (drawings, logos) or JPEG (photographs)"),
            )
        ]
    width, height = _size(candidate.content)
    if width < 1 or height < 1 or not _is_whole(candidate.content, known[2]):
        return None, [
            error(
                "image-format",
                candidate.place,
                Text("'{name}' is a damaged image", name=candidate.name),
                Text("save it again from your image editor"),
            )
        ]
    return _asset(candidate, *known[1:], width, height), _weight_faults(candidate)


def document(candidate: Candidate, *, attached: bool) -> tuple[Asset | None, list[Finding]]:
    """A PDF: attached, or put at `/i/` for a link."""
    if not candidate.content.startswith(_PDF):
        return None, [
            error(
                "not-pdf",
                candidate.place,
                Text("'{name}' is not a PDF", name=candidate.name),
                Text("only PDF files may go with a campaign: export it as PDF"),
            )
        ]
    if attached and len(candidate.content) > ATTACHMENT_LIMIT:
        return None, [
            error(
                "attachment-heavy",
                candidate.place,
                Text(
                    "'{name}' weighs {size} KB: attachments stop at {limit}",
                    name=candidate.name,
                    size=len(candidate.content) // KB,
                    limit=ATTACHMENT_LIMIT // KB,
                ),
                Text("link to it instead, it will be hosted: {link}", link=_link(candidate.name)),
            )
        ]
    return _asset(candidate, "application/pdf", "pdf"), []


def _link(name: str) -> str:
    return f"[{name}](<{name}>)" if " " in name else f"[{name}]({name})"


def _asset(candidate: Candidate, media_type: str, suffix: str, width: int = 0, height: int = 0) -> Asset:
    return Asset(
        name=candidate.name.rpartition("/")[2],
        digest=hashlib.sha256(candidate.content).hexdigest(),
        suffix=suffix,
        media_type=media_type,
        content=candidate.content,
        width=width,
        height=height,
    )


def _is_whole(content: bytes, suffix: str) -> bool:
    """Whether an image has its end: one cut by a broken copy still has its size."""
    match suffix:
        case "png":
            return b"IEND" in content
        case "jpg":
            return b"\xff\xd9" in content
        case "gif":
            return b";" in content[13:]
    return True


def _size(content: bytes) -> tuple[int, int]:
    import imagesize  # noqa: PLC0415  it brings urllib.request: 20 ms, of each command that reads a tract

    try:
        width, height = imagesize.get(io.BytesIO(content))
    except Exception:  # a reader of strangers' bytes: whatever it raises means "damaged"
        return 0, 0
    return int(width), int(height)


def _weight_faults(candidate: Candidate) -> list[Finding]:
    weight = len(candidate.content)
    if weight <= HEAVY_IMAGE:
        return []
    message = Text("'{name}' weighs {size} KB", name=candidate.name, size=weight // KB)
    cure = Text("save it smaller: 1200 pixels wide and {limit} KB are plenty", limit=HEAVY_IMAGE // KB)
    if weight > IMAGE_LIMIT:
        return [error("image-heavy", candidate.place, message, cure)]
    return [warning("image-heavy", candidate.place, message, cure)]
