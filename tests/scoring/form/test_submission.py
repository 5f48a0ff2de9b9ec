"""Checking a whole submission: every fault of answers, norms, perspective and baseline at once."""

import pytest

from service.scoring.answers import Baseline, Submission
from service.scoring.applicability import Applicability
from service.scoring.form.submission import SubmissionReader, score_fault
from service.scoring.instrument import (
    Item,
    LookupTable,
    MissingRule,
    NormGroup,
    NormScale,
    Transform,
)
from service.scoring.issue import InvalidSubmission
from service.scoring.missing import PRORATE, ZERO
from tests.scoring.forms import instrument, items, line, listed, scale

NORM = NormGroup(
    "everybody", "Everybody", 10, True, False, None, {"total": NormScale(5, 2, "sum")}, "src"
)
FORM = instrument(items(4, reverse=[2]), norms=(NORM,), perspective="client")
TWO_RATERS = instrument(items(1), perspectives=("client", "therapist"))


def issues(form, answers, **submitted):
    with pytest.raises(InvalidSubmission) as refused:
        SubmissionReader(form).read(Submission(answers, **submitted))
    return [(issue.pointer, issue.code) for issue in refused.value.issues]


@pytest.mark.parametrize(
    ("form", "perspective", "expected"),
    [
        (FORM, "therapist", [("/perspective", "wrong_perspective")]),
        (TWO_RATERS, None, [("/perspective", "perspective_needed")]),
        (TWO_RATERS, "observer", [("/perspective", "wrong_perspective")]),
        (instrument(items(1)), "therapist", [("/perspective", "wrong_perspective")]),
    ],
)
def test_the_perspective_must_be_one_of_the_form(form, perspective, expected):
    assert issues(form, [1] * len(form.items), perspective=perspective) == expected


def test_a_form_that_names_no_rater_is_the_patients_own():
    submission = Submission([1], perspective="client")
    assert SubmissionReader(instrument(items(1))).read(submission).form.answered == 1


def test_faults_of_all_parts_come_together():
    found = issues(
        FORM,
        {"1": "3", "x y": 1},
        norms=("everybody", "nobody"),
        perspective="therapist",
        baseline=Baseline(answers={"4": 9}, scores={"total": 13, "nothing": 1}),
    )
    assert found == [
        ("/answers", "unknown_item"),
        ("/answers/1", "wrong_type"),
        ("/norms/1", "unknown_norm"),
        ("/perspective", "wrong_perspective"),
        ("/baseline/answers/4", "value_not_allowed"),
        ("/baseline/scores/total", "out_of_range"),
        ("/baseline/scores", "unknown_scale"),
    ]


def test_the_exception_itself_repeats_nothing_of_what_came():
    with pytest.raises(InvalidSubmission) as refused:
        SubmissionReader(FORM).read(Submission({"1": "Smith", "2": 9}))
    assert str(refused.value) == "2 fault(s)"


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        ({"total": "5"}, "wrong_type"),
        ({"total": True}, "wrong_type"),
        ({"total": [5]}, "wrong_type"),
        ({"total": -0.1}, "out_of_range"),
        ({"total": 12.1}, "out_of_range"),
        ({"total": 5.5}, "value_not_allowed"),  # a sum of whole numbers
        ({"total": float("nan")}, "out_of_range"),
    ],
)
def test_a_baseline_score_must_lie_in_the_range_of_its_scale(scores, code):
    assert issues(FORM, [1, 1, 1, 1], baseline=Baseline(scores=scores)) == [
        ("/baseline/scores/total", code)
    ]


ROUNDED = MissingRule(2, PRORATE, round=True)


