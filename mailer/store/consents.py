"""What people agreed to: recorded with the words they were shown, withdrawn, and never overwritten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from mailer.moments import stamp
from mailer.store.driver import Driver

SUBSCRIPTION = "subscription"  # to be written to from a list
TRACKING = "tracking"  # that their own clicks are known as theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One act of somebody's, and what became of it (GDPR, art. 7; standards.md, G8)."""

    purpose: str
    list: str  # empty: of no list in particular
    text: str  # the words they were shown
    digest: str  # of these words: SHA-256 of the UTF-8, in hexadecimal
    at: str
    channel: str  # page, cli, import, paper
    proof: str
    ended_at: str  # empty: in force
    ending: str  # withdrawn, left (the list), objected, renewed (with other words)


class Consents:
    """The verbs of consent. Those that change run within the caller's transaction.

    Leaving a list ends the consent to be written to from it, an objection every consent: the log of
    objections does both (store/departures.py), and undoes the first with the departure.
    """

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def record(
        self, subscriber: int, purpose: str, *, text: str, channel: str, proof: str, slug: str = ""
    ) -> bool:
        """They agree to `text`, of the list `slug` or of none; False: they agreed to these words already.

        Of other words, the consent that was in force is renewed: both are kept.
        """
        digest = sha256(text.encode()).hexdigest()
        about = {"subscriber": subscriber, "purpose": purpose, "list": slug, "at": stamp(self._now())}
        self._driver.run("add_consent_text", digest=digest, content=text)
        self._driver.run("renew_consent", **about, text=digest)
        return self._driver.run("add_consent", **about, text=digest, channel=channel, proof=proof) > 0

    def withdraw(self, subscriber: int, purpose: str, *, slug: str = "") -> bool:
        """From now on they do not agree; False: they did not before either."""
        at = stamp(self._now())
        about = {"subscriber": subscriber, "purpose": purpose, "list": slug}
        if purpose == TRACKING:  # what was known by this consent goes with it
            self._driver.run("forget_own_clicks", subscriber=subscriber)
        return self._driver.run("withdraw_consent", **about, at=at) > 0

    def agrees(self, subscriber: int, purpose: str, *, slug: str = "") -> bool:
        """Whether a consent of theirs is in force."""
        about = {"subscriber": subscriber, "purpose": purpose, "list": slug}
        return self._driver.row("agrees", **about) is not None

    def people(self, purpose: str, *, slug: str = "") -> Iterator[int]:
        """The numbers of those whose consent is in force, in their order, read as they are asked for."""
        for row in self._driver.rows("agreeing", purpose=purpose, list=slug):
            yield row[0]

    def unproved(self, slug: str) -> int:
        """How many a campaign to the list would reach of whom neither a consent nor a proof is kept."""
        found = self._driver.row("without_consent", list=slug)
        return int(found[0]) if found else 0

    def of(self, subscriber: int) -> list[Consent]:
        """All that somebody ever agreed to, the oldest first."""
        return [
            Consent(
                purpose=row[0],
                list=row[1],
                text=row[2],
                digest=row[3],
                at=row[4],
                channel=row[5],
                proof=row[6],
                ended_at=row[7],
                ending=row[8],
            )
            for row in self._driver.rows("consents_of", subscriber=subscriber)
        ]
