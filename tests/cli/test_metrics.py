"""`serve --metrics`: an address to read, a port that may be taken."""

import socket
import urllib.request

from tests.cli.command import Mailer
from tests.cli.section import begin, ended, read_until


def test_the_figures_of_a_site(mailer: Mailer) -> None:
    site = begin(mailer, "serve", "--port", "0", "--metrics", "0")
    try:
        found = read_until(site.stderr, r"Metrics are at (http://127\.0\.0\.1:\d+/metrics)\.")
        read_until(site.stderr, r"The site answers")
        with urllib.request.urlopen(found[1]) as answer:
            assert "mailer_process_resident_memory_bytes" in answer.read().decode()
    finally:
        site.terminate()
        assert ended(site).code == 0


def test_a_port_that_is_taken(mailer: Mailer) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = mailer("serve", "--port", "0", "--metrics", str(port))
    assert run.code == 2
    assert str(port) in run.err
