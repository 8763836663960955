"""The site asked before a real send: ours alone proves to be ours, whatever strangers answer."""

import socket
from pathlib import Path

import pytest

from mailer.wiring.asking import challenge_fault, site_fault, unsubscribe_fault
from mailer.wiring.doors import keys_of
from tests.wiring.house import Reply, opened, stranger, workspace

HOSTILE: dict[str, Reply] = {
    "another workspace's": (200, {"status": "ok", "proof": "AAAA"}),
    "no proof": (200, {"status": "ok"}),
    "a number": (200, {"proof": 7}),
    "a list": (200, "[1, 2]"),
    "no JSON": (200, "<html>parked domain</html>"),
    "nothing": (200, ""),
    "a lone surrogate": (200, '{"proof": "\\ud800"}'),
    "within each other": (200, "[" * 60_000),
    "megabytes": (200, b'{"proof": "' + b"A" * 3_000_000),
    "no UTF-8": (200, b"\xff\xfe\x00"),
}


def test_ours_proves_it(tmp_path: Path) -> None:
    with opened(workspace(tmp_path)) as store:

        def answer(_method: str, path: str) -> Reply:
            challenge = path.partition("?challenge=")[2]
            return 200, {"status": "ok", "proof": store.prove(challenge)}

        challenges = set()
        for _ in range(2):
            with stranger(answer) as (site, asked):
                assert challenge_fault(site, store) is None
                challenges.add(asked[0])
        assert len(challenges) == 2  # an answer overheard serves nobody


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_stranger_does_not(tmp_path: Path, answer: Reply) -> None:
    with opened(workspace(tmp_path)) as store, stranger(lambda *_: answer) as (site, _):
        fault = challenge_fault(site, store)
        assert fault is not None
        assert "answers for another workspace" in fault.say("en")
        assert site in fault.say("fr")


@pytest.mark.parametrize("status", [301, 302, 404, 500, 503])
def test_any_other_status_is_no_answer_and_no_redirect_is_followed(tmp_path: Path, status: int) -> None:
    with opened(workspace(tmp_path)) as store, stranger(lambda *_: (status, "")) as (site, asked):
        fault = challenge_fault(site, store)
        assert fault is not None
        assert f"does not answer ({status})" in fault.say("en")
        assert len(asked) == 1


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with opened(workspace(tmp_path)) as store:
        fault = challenge_fault(f"http://127.0.0.1:{port}", store)
        assert fault is not None
        assert "does not answer" in fault.say("en")


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://localhost", "https://[::1]:8443"])
def test_a_site_of_this_machine_serves_no_member(tmp_path: Path, site: str) -> None:
    with opened(workspace(tmp_path)) as store:
        fault = site_fault(site, store)
        assert fault is not None
        assert "on this machine only" in fault.say("en")
        assert site_fault("", store) is None


@pytest.mark.parametrize(
    ("page", "one_click", "works"),
    [(200, 200, True), (200, 302, False), (200, 405, False), (404, 200, False), (500, 500, False)],
)
def test_leaving_is_tried_by_page_and_by_one_click(
    tmp_path: Path, page: int, one_click: int, works: bool
) -> None:
    there = workspace(tmp_path)
    with stranger(lambda method, _: (one_click if method == "POST" else page, "")) as (site, asked):
        fault = unsubscribe_fault(site, keys_of(there), "sample")
    assert (fault is None) is works
    if fault is not None:
        assert f"page {page}, one-click {one_click}" in fault.say("en")
    assert [one.partition("/u/")[0] for one in asked] == ["GET ", "POST "]
    assert unsubscribe_fault("", keys_of(there), "sample") is None
