"""Faults no single key shows: a password in the file, keys that need or exclude one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailer.findings import Finding, error
from mailer.settings.checks import TOPICS, is_loopback
from mailer.settings.environment import PASSWORD
from mailer.toml.document import Document
from mailer.toml.positions import Path, dotted
from mailer.words import Text


def without_passwords(document: Document) -> tuple[Document, list[Finding]]:
    """The document without `password` under [transport], each one found."""
    findings: list[Finding] = []
    transport = document.values.get("transport")
    if not isinstance(transport, dict):
        return document, findings
    relay = transport.get("relay")
    kept = _without_password(document, transport, ("transport",), findings)
    if isinstance(relay, dict):
        kept["relay"] = _without_password(document, relay, ("transport", "relay"), findings)
    elif isinstance(relay, list):
        kept["relay"] = [
            _without_password(document, one, ("transport", "relay", at), findings)
            if isinstance(one, dict)
            else one
            for at, one in enumerate(relay)
        ]
    return replace(document, values={**document.values, "transport": kept}), findings


def _without_password(
    document: Document, table: Mapping[str, Any], path: Path, findings: list[Finding]
) -> dict[str, Any]:
    if "password" in table:
        message = Text("a password must not be in this file, which others read")
        cure = Text(
            "remove it; set {variable}, or password_file, or password_command, and change the password",
            variable=PASSWORD,
        )
        findings.append(error("password-in-file", document.place_of((*path, "password")), message, cure))
    return {name: value for name, value in table.items() if name != "password"}


def rules(document: Document, values: Mapping[str, Any]) -> Iterator[Finding]:
    """The faults between keys of validated values."""
    transport = values["transport"]
    yield from _way_out(document, transport, ("transport",), alone=not transport["relay"])
    for at, relay in enumerate(transport["relay"]):
        one = isinstance(document.values["transport"]["relay"], dict)
        path: Path = ("transport", "relay") if one else ("transport", "relay", at)
        yield from _way_out(document, relay, path, alone=True)
    yield from _bounces(document, values["bounces"])
    yield from _signatures(document, values["dkim"])
    for name, hook in values["hooks"].items():
        yield from _hook(document, name, hook)
    for slug, one in values["lists"].items():
        if one["open"]:
            yield from _open(document, slug, one["legal_basis"], values["site"]["url"])


_BY_OWN_ACT = ("consent", "given", "contact")  # a form makes nobody a member, and settles no agreement


def _open(document: Document, slug: str, basis: str, site: str) -> Iterator[Finding]:
    """People come to an open list by themselves: its basis must be theirs to give (GDPR, art. 6 and 9)."""
    if basis not in _BY_OWN_ACT:
        place = document.place_of(("lists", slug, "open"))
        message = Text("the list {slug} is open to anybody, which its legal basis does not cover", slug=slug)
        cure = Text("write one of {bases} as legal_basis, or remove open", bases=", ".join(_BY_OWN_ACT))
        yield error("bad-value", place, message, cure)
    if not site and not _given(document, ("site", "url")):
        place = document.place_of(("lists", slug, "open"))
        message = Text("the list {slug} is open, and there is no site to sign up on", slug=slug)
        yield error("missing-key", place, message, Text("write url under [site], or remove open"))


def _hook(document: Document, name: str, hook: Mapping[str, Any]) -> Iterator[Finding]:
    """A relay either signs what its topic posts, or brings a password along."""
    path: Path = ("hooks", name)
    topics = TOPICS.get(name)
    if topics is None:
        for key in ("topic", "check_signature"):
            if _given(document, (*path, key)):
                message = Text("{relay} has no topics and signs nothing", relay=name)
                cure = Text("remove it; {relay} can bring a password along: password_file", relay=name)
                yield error("bad-value", document.place_of((*path, key)), message, cure)
        return
    if hook["password_file"]:
        message = Text("a topic of {relay} brings no password along: it signs", relay=name)
        yield error("bad-value", document.place_of((*path, "password_file")), message, Text("remove it"))
    if not hook["topic"] and not _given(document, (*path, "topic")):
        message = Text("missing key '{key}'", key=dotted((*path, "topic")))
        cure = Text("write {example} under [{table}]", example=_TOPICS[name], table=dotted(path))
        yield error("missing-key", document.place_of(path), message, cure)
    elif hook["topic"] and not topics.fullmatch(hook["topic"]):
        message = Text("this is no topic of {relay}", relay=name)
        cure = Text("copy it from the provider's console; such as {example}", example=_TOPICS[name])
        yield error("bad-value", document.place_of((*path, "topic"), value=True), message, cure)


_TOPICS = {
    "ses": 'topic = "arn:aws:sns:eu-west-3:123456789012:retours"',
    "scaleway": 'topic = "arn:scw:sns:fr-par:project-…:retours"',
}


def _signatures(document: Document, keys: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    if len(keys) > 2:
        message = Text("more than two DKIM keys")
        yield error(
            "bad-value", document.place_of(("dkim", 2)), message, Text("keep one rsa and one ed25519")
        )
    names = [(str(one.get("domain", "")).lower(), str(one.get("selector", "")).lower()) for one in keys]
    for at, (domain, selector) in enumerate(names):
        if selector and (domain, selector) in names[:at]:
            message = Text(
                "two DKIM keys of {domain} have the selector {selector}", domain=domain, selector=selector
            )
            cure = Text("give each its own: the DNS holds one key under a name")
            yield error("bad-value", document.place_of(("dkim", at, "selector"), value=True), message, cure)


def _way_out(document: Document, way: Mapping[str, Any], path: Path, *, alone: bool) -> Iterator[Finding]:
    if way["password_file"] and way["password_command"]:
        message = Text("a password from a file and from a command")
        place = document.place_of((*path, "password_command"))
        yield error("bad-value", place, message, Text("keep password_file or password_command"))
    if way["kind"] != "smtp" or not alone:
        return
    if not way["host"] and not _given(document, (*path, "host")):
        message = Text("missing key '{key}'", key=dotted((*path, "host")))
        cure = Text(
            "write {example} under [{table}]", example='host = "smtp.example.org"', table=dotted(path)
        )
        yield error("missing-key", document.place_of((*path, "kind")), message, cure)
    if way["security"] == "none" and way["host"] and not is_loopback(way["host"]):
        message = Text("the mail and the password would travel in clear to {host}", host=way["host"])
        cure = Text('write security = "tls" or "starttls"; "none" is only for this machine')
        yield error("bad-value", document.place_of((*path, "security"), value=True), message, cure)


def _given(document: Document, path: Path) -> bool:
    """Whether a key stands in the file, even with a fault."""
    if str(path[-1]) in document.unread:
        return True
    found: Any = document.values
    try:
        for step in path:
            found = found[step]
    except (KeyError, IndexError, TypeError):
        return False
    return bool(found != "")


def _bounces(document: Document, bounces: Mapping[str, Any]) -> Iterator[Finding]:
    if bounces["password_file"] and bounces["password_command"]:
        message = Text("a password from a file and from a command")
        place = document.place_of(("bounces", "password_command"))
        yield error("bad-value", place, message, Text("keep password_file or password_command"))
    if bounces["mailbox"] and not bounces["address"] and not _given(document, ("bounces", "address")):
        message = Text("missing key '{key}'", key="bounces.address")
        cure = Text("write {example} under [{table}]", example='address = "…@…"', table="bounces")
        yield error("missing-key", document.place_of(("bounces",)), message, cure)
