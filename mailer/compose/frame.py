"""The MIME body of an edition, encoded once with its slots left open (RFC 2045, 2046, 2387).

alternative{text, html}; with images by CID alternative{text, related{html, images}}; with
attachments mixed{that, attachments}. The text comes before the HTML: the last is the best
(RFC 2046, 5.1.4).
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from posixpath import splitext
from urllib.parse import quote

from mailer.compose.quoted_printable import encode_text
from mailer.model import Asset, Frame, Slotted

_LONGEST_NAME = 900  # of a percent-encoded file name
_STEM, _SUFFIX = 50, 10  # characters of an ASCII file name: with `filename=""` still under 78


def build_frame(
    text: Slotted,
    html: Slotted,
    images: Sequence[Asset],
    attachments: Sequence[Asset],
    language: str,
) -> Frame:
    """`images` go inside the mail, shown by `cid:` and `content_id`; none when they are hosted.

    `language` (RFC 5646) is said of both texts (RFC 3282). A text that does not end in a newline
    gets one: a body must not end in a soft break (RFC 2045, 6.7).
    """
    seed = _digest(text, html, images, attachments)
    content_type, opening, between, closing = _alternative(seed, _body_header("html", language), images)
    if attachments:
        content_type, opening, closing = _mixed(seed, content_type, opening, closing, attachments)
    return Frame(
        content_type=content_type,
        opening=(opening + _body_header("plain", language)).encode("ascii"),
        text=_encode(text),
        between=between.encode("ascii"),
        html=_encode(html),
        closing=closing.encode("ascii"),
    )


def content_id(asset: Asset) -> str:
    """What follows `cid:` in the HTML: the content's digest, so the same in every mail (RFC 2392)."""
    return f"{asset.digest[:32]}@mailer"


def _alternative(seed: str, html_header: str, images: Sequence[Asset]) -> tuple[str, str, str, str]:
    boundary = _boundary("alternative", seed)
    between, closing = html_header, _close(boundary)
    if images:
        inner = _boundary("related", seed)
        # `type` is mandatory (RFC 2387, 3.1)
        related = _content_type("related", inner, ' type="text/html";')
        between = f"Content-Type: {related}\r\n\r\n{_open(inner)}{html_header}"
        closing = "".join(_next(inner) + _image(image) for image in images) + _close(inner) + closing
    return _content_type("alternative", boundary), _open(boundary), _next(boundary) + between, closing


def _mixed(
    seed: str, content_type: str, opening: str, closing: str, attachments: Sequence[Asset]
) -> tuple[str, str, str]:
    boundary = _boundary("mixed", seed)
    files = "".join(_next(boundary) + _attachment(asset) for asset in attachments)
    return (
        _content_type("mixed", boundary),
        f"{_open(boundary)}Content-Type: {content_type}\r\n\r\n{opening}",
        closing + files + _close(boundary),
    )


def _encode(slotted: Slotted) -> Slotted:
    """The static texts as quoted-printable; tags stay, the whole ends in a newline."""
    *rest, last = slotted
    last += "" if last.endswith("\n") else "\n"
    return tuple(tag if position % 2 else encode_text(tag) for position, tag in enumerate([*rest, last]))


def _body_header(subtype: str, language: str) -> str:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Language: {language}\r\n\r\n"
    )


def _image(asset: Asset) -> str:
    return _binary(asset, "inline", f"Content-ID: <{content_id(asset)}>\r\n")


def _attachment(asset: Asset) -> str:
    return _binary(asset, "attachment", "")


def _binary(asset: Asset, disposition: str, identity: str) -> str:
    parameters = "".join(f";\r\n {parameter}" for parameter in _file_name(asset.name))
    return (
        f"Content-Type: {asset.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"{identity}"
        f"Content-Disposition: {disposition}{parameters}\r\n\r\n"
    ) + base64.encodebytes(asset.content).decode("ascii").replace("\n", "\r\n").removesuffix("\r\n")


def _file_name(name: str) -> Iterator[str]:
    """`filename` in ASCII for old readers, `filename*` (RFC 2231) when that loses something."""
    name = re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", "_", name)
    fallback = _ascii_name(name)
    yield f'filename="{fallback}"'
    if fallback == name:
        return
    # On one line, which may be long (998, RFC 5322, 2.1.1): beside `filename`, readers take the numbered
    # pieces of RFC 2231, 3 for the same parameter twice.
    stem, suffix = splitext(name)
    encoded = quote(stem, safe="")
    while len(encoded) > _LONGEST_NAME:
        stem = stem[:-1]
        encoded = quote(stem, safe="")
    yield f"filename*=UTF-8''{encoded}{quote(suffix[:_SUFFIX], safe='')}"


def _ascii_name(name: str) -> str:
    stem, suffix = splitext(name)
    return (_ascii(stem)[:_STEM].strip(" .") or "file") + _ascii(suffix)[:_SUFFIX]


def _ascii(text: str) -> str:
    """Letters without their accents, and nothing that ends a parameter or belongs to a path."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._() -]", "_", plain)


def _content_type(subtype: str, boundary: str, parameter: str = "") -> str:
    return f'multipart/{subtype};{parameter}\r\n boundary="{boundary}"'


def _boundary(level: str, seed: str) -> str:
    """Always the same for the same content; `=_` cannot occur in quoted-printable (RFC 2045, 6.7)."""
    return f"=_{level}_{seed}"


def _open(boundary: str) -> str:
    return f"--{boundary}\r\n"


def _next(boundary: str) -> str:
    # The CRLF before the hyphens belongs to the boundary (RFC 2046, 5.1.1).
    return f"\r\n--{boundary}\r\n"


def _close(boundary: str) -> str:
    return f"\r\n--{boundary}--\r\n"


def _digest(text: Slotted, html: Slotted, images: Sequence[Asset], attachments: Sequence[Asset]) -> str:
    names = [asset.digest for asset in (*images, *attachments)]
    content = "\0".join([*text, "", *html, "", *names])
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]
