"""`mailer dkim`: what it prints can be pasted as it is, and is what the mails are signed with."""

import re
import tomllib

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, state, table
from tests.signing.verifier import verified


def _pasted(mailer: Mailer, out: str) -> None:
    """The table of `dkim new`, at the end of mailer.toml."""
    path = mailer.folder / "mailer.toml"
    path.write_text(path.read_text("utf-8") + "\n" + out.partition("\n\n")[0] + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_what_new_prints_is_pasted_and_signs(section: Mailer, kind: str) -> None:
    run = section("dkim", "new", "--type", kind)
    assert run.code == 0
    assert f"subscribers/keys/dkim-{kind}.pem" in run.err
    assert ("Keep an rsa key beside it" in run.err) == (kind == "ed25519")
    [written] = tomllib.loads(run.out.partition("\n\n")[0])["dkim"]
    assert written["domain"] == "lettre.example.org"
    assert re.fullmatch(r"[se]20\d{4}", written["selector"])
    _pasted(section, run.out)
    shown = section("dkim", "show")
    assert (shown.code, shown.err) == (0, "")
    assert run.out.partition("\n\n")[2] == shown.out
    assert section("test", SLUG, "--to", "moi@example.org").code == 0
    [path] = (section.folder / "subscribers/outbox").rglob("*.eml")
    [said] = section("dkim", "show", "--json").json
    assert verified(path.read_bytes(), [Published(said["name"], said["value"])]) == [True]  # type: ignore[list-item]


class Published:
    """A record as somebody typed it into the DNS."""

    def __init__(self, name: str, value: str) -> None:
        self.name, self.value = name, value


def test_a_zone_line_says_the_value(section: Mailer) -> None:
    run = section("dkim", "new", "--domain", "Example.ORG", "--selector", "cle")
    _pasted(section, run.out)
    [said] = section("dkim", "show", "--json").json
    zone = next(line for line in run.lines if line.startswith("zone file"))
    strings = re.findall(r'"([^"]*)"', zone)
    assert strings == said["strings"]
    assert "".join(strings) == said["value"]
    assert all(len(one) <= 255 for one in strings)
    assert f"{said['name']}. IN TXT " in zone
    assert (said["name"], said["type"], said["bits"]) == ("cle._domainkey.example.org", "rsa", 2048)


def test_nothing_is_written_over(section: Mailer) -> None:
    assert section("dkim", "new").code == 0
    before = state(section.folder)
    run = section("dkim", "new")
    assert (run.code, run.out) == (2, "")
    assert "exists already" in run.err
    assert state(section.folder) == before


@pytest.mark.parametrize(
    "words", [("--domain", "nulle part"), ("--selector", "a b"), ("--type", "dsa"), ("--selector", '"')]
)
def test_wrong_words_make_nothing(section: Mailer, words: tuple[str, ...]) -> None:
    before = state(section.folder)
    assert section("dkim", "new", *words).code == 2
    assert state(section.folder) == before


def test_show_without_a_key_says_who_signs(section: Mailer) -> None:
    run = section("dkim", "show")
    assert (run.code, run.out) == (0, "")
    assert "mailer dkim new" in run.err
    assert section("dkim", "show", "--json").json == []


def test_a_key_that_is_missing_is_told_before_anything_is_launched(section: Mailer) -> None:
    table(section, "[dkim]", 'domain = "example.org"\nselector = "s"\nkey_file = "subscribers/keys/k.pem"')
    for words in (("send", SLUG, "--yes"), ("test", SLUG, "--to", "a@example.org"), ("dkim", "show")):
        run = section(*words)
        assert run.code == 2
        assert "subscribers/keys/k.pem, the key of [[dkim]], is missing" in run.err
    assert section("status", "--json").json == []
