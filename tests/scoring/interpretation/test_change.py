"""Reliable change and clinical significance against the published worked case and written-out
arithmetic.
"""

from statistics import NormalDist

import pytest

from service.scoring.applicability import Applicability
from service.scoring.instrument import ChangeRule, Cutoff, MinimalImportantDifference
from service.scoring.interpretation.change import (
    critical_value,
    judge_change,
    standard_error_of_difference,
    standard_error_of_measurement,
)
from service.scoring.scales import ANYBODY, Respondent
from tests.scoring.forms import scale


def test_the_case_worked_by_jacobson_and_truax():
    """SD 7.5 and retest .80 give S_diff 4.74; from 32.5 to 47.5 the index is 15 / 4.74 = 3.16
    (1991, their example).
    """
    error = standard_error_of_difference(7.5, 0.80)
    assert error == pytest.approx(4.74, abs=0.005)
    one = scale(
        changes=(ChangeRule("jacobson_truax", None, error, 0.95, "jt"),),
        direction="higher_is_better",
    )
    result = judge_change(one, 32.5, 47.5, ANYBODY)
    assert result["rci"] == pytest.approx(3.16, abs=0.005)
    assert result["category"] == "reliably_improved"
    assert (result["baseline"], result["difference"], result["level"], result["method"]) == (
        32.5,
        15,
        0.95,
        "jacobson_truax",
    )
    assert result["threshold"] == pytest.approx(1.96 * 4.7434, abs=0.001)
    assert (result["note"], result["source"], result["minimal_important"]) == (None, "jt", [])


@pytest.mark.parametrize(
    ("sd", "reliability", "sem", "error"),
    [
        (10, 0.91, 3, 4.2426407),
        (0.8, 0.9, 0.2529822, 0.3577709),
        (0.8, 0.8, 0.3577709, 0.5059644),
        (5, 1, 0, 0),
        (5, 0, 5, 7.0710678),
    ],
)
def test_standard_errors(sd, reliability, sem, error):
    """10 x sqrt(.09) = 3, and sqrt(2) x 3 = 4.2426; the others likewise."""
    assert standard_error_of_measurement(sd, reliability) == pytest.approx(sem, abs=1e-7)
    assert standard_error_of_difference(sd, reliability) == pytest.approx(error, abs=1e-7)


@pytest.mark.parametrize(
    ("level", "z"),
    [
        (0.95, 1.959963984540054),
        (0.90, 1.6448536269514722),
        (0.99, 2.5758293035489004),
        (0.68, 0.994457883209753),
    ],
)
def test_critical_values_are_two_sided(level, z):
    assert critical_value(level) == pytest.approx(z, rel=1e-12)


# S_diff of 4: the threshold at 95 % is 7.84.
JT = ChangeRule("jacobson_truax", None, 4.0, 0.95, "jt")
FIXED = ChangeRule("fixed", 6, None, None, "nhs")
OF_A_MEAN = ChangeRule("fixed", 0.5, None, None, "nhs")


@pytest.mark.parametrize(
    ("rule", "difference", "worse", "better"),
    [
        (FIXED, 6, "reliably_deteriorated", "reliably_improved"),
        (FIXED, 5.999, "unchanged", "unchanged"),
        (FIXED, 0, "unchanged", "unchanged"),
        (FIXED, -5.999, "unchanged", "unchanged"),
        (FIXED, -6, "reliably_improved", "reliably_deteriorated"),
        (OF_A_MEAN, 0.5, "reliably_deteriorated", "reliably_improved"),
        (OF_A_MEAN, -0.5, "reliably_improved", "reliably_deteriorated"),
        (JT, 7.84, "reliably_deteriorated", "reliably_improved"),
        (JT, 7.83, "unchanged", "unchanged"),
        (JT, -7.83, "unchanged", "unchanged"),
        (JT, -7.84, "reliably_improved", "reliably_deteriorated"),
    ],
)
def test_the_category_follows_the_threshold_and_the_direction(rule, difference, worse, better):
    """A fixed value is reached, the normal quantile must be exceeded (1.95996 x 4 = 7.83986)."""
    for direction, category in (("higher_is_worse", worse), ("higher_is_better", better)):
        result = judge_change(scale(changes=(rule,), direction=direction), 0, difference, ANYBODY)
        assert (result["category"], result["difference"]) == (category, difference)


