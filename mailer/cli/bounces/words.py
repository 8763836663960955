"""Kinds and reasons of mails that come back, in words."""

from mailer.words import Text

KINDS = {
    "bounce": Text("not delivered"),
    "complaint": Text("complaint"),
    "auto-reply": Text("automatic reply"),
    "unsubscribe": Text("wish to leave"),
    "report": Text("report"),
    "other": Text("other"),
}
REASONS = {
    "unknown-user": Text("no such mailbox"),
    "host": Text("no such domain, or one that takes no mail"),
    "full": Text("mailbox full"),
    "temporary": Text("not for now"),
    "loop": Text("forwarded in circles"),
    "other": Text("refused, no reason given"),
    "spam": Text("taken for spam"),
    "reputation": Text("our server is not welcome"),
    "quota": Text("the relay’s quota is used up"),
    "authentication": Text("SPF, DKIM or DMARC"),
    "sender": Text("our address is refused"),
    "policy": Text("a rule of theirs"),
    "size": Text("too large"),
    "content": Text("its content is refused"),
    "complaint": Text("“this is spam”, says the person"),
}
