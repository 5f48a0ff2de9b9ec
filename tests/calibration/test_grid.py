"""The simulation gives one result for one seed, and counts what it says it counts."""

from collections import Counter
from functools import partial
from random import Random

import pytest

from service.alliance.policy import Policy
from service.calibration import grid
from service.calibration.comparison import limit_for, ratio_to_best, shapes_of
from service.calibration.forms import course
from service.calibration.model import SHAPES, dyad_course
from service.calibration.tally import Heard, by_session, count_changed, count_stable, hear
from service.calibration.worlds import World

WORK = partial(count_stable, world=World(), n_sessions=12, policy=Policy())


def test_the_number_of_processes_changes_nothing():
    tasks = grid.batches("cell", WORK, grid.BATCH + 100)
    one, two = grid.run(tasks, 1), grid.run(tasks, 2)
    assert one == two
    assert grid.total(one["cell"])["series", 0] == grid.BATCH + 100


def test_batches_have_seeds_of_their_own_unless_cells_share_a_name():
    tasks = [
        *grid.batches("a", WORK, 1000),
        *grid.batches("b", WORK, 1000),
        *grid.batches("c", WORK, 1000, "b"),
    ]
    assert len({task.seed for task in tasks}) == 4
    assert [task.n_series for task in grid.batches("a", WORK, 1200)] == [500, 500, 200]


def test_a_golden_course_is_heard_as_the_engine_says_it():
    # at session 6 T = 3.295 with p = .00547 and R03, R04, R06, R07 fire; it comes back by session 9
    unit = 0.3
    scores = [score / unit for score in (4.00, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92, 4.17, 4.25)]
    heard = hear(course(scores, World(), Policy()))
    assert heard.sessions("alert") == [6]
    assert heard.sessions("urgent") == []
    assert {rule for rule, sessions in heard.fired.items() if 6 in sessions} == {
        "R03",
        "R04",
        "R06",
        "R07",
    }
    assert [episode.confirmed for episode in heard.episodes] == [9]


def test_r15_is_heard_where_both_sides_signal():
    # the therapist rates as the patient does (correlation 1), so that both signal in the same
    # sessions
    heard = hear(dyad_course(Random(3), 24, Policy(), correlation=1.0))
    assert heard.sessions("watch")
    assert heard.fired["R15"] == heard.sessions("watch")


@pytest.mark.parametrize(
    ("severity", "sessions"), [("watch", [2, 3, 4]), ("alert", [3, 4]), ("urgent", [4])]
)
def test_a_severity_counts_the_worse_ones_too(severity, sessions):
    assert Heard((1, 2, 3, 4), {}, []).sessions(severity) == sessions


def test_shares_add_up_over_sessions():
    tally = WORK(Random(1), 300)
    shares = [by_session(tally, "watch", session) for session in (1, 6, 12, 24)]
    assert shares[0] == 0, "nothing can be said before a second session"
    assert 0 < shares[1] < shares[2] == shares[3]


def test_a_huge_dip_is_always_noticed_and_a_huge_lasting_drop_never_taken_for_repaired(monkeypatch):
    monkeypatch.setitem(SHAPES, "dip_4", SHAPES["dip_4"]._replace(depth=12))
    monkeypatch.setitem(SHAPES, "lasting_3", SHAPES["lasting_3"]._replace(depth=12))
    dip = count_changed(Random(2), 50, World(), "dip_4", Policy())
    lasting = count_changed(Random(2), 50, World(), "lasting_3", Policy())
    assert dip["alert", 0] == dip["series", 0] == 50
    assert (lasting["alert", 0], lasting["repaired", 0]) == (50, 0)
    assert lasting["episodes", 0] > 40


def test_a_change_that_no_form_shows_is_not_noticed(monkeypatch):
    monkeypatch.setitem(SHAPES, "dip_4", SHAPES["dip_4"]._replace(depth=12))
    dip = count_changed(Random(2), 200, World(missing=0.5), "dip_4", Policy())
    # half of the forms of session 8 are missing, and of the others those without any earlier one
    # of seven: 0.5 * (1 - 1 / 128) = 0.496; 4 standard errors of 200 courses are 0.141
    assert dip["alert", 0] / 200 == pytest.approx(0.496, abs=0.141)


