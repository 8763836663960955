"""Small MJML mails for the tests of this room."""

from mailer.compose.mjml import to_html

TITLE = "<mj-title>Titre</mj-title>"


def mail(body: str, *, head: str = "", lang: str = ' lang="fr"') -> str:
    """A whole mail around what stands in mj-body."""
    return f"<mjml{lang}><mj-head>{TITLE}{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def column(content: str) -> str:
    """One column in one section."""
    return f"<mj-section><mj-column>{content}</mj-column></mj-section>"


def letter(content: str, *, head: str = "") -> str:
    """A mail of one column."""
    return mail(column(content), head=head)


def page(content: str, *, head: str = "") -> str:
    """The HTML of a mail of one column."""
    return to_html(letter(content, head=head), language="fr")
