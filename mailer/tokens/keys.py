"""The secrets of a workspace: for each purpose its versions, and the one that signs."""

import hmac
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailer.errors import UsageError
from mailer.words import Text

KEYS_FILE = "subscribers/keys/keys.toml"

_SECRET_BYTES = 32  # as long as what SHA-256 gives (RFC 2104, 3)

KEY_IDS = "abcdefghijklmnopqrstuvwxyz234567"  # one character of base32, so it suits both alphabets


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
        first = KEY_IDS[0]
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


def fingerprints(keys: Keys) -> dict[str, str]:
    """What tells one set of keys from another and reveals none: purpose and key id -> 16 hex digits."""
    return {
        f"{purpose}.{key_id}": hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]
        for purpose, versions in keys.versions.items()
        for key_id, secret in versions.items()
    }


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
    if len(secret) != _SECRET_BYTES or len(key_id) != 1 or key_id not in KEY_IDS:
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
