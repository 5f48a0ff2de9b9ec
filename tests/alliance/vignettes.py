"""Thirty invented courses as a supervisor meets them, as they are sent to the service: no error
figures, no norms and no thresholds are told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Form = Json

STEADY = (4.17, 4.25, 4.33, 4.17, 4.25)
"""Five ordinary sessions on a scale of 1 to 5."""
GOOD_THERAPIST = (4, 3.92, 4.08, 4, 4)


def wai(total: float) -> Form:
    """Return a patient's WAI-SR by its total."""
    return {"instrument": "wai-sr", "scores": {"total": total}}


def sides(goal: float, task: float, bond: float) -> Form:
    """Return a patient's WAI-SR by its three subscales and their mean."""
    total = (goal + task + bond) / 3
    scores = {"goal": goal, "task": task, "bond": bond, "total": total}
    return {"instrument": "wai-sr", "scores": scores}


def answers(*given: int) -> Form:
    """Return a patient's WAI-SR by its twelve answers."""
    return {"instrument": "wai-sr", "answers": list(given)}


def long_wai(total: float) -> Form:
    """Return a patient's WAI-S, answered from 1 to 7, by its total."""
    return {"instrument": "wai-s-client", "scores": {"total": total}}


def therapist(total: float) -> Form:
    """Return a therapist's WAI-SRT by its total."""
    return {"instrument": "wai-srt", "scores": {"total": total}}


def phq(total: int) -> Form:
    """Return a PHQ-9 by its sum."""
    return {"instrument": "phq-9", "scores": {"total": total}}


def srs(total: float) -> Form:
    """Return an SRS by its sum."""
    return {"instrument": "srs", "scores": {"total": total}}


def ors(total: float) -> Form:
    """Return an ORS by its sum."""
    return {"instrument": "ors", "scores": {"total": total}}


def course(
    *columns: Sequence[Form | None],
    events: Mapping[int, Sequence[str]] | None = None,
    therapists: Sequence[str] = (),
) -> list[Json]:
    """Return sessions from 1 on with a form of every column (None: none came)."""
    sessions = []
    for index in range(max(map(len, columns))):
        forms = [column[index] for column in columns if index < len(column)]
        session: Json = {
            "number": index + 1,
            "forms": [form for form in forms if form is not None],
        }
        if events and index + 1 in events:
            session["events"] = list(events[index + 1])
        if therapists:
            session["therapist"] = therapists[index]
        sessions.append(session)
    return sessions


def each(form: Any, *scores: float | None) -> list[Form | None]:
    """Return a form for every score, None where there is none."""
    return [None if score is None else form(score) for score in scores]


_ITEMS = (4, 5, 5, 4, 4, 4, 5, 4, 5, 4, 4, 5)
_ITEMS_AGAIN = (4, 5, 5, 4, 5, 4, 5, 4, 4, 4, 4, 5)
_ONE_COLLAPSED = (4, 5, 1, 4, 5, 4, 5, 4, 5, 4, 4, 5)

EROSION = course(each(wai, 4.33, 4.33, 4.25, 4.33, 4.17, 4.08, 3.92, 3.75, 3.67, 3.5))
COLLAPSE_THEN_SILENCE = course(each(wai, 4.5, 4.42, 4.5, 4.58, 4.5, 3, None, None))
REPAIRED = course(each(wai, 4, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92, 4.17, 4.25))
THERAPIST_BLIND = course(each(wai, *STEADY, 3.33), each(therapist, *GOOD_THERAPIST, 4))
BOTH_FALL = course(each(wai, *STEADY, 3.33), each(therapist, *GOOD_THERAPIST, 3))
THERAPIST_ALONE = course(each(wai, *STEADY, 4.25), each(therapist, *GOOD_THERAPIST, 3))
SYMPTOMS_ALONE = course(
    each(wai, *STEADY, 4.25, 4.17, 4.25), each(phq, 8, 8, 9, 10, 12, 13, 15, 17)
)
BOTH_WORSEN = course(each(wai, *STEADY, 3.33), each(phq, 9, 10, 9, 9, 10, 17))
A_STEP_FROM_THE_TOP = course(each(wai, 5, 5, 5, 5, 5, 5, 4.75))
A_FALL_FROM_THE_TOP = course(each(wai, 5, 5, 5, 5, 5, 5, 4))
WEAK_THEN_GONE = course(each(wai, 2.5, 2.42, None, None))
WEAK_START = course(each(wai, 2.67, 2.83, 2.75, 2.67, 2.75))
WEAK_START_WAI_S = course(each(long_wai, 3.5, 3.67, 3.58, 3.5, 3.58))
NEW_THERAPIST = course(each(wai, *STEADY, 3.42, 3.5, 3.42, 3.5), therapists=["a"] * 5 + ["b"] * 4)
AFTER_HOLIDAYS = course(each(wai, *STEADY, 3.5), events={6: ["gap"]})
ONE_ANSWER = course([answers(*_ITEMS), answers(*_ITEMS_AGAIN)] * 2 + [answers(*_ONE_COLLAPSED)])
_SIDES = [
    sides(4, 4.25, 4.5),
    sides(4.25, 4, 4.5),
    sides(4, 4, 4.75),
    sides(4.25, 4.25, 4.5),
    sides(4, 4.25, 4.5),
]
_BOND_FELL = sides(4.75, 5, 3)
BOND_ALONE = course([*_SIDES, *_SIDES[:3], _BOND_FELL])
BOND_ALONE_EARLY = course([*_SIDES, _BOND_FELL])
FORTY_FOREVER = course(each(srs, *[40] * 8), each(ors, 28, 27, 26, 24, 23, 21, 19, 17))
STEADY_SRS = course(each(srs, 34, 35, 34.5, 34, 35, 34.5, 34, 34.5, 35, 34, 34.5, 35))
ENDING = course(each(wai, *STEADY, 4.25, 4.33, 4.25, 3.42), events={8: ["termination_announced"]})
SWINGS = course(each(wai, *[3.2, 4.5] * 6))
GROWN_THEN_FALLEN = course(each(wai, 2.83, 3.08, 3.25, 3.42, 3.67, 3.83, 4, 4.17, 3.33))
AGAIN = course(each(wai, *STEADY, 3.33, 4.17, 4.25, 3.33))
FALL_AT_THE_SECOND = course(each(wai, 4.2, 3))
LOW_FROM_THE_THIRD = course(each(wai, 4.42, 4.5, 3, 3, 3.08, 3, 3.08))
STRAIGHT = course([answers(*[4] * 12)] * 6 + [answers(*[3] * 12)])
FAR_APART = course(each(wai, 3, 3.08, 2.92, 3, 3.08), each(therapist, 4.5, 4.58, 4.42, 4.5, 4.58))
SMALL_DIP = course(each(wai, *STEADY, 3.75, 4.25, 4.25))
PLATEAU = course(each(wai, *STEADY, *[3.17, 3.25, 3.17, 3.33, 3.25, 3.17, 3.25, 3.17]))
ABSENT_THEN_LOW = course(each(wai, *STEADY, None, None, 3.33))
SYMPTOMS_AGAIN = course(
    each(wai, *STEADY, 4.25, 4.17, 4.25, 4.33), each(phq, 16, 13, 10, 7, 5, 4, 7, 10, 13)
)
