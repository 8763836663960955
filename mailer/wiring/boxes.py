"""The ballot boxes of a workspace: a folder of files, or the database that several machines share."""

from pathlib import Path

from mailer.store.answers import Answers
from mailer.store.boxes import Boxes
from mailer.store.opening import open_boxes
from mailer.wiring.doors import place_of
from mailer.workspace.folder import Workspace

ANSWERS = "subscribers/answers"


def answers_of(workspace: Workspace, *, patience: float = 30.0, lasting: bool = False) -> Answers:
    """The answers to this workspace's questionnaires; nothing is opened before the first question.

    `patience` in seconds, for a database that is away. `lasting`: for who asks again and again, and
    releases them at the end.
    """
    return Answers(boxes_at(workspace, place_of(workspace), patience=patience, lasting=lasting))


def boxes_at(
    workspace: Workspace, place: Path | str, *, patience: float = 30.0, lasting: bool = False
) -> Boxes:
    """The boxes that belong to the database at `place`."""
    where = workspace.root / ANSWERS if isinstance(place, Path) else place
    return open_boxes(where, patience=patience, lasting=lasting)
