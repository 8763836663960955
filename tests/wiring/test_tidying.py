"""What retention would have go is told without keeping anybody from writing, and is what goes then."""

from datetime import timedelta
from pathlib import Path

from mailer.model import Person
from mailer.moments import stamp
from mailer.store.store import Store
from mailer.wiring.doors import now
from mailer.wiring.tidying import due, tidy
from tests.store.house import inside
from tests.wiring.house import locked, opened, workspace

CONTACTS = "".join(
    f'\n[lists.{slug}]\ntitle = "{slug}"\nlegal_basis = "contact"\n' for slug in ("amis", "ami", "voisins")
)
LATE = timedelta(days=4000)


def on(store: Store, slug: str, *names: str) -> None:
    with store.together():
        people = [Person(email=f"{name}@example.org", fields={}) for name in names]
        store.people.bring(slug, people, source="test")


def stands(store: Store, name: str, state: str, since: str) -> None:
    who = store.people.number_of(f"{name}@example.org")
    inside(store).execute(
        "UPDATE membership SET state = ?, since = ? WHERE subscriber = ?", [state, since, who]
    )


def test_what_is_told_is_what_goes(tmp_path: Path) -> None:
    """Idle on one list and on two, kept by another list or by a consent, pending, gone, gone lately."""
    there = workspace(tmp_path, CONTACTS)
    with opened(there) as store:
        on(store, "amis", "idle", "twice", "kept", "agreed")
        on(store, "ami", "twice", "late")
        on(store, "sample", "kept", "waits", "waits-still", "left", "left-lately")
        old, new = stamp(now()), stamp(now() + LATE)
        stands(store, "late", "subscribed", new)
        stands(store, "waits", "pending", old)
        stands(store, "waits-still", "pending", new)
        stands(store, "left", "unsubscribed", old)
        stands(store, "left-lately", "unsubscribed", new)
        agreed = store.people.number_of("agreed@example.org")
        assert agreed is not None
        with store.together():
            store.consents.record(agreed, "tracking", text="Oui", channel="page", proof="p")
        inside(store).execute("UPDATE consent SET at = ?", [new])
        with locked(there):
            told = due(store, there.settings, now() + LATE)
        counts = {one.what: one.count for one in told}
        assert counts == {"deliveries": 0, "contacts": 4, "pending": 1, "departed": 4}
        went = tidy(store, there.settings, now() + LATE)
        assert {one.what: one.count for one in went} == counts
        left = ["agreed", "kept", "late", "left-lately", "waits-still"]
        found = inside(store).execute("SELECT email FROM subscriber ORDER BY email").fetchall()
        assert [row[0] for row in found] == [f"{name}@example.org" for name in left]
