"""What the model derives once: keyed scores, printed columns, who a number is for."""

import pytest

from service.scoring.applicability import Applicability, why_none_fits
from service.scoring.instrument import (
    BandSystem,
    ChangeRule,
    Cutoff,
    ExpectedRates,
    Growth,
    Instrument,
    Item,
    LinkedTable,
    LookupTable,
    MinimalImportantDifference,
    NormGroup,
    Precision,
    Reliability,
    ResponseOption,
    ResponseSet,
    SessionFigure,
    Transform,
    picker,
)
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Step, Steps
from service.scoring.rules import Criterion
from tests.scoring.forms import (
    at,
    clock,
    instrument,
    items,
    line,
    listed,
    recoded,
    scale,
    steps,
)


@pytest.mark.parametrize(
    ("answers", "reverse", "keyed"),
    [
        (steps(1, 5), False, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}),
        (steps(1, 5), True, {1: 5, 2: 4, 3: 3, 4: 2, 5: 1}),
        (steps(0, 4), True, {0: 4, 1: 3, 2: 2, 3: 1, 4: 0}),
        (steps(-3, 3), True, {-3: 3, -2: 2, -1: 1, 0: 0, 1: -1, 2: -2, 3: -3}),
        (listed(0, 2, 4), True, {0: 4, 2: 2, 4: 0}),
        (recoded(v1=100, v2=50, v3=0), False, {1: 100, 2: 50, 3: 0}),
        (recoded(v1=10, v2=15, v3=40), True, {1: 40, 2: 35, 3: 10}),
        (listed(0, 0.5, 1.5), True, {0: 1.5, 0.5: 1, 1.5: 0}),
    ],
)
def test_an_item_keys_each_allowed_value(answers, reverse, keyed):
    assert Item("1", answers, reverse=reverse).score_of == keyed


def test_reverse_keying_mirrors_the_scores_not_the_submitted_values():
    """The score used is min + max - score of the item's own response set, also where answers are
    recoded.
    """
    item = Item("1", recoded(v1=100, v2=75, v3=0), reverse=True)
    assert (item.lowest, item.highest) == (0, 100)
    assert item.score_of == {1: 0, 2: 25, 3: 100}


@pytest.mark.parametrize(
    ("value", "reverse", "keyed"),
    [
        (0, False, 0),
        (10, False, 10),
        (3.7, False, 3.7),
        (0, True, 10),
        (10, True, 0),
        (2.5, True, 7.5),
    ],
)
def test_a_line_keys_any_number_in_its_range(value, reverse, keyed):
    item = Item("1", line(), reverse=reverse)
    assert item.score_of == {}
    assert item.key_continuous(value) == keyed


@pytest.mark.parametrize(
    "value", [-0.001, 10.001, 11, -1, float("nan"), float("inf"), float("-inf")]
)
def test_a_line_refuses_a_number_outside_its_range(value):
    assert Item("1", line()).key_continuous(value) is None


def test_an_item_with_options_is_no_line():
    assert Item("1", steps(0, 3)).key_continuous(2) is None


@pytest.mark.parametrize(("mirrored", "columns"), [(False, (3, 1, 2)), (True, (2, 1, 3))])
def test_columns_follow_the_printed_order(mirrored, columns):
    assert Item("1", listed(3, 1, 2), mirrored=mirrored).columns == columns


def test_a_mirrored_row_is_not_reverse_keyed():
    assert Item("1", steps(1, 5), mirrored=True).score_of[5] == 5


def test_the_items_of_a_response_set_share_what_its_answers_are_worth():
    """Hundreds of forms are held by every worker: nothing stands there once for each item."""
    answers = steps(0, 3)
    first, second, reverse = Item("1", answers), Item("2", answers), Item("3", answers, True)
    assert first.score_of is second.score_of
    assert first.keying is second.keying
    assert reverse.keying == {0: 3, 1: 2, 2: 1, 3: 0, None: None}
    assert first.columns is reverse.columns


AGES = Applicability(18, 64)


