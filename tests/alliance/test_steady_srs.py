"""Steady courses of a form near its best whose session-to-session SD is only assumed: the shipped
SRS, followed from what a caller sends.

Populations as in a clinic whose dyads stand near the ceiling or below the cut-off of 36: mean and
SD of their levels, session-to-session SD, in points of 0 to 40.
"""

import math
from random import Random

import pytest

from service.alliance.judging.monitor import Monitor
from service.alliance.policy import policy_for
from service.alliance.reading import read_course

POPULATIONS = [(37, 2.5, 1.5), (36, 3, 2), (34, 4, 2)]
N_COURSES, N_SESSIONS = 300, 12
MOST, MOST_OF_ONE_PERCENT = 0.10, 0.02


def steady(rng, level, level_sd, sd):
    """Return scores about one level, in tenths of a point within the form's range."""
    own = rng.gauss(level, level_sd)
    scores = [own + sd * rng.gauss(0, 1) for _ in range(N_SESSIONS)]
    return [min(40.0, max(0.0, round(score, 1))) for score in scores]


def share_alerted(catalog, population, policy):
    rng, n_alerted = Random(2), 0
    for _ in range(N_COURSES):
        sent = [
            {"number": number, "forms": [{"instrument": "srs", "scores": {"total": score}}]}
            for number, score in enumerate(steady(rng, *population), 1)
        ]
        course = read_course(sent, lambda name, version: catalog.get(name, version).scorer, policy)
        monitor = Monitor(course)
        signals = [monitor.hear(session).signal["client"] for session in course.sessions]
        n_alerted += any(signal in ("alert", "urgent") for signal in signals)
    return n_alerted / N_COURSES


@pytest.mark.parametrize("population", POPULATIONS)
def test_at_most_one_steady_course_in_ten_has_an_alert(catalog, population):
    share = share_alerted(catalog, population, policy_for())
    error = math.sqrt(MOST * (1 - MOST) / N_COURSES)  # 1.7 points
    assert share <= MOST - 2 * error


@pytest.mark.parametrize("population", POPULATIONS)
def test_at_most_two_in_a_hundred_where_one_is_allowed(catalog, population):
    assert share_alerted(catalog, population, policy_for(0.01, 12)) <= MOST_OF_ONE_PERCENT
