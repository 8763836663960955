"""Usual conditions of rules: after so many messages, above so many connections, greylisting."""

from collections.abc import Callable

from tests.smtp.dialogue import Dialogue

Condition = Callable[[Dialogue], bool]


def after_messages(count: int) -> Condition:
    """From the moment when this connection has brought `count` accepted messages."""
    return lambda dialogue: dialogue.accepted >= count


def above_connections(count: int) -> Condition:
    """While `count` connections that came before this one are open."""
    return lambda dialogue: dialogue.house.open > count and _before(dialogue) >= count


def _before(dialogue: Dialogue) -> int:
    others = dialogue.house.dialogues[: dialogue.number - 1]
    return sum(not one.wire.gone for one in others)


def recipient(*addresses: str) -> Condition:
    """At RCPT: for these addresses."""
    return lambda dialogue: dialogue.recipient in addresses


def greylist(delay: float, clock: Callable[[], float]) -> Condition:
    """At RCPT: until `delay` seconds after this sender first asked for this recipient."""
    first: dict[tuple[str, str], float] = {}

    def too_early(dialogue: Dialogue) -> bool:
        now = clock()
        return now - first.setdefault((dialogue.sender, dialogue.recipient), now) < delay

    return too_early
