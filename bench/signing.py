"""What signing costs beside the rest of a message, in CPU; `openssl speed` and dkimpy in the same run.

By the signer itself, in this process: what a hand does for a message is the same work (`bench/sending.py`
measures the whole, with both sides and the way between them).
"""

import asyncio
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import dkim
import uvloop
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bench.message import DATE, edition, person
from bench.rows import Row, table
from mailer.compose.message import MessageWriter
from mailer.model import Message, Recipient
from mailer.signing.keys import Algorithm, new_key, read_key
from mailer.signing.seal import Identity
from mailer.signing.signer import Signer
from mailer.tokens.keys import Keys

_ROUNDS = 12
_PEOPLE = 60
_AT_ONCE = 20  # connections
_MORE_MS = 0.4  # than the signature alone, the whole message included
_RATIO = 5
_DOMAIN = "lettre.example.org"


def measure() -> list[Row]:
    """The least of several rounds, taken in turn: what else the machine does can only add to it."""
    pems = {one: new_key(one) for one in Algorithm}
    writer = MessageWriter(edition(), Keys.new(lambda count: b"k" * count))
    people = [person(number) for number in range(_PEOPLE)]
    kinds: dict[str, Sequence[Algorithm]] = {
        "none": (),
        "ed25519": (Algorithm.ED25519,),
        "rsa": (Algorithm.RSA,),
        "both": (Algorithm.RSA, Algorithm.ED25519),
    }
    cpu: dict[str, list[float]] = {name: [] for name in kinds}
    openssls = []
    for at in range(_ROUNDS):
        for name, algorithms in kinds.items():
            cpu[name].append(_cpu_ms(writer, people, [_identity(one, pems[one]) for one in algorithms]))
        if at % 4 == 0:
            openssls.append(openssl_ms())
    ms = {name: min(values) for name, values in cpu.items()}
    openssl = min(openssls)
    theirs = _dkimpy_ms(writer.write(people[0], DATE), pems[Algorithm.RSA])
    more, ratio = ms["rsa"] - openssl, theirs / (ms["rsa"] - ms["none"])
    return [
        ("signing: message unsigned, CPU", ms["none"], "ms", "", True),
        ("signing: Ed25519 more", ms["ed25519"] - ms["none"], "ms", "", True),
        ("signing: RSA-2048 more", ms["rsa"] - ms["none"], "ms", "", True),
        ("signing: both more", ms["both"] - ms["none"], "ms", "", True),
        ("signing: openssl speed, RSA-2048", openssl, "ms", "", True),
        ("signing: signed message less openssl's", more, "ms", f"≤ {_MORE_MS}", more <= _MORE_MS),
        ("signing: dkimpy, RSA-2048, relaxed/simple", theirs, "ms", "", True),
        ("signing: ratio of dkimpy to ours", ratio, "×", f"≥ {_RATIO}", ratio >= _RATIO),
    ]


def _identity(algorithm: Algorithm, pem: bytes) -> Identity:
    return Identity(domain=_DOMAIN, selector=f"{algorithm}1", key=read_key(pem, "key.pem"))


def _cpu_ms(writer: MessageWriter, people: Sequence[Recipient], identities: Sequence[Identity]) -> float:
    """CPU of the whole process, all threads, for a message written and signed by one of many connections."""
    signer = Signer(identities, lambda: datetime.now(UTC)) if identities else None
    waiting = iter(people)

    async def connection() -> None:
        for one in waiting:
            message = writer.write(one, DATE)
            if signer is not None:
                await signer.sign(message)

    async def connections() -> None:
        await asyncio.gather(*(connection() for _ in range(_AT_ONCE)))

    return _spent_ms(lambda: uvloop.run(connections()), len(people))


def openssl_ms() -> float:
    """The user time of a signature, as OpenSSL itself measures it."""
    words = ["openssl", "speed", "-seconds", "1", "rsa2048"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found = re.search(r"^rsa +2048 bits +([\d.]+)s", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout
    return float(found[1]) * 1000


def _dkimpy_ms(message: Message, pem: bytes) -> float:
    # It reads the older form alone (PKCS #1).
    key = load_pem_private_key(pem, None).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    data = message.as_bytes()

    def sign() -> None:
        dkim.sign(data, b"s", _DOMAIN.encode(), key, canonicalize=(b"relaxed", b"simple"))

    return min(_spent_ms(sign, 1) for _ in range(20))


def _spent_ms(work: Callable[[], object], count: int) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000 / count


if __name__ == "__main__":
    print(table(measure()))
