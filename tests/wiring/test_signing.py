"""The keys of a workspace: opened or refused with their cure, made, and never made over."""

import os
import re
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.deliver.result import End
from mailer.delivery import Tally
from mailer.errors import UsageError
from mailer.model import Message
from mailer.signing.keys import Algorithm, new_key
from mailer.wiring.doors import keys_of, now, sign_of, way_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.wiring.sending import Sending
from mailer.wiring.signing import Published, make, published
from mailer.wiring.trying import send_test
from mailer.workspace.folder import Workspace
from tests.signing.verifier import verified
from tests.wiring.house import ANA, draft, in_a_loop, opened, workspace

TODAY = datetime(2026, 11, 26, tzinfo=UTC)


def _table(made: Published) -> str:
    one = made.settings
    return f'\n[[dkim]]\ndomain = "{one.domain}"\nselector = "{one.selector}"\nkey_file = "{one.key_file}"\n'


def _new(
    there: Workspace, algorithm: Algorithm = Algorithm.ED25519, *, domain: str = "", selector: str = ""
) -> Published:
    return make(there, algorithm, domain, selector, TODAY)


def test_a_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    made = _new(there)
    path = tmp_path / "subscribers/keys/dkim-ed25519.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert made.settings.domain == "lettre.example.org"  # that of [sender].from
    assert made.settings.selector == "e202611"
    assert made.record.name == "e202611._domainkey.lettre.example.org"
    assert _new(there, Algorithm.RSA).settings.selector == "s202611"  # both of one month have their own


def test_a_key_made_first_is_not_taken_for_the_loss_of_the_others(tmp_path: Path) -> None:
    """`subscribers/keys/` without keys.toml is what a lost keys file looks like."""
    there = workspace(tmp_path)
    shutil.rmtree(tmp_path / "subscribers/keys")  # as in a fresh clone
    _new(there)
    assert keys_of(there) == keys_of(there)


