"""MJML to HTML, or every fault at once."""

from mailer.compose.mjml import shield as shields
from mailer.compose.mjml.check import Checked, examine
from mailer.errors import FaultsError
from mailer.findings import Place, error, has_errors
from mailer.words import Text, plural

# What mrml writes and no browser knows: an attribute of ours in a <td> of HTML.
_NOISE = tuple(f' vertical-align="{where}"' for where in ("top", "middle", "bottom"))


def to_html(mjml: str, *, language: str) -> str:
    """The HTML page of an MJML text, marked by `OriginMarks` or not.

    `language`: the campaign's, ISO 639-1, which `<mjml lang>` must say. Raises FaultsError with every finding
    when one of them is an error; includes are never read, and nothing in a content is read as MJML.
    """
    checked = _fit(examine(mjml, language=language))
    shield = shields.Shield.unlike(checked.text)
    place = checked.root.named("mjml")[0].place
    page = compiled(shields.shielded(checked.root, shield), place)
    for noise in _NOISE:
        page = page.replace(noise, "")
    lost = shield.lost(page)
    if lost:
        raise _engine_fault(Text("the MJML engine lost “{text}”", text=lost[0][:40]), place)
    return shield.put_back(page)


def plain(mjml: str) -> str:
    """The same MJML without marks, with loose HTML in mj-raw: what npm's engine needs to say the same."""
    return shields.plain(_fit(examine(mjml)).root)


def _fit(checked: Checked) -> Checked:
    if has_errors(checked.findings):
        count = len(checked.findings)
        message = plural("the template has {count} fault", "the template has {count} faults", count=count)
        raise FaultsError(message, checked.findings)
    return checked


def compiled(mjml: str, place: Place) -> str:
    """mrml's answer; a FaultsError at `place` when it has none.

    It reports faults as ValueError and, rarely, panics: pyo3's exception for that is a BaseException.
    """
    from mjml import mjml2html  # noqa: PLC0415  here, so that nothing else pays for it

    try:
        return mjml2html(mjml, fonts={})
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as cause:
        raise _engine_fault(
            Text("the MJML engine failed: {reason}", reason=str(cause)[:200]), place
        ) from cause


def _engine_fault(message: Text, place: Place) -> FaultsError:
    cure = Text("simplify the template; it was valid, so please report it")
    return FaultsError(message, [error("mjml-engine", place, message, cure)])
