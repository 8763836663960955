"""docs/contract.md against the code: what an author may write, its limits, and where files lie."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from mailer import charset
from mailer.cli.root import COMMANDS
from mailer.compose import assets, audit, balance, expressions, tree
from mailer.compose.links import QUESTIONNAIRE
from mailer.compose.markdown import FRAMES
from mailer.mailboxes import letters
from mailer.toml import document
from mailer.workspace.beginning import IGNORED, SHIPPED
from mailer.workspace.people import find_person
from tests.cli.command import Mailer
from tests.compose import campaigns as made
from tests.docs.pages import bare, column, page, table

CONTRACT = page("docs/contract.md")

# --- placeholders and Markdown ---------------------------------------------------


def test_tags() -> None:
    tags = column(table(CONTRACT, "Placeholders", "tag"))
    inside = {tag[2:-2].split()[0] for tag in tags if tag.startswith("{%")}
    [refused] = [
        one for one in made.read(made.source("# T\n\n{% for x in y %}"))[1] if one.code.endswith("forbidden")
    ]
    assert inside == {tag[2:-2].split()[0] for tag in str(refused.cure.values["tags"]).split(", ")}
    assert {tag[:2] for tag in tags} == {"{{", "{%", "{#"}
    body = "# T\n\n" + "".join(tag + "x" for tag in tags)
    assert made.read(made.source(body))[1] == []


def test_expressions() -> None:
    rows = table(CONTRACT, "Placeholders", "expression")
    for expression in column(rows):
        written = expressions.Rewriter(made.KNOWN.fields).rewrite(expression)
        assert isinstance(written, str), expression
    parsed = [Environment().parse("{{ " + one + " }}").body[0].nodes[0] for one in column(rows)]  # type: ignore[attr-defined]
    shown = {type(one) for node in parsed for one in (node, *node.find_all(tuple(expressions._RULES)))}
    compared = {one.op for node in parsed for one in node.find_all(nodes.Operand)}
    assert compared == set(expressions.COMPARISONS)
    # A tuple is a list without its brackets, a Concat of two is written with ~ as well.
    assert {rule.__name__ for rule in expressions._RULES} - {one.__name__ for one in shown} == {"Tuple"}


def test_filters() -> None:
    told = column(table(CONTRACT, "Placeholders", "filter"))
    assert set(told) == {*expressions.PLAIN_FILTERS, "default('…')"}
    for name in (*told, "d('…')"):
        assert isinstance(expressions.Rewriter(("email",)).rewrite(f"email | {name}"), str)


def test_additions_to_markdown() -> None:
    written = column(table(CONTRACT, "Markdown"))
    assert {one.removeprefix("::: ") for one in written if one.startswith(":::")} == set(FRAMES)
    assert any(f"({QUESTIONNAIRE})" in one for one in written)
    becomes = []
    for one in written:
        text = made.source(f"# T\n\n{one}\n\nx", 'questionnaire = "https://example.org/q"\n')
        campaign, findings = made.read(text)
        assert campaign is not None
        allowed = {"questionnaire-unlinked", "frame"}  # the row shows a frame without its end
        assert {finding.code for finding in findings} <= allowed, one
        becomes.append(type(campaign.tracts[0].blocks[0]))
    assert becomes == [tree.Button, *[tree.Paragraph] * 4, tree.Picture, tree.Frame, tree.Frame]


LIMITS = {
    "a text of the workspace": (charset.TEXT_LIMIT, "bytes"),
    "TOML in one text": (document._LONGEST, "characters"),
    "one placeholder": (expressions.LONGEST, "characters"),
    "parts within one another in a placeholder": (expressions.DEEPEST, "parts"),
    "conditions within one another": (balance.DEEPEST, "conditions"),
    "an attachment": (assets.ATTACHMENT_LIMIT // assets.KB, "KB"),
    "an image: warning": (assets.HEAVY_IMAGE // assets.KB, "KB"),
    "an image: error": (assets.IMAGE_LIMIT // assets.KB, "KB"),
    "the HTML: warning": (audit.WARN_HTML // audit.KB, "KB"),
    "the HTML: error": (audit.FAIL_HTML // audit.KB, "KB"),
    "the whole message": (audit.FAIL_MESSAGE // audit.KB, "KB"),
    "what is read of a returned mail": (letters.MOST // audit.KB, "KB"),
}


def test_limits() -> None:
    told = [(name, f"{value:,} {unit}") for name, (value, unit) in LIMITS.items()]
    assert table(CONTRACT, "Limits") == told


# --- files ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A path of the contract, its `<…>` standing for anything but a `/`."""

    shown: str
    makers: tuple[str, ...]
    mode: str

    def holds(self, name: str) -> bool:
        pattern = re.sub(r"<\w+>", "[^/]+", re.escape(self.shown))
        return re.fullmatch(pattern + (".*" if self.shown.endswith(">/") else ""), name) is not None


FILES = [
    Listed(bare(path), tuple(makers.split(", ")), mode) for path, makers, mode, _ in table(CONTRACT, "Files")
]


def made_in(folder: Path) -> dict[str, int]:
    """All that lies in a folder, folders with a final `/`, and its modes."""
    return {
        path.relative_to(folder).as_posix() + "/" * path.is_dir(): path.stat().st_mode & 0o777
        for path in folder.rglob("*")
    }


def test_files_and_their_modes(mailer: Mailer) -> None:
    assert {maker for one in FILES for maker in one.makers} == {"init", "new", "render", "you"}
    assert {"init", "new", "render"} < set(COMMANDS)
    stages = {"init": made_in(mailer.folder)}
    assert mailer("new", "greve").code == 0
    stages["new"] = made_in(mailer.folder)
    assert mailer("render", "relation-clients").code == 0
    stages["render"] = made_in(mailer.folder)
    before: dict[str, int] = {}
    for maker, there in stages.items():
        rows = [one for one in FILES if maker in one.makers]
        for name in there.keys() - before.keys():
            assert any(one.holds(name) for one in rows), f"{name} is in no row of {maker}"
        before = there
    before |= {one.shown: 0 for one in FILES if one.makers == ("you",)}
    for one in FILES:
        found = [mode for name, mode in before.items() if one.holds(name)]
        assert found, f"nothing made is {one.shown}"
        if one.mode:
            assert set(found) == {int(one.mode, 8)}, one.shown


def test_what_init_brings_is_listed() -> None:
    for name in (*SHIPPED, *IGNORED):
        assert any(one.holds(name) or one.holds(name + "/") for one in FILES if "init" in one.makers), name


def test_a_list_is_read_where_told(tmp_path: Path) -> None:
    [told] = [one for one in FILES if one.makers == ("you",)]
    path = tmp_path / told.shown.replace("<list>", "adherents")
    path.parent.mkdir()
    path.write_text("courriel,service\nzoe@example.org,Accueil\n", encoding="utf-8")
    found = find_person(tmp_path, ["adherents"], "zoe@example.org")
    assert found is not None
    assert found.fields["service"] == "Accueil"
