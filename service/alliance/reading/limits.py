"""How much a course may hold, and what its members may say."""

MOST_SESSIONS = 300
MOST_FORMS = 20
LARGEST_SESSION = 10_000
SMALLEST_ERROR, LARGEST_ERROR = 1e-9, 1e6
"""Bounds of an error figure: its square must not vanish, nor a score over it overflow."""
TIMINGS = ("pre", "post")
RATERS = ("client", "therapist", "observer")
