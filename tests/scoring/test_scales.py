"""From keyed items to a number: aggregation, missing answers, transforms and ranges."""

import math

import pytest

from service.scoring.answers import Form
from service.scoring.applicability import Applicability
from service.scoring.instrument import (
    Item,
    LookupTable,
    MissingRule,
    Term,
    Transform,
)
from service.scoring.missing import NONE, PRORATE, ZERO
from service.scoring.ranges import possible_range, score_range
from service.scoring.recoding.ratio import Ratio
from service.scoring.scales import (
    ANYBODY,
    Aggregate,
    Respondent,
    aggregate,
)
from tests.scoring.forms import instrument, items, line, recoded, scale, steps


def found(
    one_scale, scores, *, values=None, excluded=(), components=None, respondent=ANYBODY
) -> Aggregate:
    form = Form(values or scores, scores, excluded=frozenset(excluded))
    return aggregate(one_scale, form, components or {}, respondent)


def outcome(one_scale, scores, **options):
    result = found(one_scale, scores, **options)
    return result.value if result.reason is None else result.reason


@pytest.mark.parametrize(
    ("aggregation", "members", "scores", "value", "total", "mean"),
    [
        ("sum", {}, [1, 2, 3], 6, 6, 2),
        ("sum", {}, [0, 0, 0], 0, 0, 0),
        ("mean", {}, [1, 2, 4], 7 / 3, 7, 7 / 3),
        ("max", {}, [1, 3, 2], 3, None, None),
        ("max", {}, [-3, -1, -2], -1, None, None),
        ("count", {"at_least": (2, 2, 2)}, [1, 2, 3], 2, None, None),
        ("count", {"at_least": (1, 3, 3)}, [1, 2, 3], 2, None, None),
        ("count", {"at_least": (0, 0, 0)}, [0, 0, 0], 3, None, None),
        ("sum", {"weights": (1, 2, 3)}, [1, 2, 3], 14, 14, 14 / 6),
        ("mean", {"weights": (1, 2, 3)}, [1, 2, 3], 14 / 6, 14, 14 / 6),
        ("sum", {"weights": (0.5, 0.25, 1)}, [1, 2, 3], 4, 4, 4 / 1.75),
    ],
)
def test_complete_answers_are_aggregated(aggregation, members, scores, value, total, mean):
    result = found(scale(aggregation=aggregation, **members), scores)
    assert result[:3] == (value, total, mean)
    assert result[3:7] == (3, 3, False, None)


def test_only_the_items_of_the_scale_count():
    result = found(scale([3, 1]), [9, 1, None, 2])
    assert result[:5] == (3, 3, 1.5, 2, 2)


@pytest.mark.parametrize("aggregation", ["sum", "mean", "max", "count"])
@pytest.mark.parametrize("scores", [[1, 2, None], [None, None, None]])
def test_without_a_rule_one_missing_item_leaves_the_scale_unscored(aggregation, scores):
    result = found(scale(aggregation=aggregation, at_least=(1, 1, 1)), scores)
    n_answered = 3 - scores.count(None)
    assert result == Aggregate(None, None, None, n_answered, 3, False, "missing_items")


def prorating(positions, min_answered, **members):
    rounded = members.pop("round", False)
    return scale(positions, missing=MissingRule(min_answered, PRORATE, rounded, "s"), **members)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1, 2, 3, 2], 8),
        ([1, 2, 3, None], 8),  # 6 / 3 x 4
        ([1, None, 3, 1], 20 / 3),
        ([0, 0, None, 0], 0),
        ([None, None, 1, 2], "too_few_answered"),
        ([1, 2, None, None], "too_few_answered"),
        ([None] * 4, "too_few_answered"),
    ],
)
def test_prorating_needs_the_minimum_of_answers(scores, expected):
    assert (
        outcome(prorating(range(4), 3), scores) == pytest.approx(expected)
        if not isinstance(expected, str)
        else True
    )
    if isinstance(expected, str):
        assert outcome(prorating(range(4), 3), scores) == expected


def test_a_prorated_scale_says_so_with_sum_and_mean():
    expected = Aggregate(8, 8, 2, 3, 4, True, None, missing_rule="prorated")
    assert found(prorating(range(4), 3), [1, 2, 3, None]) == expected
    assert not found(prorating(range(4), 3), [1, 2, 3, 2]).prorated


