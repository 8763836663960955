"""Several subjects: one for each person, by a keyed hash; nothing else differs but the numbers of links."""

import re
from collections import Counter
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from mailer.compose.alike import Reading
from mailer.compose.audit import subject_faults
from mailer.compose.edition import compile_edition
from mailer.compose.message import MessageWriter
from mailer.compose.subjects import SplitWriter, check_ballot_subjects, each, judging, spelt, writer_of
from mailer.findings import has_errors
from mailer.model import Edition, Recipient
from mailer.tokens.keys import Keys
from mailer.tokens.mails import variant_of
from tests.compose.campaigns import (
    DATE,
    HOUSE,
    KEYS,
    MATERIALS,
    PUBLIC_ID,
    SITE,
    codes,
    lay_out,
    page,
    read,
    tract_template,
)

BODY = "# T\n\n[Lire l’accord](https://example.org/a), [l’appel](https://example.org/b)\n\n[Répondre](questionnaire:)\n"
FIRST, SECOND = "Nos salaires : 2 %, c’est non", "{{ first_name or 'Salut' }}, votre avis ?"


def written(subjects: str, body: str = BODY, front: str = "") -> str:
    return f'+++\nsubject = {subjects}\nlists = ["adherents"]\nquestionnaire = "q.toml"\n{front}+++\n\n{body}'


def edition(subjects: str = f'["{FIRST}", "{SECOND}"]', *, front: str = "", site: str = SITE) -> Edition:
    campaign, findings = read(written(subjects, front=front))
    assert campaign is not None
    assert not has_errors(findings), [one.say("en") for one in findings]
    return lay_out(campaign, site=site)


def person(subscriber: int) -> Recipient:
    return Recipient(
        subscriber=subscriber, email="zoe@example.org", list="adherents", fields={"first_name": "Zoé"}
    )


def subject(message: bytes) -> str:
    return str(message_from_bytes(message, policy=default)["Subject"])


FAULTS = [
    ("[]", "bad-value", "["),
    ('["a", "b", "a"]', "subjects", '"a"]'),
    ('["a", "b", "c", "d", "e"]', "subjects", '"e"'),
    ('["a", 5]', "wrong-type", "5"),
    ('["a", ""]', "bad-value", '""'),
    ('["a", "{{ prenon }}"]', "unknown-field", "prenon"),
    ('["a", "{{ first_name }}"]', "empty-subject", '"{{ first_name }}"'),
    ('["a", "TO WRITE"]', "to-write", "TO WRITE"),
    ("5", "wrong-type", "5"),
    ('""', "bad-value", '""'),
]


@pytest.mark.parametrize("subjects, code, pointed", FAULTS)
def test_each_subject_is_checked_in_its_place(subjects: str, code: str, pointed: str) -> None:
    campaign, findings = read(written(subjects))
    assert campaign is not None
    if not findings:
        places = zip(each(lay_out(campaign)), campaign.subject_places, strict=True)
        findings = [fault for one, place in places for fault in subject_faults(one.subject, place)]
    assert codes(findings) == [code]
    place = findings[0].place
    assert written(subjects).split("\n")[place.line - 1][place.column - 1 :].startswith(pointed)
    assert findings[0].say("fr") != findings[0].say("en")


@pytest.mark.parametrize(
    "body, front, site",
    [(BODY, 'tracking = "none"\n', SITE), ("# T\n\nUn mot.\n", "", SITE), (BODY, "", "")],
)
def test_a_split_that_nothing_would_judge_is_told(body: str, front: str, site: str) -> None:
    text = written('["a", "b"]', body, front).replace("q.toml", "https://q.example.org/")
    assert "subjects-uncounted" in codes(read(text, site=site)[1])
    assert "subjects-uncounted" not in codes(read(text.replace('["a", "b"]', '"a"'), site=site)[1])


def test_a_button_to_published_results_judges_as_any_link() -> None:
    text = written('["a", "b"]', "# T\n\n[Tous les résultats](results:chiffres.toml)\n")
    assert "subjects-uncounted" not in codes(read(text)[1])


@pytest.mark.parametrize(
    "subjects, body, site, told",
    [
        ('["a", "b"]', "[Répondre](questionnaire:)", True, ["subjects-uncounted"]),
        ('["a", "b"]', "[Répondre](questionnaire:) [Lire](https://example.org/)", True, []),
        ('["a", "b"]', "[Répondre](questionnaire:)", False, []),  # said already, for want of a site
        ('"a"', "[Répondre](questionnaire:)", True, []),
    ],
)
def test_a_page_with_ballots_alone_judges_none(subjects: str, body: str, site: bool, told: list[str]) -> None:
    campaign, _ = read(written(subjects, f"# T\n\n{body}\n"))
    assert campaign is not None
    assert codes(check_ballot_subjects(campaign, site=site)) == told


def test_one_subject_is_as_ever() -> None:
    for one in ('"Objet"', '["Objet"]'):
        made = edition(one)
        assert made == replace(edition('"Objet"'), digest=made.digest)
        assert made.variants == ()
        assert each(made) == [made]
        assert type(writer_of(made, KEYS)) is MessageWriter


def test_a_person_s_subject_is_the_same_on_every_machine_and_after_any_end() -> None:
    made = edition()
    for number in range(1, 60):
        writers = [writer_of(made, KEYS, message_id_key="a") for _ in range(2)]
        first, again = (one.write(person(number), DATE).as_bytes() for one in writers)
        assert first == again
        at = variant_of(KEYS, PUBLIC_ID, number, 2, version="a")
        assert subject(first) == ("Nos salaires\u00a0: 2\u00a0%, c’est non", "Zoé, votre avis\u00a0?")[at]


