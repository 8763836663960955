"""docs/contract.md against the code: templates, addresses, headers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from mailer.ballots.casting import ballot
from mailer.compose.edition import compile_edition
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.flow import BARS, BLOCKS, MACROS
from mailer.compose.message import MessageWriter
from mailer.compose.template import LAYOUT, NEEDED, PLAIN, Template
from mailer.model import Edition
from mailer.workspace.house import HANDED_BACK
from tests.compose import campaigns as made
from tests.docs.pages import bare, column, page, spans, table

CONTRACT = page("docs/contract.md")

# --- templates --------------------------------------------------------------------------


def test_files_of_a_template() -> None:
    told = column(table(CONTRACT, "Templates", "file"))
    assert set(told[:4]) == set(NEEDED)
    assert set(told) == {path.name for path in (made.ROOT / "templates/tract").iterdir()}


def test_macros() -> None:
    module: Any = made.tract_template()._environment.get_template(BLOCKS).module
    rows = {
        bare(name): tuple(spans(arguments)) for name, arguments in table(CONTRACT, "Macros of `blocks.html`")
    }
    assert sorted(rows) == sorted((*MACROS, BARS))
    assert rows == {name: getattr(module, name).arguments for name in rows}


@dataclass(frozen=True, kw_only=True)
class Listening(Template):
    """A template that remembers what it was given."""

    heard: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def render(self, name: str, values: Mapping[str, object]) -> str:
        self.heard[name] = values
        return super().render(name, values)


BODY = """# Un
Bonjour.

