"""Courses of an invented site, as callers send them."""

from random import Random
from typing import Any

REFERENCE, THERAPIST, DATE = "Otto Normal", "Erika Muster", "2024-03-17"
"""What must never be seen again."""

Body = dict[str, Any]


def body(seed: int, n_sessions: int = 8) -> Body:
    """Return a course with answers of the patient's form and scores of the therapist's."""
    draw = Random(seed)
    level = draw.gauss(3.8, 0.4)
    sessions = []
    for number in range(1, n_sessions + 1):
        mean = level + 0.04 * number + draw.gauss(0, 0.25)
        answers = [min(5, max(1, round(mean + draw.gauss(0, 0.5)))) for _ in range(12)]
        theirs = round(min(5, max(1, level - 0.4 + draw.gauss(0, 0.3))), 1)
        forms = [
            {"instrument": "wai-sr", "answers": answers},
            {"instrument": "wai-srt", "scores": {"total": theirs}},
        ]
        sessions.append({"number": number, "date": DATE, "therapist": THERAPIST, "forms": forms})
    return {"reference": REFERENCE, "respondent": {"age": 41}, "sessions": sessions}
