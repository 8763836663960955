"""The page a Prometheus server reads: on this machine only, in a thread beside whatever sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from mailer.errors import UsageError, why
from mailer.metrics.figures import Figures
from mailer.words import Text

LOOPBACK = "127.0.0.1"  # whoever wants them elsewhere puts a proxy with a password before it


@contextmanager
def page(figures: Figures, port: int) -> Iterator[str]:
    """Its address while it is there; `port` 0 is any that is free. `UsageError` when the port is taken."""
    try:
        server, thread = start_http_server(port, addr=LOOPBACK, registry=figures.registry)
    except OSError as fault:
        raise UsageError(
            Text(
                "metrics cannot be given on port {port} ({reason}): choose another",
                port=str(port),
                reason=why(fault),
            )
        ) from None
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
