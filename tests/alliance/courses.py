"""Small courses of treatment: invented alliance forms, scores by session, and thresholds spelt out.

Every threshold that a test rests on is written here, so that the service's own settings can be
calibrated anew without touching what the rules mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.alliance.course import Course, Errors, Rating, Session
from service.alliance.finding import Finding
from service.alliance.judging.episodes import Episode, Outcome
from service.alliance.judging.monitor import Monitor, SessionView
from service.alliance.policy import Policy, Slope
from service.definitions.build.instrument import build_alerts
from service.scoring.instrument import Cutoff, Instrument, NormGroup, NormScale, Number
from service.scoring.scales import ANYBODY, Respondent
from tests.scoring.forms import instrument, items, line, scale

FLAT = Slope(0, 0)
SPEC = Policy(
    baseline_needed=3,
    own_trend=FLAT,
    growth=FLAT,
    cusum_gap=1,
    cusum_cap=1000,
    cusum_earlier=0,
    cusum_fall=-1000,
    z_reliable=1.96,
    z_low=-1.5,
    a_watch=0.025,
    a_alert=0.01,
    a_strong=0.001,
    prior_df=4,
    chart_limit=3.0,
    cusum_slack=0.5,
    cusum_limit=3.0,
    trend_z=1.645,
    early_z=-1.0,
    gap_low=-1.0,
    gap_high=2.5,
    expected_gap=0.41,
    unmoved_therapist=0.5,
    ceiling_run=3,
    repair_window=5,
    relapse_window=3,
    own_sessions=8,
    assumed_kappa=1.5,
    cutoff_alone="info",
    persistent_low=6,
    persistent_window=8,
    lasting_gap_low=-25.0,
    lasting_gap_high=37.5,
    variable_ratio=2.0,
    leave_out_alerts=True,
    reset_cusum=True,
)

KNOWN = Errors(sem=0.2, within_person_sd=0.3)
"""The SEM of the worked example, and its session-to-session SD."""

DIP = (4.00, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92, 4.17, 4.25)
"""The worked example: one deep dip, at the sixth of nine sessions."""

# Five sessions of 4, then an alert: T = 0.8 / 0.232379 = 3.44 lies between t(.01; 8) = 2.896 and
# t(.001; 8) = 4.501. Back is 4 - SEM = 3.8; half way back is 3.6.
OPENED = (4, 4, 4, 4, 4, 3.2)

Scores = Number | Mapping[str, Number | None] | None


def policy(**changes: Any) -> Policy:
    """Return the thresholds of these tests with some replaced."""
    return replace(SPEC, **changes)


def alliance_form(
    name: str = "bond",
    *,
    low: Number = 1,
    high: Number = 5,
    direction: str = "higher_is_better",
    metric: str = "mean",
    total: Mapping[str, Any] | None = None,
    alerts: Mapping[str, Any] | None = None,
    **members: Any,
) -> Instrument:
    """Return an alliance form of three items with a total and, of one item each, goal, task and
    bond.
    """
    shared = {"direction": direction, "metric": metric}
    parts = [
        scale((place,), metric, id=part, title=part, **shared)
        for place, part in enumerate(SUBSCALES)
    ]
    whole = scale((0, 1, 2), metric, **shared, **(total or {}))
    return instrument(
        items(3, line(low, high)),
        whole,
        *parts,
        id=name,
        title=name.capitalize(),
        alerts=build_alerts({"watch": ["total"]} | dict(alerts or {}), POSITIONS),
        **members,
    )


POSITIONS = {"1": 0, "2": 1, "3": 2}
SUBSCALES = ("goal", "task", "bond")
BOND = alliance_form(counterpart="bond-t")
BOND_T = alliance_form("bond-t", counterpart="bond")


def cutoff(op: str, value: Number, system: str = "line") -> Cutoff:
    """Return an invented cut-off."""
    return Cutoff(system, op, value, "invented")  # type: ignore[arg-type]


def norm(
    mean: Number, sd: Number | None, name: str = "adults", *, metric: str = "value", **members: Any
) -> NormGroup:
    """Return a norm group for the total."""
    settings: dict[str, Any] = {
        "n": 100,
        "default": True,
        "digital": False,
        "percentile_model": None,
        **members,
    }
    scales = {"total": NormScale(mean, sd, metric)}  # type: ignore[arg-type]
    return NormGroup(name, name.capitalize(), scales=scales, source="invented", **settings)


def rating(
    form: Instrument,
    scores: Scores,
    perspective: str = "client",
    timing: str = "post",
    **members: Any,
) -> Rating:
    """Return a scored form; a bare number is its total."""
    values = scores if isinstance(scores, Mapping) else {"total": scores}
    return Rating(form, perspective, timing, values, {}, **members)


def sessions(
    client: Sequence[Scores] = (),
    therapist: Sequence[Scores] = (),
    symptoms: Sequence[Scores] = (),
    *,
    form: Instrument = BOND,
    therapist_form: Instrument = BOND_T,
    symptom_form: Instrument | None = None,
    numbers: Sequence[int] | None = None,
    events: Mapping[int, Sequence[str]] | None = None,
    names: Mapping[int, str] | None = None,
) -> tuple[Session, ...]:
    """Return sessions with a form per score (None: no form), `events` and therapists' `names` by
    session number.
    """
    longest = max(len(client), len(therapist), len(symptoms))
    numbers = numbers or range(1, longest + 1)
    made = []
    for index, number in enumerate(numbers):
        forms = []
        for of, scores, rater in (
            (form, client, "client"),
            (therapist_form, therapist, "therapist"),
            (symptom_form, symptoms, "client"),
        ):
            if of is not None and index < len(scores) and scores[index] is not None:
                forms.append(rating(of, scores[index], rater))
        made.append(
            Session(
                number,
                tuple(forms),
                tuple((events or {}).get(number, ())),
                (names or {}).get(number),
            )
        )
    return tuple(made)


def course(
    client: Sequence[Scores] = (),
    therapist: Sequence[Scores] = (),
    symptoms: Sequence[Scores] = (),
    *,
    errors: Errors | None = KNOWN,
    rules: Policy = SPEC,
    norms: tuple[str, ...] | None = None,
    respondent: Respondent = ANYBODY,
    **members: Any,
) -> Course:
    """Return a course of `sessions`; the same errors hold for every alliance form and scale."""
    made = sessions(client, therapist, symptoms, **members)
    used = {one.instrument.id: one.instrument for session in made for one in session.ratings}
    known = {
        name: {part.id: errors for part in form.scales}
        for name, form in used.items()
        if errors is not None and form.alerts
    }
    return Course(made, rules, respondent=respondent, norms=norms, errors=known)


def judged(*args: Any, **members: Any) -> Monitor:
    """Return the monitor of a `course` that has run."""
    return run(course(*args, **members))


def run(given: Course) -> Monitor:
    """Return the monitor of a course that has run."""
    monitor = Monitor(given)
    for session in given.sessions:
        monitor.hear(session)
    return monitor


def view(monitor: Monitor, number: int) -> SessionView:
    """Return what was found in a session."""
    (found,) = (one for one in monitor.views if one.session.number == number)
    return found


def finding(
    monitor: Monitor, rule: str, number: int | None = None, perspective: str = "client"
) -> Finding:
    """Return what a rule says of a rater in a session, the last unless told."""
    at = monitor.views[-1] if number is None else view(monitor, number)
    (found,) = (
        one.finding for one in at.judged if (one.rule, one.perspective) == (rule, perspective)
    )
    return found


def fired(monitor: Monitor, number: int, perspective: str = "client") -> set[str]:
    """Return the rules that fired in a session."""
    return {
        one.rule
        for one in view(monitor, number).judged
        if one.finding.fired and one.perspective == perspective
    }


def signals(monitor: Monitor, perspective: str = "client") -> list[str]:
    """Return a rater's signal, session by session."""
    return [one.signal[perspective] for one in monitor.views]


def episodes(monitor: Monitor, perspective: str = "client") -> list[Episode]:
    """Return a rater's episodes."""
    return monitor.sides[perspective].episodes


def outcomes(monitor: Monitor) -> list[tuple[int, str]]:
    """Return every repair state that was reached, with its session."""
    return [
        (one.session.number, outcome.state) for one in monitor.views for outcome in one.outcomes
    ]


def last_outcome(monitor: Monitor) -> Outcome:
    """Return the repair state that was reached last."""
    return [outcome for one in monitor.views for outcome in one.outcomes][-1]
