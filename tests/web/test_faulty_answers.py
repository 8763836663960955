"""/q/ again: what cannot be stored is told, field by field, and nothing that was typed is lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ballots.questionnaires import ALL, FULL, HEAD, MULTIPLE, SCALE, SINGLE, WORDS, required
from tests.web.forms import Form
from tests.web.premises import CAMPAIGN, Premises, published, says

PATH = f"/q/{CAMPAIGN}"
HOSTILE = "</textarea><script>alert(1)</script>\"'&{{ 7*7 }}{0.__class__}"
TYPED = {
    "avis": "2",
    "motifs": ["1", "other"],
    "motifs.other": "la distance",
    "charge": "7",
    "mot": "Courage",
}
KEPT = {name: value if isinstance(value, list) else [value] for name, value in TYPED.items()}


@pytest.fixture
def premises() -> Premises:
    return Premises(published(questionnaire=ALL))


def test_an_empty_form_is_told_so(premises: Premises) -> None:
    for data in ({}, {"avis": "", "mot": " \r\n "}):
        page = premises.visitor.post(PATH, data=data)
        assert page.status_code == 422
        assert says(page, "You have not answered any question yet.")
        assert says(page, "Nothing was stored yet: please look again")
    assert premises.desk.answers == []


def test_what_is_missing_is_linked_to_and_what_was_typed_is_kept() -> None:
    text = HEAD + required(SINGLE) + required(WORDS).replace('"mot"', '"nom"') + MULTIPLE + SCALE + WORDS
    premises = Premises(published(questionnaire=text))
    typed = {name: value for name, value in TYPED.items() if name != "avis"}
    page = premises.visitor.post(PATH, data=typed)
    assert page.status_code == 422
    assert premises.desk.answers == []
    form = Form(page.text)
    assert form.anchors == ["avis-1", "nom-words"]
    assert set(form.anchors) <= {one.id for one in form.fields}
    assert form.kept() == {name: value for name, value in KEPT.items() if name != "avis"}
    assert 'role="alert" tabindex="-1" autofocus' in page.text
    assert says(page, "To correct:")
    words = next(one for one in form.fields if one.id == "nom-words")
    assert (words.invalid, words.described) == (True, ("nom-limit", "nom-wrong"))
    assert '<fieldset class="question q1 bad" role="radiogroup" aria-invalid="true"' in page.text
    assert 'aria-describedby="avis-wrong"' in page.text


@pytest.mark.parametrize(
    "wrong, sentence, field",
    [
        ({"avis": "4"}, "This answer is not one of those offered: choose again.", "avis-1"),
        ({"avis": "améliorer"}, "This answer is not one of those offered: choose again.", "avis-1"),
        ({"avis": "other"}, "This answer is not one of those offered: choose again.", "avis-1"),
        ({"avis": ["1", "2"]}, "Choose one answer only.", "avis-1"),
        ({"motifs": "9"}, "This answer is not one of those offered: choose again.", "motifs-1"),
        ({"motifs": ["1", "1"]}, "This question was answered twice at once: choose again.", "motifs-1"),
        (
            {"motifs": "other", "motifs.other": " "},
            "You chose to answer in your own words: write them, or choose another answer.",
            "motifs-1",
        ),
        ({"charge": "11"}, "This answer is not one of those offered: choose again.", "charge-1"),
        ({"charge": "-1"}, "This answer is not one of those offered: choose again.", "charge-1"),
        ({"charge": "٣"}, "This answer is not one of those offered: choose again.", "charge-1"),
        ({"charge": ["1", "2"]}, "This question was answered twice at once: choose again.", "charge-1"),
        (
            {"mot": "a\x00b"},
            "This text holds an invisible character, taken out below: send it again.",
            "mot-words",
        ),
        ({"mot": ["a", "b"]}, "This question was answered twice at once: choose again.", "mot-words"),
    ],
)
def test_each_fault_is_told_beside_its_question(
    premises: Premises, wrong: dict[str, object], sentence: str, field: str
) -> None:
    page = premises.visitor.post(PATH, data={**TYPED, **wrong})
    assert page.status_code == 422
    assert premises.desk.answers == []
    form = Form(page.text)
    assert form.anchors == [field]
    assert f'id="{field.split("-", maxsplit=1)[0]}-wrong"' in page.text
    assert says(page, sentence) or sentence.startswith("Choose one")
    untouched = {name: value for name, value in KEPT.items() if name not in wrong}
    assert untouched.items() <= form.kept().items()


@pytest.mark.parametrize(
    "wrong, sentence, field",
    [
        ({"sur-site": "oui"}, "This answer is not one of those offered: choose again.", "sur-site-1"),
        ({"age": "61"}, "Write a number from {low} to {high}.", "age-words"),
        ({"ordre.1": "2"}, "No answer has the rank {rank}: count from 1, without a gap.", "ordre.1-line"),
        ({"lieux.1": "4"}, "This answer is not one of those offered: choose again.", "lieux.1-1"),
    ],
)
def test_each_kind_tells_its_fault_and_leads_to_its_first_field(
    wrong: dict[str, str], sentence: str, field: str
) -> None:
    premises = Premises(published(questionnaire=FULL))
    typed = {"avis": "1", "charge": "9", "sur-site": "yes"}
    page = premises.visitor.post(PATH, data={**typed, **wrong})
    assert page.status_code == 422
    form = Form(page.text)
    assert form.anchors == [field]
    assert field in form.ids
    assert says(page, sentence, low=0, high=60, rank=1)
    assert f'id="{next(iter(wrong)).split(".")[0]}-wrong"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_several_faults_are_told_at_once(premises: Premises) -> None:
    page = premises.visitor.post(
        PATH, data={"avis": "4", "motifs": ["1", "2", "3"], "charge": "x", "mot": "x" * 21}
    )
    assert Form(page.text).anchors == ["avis-1", "motifs-1", "charge-1", "mot-words"]


def test_a_text_too_long_is_kept_whole(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data={"mot": "x" * 5000, "motifs.other": "y" * 300})
    assert page.status_code == 422
    assert Form(page.text).kept() == {"mot": ["x" * 5000], "motifs.other": ["y" * 300]}


def test_a_field_that_is_not_asked_is_told(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data={**TYPED, "<b>name</b>": "Zoé"})
    assert page.status_code == 422
    assert says(page, "The form sent answers to questions that are not asked here. Open the page again.")
    assert "<b>name" not in page.text
    assert Form(page.text).kept() == KEPT
    assert premises.desk.answers == []


# --- too much, broken, hostile -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_, status",
    [
        ({"content": b"mot=" + b"x" * 256 * 1024}, 413),
        ({"content": b"mot=" + b"x" * 2_000_000}, 413),
        ({"content": iter([b"mot="] + [b"x" * 1000] * 300)}, 413),  # without saying how much
        ({"content": b"&".join(b"f%d=x" % number for number in range(10_000))}, 413),
        ({"files": [(f"f{number}", (None, "x")) for number in range(1001)]}, 400),
        ({"files": {"mot": ("a.txt", b"x")}}, 400),
        ({"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"content": b"&".join(b"avis=1" for _ in range(1000))}, 422),
    ],
    ids=["long", "2 MB", "chunks", "fields", "parts", "a file", "cut short", "no boundary", "repeated"],
)
def test_what_is_too_much_or_broken_is_refused_quickly(
    premises: Premises, request_: dict[str, object], status: int
) -> None:
    premises.visitor.get(PATH)
    began = time.perf_counter()
    answer = premises.visitor.post(PATH, **request_)
    assert time.perf_counter() - began < 1
    assert answer.status_code == status
    assert premises.desk.answers == []
    if status == 413:
        assert says(answer, "These answers are too long")
    if status == 400:
        assert says(answer, "These answers could not be read")


def test_markup_is_text_wherever_it_is_typed(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data={"mot": HOSTILE, "motifs.other": HOSTILE, "avis": HOSTILE})
    assert page.status_code == 422
    assert "<script" not in page.text
    assert Form(page.text).kept() == {"mot": [HOSTILE], "motifs.other": [HOSTILE]}


def test_the_file_s_own_texts_are_text_too() -> None:
    hostile = "'<script>x</script>{{ 7*7 }}'"
    text = f"""title = {hostile}
