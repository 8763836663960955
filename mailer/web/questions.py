"""`/q/<id>`: the questionnaire of a campaign in open mode, one address for all, nobody known."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from mailer.ballots.answering import Fault
from mailer.ballots.model import Questionnaire
from mailer.compose.typography import typeset
from mailer.listen.answers import take
from mailer.model import DRAFT_ID
from mailer.web.asking import asked
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.language import day
from mailer.web.lobby import Lobby
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One questionnaire as it is shown: what was typed into it, and what is wrong with that."""

    questionnaire: Questionnaire
    language: str
    form: Form
    faults: tuple[Fault, ...] = ()


class Questions:
    """The page of questionnaires: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show the questions, POST stores the answers."""
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
        form = await read_form(request)
        if isinstance(form, Refusal):
            return self._refused(sheet.language, form)
        lobby = self._lobby
        receipt = await take(lobby.desk, public_id, sheet.questionnaire, form, lobby.clock(), lobby.zone)
        if receipt.stored:
            # See Other (RFC 9110, 15.4.4): to reload the thanks, or go back from them, sends nothing again.
            return Response(status_code=303, headers={"Location": "?done"})
        answered = _Sheet(
            questionnaire=sheet.questionnaire, language=sheet.language, form=form, faults=receipt.faults
        )
        if receipt.closed:
            return self._page("closed.html", answered, 410)
        return self._page("questionnaire.html", answered, 422)

    def _refused(self, language: str, refusal: Refusal) -> Response:
        title = Text("These answers could not be read")
        reason = Text("Nothing was stored. Go back with your browser and send the form again.")
        if refusal is Refusal.TOO_LARGE:
            title = Text("These answers are too long")
            reason = Text("Nothing was stored. Go back with your browser, shorten your texts and send again.")
        return self._lobby.notice(language, title, [reason], refusal)

    def _page(self, name: str, sheet: _Sheet, status: int = 200) -> Response:
        questionnaire, language = sheet.questionnaire, sheet.language
        closes = questionnaire.closes
        values = {
            "title": typeset(questionnaire.title, language),
            "intro": [typeset(line, language) for line in questionnaire.intro.split("\n") if line.strip()],
            "closes": day(closes, language, self._lobby.zone) if closes else "",
            "questions": asked(questionnaire, sheet.form, sheet.faults, language),
            "troubles": [fault.message.say(language) for fault in sheet.faults if not fault.question],
            "faulty": bool(sheet.faults),
        }
        return self._lobby.pages.page(name, language, values, status)
