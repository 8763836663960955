"""Passwords: asked for at the door, and one that is missing is told with its cure."""

from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.wiring.doors import way_of
from tests.wiring.house import workspace

LOGIN = {
    "MAILER_TRANSPORT_KIND": "smtp",
    "MAILER_TRANSPORT_SECURITY": "tls",
    "MAILER_TRANSPORT_HOST": "smtp.example.org",
    "MAILER_TRANSPORT_USERNAME": "moi",
}


def test_the_password_is_asked_for_at_the_door(tmp_path: Path) -> None:
    """By the variable first, then the file, then the command; without any, the cure."""
    there = workspace(tmp_path, **LOGIN)
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
    there = workspace(tmp_path, **LOGIN, MAILER_TRANSPORT_PASSWORD_COMMAND=command)
    with pytest.raises(UsageError) as fault:
        way_of(there, {})
    assert said in fault.value.message.say("en")
    assert [path.name for path in tmp_path.glob("asked*")] in ([], ["asked-$HOME;id"])  # no shell


def test_a_password_file_that_cannot_be_read(tmp_path: Path) -> None:
    there = workspace(tmp_path, **LOGIN, MAILER_TRANSPORT_PASSWORD_FILE="subscribers/secret")
    unread = "cannot be read"
    for content, said in ((None, unread), (b"\xff\xfe", unread), (b"\n", "gives an empty password")):
        if content is not None:
            (tmp_path / "subscribers/secret").write_bytes(content)
        with pytest.raises(UsageError) as fault:
            way_of(there, {})
        assert said in fault.value.message.say("en")
