"""The simulated courses have the moments and shapes that the page states."""

from random import Random
from statistics import correlation, fmean, pstdev

import pytest

from service.alliance.policy import Policy
from service.calibration import model
from service.calibration.model import SHAPES, World

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


@pytest.mark.parametrize(("deviation", "score"), [(0, 4.8333), (10, 5), (0.5, 5), (-1, 4.4167)])
def test_scores_near_the_ceiling_come_in_twelfths_up_to_5(deviation, score):
    # 4.8 is 57.6 twelfths, rounded to 58; 4.975 is 59.7, rounded to 60; 4.45 is 53.4, rounded to 53
    assert model.rounded(deviation) == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(
    ("world", "sem", "told"),
    [
        (World(kappa=2.0), 0.5, 1.0),
        (World(sem_known=False), None, 1.0),
        (World(told_sd=0.5), 1 / 1.5, 0.5),
        (World(ceiling=True), 0.35 / 1.5, 0.35),
    ],
)
def test_the_rules_are_told_kappa_and_sd_in_the_scores_metric(world, sem, told):
    assert (world.errors.sem, world.errors.within_person_sd) == (sem, told)


def test_forms_show_a_change_cut_at_the_ceiling_and_not_where_they_are_missing():
    # 4.8 - 2 * .35 = 4.1 is 49.2 twelfths, rounded to 49; 4.8 + 2 * .35 is beyond 5
    assert model.observed(Random(1), [-2, 2], World(ceiling=True)) == pytest.approx(
        [4.0833, 5], abs=1e-4
    )
    shown = model.observed(Random(1), [1.5] * 4000, World(missing=0.25))
    assert set(shown) == {None, 1.5}
    assert shown.count(None) / 4000 == within(0.25)


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
    assert pstdev(levels) == within(model.NORM_SD, 0.08)


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
