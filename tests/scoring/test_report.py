"""The report of one form as a whole."""

import copy
import hashlib
import json
from itertools import permutations

import pytest

from service.scoring.answers import Baseline, Submission
from service.scoring.applicability import Applicability
from service.scoring.instrument import (
    ChangeRule,
    Cutoff,
    Item,
    MissingRule,
    NormGroup,
    NormScale,
    Transform,
)
from service.scoring.missing import PRORATE
from service.scoring.report import Scorer
from service.scoring.rules import AllOf, Compare, Criterion, Gate, Risk
from tests.scoring.forms import at, instrument, items, line, listed, scale, score, steps


def norm(name, *, default=True, **applies):
    scales = {"total": NormScale(5, 2, "sum")}
    return NormGroup(
        name, name, 10, default, False, None, scales, "src", applies_to=Applicability(**applies)
    )


RISK = Risk("ideation", 3, ">=", 1, "high", "Review.", "src")
FORM = instrument(
    items(4, reverse=[2]),
    scale([0, 1], id="a", title="A"),
    scale([2, 3], "mean", id="b", title="B"),
    scale(
        range(4),
        cutoffs=(Cutoff("cut", ">=", 6, "src"),),
        changes=(ChangeRule("fixed", 4, source="src", clinical_cutoff="cut"),),
    ),
    norms=(norm("everybody"), norm("women", sex="female"), norm("chatbot", default=False)),
    risks=(RISK,),
    criteria=(Criterion("c", "C", ((True, Compare("scale", "total", ">=", 6)),), False, "src"),),
    perspective="client",
    sources={"src": {"citation": "Source"}},
)


def test_a_report_says_what_was_scored_and_how():
    report = score(FORM, [3, 0, 1, 0], reference="ref", sex="female")
    assert report["instrument"] == {"id": "form", "version": "1.0.0", "digest": "sha256:0"}
    assert (report["reference"], report["perspective"], report["answered"]) == ("ref", "client", 4)
    assert {name: entry["value"] for name, entry in report["scores"].items()} == {
        "a": 6,
        "b": 0.5,
        "total": 7,
    }
    assert list(report["scores"]) == ["a", "b", "total"]
    assert [norm["id"] for norm in report["scores"]["total"]["norms"]] == ["everybody", "women"]
    assert (report["missing"], report["not_applicable"], report["warnings"]) == ([], [], [])
    assert report["sources"] == {"src": {"citation": "Source"}}
    assert report["criteria"]["c"]["value"] is True
    assert report["risks"][0]["raised"] is False


def test_a_report_is_told_whole():
    """3 + 1 + 1 and 0 to 3 for item 2 are 5 to 8, so that a limit of 6 is not decided."""
    report = score(FORM, [3, None, 1, 1], reference="ref")
    assert list(report.pop("scores")) == ["a", "b", "total"]
    assert report.pop("result_id").startswith("sha256:")
    assert report == {
        "instrument": {"id": "form", "version": "1.0.0", "digest": "sha256:0"},
        "reference": "ref",
        "perspective": "client",
        "criteria": {
            "c": {
                "title": "C",
                "value": None,
                "reason": "missing_items",
                "items": [],
                "missing": ["2"],
                "source": "src",
            }
        },
        "risks": [
            {
                "id": "ideation",
                "title": "ideation",
                "item": "4",
                "raised": True,
                "reason": None,
                "severity": "high",
                "message": "Review.",
                "source": "src",
            }
        ],
        "answered": 3,
        "missing": ["2"],
        "not_applicable": [],
        "quality": {"longest_run": 2, "straightlined": False, "ceiling": False},
        "warnings": [],
        "sources": {"src": {"citation": "Source"}},
    }


def test_a_warning_of_a_norm_is_told_whole():
    detail = "This norm group was not used: the respondent is not known to belong to it."
    assert score(FORM, [1, 1, 1, 1], norms=("women", "everybody"))["warnings"] == [
        {"code": "norm_does_not_fit", "detail": detail, "norm": "women", "reason": "needs_sex"}
    ]


@pytest.mark.parametrize(
    ("answers", "values", "reasons"),
    [
        ([3, 0, 1, 0], {"a": 6, "b": 0.5, "total": 7}, {}),
        (
            [3, 0, None, 0],
            {"a": 6, "b": None, "total": None},
            {"b": "missing_items", "total": "missing_items"},
        ),
    ],
)
def test_the_bare_scores_of_a_form_are_its_values_or_reasons(answers, values, reasons):
    assert Scorer(FORM).rate(answers) == (values, reasons, tuple(answers))


