"""An entry of the register: a head and what it says; what the settings cannot know is to be completed."""

from datetime import timedelta

from mailer.words import Text, plural

Row = tuple[Text, Text]
TODO = Text("TO BE COMPLETED: {what}")


def or_todo(value: str, what: Text) -> Text:
    """The value as it stands, or that `what` is to be written there."""
    return Text("{value}", value=value) if value.strip() else Text(TODO.msgid, what=what)


def span(duration: timedelta) -> Text:
    """A time in whole years, else months of 30 days, else days, as the settings reckon them."""
    days = duration.days
    if days and days % 365 == 0:
        return plural("{count} year", "{count} years", count=days // 365)
    if days and days % 30 == 0:
        return plural("{count} month", "{count} months", count=days // 30)
    return plural("{count} day", "{count} days", count=days)