def test_a_prorated_mean_is_the_mean_of_the_answered_items():
    result = found(prorating(range(4), 1, aggregation="mean"), [None, 100, 50, None])
    assert result[:3] == (75, 300, 75)


def test_a_half_that_falls_short_in_binary_is_still_rounded_up():
    """One answer of five, 10 - 6.9 = 3.1 on a reverse-keyed line: 15.5 rounds to 16."""
    assert outcome(prorating(range(5), 1, round=True), [10 - 6.9, *[None] * 4]) == 16


def test_weights_hold_for_prorated_items():
    """(1 x 3 + 2 x 1) / (1 + 2) = 5/3 is the weighted mean; the item of weight 3 counts as 3 x 5/3
    = 5.
    """
    result = found(prorating(range(3), 2, weights=(1, 2, 3)), [3, 1, None])
    assert result.value == pytest.approx(10)
    assert result.mean == pytest.approx(5 / 3)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1, 1, 1, None], 4),
        ([1, 1, 2, None], 5),  # 16/3 = 5.33
        ([1, 2, 2, None], 7),  # 20/3 = 6.67
        ([2, 1, None, None], 6),
        ([1, 1.25, None, None], 5),  # 4.5 is rounded up
        ([1, 1.2, None, None], 4),  # 4.4
        ([-1, -1.25, None, None], -4),  # -4.5 is rounded half up too
    ],
)
def test_a_prorated_sum_may_be_rounded_half_up(scores, expected):
    result = found(prorating(range(4), 2, round=True), scores)
    assert result.value == result.total == expected
    assert isinstance(result.value, int)


def test_a_complete_sum_is_never_rounded():
    assert found(prorating(range(2), 1, round=True), [1.2, 1.2]).value == 2.4


@pytest.mark.parametrize(
    ("answered", "missing"),
    [(answered, missing) for answered in range(1, 21) for missing in range(1, 5)],
)
def test_a_prorated_whole_number_is_exactly_that_number(answered, missing):
    """58 must not become 58.00000000000001, nor 61.5 become 61.49999999999999: bands and rounding
    hang on it.
    """
    n_items = answered + missing
    for total in range(7 * answered + 1):
        scores = [total // answered + (index < total % answered) for index in range(answered)] + [
            None
        ] * missing
        exact, rest = divmod(2 * total * n_items, answered)
        if not rest:
            assert found(prorating(range(n_items), answered), scores).value == exact / 2
            assert (
                found(prorating(range(n_items), answered, round=True), scores).value
                == (exact + 1) // 2
            )


def zero_for_blanks(min_answered, **members):
    return scale(range(4), missing=MissingRule(min_answered, ZERO, source="s"), **members)


@pytest.mark.parametrize(
    ("aggregation", "scores", "expected"),
    [
        ("sum", [3, 3, 3, 3], 12),
        ("sum", [3, 3, None, 3], 9),
        ("sum", [3, None, None, 3], 6),
        ("sum", [3, None, None, None], "too_few_answered"),
        ("sum", [None, None, None, None], "too_few_answered"),
        ("mean", [3, None, None, 3], 1.5),
        ("max", [-1, None, -2, -1], 0),
        ("max", [1, None, None, None], "too_few_answered"),
        ("count", [3, None, None, 1], 1),
        ("count", [3, None, None, None], "too_few_answered"),
    ],
)
def test_a_blank_counts_as_zero_up_to_the_limit(aggregation, scores, expected):
    assert (
        outcome(zero_for_blanks(2, aggregation=aggregation, at_least=(2,) * 4), scores) == expected
    )


@pytest.mark.parametrize("method", [ZERO, PRORATE])
def test_where_there_is_no_score_no_rule_made_it(method):
    """1 with a blank comes to 1 or 2, of which the table says nothing."""
    table = LookupTable(Applicability(), {0: (40, None), 9: (60, None)})
    one = scale([0, 1], transform=Transform("sum", tables=(table,)), missing=MissingRule(1, method))
    assert found(one, [1, None]) == Aggregate(
        None, None, None, 1, 2, False, "raw_score_not_in_table"
    )


def test_the_mean_of_one_whole_answer_stays_a_whole_number():
    result = found(scale([0], transform=Transform("mean", factor=2, offset=1)), [3])
    assert (result.value, type(result.value)) == (7, int)


def test_a_blank_that_counts_as_zero_is_not_called_prorated():
    assert not found(zero_for_blanks(2), [3, 3, None, 3]).prorated


