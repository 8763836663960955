"""One SMTP session of the fault server (RFC 5321, with 2920, 3207, 4954), obeying the script."""

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.smtp.body import read_body
from tests.smtp.credentials import read_credentials
from tests.smtp.ledger import Accepted, message_id
from tests.smtp.script import Accept, Action, After, Close, Hang, Raw, Reply, Reset, Slow, Stage
from tests.smtp.wire import Gone, Turn, Wire

if TYPE_CHECKING:
    from tests.smtp.server import FaultServer

_PATH = re.compile(r"(?:FROM|TO): ?<([^<>]*)>(.*)", re.IGNORECASE)
_SIZE = re.compile(r" SIZE=(\d+)", re.IGNORECASE)
_LAST_OF_GROUP = {"EHLO", "HELO", "STARTTLS", "AUTH", "DATA", "NOOP", "QUIT"}  # RFC 2920, 3.1; 3207, 4


class Dialogue:
    """One connection: its state, which rules may read, and all that was said on it."""

    def __init__(self, house: "FaultServer", wire: Wire, number: int) -> None:
        self.house = house
        self.wire = wire
        self.number = number  # from 1
        self.client = ""  # what it called itself in EHLO or HELO
        self.tls = False
        self.user = ""  # once authenticated
        self.sender = ""
        self.recipient = ""  # at RCPT: the one asked for
        self.recipients: list[str] = []  # those of this transaction that were not refused
        self.accepted = 0  # messages accepted on this connection
        self.polite = False  # the client said QUIT
        self.transcript: list[Turn] = []
        self._confusing = False  # we said more than was asked: whose reply is whose, nobody can tell
        self._mailing = False  # between MAIL and the end of its transaction
        self._data = b""

    async def run(self) -> None:
        """Until either side leaves."""
        try:
            await self._open()
            while True:
                await self._obey(await self.hear(self.house.idle))
        except Gone:
            self.wire.close()
        except TimeoutError:
            if self.house.idle_says is not None:
                with suppress(Gone):  # 421 closes
                    self.say(self.house.idle_says)
            self.wire.close()

    def fault(self, what: str) -> None:
        """The client did what no honest sender does."""
        self.house.faults.append(f"connection {self.number}: {what}")

    def note(self, who: str, data: bytes) -> None:
        """Add to the transcript."""
        if self.house.keep:
            self.transcript.append(Turn(who, data))

    async def hear(self, timeout: float | None = None) -> bytes:
        """A line of the client."""
        line = await self.wire.line(timeout)
        self.note("C", line)
        if not line.endswith(b"\r\n"):
            self.fault(f"a line without CR: {line[:80]!r}")
        return line

    def say(self, reply: Reply) -> int:
        """Write an answer at once; its code."""
        self.note("S", bytes(reply))
        self.wire.write(bytes(reply))
        if reply.code == 421:  # RFC 5321, 3.8
            self.wire.close()
            raise Gone
        return reply.code

    async def answer(self, stage: Stage, usual: Reply) -> int:
        """What the script wants, or the usual answer; the code that was said, 0 if none."""
        action = self.house.script(stage, self)
        return await self._do(action or usual, stage, usual)

    async def interrupt(self, stage: Stage) -> Action | None:
        """At a stage where an honest server says nothing: do what the script wants, or give it back."""
        action = self.house.script(stage, self)
        if action is None or isinstance(action, After):
            return action
        await self.act(action, stage)
        return None

    async def act(self, action: Action, stage: Stage) -> None:
        """Do something that is no answer."""
        await self._do(action, stage, None)

    async def _do(self, action: Action, stage: Stage, usual: Reply | None) -> int:
        match action:
            case Reply():
                self._keep_promise(stage, action.code)
                return self.say(action)
            case Slow(pause, reply):
                said = reply or usual or Reply(250)
                self._keep_promise(stage, said.code)
                self.note("S", bytes(said))
                await self.wire.drip(bytes(said), pause)
                return said.code
            case Raw(data, then, code):
                self._confusing |= data.count(b"\n") > 1
                self.note("S", data)
                self.wire.write(data)
                if then is not None:
                    await self._do(then, stage, usual)
                return code
            case Hang(seconds, then):
                with self.house.holding():
                    await self.wire.linger(seconds, self.house.released)
                after = then or usual
                return 0 if after is None else await self._do(after, stage, usual)
            case Accept(then):
                self._keep_promise(stage, 250)
                return await self._do(then, stage, None)
            case Close():
                self.wire.close()
            case Reset():
                self.wire.reset()
            case After():
                raise ValueError(f"After belongs at {Stage.BODY}, not at {stage}")
        raise Gone

    def _keep_promise(self, stage: Stage, code: int) -> None:
        """Before a 250 to the dot: the ledger."""
        if stage is not Stage.DOT or code // 100 != 2:
            return
        if not self._data and self.recipients:  # for nobody it is what RFC 2920, 3.1 asks for
            self.house.empty_messages += 1
            self.fault("an empty message was accepted")
        kept = self._data if self.house.keep else b""
        self.house.ledger.write(
            Accepted(
                recipient=recipient,
                message_id=message_id(self._data),
                size=len(self._data),
                sender=self.sender,
                connection=self.number,
                data=kept,
            )
            for recipient in self.recipients
        )
        self.accepted += 1

    async def _open(self) -> None:
        if self.house.implicit_tls:
            await self._handshake()
        code = await self.answer(Stage.CONNECT, Reply(220, f"{self.house.name} ESMTP"))
        if code // 100 != 2:  # RFC 5321, 3.1: nothing but QUIT then
            while not (line := await self.hear()).upper().startswith(b"QUIT"):
                self.fault(f"went on after the greeting {code}: {line[:80]!r}")
                self.say(Reply(503, "bad sequence of commands"))
            await self._quit("")

    async def _handshake(self) -> None:
        await self.interrupt(Stage.TLS)
        await self.wire.secure(self.house.context)
        self.tls = True

    async def _obey(self, line: bytes) -> None:
        word, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
        verb = word.upper()
        commands = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data_command,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }
        if self.wire.buffer and not self._confusing and (verb in _LAST_OF_GROUP or not self.house.pipelining):
            self.fault(f"wrote on before the reply to {verb}")
        await commands.get(verb, self._unknown)(rest)

    async def _ehlo(self, name: str) -> None:
        self._reset()
        if await self.answer(Stage.EHLO, Reply(250, self.house.name, *self.house.features(self.tls))) == 250:
            self.client = name

    async def _helo(self, name: str) -> None:
        self._reset()
        if await self.answer(Stage.HELO, Reply(250, self.house.name)) == 250:
            self.client = name

    async def _starttls(self, _: str) -> None:
        if not self.house.starttls or self.tls:
            self.say(Reply(503, "no STARTTLS here"))
            return
        self.wire.transport.pause_reading()  # what follows 220 is a handshake
        if await self.answer(Stage.STARTTLS, Reply(220, "go ahead")) == 220:
            await self._handshake()
            self.client, self.user = "", ""  # RFC 3207, 4.2
            self._reset()
        elif not self.wire.gone:
            self.wire.transport.resume_reading()

    async def _auth(self, rest: str) -> None:
        if self.house.starttls and not self.tls:
            self.fault("credentials sent in clear although STARTTLS was offered")
        user, password = await read_credentials(self, rest)
        known = self.house.users.get(user) == password != ""
        usual = Reply(235, "2.7.0 welcome") if known else Reply(535, "5.7.8 credentials invalid")
        if await self.answer(Stage.AUTH, usual) == 235:
            self.user = user

    async def _mail(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        usual = Reply(250, "2.1.0 sender ok")
        if path is None:
            usual = Reply(501, "5.5.4 syntax: MAIL FROM:<address>")
        elif self._mailing or not self.client:
            usual = Reply(503, "5.5.1 bad sequence of commands")
        elif self.house.users and not self.user:
            usual = Reply(530, "5.7.0 authentication required")
        elif (size := _SIZE.search(path[2])) and int(size[1]) > self.house.size:
            usual = Reply(552, "5.3.4 message too big")
        self.sender = path[1] if path else ""
        if await self.answer(Stage.MAIL, usual) // 100 == 2:
            self._mailing, self.recipients = True, []

    async def _rcpt(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        usual = Reply(250, "2.1.5 recipient ok")
        if path is None:
            usual = Reply(501, "5.5.4 syntax: RCPT TO:<address>")
        elif not self._mailing:
            usual = Reply(503, "5.5.1 MAIL first")
        self.recipient = path[1] if path else ""
        if await self.answer(Stage.RCPT, usual) // 100 == 2:
            self.recipients.append(self.recipient)

    async def _data_command(self, _: str) -> None:
        usual = Reply(354, "end with <CRLF>.<CRLF>")
        if not self.recipients and not (self._mailing and self.house.data_without_recipient == 354):
            # RFC 5321, 4.1.1.4 allows either code
            usual = Reply(self.house.data_without_recipient if self._mailing else 503, "5.5.1 no recipients")
        if await self.answer(Stage.DATA, usual) != 354:
            return
        self._data = await read_body(self)
        usual = Reply(250, "2.0.0 kept")
        if not self.recipients:
            usual = Reply(554, "5.5.1 no valid recipients")
        elif len(self._data) > self.house.size:
            usual = Reply(552, "5.3.4 message too big")
        elif self.house.delay:
            await asyncio.sleep(self.house.delay)  # the message is whole: who leaves now has delivered it
        await self.answer(Stage.DOT, usual)
        self._reset()

    async def _rset(self, _: str) -> None:
        self._reset()
        await self.answer(Stage.RSET, Reply(250, "2.0.0 forgotten"))

    async def _noop(self, _: str) -> None:
        await self.answer(Stage.NOOP, Reply(250, "2.0.0 here"))

    async def _quit(self, _: str) -> None:
        self.polite = True
        self.house.ledger.note("quit")
        await self.answer(Stage.QUIT, Reply(221, "2.0.0 goodbye"))
        self.wire.close()
        raise Gone

    async def _unknown(self, rest: str) -> None:
        self.fault(f"unknown command before {rest[:80]!r}")
        self.say(Reply(500, "5.5.2 unknown command"))

    def _reset(self) -> None:
        self._mailing, self.sender, self.recipients, self._data = False, "", [], b""
