"""The sink that `bench.machines` measures against: it takes whole messages, as late as it was told to."""

import smtplib
import subprocess
import sys
import time

from tests.cli.command import ROOT


def test_it_takes_one_message_after_the_other() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.slow_sink", "80"], cwd=ROOT, stdout=subprocess.PIPE
    ) as sink:
        try:
            assert sink.stdout is not None
            with smtplib.SMTP("127.0.0.1", int(sink.stdout.readline()), timeout=20) as client:
                for _ in range(2):
                    begun = time.monotonic()
                    refused = client.sendmail(
                        "a@example.org", "b@example.org", b"Subject: x\r\n\r\n.\r\nbody\r\n"
                    )
                    assert refused == {}
                    assert time.monotonic() - begun >= 0.08
                assert client.has_extn("pipelining")
        finally:
            sink.kill()
