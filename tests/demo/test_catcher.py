"""The catcher, spoken to over SMTP by Python's own client and by plain bytes."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable

import pytest

from mailer.demo.catcher import Catcher, Caught
from tests.demo.letters import AT, letter


def post(port: int, *recipients: str, raw: bytes = b"") -> None:
    """Send one message to each recipient, over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        for recipient in recipients:
            client.sendmail("s@example.org", [recipient], raw or letter())


def run(test: Callable[[Catcher], Awaitable[None]], catcher: Catcher) -> None:
    """A test in the catcher's own loop."""

    async def inside() -> None:
        async with catcher:
            await test(catcher)

    asyncio.run(inside())


def test_messages_are_kept_in_order_as_they_came() -> None:
    async def test(catcher: Catcher) -> None:
        raw = letter(subject="=?utf-8?q?Gr=C3=A8ve?=", text="..\r\n.point")
        await asyncio.to_thread(
            post, catcher.port, "a@example.org", "b@example.org", "a@example.org", raw=raw
        )
        assert [caught.recipient for caught in catcher.messages] == [
            "a@example.org",
            "b@example.org",
            "a@example.org",
        ]
        assert [caught.number for caught in catcher.messages] == [1, 2, 3]
        first = catcher.messages[0]
        assert (first.sender, first.raw, first.at) == ("s@example.org", raw, AT)
        assert first.header["Subject"] == "Grève"
        assert first.message().is_multipart()
        assert catcher.counts == {"a@example.org": 2, "b@example.org": 1}

    run(test, Catcher(now=lambda: AT))


def test_memory_is_bounded_but_the_count_is_not() -> None:
    async def test(catcher: Catcher) -> None:
        await asyncio.to_thread(post, catcher.port, *["a@example.org"] * 5)
        assert [caught.number for caught in catcher.messages] == [4, 5]
        assert (catcher.total, catcher.find(1)) == (5, None)
        assert catcher.find(5) is catcher.messages[-1]

    run(test, Catcher(kept=2))


def test_the_demonstration_may_hold_the_world_at_a_recipient() -> None:
    gate = asyncio.Event()
    asked: list[str] = []
    accepted: list[Caught] = []

    async def on_rcpt(recipient: str) -> None:
        asked.append(recipient)
        await gate.wait()

    async def test(catcher: Catcher) -> None:
        sending = asyncio.create_task(asyncio.to_thread(post, catcher.port, "a@example.org"))
        while not asked:
            await asyncio.sleep(0.005)
        assert (accepted, catcher.total) == ([], 0)
        gate.set()
        await sending
        assert [caught.recipient for caught in accepted] == asked == ["a@example.org"]

    def on_accepted(caught: Caught) -> None:
        accepted.append(caught)

    run(test, Catcher(on_rcpt=on_rcpt, on_accepted=on_accepted))


def test_too_big_a_message_is_refused_and_the_next_one_taken() -> None:
    async def test(catcher: Catcher) -> None:
        with pytest.raises(smtplib.SMTPResponseException):
            await asyncio.to_thread(post, catcher.port, "a@example.org", raw=b"x" * 70 * 80_000)
        await asyncio.to_thread(post, catcher.port, "a@example.org")
        assert catcher.total == 1

    run(test, Catcher())


def test_a_group_in_one_write_is_served_too() -> None:
    async def test(catcher: Catcher) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", catcher.port)
        writer.write(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n")
        while not (await reader.readline()).startswith(b"354"):
            pass
        writer.write(b"Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n")
        assert (await reader.readline()).startswith(b"250")
        assert (await reader.readline()).startswith(b"221")
        writer.close()
        assert catcher.messages[0].sender == ""

    run(test, Catcher())


def test_a_sender_that_dies_in_the_middle_leaves_nothing() -> None:
    async def test(catcher: Catcher) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", catcher.port)
        writer.write(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\nSubject: half\r\n")
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.to_thread(post, catcher.port, "b@example.org")
        assert dict(catcher.counts) == {"b@example.org": 1}

    run(test, Catcher())


def test_stopping_cuts_what_is_open_and_frees_the_port() -> None:
    async def test() -> None:
        catcher = Catcher()
        await catcher.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", catcher.port)
        await reader.readline()
        await catcher.stop()
        assert await reader.read() == b""
        writer.close()
        async with Catcher(port=catcher.port):
            pass
        await catcher.stop()

    asyncio.run(test())
