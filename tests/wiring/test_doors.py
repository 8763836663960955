"""Doors: what the settings lead to; a secret that is missing or a thing that is not there yet is told."""

from pathlib import Path

import pytest

from mailer.errors import LaterError, UsageError
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


def test_the_password_is_asked_for_at_the_door(tmp_path: Path) -> None:
    """By the variable first, then the file, then the command; without any, the cure."""
    login = {**SMTP, "MAILER_TRANSPORT_HOST": "smtp.example.org", "MAILER_TRANSPORT_USERNAME": "moi"}
    there = workspace(tmp_path, **login)
    with pytest.raises(UsageError) as missing:
        way_of(there, {})
    assert "MAILER_SMTP_PASSWORD" in missing.value.message.say("en")
    assert "moi" in missing.value.message.say("fr")
    way_of(there, {"MAILER_SMTP_PASSWORD": "x"})


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "password_command failed"),
        ("nowhere-at-all", "password_command failed"),
        ("'unbalanced", "password_command failed"),
        ("printf '\\377'", "password_command failed"),
        ("true", "password_command gives an empty password"),
        ("touch asked-$HOME;id", "password_command gives an empty password"),
    ],
)
def test_a_command_that_gives_no_password(tmp_path: Path, command: str, said: str) -> None:
    there = workspace(
        tmp_path,
        **SMTP,
        MAILER_TRANSPORT_HOST="smtp.example.org",
        MAILER_TRANSPORT_USERNAME="moi",
        MAILER_TRANSPORT_PASSWORD_COMMAND=command,
    )
    with pytest.raises(UsageError) as fault:
        way_of(there, {})
    assert said in fault.value.message.say("en")
    assert [path.name for path in tmp_path.glob("asked*")] in ([], ["asked-$HOME;id"])  # no shell


def test_a_password_file_that_cannot_be_read(tmp_path: Path) -> None:
    login = {**SMTP, "MAILER_TRANSPORT_HOST": "smtp.example.org", "MAILER_TRANSPORT_USERNAME": "moi"}
    there = workspace(tmp_path, **login, MAILER_TRANSPORT_PASSWORD_FILE="subscribers/secret")
    unread = "cannot be read"
    for content, said in ((None, unread), (b"\xff\xfe", unread), (b"\n", "gives an empty password")):
        if content is not None:
            (tmp_path / "subscribers/secret").write_bytes(content)
        with pytest.raises(UsageError) as fault:
            way_of(there, {})
        assert said in fault.value.message.say("en")


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
