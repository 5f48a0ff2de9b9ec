"""Courses drawn at random, as plans in whole numbers that can be made real on any scale.

Scores lie on a grid of eighths, so that shifting them by whole numbers and stretching them by
powers of two is exact. Errors are ten-thousandths that no difference or mean of such scores can
equal, so that no score lies on a limit by chance and rounding cannot tip it over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from service.alliance.course import EVENTS, Course, Errors, Session
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import Policy
from service.scoring.instrument import ChangeRule, Instrument
from tests.alliance.courses import SPEC, SUBSCALES, alliance_form, cutoff, norm, rating, run
from tests.scoring.forms import instrument, items, scale

MOOD = instrument(
    items(9),
    scale(range(9), changes=(ChangeRule("fixed", 6, source="invented"),)),
    id="mood",
    title="Mood",
)
FLIPPED = {"<": ">", "<=": ">="}


@dataclass(frozen=True)
class Planned:
    """One session: scores in steps (None: no form), subscales of the patient's form, events and
    therapist.
    """

    number: int
    client: int | None
    therapist: int | None
    symptoms: int | None
    parts: tuple[int | None, ...] | None
    events: tuple[str, ...]
    name: str | None


@dataclass(frozen=True)
class Plan:
    """A course in whole numbers. `errors` in ten-thousandths: SEM, session-to-session SD, SD.

    Judged without a trend, whose figures can be worked out by hand, or as the service is shipped.
    """

    sessions: tuple[Planned, ...]
    errors: tuple[int | None, int | None, int | None]
    with_norm: bool
    with_cutoff: bool
    rules: Policy = SPEC

    def upto(self, n: int) -> "Plan":
        """Return the plan of the first sessions."""
        return replace(self, sessions=self.sessions[:n])


ODD = st.integers(40, 400).map(lambda k: 10 * k + 1)  # 0.04 to 0.4; divisible by neither 2 nor 5
AROUND = st.sampled_from([0, 0, 0, 0, 1, -1, 1, -1, 2, -4, -7, -12, -18, None])
"""How far a score lies from its usual level: mostly near, now and then far below; None: no form."""


@st.composite
def courses_of_scores(draw: Any, n: int) -> list[int | None]:
    """Draw a rater's scores in steps from 0 to 32, around one level."""
    usual = draw(st.integers(18, 32))
    off = draw(st.lists(AROUND, min_size=n, max_size=n))
    return [None if one is None else min(32, max(0, usual + one)) for one in off]


@st.composite
def plans(draw: Any, *, bare: bool = False) -> Plan:
    """Draw a course; a bare one has neither norm nor cut-off nor subscales."""
    n = draw(st.integers(1, 20))
    gaps = draw(st.lists(st.sampled_from([1] * 9 + [2, 4]), min_size=n, max_size=n))
    client, therapist = draw(courses_of_scores(n)), draw(courses_of_scores(n))
    symptoms = draw(st.lists(st.sampled_from([None, 9, 10, 10, 11, 17, 4]), min_size=n, max_size=n))
    drawn = st.just(None) if bare else st.tuples(*[courses_of_scores(n).map(tuple)] * 3)
    subscales = draw(st.none() | drawn)
    eventful = draw(st.lists(st.sampled_from([None] * 12 + sorted(EVENTS)), min_size=n, max_size=n))
    names = draw(
        st.just([None] * n)
        | st.lists(st.sampled_from([None, "a", "a", "a", "b"]), min_size=n, max_size=n)
    )
    sessions = []
    for place in range(n):
        parts = tuple(scores[place] for scores in subscales) if subscales else None
        events = () if eventful[place] is None else (eventful[place],)
        number = sum(gaps[: place + 1])
        sessions.append(
            Planned(
                number,
                client[place],
                therapist[place],
                symptoms[place],
                parts,
                events,
                names[place],
            )
        )
    errors = draw(st.tuples(*[st.none() | ODD] * 3) | st.tuples(ODD, ODD, ODD))
    flag = st.just(False) if bare else st.booleans()
    rules = draw(st.sampled_from([SPEC, Policy()]))
    return Plan(tuple(sessions), errors, draw(flag), draw(flag), rules)