@pytest.mark.parametrize(
    ("excluded", "scores", "value", "n_items"),
    [
        ({0}, [None, 2, 3, 1], 6, 3),
        ({0, 1}, [None, None, 3, 1], 4, 2),
        ({0}, [None, 2, 3, None], "missing_items", 3),
        ({0, 1, 2, 3}, [None] * 4, "not_applicable", 0),
    ],
)
def test_an_excluded_item_is_no_missing_item(excluded, scores, value, n_items):
    result = found(scale(range(4)), scores, excluded=excluded)
    assert (result.value if result.reason is None else result.reason) == value
    assert result.n_items == n_items


def test_exclusion_leaves_the_mean_comparable():
    assert found(scale(range(4), "mean"), [None, 1, 2, 3], excluded={0}).value == 2


def test_exclusion_does_not_widen_what_may_be_missing():
    """One of four may be missing; with one excluded still one of the remaining three."""
    rule = prorating(range(4), 3)
    assert outcome(rule, [None, 2, 2, None], excluded={0}) == 6
    assert outcome(rule, [None, 2, None, None], excluded={0}) == "too_few_answered"
    assert outcome(prorating(range(4), 2), [None] * 4, excluded={0, 1}) == "too_few_answered"


def test_a_count_leaves_excluded_items_out():
    counting = scale(range(3), "count", at_least=(0, 1, 1))
    result = found(counting, [None, 1, 1], excluded={0})
    assert (result.value, result.n_answered, result.n_items) == (2, 2, 2)


def test_a_count_looks_at_the_value_as_submitted():
    """Reverse-keyed or recoded scores play no part in a threshold."""
    counting = scale(range(2), "count", at_least=(2, 2))
    assert found(counting, [0, 3], values=[3, 0]).value == 1
    assert found(counting, [100, 100], values=[1, 2]).value == 1


GROUPED = (Term((0, 1, 2)), Term((3,)), Term((4, 5), min_answered=2))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1, 2, 3, 1, 0, 2], 6),
        ([3, 2, 1, 1, 2, 0], 6),
        ([None, 2, None, 1, 0, 1], 4),
        ([None, None, None, 1, 0, 1], "missing_items"),
        ([1, 1, 1, None, 1, 1], "missing_items"),
        ([1, 1, 1, 1, 1, None], "missing_items"),
        ([0, 0, 0, 0, 0, 0], 0),
    ],
)
def test_the_highest_of_a_group_is_one_term(scores, expected):
    """The second group needs both of its items, the first only one."""
    assert outcome(scale(range(3), terms=GROUPED), scores) == expected


def test_a_group_counts_once_in_mean_and_prorating():
    rule = MissingRule(2, PRORATE, source="s")
    assert (
        found(
            scale(terms=GROUPED, aggregation="mean", missing=MissingRule(3)), [1, 2, 3, 1, 0, 2]
        ).mean
        == 2
    )
    result = found(scale(terms=GROUPED, missing=rule), [1, 2, 3, 2, None, None])
    assert (result.value, result.prorated, result.n_answered, result.n_items) == (7.5, True, 4, 6)


def test_an_excluded_item_lowers_what_its_group_needs():
    assert outcome(scale(terms=GROUPED), [1, 1, 1, 1, None, 2], excluded={4}) == 4


def composite(method, min_answered=2, rule=NONE):
    missing = MissingRule(min_answered, rule)
    return scale(
        (),
        "composite",
        components=("a", "b"),
        composite_method=method,
        missing=missing,
        metric=method,
    )


@pytest.mark.parametrize(
    ("one", "components", "expected"),
    [
        (composite("sum"), {"a": 3, "b": 4.5}, (7.5, 7.5, None, 2, 2, False, None)),
        (composite("mean"), {"a": 3, "b": 4.5}, (3.75, None, 3.75, 2, 2, False, None)),
        (composite("sum"), {"a": 0, "b": 0}, (0, 0, None, 2, 2, False, None)),
        (
            composite("sum"),
            {"a": 3, "b": None},
            (None, None, None, 1, 2, False, "component_not_scored"),
        ),
        (
            composite("mean"),
            {"a": None, "b": None},
            (None, None, None, 0, 2, False, "component_not_scored"),
        ),
        (composite("sum", 1, PRORATE), {"a": 3, "b": None}, (6, 6, None, 1, 2, True, None)),
        (composite("mean", 1, PRORATE), {"a": 3, "b": None}, (3, None, 3, 1, 2, True, None)),
        (
            composite("sum", 1, PRORATE),
            {"a": None, "b": None},
            (None, None, None, 0, 2, False, "component_not_scored"),
        ),
    ],
)
def test_a_composite_combines_the_values_of_its_scales(one, components, expected):
    assert found(one, [], components={**components, "other": 99})[:7] == expected


