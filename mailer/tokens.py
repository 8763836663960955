"""Keys, and what is signed with them: unsubscribe tokens, envelope senders and message ids.

A token is one key id character, then base64url of payload and HMAC: it says who, cannot be forged,
and still verifies years later under the key that signed it. Each purpose has its own keys, so a
token for one never opens another.
"""

import base64
import hashlib
import hmac
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailer.errors import UsageError
from mailer.words import Text

KEYS_FILE = "subscribers/keys/keys.toml"

_SECRET_BYTES = 32  # as long as what SHA-256 gives (RFC 2104, 3)
_MAC_BYTES = 16  # 128 bits (standards.md, B4; RFC 2104, 5)
_VERP_MAC_BYTES = (
    13  # 104 bits, which a local part has room for (RFC 2104, 5: 80 at least); a guess is a mail
)
_KEY_IDS = "abcdefghijklmnopqrstuvwxyz234567"  # one character of base32, so it suits both alphabets


class Purpose(StrEnum):
    """What a key may sign."""

    UNSUBSCRIBE = "unsubscribe"
    MESSAGE_ID = "message-id"
    VERP = "verp"
    FORM = "form"
    PREFERENCES = "preferences"
    SUPPRESSION = "suppression"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """The secrets of a workspace: per purpose, versions by key id and the one that signs."""

    versions: Mapping[Purpose, Mapping[str, bytes]]
    current: Mapping[Purpose, str]

    def __repr__(self) -> str:
        return f"Keys({', '.join(f'{purpose}={key_id}' for purpose, key_id in self.current.items())})"

    @classmethod
    def new(cls, randbytes: Callable[[int], bytes]) -> "Keys":
        """A first version for each purpose; `randbytes` is `secrets.token_bytes`."""
        first = _KEY_IDS[0]
        return cls(
            versions={purpose: {first: randbytes(_SECRET_BYTES)} for purpose in Purpose},
            current=dict.fromkeys(Purpose, first),
        )

    @classmethod
    def from_toml(cls, text: str) -> "Keys":
        """The content of `subscribers/keys/keys.toml`; `UsageError` says what is wrong, never a secret."""
        tables = _tables(text)
        versions = {purpose: _versions(purpose, tables) for purpose in Purpose}
        current = {purpose: _current(purpose, tables, versions[purpose]) for purpose in Purpose}
        return cls(versions=versions, current=current)

    def to_toml(self) -> str:
        """The same, ready to be written (file mode 0600)."""
        tables = [_HEADING]
        for purpose, versions in self.versions.items():
            lines = [f'{key_id} = "{secret.hex()}"' for key_id, secret in versions.items()]
            tables.append("\n".join([f"[{purpose}]", f'current = "{self.current[purpose]}"', *lines, ""]))
        return "\n".join(tables)


_HEADING = """\
# The secrets of this workspace: they sign unsubscribe links and message ids, and hide suppressed addresses.
# Keep a copy in a safe place, apart from the database, and never in git. Without this file the links of
# mails already sent stop working, and nobody who asked to be left alone can be recognised any more.
# Older versions stay for ever: they verify; `current` signs.
"""


def mint(keys: Keys, purpose: Purpose, payload: bytes) -> str:
    """A token that carries `payload`, signed with the current key."""
    key_id = keys.current[purpose]
    signed = payload + _mac(keys, purpose, key_id, payload)
    return key_id + base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")


def verify(keys: Keys, purpose: Purpose, token: str) -> bytes | None:
    """The payload of a token of ours for this purpose; None for anything else, whatever is wrong."""
    key_id, signed = token[:1], _decode(token[1:])
    if key_id not in keys.versions[purpose] or signed is None or len(signed) < _MAC_BYTES:
        return None
    payload, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
    return payload if hmac.compare_digest(mac, _mac(keys, purpose, key_id, payload)) else None


def to_base32(token: str) -> str:
    """The same token in letters and digits of one case, for the local part of a mailbox."""
    signed = base64.urlsafe_b64decode(token[1:] + "=" * (-len(token[1:]) % 4))
    return token[0] + _base32(signed)


def from_base32(text: str) -> str | None:
    """The token written by `to_base32`, whatever became of its case on the way; None when it is not one."""
    key_id, signed = text[:1].lower(), _from_base32(text[1:])
    if signed is None:
        return None
    return key_id + base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")


