"""Many stories: `python -m tests.simulation --seeds 0..10000`; a failing one by its seed alone."""

import argparse
import sys
import time
import traceback
from collections import Counter

from tests.simulation.story import tell


def _span(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first), int(last) if last else int(first) + 1)


def main() -> int:
    """Tell them until a minute count is over; 1 if any broke a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=_span, default=range(200), help="FIRST..LAST, or one alone")
    parser.add_argument("--minutes", type=float, default=0, help="stop after these; 0: all the seeds")
    parser.add_argument("--loud", action="store_true", help="what struck, story by story")
    asked = parser.parse_args()
    begun, states, failed, told = time.monotonic(), Counter[str](), list[int](), 0
    struck = lost = kills = 0
    for seed in asked.seeds:
        if asked.minutes and time.monotonic() - begun > asked.minutes * 60:
            break
        told += 1
        try:
            story = tell(seed)
        except Exception:  # a promise broken, or the world: both are to be read
            failed.append(seed)
            traceback.print_exc()
            continue
        states.update(story.states)
        struck, lost, kills = struck + len(story.thrown), lost + story.lost, kills + story.kills
        if asked.loud:
            _say(f"{seed}: {story.states} {story.ended}, {story.lost} lost: {', '.join(story.thrown)}")
    last = asked.seeds.start + told - 1
    figures = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    _say(
        f"simulation: seeds {asked.seeds.start}..{last}: {told} stories, {struck} strikes, {kills} kills, "
        f"{lost} connections lost; {figures}; {len(failed)} failed {failed[:20]}"
    )
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
