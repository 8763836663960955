"""`mailer config show`: what is in force, where it comes from, and nothing secret."""

import tomllib

import pytest

from tests.cli.command import Mailer

SMTP = """\
kind = "smtp"
host = "smtp.example.org"
username = "l0gin-of-ours"
password_command = "pass show s3cr3t-command"
"""


def test_each_value_says_where_it_comes_from(mailer: Mailer) -> None:
    run = mailer("config", "show", MAILER_SITE_URL="https://tracts.example.org/", MAILER_SITE_VIEW_DAYS="7")
    assert (run.code, run.err) == (0, "")
    assert run.lines[0].split() == ["KEY", "VALUE", "FROM"]
    shown = {line.split()[0]: line.split()[-1] for line in run.lines}
    assert shown["organisation.name"] == "mailer.toml:6"
    assert shown["lists.sample.language"] == "mailer.toml:37"
    assert shown["site.url"] == "MAILER_SITE_URL"
    assert shown["site.view_days"] == "MAILER_SITE_VIEW_DAYS"
    assert shown["transport.port"] == "default"
    assert '"https://tracts.example.org"' in run.out


def test_values_are_written_as_in_the_file(mailer: Mailer) -> None:
    rows = [line.split(None, 1) for line in mailer("config", "show").lines[1:]]
    text = "\n".join(f"{key} = {rest.rstrip().rpartition('  ')[0]}" for key, rest in rows)
    read = tomllib.loads(text)
    assert read["organisation"]["name"] == "CGT Exemple"
    assert read["send"] == {
        "test_to": [],
        "witnesses": [],
        "approvers": [],
        "approvals": 0,
        "hold": "10m",
        "retry": ["45m", "2h", "3h"],
    }


def test_json(mailer: Mailer) -> None:
    rows = mailer("config", "show", "--json").json
    assert {frozenset(row) for row in rows} == {frozenset(("key", "value", "origin"))}
    assert {"key": "transport.connections", "value": 8, "origin": "default"} in rows
    assert len(rows) == len(mailer("config", "show").lines) - 1


@pytest.mark.parametrize("arguments", [["config", "show"], ["config", "show", "--json"], ["check"]])
def test_nothing_secret_is_shown(mailer: Mailer, arguments: list[str]) -> None:
    mailer.edit("mailer.toml", 'kind = "folder"', SMTP)
    run = mailer(
        *arguments,
        MAILER_SMTP_PASSWORD="s3cr3t-password",
        MAILER_DATABASE_URL="postgresql://user:s3cr3t-database@db.example.org/mailer",
        MAILER_BOUNCES_MAILBOX="imaps://s3cr3t-mailbox@imap.example.org/INBOX",
        MAILER_BOUNCES_ADDRESS="retours@example.org",
    )
    assert run.code == 0
    assert "s3cr3t" not in run.out + run.err
    assert "l0gin" not in run.out + run.err
    if arguments != ["check"]:
        assert '"***"' in run.out
        assert "postgresql://***@db.example.org/mailer" in run.out


def test_faulty_settings_are_not_shown_and_their_faults_are(mailer: Mailer) -> None:
    mailer.edit("mailer.toml", 'from = "CGT', 'fom = "CGT')
    run = mailer("config", "show")
    assert (run.code, run.out) == (2, "")
    assert "mailer.toml:13:1 unknown key 'fom': did you mean 'from'?" in run.err
    assert "the settings have faults: nothing was done" in run.err


def test_the_register_of_processing_is_written_once(mailer: Mailer) -> None:
    shown = mailer("config", "register", "--language", "fr")
    assert shown.lines[0] == "# Registre des activités de traitement (RGPD, article 30)"
    assert mailer("config", "register", "--language", "fr", "--out", "register.md").code == 0
    assert (mailer.folder / "register.md").read_text(encoding="utf-8").splitlines() == shown.lines
    assert mailer("config", "register", "--out", "register.md").code == 2
