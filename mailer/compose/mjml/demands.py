"""What we ask beyond MJML's own rules: a mail that says its language, title and images, fetches nothing."""

import re
from collections.abc import Iterator

from mailer.compose.mjml.rules import nearest
from mailer.compose.mjml.tree import SPACES, Element
from mailer.compose.mjml.validate import pairs
from mailer.findings import Finding, error, warning
from mailer.words import Text

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # the part of BCP 47 that mails need
_COMPONENT = re.compile(r"<mj[a-z-]++", re.IGNORECASE)


def demands(root: Element, language: str) -> Iterator[Finding]:
    """Every demand that is not met. `language`: the campaign's, ISO 639-1; empty when not known."""
    for mjml in root.named("mjml")[:1]:
        yield from _language(mjml, language)
        yield from _title(mjml)
        yield from _classes(mjml)
    for parent, element in pairs(root):
        if parent.name != "mj-attributes":
            yield from _image(element)
        yield from _content(element)


def _language(mjml: Element, language: str) -> Iterator[Finding]:
    """WCAG 2.2, 3.1.1: screen readers choose their voice by it; without it mrml says "und"."""
    lang = mjml.attributes.get("lang", "")
    cure = Text('write <mjml lang="{language}">', language=language or "fr")
    if not lang:
        yield error("mjml-missing-lang", mjml.place, Text("<mjml> does not say its language"), cure)
    elif not _LANGUAGE.fullmatch(lang):
        message = Text("lang=“{lang}” is no language", lang=lang[:40])
        yield error("mjml-wrong-lang", mjml.place, message, cure)
    elif language and _primary(lang) != _primary(language):
        message = Text("<mjml> says lang=“{lang}”, the campaign “{language}”", lang=lang, language=language)
        cure = Text('write lang="{{{{ language }}}}"')
        yield error("mjml-wrong-lang", mjml.place, message, cure)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _title(mjml: Element) -> Iterator[Finding]:
    """WCAG 2.2, 2.4.2: it names the page and, read aloud, the mail (aria-label)."""
    titles = [title for head in mjml.named("mj-head") for title in head.named("mj-title")]
    if not any((title.content or "").strip(SPACES) for title in titles):
        place = titles[0].place if titles else mjml.place
        message = Text("the mail has no title")
        yield error("mjml-missing-title", place, message, Text("write <mj-title>…</mj-title> in mj-head"))


def _classes(mjml: Element) -> Iterator[Finding]:
    """Of two classes that set one attribute mrml keeps the first, npm the last: neither has to choose."""
    groups = [group for head in mjml.named("mj-head") for group in head.named("mj-attributes")]
    classes: dict[str, Element] = {}
    for one in (one for group in groups for one in group.named("mj-class")):
        name = one.attributes.get("name", "")
        if not name or name in classes:
            message = Text("mj-class has no name of its own")
            yield error("mjml-class", one.place, message, Text("write a name that no other mj-class has"))
        classes[name] = one
    for _, element in pairs(mjml):
        yield from _class_uses(element, classes)


def _class_uses(element: Element, classes: dict[str, Element]) -> Iterator[Finding]:
    names = element.attributes.get("mj-class", "").split()
    for name in names:
        if name not in classes:
            near = nearest(name, classes)
            cure = Text("did you mean {name}?", name=near) if near else Text("write it in mj-attributes")
            message = Text("there is no mj-class “{name}”", name=name[:40])
            yield error("mjml-class", element.place, message, cure)
    given: dict[str, str] = {}
    for name in dict.fromkeys(names):
        known = classes[name].attributes if name in classes else {}
        for attribute, value in known.items():
            if attribute != "name" and given.setdefault(attribute, value) != value:
                message = Text("two mj-class of <{tag}> set {name}", tag=element.name, name=attribute)
                cure = Text("write {name} on the tag itself", name=attribute)
                yield error("mjml-class", element.place, message, cure)


def _image(element: Element) -> Iterator[Finding]:
    if element.name == "mj-image" and "alt" not in element.attributes:
        message = Text("<mj-image> does not say what it shows")
        cure = Text('write alt="…", or alt="" when it only decorates')
        yield error("mjml-missing-alt", element.place, message, cure)
    if element.name in {"mj-image", "mj-social-element"} and not element.attributes.get("src"):
        message = Text("<{tag}> has no src", tag=element.name)
        cure = Text("write src: MJML's own icons would be fetched from a third party's site")
        if element.name == "mj-image":
            cure = Text("write the image's address in src")
        yield error("mjml-missing-src", element.place, message, cure)


def _content(element: Element) -> Iterator[Finding]:
    found = _COMPONENT.search(element.content or "")
    if found:
        tag, other = element.name, found.group()[:40]
        message = Text("<{tag}> holds {other}>, which stays as it is", tag=tag, other=other)
        yield warning("mjml-tag-in-content", element.place, message, Text("close <{tag}> first", tag=tag))
