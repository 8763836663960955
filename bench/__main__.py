"""`python -m bench`: every measurement, one table, exit 1 when a target is missed."""

import os
import platform
import sys

from bench import compiling, message, startup
from bench.rows import table

rows = [row for part in (startup, compiling, message) for row in part.measure()]
print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
print(table(rows))
sys.exit(not all(met for *_, met in rows))
