"""Dates and times as FHIR writes them: a year, a month, a day, or a moment with its zone."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}):[0-9]{2}(\.[0-9]{1,9})?"
    r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)",
    re.ASCII,
)


def is_datetime(text: str) -> bool:
    """Tell whether a text is a dateTime of FHIR that exists in the calendar."""
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat((text + "-01-01")[:10])
            return True
        if not _MOMENT.fullmatch(text):
            return False
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def is_to_the_day(text: str) -> bool:
    """Tell whether a dateTime says at least the day."""
    return len(text) >= len("2026-01-01")


def is_one_day(times: Collection[str]) -> bool:
    """Tell whether dateTimes are of one day as they are written or, where all of them say the
    moment, within 24 hours of each other, whatever their zones.
    """
    if len({text[: len("2026-01-01")] for text in times}) <= 1:
        return True
    if not all(map(is_instant, times)):
        return False
    moments = [_moment(text) for text in times]
    return max(moments) - min(moments) < timedelta(days=1)


def is_later(one: str, other: str) -> bool:
    """Tell whether a dateTime is later than another: by the moment where both say it, else by as
    much of the date as both say.
    """
    if is_instant(one) and is_instant(other):
        return _moment(one) > _moment(other)
    both = min(len(one), len(other), len("2026-01-01"))
    return one[:both] > other[:both]


def _moment(text: str) -> timedelta:
    """Return the time of an instant since the year 1 in UTC, to the second."""
    zone = timedelta()
    if not text.endswith("Z"):
        hours, minutes = int(text[-5:-3]), int(text[-2:])
        zone = timedelta(hours=hours, minutes=minutes) * (-1 if text[-6] == "-" else 1)
    return datetime.fromisoformat(text[:19]) - datetime.min - zone


def is_instant(text: str) -> bool:
    """Tell whether a dateTime says the moment, so that it is an instant too."""
    return "T" in text
