"""Moments and spans as people say them, in the organisation's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.words import Text

_DAYS = (
    Text("Monday"),
    Text("Tuesday"),
    Text("Wednesday"),
    Text("Thursday"),
    Text("Friday"),
    Text("Saturday"),
    Text("Sunday"),
)


def clock_time(moment: datetime, zone: str, now: datetime) -> Text:
    """`14:05` today, `Thursday 14:05` within a week, `Thursday 3/12 14:05` beyond, `3/12/2027` next year."""
    there, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    hour = f"{there:%H:%M}"
    days = (there.date() - here.date()).days
    if days == 0:
        return Text("{hour}", hour=hour)
    if 0 < days < 7:
        return Text("{day} {hour}", day=_DAYS[there.weekday()], hour=hour)
    date = f"{there.day}/{there.month}" + (f"/{there.year}" if there.year != here.year else "")
    return Text("{day} {date} {hour}", day=_DAYS[there.weekday()], date=date, hour=hour)
