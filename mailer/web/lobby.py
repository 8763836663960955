"""The lobby: what every page of the site has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from starlette.requests import Request
from starlette.responses import Response

from mailer.listen.desk import Desk
from mailer.listen.own import Counter
from mailer.settings.model import ListSettings, Settings
from mailer.tokens.keys import Keys
from mailer.tokens.links import list_mark
from mailer.web.language import choose
from mailer.web.pages import Pages
from mailer.web.shelf import Shelf
from mailer.words import Text

# Seconds that a page takes at least whose words do not tell what was done: what the disk takes, which is
# waited for only where something changes, does not tell either.
FLOOR = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """The store's desk and counter, the workspace's settings and keys, the time, and the templates.

    `floor` in seconds, see `FLOOR`.
    """

    desk: Desk
    counter: Counter
    settings: Settings
    keys: Keys
    clock: Callable[[], datetime]
    zone: tzinfo
    pages: Pages
    shelf: Shelf
    floor: float = FLOOR

    def language(self, request: Request) -> str:
        """That of the reader when it is one of ours, else the organisation's."""
        accepted = request.headers.get("accept-language", "")
        return choose(accepted, self.settings.organisation.language)

    def list_of(self, mark: bytes) -> ListSettings | None:
        """The list a token stands for; None when it has been removed since."""
        lists = self.settings.lists.values()
        return next((one for one in lists if list_mark(one.slug) == mark), None)

    def notice(self, language: str, title: Text, sentences: list[Text], status: int) -> Response:
        """A page that only says something."""
        values = {"title": title.say(language), "sentences": [one.say(language) for one in sentences]}
        return self.pages.page("notice.html", language, values, status)

    def tried(self, language: str) -> Response:
        """A link of a test message (see `model.DRAFT_ID`): who tries it is told why it leads nowhere.

        200, since nothing is wrong: a 404 would look like a mistake in the tract.
        """
        return self.notice(
            language,
            Text("This is a test message"),
            [
                Text("Its links lead nowhere yet, and nothing is counted or stored."),
                Text("In the message that will be sent, this link opens its page."),
            ],
            200,
        )

    def too_late(self, language: str) -> Response:
        """An undo that is too old, or none of ours."""
        contact = self.settings.organisation.contact
        return self.notice(
            language,
            Text("This button no longer works"),
            [
                Text("Nothing was changed. The button works for 30 minutes."),
                Text("To come back, write to {contact}.", contact=contact),
            ],
            410,
        )

    def missing(self, language: str, status: int = 404) -> Response:
        """There is nothing at this address; the same whoever asks and whatever for."""
        return self.notice(
            language,
            Text("There is no page at this address"),
            [
                Text("The address may have been cut short on its way: copy it whole from the message."),
                Text(
                    "To receive nothing more, write to {contact}.", contact=self.settings.organisation.contact
                ),
            ],
            status,
        )