@pytest.mark.parametrize(("b", "rule"), [(4.5, None), (None, "prorated")])
def test_a_composite_names_the_rule_that_stood_in_for_a_scale(b, rule):
    one = composite("sum", 1, PRORATE)
    assert found(one, [], components={"a": 3, "b": b}).missing_rule == rule


LINEAR = Transform("sum", factor=2, offset=-1, source="s")


@pytest.mark.parametrize(
    ("transform", "scores", "expected"),
    [
        (LINEAR, [2, 3], 9),
        (Transform("mean", factor=10, offset=0), [2, 3], 25),
        (Transform("sum", factor=-1, offset=10), [1, 3], 6),
        (Transform("sum", factor=4), [0, 0], 0),
        (Transform("mean", factor=6.25, offset=-25), [4, 12], 25),
        (Transform("sum", offset=-1), [2, 3], 4),
    ],
)
def test_a_linear_transform(transform, scores, expected):
    assert outcome(scale([0, 1], transform=transform), scores) == expected


def test_a_whole_number_stays_one():
    """A reader, and a client in a language with types, sees 9 and not 9.0."""
    result = found(scale([0, 1], transform=LINEAR), [2, 3])
    assert (repr(result.value), repr(result.total)) == ("9", "5")


@pytest.mark.parametrize("factor", [4, 10, 14])
@pytest.mark.parametrize("n_items", range(1, 15))
def test_a_multiple_of_a_mean_is_exactly_the_whole_number_it_should_be(n_items, factor):
    """14 x 29 / 7 is 58 and not 58.00000000000001: multiplied first, divided last."""
    multiple = scale(range(n_items), transform=Transform("mean", factor=factor))
    for total in range(5 * n_items + 1):
        scores = [total // n_items + (index < total % n_items) for index in range(n_items)]
        if factor * total % n_items == 0:
            assert outcome(multiple, scores) == factor * total // n_items


def test_the_headline_is_transformed_and_the_sum_and_mean_stay():
    result = found(scale(transform=LINEAR, metric="transformed"), [1, 2, 3])
    assert result[:3] == (11, 6, 2)


GIRLS = LookupTable(Applicability(8, 12, "female"), {3: (40.5, 2.0), 4: (41, None)})
BOYS = LookupTable(Applicability(8, 12, "male"), {3: (50.5, 3.0), 4: (51, None)})
LOOKUP = Transform("sum", tables=(GIRLS, BOYS), source="s")


@pytest.mark.parametrize(
    ("age", "sex", "raw", "expected"),
    [
        (8, "female", 3, (40.5, 2.0, None)),
        (12, "male", 3, (50.5, 3.0, None)),
        (12, "male", 4.0, (51, None, None)),
        (12, "male", 5, (None, None, "raw_score_not_in_table")),
        (12, "male", 3.5, (None, None, "raw_score_not_in_table")),
        (7, "male", 3, (None, None, "no_table_fits")),
        (13, "male", 3, (None, None, "no_table_fits")),
        (None, "male", 3, (None, None, "no_table_fits")),
        (9, "other", 3, (None, None, "no_table_fits")),
        (9, None, 3, (None, None, "no_table_fits")),
    ],
)
def test_a_lookup_uses_the_table_of_the_respondent_and_never_guesses(age, sex, raw, expected):
    result = found(scale([0], transform=LOOKUP), [raw], respondent=Respondent(age, sex))
    assert (result.value, result.standard_error, result.reason) == expected


@pytest.mark.parametrize(
    ("answers", "mean", "value"),
    [([2], 2, 20), ([1, 2], 1.5, 15), ([1, 3], 2, 20), ([3, 2, 4], 3, 30)],
)
def test_a_table_of_means_is_asked_for_the_mean(answers, mean, value):
    rows = {1.5: (15, None), 2: (20, None), 3: (30, None)}
    table = Transform("mean", tables=(LookupTable(Applicability(), rows),), source="s")
    result = found(scale(range(len(answers)), transform=table), answers)
    assert (result.mean, result.value) == (mean, value)


def test_a_prorated_sum_between_two_rows_of_a_table_has_no_value():
    rule = MissingRule(2, PRORATE, source="s")
    one = scale(transform=LOOKUP, missing=rule)
    assert outcome(one, [1, 1, None], respondent=Respondent(9, "male")) == 50.5
    assert outcome(one, [1, 2, None], respondent=Respondent(9, "male")) == "raw_score_not_in_table"


def test_a_raw_score_without_a_value_leaves_nothing_behind():
    result = found(scale(transform=LOOKUP), [2, 2, 2], respondent=Respondent(9, "male"))
    assert result == Aggregate(None, None, None, 3, 3, False, "raw_score_not_in_table")


def test_the_standard_error_of_the_table_travels_with_the_value():
    result = found(scale(transform=LOOKUP), [1, 1, 1], respondent=Respondent(9, "male"))
    assert (result.value, result.total, result.standard_error) == (50.5, 3, 3.0)


def test_a_table_for_the_whole_form_says_nothing_about_a_shortened_one():
    everybody = Transform(
        "sum", tables=(LookupTable(Applicability(), {2: (20, None), 3: (30, None)}),)
    )
    result = found(scale(transform=everybody), [None, 1, 1], excluded={0})
    assert result.value is None
    assert result.reason == "not_applicable"


TENTHS = [
    (
        (9.7, 9.6, 9.4, 7.3),
        36,
    ),  # added up naively: 35.99999999999999, which is below a cut-off of 36
    ((9.9, 9.8, 9.6, 6.7), 36),  # 36.00000000000001
    ((0.1, 0.2, 0.3), 0.6),
    ((0.1,) * 10, 1),
]


@pytest.mark.parametrize(("scores", "total"), TENTHS)
def test_a_sum_of_decimals_is_the_nearest_number_to_the_true_sum(scores, total):
    result = found(scale(range(len(scores))), list(scores))
    assert result.value == result.total == total


@pytest.mark.parametrize(("scores", "total"), [([0.5, 0.5], 1), ([1.0, 1.0], 2), ([0.25, 0.75], 1)])
def test_a_whole_sum_is_a_whole_number_however_it_came_about(scores, total):
    """Else the same score would be written 1 or 1.0, depending on the answers that gave it."""
    result = found(scale([0, 1]), scores)
    assert result.value == total
    assert type(result.value) is int


FORM = instrument(
    (
        *items(2),
        Item("3", steps(1, 5), reverse=True),
        Item("4", line()),
        Item("5", recoded(v1=100, v2=0)),
    )
)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (scale([0, 1]), (0, 6)),
        (scale([0, 1], "mean"), (0, 3)),
        (scale([0, 2]), (1, 8)),
        (scale([3]), (0, 10)),
        (scale([4]), (0, 100)),
        (scale([0, 2], weights=(2, 3)), (3, 21)),
        (scale([0, 2], "mean", weights=(1, 3)), (0.75, 4.5)),
        (scale([0, 2], "max"), (1, 5)),
        (scale([0, 1, 2], "count", at_least=(1, 1, 1)), (0, 3)),
        (scale([0, 1], transform=LINEAR), (-1, 11)),
        (scale([0, 1], transform=Transform("sum", factor=-1, offset=6)), (0, 6)),
        # One answer of the group of 0-3 and 1-5 is enough: a 0 with a blank beside it is a 0.
        (scale(terms=(Term((0, 2)), Term((1,)))), (0, 8)),
        (scale(terms=(Term((0, 2), 2), Term((1,)))), (1, 8)),
        (scale([0, 1], transform=LOOKUP), None),
        (scale(()), None),
    ],
)
def test_the_range_of_a_scale(one, expected):
    assert score_range(FORM, one) == expected


