"""/healthz and /readyz: for machines; the challenge that tells this workspace's site from another's."""

import pytest

from tests.web.premises import Premises

CHALLENGE = "k7qk2m4x9a-ABC_def0123"


def test_the_site_lives(premises: Premises) -> None:
    answer = premises.visitor.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"status": "ok"}


def test_it_lives_without_its_store_and_is_not_ready(premises: Premises) -> None:
    assert premises.visitor.get("/readyz").json() == {"status": "ok"}
    premises.desk.broken = True
    assert premises.visitor.get("/healthz").status_code == 200
    answer = premises.visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable"}
    assert "zoe" not in answer.text


def test_a_challenge_is_proved(premises: Premises) -> None:
    answer = premises.visitor.get("/healthz", params={"challenge": CHALLENGE})
    assert answer.json() == {"status": "ok", "proof": f"proof of {CHALLENGE}"}
    assert premises.log[-1].startswith("GET /healthz 200")
    assert CHALLENGE not in "".join(premises.log)


def test_without_the_store_nothing_is_proved(premises: Premises) -> None:
    premises.desk.broken = True
    answer = premises.visitor.get("/healthz", params={"challenge": CHALLENGE})
    assert answer.status_code == 503
    assert "proof" not in answer.text


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "short",
        "x" * 65,
        "x" * 15,
        "é" * 16,
        "a b c d e f g h i j",
        "x" * 20 + "\n",
        "../../../etc/passwd/.",
    ],
)
def test_only_a_challenge_of_ours_is_signed(premises: Premises, challenge: str) -> None:
    """Else the site would sign whatever a stranger chooses."""
    answer = premises.visitor.get("/healthz", params={"challenge": challenge})
    assert answer.status_code == 400
    assert answer.json() == {"status": "ok", "error": "challenge"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_get_and_head(premises: Premises, path: str) -> None:
    assert premises.visitor.head(path).status_code == 200
    assert premises.visitor.post(path).status_code == 405
