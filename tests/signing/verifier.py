"""The other side: dkimpy, which shares nothing with our signer, reads a message and asks a DNS of our own."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

import dkim

from mailer.model import Message
from mailer.signing.keys import Algorithm, new_key, read_key
from mailer.signing.record import Record, record_of
from mailer.signing.seal import Identity
from mailer.signing.signer import Signer

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
DOMAIN = "lettre.example.org"
BOTH = (Algorithm.RSA, Algorithm.ED25519)


@cache
def identity(algorithm: Algorithm) -> Identity:
    """In the name of `DOMAIN`; a key for the whole run of the tests."""
    key = read_key(new_key(algorithm), "key.pem")
    return Identity(domain=DOMAIN, selector=f"{algorithm}202611", key=key)


def signed(message: Message, algorithms: Sequence[Algorithm] = BOTH) -> Message:
    """`message` as it leaves."""

    async def sign() -> Message:
        return await signer(algorithms).sign(message)

    return asyncio.run(sign())


def signer(algorithms: Sequence[Algorithm] = BOTH) -> Signer:
    """One that signs at noon."""
    return Signer([identity(one) for one in algorithms], lambda: NOON)


def records(algorithms: Iterable[Algorithm] = BOTH) -> list[Record]:
    """What the DNS says of the keys of these tests."""
    keys = [identity(one) for one in algorithms]
    return [record_of(one.key, one.domain, one.selector) for one in keys]


def verified(data: bytes, published: Iterable[Record]) -> list[bool]:
    """Whether each DKIM-Signature of a message holds, from the first."""
    zone = {f"{one.name}.": one.value.encode() for one in published}

    def look_up(name: bytes | str, timeout: int = 5) -> bytes | None:
        del timeout
        return zone.get(name.decode() if isinstance(name, bytes) else name)

    count = sum(line.lower().startswith(b"dkim-signature:") for line in _lines(data))
    return [bool(dkim.DKIM(data).verify(idx=at, dnsfunc=look_up)) for at in range(count)]


def holds(data: bytes) -> list[bool]:
    """`verified`, with the keys of these tests; what cannot even be read does not hold."""
    try:
        return verified(data, records())
    except (dkim.DKIMException, dkim.canonicalization.InvalidCanonicalizationPolicyError):
        return [False]


def tags(field: bytes) -> dict[str, str]:
    """The tags of a DKIM-Signature, without their spaces."""
    text = "".join(field.decode("ascii").partition(":")[2].split())
    return dict(tag.split("=", 1) for tag in text.split(";") if tag)


def _lines(data: bytes) -> list[bytes]:
    return data.partition(b"\r\n\r\n")[0].split(b"\r\n")
