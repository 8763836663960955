"""`/r/<id>`: the published results of a campaign's questionnaire, the same for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from mailer.model import DRAFT_ID
from mailer.results.page import STYLE, opening, sections
from mailer.web.lobby import Lobby


class Results:
    """The page of results: `show`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def show(self, request: Request) -> Response:
        """In the campaign's language. Before the first publication it says when there will be one."""
        lobby, public_id = self._lobby, request.path_params["id"]
        if public_id == DRAFT_ID:
            return lobby.tried(lobby.language(request))
        found = await lobby.shelf.questionnaire(public_id)
        if found is None:
            return lobby.missing(lobby.language(request))
        questionnaire, language = found[0], found[1]
        results = await lobby.desk.results(public_id, questionnaire, language)
        values = {
            "title": results.title,
            "opening": [one.say(language) for one in opening(results)],
            "figures": sections(results, lobby.settings.organisation.name, language),
        }
        return lobby.pages.page("results.html", language, values, rules=STYLE)
