"""Practice: a campaign launched into a folder or to this machine, where gates only warn, stays practice.

`[transport]` may change between two commands. What was launched for practice has passed no gate, and must not
go on to people; what was launched to people must not be told sent by a folder.
"""

from mailer.errors import RefusedError
from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.wiring.doors import is_real, ways_out
from mailer.words import Text

PRACTICE, FOLDER = "practice", "folder-now"  # reasons of a pause


def turned(settings: Settings, campaign: Launched) -> str:
    """Why a launched campaign cannot go on through today's `[transport]`: a pause's reason, or nothing."""
    if not campaign.abroad and is_real(settings):
        return PRACTICE
    if campaign.abroad and all(one.kind == "folder" for one in ways_out(settings)):
        return FOLDER
    return ""


def stays(settings: Settings, campaign: Launched) -> None:
    """RefusedError, with the cure, when it cannot go on."""
    match turned(settings, campaign):
        case "practice" if campaign.status == "finished":
            raise RefusedError(
                Text(
                    "{slug} was sent for practice only, into a folder or to this machine: nobody has it. To "
                    "send it to people, copy it under another name",
                    slug=campaign.slug,
                )
            )
        case "practice":
            raise RefusedError(
                Text(
                    "{slug} was launched for practice, into a folder or to this machine, and [transport] "
                    "leads to people now: no gate has looked at it. Put [transport] back; or 'mailer cancel "
                    "{slug}' and send a copy under another name",
                    slug=campaign.slug,
                )
            )
        case "folder-now":
            raise RefusedError(
                Text(
                    "{slug} was launched to people, and [transport] writes into a folder now: they would "
                    "count as sent and have nothing. Put [transport] back",
                    slug=campaign.slug,
                )
            )
