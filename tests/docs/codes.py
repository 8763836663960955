"""The codes of findings that the program can say, read from its source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from mailer.findings import Level

# What carries a code and weighs as an error unless it says otherwise.
_MAKERS = {str(level): level for level in Level}


def codes_of(folder: Path) -> dict[str, set[Level]]:
    """Each code with the levels it is said at.

    A code is the constant given to a parameter `code` (or to a field of that name, or its default) of
    any function or class of the program: whoever adds a way to make findings is followed here too.
    """
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))]
    makers = {name: at for tree in trees for name, at in _makers(tree)}
    found: dict[str, set[Level]] = defaultdict(set)
    for tree in trees:
        for code, level in (*_said(tree, makers), *_defaults(tree)):
            found[code].add(level)
    return dict(found)


def doubtful(folder: Path) -> list[str]:
    """Where a code is given that this file cannot follow: neither a constant nor another `code`."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    makers = {name: at for tree in trees.values() for name, at in _makers(tree)}
    return [
        f"{path.relative_to(folder).as_posix()}:{value.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in makers
        for value in _given(node, makers[_name(node.func)])
        if not _constants(value) and _name(value) != "code"
    ]


def _makers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions with a parameter `code` and classes with a field `code`; where it stands among the others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            names = [
                one.target.id
                for one in node.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            ]
        else:
            continue
        if "code" in names:
            yield node.name, names.index("code")


def _said(tree: ast.Module, makers: dict[str, int]) -> Iterator[tuple[str, Level]]:
    aliases = {
        target.id: _names(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.IfExp)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for name in aliases.get(_name(node.func), {_name(node.func)}):
            if name in makers:
                for code in _codes(node, makers[name]):
                    yield code, _MAKERS.get(name) or _level(node)


def _defaults(tree: ast.Module) -> Iterator[tuple[str, Level]]:
    """`code: str = "toml-syntax"` in a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "code":
            for code in _constants(node.value):
                yield code, Level.ERROR


def _codes(call: ast.Call, at: int) -> list[str]:
    return [code for value in _given(call, at) for code in _constants(value)]


def _given(call: ast.Call, at: int) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    return named or call.args[at : at + 1]


def _level(call: ast.Call) -> Level:
    """That of `Finding(…, level=Level.WARNING)`."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "level"]
    return Level[named[0].attr] if named and isinstance(named[0], ast.Attribute) else Level.ERROR


def _constants(value: ast.expr | None) -> list[str]:
    if isinstance(value, ast.IfExp):
        return _constants(value.body) + _constants(value.orelse)
    return [value.value] if isinstance(value, ast.Constant) and isinstance(value.value, str) else []


def _names(value: ast.expr) -> set[str]:
    return _names(value.body) | _names(value.orelse) if isinstance(value, ast.IfExp) else {_name(value)}


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
