"""Keys and tokens: ours for ever, nobody else's ever."""

import base64
import hashlib
import hmac
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import UsageError
from mailer.tokens.keys import KEYS_FILE, Keys, Purpose
from mailer.tokens.links import list_mark, read_unsubscribe_token, unsubscribe_token
from mailer.tokens.mails import message_id, read_verp, verp_token
from mailer.tokens.people import address_hash, address_hashes, subscriber_number, subscriber_numbers
from mailer.tokens.signed import from_base32, mint, to_base32, verify
from mailer.tokens.undoing import Undo, read_undo_token, undo_token

KEYS = Keys.new(random.Random(1).randbytes)
OTHERS = Keys.new(random.Random(2).randbytes)
ALPHABET = string.ascii_letters + string.digits + "-_"


def rotated(keys: Keys, purpose: Purpose) -> Keys:
    versions = {**keys.versions, purpose: {**keys.versions[purpose], "b": b"B" * 32}}
    return Keys(versions=versions, current={**keys.current, purpose: "b"})


def test_many_addresses_are_hashed_as_one_is() -> None:
    addresses = [f"m{at}@example.org" for at in range(5)]
    hashes = address_hashes(KEYS, addresses)
    assert hashes == [address_hash(KEYS, one) for one in addresses]
    assert subscriber_numbers(KEYS, hashes) == [subscriber_number(KEYS, one) for one in hashes]
    key_id = KEYS.current[Purpose.SUPPRESSION]
    covered = f"suppression\0{key_id}subscriber\0{hashes[0]}".encode()
    mac = hmac.digest(KEYS.versions[Purpose.SUPPRESSION][key_id], covered, "sha256")
    assert subscriber_number(KEYS, hashes[0]) == (int.from_bytes(mac[:8]) >> 2) + 1  # of the first day
    assert (address_hashes(KEYS, []), subscriber_numbers(KEYS, [])) == ([], [])


# --- the file ---------------------------------------------------------------


def test_each_purpose_has_its_own_secret() -> None:
    secrets = [secret for versions in KEYS.versions.values() for secret in versions.values()]
    assert set(KEYS.versions) == set(KEYS.current) == set(Purpose)
    assert len(set(secrets)) == len(Purpose)
    assert {len(secret) for secret in secrets} == {32}


def test_the_file_comes_back() -> None:
    keys = rotated(KEYS, Purpose.UNSUBSCRIBE)
    text = keys.to_toml()
    assert Keys.from_toml(text) == keys
    assert Keys.from_toml(text).to_toml() == text
    assert text.startswith("# The secrets of this workspace")


def test_no_secret_is_ever_shown() -> None:
    shown = repr(KEYS) + str(KEYS) + f"{KEYS!r:>20}"
    for versions in KEYS.versions.values():
        for secret in versions.values():
            assert secret.hex() not in shown
            assert repr(secret) not in shown
    assert "unsubscribe=a" in shown


