"""mailer.toml and the environment read into Settings, with every fault at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.addresses import check_address, check_domain, split_mailbox
from mailer.fields import canonical
from mailer.findings import Finding, has_errors, in_order
from mailer.settings import model
from mailer.settings.checks import normal_url
from mailer.settings.environment import with_environment
from mailer.settings.parts import parts
from mailer.settings.rules import rules, without_passwords
from mailer.settings.schema import SCHEMA
from mailer.toml.document import Document, read_document
from mailer.toml.kinds import duration
from mailer.toml.positions import Path, dotted
from mailer.toml.table import Table, validate
from mailer.words import Text


def read_settings(
    text: str, file: str = "mailer.toml", environ: Mapping[str, str] | None = None
) -> tuple[model.Settings | None, list[Finding]]:
    """The settings of `text` under those of `environ` (MAILER_…), and what is wrong with them.

    None if anything found is an error; defaults fill what neither says.
    """
    document, findings = read_document(text, file)
    if document is None:
        return None, findings
    document, odd = with_environment(document, environ or {})
    document, leaks = without_passwords(document)
    values, faults = validate(document, SCHEMA)
    findings += [*odd, *leaks, *faults, *rules(document, values), *parts(document, values)]
    if has_errors(findings):
        return None, in_order(findings)
    _complete(values)
    segments = {
        name: model.SegmentSettings(name=name, text=text, place=document.place_in(("segments", name), text))
        for name, text in values["segments"].items()
    }
    return _settings(values, segments, tuple(_sources(document, SCHEMA, values))), in_order(findings)


# --- what follows from other keys, and one way of writing addresses -------------

_PORTS = {"tls": 465, "starttls": 587, "none": 25}  # RFC 8314, 3.3; RFC 6409, 3.1; RFC 5321
_REASON = Text("You receive this message because you are on the list “{title}”.")


def _complete(values: dict[str, Any]) -> None:
    """Fill what follows from other keys, and write addresses in one way."""
    for way in (values["transport"], *values["transport"]["relay"]):
        way["port"] = way["port"] or _PORTS[way["security"]]
    for one in values["lists"].values():
        one["language"] = one["language"] or values["organisation"]["language"]
        one["columns"] = {title: canonical(name) or name for title, name in one["columns"].items()}
        one["reason"] = one["reason"] or Text(_REASON.msgid, title=one["title"]).say(one["language"])
    values["site"]["url"] = normal_url(values["site"]["url"])
    for table, key in (("organisation", "contact"), ("sender", "envelope"), ("bounces", "address")):
        values[table][key] = values[table][key] and check_address(values[table][key])
    for one in values["dkim"]:
        one["domain"] = check_domain(one["domain"])
    for key in ("from", "reply_to"):
        values["sender"][key] = values["sender"][key] and _mailbox(values["sender"][key])
    for table, key in (("send", "test_to"), ("send", "witnesses"), ("send", "approvers"), ("alerts", "to")):
        values[table][key] = tuple(check_address(one) for one in values[table][key])


def _mailbox(text: str) -> str:
    name, address = split_mailbox(text)
    return f"{name} <{address}>" if name else address


# --- values into their classes -----------------------------------------------------


def _settings(
    values: Mapping[str, Any],
    segments: Mapping[str, model.SegmentSettings],
    sources: tuple[model.Setting, ...],
) -> model.Settings:
    sender = {("mailbox" if key == "from" else key): value for key, value in values["sender"].items()}
    transport = {key: value for key, value in values["transport"].items() if key not in ("relay", "groups")}
    groups = tuple(model.Group(name=name, **one) for name, one in values["transport"]["groups"].items())
    relays = tuple(model.Relay(**relay) for relay in values["transport"]["relay"])
    return model.Settings(
        organisation=model.Organisation(**values["organisation"]),
        sender=model.Sender(**sender),
        site=model.Site(**values["site"]),
        database=model.Database(**values["database"]),
        transport=model.Transport(**transport, relays=relays, groups=groups),
        dkim=tuple(model.Dkim(**one) for one in values["dkim"]),
        bounces=model.Bounces(**values["bounces"]),
        hooks={name: model.Hook(name=name, **one) for name, one in values["hooks"].items()},
        send=_send(values["send"]),
        alerts=model.Alerts(**values["alerts"]),
        retention=model.Retention(**values["retention"]),
        lists={slug: model.ListSettings(slug=slug, **one) for slug, one in values["lists"].items()},
        segments=segments,
        sources=sources,
    )


def _send(values: Mapping[str, Any]) -> model.Send:
    retry = (duration(one) for one in values["retry"])
    return model.Send(**{**values, "retry": tuple(one for one in retry if one is not None)})


# --- where each value comes from -------------------------------------------------

_SECRET = ("username", "password_file", "password_command", "secret_file")


def _sources(
    document: Document, table: Table, values: Mapping[str, Any], given: Any = None, path: Path = ()
) -> Iterator[model.Setting]:
    """Every value in force, in the table's order."""
    given = document.values if given is None else given
    for key in table:
        here, inner = (*path, key.name), given.get(key.name)
        if key.kind == "table":
            yield from _sources(document, key.keys, values[key.name], inner or {}, here)
        elif key.kind == "table of tables":
            for name, value in values[key.name].items():
                yield from _sources(document, key.keys, value, inner[name], (*here, name))
        elif key.kind == "array of tables":
            for at, value in enumerate(values[key.name]):  # inner is one table, or as many as values
                one, where = (inner[at], (*here, at)) if isinstance(inner, list) else (inner, here)
                yield from _sources(document, key.keys, value, one, where)
        elif key.kind == "named values":
            for name, value in values[key.name].items():
                yield _source(document, (*here, name), value, given=True)
        else:
            value = values[key.name]
            if key.kind == "duration":
                value = key.default if inner is None else inner
            yield _source(document, here, value, given=inner is not None)


def _source(document: Document, path: Path, value: Any, *, given: bool) -> model.Setting:
    place = document.place_of(path)
    origin = place.file if path in document.overlaid else f"{place.file}:{place.line}"
    secret = path[-1] in _SECRET or (path[-1] in ("url", "mailbox") and "://" in value)
    return model.Setting(key=dotted(path), value=value, origin=origin if given else "default", secret=secret)
