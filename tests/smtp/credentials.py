"""AUTH PLAIN and LOGIN: user and password, as the client sends them (RFC 4954, RFC 4616)."""

import base64
import binascii
from typing import TYPE_CHECKING

from tests.smtp.script import Reply

if TYPE_CHECKING:
    from tests.smtp.dialogue import Dialogue


async def read_credentials(dialogue: "Dialogue", command: str) -> tuple[str, str]:
    """User and password after `AUTH <command>`; two empty strings when there are none to read."""
    mechanism, _, initial = command.partition(" ")
    match mechanism.upper():
        case "PLAIN":
            parts = (_decode(initial) if initial else await _ask(dialogue, "")).split("\0")
            return (parts[1], parts[2]) if len(parts) == 3 else ("", "")
        case "LOGIN":
            user = _decode(initial) if initial else await _ask(dialogue, "Username:")
            return user, await _ask(dialogue, "Password:")
        case _:
            return "", ""


async def _ask(dialogue: "Dialogue", prompt: str) -> str:
    dialogue.say(Reply(334, base64.b64encode(prompt.encode()).decode() or " "))
    return _decode((await dialogue.hear()).decode("ascii", "replace").strip())


def _decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