@pytest.mark.parametrize(
    ("one", "score", "is_given"),
    [
        (scale([0, 1]), 5, True),
        (scale([0, 1]), 5.0, True),
        (scale([0, 1]), 2.5, False),
        (scale([0, 1], missing=MissingRule(1, ZERO)), 2.5, False),
        (scale([0, 1], missing=ROUNDED), 2.5, False),
        (scale([0, 1], missing=MissingRule(1, PRORATE)), 2.5, True),
        (scale([0, 1], "mean"), 2.5, True),
        (scale([0, 1], "max"), 2.5, True),
        (scale([0, 1], metric="transformed", transform=Transform("sum", 0.5)), 2.5, True),
        (scale([0, 1], transform=Transform("sum", 0.5)), 2.5, True),
        (scale([0, 1], weights=(1, 0.5)), 2.5, True),
        (scale([0, 2]), 2.5, True),  # item 3 is a line
        (scale([0, 3]), 2.5, True),  # item 4 has half steps
    ],
)
def test_only_a_sum_of_whole_answers_is_always_whole(one, score, is_given):
    form = instrument((*items(2), Item("3", line()), Item("4", listed(0, 0.5, 1))), one)
    fault = score_fault(form, "total", score, ("b",))
    if is_given:
        assert fault is None
    else:
        assert (fault.pointer, fault.code, fault.allowed) == (
            "/b/total",
            "value_not_allowed",
            {"minimum": 0, "maximum": 6, "metric": "sum", "step": 1},
        )


def test_a_score_whose_range_is_not_known_is_only_kept_from_being_absurd():
    """Without its key nobody knows what a form's items add up to."""
    keyless = instrument(items(4), scale(()), key_required=True)
    assert score_fault(keyless, "total", 1_000_000, ()) is None
    assert score_fault(keyless, "total", -1_000_000, ()) is None
    for score in (1_000_001, -1_000_001, float("inf"), float("nan")):
        fault = score_fault(keyless, "total", score, ())
        assert (fault.code, fault.allowed) == (
            "out_of_range",
            {"minimum": -1_000_000, "maximum": 1_000_000, "metric": "sum"},
        )


@pytest.mark.parametrize(
    "baseline", [Baseline(), Baseline(answers={}, scores={}), Baseline(answers=[])]
)
def test_an_empty_baseline_is_refused(baseline):
    assert issues(FORM, [1, 1, 1, 1], baseline=baseline) == [("/baseline", "no_baseline")]


@pytest.mark.parametrize("key", ["smith", "Jane Doe", "smith_john"])
def test_a_scale_name_that_may_hold_a_name_is_not_repeated(key):
    assert issues(FORM, [1, 1, 1, 1], baseline=Baseline(scores={key: 1})) == [
        ("/baseline/scores", "unknown_scale")
    ]


@pytest.mark.parametrize(
    ("norms", "expected"),
    [
        (("nobody",), [("/norms/0", "unknown_norm")]),
        (("everybody", "*"), [("/norms/1", "unknown_norm")]),
        (("*", "*"), [("/norms/0", "unknown_norm"), ("/norms/1", "unknown_norm")]),
    ],
)
def test_a_norm_must_be_one_of_the_form(norms, expected):
    assert issues(FORM, [1] * 4, norms=norms) == expected


@pytest.mark.parametrize("norms", [None, (), ("*",), ("everybody",)])
def test_norms_that_may_be_asked_for(norms):
    assert SubmissionReader(FORM).read(Submission([1] * 4, norms=norms)).baseline_form is None


def test_each_fault_says_what_is_allowed():
    baseline = Baseline(scores={"total": 13, "nothing": 1})
    submission = Submission([1] * 4, norms=("nobody",), perspective="observer", baseline=baseline)
    with pytest.raises(InvalidSubmission) as refused:
        SubmissionReader(FORM).read(submission)
    assert [issue.allowed for issue in refused.value.issues] == [
        ["everybody"],
        ["client"],
        {"minimum": 0, "maximum": 12, "metric": "sum"},
        ["total"],
    ]


def test_the_parts_of_a_submission_are_read():
    scores = {"other": None, "total": 4.0, "another": None}
    baseline = Baseline(answers={"1": 3, "2": 0.0}, scores=scores)
    found = SubmissionReader(FORM).read(Submission([0, 1, 2, 3], baseline=baseline))
    assert list(found.form.scores) == [0, 2, 2, 3]
    assert found.baseline_form is not None
    assert list(found.baseline_form.scores) == [3, 3, None, None]
    assert found.baseline_scores == {"total": 4.0}


def test_a_score_from_a_table_for_some_respondents_has_no_range_to_check():
    table = LookupTable(
        Applicability(sex="female"), {total: (40 + total, None) for total in range(10)}
    )
    form = instrument(items(3), scale(transform=Transform("sum", tables=(table,))))
    baseline = Baseline(scores={"total": 55})
    assert SubmissionReader(form).read(Submission([1] * 3, baseline=baseline)).baseline_scores == {
        "total": 55
    }
