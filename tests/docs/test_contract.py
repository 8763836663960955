"""docs/contract.md against the code: commands, exit codes, JSON, keys, variables, fields."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mailer import fields
from mailer.ballots.schema import QUESTIONNAIRE
from mailer.cli import root
from mailer.compose.front_matter import FRONT_MATTER
from mailer.deliver.gates import GATES
from mailer.settings import SETTINGS_KEYS, read_settings
from mailer.settings.schema import SCHEMA
from mailer.toml import kinds
from mailer.toml.table import Key, Table
from tests.cli.command import Mailer
from tests.docs.pages import ROOT, Row, bare, column, page, spans, table

CONTRACT = page("docs/contract.md")
SETTINGS = page("mailer.toml")


def commands(
    command: click.Command = root.mailer, context: click.Context | None = None, name: str = "mailer"
) -> Iterator[tuple[str, click.Command]]:
    """Every command one can run, by its whole name; groups that need a subcommand are none."""
    context = click.Context(command, parent=context, info_name=name)
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield name, command
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from commands(found, context, f"{name} {inner}")


COMMANDS = dict(commands())


def parameter(one: click.Parameter, command: click.Command) -> tuple[str, str]:
    """A parameter as the contract writes it, and its default."""
    word = one.make_metavar(click.Context(command))
    told = "" if not isinstance(one.default, str) else f"`{one.default}`"
    if isinstance(one, click.Argument):
        return f"`{word}`", told
    assert isinstance(one, click.Option)
    names = [f"`{name}`" if one.is_flag else f"`{name} {word}`" for name in (*one.opts, *one.secondary_opts)]
    return ", ".join(names), told


def test_commands() -> None:
    assert column(table(CONTRACT, "Commands")) == list(COMMANDS)


def test_arguments_and_options() -> None:
    there = {
        (f"`{name}`", *parameter(one, command))
        for name, command in COMMANDS.items()
        for one in command.params
    }
    helped = {
        ", ".join(f"`{name}`" for name in sorted(command.get_help_option_names(inherited(command)), key=len))
        for command in COMMANDS.values()
    }
    told = {row[:3] for row in table(CONTRACT, "Arguments and options")}
    assert told == there | {("every command", names, "") for names in helped}


def inherited(command: click.Command) -> click.Context:
    """The context in which a subcommand really runs: the group's own settings reach it."""
    return click.Context(command, parent=root.mailer.make_context("mailer", []))


# --- exit codes and JSON, by running the command --------------------------------


def test_exit_codes() -> None:
    rows = table(CONTRACT, "Exit codes")
    used = {value for name, value in vars(root).items() if name.isupper() and isinstance(value, int)}
    assert {int(code) for code, _ in rows} == used


def test_gates() -> None:
    assert column(table(CONTRACT, "Gates")) == list(GATES)


def test_pages() -> None:
    routed = re.findall(r'Route\("([^"]+)"', page("mailer/web/app.py"))
    told = column(table(CONTRACT, "Pages"))
    assert sorted(told) == sorted(routed)


def test_exit_codes_as_they_come(mailer: Mailer) -> None:
    mailer.campaign("faulty", "Bonjour {{ prenon }}.")
    assert mailer("check", "relation-clients").code == root.DONE
    assert mailer("check").code == root.FAULTS
    assert mailer("render", "faulty").code == root.FAULTS
    assert mailer("check", "--debg").code == root.USAGE
    mailer.edit("mailer.toml", 'language = "fr"\ntimezone', 'langage = "fr"\ntimezone')
    assert mailer("campaigns").code == root.USAGE
    assert mailer("check").code == root.FAULTS


TYPES = {"string": str, "integer": int, "boolean": bool, "list of strings": list}


@pytest.mark.parametrize("command", ["check", "campaigns", "config show"])
def test_json(command: str, mailer: Mailer) -> None:
    mailer.campaign(
        "faulty", "Bonjour {{ prenon }}, voir [ici](http://example.org/).", front="public = true\n"
    )
    told = {bare(key): kind for key, kind, _ in table(CONTRACT, f"`mailer {command} --json`")}
    items = mailer(*command.split(), "--json").json
    assert len(items) > 1
    seen: dict[str, set[type]] = {key: set() for key in told}
    for item in items:
        assert list(item) == list(told)
        for key, value in item.items():
            assert not isinstance(value, list) or all(isinstance(one, str) for one in value)
            seen[key].add(type(value))
    assert seen == {key: {TYPES[name] for name in re.split(r", | or ", kind)} for key, kind in told.items()}


def test_a_finding_is_printed_as_told(mailer: Mailer) -> None:
    mailer.campaign("faulty", "Bonjour {{ prenon }}, voir [ici](https://example.org/).")
    run = mailer("check", "faulty")
    items = mailer("check", "faulty", "--json").json
    grades = {"error": "", "warning": "(warning) ", "info": "(info) "}
    assert {item["level"] for item in items} == {"error", "warning"}
    assert run.lines == [
        f"{one['file']}:{one['line']}:{one['column']} {grades[one['level']]}{one['message']}: {one['cure']}"
        for one in items
    ]


# --- keys ----------------------------------------------------------------------


