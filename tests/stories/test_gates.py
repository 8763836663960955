"""The gates before a real send, each closed by real facts: nothing leaves, and the cure is named."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.command import Mailer, Run
from tests.cli.network import CERTIFICATE, PUBLIC, RELAY, https
from tests.cli.section import (
    SLUG,
    WORDS,
    adds_up,
    arrived,
    begin,
    bring,
    ended,
    figures,
    gates,
    post_to,
    read_until,
    table,
    within,
)
from tests.smtp.server import CERTIFICATE as LOOPBACK
from tests.smtp.server import FaultServer, running

EMPTY: Mapping[str, str] = {}
NOWHERE = 'kind = "smtp"\nhost = "smtp.nowhere.invalid"\nport = 465\nsecurity = "tls"'


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section without a site, four people, a relay that is elsewhere."""
    folder = tmp_path_factory.mktemp("gates") / "section"
    assert Mailer(folder=folder.parent)("init", "section").code == 0
    section = Mailer(folder=folder)
    table(section, "site", 'url = ""')
    table(section, "transport", NOWHERE)
    section.campaign(SLUG, WORDS)
    bring(section, 4)
    return folder


@pytest.fixture
def section(prepared: Path, tmp_path: Path) -> Mailer:
    """A copy of it."""
    subprocess.run(["cp", "-a", prepared, tmp_path / "section"], check=True)
    return Mailer(folder=tmp_path / "section")


def looked(section: Mailer, *words: str, environ: Mapping[str, str] = EMPTY) -> Run:
    """A dry run, which passes the gates as the real one does."""
    return within(section, environ, "send", SLUG, "--dry-run", *words)


def test_a_closed_gate_is_exit_4_with_its_name_and_cure(section: Mailer) -> None:
    run = section("send", SLUG, "--yes")
    assert (run.code, run.out) == (4, "")
    assert gates(run) == ["first-use"]
    assert "mailer subscribers export --list" in run.err
    assert "not sent; to do it all the same: --skip first-use" in run.err
    assert section("status", "--json").json == []
    french = section("send", SLUG, "--yes", LANGUAGE="fr")
    assert french.code == 4
    assert "rien n’a été envoyé" in french.err


def test_skipped_by_name_it_goes_on_and_cannot_connect(section: Mailer) -> None:
    """`--yes` alone never passes a gate; a name that is none is refused."""
    assert looked(section, "--skip", "first-use").code == 0
    wrong = looked(section, "--skip", "first")
    assert wrong.code == 2
    assert "there is no gate 'first'" in wrong.err


def test_check(section: Mailer) -> None:
    section.campaign(SLUG, WORDS + " [Ancien](http://www.example.org/)")
    assert gates(looked(section)) == ["check", "first-use"]
    section.campaign(SLUG, WORDS)
    (section.folder / "subscribers").chmod(0o755)
    keys = section.folder / "subscribers/keys/keys.toml"
    keys.chmod(0o644)  # `check` warns of it, and it is everybody's fault, not one tract's
    assert "other users of this machine may read it" in section("check").out
    assert gates(looked(section)) == ["check", "first-use"]


def test_text(section: Mailer) -> None:
    """A text part that only lets one leave is none."""
    (section.folder / "templates/tract/layout.txt").write_text("{{ unsubscribe_url }}\n", encoding="utf-8")
    assert gates(looked(section)) == ["text", "first-use"]


def test_basis(section: Mailer) -> None:
    table(section, "lists.sample", 'title = "Liste"')
    run = looked(section)
    assert "basis" in gates(run)
    assert "write legal_basis under [lists.…]" in run.err


@pytest.mark.parametrize(
    ("prefix", "basis", "domain", "cure"),
    [
        ("", "members", "agence.example.com", "of each list, and subject_prefix under [sender]"),
        ("[CGT]", "members", "agence.xn--bcher-kva.example", "write legal_basis and legal_ref of each list"),
        ("", "agreement", "BÜCHER.example", "mark the subject as the union's: write subject_prefix"),
        ("[CGT]", "agreement", "bücher.example", ""),
        ("[CGT]", "employer_permission", "agence.example.com", ""),
    ],
)
def test_work_addresses(section: Mailer, prefix: str, basis: str, domain: str, cure: str) -> None:
    """Whatever the spelling of the domain; the cure names what is missing."""
    organisation = (
        'name = "CGT"\ncontact = "contact@example.org"\nemployer_domains = ["Example.com", "bücher.example"]'
    )
    table(section, "organisation", organisation)
    sender = f'from = "CGT <tracts@lettre.example.org>"\nsubject_prefix = "{prefix}"'
    table(section, "sender", sender)
    table(section, "lists.sample", f'title = "Liste"\nlegal_basis = "{basis}"\nlegal_ref = "le 3 mars"')
    bring(section, 1, domain)
    run = looked(section, "--skip", "first-use")
    assert gates(run) == (["work-addresses"] if cure else [])
    assert (run.code, "1 person would receive it at work" in run.err) == ((4, True) if cure else (0, False))
    assert cure in run.err