GOOD = KEYS.to_toml()
SECRET = KEYS.versions[Purpose.FORM]["a"].hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml",
        GOOD.replace("[form]", "[forms]"),
        GOOD.replace("[form]", "[form"),
        GOOD.replace(SECRET, SECRET[:-2]),
        GOOD.replace(SECRET, "z" * 64),
        GOOD.replace(SECRET, ""),
        GOOD.replace(f'a = "{SECRET}"', f'a = ["{SECRET}"]'),
        GOOD.replace(f'a = "{SECRET}"', f'A = "{SECRET}"'),
        GOOD.replace(f'a = "{SECRET}"', f'aa = "{SECRET}"'),
        GOOD.replace(f'a = "{SECRET}"', f'{SECRET} = "a"'),
        GOOD.replace('[form]\ncurrent = "a"', '[form]\ncurrent = "b"'),
        GOOD.replace('[form]\ncurrent = "a"\n', "[form]\n"),
        GOOD.replace('[form]\ncurrent = "a"\n', "[form]\ncurrent = 1\n"),
        GOOD.replace(f'[form]\ncurrent = "a"\na = "{SECRET}"', 'form = "a"').replace(
            "# T", "form = 'a'\n# T"
        ),
        GOOD + f'b = "{SECRET}"\n',  # a second suppression key
    ],
)
def test_a_broken_file_is_named_and_told_without_its_secrets(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Keys.from_toml(text)
    said = caught.value.message.say("en")
    assert KEYS_FILE in said
    assert SECRET[:8] not in said


# --- tokens -----------------------------------------------------------------


def test_a_token_is_what_design_says() -> None:
    token = mint(KEYS, Purpose.VERP, b"payload")
    mac = hmac.new(KEYS.versions[Purpose.VERP]["a"], b"verp\0apayload", hashlib.sha256).digest()[:16]
    assert token == "a" + base64.urlsafe_b64encode(b"payload" + mac).decode().rstrip("=")


@given(st.sampled_from(Purpose), st.binary(max_size=40))
def test_ours_verify(purpose: Purpose, payload: bytes) -> None:
    token = mint(KEYS, purpose, payload)
    assert verify(KEYS, purpose, token) == payload
    assert verify(rotated(KEYS, purpose), purpose, token) == payload
    assert from_base32(to_base32(token)) == token
    assert from_base32(to_base32(token).upper()) == token
    assert re.fullmatch("[a-z2-7]+", to_base32(token))
    assert verify(OTHERS, purpose, token) is None
    for other in set(Purpose) - {purpose}:
        assert verify(KEYS, other, token) is None


def test_one_secret_for_two_purposes_still_keeps_them_apart() -> None:
    same = Keys.new(lambda count: b"s" * count)
    assert verify(same, Purpose.PREFERENCES, mint(same, Purpose.UNSUBSCRIBE, b"x")) is None


def test_every_changed_character_is_seen() -> None:
    token = unsubscribe_token(KEYS, 4711, "adherents")
    for position, there in enumerate(token):
        for character in set(ALPHABET) - {there}:
            changed = token[:position] + character + token[position + 1 :]
            assert verify(KEYS, Purpose.UNSUBSCRIBE, changed) is None


def test_every_changed_character_of_the_base32_form_is_seen() -> None:
    written = to_base32(unsubscribe_token(KEYS, 4711, "adherents"))
    for position, there in enumerate(written):
        for character in set(string.ascii_lowercase + string.digits) - {there}:
            token = from_base32(written[:position] + character + written[position + 1 :])
            assert token is None or verify(KEYS, Purpose.UNSUBSCRIBE, token) is None


TOKEN = unsubscribe_token(KEYS, 1, "adherents")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "é",
        TOKEN[1:],
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.lower(),
        TOKEN[:5] + " " + TOKEN[5:],
        TOKEN[:5] + "!" + TOKEN[5:],
        TOKEN[:5] + "é" + TOKEN[6:],
        TOKEN[:5] + "\ud800" + TOKEN[6:],
        "b" + TOKEN[1:],
        TOKEN + TOKEN,
        "a" * 100_000,
        "aAAAA",
    ],
    ids=lambda token: ascii(token)[:30],
)
def test_anything_else_is_nobody(token: str) -> None:
    assert verify(KEYS, Purpose.UNSUBSCRIBE, token) is None
    assert read_unsubscribe_token(KEYS, token) is None


@pytest.mark.parametrize(
    "text", ["", "a", "ab", "a1", "é", "aé", "a\ud800", "a=======", "abb======", "a" * 4]
)
def test_what_is_not_base32(text: str) -> None:
    assert from_base32(text) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert verify(KEYS, Purpose.FORM, text) is None
    token = from_base32(text)
    assert token is None or verify(KEYS, Purpose.FORM, token) is None


# --- unsubscribing ------------------------------------------------------------


@pytest.mark.parametrize("subscriber", [0, 1, 255, 10**7, 2**63 - 1])
def test_who_leaves_what(subscriber: int) -> None:
    token = unsubscribe_token(KEYS, subscriber, "adherents")
    assert len(token) == 39
    assert len(to_base32(token)) == 46
    assert read_unsubscribe_token(KEYS, token) == (subscriber, list_mark("adherents"))
    assert list_mark("adherents") != list_mark("sample")


def test_another_payload_is_no_unsubscription() -> None:
    assert read_unsubscribe_token(KEYS, mint(KEYS, Purpose.UNSUBSCRIBE, b"x" * 13)) is None


# --- undoing ------------------------------------------------------------------

LISTS = ("adherents", "contacts", "sample", *(f"l{number}" for number in range(20)))
UNDO = Undo(subscriber=42, lists=("adherents", "sample"), objected=True, expires=1_800_000_000)


@given(
    st.integers(0, 2**63 - 1),
    st.sets(st.sampled_from(LISTS)),
    st.booleans(),
    st.integers(0, 2**40),
)
def test_an_undo_comes_back(subscriber: int, lists: set[str], objected: bool, expires: int) -> None:
    ordered = tuple(slug for slug in LISTS if slug in lists)
    undo = Undo(subscriber=subscriber, lists=ordered, objected=objected, expires=expires)
    token = undo_token(KEYS, undo)
    assert read_undo_token(KEYS, token, LISTS) == undo
    assert read_undo_token(rotated(KEYS, Purpose.FORM), token, LISTS) == undo
    assert read_undo_token(OTHERS, token, LISTS) is None


def test_an_undo_does_not_tell_the_lists_nor_their_number() -> None:
    tokens = {
        count: undo_token(KEYS, Undo(subscriber=1, lists=LISTS[:count], objected=False, expires=1))
        for count in (1, 2, 8)
    }
    assert len({len(token) for token in tokens.values()}) == 1
    content = base64.urlsafe_b64decode(tokens[2][1:] + "==")
    for slug in LISTS:
        assert slug.encode() not in content
        assert list_mark(slug) not in content


def test_a_list_removed_since_is_not_given_back() -> None:
    undo = read_undo_token(KEYS, undo_token(KEYS, UNDO), ["sample", "other"])
    assert undo is not None
    assert undo.lists == ("sample",)