def test_a_report_can_be_written_as_json():
    report = score(FORM, [3, None, 1, 0.0], working=True, baseline=Baseline(scores={"total": 3}))
    assert json.loads(json.dumps(report, allow_nan=False))["answered"] == 3


def test_scales_are_scored_each_on_its_own():
    report = score(FORM, [3, 0, None, 2])
    assert {name: entry["value"] for name, entry in report["scores"].items()} == {
        "a": 6,
        "b": None,
        "total": None,
    }
    assert report["missing"] == ["3"]


@pytest.mark.parametrize(
    ("answer", "raised", "reason"),
    [(None, None, "not_answered"), (0, False, None), (1, True, None), (3, True, None)],
)
def test_risks_are_reported_even_when_no_scale_is_scored(answer, raised, reason):
    report = score(FORM, [None, 1, None, answer])
    assert [entry["status"] for entry in report["scores"].values()] == ["not_scored"] * 3
    assert [(risk["raised"], risk["reason"]) for risk in report["risks"]] == [(raised, reason)]


@pytest.mark.parametrize(
    ("answers", "value", "reason"),
    [
        ([3, 0, 0, None], True, None),  # 3 + 3 are enough whatever item 4 is
        ([0, 3, None, 2], False, None),  # at most 0 + 0 + 3 + 2
        ([2, 2, 1, None], None, "missing_items"),  # 4 to 7
        ([None, None, None, 3], None, "missing_items"),
    ],
)
def test_a_criterion_over_an_unscored_scale_is_decided_by_the_answers_given(answers, value, reason):
    result = score(FORM, answers)["criteria"]["c"]
    assert (result["value"], result["reason"]) == (value, reason)


def test_optional_items_are_not_listed_as_missing():
    form = instrument(
        (*items(2), Item("3", steps(0, 3), optional=True, scored=False)), scale([0, 1])
    )
    assert score(form, {"1": 1})["missing"] == ["2"]
    assert score(form, [1, 2, None])["missing"] == []


MINIMUM = instrument(
    items(4), scale([0, 1], id="a"), scale(range(4)), risks=(RISK,), min_answered=3
)


@pytest.mark.parametrize(
    ("answers", "statuses"),
    [
        ([1, 1, None, None], ["not_scored", "not_scored"]),
        ([1, 1, 1, None], ["scored", "not_scored"]),
        ([1, 1, 1, 1], ["scored", "scored"]),
    ],
)
def test_too_few_answers_in_the_form_leave_every_scale_unscored(answers, statuses):
    report = score(MINIMUM, answers)
    assert [entry["status"] for entry in report["scores"].values()] == statuses


def test_a_form_with_too_few_answers_says_so_and_still_raises_its_risks():
    report = score(MINIMUM, [None, 1, None, 2])
    entry = report["scores"]["a"]
    assert (entry["reason"], entry["n_answered"], entry["n_items"]) == (
        "too_few_answered_in_form",
        1,
        2,
    )
    assert (entry["value"], entry["sum"], entry["mean"], entry["bands_note"]) == (
        None,
        None,
        None,
        "not_scored",
    )
    assert (entry["prorated"], entry["missing_rule"]) == (False, None)
    assert (entry["minimum"], entry["maximum"]) == (0, 6)
    assert report["risks"][0]["raised"] is True


@pytest.mark.parametrize("answers", [[1, 1, None, None], [0, 0, None, None]])
def test_a_form_with_too_few_answers_counts_those_of_each_scale(answers):
    scores = score(MINIMUM, answers)["scores"]
    assert [(entry["n_answered"], entry["n_items"]) for entry in scores.values()] == [
        (2, 2),
        (2, 4),
    ]


def test_a_composite_takes_the_values_of_its_scales():
    composite = scale(
        (),
        "composite",
        id="global",
        metric="mean",
        composite_method="mean",
        components=("a", "b"),
        missing=MissingRule(2),
    )
    form = instrument(
        items(3), scale([0, 1], "mean", id="a"), scale([2], "mean", id="b"), composite
    )
    assert score(form, [1, 2, 3])["scores"]["global"]["value"] == 2.25
    assert score(form, [1, None, 3])["scores"]["global"]["reason"] == "component_not_scored"


