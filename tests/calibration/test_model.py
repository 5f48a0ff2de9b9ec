"""The simulated courses have the moments and shapes that the page states."""

import math
from random import Random
from statistics import correlation, fmean, pstdev

import pytest

from service.alliance.judging.monitor import Monitor
from service.alliance.policy import Policy
from service.calibration import grid, model
from service.calibration.forms import NORM_SD, course
from service.calibration.model import SHAPES
from service.calibration.worlds import (
    FITTED_SDS,
    FIVE_POINTS,
    ONE_ANSWER,
    UNEVEN,
    Growth,
    World,
)

N = 20_000  # standard error of an SD of 1: 0.005


def within(expected, tolerance=0.025):
    return pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_deviations_have_mean_0_and_sd_1_at_every_session(phi):
    rng = Random(1)
    for scores in zip(*(model.noise(rng, 5, phi) for _ in range(N)), strict=True):
        assert (fmean(scores), pstdev(scores)) == (within(0), within(1))


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_successive_deviations_correlate_phi(phi):
    scores = model.noise(Random(2), N, phi)
    assert correlation(scores, scores[1:] + scores[:1]) == within(phi)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("dip_3", [0] * 7 + [-3, 0, 0, 0, 0]),
        ("lasting_2", [0] * 7 + [-2] * 5),
        ("erosion_3", [0] * 4 + [-0.375, -0.75, -1.125, -1.5, -1.875, -2.25, -2.625, -3]),
    ],
)
def test_changes_begin_where_the_page_says(shape, expected):
    assert model.changed([0] * 12, SHAPES[shape]) == expected


@pytest.mark.parametrize(
    ("shape", "first", "last"), [("dip_2", 8, 8), ("lasting_3", 8, 10), ("erosion_3", 5, 12)]
)
def test_a_change_is_noticed_from_its_first_to_its_last_session(shape, first, last):
    noticed = [session for session in range(1, 16) if SHAPES[shape].noticed([session])]
    assert (noticed[0], noticed[-1]) == (first, last)


@pytest.mark.parametrize("at", [2, 3, 12])
def test_a_change_can_begin_in_another_session(at):
    lasting = SHAPES["lasting_3"]._replace(at=at)
    assert model.changed([0] * 14, lasting) == [0] * (at - 1) + [-3] * (15 - at)
    assert [n for n in range(1, 20) if lasting.noticed([n])] == [at, at + 1, at + 2]
    assert list(SHAPES["dip_3"]._replace(at=at).window) == [at]


def test_skewed_deviations_have_mean_0_sd_1_and_that_skewness_and_are_independent():
    scores = model.noise(Random(6), 4 * N, skew=-1.4)
    mean, sd = fmean(scores), pstdev(scores)
    assert (mean, sd) == (within(0), within(1))
    assert fmean(((one - mean) / sd) ** 3 for one in scores) == within(-1.4, 0.1)
    assert correlation(scores, scores[1:] + scores[:1]) == within(0)


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (Growth(path="line"), {1: 0, 2: 1, 40: 39}),
        (Growth(path="line", level_at=6.5), {1: -5.5, 6: -0.5, 12: 5.5}),
        (Growth(path="to_7"), {1: 0, 7: 6, 8: 6, 40: 6}),
        (Growth(path="to_12", level_at=6.5), {1: -5.5, 12: 5.5, 24: 5.5}),
        (Growth(path="saturating"), {1: 0, 5: 1 - math.exp(-1), 40: 1 - math.exp(-39 / 4)}),
        (Growth(path="sudden"), {1: 0, 5: 0, 6: 1, 40: 1}),
    ],
)
def test_growth_follows_its_path_and_stands_at_the_level_where_it_says(growth, expected):
    risen = growth.risen(2.0, 40)
    assert {session: risen[session - 1] / 2 for session in expected} == pytest.approx(expected)


def test_slopes_differ_between_dyads_as_told():
    world = World(growth=Growth(0.12, 0.08))
    rng = Random(7)
    slopes = [
        (scores[-1] - scores[0]) / 100
        for scores in (model.moved(rng, world, 101) for _ in range(4000))
    ]
    # noise adds sqrt(2) / 100 to the SD of a slope over 100 sessions: sqrt(.08^2 + .0002) = .0812
    assert (fmean(slopes), pstdev(slopes)) == (within(0.12, 0.005), within(0.0812, 0.004))


@pytest.mark.parametrize(("uneven", "mean_square"), [(UNEVEN, 1.0), (FITTED_SDS, 1.2470)])
def test_variances_of_dyads_are_scaled_inverse_chi_square(uneven, mean_square):
    # mean nu0 s^2 / (nu0 - 2): 4.3 * (.245 / .3)^2 / 2.3 = 1.2470. Half of the dyads have less than
    # nu0 s^2 / 3.6565, the median of chi-square with 4.3 df (Wilson-Hilferty: 4.3 (1 - 2/38.7)^3)
    rng = Random(8)
    variances = sorted(uneven.draw(rng) ** 2 for _ in range(20 * N))
    assert fmean(variances) == pytest.approx(mean_square, rel=0.1)
    median = uneven.nu0 * uneven.scale**2 / (4.3 * (1 - 2 / 38.7) ** 3)
    assert variances[10 * N] == pytest.approx(median, rel=0.01)


