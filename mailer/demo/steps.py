"""The steps of the demonstration: each does something real and says whether it came out right."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from mailer.demo import visitor
from mailer.demo.catcher import Caught
from mailer.demo.one_click import address as one_click_address
from mailer.demo.one_click import post as one_click
from mailer.demo.premises import CAMPAIGN, LIST, SECOND, Premises
from mailer.demo.stage import KILL_AFTER, Stage, Told
from mailer.wiring.boxes import answers_of
from mailer.wiring.doors import store_of
from mailer.words import Text, plural

_SETTLED_S = 1.0  # for the outcome of the last one to reach the disk

Step = Callable[[Stage], Awaitable[Told]]


async def bring(stage: Stage) -> Told:
    """The sample's people come onto the list."""
    code, _ = await stage.run("subscribers", "import", "subscribers/sample.csv", "--list", LIST, "--yes")
    return Told(right=code == 0, text=Text("Imported: 12 invented people, from a CSV file"))


async def killed(stage: Stage) -> Told:
    """A send, killed in the middle of it as a power cut would."""
    sender = await stage.begin("send", CAMPAIGN, "--yes")
    waiting = asyncio.ensure_future(stage.brake.held.wait())
    ending = asyncio.ensure_future(sender.wait())
    await asyncio.wait({waiting, ending}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if sender.returncode is None:
        await asyncio.sleep(_SETTLED_S)
        sender.kill()
    await sender.wait()
    ending.cancel()
    stage.brake.free.set()
    count = stage.catcher.total
    return Told(
        right=stage.brake.held.is_set() and KILL_AFTER <= count < 12,
        text=plural(
            "Sent: {count} message, then kill -9", "Sent: {count} messages, then kill -9", count=count
        ),
    )


async def resumed(stage: Stage) -> Told:
    """The same command again: everyone has it once, and the ledger says so."""
    code, out = await stage.run("send", CAMPAIGN, "--yes", "--json")
    said = json.loads(out) if code == 0 else {}
    caught = stage.catcher.counts
    sent, unknown = said.get("sent", 0), said.get("unknown", 0)
    exact = (
        said.get("audience") == 12 == sent + unknown
        and max(caught.values(), default=0) == 1
        and sent <= stage.catcher.total <= sent + unknown
    )
    return Told(
        right=code == 0 and exact,
        text=Text(
            "Resumed: the same command; {sent} sent, {unknown} unknown, nobody twice, nobody forgotten",
            sent=sent,
            unknown=unknown,
        ),
    )


async def clicked(stage: Stage) -> Told:
    """Somebody opens a mail and follows the button to the questionnaire."""
    return await asyncio.to_thread(_click, stage)


def _click(stage: Stage) -> Told:
    found = _tracked(stage)
    answers = [visitor.ask(found, method=method) for method in ("HEAD", "GET")] if found else []
    right = len(answers) == 2 and all(one.status == 302 for one in answers)
    right = right and answers[1].location.startswith(f"{stage.premises.site}/q/")
    return Told(
        right=right, text=Text("Clicked: the link leads to the questionnaire, the same for everybody")
    )


def _tracked(stage: Stage) -> str:
    mail = stage.catcher.messages[0]
    return next((link for link in visitor.links(mail) if "/l/" in link), "")


async def answered(stage: Stage) -> Told:
    """They fill it in."""
    return await asyncio.to_thread(_answer, stage)


def _answer(stage: Stage) -> Told:
    questionnaire = visitor.ask(_tracked(stage)).location
    page = visitor.ask(questionnaire)
    review = visitor.ask(questionnaire, visitor.filled(page.text))
    done = visitor.ask(questionnaire, visitor.filled(review.text))
    public_id = questionnaire.rpartition("/")[2]
    people = answers_of(stage.premises.workspace).people(public_id)
    return Told(
        right=(page.status, review.status, done.status, people) == (200, 200, 303, 1),
        text=Text("Answered: {people} answer stored, with neither name nor hour", people=people),
    )


async def left(stage: Stage) -> Told:
    """One leaves by the page, one by the mailbox's own button; a look at the page leaves nobody."""
    return await asyncio.to_thread(_leave, stage)


def _leave(stage: Stage) -> Told:
    first, second = stage.catcher.messages[0], stage.catcher.messages[1]
    page, button = one_click_address(first) or "", one_click_address(second) or ""
    looked = visitor.ask(page)
    by_page = visitor.ask(page, [("action", "list")])
    by_button = one_click(button)
    return Told(
        right=(looked.status, by_page.status, by_button) == (200, 200, 200),
        text=Text("Unsubscribed: one by the page, one by the mailbox's own button (RFC 8058)"),
    )


async def spared(stage: Stage) -> Told:
    """A second campaign: not to those who left."""
    before = stage.catcher.counts.copy()
    code, _ = await stage.run("send", SECOND, "--yes")
    again = stage.catcher.counts - before
    gone = {_to(stage.catcher.messages[0]), _to(stage.catcher.messages[1])}
    return Told(
        right=code == 0 and again.total() == 10 and not gone & set(again),
        text=plural(
            "Sent again: {count} message, none to those who left",
            "Sent again: {count} messages, none to those who left",
            count=again.total(),
        ),
    )


def _to(caught: Caught) -> str:
    return caught.recipient


async def counted(stage: Stage) -> Told:
    """The counters moved, and nothing says who."""
    await asyncio.sleep(0.3)  # clicks reach the disk ten times a second
    clicks = await asyncio.to_thread(_clicks, stage.premises)
    return Told(
        right=clicks == 2,  # by `clicked` and by `answered`; the HEAD is none
        text=Text("Counted: {clicks} clicks; nothing stored says whose", clicks=clicks),
    )


def _clicks(premises: Premises) -> int:
    """The demonstration alone shows figures this small (P14)."""
    store = store_of(premises.workspace)
    try:
        with store.glance():
            return sum(
                link.clicks for one in store.campaigns.all() for link in store.campaigns.links(one.public_id)
            )
    finally:
        store.close()


def figures(premises: Premises) -> list[tuple[Text, str]]:
    """What the inbox shows beside the mails: it moves as the visitor acts."""
    store = store_of(premises.workspace)
    try:
        with store.glance():
            campaigns = store.campaigns.all()
            clicks = sum(link.clicks for one in campaigns for link in store.campaigns.links(one.public_id))
            members = store.people.size_of(LIST)
    finally:
        store.close()
    answers = answers_of(premises.workspace)
    return [
        (Text("Clicks"), str(clicks)),
        (Text("Answers"), str(sum(answers.people(one.public_id) for one in campaigns))),
        (Text("On the list"), str(members)),
    ]


SENDING: tuple[Step, ...] = (bring, killed, resumed)
VISITING: tuple[Step, ...] = (clicked, answered, left, spared, counted)
