"""An edition as the database keeps it: JSON, with its files apart under their digests.

What is stored is all that sends and pages ever read, so every part of the value comes back as it was.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from mailer.model import Asset, Edition, Envelope, Frame, ListFace, TrackedLink, Variant
from mailer.store.driver import Driver

FORMAT = 1
SEVERAL = 2  # with several subjects: a program that knows one alone must not send it
OWN = 3  # with links of who agreed to it: a program that does not know them would send empty addresses


def asset_name(asset: Asset) -> str:
    """Where a file is found again, and its name at `/i/`."""
    return f"{asset.digest}.{asset.suffix}"


def assets_of(edition: Edition) -> Iterable[Asset]:
    """Every file of an edition."""
    return (*edition.images, *edition.files, *edition.attachments)


def keep(
    driver: Driver, edition: Edition, *, number: int, questionnaire: str, message_id_key: str, at: str
) -> None:
    """Store an edition of a campaign under its number, with its files and its counted links."""
    for asset in assets_of(edition):
        driver.run(
            "add_asset",
            name=asset_name(asset),
            title=asset.name,
            digest=asset.digest,
            suffix=asset.suffix,
            media_type=asset.media_type,
            width=asset.width,
            height=asset.height,
            content=asset.content,
        )
    driver.run(
        "add_edition",
        campaign=edition.public_id,
        number=number,
        digest=edition.digest,
        content=dump(edition),
        questionnaire=questionnaire,
        message_id_key=message_id_key,
        public=int(edition.public),
        language=edition.language,
        at=at,
    )
    for link in edition.links:
        driver.run(
            "add_link",
            campaign=edition.public_id,
            number=link.number,
            edition=number,
            destination=link.destination,
            label=link.label,
        )


def dump(edition: Edition) -> str:
    """The edition without the bytes of its files."""
    return json.dumps(
        {
            "format": _format(edition),
            "public_id": edition.public_id,
            "language": edition.language,
            "subject": edition.subject,
            "html": edition.html,
            "text": edition.text,
            "frame": _frame_said(edition.frame),
            "envelope": _fields(edition.envelope),
            "site": edition.site,
            "lists": [_fields(face) for face in edition.lists],
            "links": [_link_said(link) for link in edition.links],
            "images": [_named(asset) for asset in edition.images],
            "files": [_named(asset) for asset in edition.files],
            "attachments": [_named(asset) for asset in edition.attachments],
            "questionnaire": edition.questionnaire,
            "fields": sorted(edition.fields),
            "expires": edition.expires.total_seconds() if edition.expires is not None else None,
            "digest": edition.digest,
            "asked": edition.asked,
            "variants": [
                {"subject": one.subject, "html": one.html, "text": one.text, "frame": _frame_said(one.frame)}
                for one in edition.variants
            ],
            "public": edition.public,
        },
        ensure_ascii=False,
    )


def load(content: str, find: Callable[[str], Asset]) -> Edition:
    """The edition again; `find` gives a file by its name."""
    said = json.loads(content)
    assert said["format"] in (FORMAT, SEVERAL, OWN), "a newer version's edition"
    return Edition(
        public_id=said["public_id"],
        language=said["language"],
        subject=tuple(said["subject"]),
        html=tuple(said["html"]),
        text=tuple(said["text"]),
        frame=_frame(said["frame"]),
        envelope=_envelope(said["envelope"]),
        site=said["site"],
        lists=tuple(ListFace(**face) for face in said["lists"]),
        links=tuple(TrackedLink(**link) for link in said["links"]),
        images=_assets(said["images"], find),
        files=_assets(said["files"], find),
        attachments=_assets(said["attachments"], find),
        questionnaire=tuple(said.get("questionnaire", ())),  # not there before questionnaires knew anybody
        fields=frozenset(said["fields"]),
        expires=None if said["expires"] is None else timedelta(seconds=said["expires"]),
        digest=said["digest"],
        asked=said.get("asked", ""),
        variants=tuple(
            Variant(
                subject=tuple(one["subject"]),
                html=tuple(one["html"]),
                text=tuple(one["text"]),
                frame=_frame(one["frame"]),
            )
            for one in said.get("variants", ())
        ),
        public=said.get("public", False),
    )


def _frame_said(frame: Frame) -> dict[str, Any]:
    return {
        "content_type": frame.content_type,
        "opening": frame.opening.decode("ascii"),
        "text": frame.text,
        "between": frame.between.decode("ascii"),
        "html": frame.html,
        "closing": frame.closing.decode("ascii"),
    }


def _frame(said: Mapping[str, Any]) -> Frame:
    return Frame(
        content_type=said["content_type"],
        opening=said["opening"].encode("ascii"),
        text=tuple(said["text"]),
        between=said["between"].encode("ascii"),
        html=tuple(said["html"]),
        closing=said["closing"].encode("ascii"),
    )


def _format(edition: Edition) -> int:
    if any(link.own for link in edition.links):
        return OWN
    return SEVERAL if edition.variants else FORMAT


def _link_said(link: TrackedLink) -> dict[str, Any]:
    said = _fields(link)
    if not link.own:  # as programs of before read it
        del said["own"]
    return said


def _envelope(said: dict[str, Any]) -> Envelope:
    return Envelope(**{**said, "handed_back": tuple(said.get("handed_back", ()))})


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _named(asset: Asset) -> dict[str, str]:
    """Two campaigns may give one content two names: the name stays with the edition."""
    return {"file": asset_name(asset), "name": asset.name}


def _assets(named: Iterable[Mapping[str, str]], find: Callable[[str], Asset]) -> tuple[Asset, ...]:
    return tuple(_renamed(find(one["file"]), one["name"]) for one in named)


def _renamed(asset: Asset, name: str) -> Asset:
    return Asset(
        name=name,
        digest=asset.digest,
        suffix=asset.suffix,
        media_type=asset.media_type,
        content=asset.content,
        width=asset.width,
        height=asset.height,
    )
