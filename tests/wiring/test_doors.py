"""Doors: what the settings lead to; a thing that is not there yet is told."""

from pathlib import Path

import pytest

from mailer.errors import LaterError
from mailer.wiring.doors import envelope_sender, has_store, is_real, place_of, way_of
from tests.wiring.house import opened, workspace

SMTP = {"MAILER_TRANSPORT_KIND": "smtp", "MAILER_TRANSPORT_SECURITY": "tls"}


@pytest.mark.parametrize(
    ("host", "real"),
    [
        ("127.0.0.1", False),
        ("127.8.9.1", False),
        ("localhost", False),
        ("LOCALHOST", False),
        ("::1", False),
        ("smtp.example.org", True),
        ("localhost.example.org", True),
        ("127.0.0.1.example.org", True),
        ("0.0.0.0", True),
    ],
)
def test_whether_mail_leaves_this_machine(tmp_path: Path, host: str, real: bool) -> None:
    there = workspace(tmp_path, **SMTP, MAILER_TRANSPORT_HOST=host)
    assert is_real(there.settings) is real


def test_a_folder_is_never_real(tmp_path: Path) -> None:
    there = workspace(tmp_path, MAILER_TRANSPORT_HOST="smtp.example.org")
    assert not is_real(there.settings)
    assert way_of(there).connections >= 1


def test_databases(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert not has_store(there)
    with opened(there):
        assert has_store(there)
    elsewhere = workspace(tmp_path / "another", MAILER_DATABASE_URL=f"sqlite:{tmp_path}/autre/ici.db")
    assert place_of(elsewhere) == tmp_path / "autre/ici.db"
    with opened(elsewhere):
        assert (tmp_path / "autre").stat().st_mode & 0o777 == 0o700
    server = workspace(tmp_path, MAILER_DATABASE_URL="postgresql://u:s3cret@127.0.0.1:1/x")
    assert has_store(server)  # or they are told that it is not there
    with pytest.raises(LaterError) as fault, opened(server):
        pass
    assert "x (127.0.0.1:1) cannot be reached" in fault.value.message.say("en")
    assert "s3cret" not in fault.value.message.say("en")


def test_refusals_that_come_later_have_where_to_go(tmp_path: Path) -> None:
    assert envelope_sender(workspace(tmp_path).settings) == "tracts@lettre.example.org"
    bounces = workspace(tmp_path, MAILER_BOUNCES_ADDRESS="retours@example.org")
    assert envelope_sender(bounces.settings) == "retours@example.org"
    own = workspace(
        tmp_path, MAILER_BOUNCES_ADDRESS="retours@example.org", MAILER_SENDER_ENVELOPE="e@example.org"
    )
    assert envelope_sender(own.settings) == "e@example.org"
