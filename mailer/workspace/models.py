"""The models a new campaign begins from: the template's own, in the organisation's language."""

from pathlib import Path

from mailer.errors import UsageError
from mailer.words import Text
from mailer.workspace.beginning import new_beside, new_campaign
from mailer.workspace.folder import Workspace
from mailer.workspace.templates import FOLDER
from mailer.workspace.texts import read_text

TEMPLATE = "tract"
SAMPLE_LIST = "sample"
QUESTIONNAIRE = "questionnaire.toml"


def new_from_model(workspace: Workspace, slug: str) -> str:
    """Write the campaign `slug`; its name. It goes to the first real list, or to the sample."""
    path = _model(workspace, "model", ".md")
    text, findings = read_text(path, f"{FOLDER}/{TEMPLATE}/{path.name}")
    if text is None:
        raise UsageError(
            Text("{file} is missing: take it from a fresh 'mailer init'", file=findings[0].place.file)
        )
    real = [name for name in workspace.settings.lists if name != SAMPLE_LIST]
    lists = real[:1] or [name for name in workspace.settings.lists if name == SAMPLE_LIST]
    return new_campaign(workspace.root, slug, text, lists, sample=lists == [SAMPLE_LIST])


def new_questionnaire(workspace: Workspace, slug: str) -> str:
    """Write the model of a questionnaire beside the campaign `slug`; its name, empty if nothing was written.

    A questionnaire that is there stays, and a template without a model has none to give.
    """
    path = _model(workspace, "questionnaire", ".toml")
    text, _ = read_text(path, f"{FOLDER}/{TEMPLATE}/{path.name}") if path.is_file() else (None, [])
    return new_beside(workspace.root, slug, QUESTIONNAIRE, text) if text is not None else ""


def _model(workspace: Workspace, name: str, suffix: str) -> Path:
    """The template's, in the organisation's language if there is one."""
    folder = workspace.root / FOLDER / TEMPLATE
    named = folder / f"{name}.{workspace.settings.organisation.language}{suffix}"
    return named if named.is_file() else folder / f"{name}{suffix}"
