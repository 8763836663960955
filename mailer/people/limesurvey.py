"""LimeSurvey's own export of participants: who they are and their tokens; nothing of what they have done.

Its first line is `tid,firstname,lastname,email,emailstatus,token,language,validfrom,validuntil,invited,
reminded,remindercount,completed,usesleft`, then ` attribute_1 <…>` (LimeSurvey, `tokensExport` of
application/helpers/export_helper.php). `completed` says who has answered, and when: that is between them and
the survey.
"""

from collections.abc import Collection, Sequence

from mailer.fields import canonical

# Beside the standard fields these are all that is kept, and only where the list declares them.
IDENTIFIERS = frozenset({"token"})
_MARKS = frozenset({"tid", "emailstatus", "token"})
_OPTED_OUT = "optout"  # as LimeSurvey writes `emailstatus` for who wants no more of its mails


def is_export(titles: Sequence[str]) -> bool:
    """Whether these are the titles of LimeSurvey's export."""
    return {title.strip().lower() for title in titles} >= _MARKS


def kept(titles: Sequence[str], fields: Sequence[str | None], declared: Collection[str]) -> list[str | None]:
    """The fields of a file's columns, without what a list may not keep; None: the column is left aside."""
    export = is_export(titles)

    def keeps(field: str | None) -> bool:
        if field is None or canonical(field) or field in declared:
            return field is not None
        return not export and field not in IDENTIFIERS

    return [field if keeps(field) else None for field in fields]


def status_column(titles: Sequence[str]) -> int | None:
    """Where LimeSurvey notes that somebody wants no more of its mails; None in any other file."""
    if not is_export(titles):
        return None
    return [title.strip().lower() for title in titles].index("emailstatus")


def opted_out(status: str) -> bool:
    """Whether a cell of that column says so."""
    return status.lower() == _OPTED_OUT
