"""The ballot boxes of a workspace: a folder of files, or the database that several machines share."""

from pathlib import Path

from mailer.store.answers import Answers
from mailer.store.boxes import Boxes
from mailer.store.opening import open_boxes
from mailer.wiring.doors import place_of
from mailer.workspace.folder import Workspace

ANSWERS = "subscribers/answers"


def answers_of(workspace: Workspace, *, patience: float = 30.0) -> Answers:
    """The answers to this workspace's questionnaires; nothing is opened before the first question.

    `patience` in seconds, for a database that is away.
    """
    return Answers(boxes_at(workspace, place_of(workspace), patience=patience))


def boxes_at(workspace: Workspace, place: Path | str, *, patience: float = 30.0) -> Boxes:
    """The boxes that belong to the database at `place`."""
    return open_boxes(workspace.root / ANSWERS if isinstance(place, Path) else place, patience=patience)