TWO_RATERS = instrument(items(1), perspectives=("client", "therapist"))


def test_the_perspective_of_a_form_for_two_raters_is_reported():
    assert score(TWO_RATERS, [1], perspective="therapist")["perspective"] == "therapist"


@pytest.mark.parametrize(
    ("norms", "used"),
    [
        (None, ["everybody"]),
        ((), []),
        (("*",), ["everybody", "chatbot"]),
        (("chatbot",), ["chatbot"]),
    ],
)
def test_the_caller_chooses_the_norms(norms, used):
    report = score(FORM, [1, 1, 1, 1], norms=norms)
    assert [norm["id"] for norm in report["scores"]["total"]["norms"]] == used
    assert report["scores"]["a"]["norms_note"] in ("no_norm_for_scale", "none_requested")


def test_a_norm_named_for_a_respondent_who_does_not_fit_is_warned_of():
    report = score(FORM, [1, 1, 1, 1], norms=("women",))
    assert [(warning["norm"], warning["reason"]) for warning in report["warnings"]] == [
        ("women", "needs_sex")
    ]
    assert report["scores"]["total"]["norms_note"] == "no_norm_fits"


@pytest.mark.parametrize("value", [0, 12, 5.0])
def test_both_ends_of_the_range_are_baseline_scores(value):
    report = score(FORM, [1, 1, 1, 1], baseline=Baseline(scores={"total": value}))
    assert report["scores"]["total"]["change"]["baseline"] == value


def test_change_is_judged_against_earlier_answers_or_scores():
    report = score(FORM, [0, 3, 0, 0], baseline=Baseline(answers=[3, 0, 3, 1]))
    change = report["scores"]["total"]["change"]
    assert (change["baseline"], change["difference"], change["category"]) == (
        10,
        -10,
        "reliably_improved",
    )
    assert change["clinically_significant"] == "recovered"
    assert report["scores"]["a"]["change"]["note"] == "no_reliable_change_parameters"
    report = score(FORM, [0, 3, 0, 0], baseline=Baseline(scores={"total": 3}))
    assert report["scores"]["total"]["change"]["category"] == "unchanged"
    assert report["scores"]["a"]["change"] is None


def test_supplied_scores_win_over_those_of_the_earlier_answers():
    report = score(FORM, [0, 3, 0, 0], baseline=Baseline(answers=[3, 0, 3, 1], scores={"total": 3}))
    assert report["scores"]["total"]["change"]["baseline"] == 3
    assert report["scores"]["a"]["change"]["baseline"] == 6


def test_an_incomplete_baseline_is_no_zero():
    report = score(FORM, [0, 3, 0, 0], baseline=Baseline(answers=[3, 0, None, 1]))
    assert report["scores"]["total"]["change"]["note"] == "baseline_not_scored"
    assert report["scores"]["a"]["change"]["difference"] == -6


def test_earlier_answers_are_read_in_the_encoding_of_the_submission():
    form = instrument((Item("1", steps(1, 5), mirrored=True),))
    report = score(form, [1], encoding="position", baseline=Baseline(answers=[5]))
    assert (
        report["scores"]["total"]["value"],
        report["scores"]["total"]["change"]["baseline"],
    ) == (5, 1)


EXCLUDING = instrument(
    items(3),
    scale(
        changes=(ChangeRule("fixed", 2, source="src", clinical_cutoff="cut"),),
        cutoffs=(Cutoff("cut", ">=", 4, "src"),),
    ),
    gates=(Gate("retired", (0,), None, None, True, False, "src"),),
    criteria=(Criterion("c", "C", ((True, Compare("scale", "total", ">=", 4)),), False, "src"),),
)


@pytest.mark.parametrize(
    ("answers", "baseline"),
    [([None, 1, 1], [3, 3, 3]), ([3, 3, 3], [None, 1, 1]), ([None, 1, 1], [None, 3, 3])],
)
def test_a_shortened_scale_is_not_judged_for_change(answers, baseline):
    """Its range is another, so neither the cut-off nor the published value for the whole form
    applies.
    """
    change = score(EXCLUDING, answers, baseline=Baseline(answers=baseline))["scores"]["total"][
        "change"
    ]
    assert (change["category"], change["clinically_significant"]) == (None, None)
    assert change["note"] == "items_not_applicable"


