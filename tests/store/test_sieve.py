"""A part of the lists: selected at launch and in each further wave, the excluded counted, P5 true."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.delivery import Tally
from mailer.segments.tree import AnyOf, Filled, InList, Not, Says
from mailer.store.clauses import Setting
from mailer.store.launches import Audience
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.store import Store
from mailer.store.streams import told
from tests.store.house import CAMPAIGN, LIST, bring, inside, launch_of, number, opened, person, tally

DATABASES = ["sqlite", "postgres"]

OTHER = "cadres"
SETTING = Setting(today=date(2026, 11, 27), zone="Europe/Paris")
NANTES = Says("site", "is", "nantes")


def sieve(keeps: bool = True, *leaves_out: tuple[str, object]) -> Sieve:
    parts = leaves_out or ((OTHER, InList(OTHER)), ("sans prénom", Not(Filled("first_name"))))
    return Sieve(keeps=NANTES if keeps else None, leaves_out=parts, setting=SETTING)  # type: ignore[arg-type]


def people(store: Store) -> None:
    """a and e to be written to; b excluded twice, c suppressed though excluded, d elsewhere, f once."""
    with store.together():
        store.people.bring(
            LIST,
            [
                person("a@example.org", site="Nantes", first_name="A"),
                person("b@example.org", site="Nantes"),
                person("c@example.org", site="Nantes"),
                person("d@example.org", site="Rennes", first_name="D"),
                person("e@example.com", site="NANTES", first_name="E"),
                person("f@example.com", site="Nantes"),
            ],
            source="t",
        )
    bring(store, "b@example.org", "c@example.org", "d@example.org", slug=OTHER)
    inside(store).execute(
        "INSERT INTO suppression (address_hash, reason, source, at) VALUES (?, 'bounced', 't', '2026')",
        [store.people.hash_of("c@example.org")],
    )


def states(store: Store) -> dict[str, str]:
    """Why each who has a row was set aside."""
    rows = inside(store).query(
        "SELECT s.email, d.reason FROM delivery d JOIN subscriber s ON s.id = d.subscriber WHERE d.slice = 0"
    )
    return {row["email"]: row["reason"] for row in rows}


def audience(store: Store, one: Sieve, *lists: str) -> Audience:
    with store.apart():
        return store.launches.audience(lists or (LIST,), one)


def test_what_is_shown_is_what_is_frozen(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people(store)
        shown = audience(store, sieve())
        assert (shown.size, shown.suppressed, shown.left_out) == (2, 1, 2)
        assert shown.left_out_by == ((OTHER, 1), ("sans prénom", 2))
        assert shown.domains == (("example.com", 1), ("example.org", 1))
        with store.together():
            frozen = store.launches.launch(replace(launch_of(), sieve=sieve(), part='{"x": 1}'))
        assert frozen == Tally(audience=5, excluded=3, pending=2)
        assert tally(store).balanced
        assert states(store) == {
            "b@example.org": "left-out",
            "c@example.org": "suppressed",
            "f@example.com": "left-out",
        }
        found = store.campaigns.by_id(CAMPAIGN)
        assert found is not None
        assert found.part == '{"x": 1}'


def test_a_further_wave_is_for_the_same_part_as_it_is_now(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people(store)
        with store.together():
            store.launches.launch(replace(launch_of(), sieve=sieve()))
        with store.together():
            moved = [person("d@example.org", site="Nantes"), person("g@example.org", site="Nantes")]
            store.people.bring(LIST, moved, source="t")
            store.people.bring(LIST, [person("h@example.org", site="Nantes", first_name="H")], source="t")
        with store.glance():
            shown = store.waves.newcomers(CAMPAIGN, [LIST], sieve())
        assert (shown.size, shown.left_out) == (1, 2)  # h; d and g are left out, a to f are not asked again
        with store.together():
            assert store.waves.top_up(CAMPAIGN, [LIST], sieve=sieve()) == Tally(
                audience=3, excluded=2, pending=1
            )
        assert all(wave.tally.balanced for wave in store.campaigns.waves(CAMPAIGN))
        with store.together():
            assert store.waves.top_up(CAMPAIGN, [LIST], sieve=sieve()) == Tally()


def test_who_is_on_several_lists_is_told_once(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people(store)
        shown = audience(store, EVERYBODY, LIST, OTHER)
        assert (shown.size, shown.shared, shown.left_out) == (5, 2, 0)
        assert audience(store, EVERYBODY, LIST).shared == 0
        assert audience(store, Sieve(keeps=NANTES, setting=SETTING), LIST, OTHER).shared == 1


def test_a_rehearsal_is_for_those_who_are_written_to(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people(store)
        with store.apart():
            kinds = list(store.launches.kinds([LIST], {"first_name"}, set(), sieve()))
        assert sum(kind.people for kind in kinds) == 2
        assert {kind.example for kind in kinds} <= {
            number(store, f"{who}") for who in ("a@example.org", "e@example.com")
        }


def test_the_usual_number_is_that_of_whole_lists(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people(store)
        with store.together():
            store.launches.launch(replace(launch_of(abroad=True), sieve=sieve(), part="{}"))
        assert store.campaigns.usual_audience(LIST) is None


def test_slices_are_written_while_a_segment_is_read(tmp_path: Path) -> None:
    """Both at once in one transaction: more people than a portion of either."""
    with opened(tmp_path) as store:
        with store.together():
            store.people.bring(
                LIST,
                [person(f"m{at}@example.org", site="Nantes" if at % 3 else "Brest") for at in range(4500)],
                source="t",
            )
        everywhere = Sieve(
            keeps=AnyOf((NANTES, Says("site", "is", "brest"))),
            leaves_out=(("brest", Says("site", "starts", "br")),),
            setting=SETTING,
        )
        with store.together():
            frozen = store.launches.launch(replace(launch_of(), sieve=everywhere))
        assert frozen == Tally(audience=4500, excluded=1500, pending=3000)
        assert tally(store) == frozen


@settings(suppress_health_check=list(HealthCheck))
@given(st.sets(st.integers(0, 20)), st.lists(st.sets(st.integers(0, 20)), max_size=2))
def test_told(numbers: set[int], flags: list[set[int]]) -> None:
    words = ("first", "second")
    ranked = ((one, 0) for one in sorted(numbers))
    wanted = [
        (one, 0, next((word for word, flag in zip(words, flags, strict=False) if one in flag), ""))
        for one in sorted(numbers)
    ]
    assert list(told(ranked, [sorted(flag) for flag in flags], words)) == wanted
