"""Forms as they arrive: read up to a limit, in either of the two writings of HTML."""

import logging
from collections.abc import AsyncGenerator
from enum import IntEnum
from urllib.parse import parse_qsl

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

LONGEST = 256 * 1024  # bytes
MOST_FIELDS = 1000

Form = list[tuple[str, str]]

# The parser warns of every odd byte on the terminal, hence of when somebody answered (standards.md, G17).
_PARSER = logging.getLogger("python_multipart")
_PARSER.addHandler(logging.NullHandler())
_PARSER.propagate = False


class Refusal(IntEnum):
    """Why a body was not read; the value is the status to answer with."""

    UNREADABLE = 400
    TOO_LARGE = 413


async def read_form(request: Request) -> Form | Refusal:
    """The fields of a posted form, in order; one that brings a file is not read.

    multipart/form-data, and anything else as application/x-www-form-urlencoded: RFC 8058 allows both,
    and a provider that forgets to say which still means what it writes.
    """
    body = await read_body(request)
    if body is None:
        return Refusal.TOO_LARGE
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await _multipart(request, body)
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return Refusal.TOO_LARGE
    return fields


async def read_body(request: Request, longest: int = LONGEST) -> bytes | None:
    """The whole body; None over the limit in bytes, whether it says so beforehand or not."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > longest:
        return None
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > longest:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def _multipart(request: Request, body: bytes) -> Form | Refusal:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers, stream(), max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST
    )
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError):  # the latter for the odder charsets it may declare
        return Refusal.UNREADABLE
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
