"""Segments on both databases: whom SQL finds is whom plain Python finds."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailer.segments import tree
from mailer.store.clauses import Setting
from mailer.store.store import Store
from tests.segments.oracle import Known, is_meant
from tests.segments.trees import CAMPAIGNS, LISTS, OWN, TREES, VALUES
from tests.store.house import LIST, bring, inside, number, opened, person

DATABASES = ["sqlite", "postgres"]
TODAY, ZONE = date(2026, 11, 27), "Europe/Paris"
SETTING = Setting(today=TODAY, zone=ZONE, campaigns=CAMPAIGNS)
STATES = ("pending", "in_flight", "sent", "deferred", "refused", "excluded", "unknown")
JOINED = (  # in Paris the day changes at 22:00 or 23:00 UTC
    datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 24, 23, 0, tzinfo=UTC),
    datetime(2026, 6, 30, 22, 0, tzinfo=UTC),
    datetime(2019, 12, 31, 12, 0, tzinfo=UTC),
)


def found(store: Store, node: tree.Node) -> set[str]:
    """The addresses that SQL finds."""
    with store.glance():
        return {email for _, email in store.segments.sample(node, SETTING, 1000)}


def peopled(store: Store, everybody: dict[str, Known]) -> None:
    """These people are in the store, with all that is known of them."""
    with store.together():
        store.people.bring(
            LIST, [person(email, **one.fields) for email, one in everybody.items()], source="t"
        )
    base = inside(store)
    base.execute("DELETE FROM membership")
    for email, one in everybody.items():
        who = number(store, email)
        rows = [(slug, "subscribed", at) for slug, at in one.lists.items()]
        for slug, state, at in [*rows, ("others", "subscribed", JOINED[0])]:
            stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            base.execute("INSERT INTO membership VALUES (?, ?, ?, ?, '', '')", [slug, who, state, stamp])
        for slug, state in one.had.items():
            base.execute(
                "INSERT INTO delivery VALUES "
                "(?, ?, 1, 1, 1, 'adherents', ?, '', 0, '', '', 0, NULL, '', '', '')",
                [CAMPAIGNS[slug], who, state],
            )


def set_aside(store: Store, everybody: list[str]) -> set[str]:
    """Some of them who may not be written to: on no list, or suppressed."""
    base = inside(store)
    for email in everybody[::20]:
        base.execute(
            "UPDATE membership SET state = 'unsubscribed' WHERE subscriber = ?", [number(store, email)]
        )
    for email in everybody[7::20]:
        base.execute(
            "INSERT INTO suppression (address_hash, reason, source, at) VALUES (?, 'bounced', 't', '2026')",
            [store.people.hash_of(email)],
        )
    return {*everybody[::20], *everybody[7::20]}


def launched(store: Store) -> None:
    """The campaigns that people have or have not."""
    for slug, public_id in CAMPAIGNS.items():
        inside(store).execute(
            "INSERT INTO campaign (public_id, slug, title, status, reason, launched_at, starts_at,"
            " expires_at, hold_until, held_from, resumed_at, abroad, ended_at, closed_at)"
            " VALUES (?, ?, '', 'running', '', '', '', '', '', 0, '', 0, '', '')",
            [public_id, slug],
        )


@st.composite
def somebody(draw: st.DrawFn) -> Known:
    own = {name: draw(VALUES).strip() for name in OWN if draw(st.booleans())}
    names = {name: draw(VALUES).strip() for name in ("first_name", "last_name") if draw(st.booleans())}
    return Known(
        fields={name: value for name, value in {**own, **names}.items() if value},
        lists={slug: draw(st.sampled_from(JOINED)) for slug in LISTS if draw(st.booleans())},
        had={slug: draw(st.sampled_from(STATES)) for slug in CAMPAIGNS if draw(st.booleans())},
    )


def everybody() -> dict[str, Known]:
    """200 people, the same in each run: what they hold is all that `VALUES` may give, often twice."""
    people: list[Known] = []

    @settings(max_examples=200, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(somebody())
    def gather(one: Known) -> None:
        people.append(one)

    gather()
    return {f"p{at}@example.org": one for at, one in enumerate(people[:200])}


def test_sql_finds_whom_python_finds(tmp_path: Path, database: str) -> None:
    known = everybody()

    @settings(max_examples=250 if database == "sqlite" else 100, deadline=None)
    @given(TREES)
    @example(tree.Says("site", "is", 'n", "web_site": "N'))
    @example(tree.Says("site", "starts", "n\\"))
    @example(tree.All((tree.Says("site", "contains", "1"), tree.Counts("heures", "=", "1"))))
    @example(tree.All((tree.Counts("heures", "=", "1"), tree.Says("site", "contains", "1"))))
    @example(tree.Not(tree.Says("site", "contains", "n")))
    @example(tree.Dates("arrivee", ">=", tree.Day(months=-200_000)))
    @example(tree.Joined("adherents", "<=", tree.Day(months=120_000)))
    @example(tree.AnyOf((tree.InList("cadres"), tree.Received("greve"))))
    @example(tree.Not(tree.AnyOf((tree.InList("cadres"), tree.Received("greve"), tree.Filled("site")))))
    @example(tree.All((tree.Received("greve"), tree.Not(tree.Received("salaires")))))
    def as_expected(node: tree.Node) -> None:
        wanted = {email for email in reached if is_meant(node, known[email], TODAY, ZONE)}
        assert found(store, node) == wanted
        with store.glance():
            assert store.segments.people(node, SETTING) == len(wanted)

    with opened(tmp_path) as store:
        launched(store)
        peopled(store, known)
        reached = known.keys() - set_aside(store, list(known))
        as_expected()


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [
        ("saint-nazaire", "Saint-Nazaire"),
        ("Élancourt", "ELANCOURT"),
        ("L'Isle", "l\u2019isle"),
        ("Œuvre", "œuvre"),
        ('dit "le"', 'DIT "LE"'),
        ("a\\b*?[c]", "A\\B*?[C]"),
    ],
)
def test_case_accents_and_apostrophes_do_not_matter(tmp_path: Path, wanted: str, stored: str) -> None:
    with opened(tmp_path) as store:
        with store.together():
            people = [person("a@example.org", site=stored), person("b@example.org", site=f"{stored}s")]
            store.people.bring(LIST, people, source="t")
        assert found(store, tree.Says("site", "is", wanted)) == {"a@example.org"}
        assert len(found(store, tree.Says("site", "starts", wanted))) == 2
        assert len(found(store, tree.Says("site", "contains", wanted[1:]))) == 2


def test_who_may_not_be_written_to_is_not_counted(tmp_path: Path) -> None:
    anybody = tree.Not(tree.Filled("site"))
    with opened(tmp_path) as store:
        bring(store, "a@example.org", "b@example.org", "c@example.org")
        bring(store, "a@example.org", slug="cadres")
        inside(store).execute(
            "INSERT INTO suppression (address_hash, reason, source, at) VALUES (?, 'bounced', 't', '2026')",
            [store.people.hash_of("b@example.org")],
        )
        with store.glance():
            reach = store.segments.reach(anybody, SETTING)
        assert (reach.people, reach.lists) == (2, (("adherents", 2), ("cadres", 1)))
