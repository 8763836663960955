"""Certificates of topics: believed while valid, issued and signing; fetched once, and not without end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailer.errors import LaterError
from mailer.listen.hooks import TOPICS
from mailer.listen.hooks.envelopes import Sealed, region_of, sealed
from mailer.wiring.certificates import Certificates
from tests.wiring.house import in_a_loop
from tests.wiring.signers import SHORT, certificate, envelope

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AMAZON = "arn:aws:sns:eu-west-3:123456789012:retours"
THERE = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem"
SCALEWAY = "arn:scw:sns:fr-par:project-1:retours"
SHELF = "https://messaging.s3.fr-par.scw.cloud/fr-par/sns"
ISSUERS = f"{SHELF}/sns-trust-chain.pem"


class World:
    """What the providers answer, and what they were asked."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.now = NOW
        self.certificates = Certificates(lambda: self.now, self._ask)

    def _ask(self, address: str) -> tuple[int, str]:
        self.asked.append(address)
        return self.files.get(address, (404, ""))


def posted(relay: str = "ses", signer: str = "amazon", version: str = "2", name: str = THERE) -> Sealed:
    topic = AMAZON if relay == "ses" else SCALEWAY
    said = envelope(relay, topic, name, {}, NOW, signer, SignatureVersion=version)
    found = sealed(said, TOPICS[relay](region_of(topic)), topic, NOW)
    assert isinstance(found, Sealed)
    return found


def valid(name: str, issuer: str = "") -> str:
    return certificate(name, NOW - DAY, NOW + DAY, issuer)


@in_a_loop
async def test_what_amazon_has_signed_in_both_versions() -> None:
    world = World()
    world.files[THERE] = 200, valid("amazon")
    for version in ("1", "2"):
        one = posted(version=version)
        assert await world.certificates.vouch(one)
        assert not await world.certificates.vouch(replace(one, signed=one.signed + b" "))
        assert not await world.certificates.vouch(replace(one, signature=b"\0" * 256))
        assert not await world.certificates.vouch(replace(one, hash="sha1" if version == "2" else "sha256"))
    assert not await world.certificates.vouch(posted(signer="somebody"))
    assert world.asked == [THERE]  # once


@in_a_loop
async def test_only_while_its_dates_hold() -> None:
    for since, until, believed in (
        (NOW - DAY, NOW + DAY, True),
        (NOW - 2 * DAY, NOW - DAY, False),
        (NOW + DAY, NOW + 2 * DAY, False),
    ):
        world = World()
        world.files[THERE] = 200, certificate("amazon", since, until)
        assert await world.certificates.vouch(posted()) is believed


@in_a_loop
async def test_scaleways_must_be_issued_by_its_chain() -> None:
    name = f"{SHELF}/sns_certificate_1.crt"
    one = posted("scaleway", "scaleway", name=name)
    own, others, itself = valid("scaleway", "chain"), valid("scaleway", "somebody"), valid("scaleway")
    old = certificate("chain", NOW - 2 * DAY, NOW - DAY)
    for signer, chain, believed in (
        (own, valid("somebody") + valid("chain"), True),
        (others, valid("chain"), False),
        (itself, valid("chain"), False),
        (own, old, False),
        (own, "", False),
    ):
        world = World()
        world.files |= {name: (200, signer), ISSUERS: (200, chain)}
        assert await world.certificates.vouch(one) is believed


@pytest.mark.parametrize(
    "file",
    [
        lambda: "",
        lambda: "<html>",
        lambda: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        lambda: valid("amazon")[:-200],
        lambda: "\ufffd" * 1000,
    ],
)
@in_a_loop
async def test_a_file_that_is_none(file: Callable[[], str]) -> None:
    world = World()
    world.files[THERE] = 200, file()
    assert not await world.certificates.vouch(posted())


@in_a_loop
async def test_a_key_that_is_too_short_signs_nothing() -> None:
    world = World()
    world.files[THERE] = 200, valid(SHORT)
    assert not await world.certificates.vouch(posted(signer=SHORT))


@in_a_loop
async def test_without_a_way_out_nobody_can_say() -> None:
    world = World()
    one = posted()
    for answer in ((0, "Network is unreachable"), (503, "")):
        world.files[THERE] = answer
        for _ in range(3):  # asked once, then left alone for a while
            with pytest.raises(LaterError, match=r"sns\.eu-west-3\.amazonaws\.com"):
                await world.certificates.vouch(one)
        world.now += timedelta(seconds=31)
    assert len(world.asked) == 2
    world.files[THERE] = 200, valid("amazon")
    assert await world.certificates.vouch(one)


@in_a_loop
async def test_what_the_provider_does_not_have_is_no_certificate() -> None:
    for answer in ((404, ""), (301, ""), (403, valid("amazon"))):
        world = World()
        world.files[THERE] = answer
        assert not await world.certificates.vouch(posted())


@in_a_loop
async def test_nobody_makes_us_ask_without_end_or_keep_without_end() -> None:
    world = World()
    one = posted()
    names = [THERE.replace("-1", f"-{number}") for number in range(100)]
    for name in names[:20]:
        assert not await world.certificates.vouch(replace(one, certificate=name))
    with pytest.raises(LaterError):
        await world.certificates.vouch(replace(one, certificate=names[20]))
    assert len(world.asked) == 20
    world.files = dict.fromkeys(names, (200, valid("amazon")))
    for name in names[:15]:
        world.now += timedelta(minutes=1)
        assert await world.certificates.vouch(replace(one, certificate=name))
    assert len(world.certificates._kept) == 8


@in_a_loop
async def test_once_a_day_it_is_asked_again() -> None:
    world = World()
    world.files[THERE] = 200, certificate("amazon", NOW - DAY, NOW + 9 * DAY)
    for hours in (0, 23, 25):
        world.now = NOW + timedelta(hours=hours)
        assert await world.certificates.vouch(posted())
    assert len(world.asked) == 2
