"""How long property tests search: HYPOTHESIS_PROFILE=soak for long, the same examples each time in CI.

And Ctrl-C: a shell starts what it puts in the background deaf to SIGINT, and each program a test starts and
interrupts would be deaf as well.
"""

import os
import signal

from hypothesis import HealthCheck, settings

# No deadline: on a busy machine a slow example is not a fault; speed is measured by `make bench`.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "soak", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
