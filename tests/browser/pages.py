"""Every page of the members' site, and how a browser comes to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from mailer.ballots.casting import ballot, named_ballot
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Box
from mailer.listen.own import LINK_FOR, Strength, mint
from mailer.listen.signups import Signup, confirmation_token
from mailer.model import DRAFT_ID
from mailer.results.publishing import publish
from mailer.tokens.links import unsubscribe_token
from tests.ballots.questionnaires import ALL, MATRIX, NUMBER, RANK, YES_NO, questionnaire, required
from tests.browser.chromium import Browser
from tests.browser.test_inbox import driver
from tests.web.counter import Papers
from tests.web.desk import Member
from tests.web.premises import CAMPAIGN, KEYS, NOW, SETTINGS, ZOE, Premises, published, way_out

ASKED = (
    'crosstabs = [["avis", "sur-site"], ["loin", "humeur"]]\n'
    'intro = "Trois minutes.\\nMerci."\ncloses = 2026-12-15\n'
    + ALL
    + required("""
[[question]]
id = "loin"
kind = "single"
text = "Anticonstitutionnellementanticonstitutionnellement, pour ou contre ?"
hint = "Une réponse, et une seule"
options = ["pour la réorganisationinterdépartementaleprévue au 1er janvier, sous conditions", "contre"]
other = true
""")
    + """
[[question]]
id = "humeur"
kind = "scale"
text = "L’ambiance"
labels = ["très mauvaise", "mauvaise", "passable", "bonne", "très bonne"]
[[question]]
id = "nu"
kind = "scale"
text = "Sans nom"
"""
    + YES_NO
    + NUMBER
    + RANK
    + MATRIX
    + """
[[question]]
id = "distance"
kind = "text"
text = "Que vous manque-t-il à distance ?"
if = { sur-site = "no", charge = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }
"""
)
CLOSED = "fermefermefer"
VOTE, NAMED = "votevotevo", "nommenomme"  # with ballots
KEY = bytes(range(32))
SIGNUP = "0123456789abcdef" * 2
OTHER_SIGNUP, CONFIRMING_TWO = SIGNUP[::-1], "confirmation of two lists"
CONFIRMATION = f"/c/{confirmation_token(KEYS, SIGNUP)}"
LINK = mint(KEYS, Strength.LINK, ZOE, NOW, LINK_FOR)
FROM_MAIL = f"/p/{unsubscribe_token(KEYS, ZOE, 'adherents')}"
TO_NEW = f"/p/{mint(KEYS, Strength.ADDRESS, ZOE, NOW, LINK_FOR)}"
MAILED = f"/p/{LINK}"


def premises() -> Premises:
    """A site with a questionnaire of every kind, and one that is closed."""
    closed = "closes = 2026-11-01\n" + ALL
    there = Premises(
        published(questionnaire=ASKED),
        published(public_id=CLOSED, questionnaire=closed, public=True),
        *(
            published(public_id=public_id, questionnaire=f'mode = "{mode}"\n{ALL}')
            for public_id, mode in ((VOTE, "ballot"), (NAMED, "named"))
        ),
        text=SETTINGS.replace("[site]\n", "[site]\ntracking_consent = true\n"),
    )
    asked = questionnaire(ASKED)
    there.desk.publications[CAMPAIGN] = publish(asked, _answers(asked), 60, {}, None)
    there.desk.boxes = {VOTE: Box(key=KEY), NAMED: Box(key=KEY)}
    return there


def _answers(asked: Questionnaire) -> dict[tuple[str, str], int]:
    """Sixty people's, with a small figure in each question: something is covered, something open."""
    found: dict[tuple[str, str], int] = {}
    for question in asked.questions:
        for name in question.fields:
            offered = [one for one in question.offered.values() if name != question.other_id]
            for at, value in enumerate(offered):
                found[name, value] = 2 if at == 1 else 40 // len(offered)
    return found


def go_to(name: str, browser: Browser, premises: Premises, address: str) -> None:
    """Show the page called `name` of PAGES, by the way a reader takes."""
    premises.desk.spent.clear()
    premises.desk.signups.clear()
    for at, slug in enumerate(("contacts", "adherents")[: 1 + (name == CONFIRMING_TWO)]):
        key = SIGNUP if at == 0 else OTHER_SIGNUP
        premises.desk.signups[key] = Signup(id=key, list=slug, language="fr", confirmed=False)
    premises.desk.members[ZOE] = Member({"adherents": True, "contacts": True})
    premises.counter.papers[ZOE] = Papers("zoe@example.org", {"first_name": "Zoé", "service": "Lyon"})
    premises.counter.expect(ZOE, LINK)
    path, steps = PAGES[name]
    browser.visit(address + path)
    steps(browser)


def press(browser: Browser, button: str) -> None:
    """Press a button and wait for its page."""
    with leaving(browser):
        driver(browser).find_element(By.CSS_SELECTOR, button).click()


@contextmanager
def leaving(browser: Browser) -> Iterator[None]:
    """What is done inside leads to another page, which is waited for: a click may come back before it."""
    chrome = driver(browser)
    old = chrome.find_element(By.TAG_NAME, "html")
    yield
    patience = WebDriverWait(chrome, 10, 0.02, ignored_exceptions=[WebDriverException])
    patience.until(staleness_of(old))
    patience.until(lambda there: there.execute_script("return document.readyState") == "complete")


def leave(browser: Browser) -> None:
    press(browser, "button[value=list]")


def leave_several(browser: Browser) -> None:
    for box in driver(browser).find_elements(By.NAME, "list"):
        box.click()
    press(browser, "button[value=leave]")


def open_own(browser: Browser) -> None:
    press(browser, "button[value=open]")


def ask_to_be_erased(browser: Browser) -> None:
    open_own(browser)
    press(browser, "button[value=erase]")


