"""The campaign stage: a template's own Jinja2, run once for each campaign."""

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2 import Template as JinjaTemplate
from jinja2.debug import rewrite_traceback_stack
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from mailer.compose.flow import BARS, BLOCKS, MACROS, Macros
from mailer.compose.mjml import GENERATED, OriginMarks
from mailer.errors import FaultsError
from mailer.findings import Finding, Place, error
from mailer.words import Text

LAYOUT = "layout.mjml"
PLAIN = "layout.txt"
THEME = "theme.toml"
NEEDED = (LAYOUT, BLOCKS, PLAIN, THEME)
# RuntimeError: a template that includes itself ends in RecursionError.
_MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError)


@dataclass(frozen=True, kw_only=True)
class Template:
    """A folder of `templates/`: its texts by file name, its theme, and where it lies (for faults)."""

    name: str
    folder: str  # "templates/tract"
    sources: Mapping[str, str]
    theme: Mapping[str, Any]

    @cached_property
    def _environment(self) -> Environment:
        # Compiling a template costs 40 ms, filling it 4: campaigns with the same texts share the work.
        return _compiler(self.folder, tuple(sorted(self.sources.items())), _Theme(self.theme))

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """One of the template's files filled with the campaign's values.

        Raises FaultsError with the line of the template where it went wrong.
        """
        text: str = self._guarded(name, lambda template: template.render(values))
        return text

    def faults(self) -> list[Finding]:
        """What Jinja2 cannot read in the template's files: said together with the campaign's own faults."""
        found: list[Finding] = []
        for name in (LAYOUT, BLOCKS, PLAIN):
            try:
                self._guarded(name, lambda template: None)
            except FaultsError as fault:
                found += fault.findings
        return found

    def placed(self, compiled: Callable[[], str]) -> str:
        """What `compiled` gives; the faults of MJML that no tag of a file marks are the layout's."""
        try:
            return compiled()
        except FaultsError as fault:
            layout = Place(f"{self.folder}/{LAYOUT}")
            found = [
                replace(one, place=layout) if one.place.file == GENERATED else one for one in fault.findings
            ]
            raise FaultsError(fault.message, found) from fault

    def macros(self, *, bars: bool = False) -> Macros:
        """The macros of blocks.html, with the one for `bars`; FaultsError when one is missing."""
        module: Any = self._guarded(BLOCKS, lambda template: template.module)
        missing = [name for name in (*MACROS, *([BARS] if bars else [])) if not hasattr(module, name)]
        if missing:
            place = Place(f"{self.folder}/{BLOCKS}")
            raise _faults(
                "template-macro",
                place,
                Text("the template lacks the macro {names}", names=", ".join(missing)),
                Text("copy it from templates/tract/{file}", file=BLOCKS),
            )
        return _Guarded(self, module)

    def _guarded(self, name: str, use: Callable[[JinjaTemplate], Any]) -> Any:
        return self.guard(name, lambda: use(self._environment.get_template(name)))

    def guard(self, name: str, use: Callable[[], Any]) -> Any:
        """Run template code; whatever it raises becomes a finding at the template's line."""
        try:
            return use()
        except TemplateSyntaxError as fault:
            file = f"{self.folder}/{fault.name or name}"
            raise _template_fault(Place(file, fault.lineno), fault.message or "") from fault
        except TemplateNotFound as fault:
            raise _template_fault(self._line(name), f"{fault.name}: no such file") from fault
        except _MISTAKES as fault:
            raise _template_fault(self._line(name), str(fault)) from fault

    def _line(self, name: str) -> Place:
        """The innermost line of the template where the exception being handled was raised."""
        # Jinja2 turns Python's lines into the template's by itself, but not for a macro that we call.
        for frame in reversed(traceback.extract_tb(rewrite_traceback_stack().__traceback__)):
            if frame.filename.startswith(f"{self.folder}/"):
                return Place(frame.filename, frame.lineno or 1)
        return Place(f"{self.folder}/{name}")


class _Theme(dict[str, Any]):
    """A theme as a key: two are the same when they say the same."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))


class _ThemeValues(Extension):
    """Writes `{{ theme.light.text }}` as its value before Jinja2 reads the source.

    A theme never changes while a template lives, and each lookup left to Jinja2 is compiled: with 80 of
    them the first compile took 16 ms more. What the theme does not hold stays, for Jinja2 to report.
    """

    priority = 200  # after OriginMarks, whose columns are the file's own

    _LOOKUP = re.compile(r"\{\{ theme((?:\.[a-z_][a-z_0-9]*)+) \}\}")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with the values of the theme in their places, escaped as Jinja2 would."""
        return self._LOOKUP.sub(self._value, source)

    def _value(self, found: re.Match[str]) -> str:
        value: Any = self.environment.globals["theme"]
        for key in found[1].split(".")[1:]:
            value = value.get(key) if isinstance(value, dict) else None
        written = str(escape(value)) if isinstance(value, str | int) else ""
        return written if written and not re.search(r"[{}%#]{2}|\n", written) else found[0]


@lru_cache(maxsize=4)
def _compiler(folder: str, sources: tuple[tuple[str, str], ...], theme: _Theme) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=_Sources(folder, dict(sources)),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,  # folding constants costs more than it saves
        extensions=[OriginMarks, _ThemeValues],
    )
    environment.globals["theme"] = theme
    return environment


class _Sources(BaseLoader):
    """Template texts under the names of their files, so that a fault tells its file."""

    def __init__(self, folder: str, sources: Mapping[str, str]) -> None:
        self._folder, self._sources = folder, sources

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """The text of a file of the template's folder."""
        text = self._sources.get(template)
        if text is None:
            raise TemplateNotFound(template)
        return text, f"{self._folder}/{template}", None


class _Guarded:
    """Macros whose faults name their line."""

    def __init__(self, template: Template, module: Any) -> None:
        self._template = template
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Any]:
        macro = getattr(self._module, name)
        return lambda *values: self._template.guard(BLOCKS, lambda: macro(*values))


def _template_fault(place: Place, reason: str) -> FaultsError:
    reason = reason.replace(f"'{__name__}.{_Theme.__name__} object' has no attribute", f"{THEME} has no")
    return _faults(
        "template",
        place,
        Text("the template cannot be used ({reason})", reason=reason),
        Text("mend this line, or take the file again from a fresh 'mailer init'"),
    )


def _faults(code: str, place: Place, message: Text, cure: Text) -> FaultsError:
    return FaultsError(Text("the template has faults"), [error(code, place, message, cure)])
