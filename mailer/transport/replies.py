"""From a server's reply to an outcome: a table of phases and codes (standards.md, E; delivery.md).

The first digit decides (RFC 5321, 4.2.1), but whose fault it is decides first: what says that the sender
has used up a quota, may not relay or looks like spam is never held against a recipient.
"""

import re
from dataclasses import dataclass

from mailer.delivery import Kind, Outcome, Phase

_TEXT = 500  # characters of a server's words that are kept
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
# Before any recipient is named, only the sender can be at fault.
_NOBODYS = frozenset({Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH, Phase.MAIL})
# RFC 3463, 3.8: x.7.z is policy. 5.4.5 is how Gmail says that a quota is used up.
_SENDERS_CODE = re.compile(r"5\.7\.\d+|5\.4\.5")
_SENDERS_WORDS = re.compile(
    r"\b(?:quotas?|rate|limits?|throttl\w*|authenticat\w*|relay\w*|"
    r"too many (?:messages|mails|connections))\b",
    re.IGNORECASE,
)
_RECIPIENTS_CODE = re.compile(r"5\.[12]\.\d+")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its lines joined by spaces."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The code of RFC 3463 it begins with, or nothing."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""


def judge(phase: Phase, reply: Reply) -> Outcome:
    """The outcome of a reply that ends an attempt; a 2yz to the final dot is the only acceptance."""
    family = reply.code // 100
    if phase is Phase.DOT and family == 2:
        return _outcome(Kind.SENT, phase, reply)
    if family == 4:
        return _later(phase, reply)
    if family == 5:
        return _never(phase, reply)
    # Not a reply to what we said: before the dot nothing has left, after it nobody can tell.
    kind = Kind.UNKNOWN if phase is Phase.DOT else Kind.UNTRIED
    return _outcome(kind, phase, reply, "garbage", lost=True)


def _later(phase: Phase, reply: Reply) -> Outcome:
    if phase in _NOBODYS:
        return _outcome(Kind.UNTRIED, phase, reply, "server-busy", lost=True)
    closing = reply.code == 421  # the server closes: that is no attempt at this recipient (E7)
    if closing and phase is not Phase.DOT:
        return _outcome(Kind.UNTRIED, phase, reply, "server-busy", lost=True)
    return _outcome(Kind.DEFERRED, phase, reply, "deferred", lost=closing)


def _never(phase: Phase, reply: Reply) -> Outcome:
    if phase in _NOBODYS:
        return _outcome(Kind.UNTRIED, phase, reply, "sender", lost=True, halt=True)
    if _senders_fault(reply):
        return _outcome(Kind.UNTRIED, phase, reply, "policy", lost=True, halt=True)
    whose = "mailbox" if phase is Phase.RCPT or _RECIPIENTS_CODE.match(reply.enhanced) else "content"
    return _outcome(Kind.REFUSED, phase, reply, whose)


def _senders_fault(reply: Reply) -> bool:
    if _RECIPIENTS_CODE.match(reply.enhanced):  # "5.2.2 over quota" is the mailbox's own
        return False
    return bool(_SENDERS_CODE.match(reply.enhanced) or _SENDERS_WORDS.search(reply.text))


def _outcome(
    kind: Kind, phase: Phase, reply: Reply, reason: str = "", *, lost: bool = False, halt: bool = False
) -> Outcome:
    return Outcome(
        kind=kind,
        phase=phase,
        reason=reason,
        code=reply.code,
        enhanced=reply.enhanced,
        text=reply.text[:_TEXT],
        lost=lost,
        halt=halt,
    )


def silence(phase: Phase, why: str, *, begun: bool = False) -> Outcome:
    """No reply: closed, reset, timed out. `begun`: some of the body may have left (P2)."""
    kind = Kind.UNKNOWN if begun else Kind.UNTRIED
    return Outcome(kind=kind, phase=phase, reason="network", text=why[:_TEXT], lost=True)