def no_name(browser: Browser) -> None:
    open_own(browser)
    driver(browser).execute_script("document.querySelector('#language option').value = 'x'")
    press(browser, "button[value=names]")


def say_why(browser: Browser) -> None:
    leave(browser)
    press(browser, "button[value=often]")


def come_back(browser: Browser) -> None:
    leave(browser)
    press(browser, "button[value=undo]")


def undo_late(browser: Browser) -> None:
    leave(browser)
    driver(browser).execute_script("document.querySelector('[name=undo]').value = 'x'")
    press(browser, "button[value=undo]")


def send(browser: Browser) -> None:
    press(browser, "main form button")


def send_with_faults(browser: Browser) -> None:
    chrome = driver(browser)
    chrome.find_element(By.NAME, "mot").send_keys("Courage")
    chrome.find_element(By.NAME, "age").send_keys("douze")
    chrome.find_element(By.CSS_SELECTOR, "[name='ordre.1'] [value='2']").click()
    for box in chrome.find_elements(By.CSS_SELECTOR, "[name=motifs]"):
        box.click()
    send(browser)


def answer_twice(browser: Browser) -> None:
    """Sent, gone back to, and filled in again."""
    chrome = driver(browser)
    address = chrome.current_url
    for again in (False, True):
        chrome.get(address)
        chrome.find_element(By.ID, "avis-1").click()
        chrome.find_element(By.NAME, "mot").send_keys("Encore une idée")
        send(browser)
        if not again:
            press(browser, "button[value=send]")


def review(browser: Browser) -> None:
    """With something of every kind, and an answer that is dropped."""
    chrome = driver(browser)
    for box in ("avis-1", "motifs-1", "charge-8", "loin-1", "humeur-2", "sur-site-2", "lieux.1-3"):
        chrome.find_element(By.ID, box).click()
    chrome.find_element(By.ID, "distance-words").send_keys("Un écran.\nUne chaise.")
    chrome.find_element(By.ID, "sur-site-1").click()
    chrome.find_element(By.ID, "age-words").send_keys("12")
    chrome.find_element(By.CSS_SELECTOR, "[name='ordre.2'] [value='1']").click()
    send(browser)


def answer(browser: Browser) -> None:
    review(browser)
    press(browser, "button[value=send]")


def change(browser: Browser) -> None:
    review(browser)
    press(browser, "button[value=change]")


def send_too_late(browser: Browser) -> None:
    """A form of the other campaign, open since before the closing, stands for it."""
    chrome = driver(browser)
    chrome.find_element(By.ID, "avis-1").click()
    chrome.execute_script("document.querySelector('form').action = arguments[0]", f"/q/{CLOSED}")
    send(browser)


def sign_up(browser: Browser) -> None:
    driver(browser).find_element(By.ID, "email").send_keys("zoe@example.org")
    press(browser, "main form button")


def sign_up_with_a_fault(browser: Browser) -> None:
    chrome = driver(browser)
    chrome.find_element(By.ID, "email").send_keys("zoe")
    chrome.execute_script("document.querySelector('form').noValidate = true")
    press(browser, "main form button")


def confirm(browser: Browser) -> None:
    press(browser, "main form button")


def nothing(_browser: Browser) -> None:
    pass


# Each page of the site: where it begins, and what is pressed there.
PAGES: dict[str, tuple[str, Callable[[Browser], None]]] = {
    "leave": (way_out(), nothing),
    "left": (way_out(), leave),
    "left everything": (way_out(), lambda browser: press(browser, "button[value=all]")),
    "said why": (way_out(), say_why),
    "back": (way_out(), come_back),
    "too late to undo": (way_out(), undo_late),
    "leave, in a test": (way_out(0), nothing),
    "a link, in a test": (f"/l/{DRAFT_ID}/1", nothing),
    "missing": ("/u/x", nothing),
    "preferences": (FROM_MAIL, nothing),
    "lists left": (FROM_MAIL, leave_several),
    "link asked for": (FROM_MAIL, lambda browser: press(browser, "button[value=link]")),
    "mailed link": (MAILED, nothing),
    "own data": (MAILED, open_own),
    "erase": (MAILED, ask_to_be_erased),
    "no name": (MAILED, no_name),
    "new address": (TO_NEW, nothing),
    "questions": (f"/q/{CAMPAIGN}", nothing),
    "faults": (f"/q/{CAMPAIGN}", send_with_faults),
    "review": (f"/q/{CAMPAIGN}", review),
    "changed": (f"/q/{CAMPAIGN}", change),
    "thanks": (f"/q/{CAMPAIGN}", answer),
    "closed": (f"/q/{CLOSED}", nothing),
    "too late": (f"/q/{CAMPAIGN}", send_too_late),
    "questions of a member": (f"/q/{VOTE}/{ballot(KEY, ZOE)}", nothing),
    "answered already": (f"/q/{VOTE}/{ballot(KEY, 99)}", answer_twice),
    "questions by name": (f"/q/{NAMED}/{named_ballot(KEYS, NAMED, ZOE)}", nothing),
    "without a ballot": (f"/q/{VOTE}", nothing),
    "results": (f"/r/{CAMPAIGN}", nothing),
    "results to come": (f"/r/{VOTE}", nothing),
    "signing up": ("/s/contacts", nothing),
    "signing up with a fault": ("/s/contacts", sign_up_with_a_fault),
    "signed up": ("/s/contacts", sign_up),
    "confirmation": (CONFIRMATION, nothing),
    CONFIRMING_TWO: (CONFIRMATION, nothing),
    "confirmed": (CONFIRMATION, confirm),
    "archive": ("/a", nothing),
    "privacy": ("/privacy", nothing),
    "home": ("/", nothing),
}