def test_a_huge_lasting_drop_in_another_session_is_noticed_there(monkeypatch):
    monkeypatch.setitem(SHAPES, "lasting_3", SHAPES["lasting_3"]._replace(depth=12))
    for at in (3, 12):
        found = count_changed(Random(2), 50, World(), "lasting_3", Policy(), at)
        assert (found["alert", 0], found["series", 0]) == (50, 50)
    assert count_changed(Random(2), 50, World(), "lasting_3", Policy(), 1)["alert", 0] == 0


def test_an_assumed_sd_holds_alerts_back_until_eight_own_sessions(monkeypatch):
    monkeypatch.setitem(SHAPES, "dip_4", SHAPES["dip_4"]._replace(depth=12))
    capped = World(assumed=True)
    early = count_changed(Random(2), 50, capped, "dip_4", Policy(), 8)
    late = count_changed(Random(2), 50, capped, "dip_4", Policy(), 9)
    assert (early["watch", 0], early["alert", 0], late["alert", 0]) == (50, 0, 50)


@pytest.mark.parametrize(
    ("share", "limit", "above"), [(0.1, 9, 1), (0.25, 8, 2), (0.0, 10, 0), (1.0, 1, 9), (0.3, 7, 3)]
)
def test_a_limit_is_exceeded_by_no_more_than_the_share(share, limit, above):
    highest = [3, 1, 2, 10, 9, 8, 7, 6, 5, 4]
    assert limit_for(highest, share) == limit
    assert sum(one > limit for one in highest) == above


def test_the_ratio_is_to_the_best_known_detector_over_all_batches():
    ours = [Counter({("dip_3", 0): n}) for n in (6, 9)]
    best, other = "known_limit:dip_3", "known_cusum_1:dip_3"
    theirs = [Counter({(best, 0): 10, (other, 0): 12}), Counter({(best, 0): 10, (other, 0): 1})]
    # 15 / 20; (6 - 7.5)^2 + (9 - 7.5)^2 = 4.5, root 2.1213, over 20
    ratio = ratio_to_best(ours, theirs, "dip_3")
    assert (ratio.value, ratio.error) == pytest.approx((0.75, 0.106066), abs=1e-6)
    assert ratio.best == "known_limit"


def test_a_ratio_to_nothing_noticed_is_nothing():
    assert ratio_to_best([Counter()], [Counter()], "dip_3")[:2] == (0, 0)


def test_cells_whose_goals_are_near_get_ten_times_the_courses():
    n_series = Counter()
    for task in grid.tasks(10):
        n_series[task.cell] += task.n_series
    often = [
        ("stable", grid.MAIN),
        ("stable", ("fitted", 1.5)),
        ("changed", grid.MAIN, "dip_3"),
        ("by_change", "sem", "lasting_3", 3),
    ]
    usual = [
        ("stable", ("sem", 1.0)),
        ("changed", ("sem", 1.0), "dip_3"),
        ("changed", grid.MAIN, "dip_2"),
        ("by_change", "sem", "lasting_3", 4),
        ("by_change", "fitted", "lasting_3", 3),
        ("long", "flat"),
    ]
    assert [n_series[cell] for cell in often + usual] == [100] * len(often) + [10] * len(usual)


def test_what_begins_in_session_8_is_counted_once():
    cells = {task.cell for task in grid.tasks(1)}
    assert not any(cell[0] == "by_change" and cell[-1] == 8 for cell in cells)
    assert {(kind, 1.5) for kind in grid.BY_CHANGE_IN} <= set(grid.CHANGED) <= set(grid.STABLE)


def test_every_fourth_course_has_all_changes():
    assert [len(shapes_of(number)) for number in range(5)] == [6, 2, 2, 2, 6]