@dataclass(frozen=True)
class Ruler:
    """Where steps lie on a scale: score = sign (factor (1 + step / 8) + shift), from 1 to 5 in the
    plainest case.
    """

    factor: float = 1
    shift: float = 0
    sign: int = 1

    def at(self, step: float) -> float:
        """Return the score of a step."""
        return self.sign * (self.factor * (1 + step / 8) + self.shift)

    def form(self, name: str, plan: Plan, **members: Any) -> Instrument:
        """Return an alliance form on this scale, with its norm and cut-off where the plan has
        them.
        """
        low, high = sorted((self.at(0), self.at(32)))
        op = "<" if self.sign > 0 else FLIPPED["<"]
        total: Mapping[str, Any] = (
            {"cutoffs": (cutoff(op, self.at(19)),)} if plan.with_cutoff else {}
        )
        norms = (norm(self.at(23), self.factor * 0.75),) if plan.with_norm else ()
        direction = "higher_is_better" if self.sign > 0 else "higher_is_worse"
        return alliance_form(
            name, low=low, high=high, direction=direction, total=total, norms=norms, **members
        )

    def course(
        self, plan: Plan, rules: Policy | None = None, only: Sequence[str] = (), swap: bool = False
    ) -> Course:
        """Return the course of a plan: all its forms, or only those of some raters ("client",
        "therapist", "mood").
        """
        client, therapist = (
            self.form("bond", plan, counterpart="bond-t"),
            self.form("bond-t", plan, counterpart="bond"),
        )
        wanted = only or ("client", "therapist", "mood")
        made = []
        for one in plan.sessions:
            forms = []
            if one.client is not None and "client" in wanted:
                scores = {"total": self.at(one.client)}
                for name, step in zip(SUBSCALES, one.parts or (), strict=False):
                    scores[name] = self.at(step) if step is not None else None
                forms.append(rating(client, scores, "therapist" if swap else "client"))
            if one.therapist is not None and "therapist" in wanted:
                forms.append(rating(therapist, self.at(one.therapist), "therapist"))
            if one.symptoms is not None and "mood" in wanted:
                forms.append(rating(MOOD, one.symptoms))
            made.append(Session(one.number, tuple(forms), one.events, one.name))
        errors = Errors(*(None if n is None else self.factor * n / 10_000 for n in plan.errors))
        by_scale = dict.fromkeys(("total", *SUBSCALES), errors)
        return Course(
            tuple(made), rules or plan.rules, errors={"bond": by_scale, "bond-t": by_scale}
        )


PLAIN = Ruler()


def told(
    monitor: Monitor, perspective: str | None = None, without: Sequence[str] = ()
) -> list[Any]:
    """Return everything that was found, session by session, apart from figures in the scale's own
    units.
    """
    return [
        (
            view.session.number,
            view.phase,
            {
                rater: signal
                for rater, signal in view.signal.items()
                if perspective in (None, rater)
            },
            [
                (
                    one.rule,
                    one.perspective,
                    one.finding.fired,
                    one.finding.reason,
                    one.finding.severity,
                    one.finding.about,
                )
                for one in view.judged
                if perspective in (None, one.perspective) and one.rule not in without
            ],
            [
                (outcome.state, outcome.episode.id, outcome.episode.opened_session)
                for outcome in view.outcomes
                if perspective in (None, outcome.episode.perspective)
            ],
            [
                (one.perspective, one.finding.about, one.finding.fired)
                for one in view.sudden
                if perspective in (None, one.perspective)
            ],
        )
        for view in monitor.views
    ]


def told_of(course: Course) -> list[Any]:
    """Return everything that was found in a course."""
    return told(run(course))


def figures(monitor: Monitor) -> list[float]:
    """Return every figure that no change of units may move: p, T and the cumulative sum."""
    points = [
        one.point
        for view in monitor.views
        for one in view.scored
        if one.point.prediction is not None
    ]
    return [
        figure
        for point in points
        for figure in (point.prediction.p, point.prediction.t, point.cusum)
    ]
