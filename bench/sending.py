"""A whole send beside Postfix's own: `mailer send` and `smtp-source -d`, in turn, each to an smtp-sink.

The same size of message, the same number of connections, five rounds, medians. What the command takes for
one person (its start, its launch) is measured beside and taken off, since smtp-source has none; the rate
with it is shown too. Signed, it is measured beside itself unsigned. Memory is the peak, as the system says.
"""

import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench.premises import copy_of, furnish, message_size, programs, run, send, sink, source
from bench.rows import Row
from bench.signing import openssl_ms

PEOPLE = 10_000
MANY = 100_000
_ROUNDS = 5
_MEMORY = 1.2
_CPU_MS = 0.35
_ED25519 = 0.9  # of our own unsigned rate
_RSA_MORE_MS = 0.4  # CPU a message, than openssl's for a signature
# Durability -> lines of mailer.toml, least ratio to smtp-source.
_UNSIGNED = {"full": ("", 0.65), "process": ('[database]\ndurability = "process"', 0.75)}
_KEYS = ("ed25519", "rsa")
_DKIM = """[[dkim]]
domain = "lettre.example.org"
selector = "bench"
key_file = "subscribers/keys/dkim-{key}.pem"
"""


@dataclass(slots=True)
class _Found:
    """Of one variant, a figure a round."""

    rates: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)


def measure() -> list[Row]:
    """Ratios within one run; nothing but words when Postfix's tools are missing."""
    try:
        programs()
    except FileNotFoundError as missing:
        sys.stderr.write(f"*** NOT MEASURED: {missing} ***\n")
        return [("send: smtp-sink is missing", 0, "", "", False)]
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        return _measured(base)


def _measured(base: Path) -> list[Row]:
    for folder, count in (("one", 1), ("some", PEOPLE), ("many", MANY)):
        (base / folder).mkdir()
        furnish(base / folder, count)
        for key in _KEYS:
            run(base / folder, "dkim", "new", "--type", key)
    variants = {name: settings for name, (settings, _) in _UNSIGNED.items()}
    variants |= {key: _DKIM.format(key=key) for key in _KEYS}
    size = message_size(base / "one")
    theirs: list[float] = []
    ours = {name: _Found() for name in variants}
    for _ in range(_ROUNDS):
        with sink() as port:
            theirs.append(PEOPLE / source(port, PEOPLE, size))
        for name, settings in variants.items():
            _round(base, settings, ours[name])
    with sink() as port:
        much = send(copy_of(base / "many", base / "run", port=port), MANY).peak
    few = statistics.median(ours["full"].peaks)
    source_rate = statistics.median(theirs)
    rows: list[Row] = [
        ("send: size of a message", size / 1000, "KB", "≥ 40", size >= 40_000),
        ("send: smtp-source -d", source_rate, "/s", "", True),
    ]
    for name, (_, least) in _UNSIGNED.items():
        rows += _rows(name, ours[name], source_rate, least)
    return [
        *rows,
        *_signed(ours),
        (f"send: peak memory, {PEOPLE} people", few, "MB", "", True),
        (f"send: peak memory, {MANY} people", much, "MB", "", True),
        ("send: ratio of the two", much / few, "×", f"≤ {_MEMORY}", much / few <= _MEMORY),
    ]


def _round(base: Path, settings: str, found: _Found) -> None:
    with sink() as port:
        begun = send(copy_of(base / "one", base / "run", port=port, settings=settings), 1)
        used = send(copy_of(base / "some", base / "run", port=port, settings=settings), PEOPLE)
    found.rates.append(PEOPLE / (used.seconds - begun.seconds))
    found.whole.append(PEOPLE / used.seconds)
    found.cpu.append((used.cpu - begun.cpu) / PEOPLE * 1000)
    found.peaks.append(used.peak)


def _rows(name: str, found: _Found, theirs: float, least: float) -> list[Row]:
    rate, cpu = statistics.median(found.rates), statistics.median(found.cpu)
    ratio = rate / theirs
    return [
        (f"send: {PEOPLE} people, durability {name}", rate, "/s", "", True),
        ("send: the same, start and launch included", statistics.median(found.whole), "/s", "", True),
        (f"send: durability {name}, ratio to smtp-source", ratio, "×", f"≥ {least}", ratio >= least),
        (f"send: durability {name}, CPU a message", cpu, "ms", f"≤ {_CPU_MS}", cpu <= _CPU_MS),
    ]


def _signed(ours: dict[str, _Found]) -> list[Row]:
    rates = {name: statistics.median(found.rates) for name, found in ours.items()}
    ratio = rates["ed25519"] / rates["full"]
    cpu, alone = statistics.median(ours["rsa"].cpu), openssl_ms()
    more = cpu - alone
    return [
        ("send: signed, Ed25519", rates["ed25519"], "/s", "", True),
        ("send: Ed25519, ratio to unsigned", ratio, "×", f"≥ {_ED25519}", ratio >= _ED25519),
        ("send: signed, RSA-2048", rates["rsa"], "/s", "", True),
        ("send: RSA-2048, CPU a message", cpu, "ms", "", True),
        ("send: openssl speed, a signature of RSA-2048", alone, "ms", "", True),
        ("send: RSA-2048, CPU more than openssl's", more, "ms", f"≤ {_RSA_MORE_MS}", more <= _RSA_MORE_MS),
    ]
