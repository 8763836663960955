"""`/q/<id>`: the questionnaire of a campaign in open mode, one address for all, nobody known."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from mailer.ballots.answering import Filled
from mailer.ballots.model import Questionnaire
from mailer.compose.typography import typeset
from mailer.listen.answers import take
from mailer.model import DRAFT_ID
from mailer.web.asking import asked
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.hiding import rules_of
from mailer.web.language import day
from mailer.web.lobby import Lobby
from mailer.web.reviewing import carried, kept, together
from mailer.words import Text

# What to do with a form. No question's field is called so: behind its dot stands a number or `other`.
STEP = "form.step"
SEND, CHANGE = "send", "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One questionnaire as it is shown: what was typed into it, and how that was read."""

    questionnaire: Questionnaire
    language: str
    form: Form
    filled: Filled = field(default_factory=Filled)


class Questions:
    """The page of questionnaires: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show the questions; POST shows what would be stored, and stores it once confirmed."""
        public_id = request.path_params["id"]
        if public_id == DRAFT_ID:
            return self._lobby.tried(self._lobby.language(request))
        found = await self._lobby.shelf.questionnaire(public_id)
        if found is None:
            return self._lobby.missing(self._lobby.language(request))
        sheet = _Sheet(questionnaire=found[0], language=found[1], form=[])
        if request.method == "POST":
            return await self._take(request, public_id, sheet)
        if request.url.query == "done":
            return self._page("thanks.html", sheet)
        if found[0].is_closed(self._lobby.clock(), self._lobby.zone):
            return self._page("closed.html", sheet)
        return self._page("questionnaire.html", sheet)

    async def _take(self, request: Request, public_id: str, sheet: _Sheet) -> Response:
        posted = await read_form(request)
        if isinstance(posted, Refusal):
            return self._refused(sheet.language, posted)
        steps = [value for name, value in posted if name == STEP]
        form = [(name, value) for name, value in posted if name != STEP]
        lobby, questionnaire = self._lobby, sheet.questionnaire
        receipt = await take(
            lobby.desk,
            public_id,
            questionnaire,
            form,
            lobby.clock(),
            lobby.zone,
            confirmed=steps == [SEND],
        )
        if receipt.stored:
            # See Other (RFC 9110, 15.4.4): to reload the thanks, or go back from them, sends nothing again.
            return Response(status_code=303, headers={"Location": "?done"})
        filled = Filled() if steps == [CHANGE] else receipt.filled
        answered = _Sheet(questionnaire=questionnaire, language=sheet.language, form=form, filled=filled)
        if receipt.closed:
            return self._page("closed.html", answered, 410)
        if steps == [CHANGE]:
            return self._page("questionnaire.html", answered)
        if filled.faults:
            return self._page("questionnaire.html", answered, 422)
        return self._page("review.html", answered)

    def _refused(self, language: str, refusal: Refusal) -> Response:
        title = Text("These answers could not be read")
        reason = Text("Nothing was stored. Go back with your browser and send the form again.")
        if refusal is Refusal.TOO_LARGE:
            title = Text("These answers are too long")
            reason = Text("Nothing was stored. Go back with your browser, shorten your texts and send again.")
        return self._lobby.notice(language, title, [reason], refusal)

    def _page(self, name: str, sheet: _Sheet, status: int = 200) -> Response:
        questionnaire, language, filled = sheet.questionnaire, sheet.language, sheet.filled
        closes = questionnaire.closes
        questions = asked(questionnaire, sheet.form, filled.faults, language)
        places = {question.id: question.number for question in questions}
        rules = rules_of(questionnaire) if name == "questionnaire.html" else ""
        values = {
            "title": typeset(questionnaire.title, language),
            "intro": [typeset(line, language) for line in questionnaire.intro.split("\n") if line.strip()],
            "closes": day(closes, language, self._lobby.zone) if closes else "",
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