def test_only_an_undo_undoes() -> None:
    assert read_undo_token(KEYS, TOKEN, LISTS) is None
    assert read_undo_token(KEYS, mint(KEYS, Purpose.FORM, b"undo\0"), LISTS) is None
    assert read_undo_token(KEYS, mint(KEYS, Purpose.FORM, b"form\0" + bytes(40)), LISTS) is None
    assert read_unsubscribe_token(KEYS, undo_token(KEYS, UNDO)) is None
    token = undo_token(KEYS, UNDO)
    for position in range(len(token)):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        assert read_undo_token(KEYS, changed, LISTS) is None


# --- message ids --------------------------------------------------------------


def test_a_message_id_is_stable_and_tells_nothing() -> None:
    first = message_id(KEYS, "k7qk2m4x9a", 42, "lettre.example.org")
    assert re.fullmatch(r"<[0-9a-f]{32}@lettre\.example\.org>", first)
    assert message_id(KEYS, "k7qk2m4x9a", 42, "lettre.example.org") == first
    assert message_id(OTHERS, "k7qk2m4x9a", 42, "lettre.example.org") != first
    guessed = hashlib.sha256(b"message-id\0a" + (42).to_bytes(8) + b"k7qk2m4x9a").digest()[:16]
    assert guessed.hex() not in first


def test_message_ids_differ() -> None:
    ids = {message_id(KEYS, campaign, person, "x.org") for campaign in ("a", "b") for person in range(1000)}
    assert len(ids) == 2000


def test_a_retry_after_a_rotation_keeps_its_id() -> None:
    before = message_id(KEYS, "c", 1, "x.org")
    keys = rotated(KEYS, Purpose.MESSAGE_ID)
    assert message_id(keys, "c", 1, "x.org") != before
    assert message_id(keys, "c", 1, "x.org", version="a") == before


@given(st.binary(min_size=1, max_size=60))
def test_our_base32_is_that_of_the_standard(content: bytes) -> None:
    token = KEYS.current[Purpose.VERP] + base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    assert to_base32(token)[1:] == base64.b32encode(content).rstrip(b"=").decode().lower()
    assert from_base32(to_base32(token)) == token


# --- envelope senders -------------------------------------------------------

CAMPAIGN = "k7qk2m4x9a"


@given(public_id=st.text(string.ascii_lowercase + string.digits, min_size=10, max_size=10),
       subscriber=st.integers(0, 2**62))  # fmt: skip
def test_a_bounce_tells_whose_it_is(public_id: str, subscriber: int) -> None:
    token = verp_token(KEYS, public_id, subscriber)
    assert re.fullmatch("[a-z2-7]{46}", token)
    assert token == verp_token(KEYS, public_id, subscriber)
    for written in (token, token.upper(), token.swapcase(), token.title()):
        assert read_verp(KEYS, written) == (public_id, subscriber)
    assert read_verp(OTHERS, token) is None


def test_a_verp_token_is_as_long_as_the_other_of_its_mailbox_and_neither_opens_the_other() -> None:
    verp, leaving = verp_token(KEYS, CAMPAIGN, 42), to_base32(unsubscribe_token(KEYS, 42, "adherents"))
    assert len(verp) == len(leaving) == 46
    assert read_verp(KEYS, leaving) is None
    opened = from_base32(verp)
    assert opened is not None
    assert read_unsubscribe_token(KEYS, opened) is None


def test_every_changed_character_of_a_verp_token_is_seen() -> None:
    token = verp_token(KEYS, CAMPAIGN, 42)
    for at, was in enumerate(token):
        for other in set("abcdefghijklmnopqrstuvwxyz234567") - {was}:
            assert read_verp(KEYS, token[:at] + other + token[at + 1 :]) is None
    for length in range(len(token)):
        assert read_verp(KEYS, token[:length]) is None
    assert read_verp(KEYS, token + "a") is None


@given(st.text())
def test_no_text_is_a_bounce_of_ours(text: str) -> None:
    assert read_verp(KEYS, text) is None


def test_a_token_has_no_twin_in_another_alphabet() -> None:
    token = next(token for number in range(99) if "k" in (token := verp_token(KEYS, CAMPAIGN, number))[1:])
    twin = token[0] + token[1:].replace("k", "\u212a")  # the sign of Kelvin, whose lower case is a k
    assert read_verp(KEYS, twin) is None
    assert from_base32(twin) is None


def test_an_old_verp_key_still_reads_and_a_launch_keeps_its_own() -> None:
    token = verp_token(KEYS, CAMPAIGN, 42)
    keys = rotated(KEYS, Purpose.VERP)
    assert read_verp(keys, token) == (CAMPAIGN, 42)
    assert verp_token(keys, CAMPAIGN, 42, version="a") == token
    assert verp_token(keys, CAMPAIGN, 42)[0] == verp_token(keys, CAMPAIGN, 42, version="z")[0] == "b"
