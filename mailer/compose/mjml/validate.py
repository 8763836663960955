"""Is it MJML? Tags, their places, their attributes and values, as npm mjml 5.4.1 has them; all faults."""

from collections.abc import Iterator

from mailer.compose.mjml import limits
from mailer.compose.mjml.rules import COMPONENTS, DEFAULTS, attributes_of, nearest, parents_of, types_of
from mailer.compose.mjml.tree import Element
from mailer.compose.mjml.values import wanted
from mailer.findings import Finding, Place, error
from mailer.words import Text

_ONCE = {"mjml": ("mj-head", "mj-body"), "mj-head": ("mj-title", "mj-preview", "mj-breakpoint")}
_KNOWN = (*COMPONENTS, *DEFAULTS, "mj-include")


def validate(root: Element) -> Iterator[Finding]:
    """Every fault of a tree, in the order of the text; the root is the nameless element of `tree.read`."""
    yield from _frame(root)
    for parent, element in pairs(root):
        yield from _tag(parent, element)
        if element.name in COMPONENTS or element.name in DEFAULTS:
            yield from _attributes(element)
            yield from _inside(parent, element)


def pairs(root: Element) -> Iterator[tuple[Element, Element]]:
    """Each element with its parent, in the order of the text, without recursion."""
    waiting = [(root, child) for child in root.elements][::-1]
    while waiting:
        parent, element = waiting.pop()
        yield parent, element
        waiting += [(element, child) for child in element.elements][::-1]


def _frame(root: Element) -> Iterator[Finding]:
    mjml = root.named("mjml")
    if not mjml:
        message = Text("there is no <mjml> tag")
        yield error("mjml-missing-tag", root.place, message, Text("write the whole mail in <mjml>…</mjml>"))
    for other in mjml[1:]:
        yield _repeated(other)
    if any(not isinstance(child, Element) and child.visible for child in root.children):
        message = Text("words stand outside <mjml>")
        yield error("mjml-stray-text", root.place, message, Text("remove them, or write them in mj-raw"))
    for whole in mjml[:1]:
        if not whole.named("mj-body"):
            message = Text("<mjml> has no <mj-body>")
            yield error("mjml-missing-tag", whole.place, message, Text("write the mail's body in mj-body"))


def _repeated(element: Element) -> Finding:
    message = Text("<{tag}> stands here a second time", tag=element.name)
    return error("mjml-repeated-tag", element.place, message, Text("keep one of them"))


def _tag(parent: Element, element: Element) -> Iterator[Finding]:
    name, place = element.name, element.place
    if name == "mj-include":
        message = Text("mj-include would show a file of this machine to the readers")
        cure = Text('write {{% include "…" %}}, which reads only the template\'s folder')
        yield error("mjml-include", place, message, cure)
    elif name in limits.TAGS:
        message = Text("<{tag}> is not supported here", tag=name)
        yield error("mjml-unsupported", place, message, limits.TAGS[name])
    elif name not in COMPONENTS and name not in DEFAULTS:
        yield _unknown_tag(name, place)
    elif not _may_hold(parent.name, name):
        yield _misplaced(parent, element)


def _unknown_tag(name: str, place: Place) -> Finding:
    near = nearest(name, _KNOWN)
    cure = Text("did you mean {tag}?", tag=near) if near else Text("write an MJML tag, or HTML in mj-raw")
    return error("mjml-unknown-tag", place, Text("there is no tag <{tag}>", tag=name[:40]), cure)


def _may_hold(parent: str, name: str) -> bool:
    if parent == "mj-attributes":
        return name != "mjml"
    if name == "mj-raw" and parent in limits.WITHOUT_RAW:
        return False
    known = parent in COMPONENTS or parent in DEFAULTS or not parent
    children = COMPONENTS[parent].children if parent in COMPONENTS else ()
    return name in children or (not parent and name == "mjml") or not known


def _misplaced(parent: Element, element: Element) -> Finding:
    name = element.name
    if parent.name == "mj-class":
        message = Text("mj-class cannot give values to single components")
        cure = Text("write a second mj-class for <{tag}>", tag=name)
        return error("mjml-unsupported", element.place, message, cure)
    if not parent.name:
        message = Text("<{tag}> stands outside <mjml>", tag=name)
    else:
        message = Text("<{tag}> cannot stand in <{parent}>", tag=name, parent=parent.name)
    parents = ["mj-attributes"] if name in DEFAULTS else parents_of(name)
    refused = {*limits.TAGS, *(limits.WITHOUT_RAW if name == "mj-raw" else ())}
    allowed = [one for one in parents if one not in refused]
    cure = Text("only in: {parents}", parents=", ".join(allowed)) if allowed else Text("remove it")
    return error("mjml-wrong-parent", element.place, message, cure)


def _attributes(element: Element) -> Iterator[Finding]:
    for name in element.repeated:
        message = Text("<{tag}>: {name} is written twice", tag=element.name, name=name[:40])
        yield error("mjml-repeated-attribute", element.place, message, Text("keep one of them"))
    for name, value in element.attributes.items():
        yield from _attribute(element, name, value)


def _attribute(element: Element, name: str, value: str) -> Iterator[Finding]:
    tag, kinds = element.name, types_of(element.name, name)
    limit = limits.ATTRIBUTES.get((tag, name)) or (limits.EVERYWHERE.get(name) if tag in DEFAULTS else None)
    if limit:
        message = Text("<{tag}>: {name} is not supported here", tag=tag, name=name)
        yield error("mjml-unsupported", element.place, message, limit)
    elif not kinds:
        near = nearest(name, attributes_of(tag))
        cure = Text("did you mean {name}?", name=near) if near else Text("remove it")
        message = Text("<{tag}> has no attribute {name}", tag=tag, name=name[:40])
        yield error("mjml-unknown-attribute", element.place, message, cure)
    else:
        cures = [wished for kind in sorted(kinds) if (wished := wanted(kind, value))]
        if len(cures) == len(kinds):
            message = Text("<{tag}>: {name} is “{value}”", tag=tag, name=name, value=value[:40])
            yield error("mjml-bad-value", element.place, message, cures[0])


def _inside(parent: Element, element: Element) -> Iterator[Finding]:
    for name in _ONCE.get(element.name, ()):
        for other in element.named(name)[1:]:
            yield _repeated(other)
    words = any(not isinstance(child, Element) and child.visible for child in element.children)
    if parent.name == "mj-attributes":
        if element.content or words or (element.children and element.name != "mj-class"):
            message = Text("<{tag}> in mj-attributes holds something", tag=element.name)
            yield error("mjml-stray-text", element.place, message, Text("keep only its attributes"))
    elif words and not holds_raw(element.name):
        message = Text("<{tag}> cannot hold words", tag=element.name)
        yield error("mjml-stray-text", element.place, message, Text("write them in mj-text or mj-raw"))


def holds_raw(tag: str) -> bool:
    """Whether HTML may stand between this tag's components."""
    return tag in COMPONENTS and "mj-raw" in COMPONENTS[tag].children and tag not in limits.WITHOUT_RAW
