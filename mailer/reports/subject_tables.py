"""The table of several subjects: what each drew, and in plain words whether the difference means anything."""

from mailer.privacy import FEWEST_CLICKS, FEWEST_PEOPLE
from mailer.reports.cells import Bar, Cell, Share, Table
from mailer.reports.splits import Judged
from mailer.reports.subjects import Judgement, Tried, Verdict
from mailer.words import Text

_HEADS = (Text("Subject"), Text("People who have it"), Text("Clicks (estimated)"), Text("For 100 people"))
_EVENTS = Text(
    "Subjects are judged by clicks on the links shown, as counts of clicks and not of people; the page in "
    "the browser counts for none."
)
_APART = Text(
    "The page of the questionnaire counts for no subject: with ballots it counts its readers together, "
    "whichever subject they had."
)


def subject_table(one: Judged) -> Table:
    """The subjects of one text."""
    found = one.judgement
    rows: list[tuple[Cell, ...]]
    if found is None or not found.tried:
        rows = [
            (known.subject, "–" if known.people is None else known.people, "–", "–")
            for known in one.split.subjects
        ]
    else:
        rows = [(tried.subject, tried.people, tried.clicks, Share(tried.rate)) for tried in found.tried]
    return Table(
        title=Text("Subjects of edition {number}", number=one.split.edition),
        heads=_HEADS,
        rows=tuple(rows),
        notes=(_word(found), _EVENTS, *((_APART,) if one.split.apart else ())),
        bars=tuple(_bar(tried) for tried in found.tried) if found else (),
        drawn=Text("Clicks for 100 people, by subject."),
    )


def _bar(tried: Tried) -> Bar:
    return Bar(label=tried.subject, length=tried.rate, value=Share(tried.rate))


def _word(found: Judgement | None) -> Text:
    """What it means, for who has never heard of a test."""
    if found is None:
        return Text("Only counts are kept of this campaign: nobody knows any more how many had each subject.")
    if found.verdict is Verdict.TOO_FEW or found.best is None or found.chance is None:
        return Text(
            "Too little to tell subjects apart: each needs {people} people and {clicks} clicks.",
            people=FEWEST_PEOPLE,
            clicks=FEWEST_CLICKS,
        )
    if found.verdict is Verdict.CLEAR:
        return Text(
            "“{subject}” drew more clicks, and hardly by chance: were the subjects alike, fewer than 1 send "
            "in 100 would show such a difference.",
            subject=found.best.subject,
        )
    return Text(
        "The difference may be chance: were the subjects alike, about {times} sends in 100 would show one "
        "as large. Nothing follows from it.",
        times=max(1, round(found.chance * 100)),
    )
