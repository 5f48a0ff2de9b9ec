"""What the engine says of simulated courses, counted."""

from collections import Counter
from random import Random
from typing import NamedTuple

from service.alliance.course import Course
from service.alliance.finding import RANK
from service.alliance.judging.episodes import REPAIRED, Episode
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import Policy
from service.calibration.model import (
    CHANGE,
    SHAPES,
    changed_course,
    dyad_course,
    stable_course,
)
from service.calibration.worlds import World

SEVERITIES = ("watch", "alert", "urgent")
RULES = ("R03", "R04", "R06", "R07", "R08", "R09", "R10", "R12", "R17")
Tally = Counter[tuple[str, int]]


class Heard(NamedTuple):
    """What was said of the patient: each session's signal as a rank, the sessions each rule fired
    in, the episodes.
    """

    signals: tuple[int, ...]
    fired: dict[str, list[int]]
    episodes: list[Episode]

    def sessions(self, severity: str) -> list[int]:
        """Return the sessions whose signal was that severe or worse."""
        return [session for session, rank in enumerate(self.signals, 1) if rank >= RANK[severity]]


def hear(simulated: Course) -> Heard:
    """Judge a course and return what was said of the patient's side. A provisional finding, which
    is information only, does not count as a firing.
    """
    monitor = Monitor(simulated)
    fired: dict[str, list[int]] = {}
    for view in [monitor.hear(session) for session in simulated.sessions]:
        for one in view.judged:
            firing = one.finding.fired and one.finding.severity != "info"
            if firing and one.perspective == "client":
                fired.setdefault(one.rule, []).append(view.session.number)
    signals = tuple(RANK[view.signal["client"]] for view in monitor.views)
    return Heard(signals, fired, monitor.sides["client"].episodes)


def count_stable(
    rng: Random, n_series: int, world: World, n_sessions: int, policy: Policy
) -> Tally:
    """Count by the session in which each severity and each rule first came up in a stable course.

    ("episodes", 0) are those with a whole window of repair before the course ends, ("repaired", 0)
    those of them that met the rule for a confirmed repair.
    """
    tally: Tally = Counter()
    for _ in range(n_series):
        heard = hear(stable_course(rng, world, n_sessions, policy))
        _count_first(tally, heard, RULES)
        for episode in heard.episodes:
            if episode.opened_session + policy.repair_window <= n_sessions:
                tally["episodes", 0] += 1
                tally["repaired", 0] += episode.status == REPAIRED
    return tally


def _count_first(tally: Tally, heard: Heard, rules: tuple[str, ...]) -> None:
    tally["series", 0] += 1
    for severity in SEVERITIES:
        if sessions := heard.sessions(severity):
            tally[severity, sessions[0]] += 1
    for rule in rules:
        if sessions := heard.fired.get(rule, []):
            tally[rule, sessions[0]] += 1


def count_changed(
    rng: Random,
    n_series: int,
    world: World,
    shape_name: str,
    policy: Policy,
    at: int = CHANGE,
) -> Tally:
    """Count the courses in which each severity and each rule came up in the window of a change that
    begins at a session.

    Where a drop lasts, ("episodes", 0) are the courses with an episode opened in the window,
    ("repaired", 0) those whose first such episode was taken for repaired although nothing came
    back.
    """
    shape = SHAPES[shape_name]._replace(at=at)
    lasting = shape.kind == "lasting"
    n_sessions = shape.window[-1] + (policy.repair_window if lasting else 0)
    tally: Tally = Counter()
    for _ in range(n_series):
        heard = hear(changed_course(rng, world, n_sessions, shape, policy))
        tally["series", 0] += 1
        for severity in SEVERITIES:
            tally[severity, 0] += shape.noticed(heard.sessions(severity))
        for rule in RULES:
            tally[rule, 0] += shape.noticed(heard.fired.get(rule, []))
        opened = (
            [one for one in heard.episodes if one.opened_session in shape.window] if lasting else []
        )
        tally["episodes", 0] += bool(opened)
        tally["repaired", 0] += bool(opened) and opened[0].status == REPAIRED
    return tally


def count_dyads(
    rng: Random,
    n_series: int,
    n_sessions: int,
    policy: Policy,
    correlation: float | None,
    symptoms: bool,
) -> Tally:
    """Count by first session, as `count_stable`, in stable courses with a therapist's and a symptom
    form.
    """
    tally: Tally = Counter()
    for _ in range(n_series):
        heard = hear(dyad_course(rng, n_sessions, policy, correlation, symptoms))
        _count_first(tally, heard, ("R14", "R15", "R16"))
    return tally


def by_session(tally: Tally, name: str, n_sessions: int) -> float:
    """Return the percentage of courses in which something came up by a session."""
    met = sum(count for (of, first), count in tally.items() if of == name and first <= n_sessions)
    return 100 * met / tally["series", 0]
