"""`segment` and `exclude` of a front matter: names, conditions, and each fault in its place."""

from dataclasses import replace

import pytest

from mailer.compose.campaign import Campaign
from mailer.compose.reading import read_campaign
from mailer.findings import Finding
from tests.compose.campaigns import FILE, KNOWN

THERE = replace(
    KNOWN,
    fields=(*KNOWN.fields, "site", "arrivee"),
    types={"arrivee": "date"},
    segments={"nantes": "site = 'Nantes'", "broken": "sitte = 'Nantes'"},
)


def read(*lines: str) -> tuple[Campaign | None, list[Finding]]:
    front = "\n".join(['subject = "x"', 'lists = ["adherents"]', *lines])
    return read_campaign(f"+++\n{front}\n+++\n\n# T\n\nUn texte.\n", "x", FILE, THERE)


@pytest.mark.parametrize(
    "line",
    [
        'segment = "nantes"',
        "segment = \"site = 'Nantes' and arrivee since 6 months\"",
        'segment = "received:greve"',
        'exclude = ["sample"]',
        'exclude = "nantes"',
        "exclude = [\"sample\", 'nantes', \"site = 'Brest'\", 'received:greve']",
    ],
)
def test_what_may_be_written(line: str) -> None:
    campaign, findings = read(line)
    assert findings == []
    assert campaign is not None
    assert bool(campaign.segment) != bool(campaign.exclude)


@pytest.mark.parametrize(
    ("line", "column", "code", "said"),
    [
        ('segment = "nante"', 12, "missing-segment", "there is no segment 'nante': did you mean 'nantes'?"),
        (
            'segment = "sample"',
            12,
            "missing-segment",
            "there is no segment 'sample': write it under [segments]",
        ),
        ("segment = \"sitte = 'x'\"", 12, "unknown-field", "did you mean 'site'?"),
        ("segment = \"site = 'x' et site is empty\"", 23, "segment-syntax", "did you mean 'and'?"),
        ('segment = "broken"', 12, "segment-broken", "'broken' cannot be read (unknown field 'sitte')"),
        ('segment = "voted = yes"', 12, "segment-private", "never will be"),
        ('exclude = ["sample", "nante"]', 23, "missing-segment", "no list or segment 'nante': did you mean"),
        ('exclude = ["sample", "arrivee < \'x\'"]', 33, "segment-type", "'arrivee' is a date"),
        ('exclude = ["adherents"]', 13, "excluded-list", "'adherents' is among the lists and left out"),
    ],
)
def test_a_fault_is_told_in_its_place(line: str, column: int, code: str, said: str) -> None:
    _, [found] = read(line)
    assert (found.place.line, found.place.column, found.code) == (4, column, code)
    assert said in found.say("en")
