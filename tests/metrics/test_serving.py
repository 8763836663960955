"""The page of figures: on this machine only, gone when its program ends."""

import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from mailer.errors import UsageError
from mailer.metrics.figures import Figures
from mailer.metrics.serving import page


def test_it_is_read_and_then_gone() -> None:
    figures = Figures(lambda: 0.0)
    figures.watch("k7qk2m4xea", "smtp.example.org").opened()
    with page(figures, 0) as address:
        parts = urlsplit(address)
        assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/metrics")
        with urllib.request.urlopen(address) as answer:
            assert 'mailer_connections_open{relay="smtp.example.org"} 1.0' in answer.read().decode()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address)


def test_nobody_elsewhere_reads_it() -> None:
    with page(Figures(lambda: 0.0), 0) as address, socket.socket() as other:
        port = urlsplit(address).port
        assert port is not None
        other.bind(("127.0.0.2", port))  # free: it listens at one address, not at all of them


def test_a_port_that_is_taken() -> None:
    with page(Figures(lambda: 0.0), 0) as address:
        port = urlsplit(address).port
        assert port is not None
        with pytest.raises(UsageError) as fault, page(Figures(lambda: 0.0), port):
            pass
    assert str(port) in str(fault.value.message)
