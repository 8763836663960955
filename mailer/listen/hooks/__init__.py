"""What relays post when a mail comes back to them: each as readings of returned mail. One file each.

A relay that puts its own envelope sender in place of ours receives the bounces; it posts what they said. Its
events act only as returned mail does, by what only our messages hold: so none of these is believed either.
Two of them sign what they post, in envelopes (envelopes.py); the others can bring a password along.
"""

from collections.abc import Callable, Iterator, Mapping

from mailer.bounces.model import Reading
from mailer.listen.hooks import brevo, mailjet, postmark, scaleway, ses
from mailer.listen.hooks.envelopes import TopicsOf
from mailer.listen.hooks.posted import Fields

RELAYS: Mapping[str, Callable[[Fields], Iterator[Reading]]] = {
    "ses": ses.readings,
    "brevo": brevo.readings,
    "mailjet": mailjet.readings,
    "postmark": postmark.readings,
    "scaleway": scaleway.readings,
}
# Those that sign.
TOPICS: Mapping[str, TopicsOf] = {"ses": ses.topics, "scaleway": scaleway.topics}