def test_a_fixed_rule_has_no_index():
    result = judge_change(scale(changes=(FIXED,)), 10, 4, ANYBODY)
    assert (result["rci"], result["threshold"], result["method"], result["level"]) == (
        None,
        6,
        "fixed",
        None,
    )


def test_an_index_at_the_quantile_itself_is_no_reliable_change():
    """With S_diff 1 the index is the difference; the quantile must be exceeded."""
    one = scale(changes=(ChangeRule("jacobson_truax", None, 1.0, 0.95, "jt"),))
    quantile = NormalDist().inv_cdf(0.975)
    assert judge_change(one, 0, quantile, ANYBODY)["category"] == "unchanged"
    assert judge_change(one, 0, quantile + 1e-9, ANYBODY)["category"] == "reliably_deteriorated"


@pytest.mark.parametrize(("error", "level"), [(4.0, None), (None, 0.95)])
def test_an_index_needs_both_its_error_and_a_level(error, level):
    rule = ChangeRule("jacobson_truax", None, error, level, "jt")
    result = judge_change(scale(changes=(rule,)), 0, 20, ANYBODY)
    assert (result["category"], result["rci"], result["threshold"], result["note"]) == (
        None,
        None,
        None,
        "no_reliable_change_parameters",
    )


@pytest.mark.parametrize("level", [0.99, 0.90])
def test_the_level_moves_the_threshold(level):
    one = scale(changes=(ChangeRule("jacobson_truax", None, 4.0, level, "jt"),))
    result = judge_change(one, 0, 7.84, ANYBODY)
    assert result["threshold"] == pytest.approx({0.99: 10.3033, 0.90: 6.5794}[level], abs=1e-4)
    assert result["category"] == {0.99: "unchanged", 0.90: "reliably_deteriorated"}[level]


@pytest.mark.parametrize(
    ("baseline", "value", "note"),
    [(None, 5, "baseline_not_scored"), (5, None, "not_scored"), (None, None, "not_scored")],
)
def test_without_both_scores_there_is_no_change(baseline, value, note):
    result = judge_change(scale(changes=(FIXED,)), baseline, value, ANYBODY)
    assert (result["note"], result["difference"], result["category"], result["baseline"]) == (
        note,
        None,
        None,
        baseline,
    )


NOT_JUDGED = {
    "baseline": 10,
    "difference": None,
    "rci": None,
    "category": None,
    "clinically_significant": None,
    "method": "fixed",
    "level": None,
    "threshold": None,
    "minimal_important": [],
    "source": "nhs",
}


def test_a_change_that_is_not_judged_is_told_whole():
    """A difference to a score of a shortened scale would be one of two different scales."""
    one = scale(changes=(FIXED,), cutoffs=(Cutoff("cut", ">=", 10, "src"),))
    assert judge_change(one, 10, None, ANYBODY) == {**NOT_JUDGED, "note": "not_scored"}
    assert judge_change(one, 10, 2, ANYBODY, shortened=True) == {
        **NOT_JUDGED,
        "note": "items_not_applicable",
    }
    nothing = dict.fromkeys(("method", "source"))
    assert judge_change(scale(), 10, 2, ANYBODY) == {
        **NOT_JUDGED,
        **nothing,
        "difference": -8,
        "note": "no_reliable_change_parameters",
    }