@pytest.mark.parametrize(
    ("form", "deviation", "score"),
    [
        (FIVE_POINTS, 0, 4.8333),  # 4.8 is 57.6 twelfths, rounded to 58
        (FIVE_POINTS, 10, 5),
        (FIVE_POINTS, -1, 4.5),  # 4.5 is 54 twelfths
        (FIVE_POINTS, -20, 1),
        (ONE_ANSWER, 0, 5),
        (ONE_ANSWER, -1.1, 4),  # 4.47
    ],
)
def test_forms_show_steps_within_their_range(form, deviation, score):
    assert form.shown(4.8, deviation) == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(
    ("world", "sem", "told"),
    [
        (World(kappa=2.0), 0.5, 1.0),
        (World(sem_known=False), None, 1.0),
        (World(told_sd=0.5), 1 / 1.5, 0.5),
        (World(form=FIVE_POINTS), 0.2, 0.3),
        (grid.STABLE["fitted_shipped", 1.5], 0.197, 0.302),
        (grid.OF_40_POINTS, None, 3.2),
    ],
)
def test_the_rules_are_told_kappa_and_sd_in_the_scores_metric(world, sem, told):
    assert world.errors.sem == (pytest.approx(sem) if sem is not None else None)
    assert world.errors.within_person_sd == pytest.approx(told)


@pytest.mark.parametrize(
    ("world", "provenance", "step"),
    [
        (World(), "caller", None),
        (grid.FITTED, "caller", 1),
        (World(assumed=True), "derived_digital", None),
        (grid.STABLE["fitted_capped", 1.5], "derived_digital", 1),
        (grid.OF_40_POINTS, "derived_digital", None),
    ],
)
def test_the_engine_knows_what_the_world_says(world, provenance, step):
    monitor = Monitor(course([4.0], world, Policy()))
    monitor.hear(monitor.course.sessions[0])
    (series,) = monitor.tracks.series.values()
    known, sem = series.model.within_person_sd, series.model.sem
    assert (known.provenance, series.step) == (provenance, step)
    assert known.value == pytest.approx(world.errors.within_person_sd)
    assert (sem and sem.value) == (
        pytest.approx(world.errors.sem) if world.errors.sem is not None else None
    )


def test_forms_show_a_change_cut_at_the_ceiling_and_not_where_they_are_missing():
    # 4.8 - 2 * .3 = 4.2 is 50.4 twelfths, rounded to 50; 4.8 + 2 * .3 is beyond 5
    high = World(form=FIVE_POINTS._replace(level=4.8, level_sd=0))
    assert model.observed(Random(1), [-2, 2], high) == pytest.approx([4.1667, 5], abs=1e-4)
    shown = model.observed(Random(1), [1.5] * 4000, World(missing=0.25))
    assert set(shown) == {None, 1.5}
    assert shown.count(None) / 4000 == within(0.25)


def test_real_courses_were_fitted_at_mid_course():
    rng = Random(9)
    courses = [
        model.observed(rng, model.moved(rng, grid.FITTED, 12), grid.FITTED) for _ in range(4000)
    ]
    # few scores are cut at 5, so the mean at mid-course stays a little below 4, and the rise too
    assert fmean((one[5] + one[6]) / 2 for one in courses) == within(3.98, 0.04)
    assert fmean((one[11] - one[0]) / 11 for one in courses) == within(0.035, 0.003)


def test_missing_forms_leave_the_session():
    made = model.stable_course(Random(3), World(missing=0.15), 4000, Policy())
    empty = sum(not session.ratings for session in made.sessions)
    assert len(made.sessions) == 4000
    assert empty / 4000 == within(0.15)


def test_with_subscales_the_total_has_sd_1_about_a_level_from_the_norm():
    made = model.stable_course(Random(4), World(parts=True), N, Policy())
    values = [session.ratings[0].values for session in made.sessions]
    totals = [value["total"] for value in values]
    assert pstdev(totals) == within(1)
    assert totals[0] == pytest.approx(fmean(values[0][name] for name in model.PARTS))
    goal, bond = ([value[name] for value in values] for name in ("goal", "bond"))
    assert correlation(goal, bond) == within(model.PARTS_CORRELATION)
    levels = [
        fmean(
            s.ratings[0].values["total"]
            for s in model.stable_course(rng, World(parts=True), 1, Policy()).sessions
        )
        for rng in (Random(seed) for seed in range(4000))
    ]
    assert pstdev(levels) == within(NORM_SD, 0.08)


def test_one_seed_gives_one_patient_in_every_variant_of_a_dyad():
    variants = [
        model.dyad_course(Random(5), N, Policy(), *what)
        for what in ((None, False), (0.36, False), (0.36, True))
    ]
    ours, paired, _ = (
        [[rating.values["total"] for rating in session.ratings] for session in made.sessions]
        for made in variants
    )
    assert [scores[0] for scores in ours] == [scores[0] for scores in paired]
    assert [len(made.sessions[0].ratings) for made in variants] == [1, 2, 3]
    assert correlation(*zip(*paired, strict=True)) == within(0.36)