[Voir l’accord](https://example.org/){.button}

![Une vue](a.png)

| a | b |
|---|---|
| 1 | 2 |

***

{% if first_name %}

Bonjour.

{% endif %}

::: cadre
Encadré.
:::

# Deux
Fin.
"""


@pytest.fixture(scope="module")
def heard() -> dict[str, Mapping[str, Any]]:
    """What each file of a template is given."""
    known = made.tract_template()
    listening = Listening(name=known.name, folder=known.folder, sources=known.sources, theme=known.theme)
    compile_edition(made.campaign(BODY), listening, made.HOUSE, made.MATERIALS, made.PUBLIC_ID)
    return listening.heard


def test_variables(heard: dict[str, Mapping[str, Any]]) -> None:
    rows = table(CONTRACT, "Variables of `layout.mjml` and `layout.txt`", "variable")
    for name in (LAYOUT, PLAIN):
        told = {bare(variable) for variable, where, _ in rows if where in ("both", f"`{name}`")}
        assert told == {*heard[name], "theme"}
    assert "theme" in made.tract_template()._environment.globals
    attributes = {bare(variable): spans(what) for variable, _, what in rows}
    assert attributes["logo"] == list(heard[LAYOUT]["logo"])
    assert [
        one for one in attributes["organisation"] if not hasattr(heard[LAYOUT]["organisation"], one)
    ] == []


def test_values_of_variables(heard: dict[str, Mapping[str, Any]]) -> None:
    told: dict[str, set[str]] = {"a part `rule`": set()}
    for owner, name, _ in table(CONTRACT, "Variables of `layout.mjml` and `layout.txt`", "value of"):
        told.setdefault(owner, set()).add(bare(name))
    for owner, names in values_of(heard):
        assert told[owner] == names
    assert set(told) == {owner for owner, _ in values_of(heard)}


def values_of(heard: dict[str, Mapping[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """The names of what tracts are made of, as they come."""
    yield f"a tract of `{LAYOUT}`", set(heard[LAYOUT]["tracts"][0])
    yield f"a tract of `{PLAIN}`", set(heard[PLAIN]["tracts"][0])
    bands = [band for tract in heard[LAYOUT]["tracts"] for band in tract["bands"]]
    yield "a band", set(type(bands[0]).__slots__)
    for part in (part for band in bands for part in band.parts):
        yield f"a part `{part['kind']}`", set(part) - {"kind"}


def test_keys_of_the_theme() -> None:
    assert column(table(CONTRACT, "Variables of `layout.mjml` and `layout.txt`", "key")) == list(
        made.tract_template().theme["logo"]
    )


# --- addresses and headers -------------------------------------------------------------------


def addresses(edition: Edition, own: Callable[[int], str] | None = None) -> set[str]:
    """The addresses of ours that a message holds, what differs replaced by its name."""
    writer = MessageWriter(edition, made.KEYS, ballot=own)
    message = writer.write(made.person(), made.DATE).as_bytes().decode()
    header = re.sub(r"\r\n ", " ", message.partition("\r\n\r\n")[0])
    values = writer.values(made.person())
    everything = fill_page(edition.html, values) + fill_text(edition.text, values) + header
    found = set(re.findall(re.escape(made.SITE) + r"(/[\w./-]*)", everything))
    return {
        re.sub(r"(?<=/l/<id>/)\d+", "<n>", one.replace(made.PUBLIC_ID, "<id>")) for one in map(named, found)
    }


def named(address: str) -> str:
    address = re.sub(r"^(/i/)[0-9a-f]{64}\.(?:png|pdf)$", r"\1<sha256>.<suffix>", address)
    address = re.sub(r"^(/q/\w+/)[\w-]{43}$", r"\1<ballot>", address)
    return re.sub(r"^(/[up]/)[\w-]{39}$", r"\1<token>", address)


def test_addresses() -> None:
    body = "# T\n\n[Répondre](questionnaire:) ou [lire la notice](tract.pdf)\n\n![Une vue](a.png)"
    front = 'questionnaire = "questionnaire.toml"\n'
    shown = addresses(made.edition(body, front)) | addresses(
        made.edition(body, front + 'tracking = "none"\n')
    )
    balloting = made.lay_out(made.campaign(body, front), materials=replace(made.MATERIALS, ballots=True))
    shown |= addresses(balloting, partial(ballot, bytes(32)))
    assert shown == set(column(table(CONTRACT, "Addresses", "address")))
    assert addresses(made.edition("# T\n\n[Lire l’accord](https://example.org/)", site="")) == set()


def test_mail_addresses() -> None:
    rows = table(CONTRACT, "Addresses", "mail address")
    plain = made.edition("# T\n\nx", site="")
    house = replace(
        made.HOUSE, envelope=replace(made.HOUSE.envelope, unsubscribe_mailbox="retours@example.org")
    )
    boxed = made.lay_out(made.campaign("# T\n\nx", site=""), site="", house=house)
    for edition, (told, _) in zip((plain, boxed), rows, strict=True):
        pattern = re.escape(bare(told))
        for name, value in {
            "contact": re.escape("contact@example.org"),
            "token": r"[\w-]{39,46}",
            "local": "retours",
            "separator": re.escape("+"),
            "domain": re.escape("example.org"),
        }.items():
            pattern = pattern.replace(f"<{name}>", value)
        values = MessageWriter(edition, made.KEYS).values(made.person())
        assert re.fullmatch(pattern, values["unsubscribe_url"])


def test_envelope() -> None:
    rows = column(table(CONTRACT, "Envelope", "MAIL FROM"))
    one = made.edition("# T\n\nx")
    boxed = replace(one, envelope=replace(one.envelope, unsubscribe_mailbox="retours@example.org"))
    own = MessageWriter(boxed, made.KEYS).write(made.person(), made.DATE).sender
    told = re.escape(rows[1].replace("<local>", "retours").replace("<separator>", "+"))
    pattern = told.replace("<token>", "[a-z2-7]{46}").replace("<domain>", r"example\.org")
    assert re.fullmatch(pattern, own)
    assert rows[0::2] == ["<envelope>", "<from>"]
    assert made.message(replace(one, envelope=replace(one.envelope, unsubscribe_mailbox=""))).sender == ""


def test_headers() -> None:
    told = column(table(CONTRACT, "Headers"))
    whole = made.edition("# T\n\nx")
    every = tuple(HANDED_BACK.values())
    assert headers(replace(whole, envelope=replace(whole.envelope, handed_back=every))) == told
    without = replace(made.HOUSE, envelope=replace(made.HOUSE.envelope, reply_to=""))
    bare_one = made.lay_out(made.campaign("# T\n\nx", site=""), site="", house=without)
    absent = {bare(name) for name, value in table(CONTRACT, "Headers") if "absent without" in value}
    assert headers(bare_one) == [name for name in told if name not in absent]


def headers(edition: Edition) -> list[str]:
    return re.findall(r"^([A-Za-z-]+):", made.message(edition).header.decode(), re.MULTILINE)