def test_approved(section: Mailer) -> None:
    table(section, "send", 'approvals = 1\napprovers = ["elu@example.org"]')
    assert gates(looked(section)) == ["first-use", "approved"]
    table(section, "transport", 'kind = "folder"')
    stranger = section("test", SLUG, "--to", "autre@example.org", "--approve")
    assert stranger.code == 2
    assert section("test", SLUG, "--to", "Elu@example.org", "--approve").code == 0
    table(section, "transport", NOWHERE)
    assert gates(looked(section)) == ["first-use"]
    section.campaign(SLUG, WORDS + " Encore un mot.")  # edited since: approved no more
    assert gates(looked(section)) == ["first-use", "approved"]


def test_usual_size(section: Mailer) -> None:
    section.campaign("essai", WORDS)
    table(section, "transport", 'kind = "folder"')
    assert section("send", "essai", "--yes").code == 0
    with relay(section) as (server, environ):
        assert gates(looked(section)) == ["first-use"]  # what stayed on this machine was no use of the list
        assert within(section, environ, "send", SLUG, "--yes", "--skip", "first-use").code == 0
        assert len(arrived(server)) == 4
    section.campaign("suite", WORDS)
    assert gates(section("send", "suite", "--dry-run")) == []
    bring(section, 7)  # of whom four are there already
    run = section("send", "suite", "--dry-run")
    assert gates(run) == ["usual-size"]
    assert "7 people, where the last campaign had 4" in run.err


def test_over_200_people(section: Mailer) -> None:
    """Tested since the last edit, and a pause after the first ones."""
    bring(section, 201)
    table(section, "send", 'hold = "0m"')
    assert gates(looked(section)) == ["tested", "first-use", "hold"]
    table(section, "send", 'hold = "10m"')
    table(section, "transport", 'kind = "folder"')
    assert section("test", SLUG, "--to", "moi@example.org").code == 0
    table(section, "transport", NOWHERE)
    assert gates(looked(section)) == ["first-use"]
    section.campaign(SLUG, WORDS + " Encore un mot.")
    assert gates(looked(section)) == ["tested", "first-use"]


def test_a_sample_goes_to_nobody_real_whatever_is_skipped(section: Mailer) -> None:
    section.campaign(SLUG, WORDS, "sample = true\n")
    assert looked(section, "--skip", "first-use").code == 0  # example.org is nobody's
    bring(section, 1, "syndicat-voisin.fr")
    run = section("send", SLUG, "--yes", "--skip", "first-use", "--skip", "check")
    assert run.code == 4
    assert "syndicat-voisin.fr may be somebody's" in run.err


def test_on_this_machine_they_only_warn(section: Mailer) -> None:
    table(section, "send", "approvals = 2")
    with running(FaultServer()) as server:
        post_to(section, server)
        run = section("send", SLUG, "--yes")
        assert run.code == 0
        assert gates(run) == ["first-use", "approved"]
        assert "(warning)" in run.err
        assert len(arrived(server)) == 4


# --- the site -----------------------------------------------------------------------------


def test_a_loopback_site_with_a_real_relay(section: Mailer) -> None:
    table(section, "site", 'url = "http://127.0.0.1:8000"')
    run = looked(section)
    assert gates(run) == ["site", "first-use"]
    assert "is on this machine only: members could neither read nor leave" in run.err
    skipped = looked(section, "--skip", "site")
    assert gates(skipped) == ["unsubscribe", "first-use"]  # nobody could leave either
    assert looked(section, "--skip", "site", "--skip", "unsubscribe", "--skip", "first-use").code == 0


@contextmanager
def serving(section: Mailer, **environ: str | None) -> Iterator[int]:
    """The section's site on some port of this machine."""
    process = begin(section, "serve", "--port", "0", **environ)
    try:
        yield int(read_until(process.stderr, r"http://127\.0\.0\.1:(\d+)")[1])
    finally:
        process.terminate()
        assert ended(process).code == 0


def test_a_public_site_that_proves_to_be_ours(section: Mailer) -> None:
    table(section, "site", f'url = "https://{PUBLIC}"')
    with serving(section) as port, https(port) as environ:
        assert gates(looked(section, environ=environ)) == ["first-use"]
    down = looked(section, environ=environ)
    assert gates(down) == ["site", "first-use"]
    assert f"the site https://{PUBLIC} does not answer" in down.err