def unsubscribe_token(keys: Keys, subscriber: int, list_slug: str) -> str:
    """Who would leave what: 39 characters. The address is never in it."""
    return mint(keys, Purpose.UNSUBSCRIBE, _subscriber(subscriber) + list_mark(list_slug))


def read_unsubscribe_token(keys: Keys, token: str) -> tuple[int, bytes] | None:
    """The subscriber and the `list_mark` of the list they would leave; None when it is not ours.

    A list that has since been removed has no mark among the present ones: the subscriber still counts.
    """
    payload = verify(keys, Purpose.UNSUBSCRIBE, token)
    if payload is None or len(payload) != 12:
        return None
    return int.from_bytes(payload[:8]), payload[8:]


@lru_cache(maxsize=1024)
def list_mark(list_slug: str) -> bytes:
    """Four bytes that stand for a list in a token, short and telling nothing."""
    return hashlib.sha256(list_slug.encode()).digest()[:4]


def verp_token(keys: Keys, public_id: str, subscriber: int, *, version: str | None = None) -> str:
    """What MAIL FROM bears so that a refusal which comes back later tells whose it is: 46 characters.

    Letters and digits of one case, as `to_base32` writes; the same for each attempt, since who greylists
    compares senders. `version` is the key id in force when the campaign was launched, if there is one of
    that name; the current one otherwise.
    """
    key_id = version or ""
    if key_id not in keys.versions[Purpose.VERP]:
        key_id = keys.current[Purpose.VERP]
    payload = _campaign(public_id) + _subscriber(subscriber)
    return key_id + _base32(payload + _mac(keys, Purpose.VERP, key_id, payload)[:_VERP_MAC_BYTES])


def read_verp(keys: Keys, token: str) -> tuple[str, int] | None:
    """The campaign's public id and the subscriber, whatever became of the token's case; None when it is not
    ours. Subscriber 0 is nobody: a test, or a witness's copy."""
    key_id, signed = token[:1].lower(), _from_base32(token[1:])
    if key_id not in keys.versions[Purpose.VERP] or signed is None or len(signed) != _VERP_BYTES:
        return None
    payload, mac = signed[:-_VERP_MAC_BYTES], signed[-_VERP_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(keys, Purpose.VERP, key_id, payload)[:_VERP_MAC_BYTES]):
        return None
    return _base36(int.from_bytes(payload[:_CAMPAIGN_BYTES])), int.from_bytes(payload[_CAMPAIGN_BYTES:])


@lru_cache(maxsize=64)
def _campaign(public_id: str) -> bytes:
    return int(public_id, 36).to_bytes(_CAMPAIGN_BYTES)


_CAMPAIGN_BYTES = 7  # a public id: ten of 36 characters
_VERP_BYTES = _CAMPAIGN_BYTES + 8 + _VERP_MAC_BYTES


def _base36(number: int) -> str:
    digits = ""
    for _ in range(10):
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What an undo token gives back, before `expires` (Unix time, seconds)."""

    subscriber: int
    lists: tuple[str, ...]
    objected: bool
    expires: int


def undo_token(keys: Keys, undo: Undo) -> str:
    """What one request changed, for the button that takes it back.

    Lists stand in it as keyed marks, filled up to a multiple of eight, eight at least: whoever holds a
    forwarded mail may press the buttons, and must not read in the page which lists the person is on, or how
    many.
    """
    head = _undo_head(undo.subscriber, undo.expires, objected=undo.objected)
    marks = [_undo_mark(keys, keys.current[Purpose.FORM], head, slug) for slug in undo.lists]
    missing = -len(marks) % 8 if marks else 8
    blanks = (f"\0{number}" for number in range(missing))  # no list is called so
    marks += [_undo_mark(keys, keys.current[Purpose.FORM], head, blank) for blank in blanks]
    return mint(keys, Purpose.FORM, head + b"".join(sorted(marks)))


def read_undo_token(keys: Keys, token: str, known_lists: Iterable[str]) -> Undo | None:
    """The token's content, its lists found among `known_lists`; None when it is not ours. Whether it
    has expired is the caller's to see."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or payload[:5] != _UNDO or len(payload) < _UNDO_HEAD:
        return None
    head, marks = payload[:_UNDO_HEAD], payload[_UNDO_HEAD:]
    there = {marks[at : at + 8] for at in range(0, len(marks), 8)}
    return Undo(
        subscriber=int.from_bytes(head[5:13]),
        lists=tuple(slug for slug in known_lists if _undo_mark(keys, token[0], head, slug) in there),
        objected=bool(head[21]),
        expires=int.from_bytes(head[13:21]),
    )