intro = {hostile}
[[question]]
id = "a"
kind = "single"
text = {hostile}
hint = {hostile}
options = [{hostile}, "b"]
[[question]]
id = "c"
kind = "scale"
text = "c"
labels = [{hostile}, "d"]
"""
    premises = Premises(published(questionnaire=text))
    pages = [premises.visitor.get(PATH), premises.visitor.get(PATH + "?done"), premises.visitor.post(PATH)]
    for page in pages:
        assert "<script" not in page.text
        assert "&lt;script&gt;x&lt;/script&gt;{{ 7*7 }}" in page.text


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-7", "utf-16-le", "punycode", "idna", "hex", "none", "a\x00b"]
)
def test_whatever_charset_is_declared(premises: Premises, charset: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (b"form.step", b"send") + part % (b"mot", b"+2AA-\xed\xa0\x80\xff") + b"--x--\r\n"
    headers = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    answer = premises.visitor.post(PATH, content=body, headers=headers)
    assert answer.status_code in {200, 303, 400, 422}
    for _campaign, rows in premises.desk.answers:
        for _question, value in rows:
            value.encode("utf-8")  # no half of a character reaches the store


PREMISES = Premises(published(questionnaire=FULL))

NAMES = ["avis", "motifs", "motifs.other", "charge", "mot", "sur-site", "age", "ordre.1", "lieux.2", "x"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.one_of(st.sampled_from(["1", "2", "yes", "other"]), st.text(max_size=30)),
        ),
        max_size=6,
    )
)
def test_whatever_is_posted_is_stored_or_told(form: list[tuple[str, str]]) -> None:
    stored = len(PREMISES.desk.answers)
    data: dict[str, list[str]] = {}
    for name, value in form:
        data.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    answer = PREMISES.visitor.post(PATH, data={**data, "form.step": "send"})
    assert answer.status_code in {303, 422}
    assert len(PREMISES.desk.answers) - stored == (answer.status_code == 303)
    assert answer.status_code == 303 or Form(answer.text).fields
