"""What a reader would stumble on in a tract: links, pictures, and words left from the model."""

import re

from mailer.compose import links, tree, walk
from mailer.compose.marks import Marks
from mailer.fields import canonical
from mailer.findings import Finding, Place, error, warning
from mailer.words import Text

_EXAMPLES = "{.button}, {width=300}"
TO_WRITE = re.compile(r"À ÉCRIRE|TO WRITE")  # the markers of templates/*/model*.md
_BRACES = re.compile(r"(?<![{%])\{(\w+)\}(?!\})|%(\w+)%|\[(\w+)\](?![(\[])")
# What `markdown` would have taken: {width=300} right after an image, {.button} right after a link.
_LOOSE = re.compile(r"(?<!\))\{(?:\.[\w-]+|width=[^}\s]*)\}|\{width=(?!\w+\})[^}]*\}")
_FRAME = re.compile(r"\s{0,3}:::+\s*(?!(?:frame|cadre)\s*$)\S.*")
_HTML = re.compile(
    r"(?<!\()</?(?:a|b|br|center|div|em|font|h[1-6]|i|img|p|span|strong|table|td|tr|u)(?=[\s/>])[^<>]*>", re.I
)


def check_content(tract: tree.Tract, marks: Marks, *, questionnaire: bool) -> list[Finding]:
    """Faults of one tract, wherever they stand in it."""
    findings: list[Finding] = []
    targets: dict[str, str] = {}
    for inline in (*walk.deep(tract.title), *walk.inlines_of(tract.blocks)):
        match inline:
            case tree.Link(href=href, inlines=inner, place=place):
                words = " ".join(walk.words(inner).casefold().split())
                if words and targets.setdefault(words, href) != href:
                    findings.append(_same_words(place))
                findings += links.check_link(
                    href, walk.words(inner), place, marks, questionnaire=questionnaire
                )
            case tree.Picture(source=source, alt=alt, place=place):
                findings += check_picture(source, alt, place, marks)
    return findings


def _same_words(place: Place) -> Finding:
    return warning(
        "same-words",
        place,
        Text("another link of this tract has the same words and leads elsewhere"),
        Text("screen readers list links alone: give each words of its own"),
    )


def check_picture(source: str, alt: str, place: Place, marks: Marks) -> list[Finding]:
    """A picture needs words for those who do not see it, and must travel with the campaign."""
    findings = []
    if marks.tags_in(source):
        findings.append(
            error(
                "field-in-address",
                place,
                Text("a placeholder stands in the address of an image"),
                Text("an address is the same for everybody, so that nobody can be followed: remove it"),
            )
        )
    if not alt:
        findings.append(
            error(
                "image-alt",
                place,
                Text("this image has no alternative text"),
                Text("write between the square brackets what it shows or says"),
            )
        )
    elif re.search(r"[\\/]|\.(?:png|jpe?g|gif|webp|bmp)$", alt, re.IGNORECASE):
        findings.append(
            error(
                "image-alt",
                place,
                Text("the alternative text '{alt}' is the name of a file", alt=alt),
                Text("write what the image shows or says"),
            )
        )
    return findings


def check_wording(lines: list[str], file: str, first_line: int) -> list[Finding]:
    """Faults seen line by line in the author's own text."""
    findings = []
    for number, line in enumerate(lines, first_line):
        findings += [
            to_write(found[0], Place(file, number, found.start() + 1)) for found in TO_WRITE.finditer(line)
        ]
        findings += _loose_faults(line, file, number)
        for found in _BRACES.finditer(line):
            findings += _other_brackets(found, Place(file, number, found.start() + 1))
        for found in _HTML.finditer(line):
            findings.append(
                warning(
                    "html",
                    Place(file, number, found.start() + 1),
                    Text("'{tag}' would be printed as it stands: HTML is not read here", tag=found[0]),
                    Text("use Markdown: **bold**, *italic*, [words](https://…)"),
                )
            )
    return findings


def _loose_faults(line: str, file: str, number: int) -> list[Finding]:
    findings = [
        warning(
            "loose-brackets",
            Place(file, number, found.start() + 1),
            Text("'{text}' would be printed as it stands", text=found[0]),
            Text("write {examples} right after the bracket of a link or an image", examples=_EXAMPLES),
        )
        for found in _LOOSE.finditer(line)
    ]
    if _FRAME.fullmatch(line):
        findings.append(
            warning(
                "unknown-frame",
                Place(file, number),
                Text("'{text}' would be printed as it stands", text=line.strip()),
                Text("the boxes are '::: frame' and '::: cadre', closed by ':::'"),
            )
        )
    return findings


def to_write(words: str, place: Place) -> Finding:
    """A sentence of the model that nobody has replaced yet."""
    return error(
        "to-write",
        place,
        Text("'{words}' is still to be written", words=words),
        Text("replace the model's sentence by yours"),
    )


def _other_brackets(found: re.Match[str], place: Place) -> list[Finding]:
    name = next(group for group in found.groups() if group)
    field = canonical(name)
    if field is None:
        return []
    return [
        warning(
            "other-placeholder",
            place,
            Text("'{text}' would be printed as it stands", text=found[0]),
            Text("write {placeholder}", placeholder="{{ " + field + " }}"),
        )
    ]
