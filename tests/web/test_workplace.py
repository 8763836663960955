"""Colleagues behind one address: 2,000 sign up, answer and leave within ten minutes, and none is refused.

Posted to the application itself: what a test client puts around a request takes longer than the answer.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

import pytest

from mailer.ballots.casting import ballot
from mailer.listen.desk import Box
from mailer.listen.signups import form_token
from mailer.tokens.links import unsubscribe_token
from mailer.web import questions, throttle
from tests.ballots.questionnaires import ALL
from tests.web.desk import Member
from tests.web.premises import CAMPAIGN, KEYS, NOW, Premises, published

PEOPLE = 2000
DOOR = ("203.0.113.7", 443)  # of the workplace


async def _post(premises: Premises, path: str, fields: dict[str, str]) -> int:
    body, status = urlencode(fields).encode(), 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "https",
        "http_version": "1.1",
        "server": ("lettre.example.org", 443),
        "client": DOOR,
        "headers": [
            (b"host", b"lettre.example.org"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ],
    }
    await premises.app(scope, receive, send)  # type: ignore[arg-type]
    return status


def posted(premises: Premises, requests: Sequence[tuple[str, dict[str, str]]]) -> Counter[int]:
    """How many were answered with which status."""

    async def all_of_them() -> Counter[int]:
        return Counter([await _post(premises, path, fields) for path, fields in requests])

    return asyncio.run(all_of_them())


def test_they_sign_up() -> None:
    there = Premises()
    form = form_token(KEYS, "contacts", NOW)
    wishes = [("/s/contacts", {"email": f"m{at}@example.org", "form": form}) for at in range(PEOPLE)]
    assert posted(there, wishes) == {200: PEOPLE}
    assert len(there.desk.signed_up) == PEOPLE


def test_they_leave() -> None:
    there = Premises()
    there.desk.members |= {at: Member({"adherents": True}) for at in range(1, PEOPLE + 1)}
    doors = [f"/u/{unsubscribe_token(KEYS, at, 'adherents')}" for at in range(1, PEOPLE + 1)]
    assert posted(there, [(door, {"List-Unsubscribe": "One-Click"}) for door in doors]) == {200: PEOPLE}
    assert not any(there.desk.members[at].lists["adherents"] for at in range(1, PEOPLE + 1))


def test_they_answer_an_open_questionnaire() -> None:
    """Each posts twice, to look and to send: half of the limit is theirs to spend on looking."""
    there = Premises(published(questionnaire=ALL))
    assert throttle.BURST >= 2 * PEOPLE
    sent = [(f"/q/{CAMPAIGN}", {"avis": "1", "form.step": "send"})] * PEOPLE
    assert posted(there, sent) == {303: PEOPLE}
    assert len(there.desk.answers) == PEOPLE


def test_a_ballot_is_no_stranger_s_and_has_no_limit_by_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "BURST", 1)
    there = Premises(published(questionnaire=f'mode = "ballot"\n{ALL}'))
    there.desk.boxes[CAMPAIGN] = Box(key=bytes(32))
    few = [(f"/q/{CAMPAIGN}/{ballot(bytes(32), at)}", {"avis": "1"}) for at in range(1, 30)]
    assert posted(there, few * 3) == {200: 87}
