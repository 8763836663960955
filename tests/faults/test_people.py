"""What happens to the list and the text meanwhile: what was frozen stays, who left is heard."""

import asyncio

import pytest

from mailer.deliver.result import End
from mailer.model import Person
from tests.cli.command import Mailer
from tests.faults.premises import PEOPLE
from tests.simulation.premises import LIST, person
from tests.simulation.world import World, world
from tests.smtp.script import Reply, Rule, Stage
from tests.store.house import inside


@pytest.mark.parametrize("objects", [False, True], ids=["leaves the list", "objects"])
@pytest.mark.parametrize("pipelining", [True, False])
def test_who_leaves_between_the_354_and_the_body(objects: bool, pipelining: bool) -> None:
    """P10: the mark's own transaction looks again, and the connection is closed before a byte."""

    def at_data(there: World, email: str) -> None:
        if email == person(0):
            there.leaves(email, objects=objects)

    with world(PEOPLE, pipelining=pipelining) as there:
        there.at_data = lambda email: at_data(there, email)
        there.play(lambda there: there.through())
        assert there.arrived() == {person(at): 1 for at in range(1, PEOPLE)}
        assert there.states()[person(0)] == "excluded"


def test_who_leaves_while_they_are_deferred_is_not_tried_again() -> None:
    async def story(there: World) -> None:
        sending = asyncio.create_task(there.through())
        await asyncio.sleep(30)
        there.leaves(person(1))
        assert (await sending).end is End.DONE

    with world(PEOPLE, [Rule(Stage.RCPT, Reply(450, "4.2.0 later"), times=PEOPLE)]) as there:
        there.play(story)
        assert there.states()[person(1)] == "excluded"
        assert there.arrived() == {person(at): 1 for at in range(PEOPLE) if at != 1}


def test_who_joins_meanwhile_is_not_in_this_wave() -> None:
    async def story(there: World) -> None:
        sending = asyncio.create_task(there.through())
        while not there.asked:
            await asyncio.sleep(0.001)
        with there.desk() as store, store.together():
            store.people.bring(LIST, [Person(email="new@example.org", fields={})], source="test")
        assert (await sending).end is End.DONE

    with world(PEOPLE) as there:
        there.play(story)
        assert there.arrived() == {person(at): 1 for at in range(PEOPLE)}
        assert there.states()["new@example.org"] == "pending"  # of no wave


def test_who_changes_their_address_between_two_attempts_is_not_written_to_twice() -> None:
    async def story(there: World) -> None:
        sending = asyncio.create_task(there.through())
        await asyncio.sleep(30)
        with there.desk() as store:
            changed = store.people.hash_of("elsewhere@example.org")
            inside(store).execute(
                "UPDATE subscriber SET email = ?, address_hash = ? WHERE email = ?",
                ["elsewhere@example.org", changed, person(0)],
            )
        assert (await sending).end is End.DONE

    with world(PEOPLE, [Rule(Stage.DOT, Reply(451, "4.3.0 later"), times=PEOPLE)]) as there:
        there.play(story)
        assert there.arrived() == {person(at): 1 for at in range(1, PEOPLE)}
        assert there.states()["elsewhere@example.org"] == "excluded"


def test_somebody_who_cannot_be_written_to_is_set_aside_and_counted() -> None:
    """A poisoned row: neither lost nor in everybody's way."""
    with world(PEOPLE) as there:
        with there.desk() as store:
            inside(store).execute(
                "UPDATE subscriber SET email = ? WHERE email = ?", ["poison\r\nDATA@x", person(0)]
            )
        result = there.play(lambda there: there.through())
        assert result.end is End.DONE
        assert there.states()["poison\r\nDATA@x"] == "excluded"
        assert there.arrived() == {person(at): 1 for at in range(1, PEOPLE)}


SPELLINGS = [
    *("Zoe@example.org", "zoe@EXAMPLE.org", " ZOE@Example.Org ", "zOe@example.org"),
    *(f"zoé{at}@example.org" for at in range(3)),  # no address at all
    *(
        "ana@élu.example.org",
        "ANA@ÉLU.example.org",
        "ana@xn--lu-9ia.example.org",
        "Ana@XN--LU-9IA.example.org",
    ),
]


def test_a_hundred_spellings_of_one_address(tmp_path: object) -> None:
    """By case, spaces and accented domains: one message for each person, the rest is told at the import."""
    mailer = Mailer(folder=tmp_path)  # type: ignore[arg-type]
    assert mailer("init").code == 0
    rows = "".join(f"{email};Zoé\n" for email in SPELLINGS * 10)
    mailer.write("people.csv", "email;prénom\n" + rows)
    mailer("subscribers", "import", "people.csv", "--list", "sample", "--yes")
    mailer.campaign("tract", "Bonjour {{ first_name }}.", "sample = true\n")
    said = mailer("send", "tract", "--yes", "--json").json
    assert said["sent"] == said["audience"] == 2
    assert len(list((mailer.folder / "subscribers/outbox").rglob("*.eml"))) == 2