@pytest.mark.parametrize("rules", [(), (ChangeRule(None, clinical_cutoff="cut"),)])
def test_without_a_rule_the_difference_is_given_and_not_judged(rules):
    one = scale(changes=rules, cutoffs=(Cutoff("cut", ">=", 10, "src"),))
    result = judge_change(one, 12, 5, ANYBODY)
    assert (result["difference"], result["category"], result["clinically_significant"]) == (
        -7,
        None,
        None,
    )
    assert (result["note"], result["method"], result["source"]) == (
        "no_reliable_change_parameters",
        None,
        None,
    )


def test_differences_that_matter_are_judged_beside_the_rule_in_their_direction():
    important = (
        MinimalImportantDifference("small", 1.7, "k"),
        MinimalImportantDifference("worse", 1.7, "k", "deterioration"),
        MinimalImportantDifference("either", 5, "l", "either"),
    )
    rule = ChangeRule(None, minimal_important=important)
    for lower_by, met in (
        (1.6, [False, False, False]),
        (1.7, [True, False, False]),
        (-1.6, [False, False, False]),
        (-1.7, [False, True, False]),
        (5, [True, False, True]),
        (-5, [False, True, True]),
    ):
        for direction, difference in (
            ("higher_is_worse", -lower_by),
            ("higher_is_better", lower_by),
        ):
            one = scale(changes=(rule,), direction=direction)
            result = judge_change(one, 0, difference, ANYBODY)
            assert [known["met"] for known in result["minimal_important"]] == met
    assert result["minimal_important"][0] == {
        "name": "small",
        "value": 1.7,
        "direction": "improvement",
        "met": False,
        "source": "k",
    }


CHILDREN = Applicability(maximum_age=17)
ADULTS = Applicability(minimum_age=18, of_unknown_age=True)


@pytest.mark.parametrize(
    ("age", "threshold", "category"),
    [
        (9, 3, "reliably_improved"),
        (17.9, 3, "reliably_improved"),
        (18, 5, "unchanged"),
        (None, 5, "unchanged"),
    ],
)
def test_the_rule_for_the_respondents_age_is_used(age, threshold, category):
    rules = (
        ChangeRule("fixed", 5, source="a", applies_to=ADULTS),
        ChangeRule("fixed", 3, source="c", applies_to=CHILDREN),
    )
    result = judge_change(scale(changes=rules), 10, 6, Respondent(age))
    assert (result["threshold"], result["category"], result["note"]) == (threshold, category, None)


@pytest.mark.parametrize(
    ("respondent", "note"),
    [
        (Respondent(9, "female"), "other_age"),
        (Respondent(None, None), "needs_age_or_sex"),
        (Respondent(40, "male"), "other_sex"),
    ],
)
def test_a_rule_for_others_is_not_used(respondent, note):
    important = (MinimalImportantDifference("m", 1, "k"),)
    applies_to = Applicability(18, None, "female", of_unknown_age=True)
    rule = ChangeRule("fixed", 5, source="a", minimal_important=important, applies_to=applies_to)
    result = judge_change(scale(changes=(rule,)), 10, 2, respondent)
    assert (result["difference"], result["category"], result["note"]) == (-8, None, note)
    assert (result["threshold"], result["method"], result["minimal_important"]) == (None, None, [])


def test_a_difference_that_matters_to_others_is_left_out():
    important = (
        MinimalImportantDifference("adults", 1, "k", applies_to=ADULTS),
        MinimalImportantDifference("all", 1, "k"),
    )
    rule = ChangeRule("fixed", 5, minimal_important=important)
    for age, names in ((9, ["all"]), (18, ["adults", "all"]), (None, ["adults", "all"])):
        found = judge_change(scale(changes=(rule,)), 10, 2, Respondent(age))["minimal_important"]
        assert [known["name"] for known in found] == names


