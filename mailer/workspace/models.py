"""The models a new campaign begins from: the template's own, in the organisation's language."""

import re
from collections.abc import Sequence
from pathlib import Path

from mailer.errors import UsageError
from mailer.toml.kinds import as_toml
from mailer.words import Text
from mailer.workspace.beginning import new_beside, new_campaign, shipped
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


def new_correction(workspace: Workspace, slug: str, *, of: str, title: str, lists: Sequence[str]) -> str:
    """Write the campaign `slug`, which corrects the campaign `of` for those who received it; its name.

    `title` is what that one was called, in one line; a workspace whose template has no model gets ours.
    """
    path = _model(workspace, "correction", ".md")
    if path.is_file():
        text, _ = read_text(path, f"{FOLDER}/{TEMPLATE}/{path.name}")
    else:
        named = "correction.en.md" if workspace.settings.organisation.language == "en" else "correction.md"
        text = (shipped() / FOLDER / TEMPLATE / named).read_text(encoding="utf-8")
    if text is None:
        raise UsageError(Text("{file} cannot be read: mailer check", file=f"{FOLDER}/{TEMPLATE}/{path.name}"))
    front, _, body = text.rpartition("+++\n")
    front = front.replace("SUBJECT_HERE", as_toml(title)[1:-1]).replace("CAMPAIGN_HERE", of)
    whole = f"{front}+++\n{body.replace('SUBJECT_HERE', plain_words(title))}"
    return new_campaign(workspace.root, slug, whole, list(lists), sample=list(lists) == [SAMPLE_LIST])


def plain_words(title: str) -> str:
    """A title as Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", title)


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
