"""The oracle: what the ledger says of each person against what the other side has kept, in one place.

sent means once, unknown means once or not at all, anything else means never; and nobody is unknown without a
connection that was lost (P1-P4). The other side's count comes from the fault server, which writes it to disk
before it says 250 and knows nothing of the ledger.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

ALLOWED: dict[str, tuple[int, ...]] = {
    "sent": (1,),
    # Marked and not judged yet, while a sender is at work or after it was killed: what unknown will be.
    "in_flight": (0, 1),
    "unknown": (0, 1),
}
UNCERTAIN = frozenset({"unknown", "in_flight"})
_STATES = """
    SELECT s.email, coalesce(d.state, 'pending') FROM subscriber s
    LEFT JOIN delivery d ON d.subscriber = s.id AND d.campaign = ?
"""


def verdict(states: Mapping[str, str], arrived: Mapping[str, int], *, lost: int, empty: int = 0) -> list[str]:
    """All that is wrong; nothing is wrong with a proof.

    `states`: of each address; who is in no slice yet is pending. `arrived`: how often each was accepted.
    `lost`: connections that ended otherwise than by QUIT. `empty`: messages without a byte, accepted.
    """
    found = [
        f"{email} is {state} and arrived {arrived.get(email, 0)} times"
        for email, state in states.items()
        if arrived.get(email, 0) not in ALLOWED.get(state, (0,))
    ]
    found += [f"{email} was never to be written to" for email in arrived if email not in states]
    uncertain = [email for email, state in states.items() if state in UNCERTAIN]
    if len(uncertain) > lost:
        found.append(f"{len(uncertain)} are unknown, and only {lost} connections were lost")
    if empty:
        found.append(f"{empty} empty messages were accepted")
    return found


def states_in(database: Path, campaign: str) -> dict[str, str]:
    """Each person's state, read from the SQLite file itself, past all of our own code."""
    reading = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return dict(reading.execute(_STATES, [campaign]).fetchall())
    finally:
        reading.close()


def states_at(url: str, folder: Path, slug: str) -> dict[str, str]:
    """The same, of the last campaign called `slug`; `url` as under [database], relative to `folder`."""
    query = "SELECT public_id FROM campaign WHERE slug = {}"
    if not url.startswith("postgresql:"):
        path = folder / url.removeprefix("sqlite:")
        reading = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = reading.execute(query.format("?"), [slug]).fetchone()
        finally:
            reading.close()
        return states_in(path, found[0]) if found else {}
    import psycopg  # noqa: PLC0415  of the extra "cluster"

    with psycopg.connect(url) as connection:
        found = connection.execute(query.format("%s"), [slug]).fetchone()
        return dict(connection.execute(_STATES.replace("?", "%s"), [found[0]]).fetchall()) if found else {}