_UNDO = b"undo\0"  # the first of the forms that Purpose.FORM signs
_UNDO_HEAD = len(_UNDO) + 8 + 8 + 1


def _undo_head(subscriber: int, expires: int, *, objected: bool) -> bytes:
    return _UNDO + _subscriber(subscriber) + expires.to_bytes(8) + bytes([objected])


def _undo_mark(keys: Keys, key_id: str, head: bytes, slug: str) -> bytes:
    return _mac(keys, Purpose.FORM, key_id, b"mark\0" + head + slug.encode())[:8]


def mint_own(keys: Keys, strength: bytes, subscriber: int, expires: int) -> str:
    """A token for somebody's own data: one byte says how much it opens, until `expires` (Unix time, s)."""
    return mint(keys, Purpose.PREFERENCES, strength + _subscriber(subscriber) + expires.to_bytes(8))


def read_own(keys: Keys, strength: bytes, token: str) -> tuple[int, int] | None:
    """The subscriber and when it expires; None when it is not ours, or of another strength."""
    payload = verify(keys, Purpose.PREFERENCES, token)
    if payload is None or len(payload) != 17 or payload[:1] != strength:
        return None
    return int.from_bytes(payload[1:9]), int.from_bytes(payload[9:])


def link_token(keys: Keys, public_id: str, subscriber: int) -> str:
    """Whose link of a campaign it is, of those who agreed that their clicks are known: 49 characters."""
    return mint(keys, Purpose.FORM, _LINK + _campaign(public_id) + _subscriber(subscriber))


def read_link_token(keys: Keys, public_id: str, token: str) -> int | None:
    """The subscriber, if the token is ours and of a link of this campaign."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or payload[:-8] != _LINK + _campaign(public_id):
        return None
    return int.from_bytes(payload[-8:])


_LINK = b"link\0"


def message_id(
    keys: Keys, public_id: str, subscriber: int, domain: str, *, version: str | None = None
) -> str:
    """`<…@domain>`: the same for each attempt at one message, and saying nothing of whom it is for.

    `version` is the key id in force when the message was first written, the current one if None
    (RFC 5322, 3.6.4; Gmail limits messages that share an id: 421 4.7.28).
    """
    key_id = version or keys.current[Purpose.MESSAGE_ID]
    mac = _mac(keys, Purpose.MESSAGE_ID, key_id, _subscriber(subscriber) + public_id.encode())
    return f"<{mac.hex()}@{domain}>"


def variant_of(keys: Keys, public_id: str, subscriber: int, count: int, *, version: str | None = None) -> int:
    """Which of `count` subjects is this person's, from 0: the same at each attempt, stored nowhere.

    `version` is the key id in force when the edition was frozen. It takes nothing from the Message-ID: no
    Message-ID's payload is as long.
    """
    key_id = version or keys.current[Purpose.MESSAGE_ID]
    mac = _mac(keys, Purpose.MESSAGE_ID, key_id, b"subject\0" + public_id.encode() + _subscriber(subscriber))
    return int.from_bytes(mac) % count


def address_hash(keys: Keys, key: str) -> str:
    """What stands for an address (its `addresses.address_key`) where the address must not: 32 hex digits.

    Its key never rotates, so that somebody who objected is recognised years later.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    return _mac(keys, Purpose.SUPPRESSION, key_id, key.encode()).hex()


