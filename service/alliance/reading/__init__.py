"""Reading a course as it was sent: every fault at once, each with its place, and every form
scored.
"""

from service.alliance.reading.course import read_course, read_errors
from service.alliance.reading.limits import (
    LARGEST_ERROR,
    LARGEST_SESSION,
    MOST_FORMS,
    MOST_SESSIONS,
    RATERS,
    SMALLEST_ERROR,
    TIMINGS,
)
from service.alliance.reading.scorers import UnknownForm

__all__ = [
    "LARGEST_ERROR",
    "LARGEST_SESSION",
    "MOST_FORMS",
    "MOST_SESSIONS",
    "RATERS",
    "SMALLEST_ERROR",
    "TIMINGS",
    "UnknownForm",
    "read_course",
    "read_errors",
]