def test_a_criterion_does_not_apply_a_threshold_to_a_shortened_scale():
    assert score(EXCLUDING, [3, 3, 3])["criteria"]["c"]["value"] is True
    assert score(EXCLUDING, [None, 1, 1])["criteria"]["c"]["value"] is None


RESULT = {"answers": [3, 0, 1, 0], "reference": "ref"}


def result_id(form=FORM, **submitted):
    submitted = {**RESULT, **submitted}
    return score(form, submitted.pop("answers"), **submitted)["result_id"]


def renamed(digest):
    return instrument(
        FORM.items, *FORM.scales, norms=FORM.norms, perspective="client", digest=digest
    )


DIFFERENT = [
    {"answers": [3, 0, 1, 1]},
    {"answers": [0, 3, 1, 0]},
    {"answers": [3, 0, 1, None]},
    {"answers": [3, 0, None, None]},
    {"answers": [3, 0, 1, None], "not_applicable": ("4",)},
    {"reference": "other"},
    {"reference": None},
    {"age": 40},
    {"age": 41},
    {"sex": "female"},
    {"sex": "male"},
    {"norms": ()},
    {"norms": ("*",)},
    {"norms": ("everybody",)},
    {"baseline": Baseline(answers=[3, 0, 1, 0])},
    {"baseline": Baseline(answers=[3, 0, 1, 1])},
    {"baseline": Baseline(answers=[3, 0, None, None])},
    {"baseline": Baseline(answers=[3, 0, None, None], not_applicable=["3"])},
    {"baseline": Baseline(answers=[3, 0, None, None], not_applicable=["4"])},
    {"baseline": Baseline(scores={"total": 3})},
    {"baseline": Baseline(scores={"total": 4})},
    {"baseline": Baseline(scores={"a": 4})},
    {"baseline": Baseline(answers=[3, 0, 1, 0], scores={"total": 4})},
]


def test_the_result_id_changes_with_every_input():
    names = {result_id()} | {result_id(**change) for change in DIFFERENT}
    names |= {result_id(renamed("sha256:1")), result_id(renamed("sha256:2"))}
    assert len(names) == len(DIFFERENT) + 3
    assert all(name.startswith("sha256:") and len(name) == 71 for name in names)


SAME = [
    [3.0, 0, 1, 0],
    [3, 0, 1.0, 0.0],
    {"1": 3, "2": 0, "3": 1, "4": 0},
    {"4": 0, "3": 1.0, "2": 0, "1": 3},
]


@pytest.mark.parametrize("answers", SAME)
def test_the_result_id_does_not_change_with_the_way_of_writing(answers):
    assert result_id(answers=answers) == result_id()


def test_the_result_id_is_the_same_for_null_and_absent():
    assert result_id(answers=[3, None, 1, 0]) == result_id(answers={"1": 3, "3": 1, "4": 0})


@pytest.mark.parametrize("answers", SAME)
def test_the_result_id_does_not_change_with_the_way_of_writing_a_baseline(answers):
    expected = result_id(baseline=Baseline(answers=[3, 0, 1, 0]))
    assert result_id(baseline=Baseline(answers=answers)) == expected


def test_the_result_id_tells_columns_from_values_in_a_baseline():
    """The middle column means the same in both encodings, the baseline's first column does not."""
    form = instrument((Item("1", steps(1, 5), mirrored=True),))
    baseline = Baseline(answers=[1])
    by_value = score(form, [3], baseline=baseline)
    by_column = score(form, [3], encoding="position", baseline=baseline)
    assert by_value["scores"]["total"]["change"] != by_column["scores"]["total"]["change"]
    assert by_value["result_id"] != by_column["result_id"]


def test_the_result_id_tells_answers_that_a_gate_replaced():
    form = instrument(items(3), gates=(Gate("g", (1,), at(0, "==", 0), 0, False, True, "src"),))
    assert score(form, [0, 1, 1])["result_id"] != score(form, [0, 2, 1])["result_id"]


def test_a_reference_may_be_any_text():
    assert (
        len({result_id(reference=text) for text in ("\ud800", "é", "", "'", '"', "None", None)})
        == 7
    )


@pytest.mark.parametrize("order", list(permutations("1234"))[::5])
def test_the_order_in_which_answers_come_changes_nothing(order):
    answers = dict(zip("1234", [3, 0, 1, 2], strict=True))
    assert score(FORM, {name: answers[name] for name in order}) == score(FORM, answers)


