"""From a server's reply to an outcome: phases, codes, and what providers mean (standards.md, E).

The first digit decides (RFC 5321, 4.2.1), but whose fault it is decides first: what says that the sender
has used up a quota, may not relay or looks like spam is never held against a recipient. Before a recipient
is named only the sender can be at fault; after, `providers.toml` knows what most replies mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.delivery import Kind, Outcome, Phase
from mailer.providers.book import Verdict, verdict_of

_TEXT = 500  # characters of a server's words that are kept
# RFC 2034, 3: at the beginning of each line. qmail puts it at the end: "(#5.1.1)".
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)\s*")
_AT_THE_END = re.compile(r"\(#([245]\.\d{1,3}\.\d{1,3})\)\s*$")
_NOBODYS = frozenset({Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH, Phase.MAIL})


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its lines joined by spaces, nothing in it but text."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The code of RFC 3463 it begins with, or bears in qmail's manner; or nothing."""
        found = _ENHANCED.match(self.text) or _AT_THE_END.search(self.text)
        return found[1] if found else ""


def joined(lines: Sequence[str]) -> str:
    """The text of a reply's lines, as one. An enhanced code that begins each is kept once, first."""
    if len(lines) > 1:
        codes = [found[1] for line in lines if (found := _ENHANCED.match(line))]
        if codes:
            lines = [codes[0], *(line.removeprefix(codes[0]).strip() for line in lines)]
    return printable(" ".join(lines))


def printable(text: str) -> str:
    """Without what moves a terminal's cursor or turns a line around: it is shown, stored and logged."""
    return text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)


@dataclass(frozen=True, slots=True)
class _End:
    """What a verdict makes of an attempt."""

    kind: Kind
    reason: str
    halt: bool = False
    slow: bool = False
    lost: bool = False


_ENDS = {
    Verdict.MAILBOX: _End(Kind.REFUSED, "mailbox"),
    Verdict.FULL: _End(Kind.REFUSED, "full"),
    Verdict.CONTENT: _End(Kind.REFUSED, "content"),
    Verdict.LATER: _End(Kind.DEFERRED, "deferred"),
    Verdict.SLOW: _End(Kind.UNTRIED, "slow-down", slow=True),
    Verdict.BLOCKED: _End(Kind.UNTRIED, "blocked", slow=True),
    Verdict.RECONNECT: _End(Kind.UNTRIED, "reconnect", lost=True),
    Verdict.SPAM: _End(Kind.UNTRIED, "spam", halt=True),
    Verdict.SIZE: _End(Kind.UNTRIED, "size", halt=True),
    Verdict.AUTHENTICATION: _End(Kind.UNTRIED, "authentication", halt=True),
    Verdict.SENDER: _End(Kind.UNTRIED, "sender", halt=True),
    Verdict.LOGIN: _End(Kind.UNTRIED, "login", halt=True),
    Verdict.POLICY: _End(Kind.UNTRIED, "policy", halt=True),
    Verdict.PROTOCOL: _End(Kind.UNTRIED, "protocol", halt=True),
}
_ACCEPTED = _End(Kind.SENT, "")
_BUSY = _End(Kind.UNTRIED, "server-busy", lost=True)  # the server closes, or will take nothing from anybody
_LATER = _ENDS[Verdict.LATER]


def judge(phase: Phase, reply: Reply, recipient: str = "") -> Outcome:
    """The outcome of a reply that ends an attempt; a 2yz to the final dot is the only acceptance.

    `recipient` is the address it is about, from RCPT on.
    """
    family = reply.code // 100
    if phase is Phase.DOT and family == 2:
        return _outcome(_ACCEPTED, phase, reply)
    if family not in (4, 5):
        # Not a reply to what we said: before the dot nothing has left, after it nobody can tell.
        kind = Kind.UNKNOWN if phase is Phase.DOT else Kind.UNTRIED
        return _outcome(_End(kind, "garbage", lost=True), phase, reply)
    if phase in _NOBODYS:
        return _outcome(_ours(phase, reply), phase, reply)
    return _outcome(_whose(phase, reply, recipient), phase, reply)


def _ours(phase: Phase, reply: Reply) -> _End:
    """No recipient is named yet: nobody else can be at fault, now or for good."""
    if phase is Phase.AUTH and (reply.code >= 500 or reply.code == 432):  # 432: RFC 4954, 4.7.12
        return _ENDS[Verdict.LOGIN]
    if reply.code < 500:
        return _BUSY
    if phase is Phase.STARTTLS:
        return _End(Kind.UNTRIED, "no-tls", halt=True)
    verdict = verdict_of("", reply.code, reply.enhanced, reply.text) if phase is Phase.MAIL else None
    told = verdict in (Verdict.LOGIN, Verdict.SIZE, Verdict.PROTOCOL)
    return _ENDS[verdict if told and verdict is not None else Verdict.SENDER]


def _whose(phase: Phase, reply: Reply, recipient: str) -> _End:
    """The recipient's reasons, their provider's, or ours."""
    later = reply.code < 500
    domain = recipient.rpartition("@")[2]
    verdict = verdict_of(domain, reply.code, reply.enhanced, reply.text)
    if reply.code == 421 and verdict in (None, Verdict.LATER) and phase is not Phase.DOT:
        return _BUSY  # the server closes: that is no attempt at this recipient (standards.md, E7)
    if verdict is None:
        return _LATER if later else _ENDS[_by_phase(phase, reply)]
    end = _ENDS[verdict]
    # P6: whatever the words, a 4yz loses nobody.
    return _LATER if later and end.kind is Kind.REFUSED else end


def _by_phase(phase: Phase, reply: Reply) -> Verdict:
    if phase is Phase.RCPT:
        return Verdict.MAILBOX
    return Verdict.PROTOCOL if reply.code == 501 else Verdict.CONTENT


def _outcome(end: _End, phase: Phase, reply: Reply) -> Outcome:
    return Outcome(
        kind=end.kind,
        phase=phase,
        reason=end.reason,
        code=reply.code,
        enhanced=reply.enhanced,
        text=reply.text[:_TEXT],
        lost=end.lost or end.halt or reply.code == 421,
        halt=end.halt,
        slow=end.slow,
    )


def silence(phase: Phase, why: str, *, begun: bool = False) -> Outcome:
    """No reply: closed, reset, timed out. `begun`: some of the body may have left (P2)."""
    kind = Kind.UNKNOWN if begun else Kind.UNTRIED
    return Outcome(kind=kind, phase=phase, reason="network", text=printable(why[:_TEXT]), lost=True)