def test_a_clinical_cutoff_for_others_leaves_the_significance_open():
    rule = ChangeRule("fixed", 5, clinical_cutoff="cut")
    one = scale(changes=(rule,), cutoffs=(Cutoff("cut", ">=", 6, "src", applies_to=ADULTS),))
    child = judge_change(one, 10, 2, Respondent(15))
    assert (child["category"], child["clinically_significant"]) == ("reliably_improved", None)
    assert child["note"] == "clinical_cutoff_other_age"
    adult = judge_change(one, 10, 2, Respondent(18))
    assert (adult["clinically_significant"], adult["note"]) == ("recovered", None)


def clinical(op, value, direction, **applies):
    cutoff = Cutoff("cut", op, value, "src", applies_to=Applicability(**applies))
    rule = ChangeRule("fixed", 6, None, None, "nhs", clinical_cutoff="cut")
    return scale(
        changes=(rule,), direction=direction, cutoffs=(Cutoff("other", op, 0, "src"), cutoff)
    )


@pytest.mark.parametrize(
    ("baseline", "value", "outcome"),
    [
        (15, 9, "recovered"),
        (10, 4, "recovered"),
        (16, 10, "improved"),
        (9, 3, "improved"),
        (12, 7, "unchanged"),
        (9, 10, "unchanged"),
        (5, 11, "deteriorated"),
        (12, 18, "deteriorated"),
    ],
)
def test_recovery_needs_reliable_improvement_and_a_crossed_cutoff(baseline, value, outcome):
    result = judge_change(clinical(">=", 10, "higher_is_worse"), baseline, value, ANYBODY)
    assert result["clinically_significant"] == outcome


@pytest.mark.parametrize(
    ("baseline", "value", "outcome"),
    [(30, 36, "recovered"), (29, 35, "improved"), (36, 30, "deteriorated"), (35, 36, "unchanged")],
)
def test_recovery_where_higher_is_better(baseline, value, outcome):
    result = judge_change(clinical("<", 36, "higher_is_better"), baseline, value, ANYBODY)
    assert result["clinically_significant"] == outcome


@pytest.mark.parametrize(
    ("sex", "outcome"), [("male", "recovered"), ("female", None), (None, None), ("other", None)]
)
def test_a_cutoff_by_sex_is_used_for_that_sex_only(sex, outcome):
    one = clinical(">=", 10, "higher_is_worse", sex="male")
    assert judge_change(one, 15, 9, Respondent(40, sex))["clinically_significant"] == outcome


def test_of_several_cutoffs_of_a_system_the_first_that_fits_is_crossed():
    """From 15 to 9 an adult comes below 10; 12 and 3 are for others or come later."""
    cutoffs = (
        Cutoff("cut", ">=", 12, "src", applies_to=CHILDREN),
        Cutoff("cut", ">=", 10, "src", applies_to=ADULTS),
        Cutoff("cut", "<", 3, "src"),
    )
    rule = ChangeRule("fixed", 6, clinical_cutoff="cut")
    one = scale(changes=(rule,), cutoffs=cutoffs)
    assert judge_change(one, 15, 9, Respondent(18))["clinically_significant"] == "recovered"
    assert judge_change(one, 16, 10, Respondent(18))["clinically_significant"] == "improved"
    assert judge_change(one, 18, 11, Respondent(17))["clinically_significant"] == "recovered"


def test_no_cutoff_is_named_no_clinical_significance():
    assert judge_change(scale(changes=(FIXED,)), 15, 9, ANYBODY)["clinically_significant"] is None


@pytest.mark.parametrize(("baseline", "value"), [(2.7, 3.4), (4.1, 3.4), (0.1, 0.8), (1.1, 1.8)])
def test_a_difference_of_decimals_reaches_the_threshold_it_equals(baseline, value):
    """3.4 - 2.7 is 0.6999999999999997 in binary; the published value of 0.7 is reached all the
    same.
    """
    important = (MinimalImportantDifference("m", 0.7, "k", "either"),)
    rule = ChangeRule("fixed", 0.7, minimal_important=important)
    result = judge_change(scale(changes=(rule,)), baseline, value, ANYBODY)
    assert result["category"] != "unchanged"
    assert result["minimal_important"][0]["met"]
