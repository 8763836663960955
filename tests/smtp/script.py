"""What the fault server does at each stage of a dialogue: actions, and the rules that choose one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.smtp.dialogue import Dialogue


class Stage(StrEnum):
    """Where a dialogue is when the server is about to answer (RFC 5321, 3)."""

    CONNECT = "connect"
    EHLO = "ehlo"
    HELO = "helo"
    STARTTLS = "starttls"
    TLS = "tls"  # before the handshake, whether after STARTTLS or at once
    AUTH = "auth"  # after the credentials have come
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"  # after 354, while the message comes
    DOT = "dot"
    RSET = "rset"
    NOOP = "noop"
    QUIT = "quit"


class Reply:
    """An answer of one line or more. The server believes what it says: 2xx accepts, 421 also closes."""

    __match_args__ = ("code", "lines")

    def __init__(self, code: int, *lines: str) -> None:
        self.code = code
        self.lines = lines or ("as the test wants",)

    def __bytes__(self) -> bytes:
        marks = ["-"] * (len(self.lines) - 1) + [" "]
        return "".join(
            f"{self.code}{mark}{line}\r\n" for mark, line in zip(marks, self.lines, strict=True)
        ).encode()


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection (FIN) without a word."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection (RST)."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing for `seconds`, or until `server.release()`; then do `then` (None: answer as usual).

    When the client leaves meanwhile, nothing more happens: nothing is accepted.
    """

    seconds: float | None = None
    then: "Action | None" = None


@dataclass(frozen=True, slots=True)
class Slow:
    """Write the answer (None: the usual one) byte by byte, `pause` seconds apart."""

    pause: float
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Write these very bytes, then do `then` (None: go on). `code` is what the server takes them to mean."""

    data: bytes
    then: "Action | None" = None
    code: int = 0


@dataclass(frozen=True, slots=True)
class Accept:
    """At DOT: the message is accepted and in the ledger, and only then `then` happens."""

    then: "Action"


@dataclass(frozen=True, slots=True)
class After:
    """At BODY: `then` happens once `count` bytes of the body have come."""

    count: int
    then: "Action"


Action = Reply | Close | Reset | Hang | Slow | Raw | Accept | After

HALF_LINE = Raw(b"250 2.0", then=Close())
GARBAGE = Raw(b"\x00\xff\xfe ni code ni texte \xe9\r\n")


class Script(Protocol):
    """What to do at a stage of this dialogue; None: what an honest server does."""

    def __call__(self, stage: Stage, dialogue: "Dialogue", /) -> Action | None: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """At `stage`, `action`: for at most `times` answers (None: always), when `when` agrees."""

    stage: Stage
    action: Action
    times: int | None = None
    when: "Callable[[Dialogue], bool]" = lambda dialogue: True


class Table:
    """A script made of rules: the first that applies and is not used up decides."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = [(rule, [0]) for rule in rules]

    def __call__(self, stage: Stage, dialogue: "Dialogue", /) -> Action | None:
        for rule, used in self._rules:
            if rule.stage is not stage or (rule.times is not None and used[0] >= rule.times):
                continue
            if rule.when(dialogue):
                used[0] += 1
                return rule.action
        return None