@pytest.mark.parametrize(
    ("group", "age", "sex", "fits"),
    [
        (Applicability(), None, None, True),
        (AGES, 17, None, False),
        (AGES, 17.999, None, False),
        (AGES, 18, None, True),
        (AGES, 64, None, True),
        (AGES, 64.999, None, True),
        (AGES, 65, None, False),
        (AGES, None, None, False),
        (Applicability(minimum_age=18), 120, None, True),
        (Applicability(minimum_age=0), 0, None, True),
        (Applicability(minimum_age=0), None, None, False),
        (Applicability(maximum_age=12), 0, None, True),
        (Applicability(maximum_age=12), 13, None, False),
        (Applicability(maximum_age=12), None, None, False),
        (Applicability(sex="female"), 40, "female", True),
        (Applicability(sex="female"), 40, "male", False),
        (Applicability(sex="female"), 40, "other", False),
        (Applicability(sex="female"), 40, "unknown", False),
        (Applicability(sex="female"), 40, None, False),
        (Applicability(18, 64, "male"), 30, "male", True),
        (Applicability(18, 64, "male"), 65, "male", False),
        (Applicability(18, 64, "male"), None, "male", False),
        (Applicability(minimum_age=18, of_unknown_age=True), None, None, True),
        (Applicability(minimum_age=18, of_unknown_age=True), 17.9, None, False),
        (Applicability(18, None, "male", of_unknown_age=True), None, "male", True),
        (Applicability(18, None, "male", of_unknown_age=True), None, None, False),
    ],
)
def test_a_number_is_only_for_respondents_who_are_known_to_belong(group, age, sex, fits):
    assert group.fits(age, sex) is fits


@pytest.mark.parametrize(
    ("group", "age", "sex", "reason"),
    [
        (AGES, 17, None, "other_age"),
        (AGES, 65, None, "other_age"),
        (AGES, None, None, "needs_age"),
        (AGES, 18, None, None),
        (Applicability(sex="female"), None, "male", "other_sex"),
        (Applicability(sex="female"), None, "other", "needs_sex"),
        (Applicability(sex="female"), None, None, "needs_sex"),
        (Applicability(18, 64, "female"), 12, "male", "other_sex"),
        (Applicability(18, 64, "female"), 12, "female", "other_age"),
    ],
)
def test_the_reason_says_what_is_not_known_or_who_the_respondent_is(group, age, sex, reason):
    assert group.misfit(age, sex) == reason


@pytest.mark.parametrize(
    ("reasons", "why"),
    [
        (["other_age"], "other_age"),
        (["other_sex"], "other_sex"),
        (["other_sex", "other_age"], "other_age"),
        (["other_age", "needs_sex"], "needs_age_or_sex"),
        (["needs_age", "other_sex"], "needs_age_or_sex"),
    ],
)
def test_what_would_have_to_be_known_is_said_first(reasons, why):
    assert why_none_fits(reasons) == why


@pytest.mark.parametrize(
    ("group", "open_to_all"),
    [
        (Applicability(), True),
        (Applicability(minimum_age=0), False),
        (Applicability(maximum_age=99), False),
        (Applicability(sex="male"), False),
    ],
)
def test_a_group_without_limits_is_open(group, open_to_all):
    assert group.is_open is open_to_all


@pytest.mark.parametrize(("positions", "picked"), [((), ()), ((2,), ("c",)), ((2, 0), ("c", "a"))])
def test_a_picker_returns_a_tuple_whatever_the_number_of_positions(positions, picked):
    assert picker(positions)("abc") == picked


@pytest.mark.parametrize(
    ("members", "plain"),
    [
        ({}, True),
        ({"aggregation": "mean"}, True),
        ({"aggregation": "max"}, False),
        ({"aggregation": "count", "at_least": (1, 1, 1)}, False),
        ({"weights": (1, 1, 2)}, False),
        ({"aggregation": "composite", "terms": (), "components": ("a", "b")}, False),
    ],
)
def test_only_an_unweighted_sum_or_mean_of_items_is_plain(members, plain):
    assert scale(**members).is_plain is plain


def test_an_instrument_knows_items_and_scales_by_name():
    form: Instrument = instrument(items(3, reverse=[2]))
    assert form.item_ids == ("1", "2", "3")
    assert form.position.keys() == {"1", "2", "3"}
    assert form.position == {"1": 0, "2": 1, "3": 2}
    assert form.scale["total"] is form.scales[0]
    assert form.keying[1] == {0: 3, 1: 2, 2: 1, 3: 0, None: None}


@pytest.mark.parametrize(("positions", "plain"), [((), False), ((0,), True), ((0, 1), True)])
def test_a_sum_of_single_items_is_plain_from_one_item_on(positions, plain):
    assert scale(positions).is_plain is plain