def test_scoring_twice_gives_the_same_report():
    scorer = Scorer(FORM)
    first = scorer.score(Submission([3, 0, 1, 2]), working=True)
    before = copy.deepcopy(first)
    scorer.score(Submission([3, 0, 1, 2], baseline=Baseline(scores={"total": 1})))
    scorer.score(Submission([0, 3, 1, 2], sex="female"))
    assert scorer.score(Submission([3, 0, 1, 2]), working=True) == before == first


def test_a_report_does_not_depend_on_what_was_scored_before():
    """0.5 + 0.5 and 1 + 0 are the same score: byte for byte, whichever came first."""
    form = instrument(items(2, listed(0, 0.5, 1)))
    alone = json.dumps(score(form, [1, 0])["scores"])
    scorer = Scorer(form)
    scorer.score(Submission([0.5, 0.5]))
    assert json.dumps(scorer.score(Submission([1, 0]))["scores"]) == alone


def test_a_line_marked_at_a_whole_number_is_written_like_that_number():
    form = instrument(items(2, line()))
    assert json.dumps(score(form, [9.0, 8.0])) == json.dumps(score(form, [9, 8]))


PRORATED = instrument(items(4), scale(range(4), missing=MissingRule(2, PRORATE, source="s")))


@pytest.mark.parametrize(
    ("form", "one", "other", "same"),
    [
        (instrument(items(4)), [3, 0, 1, 2], [2, 1, 3, 0], True),
        (instrument(items(4)), [3, None, 1, 2], [1, 2, 3, None], True),
        # Added up one by one the first would be 0.6000000000000001.
        (instrument(items(3, listed(0.1, 0.2, 0.3))), [0.1, 0.2, 0.3], [0.3, 0.2, 0.1], True),
        (PRORATED, [3, 0, 1, 2], [2, 1, 3, 0], True),
        (PRORATED, [3, None, 1, 2], [1, 2, 3, None], True),
        (PRORATED, [3, 0, 1, 2], [3, None, 1, 2], False),
        (PRORATED, [3, None, 1, 2], [3, None, 3, None], False),
        (PRORATED, [3, 0, 1, 2], [3, 0, 1, 3], False),
    ],
)
def test_the_same_sum_of_as_many_answers_is_worked_out_once(form, one, other, same):
    scorer = Scorer(form)
    first, second = (scorer.score(Submission(answers))["scores"] for answers in (one, other))
    assert (first["total"] is second["total"]) is same


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (scale([0, 1], weights=(1, 2)), (3, 6)),
        (scale([0, 1], weights=(1, 2), aggregation="mean"), (1, 2)),
        (scale([0, 1], "count", at_least=(1, 4)), (1, 0)),
        (scale([0, 1], "max"), (3, 3)),
    ],
)
def test_the_sum_alone_makes_no_other_score_than_a_plain_one(one, values):
    scorer = Scorer(instrument(items(2), one))
    for _ in range(2):
        found = [scorer.score(Submission(answers))["scores"] for answers in ([3, 0], [0, 3])]
        assert tuple(entry["total"]["value"] for entry in found) == values


def test_sums_of_lines_are_not_remembered_as_hardly_one_comes_twice():
    scorer = Scorer(instrument(items(2, line())))
    first, second = (scorer.score(Submission([1.5, 2]))["scores"]["total"] for _ in range(2))
    assert first == second
    assert first is not second


def test_what_a_gate_took_out_is_no_blank_with_the_same_sum():
    """1 + 1 of two items that apply is 2; 1 + 1 of three with a blank is no score."""
    form = instrument(items(3), gates=(Gate("retired", (0,), None, None, False, False, "src"),))
    gated, blank = Submission([None, 1, 1], not_applicable=("1",)), Submission([1, 1, None])
    for order in ((gated, blank), (blank, gated)):
        scorer = Scorer(form)
        found = [(one is gated, scorer.score(one)["scores"]["total"]["value"]) for one in order]
        assert sorted(found, key=str) == [(False, None), (True, 2)]


def test_a_gate_of_other_items_takes_nothing_from_what_is_remembered():
    form = instrument(
        items(4),
        scale([0, 1], id="a"),
        scale([2, 3], id="b"),
        gates=(Gate("retired", (3,), None, None, False, False, "src"),),
    )
    scorer = Scorer(form)
    one, other = (
        scorer.score(Submission(answers, not_applicable=("4",)))["scores"]
        for answers in ([1, 2, 0, None], [2, 1, 0, None])
    )
    assert one["a"] is other["a"]


