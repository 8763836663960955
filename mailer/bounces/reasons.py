"""Why somebody did not get a mail, and whether that lasts, from codes and words (standards.md, E13, C5, F3).

`providers.toml` knows what the replies of servers mean; what programs say in sentences of their own is in
`sentences.toml`. Codes are used inconsistently, so clear words come first: Orange's 552 5.1.1 is "full".
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailer.bounces.model import BLAME, Blame, Reason
from mailer.bounces.sentences import rules
from mailer.providers.book import Verdict, verdict_of

_REPLY_LENGTH = 400  # characters of it that are taken for a server's reply
READ = 700  # characters of what is said of one recipient: each is looked at by every rule
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.?\d)")
# "550 5.1.1 …", "SMTP error 550:", "(553)", "Error Code 550", "said: 550-"; never a year, a port or a size.
_REPLY = re.compile(
    r"(?<![\d.:/@+-])([45][0-5]\d)(?=[\s:;,)\]#-]|$)(?! ?(?:bytes|kb|seconds|byte|minutes|hours))"
)

_OF_VERDICT = {
    Verdict.MAILBOX: Reason.UNKNOWN_USER,
    Verdict.FULL: Reason.FULL,
    Verdict.CONTENT: Reason.CONTENT,
    Verdict.LATER: Reason.TEMPORARY,
    Verdict.SLOW: Reason.REPUTATION,
    Verdict.BLOCKED: Reason.REPUTATION,
    Verdict.RECONNECT: Reason.TEMPORARY,
    Verdict.SPAM: Reason.SPAM,
    Verdict.SIZE: Reason.SIZE,
    Verdict.AUTHENTICATION: Reason.AUTHENTICATION,
    Verdict.SENDER: Reason.SENDER,
    Verdict.LOGIN: Reason.POLICY,
    Verdict.POLICY: Reason.POLICY,
    Verdict.PROTOCOL: Reason.OTHER,
}
# RFC 3463 and its registry (RFC 5248), of those the book does not judge by their number alone.
_OF_DETAIL = {
    "1.1": Reason.UNKNOWN_USER, "1.2": Reason.HOST, "1.3": Reason.UNKNOWN_USER,
    "1.6": Reason.UNKNOWN_USER, "1.10": Reason.UNKNOWN_USER,
    "2.1": Reason.UNKNOWN_USER, "2.2": Reason.FULL, "2.3": Reason.SIZE, "3.4": Reason.SIZE,
    "4.4": Reason.HOST, "4.6": Reason.LOOP, "4.7": Reason.TEMPORARY, "4.1": Reason.TEMPORARY,
    "4.2": Reason.TEMPORARY, "4.3": Reason.TEMPORARY, "4.5": Reason.TEMPORARY, "3.1": Reason.TEMPORARY,
    "3.5": Reason.LOOP,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a failure means."""

    status: str
    reason: Reason
    permanent: bool


def judge(address: str, action: str, status: str, said: str) -> Judgement:
    """Of what is `said` about one recipient; `status` is the one of a report, or ""."""
    said = said[:READ]
    status = _status(status, said)
    basic = _basic(status, said)
    reason = _reason(address, basic, status, said)
    if action == "delayed":  # still being tried: nothing is final, whatever the words
        soft = reason if BLAME[reason] is not Blame.HARD and reason is not Reason.OTHER else Reason.TEMPORARY
        return Judgement(status, soft, permanent=False)
    if reason is Reason.OTHER:
        return Judgement(status, reason, permanent=basic >= 500 or basic == 0)
    if BLAME[reason] is Blame.HARD and basic // 100 == 4:
        # A server that says "not now" of an unknown mailbox knows better than its words (RFC 5321, 4.2.1).
        return Judgement(status, Reason.TEMPORARY, permanent=False)
    return Judgement(status, reason, permanent=BLAME[reason] is Blame.HARD)


def _status(given: str, said: str) -> str:
    """The enhanced code: the report's own, unless it says nothing and the server's words say more."""
    found = ENHANCED.search(given)
    told = found[1] if found else ""
    if told and not told.endswith(".0.0"):
        return told
    others = [one for one in ENHANCED.findall(said) if not one.startswith("2") and not one.endswith(".0.0")]
    return others[0] if others else told


def _basic(status: str, said: str) -> int:
    """The reply's code, 0 if none: the server's, or what the enhanced one is worth."""
    replies = _REPLY.findall(said)
    if status[:1] in ("4", "5"):
        same = [one for one in replies if one[0] == status[0]]
        return int(same[0]) if same else int(status[0]) * 100 + 50
    return int(replies[0]) if replies else 0


def _reason(address: str, basic: int, status: str, said: str) -> Reason:
    domain = address.rpartition("@")[2].lower()
    clear = _first("reasons", said)
    if clear in (Reason.FULL, Reason.LOOP) and status[2:4] != "7.":
        return clear
    known = _OF_DETAIL.get(status[2:])
    if known is Reason.HOST and status[2:] != "4.4":
        return known
    verdict = _verdict(domain, basic, status, said[:_REPLY_LENGTH]) if basic else None
    if verdict is not None and not (verdict is Verdict.MAILBOX and status[2:] in ("1.0", "2.0", "")):
        judged = _OF_VERDICT[verdict]
        if judged is Reason.UNKNOWN_USER and (refused := _first("refusals", said)) is Reason.HOST:
            return refused
        return judged
    words = clear or _first("refusals", said)
    if basic // 100 == 4:
        return words if words in (Reason.HOST, Reason.POLICY) else clear or known or Reason.TEMPORARY
    if words is not None and not (known and words is Reason.POLICY):
        return words
    if verdict is not None:
        return _OF_VERDICT[verdict]
    return known or _by_class(status)


# The same words often stand beside several recipients.
@lru_cache(maxsize=128)
def _verdict(domain: str, basic: int, status: str, said: str) -> Verdict | None:
    return verdict_of(domain, basic, status, said)


def _by_class(status: str) -> Reason:
    """By the subject of a code whose detail says nothing (RFC 3463, 3)."""
    return {
        "1": Reason.UNKNOWN_USER, "2": Reason.UNKNOWN_USER, "4": Reason.TEMPORARY, "6": Reason.CONTENT,
        "7": Reason.POLICY,
    }.get(status[2:3], Reason.OTHER)  # fmt: skip


@lru_cache(maxsize=128)
def _first(name: str, said: str) -> Reason | None:
    return next((Reason(rule.meaning) for rule in rules(name) if rule.found_in(said)), None)


verdict_of("", 550, "", "")  # the book is opened now: the first bounce is read as fast as the others
