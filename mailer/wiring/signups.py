"""A sign-up's confirmation: the one mail that goes to an address nobody has confirmed.

It holds nothing of the form but the address it goes to. The same is written for everybody; what is not to be
sent is of no use from the beginning, and gone at the next look at what waits.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from mailer.listen.signups import confirmation_token
from mailer.settings import Settings
from mailer.store.signups import LASTS
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.tokens.links import unsubscribe_token
from mailer.wiring.notices import Notice, queue
from mailer.words import Text


def sign_up(settings: Settings, keys: Keys, store: Store, email: str, slug: str, language: str) -> None:
    """Somebody typed this address for the list `slug`, an open one; within the caller's transaction."""
    asked = store.signups.ask(email, slug, language)
    link = f"{settings.site.url}/c/{confirmation_token(keys, asked.id)}"
    leave = f"{settings.site.url}/u/{unsubscribe_token(keys, asked.subscriber, slug)}"
    lasts = LASTS if asked.welcome else timedelta()
    queue(store, settings, _confirmation(settings, slug, email, language, link, leave, lasts))


def _confirmation(
    settings: Settings, slug: str, email: str, language: str, link: str, leave: str, lasts: timedelta
) -> Notice:
    title, house = settings.lists[slug].title, settings.organisation
    return Notice(
        email=email,
        language=language,
        subject=Text("Confirm that you want to receive “{list}”", list=title),
        paragraphs=(
            Text(
                "Somebody, probably you, typed this address on {site} to receive “{list}” from "
                "{organisation}.",
                site=urlsplit(settings.site.url).netloc,
                list=title,
                organisation=house.name,
            ),
            Text("If it was you, open this page and press its button:"),
            link,
            Text("Nothing is sent to you before that. The link works for {days} days.", days=LASTS.days),
            Text(
                "If it was not you, there is nothing to do: the address is forgotten after these {days} "
                "days. So that nothing like this comes again:",
                days=LASTS.days,
            ),
            leave,
        ),
        lasts=lasts,
    )
