"""Dates and times as FHIR writes them: a year, a month, a day, or a moment with its zone."""

import re
from datetime import date, datetime

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


def is_instant(text: str) -> bool:
    """Tell whether a dateTime says the moment, so that it is an instant too."""
    return "T" in text