def subscriber_number(keys: Keys, hashed: str) -> int:
    """The number of who has the address behind an `address_hash`: 62 bits, never 0, which is nobody's.

    Derived, so that a list brought into a new database finds the departures and the links of the old one;
    keyed, so that it tells neither the address, nor how many people there are, nor who came first.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    # No address holds a NUL: this never meets what `address_hash` covers.
    mac = _mac(keys, Purpose.SUPPRESSION, key_id, b"subscriber\0" + hashed.encode())
    return (int.from_bytes(mac[:8]) >> 2) + 1


def fingerprints(keys: Keys) -> dict[str, str]:
    """What tells one set of keys from another and reveals none: purpose and key id -> 16 hex digits."""
    return {
        f"{purpose}.{key_id}": hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]
        for purpose, versions in keys.versions.items()
        for key_id, secret in versions.items()
    }


def proof(keys: Keys, database: str, challenge: str) -> str:
    """The answer to a challenge that only a holder of these keys and of this database can give."""
    key_id = min(keys.versions[Purpose.FORM])
    return _mac(keys, Purpose.FORM, key_id, f"proof\0{database}\0{challenge}".encode()).hex()


def _mac(keys: Keys, purpose: Purpose, key_id: str, payload: bytes) -> bytes:
    inner, outer = _begun(keys.versions[purpose][key_id], purpose, key_id)
    inside = inner.copy()
    inside.update(payload)
    whole = outer.copy()
    whole.update(inside.digest())
    return whole.digest()[:_MAC_BYTES]


@lru_cache(maxsize=64)
def _begun(secret: bytes, purpose: str, key_id: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """HMAC-SHA-256 of a key with its two first blocks done (RFC 2104, 4): three a message, 1.5 µs each.

    `hmac.digest` takes 4 µs and lets go of the interpreter's lock: 34 µs while a send is running.
    """
    block = secret.ljust(64, b"\0")
    inner = hashlib.sha256(block.translate(_INNER))
    inner.update(b"%b\0%b" % (purpose.encode(), key_id.encode()))
    return inner, hashlib.sha256(block.translate(_OUTER))


_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def _subscriber(number: int) -> bytes:
    return number.to_bytes(8)


def _decode(text: str) -> bytes | None:
    """Bytes of unpadded base64url in its one canonical form, so that a token has no twin."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # binascii.Error, or not ASCII
        return None
    return content if base64.urlsafe_b64encode(content).rstrip(b"=") == text.encode() else None


def _from_base32(text: str) -> bytes | None:
    """What `_base32` wrote, whatever became of its case; None for anything else."""
    try:
        content = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:  # binascii.Error, or not ASCII
        return None
    # One canonical form: the K of Kelvin becomes a k, and would be one.
    return content if content and text.isascii() and _base32(content) == text.lower() else None


def _base32(content: bytes) -> str:
    """RFC 4648, 6 without padding, in lower case: two characters at a time, a third faster than `base64`."""
    bits = len(content) * 8
    length = -(-bits // 5)
    shift = -(-length // 2) * 10
    number = int.from_bytes(content) << (shift - bits)
    return "".join([_PAIRS[number >> at & 1023] for at in range(shift - 10, -1, -10)])[:length]


_PAIRS = [one + other for one in _KEY_IDS for other in _KEY_IDS]


def _tables(text: str) -> dict[str, object]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(Text("it is not TOML ({reason})", reason=str(error))) from None
    for name in tables:
        if name not in list(Purpose):
            raise _broken(Text("[{name}] is not a purpose of keys", name=name))
    return tables


def _versions(purpose: Purpose, tables: Mapping[str, object]) -> dict[str, bytes]:
    table = tables.get(purpose)
    if not isinstance(table, dict):
        raise _broken(Text("[{purpose}] is missing", purpose=str(purpose)))
    versions = {
        key_id: _secret(purpose, key_id, value) for key_id, value in table.items() if key_id != "current"
    }
    if purpose is Purpose.SUPPRESSION and len(versions) > 1:
        raise _broken(Text("[suppression] has more than one key: this one never changes"))
    return versions


def _secret(purpose: Purpose, key_id: str, value: object) -> bytes:
    try:
        secret = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES or len(key_id) != 1 or key_id not in _KEY_IDS:
        raise _broken(Text("a key of [{purpose}] is not one of ours", purpose=str(purpose)))
    return secret


def _current(purpose: Purpose, tables: Mapping[str, object], versions: Mapping[str, bytes]) -> str:
    table = tables[purpose]
    current = table.get("current") if isinstance(table, dict) else None
    if not isinstance(current, str) or current not in versions:
        raise _broken(Text("the current key of [{purpose}] is missing", purpose=str(purpose)))
    return current


def _broken(reason: Text) -> UsageError:
    return UsageError(
        Text("{file} cannot be read: {reason}. Put your copy of it back.", file=KEYS_FILE, reason=reason)
    )