def test_a_new_key_changes_nobody_s_subject() -> None:
    versions = {
        purpose: {**keys, "b": b"another key, of the next year 32b"}
        for purpose, keys in KEYS.versions.items()
    }
    renewed = Keys(versions=versions, current=dict.fromkeys(versions, "b"))
    for number in range(1, 60):
        said = variant_of(renewed, PUBLIC_ID, number, 3, version="a")
        assert said == variant_of(KEYS, PUBLIC_ID, number, 3)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_people_are_shared_evenly_and_anew_in_each_campaign(count: int) -> None:
    people = range(1, 6001)
    here = [variant_of(KEYS, PUBLIC_ID, number, count) for number in people]
    there = [variant_of(KEYS, "a" * 10, number, count) for number in people]
    for share in Counter(here).values():
        assert abs(share - 6000 / count) < 5 * (6000 / count) ** 0.5
    together = sum(one == other for one, other in zip(here, there, strict=True))
    assert abs(together - 6000 / count) < 5 * (6000 / count) ** 0.5


def test_messages_differ_by_subject_and_links_alone() -> None:
    one, other = each(edition('["Premier", "Second"]'))
    left, right = (MessageWriter(made, KEYS).write(person(7), DATE).as_bytes() for made in (one, other))
    number = re.compile(rb"(/l/=?(?:\r\n)?%s/=?(?:\r\n)?)\d+" % PUBLIC_ID.encode())
    boundary = re.compile(rb"=_(\w+)_[0-9a-f]{32}")
    same = [
        boundary.sub(rb"=_\1", number.sub(rb"\1", message.replace(b"=\r\n", b"")))
        for message in (left, right)
    ]
    assert same[0].replace(b"Subject: Premier", b"Subject: Second") == same[1]


def test_each_subject_has_its_own_addresses_for_the_same_destinations() -> None:
    made = edition('["a", "b", "c"]')
    assert [link.number for link in made.links] == list(range(1, 10))
    parts = [[link.destination for link in one.links] for one in each(made)]
    assert parts[0] == parts[1] == parts[2]
    assert parts[0] == ["https://example.org/a", "https://example.org/b", f"{SITE}/q/{PUBLIC_ID}"]
    for one in each(made):
        said = page(one)
        assert {int(found) for found in re.findall(r"/l/\w+/(\d+)", said)} == {
            link.number for link in one.links
        }


def test_the_page_of_everybody_counts_for_no_subject() -> None:
    made = edition()
    said = page(made)
    assert "/l/" not in said
    assert "https://example.org/a" in said
    assert "<title>Nos salaires\u00a0: 2\u00a0%, c’est non</title>" in said


def test_a_later_edition_goes_on_counting() -> None:
    campaign, _ = read(written('["a", "b"]'))
    assert campaign is not None
    later = compile_edition(campaign, tract_template(), HOUSE, MATERIALS, PUBLIC_ID, first_link=7)
    assert [link.number for link in later.links] == [7, 8, 9, 10, 11, 12]
    assert "/l/k7qk2m4x9a/10" in page(each(later)[1])


def test_without_counting_only_the_subject_differs() -> None:
    one, other = each(edition(front='tracking = "none"\n'))
    assert (one.html, one.text, one.frame, one.links) == (other.html, other.text, other.frame, ())
    assert one.subject != other.subject


def test_what_is_said_of_them() -> None:
    assert spelt(edition()) == ["Nos salaires : 2 %, c’est non", "Salut, votre avis ?"]


def test_kinds_of_people_are_told_by_every_subject() -> None:
    made = edition("""["a", "{{ 'Bonjour' if last_name == 'Dupont' else 'Salut' }}"]""")
    assert Reading.of(made).words == {"last_name": ("Dupont",)}


def test_each_subject_carries_its_reader_s_ballot() -> None:
    campaign, _ = read(written('["Premier", "Second"]'))
    assert campaign is not None
    materials = replace(MATERIALS, ballots=True)
    made = compile_edition(campaign, tract_template(), HOUSE, materials, PUBLIC_ID)
    writer = writer_of(made, KEYS, ballot=lambda subscriber: f"ballot-{subscriber}")
    for number in range(1, 12):
        mail = message_from_bytes(writer.write(person(number), DATE).as_bytes(), policy=default)
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert f"{SITE}/q/{PUBLIC_ID}/ballot-{number}\r\n" in plain.get_content()
    for one in each(made):
        assert [link.destination for link in judging(one)] == [
            "https://example.org/a",
            "https://example.org/b",
        ]
    assert [len(judging(one)) for one in each(edition())] == [3, 3]


def test_a_link_that_is_each_person_s_own_judges_nothing() -> None:
    text = written('["a", "b"]', "# T\n\n[Répondre](questionnaire:)\n", 'identifiers = ["token"]\n')
    text = text.replace("q.toml", "https://q.example.org/?token={{ token }}")
    assert "subjects-uncounted" in codes(read(text)[1])


def test_a_split_writer_refuses_as_any_writer() -> None:
    writer = writer_of(edition(), KEYS)
    assert isinstance(writer, SplitWriter)
    assert writer.write(person(1), DATE).sender == ""
