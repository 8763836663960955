"""A campaign whose senders die where they are told, then one that finishes it; and the oracle."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.crash.child import Zygote
from tests.crash.hooks import KILLED
from tests.simulation.premises import folder, person, premises
from tests.smtp.conditions import recipient
from tests.smtp.ledger import read_ledger
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running
from tests.store.house import CAMPAIGN
from tests.stories.oracle import states_in, verdict

_REFUSED = person(0)  # by its server: so that the places of a refusal are passed too
_FINAL = {"sent", "refused", "excluded", "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """What came of it; `reached`: how many of the deaths asked for really happened."""

    reached: int
    states: dict[str, str]
    faults: list[str]


def crash(zygote: Zygote, *places: int, people: int, connections: int, durability: str) -> Crashed:
    """A sender that dies at the first of `places`, another at the second…, then one that lives."""
    with folder() as name:
        where = Path(name)
        premises(where, people, slice_size=3)
        ledger = where / "accepted.jsonl"
        rules = [Rule(Stage.RCPT, Reply(550, "5.1.1 nobody here"), when=recipient(_REFUSED))]
        with running(FaultServer(rules, ledger=ledger, keep=False)) as server:
            settings = {
                "MAILER_TRANSPORT_KIND": "smtp",
                "MAILER_TRANSPORT_HOST": "127.0.0.1",
                "MAILER_TRANSPORT_PORT": str(server.port),
                "MAILER_TRANSPORT_SECURITY": "none",
                "MAILER_TRANSPORT_CONNECTIONS": str(connections),
                "MAILER_DATABASE_DURABILITY": durability,
            }
            reached, faults = 0, []
            for place in (*places, 0):
                code = zygote.send(where, settings, place)
                if code not in (0, KILLED):
                    faults.append(f"a sender left with exit code {code}")
                reached += code == KILLED
                faults += _judged(where, ledger, server)
        states = states_in(where / "subscribers/mailer.db", CAMPAIGN)
        faults += [f"{email} is still {state}" for email, state in states.items() if state not in _FINAL]
        return Crashed(reached=reached, states=states, faults=faults)


def _judged(where: Path, ledger: Path, server: FaultServer) -> list[str]:
    server.wait(lambda server: server.open == 0)
    states = states_in(where / "subscribers/mailer.db", CAMPAIGN)
    arrived = Counter(row.recipient for row in read_ledger(ledger))
    lost = sum(not dialogue.polite for dialogue in server.dialogues)
    return verdict(states, arrived, lost=lost, empty=server.empty_messages) + server.faults
