"""Two raters on counterpart forms: how far apart they are, in percent of the maximum possible."""

import math

import pytest

from service.alliance.course import Errors
from service.alliance.series.pair import Pair, percent
from tests.alliance.courses import BOND, BOND_T, alliance_form, judged

SDS = Errors(sem=0.2, within_person_sd=0.3, sd=0.8)


def sides(ours=BOND, theirs=BOND_T, errors=SDS, **members):
    """Return a patient's and a therapist's series of five sessions, 4 and 3 each."""
    monitor = judged(
        [4.2, 4, 4.4, 4, 5], [3, 3, 3, 3, 1], form=ours, therapist_form=theirs, errors=errors,
        **members,
    )  # fmt: skip
    found = [one for one in monitor.tracks.series.values() if one.is_watched]
    return sorted(found, key=lambda one: one.key.perspective)


def heard(pair, *sessions):
    """Let a pair take sessions by their number; return what it knows after each."""
    told = []
    for number in sessions:
        ours, theirs = (series.points[number - 1] for series in (pair.client, pair.therapist))
        pair.arrive(ours, theirs)
        told.append((pair.n_paired, pair.gap_before, pair.gap))
    return told


def test_the_gap_is_in_percent_of_the_maximum_possible():
    """(4.2 - 1) / 4 = 80 %, 3 is 50 %; then 75, 85, 75 and 100 less 50, 50, 50 and 0."""
    pair = Pair(*sides())
    assert (pair.gap, pair.gap_before, pair.n_paired, list(pair.gaps)) == (None, None, 0, [])
    approximately = pytest.approx
    assert heard(pair, 1, 2, 3, 4, 5) == [
        (1, None, approximately(30)),
        (2, approximately(30), approximately(25)),
        (3, approximately(25), approximately(35)),
        (4, approximately(35), approximately(25)),
        (5, approximately(25), approximately(100)),
    ]
    assert list(pair.gaps) == approximately([35, 25, 100])  # the last three
    assert pair.has_ranges is True


def test_another_therapist_begins_anew():
    pair = Pair(*sides(events={4: ["therapist_change"]}))
    told = heard(pair, 1, 2, 3, 4)
    assert told[3] == (1, None, pytest.approx(25))
    assert list(pair.gaps) == pytest.approx([25])


@pytest.mark.parametrize(
    ("errors", "pooled"),
    [(SDS, 20), (Errors(sem=0.2, within_person_sd=0.3), None)],
)
def test_sds_are_pooled_in_percent_where_both_are_known(errors, pooled):
    """100 x 0.8 / 4 = 20 for both."""
    pair = Pair(*sides(errors=errors))
    assert pair.pooled_sd == (None if pooled is None else pytest.approx(pooled))
    ((n_paired, before, gap),) = heard(pair, 1)
    assert (n_paired, before, gap is None) == (1, None, pooled is None)
    assert list(pair.gaps) == pytest.approx([30])


def test_two_sds_are_pooled_as_variances():
    """A sum from 3 to 15: 100 x 0.8 / 12 = 6.667; sqrt((20^2 + 6.667^2) / 2) = 14.907."""
    sums = alliance_form("bond-t", metric="sum", counterpart="bond")
    pair = Pair(*sides(theirs=sums))
    assert pair.pooled_sd == pytest.approx(math.sqrt((400 + 400 / 9) / 2))


@pytest.mark.parametrize("side", [0, 1])
def test_without_a_range_nothing_is_compared(side):
    forms = [BOND, BOND_T]
    forms[side] = alliance_form(forms[side].id, total={"terms": ()}, counterpart="bond")
    pair = Pair(*sides(*forms))
    assert (pair.has_ranges, pair.pooled_sd) == (False, None)
    assert heard(pair, 1, 2) == [(1, None, None), (2, None, None)]
    assert list(pair.gaps) == []


@pytest.mark.parametrize(
    ("direction", "shares"),
    [("higher_is_better", [0, 25, 100]), ("higher_is_worse", [100, 75, 0])],
)
def test_a_score_in_percent_is_better_the_higher(direction, shares):
    (series, _) = sides(alliance_form(direction=direction, counterpart="bond-t"))
    assert [percent(value, series) for value in (1, 2, 5)] == shares
