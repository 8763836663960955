"""`/q/<id>[/<ballot>]`: the questionnaire of a campaign, one address for all or one for each member."""

from dataclasses import dataclass, field, replace
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from mailer.ballots.answering import Filled
from mailer.ballots.casting import Ballot, Taken
from mailer.ballots.model import Questionnaire
from mailer.compose.typography import typeset
from mailer.listen.answers import preselected, take
from mailer.listen.ballots import Shut, admit
from mailer.listen.clicks import is_counted
from mailer.model import DRAFT_ID
from mailer.web.asking import asked
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.hiding import rules_of
from mailer.web.language import day
from mailer.web.lobby import Lobby
from mailer.web.reviewing import carried, kept, together
from mailer.web.throttle import BURST, Throttle
from mailer.words import Text

# What to do with a form. No question's field is called so: behind its dot stands a number or `other`.
STEP = "form.step"
SEND, CHANGE = "send", "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One questionnaire as it is shown: what was typed into it, and how that was read."""

    public_id: str
    questionnaire: Questionnaire
    language: str
    form: Form
    filled: Filled = field(default_factory=Filled)


class Questions:
    """The page of questionnaires: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._throttle = Throttle(monotonic, burst=BURST)

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show the questions; POST shows what would be stored, and stores it once confirmed."""
        public_id, text = request.path_params["id"], request.path_params.get("ballot")
        lobby = self._lobby
        if public_id == DRAFT_ID:
            return lobby.tried(lobby.language(request))
        found = await lobby.shelf.questionnaire(public_id)
        if found is None:
            return lobby.missing(lobby.language(request))
        sheet = _Sheet(public_id=public_id, questionnaire=found[0], language=found[1], form=[])
        if request.method != "POST" and request.url.query == "done":
            return self._page("thanks.html", sheet)
        box = await lobby.desk.box(public_id)
        ballot = admit(sheet.questionnaire, box, public_id, text, lobby.keys, lobby.clock(), lobby.zone)
        if isinstance(ballot, Shut) and ballot is not Shut.CLOSED:
            return self._shut(sheet.language, ballot)
        if request.method == "POST" and not isinstance(ballot, Ballot) and not self._admits(request):
            return self._later(sheet.language)
        if request.method == "POST":
            return await self._take(request, public_id, sheet, ballot)
        if ballot is Shut.CLOSED:
            return self._page("closed.html", sheet)
        if ballot is not None:
            await self._count(request, public_id)
        ticked = list(request.query_params.multi_items())
        return self._page("questionnaire.html", replace(sheet, form=preselected(sheet.questionnaire, ticked)))

    def _admits(self, request: Request) -> bool:
        """Of those without a ballot: one that counts once needs no other limit."""
        return self._throttle.admits(request.client.host if request.client else "")

    async def _count(self, request: Request, public_id: str) -> None:
        """Read through a mail's own link: counted for the day as a click on it, with no ballot."""
        number = await self._lobby.shelf.number(public_id, f"{self._lobby.settings.site.url}/q/{public_id}")
        if number:
            person = is_counted(request.method, request.scope["headers"])
            self._lobby.desk.clicked(public_id, number, machine=not person)

    def _shut(self, language: str, why: Shut) -> Response:
        if why is Shut.TEST:
            return self._lobby.tried(language)
        if why is Shut.NO_BALLOT:
            title = Text("This questionnaire is answered from your message")
            reason = Text(
                "Each member answers once: open it by the link in the message you received from {name}.",
                name=self._lobby.settings.organisation.name,
            )
            return self._lobby.notice(language, title, [reason], 403)
        return self._lobby.missing(language)

    async def _take(
        self, request: Request, public_id: str, sheet: _Sheet, ballot: Ballot | Shut | None
    ) -> Response:
        posted = await read_form(request)
        if isinstance(posted, Refusal):
            return self._refused(sheet.language, posted)
        steps = [value for name, value in posted if name == STEP]
        form = [(name, value) for name, value in posted if name != STEP]
        typed = replace(sheet, form=form)
        if isinstance(ballot, Shut):
            return self._page("closed.html", typed, 410)
        receipt = await take(
            self._lobby.desk,
            public_id,
            sheet.questionnaire,
            form,
            ballot,
            confirmed=steps == [SEND],
        )
        match receipt.taken:
            case Taken.STORED:
                # See Other (RFC 9110, 15.4.4): reloading the thanks, or going back, sends nothing again.
                return Response(status_code=303, headers={"Location": "?done"})
            case Taken.CLOSED:
                return self._page("closed.html", typed, 410)
            case Taken.SPENT:
                return self._page("spent.html", typed, 409)
        if steps == [CHANGE]:
            return self._page("questionnaire.html", typed)
        answered = replace(typed, filled=receipt.filled)
        if receipt.faults:
            return self._page("questionnaire.html", answered, 422)
        return self._page("review.html", answered)

    def _later(self, language: str) -> Response:
        title = Text("Too many answers come from your network just now")
        reason = Text(
            "Nothing was stored. Go back with your browser, which keeps what you typed, and send it again "
            "in a few minutes."
        )
        answer = self._lobby.notice(language, title, [reason], 429)
        answer.headers["Retry-After"] = "120"  # seconds (RFC 6585, 4)
        return answer

    def _refused(self, language: str, refusal: Refusal) -> Response:
        title = Text("These answers could not be read")
        reason = Text("Nothing was stored. Go back with your browser and send the form again.")
        if refusal is Refusal.TOO_LARGE:
            title = Text("These answers are too long")
            reason = Text("Nothing was stored. Go back with your browser, shorten your texts and send again.")
        return self._lobby.notice(language, title, [reason], refusal)

    def _page(self, name: str, sheet: _Sheet, status: int = 200) -> Response:
        questionnaire, language, filled = sheet.questionnaire, sheet.language, sheet.filled
        questions = asked(questionnaire, sheet.form, filled.faults, language)
        places = {question.id: question.number for question in questions}
        rules = rules_of(questionnaire) if name == "questionnaire.html" else ""
        values = {
            "title": typeset(questionnaire.title, language),
            "mode": questionnaire.mode,
            "public_id": sheet.public_id,
            "intro": [typeset(line, language) for line in questionnaire.intro.split("\n") if line.strip()],
            **self._closing(questionnaire, language),
            "questions": questions,
            "crossed": [(places[one], places[other]) for one, other in questionnaire.crosstabs],
            "troubles": [fault.message.say(language) for fault in filled.faults if not fault.question],
            "faulty": bool(filled.faults),
            "kept": kept(questionnaire, filled.rows, language),
            "together": together(questionnaire, filled.rows, language),
            "dropped": [question for question in questions if question.id in filled.dropped],
            "carried": carried(sheet.form),
            "step": {"name": STEP, "send": SEND, "change": CHANGE},
        }
        return self._lobby.pages.page(name, language, values, status, rules)

    def _closing(self, questionnaire: Questionnaire, language: str) -> dict[str, str]:
        """The day it closes, or has closed; it may have been closed by hand before."""
        if questionnaire.closes is None:
            return {"closes": "", "closed": ""}
        said = day(questionnaire.closes, language, self._lobby.zone)
        over = questionnaire.is_closed(self._lobby.clock(), self._lobby.zone)
        return {"closes": said, "closed": said if over else ""}