WOMEN = Applicability(sex="female")


@pytest.mark.parametrize(
    "members",
    [
        {"bands": (BandSystem("b", (), "s", WOMEN),)},
        {"cutoffs": (Cutoff("c", ">=", 1, "s", applies_to=WOMEN),)},
        {"changes": (ChangeRule("fixed", 5, applies_to=WOMEN),)},
        {
            "changes": (
                ChangeRule(
                    None,
                    minimal_important=(MinimalImportantDifference("m", 1, "s", applies_to=WOMEN),),
                ),
            )
        },
        {"reliabilities": (Reliability("alpha", 0.9, "s", applies_to=WOMEN),)},
        {"precision": Precision(1, None, None, "s", WOMEN)},
        {"growth": Growth(1, 2, "s", WOMEN)},
        {"autocorrelation": SessionFigure(0.3, "s", WOMEN)},
        {"unevenness": SessionFigure(5, "s", WOMEN)},
        {"expected_rates": ExpectedRates((5,), {}, {}, 1.0, None, "s", WOMEN)},
        {"transform": Transform("sum", tables=(LookupTable(WOMEN, {0: (1, None)}),))},
        {"linked": (LinkedTable("t", "T", "u", "m", {}, "s", WOMEN),)},
        {"within_person_sd": 3, "within_person_sd_for": WOMEN},
    ],
)
def test_a_respondent_is_another_case_for_every_number_that_is_not_for_everybody(members):
    form = instrument(items(3), scale(**members), scale(id="twin", **members))
    assert form.groups == (WOMEN,)
    assert form.misfits(None, "female") == (None,)
    assert form.misfits(None, "male") == ("other_sex",)


def test_norms_and_criteria_for_some_make_cases_too_and_numbers_for_all_make_none():
    norm = NormGroup("n", "N", 1, True, False, None, {}, "s", applies_to=WOMEN)
    adults = Criterion("c", "C", ((True, at(0, ">=", 1)),), False, "s", Applicability(18))
    form = instrument(items(3), norms=(norm,), criteria=(adults,))
    assert form.groups == (WOMEN, Applicability(18))
    everybody = scale(cutoffs=(Cutoff("c", ">=", 1, "s"),), within_person_sd=3)
    assert instrument(items(3), everybody).groups == ()
    assert instrument(items(3), everybody).misfits(40, "male") == ()


STEPS = Steps(0, (Step(1, 1),))


@pytest.mark.parametrize(
    ("members", "whole"),
    [
        ({}, False),
        ({"transform": Transform("sum", 2)}, False),
        ({"transform": Transform("sum", steps=STEPS)}, True),
        (
            {"transform": Transform("sum", tables=(LookupTable(Applicability(), {0: (1, None)}),))},
            True,
        ),
        ({"aggregation": "ratio", "ratio": Ratio(0, (1,), 1, 1)}, True),
    ],
)
def test_what_a_table_steps_or_a_ratio_say_is_for_the_scale_with_all_its_items(members, whole):
    assert scale([0, 1], **members).needs_whole is whole


def test_a_form_tells_what_it_says_and_not_what_was_worked_out_of_it():
    told = "ResponseSet(name='line', minimum=0, maximum=10, options=(), steps=None, clock=False)"
    assert repr(line()) == told
    assert "pick" not in repr(scale()) + repr(instrument(items(3)))


def test_a_form_knows_its_items_that_ask_for_a_clock_time():
    form = instrument((Item("bed", clock()), Item("slept", line()), Item("up", clock())))
    assert form.clock_items == {"bed", "up"}
    assert instrument(items(3)).clock_items == set()


def test_scales_and_forms_with_the_same_members_are_equal():
    """They hold functions, which are no part of what they are."""
    assert scale() == scale()
    assert instrument(items(3)) == instrument(items(3))
    assert scale() != scale(title="Another")


@pytest.mark.parametrize(("known", "has_not_known"), [((), False), ((0,), True), ((0, 1), True)])
def test_a_form_tells_whether_any_item_may_be_not_known(known, has_not_known):
    unknown = ResponseSet(
        "u", 0, 1, (ResponseOption(0, 0), ResponseOption(1, 1), ResponseOption(9, 9, missing=True))
    )
    form = tuple(Item(str(n), unknown if n in known else steps(0, 3)) for n in range(3))
    assert instrument(form).has_not_known is has_not_known
