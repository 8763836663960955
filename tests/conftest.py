"""How long property tests search: HYPOTHESIS_PROFILE=soak for long, the same examples each time in CI."""

import os

from hypothesis import HealthCheck, settings

# No deadline: on a busy machine a slow example is not a fault; speed is measured by `make bench`.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "soak", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))