def key_row(name: str, key: Key) -> Row:
    """A key as the contract writes it."""
    choices = ", ".join(f"`{choice}`" for choice in key.choices if choice)
    default = "required" if key.required else "" if key.default is None else f"`{kinds.as_toml(key.default)}`"
    return f"`{name}`", f"{key.kind}: {choices}" if choices else key.kind, default, str(key.doc)


def walked(keys: Table, prefix: str = "") -> Iterator[Row]:
    """The rows of a table of keys and of those inside."""
    marks = {"array of tables": "[]", "table of tables": ".*"}
    for key in keys:
        if key.keys:
            yield from walked(key.keys, f"{prefix}{key.name}{marks.get(key.kind, '')}.")
        else:
            # Whoever writes these names what is in them.
            each = ".*" if key.name in ("fields", "columns", "segments") else ""
            yield key_row(prefix + key.name + each, key)


def test_front_matter() -> None:
    assert table(CONTRACT, "Front matter") == [key_row(key.name, key) for key in FRONT_MATTER]
    assert [key.name for key in FRONT_MATTER if key.kind == "strings" and not key.one] == []


def test_settings() -> None:
    rows = table(CONTRACT, "`mailer.toml`")
    assert rows == list(walked(SCHEMA))
    assert column(rows) == [name for name, _, _, _ in SETTINGS_KEYS]


def test_kinds_of_values() -> None:
    rows = {kind: spans(examples) for kind, examples in table(CONTRACT, "Kinds of values")}
    used = {key.kind for key in (*single(SCHEMA), *FRONT_MATTER, *single(QUESTIONNAIRE))}
    assert set(rows) == used
    for kind in used:
        for example in rows[kind]:
            value = tomllib.loads(f"key = {example}")["key"]
            read = (
                [kinds.read("string", one) for one in value]
                if kind == "strings"
                else [kinds.read(kind, value)]
            )
            assert None not in read, example


def single(keys: Table) -> Iterator[Key]:
    """The keys that hold a value, those of inner tables included."""
    for key in keys:
        yield from single(key.keys) if key.keys else (key,)


def test_units_of_durations() -> None:
    [told] = [row[1] for row in table(CONTRACT, "Kinds of values") if row[0] == "duration"]
    words = re.sub(r"`[^`]*`|\([^)]*\)", "", told).split("then ")[1]
    units = re.findall(r"\b(?!or\b|plural\b|not\b)[a-z]+\b", words)
    assert len(units) == 13
    assert [unit for unit in units if kinds.duration(f"2 {unit}") is None] == []
    assert [unit for unit in units if len(unit) > 3 and kinds.duration(f"2 {unit}s") is None] == []


# --- the environment --------------------------------------------------------------


def test_each_key_that_stands_once_has_its_variable() -> None:
    values = {"string": "", "strings": "", "integer": "3", "duration": "5m", "boolean": "true"}
    for name, kind, default, _ in SETTINGS_KEYS:
        if "[]" in name or "*" in name:
            continue
        variable = "MAILER_" + name.replace(".", "_").upper()
        value = {"required": "a@example.org"}.get(default, default.strip('"') or values[kind])
        given = "1" if name == "transport.port" else "" if kind == "strings" else value
        settings, findings = read_settings(SETTINGS, environ={variable: given})
        assert settings is not None, (name, [finding.say("en") for finding in findings])
        assert {one.key: one.origin for one in settings.sources}[name] == variable


def test_variables() -> None:
    told = set(column(table(CONTRACT, "Environment"))) - {"_MAILER_COMPLETE"}
    assert {variable for variable in told if not variable.startswith("MAILER_")} == set(read_variables())
    ours = {"MAILER_SITE_URL", "MAILER_SMTP_PASSWORD", "MAILER_BOUNCES_PASSWORD"}
    assert ours == {one for one in told if one.startswith("MAILER_")}
    _, findings = read_settings(SETTINGS, environ={"MAILER_SMTP_PASSWORD": "secret"})
    assert findings == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, tmp_path: Path) -> None:
    [told] = [what for name, what in table(CONTRACT, "Environment") if name == "`_MAILER_COMPLETE`"]
    assert f"{shell}_source" in spans(told)
    assert "complete" in Mailer(folder=tmp_path)(_MAILER_COMPLETE=f"{shell}_source").out


def read_variables() -> Iterator[str]:
    """The names, other than MAILER_…, that the program asks of its environment: capitals beside `environ`."""
    for path in sorted((ROOT / "mailer").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            if "environ" in ast.unparse(function):
                yield from (
                    node.value
                    for node in ast.walk(function)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                    if re.fullmatch(r"[A-Z_]{4,}", node.value) and node.value != "POSIX"
                )


# --- fields ------------------------------------------------------------------------


def test_fields() -> None:
    rows = table(CONTRACT, "Recipient fields")
    assert tuple(column(rows)) == fields.STANDARD
    told = {bare(field): {bare(field), *spans(names)} for field, names in rows}
    known = {
        field: {name.replace("_", "-") for name in names.split()} for field, names in fields._NAMES.items()
    }
    assert {field: {name.replace("_", "-") for name in names} for field, names in told.items()} == known
    for field, names in told.items():
        for name in names:
            assert fields.canonical(name.upper().replace("-", " ")) == field
