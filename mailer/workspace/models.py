"""The model a new campaign begins from: the template's own, in the organisation's language."""

from mailer.errors import UsageError
from mailer.words import Text
from mailer.workspace.beginning import new_campaign
from mailer.workspace.folder import Workspace
from mailer.workspace.templates import FOLDER
from mailer.workspace.texts import read_text

TEMPLATE = "tract"
SAMPLE_LIST = "sample"


def new_from_model(workspace: Workspace, slug: str) -> str:
    """Write the campaign `slug`; its name. It goes to the first real list, or to the sample."""
    language = workspace.settings.organisation.language
    folder = workspace.root / FOLDER / TEMPLATE
    named = folder / f"model.{language}.md"
    path = named if named.is_file() else folder / "model.md"
    text, findings = read_text(path, f"{FOLDER}/{TEMPLATE}/{path.name}")
    if text is None:
        raise UsageError(
            Text("{file} is missing: take it from a fresh 'mailer init'", file=findings[0].place.file)
        )
    real = [name for name in workspace.settings.lists if name != SAMPLE_LIST]
    lists = real[:1] or [name for name in workspace.settings.lists if name == SAMPLE_LIST]
    return new_campaign(workspace.root, slug, text, lists, sample=lists == [SAMPLE_LIST])
