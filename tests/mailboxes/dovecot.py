"""A real IMAP and POP3 server of our own: Dovecot, on ports of loopback, over a Maildir that tests fill."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.smtp.server import CERTIFICATE

USER, PASSWORD = "retours@example.org", 'mot de passe é"\\'
_CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = {name}
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running one; everything of it is under `folder`."""

    folder: Path
    imap: int
    imaps: int
    pop3: int
    pop3s: int
    owner: tuple[int, int]

    def deliver(self, name: str, content: bytes) -> None:
        """A new letter, as a mail server leaves it."""
        for part in ("new", "cur", "tmp"):
            (self.folder / "Maildir" / part).mkdir(parents=True, exist_ok=True)
        path = self.folder / "Maildir" / "tmp" / name
        path.write_bytes(content)
        path.rename(self.folder / "Maildir" / "new" / name)
        self._own()

    def empty(self) -> None:
        """No letter, and no memory of any: another generation (UIDVALIDITY)."""
        shutil.rmtree(self.folder / "Maildir", ignore_errors=True)
        (self.folder / "Maildir").mkdir()
        self._own()

    def flags(self) -> list[str]:
        """The flags of each letter, in the order of names."""
        found = [*(self.folder / "Maildir").glob("cur/*"), *(self.folder / "Maildir").glob("new/*")]
        return [one.name.partition(":2,")[2] for one in sorted(found, key=lambda one: one.name)]

    def _own(self) -> None:
        if os.geteuid() == 0:
            for one in [self.folder / "Maildir", *(self.folder / "Maildir").rglob("*")]:
                with suppress(FileNotFoundError):
                    os.chown(one, *self.owner)


def missing() -> str:
    """Why there is none; empty: there is."""
    return "" if _program() else "dovecot is not installed"


@contextmanager
def running() -> Iterator[Dovecot]:
    """Started, answering, and ended after. Its sockets' names are short, so its folder is."""
    program = _program()
    assert program
    folder = Path(tempfile.mkdtemp(prefix="dove"))
    folder.chmod(0o755)
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid())
    who = pwd.getpwnam("nobody") if root else me
    names = ("dovecot", "dovecot", "dovenull") if root else (me.pw_name, str(me.pw_gid), me.pw_name)
    ports = dict(zip(("imap", "imaps", "pop3", "pop3s"), _ports(4), strict=True))
    config = folder / "conf"
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    config.write_text(
        _CONFIG.format(
            folder=folder,
            name=folder.name,
            certificate=CERTIFICATE,
            internal=names[0],
            group=names[1],
            login=names[2],
            uid=who.pw_uid,
            gid=who.pw_gid,
            **ports,
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)
    try:
        found = Dovecot(folder=folder, owner=(who.pw_uid, who.pw_gid), **ports)
        found.empty()
        if root:
            os.chown(folder, who.pw_uid, who.pw_gid)
        _wait(ports["pop3s"], process, folder / "log")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _ports(count: int) -> list[int]:
    """Free ones, below those that systems give away."""
    found: list[int] = []
    port = 20_000 + os.getpid() % 900 * 10
    while len(found) < count:
        port += 1
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            found.append(port)
    return found


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 20
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        said = log.read_text("utf-8", "replace") if log.exists() else ""
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.05)
