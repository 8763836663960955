"""What a reader would stumble on in a tract: links, pictures, and words left from the model."""

import re

from mailer.compose import links, tree, walk
from mailer.compose.figures import wanted
from mailer.compose.marks import Marks
from mailer.fields import canonical
from mailer.findings import Finding, Place, error, warning
from mailer.words import Text

_EXAMPLES = "{.button}, {width=300}"
TO_WRITE = re.compile(r"À ÉCRIRE|TO WRITE")  # the markers of templates/*/model*.md
_BRACES = re.compile(r"(?<![{%])\{(\w+)\}(?!\})|%(\w+)%|\[(\w+)\](?![(\[])")
# What `markdown` would have taken: {width=300} right after an image, {.button} right after a link.
_LOOSE = re.compile(r"(?<!\))\{(?:\.[\w-]{1,60}|width=[^}\s]{0,60})\}|\{width=(?!\w+\})[^}]{0,60}\}")
_EDGE = re.compile(r"(:{3,})(?!:)\s*(\S.*)?")
_LEAD = " \t>*+-0123456789.)"  # the marks of quotes and items, in which a frame may stand
_SPACED = re.compile(r"\]\((?:https?:|mailto:)[^)\s]{0,500}\s+[^)\"'\s][^)]{0,500}\)")
_BARE = re.compile(r"(?<![\w(<\[\"'=/@])https?://[^\s<>)\]]+")
_FRAME = re.compile(r"\s{0,3}:{3,}(?!:)\s*(?!(?:frame|cadre)\s*$)\S.*")
_HTML = re.compile(
    r"(?<!\()</?(?:a|b|br|center|div|em|font|h[1-6]|i|img|p|span|strong|table|td|tr|u|script|style|iframe|"
    r"mj-[\w-]+)(?=[\s/>])[^<>]*>|<!--",
    re.IGNORECASE,
)


def check_content(tract: tree.Tract, marks: Marks, *, questionnaire: bool) -> list[Finding]:
    """Faults of one tract, wherever they stand in it."""
    findings: list[Finding] = []
    targets: dict[str, str] = {}
    figured = {link.place for link in wanted(tract.blocks)}
    for inline in (*walk.deep(tract.title), *walk.inlines_of(tract.blocks)):
        match inline:
            case tree.Link(href=href, inlines=inner, place=place):
                words = " ".join(walk.words(inner).casefold().split())
                if words and targets.setdefault(words, href) != href:
                    findings.append(_same_words(place))
                if links.kind(href) == "results" and place not in figured:
                    findings.append(_not_alone(place))
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


def _not_alone(place: Place) -> Finding:
    return error(
        "results-alone",
        place,
        Text("figures cannot stand among words"),
        Text("put the link in a paragraph of its own"),
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
        findings += _loose_faults(line, file, number) + _address_slips(line, file, number)
        for found in _BRACES.finditer(line):
            findings += _other_brackets(found, Place(file, number, found.start() + 1))
        for found in _HTML.finditer(line):
            findings.append(
                warning(
                    "html",
                    Place(file, number, found.start() + 1),
                    Text("'{tag}' would be printed as it stands: HTML is not read here", tag=found[0]),
                    Text(
                        "use Markdown: **bold**, *italic*, [words](https://…), and {remark} for a remark",
                        remark="{# … #}",
                    ),
                )
            )
    return findings


def _address_slips(line: str, file: str, number: int) -> list[Finding]:
    spaced = [
        warning(
            "spaced-address",
            Place(file, number, found.start() + 1),
            Text("this link has a space in its address and would be printed as it stands"),
            Text("write %20 for the space"),
        )
        for found in _SPACED.finditer(line)
    ]
    bare = [
        warning(
            "bare-address",
            Place(file, number, found.start() + 1),
            Text("'{address}' is no link yet", address=found[0]),
            Text("write [words](address), or <address>"),
        )
        for found in _BARE.finditer(line)
    ]
    return spaced + bare


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


def check_frames(lines: list[str], file: str, first_line: int) -> list[Finding]:
    """Boxes that are never closed, or closed and never opened. One within another needs fewer colons."""
    findings: list[Finding] = []
    opened: list[tuple[int, Place]] = []
    code = False
    for number, line in enumerate(lines, first_line):
        place = Place(file, number)
        inside = line.lstrip(_LEAD)
        code ^= inside.startswith(("```", "~~~"))
        found = _EDGE.fullmatch(inside)
        if code or found is None:
            continue
        colons = len(found[1])
        if found[2]:
            if opened and opened[-1][0] <= colons:
                findings.append(_frame_fault(place, Text("this frame stands inside another")))
            opened.append((colons, place))
        elif opened and opened[-1][0] <= colons:
            opened.pop()
        else:
            findings.append(_frame_fault(place, Text("this ':::' closes nothing")))
    return findings + [_frame_fault(place, Text("this frame is never closed")) for _, place in opened]


def _frame_fault(place: Place, message: Text) -> Finding:
    return error(
        "frame", place, message, Text("a frame begins with '::: frame' and ends with ':::', each on its line")
    )


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