def test_the_range_shrinks_with_excluded_items():
    assert score_range(FORM, scale([0, 1, 2]), {2}) == (0, 6)
    assert score_range(FORM, scale([0, 1], "count", at_least=(1, 1)), {0}) == (0, 1)
    assert score_range(FORM, scale([0, 1]), {0, 1}) is None


def test_the_range_of_a_table_is_that_of_the_respondents_table():
    table = LookupTable(
        Applicability(sex="female"), {0: (90, None), 1: (50, None), 2: (40, None), 3: (10, None)}
    )
    falling = scale([0], transform=Transform("sum", tables=(table,)))
    assert score_range(FORM, falling, (), Respondent(None, "female")) == (10, 90)
    assert score_range(FORM, falling, (), Respondent(None, "male")) is None


@pytest.mark.parametrize(("method", "expected"), [("sum", (1, 11)), ("mean", (0.5, 5.5))])
def test_the_range_of_a_composite_comes_from_its_scales(method, expected):
    form = instrument(FORM.items, scale([0, 1], id="a"), scale([2], id="b"), composite(method))
    assert score_range(form, form.scales[2]) == expected


@pytest.mark.parametrize(
    ("whole", "b", "expected"),
    [
        (composite("sum", 1, PRORATE), scale([2], id="b"), (0, 12)),
        (composite("mean", 1, PRORATE), scale([2], id="b"), (0, 6)),
        (composite("sum", 2, PRORATE), scale([2], id="b"), (1, 11)),  # nothing is filled in
        (composite("sum", 1, PRORATE), scale((), id="b"), (0, 12)),
    ],
)
def test_a_scale_that_others_stand_for_can_be_as_low_or_high_as_they(whole, b, expected):
    """Scale a goes from 0 to 6; b from 1 to 5, or has no range."""
    form = instrument(FORM.items, scale([0, 1], id="a"), b, whole)
    assert score_range(form, whole) == expected


