"""Several lists left at once, from a form that ticks them."""

from mailer.listen.desk import Left
from mailer.tokens.links import list_mark
from mailer.web.bodies import Form
from mailer.web.lobby import Lobby


def chosen_lists(lobby: Lobby, fields: Form) -> list[str]:
    """The lists that a form ticks, in the settings' order; what is no list of ours is not there."""
    ticked = {value for name, value in fields if name == "list"}
    return [slug for slug in lobby.settings.lists if slug in ticked]


async def leave_lists(lobby: Lobby, subscriber: int, chosen: list[str]) -> Left:
    """Leave each; what really changed."""
    left: list[str] = []
    for slug in chosen:
        done = await lobby.desk.leave(subscriber, list_mark(slug), everything=False)
        left += done.lists
    return Left(lists=tuple(left))
