"""The campaigns of a workspace at a glance."""

from mailer.workspace.overview import overview
from tests.workspace.author import Author


def test_each_campaign_with_what_it_says(author: Author) -> None:
    author.campaign("Bonjour {{ prenon }}\n\n# Second\n\n[ici](https://example.org/)", slug="b")
    author.write("campaigns/a.md", "no front matter")
    rows = overview(author.workspace)
    assert [(row.slug, row.subject, row.lists, row.tracts, row.errors, row.warnings) for row in rows] == [
        ("a", "", (), 0, 1, 0),
        ("b", "Essai", ("sample",), 2, 1, 1),
        ("relation-clients", "Évolution de la relation clients", ("sample",), 1, 0, 0),
    ]
    assert [row.sample for row in rows] == [False, False, True]


def test_a_subject_is_shown_without_its_placeholders(author: Author) -> None:
    author.campaign()
    author.edit("campaigns/tract.md", '"Essai"', '"{{ prenom }} Essai {% if nom %}de {{ nom }}{% endif %}"')
    row = next(row for row in overview(author.workspace) if row.slug == "tract")
    assert row.subject.split() == ["Essai", "de"]


def test_none(author: Author) -> None:
    (author.root / "campaigns").rename(author.root / "old")
    assert overview(author.workspace) == []
