"""The sink that `bench.machines` measures against: it takes whole messages, as late as it was told to."""

import smtplib
import time

from bench.machines import slow_sink


def test_it_takes_one_message_after_the_other() -> None:
    with slow_sink(80) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        for _ in range(2):
            begun = time.monotonic()
            refused = client.sendmail("a@example.org", "b@example.org", b"Subject: x\r\n\r\n.\r\nbody\r\n")
            assert refused == {}
            assert time.monotonic() - begun >= 0.08
        assert client.has_extn("pipelining")
