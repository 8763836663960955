"""`/i/<sha256>.<ext>`: images and PDF files of launched campaigns, one address for all, for ever."""

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from mailer.model import Asset
from mailer.web.lobby import Lobby
from mailer.web.shelf import Recent

_NAME = re.compile(r"([0-9a-f]{64})\.[a-z0-9]{1,5}")
_SMALL = 512 * 1024  # bytes; what is kept at hand is 16 MB at most
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # browsers style their viewers
)


class Files:
    """The page of files: `give`. Uncounted and unlogged."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._recent: Recent[Asset] = Recent(32)

    async def give(self, request: Request) -> Response:
        """The bytes, to be kept by the browser and never asked for again."""
        name = request.path_params["name"]
        asset = await self._asset(name) if _NAME.fullmatch(name) else None
        if asset is None:
            return self._lobby.missing(self._lobby.language(request))
        tag = f'"{asset.digest}"'
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": tag,
            "Content-Security-Policy": _POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",  # mailboxes in the browser show them
        }
        if _knows(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if asset.media_type == "application/pdf":
            headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(_file_name(asset), safe='')}"
        return Response(asset.content, headers=headers, media_type=asset.media_type)

    async def _asset(self, name: str) -> Asset | None:
        kept = self._recent.get(name)
        if kept is not None:
            return kept
        asset = await self._lobby.desk.file(name)
        if asset is not None and len(asset.content) <= _SMALL:
            self._recent.keep(name, asset)
        return asset


def _file_name(asset: Asset) -> str:
    return re.split(r"[/\\]", asset.name)[-1].encode("utf-8", "replace").decode("utf-8")


def _knows(header: str, tag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2)."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in header.split(","))
