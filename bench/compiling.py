"""What laying out a campaign costs, in a process that has just begun: template and all, imports apart."""

import statistics
import subprocess
import sys
from pathlib import Path

from bench.rows import Row

ROOT = Path(__file__).parents[1]
_LIMIT_MS = 60
_ROUNDS = 7

# In a fresh interpreter, as a person at the terminal meets it: first the template's own Jinja2, read once for
# all campaigns; then the sample's first compile; then the same again, as `check` does for each further one.
_ONCE = """
import time
from pathlib import Path
import mailer.workspace.drafts as drafts
from mailer.compose.edition import compile_edition
from mailer.model import DRAFT_ID
from mailer.workspace.folder import open_workspace
import jinja2, markdown_it, mjml
from mailer.workspace.templates import read_template
workspace = open_workspace(Path.cwd(), {})
begun = time.perf_counter()
read_template(workspace.root, "tract")
print(time.perf_counter() - begun)
compiled = []
drafts._lay_out = lambda *inputs: (compiled.append(inputs), (None, []))[1]
drafts.read_draft(workspace, Path("campaigns/relation-clients.md").resolve())
for _ in range(2):
    begun = time.perf_counter()
    compile_edition(*compiled[0], DRAFT_ID)
    print(time.perf_counter() - begun)
"""


def measure() -> list[Row]:
    """Medians over several fresh processes."""
    times = [_once() for _ in range(_ROUNDS)]
    template, first, again = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    return [
        ("template tract, read once in a process", template, "ms", "", True),
        ("compile of the sample, first in a process", first, "ms", f"≤ {_LIMIT_MS}", first <= _LIMIT_MS),
        ("compile of the sample, again", again, "ms", "", True),
    ]


def _once() -> tuple[float, ...]:
    done = subprocess.run([sys.executable, "-c", _ONCE], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))
