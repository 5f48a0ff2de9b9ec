"""Clock times as answers: "HH:MM" on a clock of 24 hours, from "00:00" to "23:59"."""

from collections.abc import Mapping

MINUTES_OF_A_DAY = 24 * 60

CLOCK: Mapping[str, int] = {
    f"{hour:02}:{minute:02}": 60 * hour + minute for hour in range(24) for minute in range(60)
}
"""Every clock time that may be an answer, with the minutes from midnight to it."""

KEYED_CLOCK: Mapping[str | None, int | None] = {**CLOCK, None: None}  # type: ignore[dict-item]
"""The same, and None for an item that was not answered. All forms share these two."""

CLOCK_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
"""The same as a pattern."""

_SECONDS = ":00"


def clock_of(text: str) -> str | None:
    """Return a clock time as it is submitted: of "HH:MM", or of "HH:MM:SS" with no seconds, as
    other systems write it. None for any other text.
    """
    told = text.removesuffix(_SECONDS) if len(text) == len("HH:MM:SS") else text
    return told if told in CLOCK else None


def hours_between(start: int, end: int) -> float:
    """Return the hours from one clock time to the next that the clock shows the other, both in
    minutes from midnight: 23:00 to 07:00 is 8. From a time to itself is 0, never 24.
    """
    return (end - start) % MINUTES_OF_A_DAY / 60
