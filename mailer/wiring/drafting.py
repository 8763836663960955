"""Drafts with what the store knows: the fields of its lists, its people."""

from collections.abc import Mapping
from pathlib import Path

from mailer.model import Recipient
from mailer.store.store import Store
from mailer.workspace.drafts import Draft, fields_of, read_draft
from mailer.workspace.folder import Workspace


def known_fields(store: Store | None, workspace: Workspace) -> Mapping[str, frozenset[str]]:
    """The fields of each list that holds somebody; the other lists have only their file, if they have one."""
    if store is None:
        return {}
    with store.glance():
        return {
            slug: store.people.fields_of(slug)
            for slug in workspace.settings.lists
            if store.people.size_of(slug)
        }


def fields_known(workspace: Workspace, store: Store | None) -> frozenset[str]:
    """The fields of all lists together, as a campaign may use them; files that cannot be read have none."""
    return fields_of(workspace, known_fields(store, workspace))[0]


def draft_of(workspace: Workspace, path: Path, store: Store | None = None) -> Draft:
    """The campaign at `path`, checked and laid out."""
    return read_draft(workspace, path, known_fields(store, workspace))


def person_of(store: Store | None, email: str, lists: tuple[str, ...]) -> Recipient | None:
    """The person with this address, if the store has them."""
    if store is None:
        return None
    with store.glance():
        return store.people.find(email, lists)