def test_a_key_is_never_made_over_another(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    _new(there)
    path = tmp_path / "subscribers/keys/dkim-ed25519.pem"
    before = path.read_bytes()
    with pytest.raises(UsageError) as fault:
        _new(there, selector="other")
    assert "exists already" in fault.value.message.say("en")
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["dkim-ed25519.pem", "keys.toml"]


@pytest.mark.parametrize(("domain", "selector"), [("no domain", ""), ("org", ""), ("", "s s"), ("", "s;p=x")])
def test_names_that_are_none_make_nothing(tmp_path: Path, domain: str, selector: str) -> None:
    there = workspace(tmp_path)
    with pytest.raises(UsageError):
        _new(there, domain=domain, selector=selector)
    assert list((tmp_path / "subscribers").rglob("*.pem")) == []


def test_a_domain_is_written_as_the_dns_has_it(tmp_path: Path) -> None:
    made = _new(workspace(tmp_path), domain="Été.Example.ORG", selector="clé".replace("é", "e"))
    assert made.record.name == "cle._domainkey.xn--t-9fab.example.org"


# --- opened ---------------------------------------------------------------------------------


def test_without_keys_the_relay_signs(tmp_path: Path) -> None:
    assert sign_of(workspace(tmp_path)) is None


@in_a_loop
async def test_the_keys_of_the_settings_sign(tmp_path: Path) -> None:
    """What `new` says to paste, pasted; both, in the order of the file."""
    there = workspace(tmp_path)
    made = [_new(there, one) for one in (Algorithm.RSA, Algorithm.ED25519)]
    there = workspace(tmp_path, "".join(map(_table, made)))
    assert [one.record for one in published(there)] == [one.record for one in made]
    sign = sign_of(there)
    assert sign is not None
    header = b"From: a@lettre.example.org\r\n"
    signed = await sign(Message(recipient=ANA, message_id="<x@y>", header=header, pieces=(b"Un mot.\r\n",)))
    assert verified(signed.as_bytes(), [one.record for one in made]) == [True, True]


def _with_key(folder: Path, pem: bytes | None, mode: int = 0o600) -> Workspace:
    if pem is not None:
        folder.mkdir(exist_ok=True)
        path = folder / "k.pem"
        path.write_bytes(pem)
        path.chmod(mode)
    return workspace(folder, '\n[[dkim]]\ndomain = "example.org"\nselector = "s"\nkey_file = "k.pem"\n')


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    there = _with_key(tmp_path, new_key(Algorithm.ED25519), mode)
    with pytest.raises(UsageError) as fault:
        sign_of(there)
    assert "chmod 600 k.pem" in fault.value.message.say("en")


@pytest.mark.parametrize(
    ("pem", "said"),
    [(None, "missing"), (b"not a key", "holds no private key"), (b"", "holds no private key")],
)
def test_a_key_that_cannot_be_used_is_told_with_its_cure(
    tmp_path: Path, pem: bytes | None, said: str
) -> None:
    there = _with_key(tmp_path, pem)
    with pytest.raises(UsageError) as fault:
        sign_of(there)
    sentence = fault.value.message.say("en")
    assert sentence.startswith("k.pem")
    assert said in sentence
    assert "mailer dkim new" in sentence


def test_a_key_that_is_a_folder(tmp_path: Path) -> None:
    there = _with_key(tmp_path, None)
    (tmp_path / "k.pem").mkdir()
    with pytest.raises(UsageError) as fault:
        sign_of(there)
    assert "cannot be read" in fault.value.message.say("en")


def test_a_key_anywhere_on_the_machine(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.pem"
    elsewhere.write_bytes(new_key(Algorithm.ED25519))
    os.chmod(elsewhere, 0o600)  # noqa: PTH101
    there = workspace(
        tmp_path / "section",
        f'\n[[dkim]]\ndomain = "example.org"\nselector = "s"\nkey_file = "{elsewhere}"\n',
    )
    assert sign_of(there) is not None


@pytest.mark.skipif(
    not hasattr(os, "memfd_create") or len(os.sched_getaffinity(0)) < 2,
    reason="without a second core the sender signs all",
)
@in_a_loop
async def test_many_are_signed_beside_the_sender_and_its_loss_ends_nothing(tmp_path: Path) -> None:
    """The one that signs is killed in the middle: the mail that leaves is signed, and it is said once."""
    made = _new(workspace(tmp_path), Algorithm.RSA)
    there = workspace(tmp_path, _table(made))
    said: list[str] = []
    seen: set[int] = set()

    def told(tally: Tally) -> None:
        if tally.sent == 60:
            seen.update(_children())
            for process in seen:
                os.kill(process, signal.SIGKILL)
        if tally.sent == 120:
            sending.stop()

    with opened(there, *(f"m{number}@example.org" for number in range(600))) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
        sending = Sending(workspace=there, told=told, said=lambda text: said.append(text.say("en")))
        result = await sending.carry(campaign.public_id)
    assert result.end is End.STOPPED
    assert 1 <= len(seen) <= 3
    assert not seen & _children()
    assert [sentence.partition(":")[0] for sentence in said] == ["A process that signs messages is lost"]
    paths = sorted((tmp_path / "subscribers/outbox").rglob("*.eml"))
    assert 120 <= len(paths) == result.tally.sent < 600
    for path in paths:
        assert path.read_bytes().startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    for path in paths[::10]:
        assert verified(path.read_bytes(), [made.record]) == [True]


def _children() -> set[int]:
    """The processes that sign for this one; who is dead says nothing of what it was."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words, told = (place / "cmdline").read_bytes(), (place / "stat").read_text("ascii")
        except OSError:  # gone meanwhile
            continue
        if b"mailer.signing.hand" in words and int(told.rpartition(")")[2].split()[1]) == os.getpid():
            found.add(int(place.name))
    return found


@in_a_loop
async def test_tests_are_signed_as_members_mails_are(tmp_path: Path) -> None:
    """After they have a Message-ID of their own, or nobody would believe them."""
    there = workspace(tmp_path)
    made = _new(there)
    there = workspace(tmp_path, _table(made))
    with opened(there) as store:
        await send_test(draft(there, store), keys_of(there), way_of(there, {}), [ANA], None, sign_of(there))
    [path] = (tmp_path / "subscribers/outbox").rglob("*.eml")
    data = path.read_bytes()
    assert re.match(rb"DKIM-Signature: v=1; a=ed25519-sha256", data)
    assert verified(data, [made.record]) == [True]
