"""The language of a page, and dates said in it."""

import re
from datetime import date, datetime, tzinfo

from mailer.words import LANGUAGES, Text

_RANGE = re.compile(
    r"([a-z]{2,3})(?:-[\w-]*)?(?:;q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.IGNORECASE | re.ASCII
)


def choose(accepted: str, otherwise: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4)."""
    best, weight = otherwise, 0.0
    for one in accepted[:500].split(","):
        match = _RANGE.fullmatch(one.replace(" ", ""))
        if match and match[1].lower() in LANGUAGES and float(match[2] or 1) > weight:
            best, weight = match[1].lower(), float(match[2] or 1)
    return best


def day(moment: date | datetime, language: str, zone: tzinfo) -> str:
    """`31 March 2027`, and the time when there is one, as clocks in `zone` show it."""
    if isinstance(moment, datetime):
        local = moment.astimezone(zone) if moment.tzinfo else moment
        return Text("{day} at {time}", day=_day(local, language), time=f"{local:%H:%M}").say(language)
    return _day(moment, language)


def _day(moment: date, language: str) -> str:
    number = "1er" if moment.day == 1 and language == "fr" else str(moment.day)
    msgid = _MONTHS[moment.month - 1].msgid
    return Text(msgid, day=number, year=str(moment.year)).say(language)


_MONTHS = (
    Text("{day} January {year}"),
    Text("{day} February {year}"),
    Text("{day} March {year}"),
    Text("{day} April {year}"),
    Text("{day} May {year}"),
    Text("{day} June {year}"),
    Text("{day} July {year}"),
    Text("{day} August {year}"),
    Text("{day} September {year}"),
    Text("{day} October {year}"),
    Text("{day} November {year}"),
    Text("{day} December {year}"),
)