def test_a_site_that_answers_for_another_workspace(section: Mailer, tmp_path: Path) -> None:
    other = Mailer(folder=tmp_path / "other")
    assert Mailer(folder=tmp_path)("init", "other").code == 0
    for one in (section, other):
        table(one, "site", f'url = "https://{PUBLIC}"')
    with serving(other) as port, https(port) as environ:
        run = within(section, environ, "send", SLUG, "--yes", "--skip", "first-use")
    assert run.code == 4
    assert gates(run) == ["site"]
    assert "answers for another workspace, or another database" in run.err
    assert section("status", "--json").json == []


# --- the pause after the first ones ---------------------------------------------------------


@contextmanager
def relay(section: Mailer) -> Iterator[tuple[FaultServer, dict[str, str]]]:
    """A relay that is no loopback to whoever reads its name, with TLS as it must be."""
    server = FaultServer(implicit_tls=True)
    with running(server):
        server.context.load_cert_chain(CERTIFICATE)
        text = f'kind = "smtp"\nhost = "{RELAY}"\nport = {server.port}\nsecurity = "tls"'
        table(section, "transport", text)
        yield server, {"SSL_CERT_FILE": str(CERTIFICATE)}


def test_twenty_first_then_a_pause_then_the_others(section: Mailer) -> None:
    bring(section, 201)
    table(section, "send", 'hold = "6s"')
    with relay(section) as (server, environ):
        words = ("send", SLUG, "--yes", "--skip", "first-use", "--skip", "tested", "--json")
        process = begin(section, *words, **environ)
        begun = time.monotonic()
        read_until(process.stderr, "The first ones have it: look at what they got")
        assert sum(arrived(server).values()) == 20
        assert adds_up(figures(section))["sent"] == 20
        run = ended(process)
        assert run.code == 0
        assert time.monotonic() - begun >= 5
        assert (adds_up(run.json)["sent"], run.json["status"]) == (201, "finished")
        assert set(arrived(server).values()) == {1}


def test_cancelled_during_the_pause_the_others_never_get_it(section: Mailer) -> None:
    bring(section, 201)
    table(section, "send", 'hold = "1h"')
    with relay(section) as (server, environ):
        process = begin(section, "send", SLUG, "--yes", "--skip", "first-use", "--skip", "tested", **environ)
        read_until(process.stderr, "The others follow at")
        cancelled = section("cancel", SLUG)
        assert "Cancelled: 20 have it, 181 never will." in cancelled.err
        assert ended(process).code == 1
        assert sum(arrived(server).values()) == 20


def test_witnesses_have_it_before_everybody(section: Mailer) -> None:
    bring(section, 201)
    last, stranger, gone = "membre200@example.org", "temoin@example.net", "parti@example.net"
    assert section("subscribers", "add", gone, "--list", "sample").code == 0
    assert section("subscribers", "unsubscribe", gone, "--all").code == 0
    table(section, "send", f'hold = "1h"\nwitnesses = ["{last}", "{stranger}", "{gone}"]')
    with relay(section) as (server, environ):
        process = begin(section, "send", SLUG, "--yes", "--skip", "first-use", "--skip", "tested", **environ)
        read_until(process.stderr, "The others follow at")
        accepted = server.ledger.accepted
        assert accepted[0].recipient == stranger
        assert b"Subject: [TEST] " in accepted[0].data
        assert last in [one.recipient for one in accepted[1:6]]
        assert (arrived(server)[last], arrived(server)[stranger], arrived(server)[gone]) == (1, 1, 0)
        assert adds_up(figures(section))["sent"] == len(accepted) - 1 == 21
        assert "Cancelled: 21 have it, 180 never will." in section("cancel", SLUG).err
        ended(process)


def test_a_certificate_of_another_name_is_told_nothing(section: Mailer) -> None:
    with relay(section) as (server, _):
        server.context.load_cert_chain(LOOPBACK)  # trusted, and for localhost
        environ = {"SSL_CERT_FILE": str(LOOPBACK)}
        run = within(section, environ, "send", SLUG, "--yes", "--skip", "first-use", "--json")
        assert run.code == 1
        assert f"the server's certificate is not the one of {RELAY}: nothing was said to it" in run.err
        assert adds_up(run.json)["pending"] == 4
        assert not server.ledger.accepted


def test_consent(section: Mailer) -> None:
    """Of a list of consent, each must be known to have agreed; then it is open (GDPR, article 7(1))."""
    section.write("more.csv", "email\nnobody-asked@example.org\n")
    assert section("subscribers", "import", "more.csv", "--list", "sample", "--yes").code == 0
    run = looked(section)
    assert "consent" in gates(run)
    assert "nothing says that 1 person agreed to receive it" in run.err
    proof = ("--proof", "said so on the phone, 3 March")
    assert section("subscribers", "import", "more.csv", "--list", "sample", *proof, "--yes").code == 0
    assert "consent" not in gates(looked(section))
