"""`python -m bench`: every measurement, one table, exit 1 when a target is missed."""

import os
import platform
import sys

from bench import compiling, message, sending, site, startup
from bench.rows import table

_PARTS = (startup, compiling, message, site, sending)
rows = [row for part in _PARTS for row in part.measure()]
print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
print(table(rows))
sys.exit(not all(met for *_, met in rows))