def test_respondents_do_not_share_what_is_remembered():
    scorer = Scorer(FORM)
    for sex, norms in (
        ("female", ["everybody", "women"]),
        ("male", ["everybody"]),
        ("female", ["everybody", "women"]),
    ):
        report = scorer.score(Submission([1, 1, 1, 1], sex=sex))
        assert [norm["id"] for norm in report["scores"]["total"]["norms"]] == norms


def test_more_respondents_than_are_remembered_are_scored_all_the_same():
    scorer = Scorer(instrument(items(1), norms=(norm("adults", minimum_age=300),)))
    for age in (*range(600), 299, 300):
        report = scorer.score(Submission([2], age=age))
        assert bool(report["scores"]["total"]["norms"]) is (age >= 300)


def test_more_sums_than_are_remembered_are_scored_all_the_same():
    """Two items of 91 steps, weighted in their values, have 8281 different sums."""
    form = instrument(
        (Item("1", listed(*range(91))), Item("2", listed(*(100 * step for step in range(91)))))
    )
    scorer = Scorer(form)
    for _ in range(2):
        for first in range(91):
            for second in range(91):
                report = scorer.score(Submission([first, 100 * second]))
                assert report["scores"]["total"]["value"] == first + 100 * second


def test_criteria_see_the_respondent():
    rule = AllOf(
        (
            Compare("respondent", "sex", "==", "male"),
            Compare("respondent", "age", ">=", 18),
            at(0, ">=", 1),
        )
    )
    form = instrument(items(2), criteria=(Criterion("c", "C", ((True, rule),), False, "src"),))
    assert score(form, [1, 1], age=18, sex="male")["criteria"]["c"]["value"] is True
    assert score(form, [1, 1], age=18, sex="female")["criteria"]["c"]["value"] is False
    assert score(form, [0, 1])["criteria"]["c"]["value"] is False
    assert score(form, [1, 1], sex="male")["criteria"]["c"]["reason"] == "needs_age"


@pytest.mark.parametrize(
    ("one", "answers", "value"),
    [
        (scale([0, 1], "max", metric="max"), [2, None, 0], True),
        (scale([0, 1], "count", metric="count", at_least=(1, 1)), [2, None, 0], True),
        (
            scale([0, 1], metric="transformed", transform=Transform("sum", factor=2)),
            [1, None, 0],
            True,
        ),
        (scale([0, 1], "max", metric="max"), [0, None, 0], None),
    ],
)
def test_a_criterion_over_any_scale_is_decided_by_the_answers_given(one, answers, value):
    """The highest of 2 and a blank is 2 or more, a count of 1 and a blank 1 or more, twice 1 and a
    blank 2 or more.
    """
    rule = Compare("scale", "total", ">=", 1 if one.aggregation == "count" else 2)
    form = instrument(
        items(3),
        one,
        scale([2], id="x"),
        criteria=(Criterion("c", "C", ((True, rule),), False, "s"),),
    )
    assert score(form, answers)["criteria"]["c"]["value"] is value


def test_the_facts_of_a_form_are_those_that_its_criteria_see():
    facts = Scorer(FORM).facts(Submission([3, 0, 1, None], age=40, sex="female"))
    assert (list(facts.values), facts.age, facts.sex) == ([3, 0, 1, None], 40, "female")
    assert facts.scale_range("a") == (6, 6)  # 3, and a 0 that is reverse-keyed
    assert facts.scale_range("total") == (7, 10)


def test_an_item_that_does_not_apply_leaves_the_scales_without_it_comparable():
    retired = Gate("retired", (3,), None, None, True, False, "src")
    parts = scale([0, 1], id="a"), scale([2, 3], id="b")
    form = instrument(items(4), *parts, gates=(retired,))
    values, reasons, _ = Scorer(form).rate([3, 0, 1, None])
    assert (values, reasons) == ({"a": 3, "b": None}, {"b": "items_not_applicable"})


def test_the_result_id_of_plain_answers_is_the_digest_of_definition_and_answers():
    """It stays what it was as long as both do: reports of other days are found by it."""
    expected = hashlib.sha256(b"sha256:0" + b"[3, 0, 1, 0]").hexdigest()
    assert score(FORM, [3, 0, 1, 0])["result_id"] == f"sha256:{expected}"
    assert score(FORM, [3, 0, 1, 0], sex="female")["result_id"] != f"sha256:{expected}"
