"""What the pages name is there: links, anchors, files, commands with their options, make's targets."""

import re
import shlex

import click
import pytest

from mailer.cli import root
from tests.docs.pages import ROOT, anchors, fences, links, page, prose, spans

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
)
# Pages that tell people what to type, and those that speak of files as they are now.
TYPED = ("README.md", "CONTRIBUTING.md", "docs/guide/fr.md", "docs/guide/en.md")
NOW = ("README.md", "CONTRIBUTING.md", "docs/flow.md", "docs/contract.md", "docs/findings.md")


# --- links ----------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    dead = []
    for link in links(page(name)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (ROOT / name).parent / target if target else ROOT / name
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            dead.append(link)
    assert dead == []


def test_every_page_is_reached() -> None:
    """From the README on, by links or by name."""
    reached, waiting = set(), ["README.md"]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in PAGES:
            continue
        reached.add(name)
        near = [((ROOT / name).parent / link.partition("#")[0]).resolve() for link in links(page(name))]
        waiting += [path.relative_to(ROOT).as_posix() for path in near if path.is_relative_to(ROOT)]
        waiting += re.findall(r"[\w./-]+\.md\b", prose(page(name)))
        waiting += [f"{span}README.md" for span in spans(page(name)) if span.endswith("/")]
    assert sorted(reached) == PAGES


def test_links_are_read() -> None:
    text = '[a](b.md#c) ![d](e.png) <img src="f.png" alt="">\n```\n[no](g)\n```\n`[no](h)` [i](<j.md>)'
    assert links(text) == ["b.md#c", "e.png", "f.png", "j.md"]
    assert anchors("# `mailer.toml`, a *word*\n## Files\n## Files\n```\n# no\n```\n### Écrire : oui") == {
        "mailertoml-a-word",
        "files",
        "files-1",
        "écrire--oui",
    }


# --- files ----------------------------------------------------------------------


def test_the_flow_names_only_files_that_exist() -> None:
    there = {path.relative_to(ROOT / "mailer").as_posix() for path in (ROOT / "mailer").rglob("*")}
    names = {path.rpartition("/")[2] for path in there}
    drawing = "\n".join(fence.text for fence in fences(page("docs/flow.md")))
    named = set(re.findall(r"[\w/]+\.py\b", drawing))
    assert len(named) > 20
    assert {name for name in named if name not in (there if "/" in name else names)} == set()
    rooms = "|".join(path.name for path in (ROOT / "mailer").iterdir() if path.is_dir())
    folders = set(re.findall(rf"(?<![\w/])((?:{rooms})(?:/\w+)*)/(?!\w)", drawing))
    assert {folder for folder in folders if folder not in there} == set()


@pytest.mark.parametrize("name", NOW)
def test_files_between_backticks_exist(name: str) -> None:
    """Paths from the root; the workspace's own, with `<slug>` or made by commands, are not meant."""
    folders = ("mailer", "docs", "tests", "templates", "tools", "bench", ".ci")
    named = [
        span for span in spans(prose(page(name))) if re.match(rf"(?:{'|'.join(folders)})/[\w./*-]+$", span)
    ]
    assert [span for span in named if not list(ROOT.glob(span.rstrip("/")))] == []


# --- commands ---------------------------------------------------------------------


def typed(text: str) -> list[str]:
    """What a page gives to type: lines of its blocks of code, and spans of code."""
    lines = [line.strip() for fence in fences(text) for line in fence.text.split("\n")]
    return [line.partition("#")[0].strip() for line in [*lines, *spans(prose(text))]]


def commands(text: str) -> list[list[str]]:
    """The arguments of each `mailer …` of a page, `cd x && mailer …` and a path before it included."""
    found = []
    for line in typed(text):
        match = re.match(r"(?:\$ )?(?:cd \S+ && )?(?:[\w~./-]+/)?mailer(?: (.*))?$", line)
        if match:
            found.append(shlex.split(match[1] or ""))
    return found


@pytest.mark.parametrize("name", TYPED)
def test_commands_exist_with_these_options(name: str) -> None:
    given = commands(page(name))
    assert len(given) > 2 or name == "CONTRIBUTING.md"
    assert [fault for arguments in given if (fault := refusal(arguments))] == []


def refusal(arguments: list[str]) -> str:
    """Why Click would refuse a command line; nothing is run."""
    command: click.Command = root.mailer
    context = click.Context(command, info_name="mailer")
    rest = arguments
    try:
        while True:
            _, rest, _ = command.make_parser(context).parse_args(args=list(rest))
            if not isinstance(command, click.Group) or not rest:
                break
            _, found, rest = command.resolve_command(context, rest)
            assert found is not None
            command, context = found, click.Context(found, parent=context, info_name=found.name)
        if rest and not isinstance(command, click.Group):
            return f"{shlex.join(arguments)}: too many arguments"
    except click.UsageError as fault:
        return f"{shlex.join(arguments)}: {fault.format_message()}"
    return ""


@pytest.mark.parametrize(
    "line, well",
    [
        ("render x --for a@example.org --out y", True),
        ("config show --json", True),
        ("--debug check", True),
        ("", True),
        ("reports x", False),
        ("check --strict", False),
        ("config hide", False),
        ("new a b", False),
    ],
)
def test_a_command_that_does_not_exist_is_refused(line: str, well: bool) -> None:
    assert (refusal(shlex.split(line)) == "") is well


@pytest.mark.parametrize("name", TYPED)
def test_targets_of_make_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", page("Makefile"), re.MULTILINE))
    asked = {match[1] for line in typed(page(name)) if (match := re.match(r"make ([a-z]+)\b", line))}
    assert asked
    assert asked - targets == set()


def test_images_of_the_readme() -> None:
    shown = [link for link in links(page("README.md")) if link.endswith(".png")]
    assert len(shown) == 9
    assert [link for link in shown if not (ROOT / link).read_bytes().startswith(b"\x89PNG")] == []
    assert all(re.search(rf'src="{re.escape(link)}"[^>]*alt="[^"]+"', page("README.md")) for link in shown)


def test_pages_name_no_machine() -> None:
    """No home folder, temporary folder or private registry ends up in a page."""
    for name in PAGES:
        assert not re.search(
            r"/(?:home|work|tmp|root)/|https?://[^/\s]*(?:pypi|registry|proxy)", page(name)
        ), name
