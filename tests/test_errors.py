"""What the system says, in the language of who reads it."""

import errno
import os
import socket
import ssl
from pathlib import Path

import pytest

from mailer.errors import why


def test_what_people_meet_is_said_in_their_language(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").read_bytes()
    assert why(caught.value).say("en") == "there is nothing of that name"
    assert why(caught.value).say("fr") == "rien n’y porte ce nom"
    with pytest.raises(IsADirectoryError) as folder:
        tmp_path.read_bytes()
    assert why(folder.value).say("fr") == "c’est un dossier"


def test_else_the_system_s_own_words() -> None:
    assert why(OSError(errno.EIO, os.strerror(errno.EIO))).say("fr") == os.strerror(errno.EIO)
    assert why(OSError()).say("fr") == "OSError"


def test_numbers_of_others_are_not_the_system_s() -> None:
    assert why(ssl.SSLError(errno.EPERM, "handshake failed")).say("en") == "handshake failed"
    assert why(socket.gaierror(errno.ENOENT, "not known")).say("en") == "not known"