def test_a_composite_of_a_scale_without_range_has_none():
    form = instrument(
        FORM.items, scale([0, 1], id="a"), scale([0], id="b", transform=LOOKUP), composite("sum")
    )
    assert score_range(form, form.scales[2]) is None


@pytest.mark.parametrize(
    ("one", "scores", "expected"),
    [
        (scale([0, 1]), [2, None, None, None, None], (2, 5)),
        (scale([0, 1], "mean"), [2, None, None, None, None], (1, 2.5)),
        (scale([0, 2]), [None, 4, None, None, None], (1, 8)),
        (scale([0, 1]), [None, None, 1, None, None], (0, 6)),
        (scale([0, 1], weights=(1, 2)), [1, None, None, None, None], (1, 7)),
        (scale(terms=(Term((0, 1)),)), [2, None, None, None, None], (2, 3)),
        (scale([0, 1], "max"), [2, None, None, None, None], (2, 3)),
        (scale([0, 1], "count", at_least=(1, 1)), [1, None, None, None, None], (1, 2)),
        (scale([0, 1], "count", at_least=(1, 1)), [0, None, None, None, None], (0, 1)),
        (scale([0, 1, 2], "count", at_least=(1,) * 3), [1, None, None, None, None], (1, 3)),
        (scale([0, 1], transform=LINEAR), [1, None, None, None, None], (1, 7)),
        (
            scale([0, 1], transform=Transform("mean", factor=-2)),
            [1, None, None, None, None],
            (-4, -1),
        ),
    ],
)
def test_an_unscored_scale_lies_between_what_the_blanks_could_be(one, scores, expected):
    assert possible_range(FORM, one, Form(scores, scores)) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (scale([0, 1], "max"), (1, 3)),
        (scale([0, 1], "count", at_least=(1, 1)), (1, 2)),
        (scale([0, 1], transform=Transform("sum", factor=2)), (2, 8)),
    ],
)
def test_an_unscored_maximum_count_or_linear_score_has_a_range_too(one, expected):
    form = Form([1, None, None, None, None], [1, None, None, None, None])
    assert possible_range(FORM, one, form) == expected


@pytest.mark.parametrize(
    "one",
    [
        scale([0, 1], transform=LOOKUP),
        scale([], "composite", components=("a",)),
        scale([0, 1], "ratio", ratio=Ratio(0, (1,), 1, 1)),
    ],
)
def test_no_range_is_claimed_for_tables_composites_and_ratios(one):
    assert (
        possible_range(FORM, one, Form([1, None, None, None, None], [1, None, None, None, None]))
        is None
    )


def test_no_range_is_claimed_for_a_shortened_form():
    scores = [1, None, None, None, None]
    assert (
        possible_range(FORM, scale([0, 1]), Form(scores, scores, excluded=frozenset({1}))) is None
    )


def test_a_sum_of_many_small_steps_is_not_off_by_an_ulp():
    scores = [0.1] * 30
    assert found(scale(range(30)), scores).value == math.fsum(scores) == 3
