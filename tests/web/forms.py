"""A page of questions as a browser sees it: its fields, what is in them, what is wrong."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "textarea", "select", "hidden"}


@dataclass
class Field:
    """One field; `value` is what is typed in it, or chosen, or what it sends when ticked."""

    id: str
    name: str
    type: str
    value: str = ""
    ticked: bool = False
    invalid: bool = False
    described: tuple[str, ...] = ()
    choices: list[str] = field(default_factory=list)  # of a list


@dataclass
class Form(HTMLParser):
    """The page `html`, read."""

    html: str
    fields: list[Field] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)  # the ids of fields that have a label
    buttons: list[tuple[str, str]] = field(default_factory=list)  # what each sends, if anything
    anchors: list[str] = field(default_factory=list)  # where the page's links lead within it

    def __post_init__(self) -> None:
        super().__init__()
        self._label = False
        self._area: Field | None = None
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        self.ids += [attributes["id"]] if "id" in attributes else []
        match tag:
            case "a" if attributes.get("href", "").startswith("#"):
                self.anchors.append(attributes["href"][1:])
            case "label":
                self._label = True
                self.labelled |= {attributes["for"]} if "for" in attributes else set()
            case "button" if "name" in attributes:
                self.buttons.append((attributes["name"], attributes.get("value", "")))
            case "option":
                self._option(attributes)
            case "input" | "textarea" | "select":
                self._field(tag, attributes)

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        one = Field(
            id=attributes.get("id", ""),
            name=attributes["name"],
            type=attributes.get("type", tag),
            value=attributes.get("value", ""),
            ticked="checked" in attributes,
            invalid=attributes.get("aria-invalid") == "true",
            described=tuple(attributes.get("aria-describedby", "").split()),
        )
        self.fields.append(one)
        self.labelled |= {one.id} if self._label else set()
        self._area = one if tag == "textarea" else None

    def _option(self, attributes: dict[str, str]) -> None:
        chosen = self.fields[-1]
        chosen.choices.append(attributes["value"])
        chosen.value = attributes["value"] if "selected" in attributes else chosen.value

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label = False
        if tag == "textarea" and self._area is not None:
            self._area.value = self._area.value.removeprefix("\n")  # HTML, 13.1.2.5
            self._area = None

    def offered(self, name: str) -> list[str]:
        """The values of the boxes of a question."""
        return [one.value for one in self.fields if one.name == name and one.type in {"radio", "checkbox"}]

    def kept(self) -> dict[str, list[str]]:
        """What a browser would send, were the page sent as it stands; empty fields left out."""
        kept: dict[str, list[str]] = {}
        for one in self.fields:
            if one.value and (one.ticked or one.type in TYPED):
                kept.setdefault(one.name, []).append(one.value)
        return kept
