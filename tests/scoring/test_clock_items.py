"""Items that ask for a clock time, and the scales that are a ratio over the hours between two."""

import pytest

from service.scoring.instrument import Item, MissingRule, ResponseSet, Transform
from service.scoring.issue import InvalidSubmission
from service.scoring.ranges import score_range
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Step, Steps
from service.scoring.rules import Gate
from tests.scoring.forms import clock, ends, instrument, line, scale, score, steps

MINUTES = Steps(0, (Step(15, 1, above=True), Step(30, 2, above=True)))
NIGHT = (
    Item("bed", clock()),
    Item("up", clock()),
    Item("slept", line(0, 24)),
    Item("awake", steps(1, 12)),
)


def ratio(of: int = 2, to: tuple[int, ...] = (0, 1), **members: object):
    """Return a ratio of the night, in percent."""
    made = {"metric": "ratio", "ratio": Ratio(of, to, 100, 100), **members}
    return scale((of, *to), "ratio", missing=MissingRule(1 + len(to)), **made)


def banded(*limits, lowest=0, of="ratio"):
    return Transform(of, steps=Steps(lowest, limits), source="src")


PERCENT = ratio(id="percent")
WORTH = ratio(
    id="worth",
    metric="transformed",
    transform=banded(Step(65, 2), Step(85, 0), lowest=3),
)
AWAKE = ratio(2, (3,), id="awake")
FORM = instrument(NIGHT, PERCENT, WORTH, AWAKE)


def values(answers, **submitted):
    found = score(FORM, answers, **submitted)["scores"]
    return {name: entry["value"] for name, entry in found.items()}


def test_a_ratio_goes_past_midnight_and_is_worth_what_the_steps_say():
    assert values(["23:00", "07:00", 6.8, 12]) == {
        "percent": 85,
        "worth": 0,
        "awake": pytest.approx(100 * 6.8 / 12),
    }
    assert values(["23:00", "07:00", 5, 12])["worth"] == 3


def test_what_cannot_be_has_no_score_and_a_reason():
    found = score(FORM, ["23:00", "23:00", 5, 4])["scores"]
    assert {(one["value"], one["reason"]) for one in found.values()} == {(None, "impossible_ratio")}


def test_a_blank_time_is_missing():
    found = score(FORM, [None, "07:00", 5, 8])["scores"]
    assert {name: one["reason"] for name, one in found.items()} == {
        "percent": "missing_items",
        "worth": "missing_items",
        "awake": None,
    }


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("24:00", "value_not_allowed"),
        ("7:00", "value_not_allowed"),
        ("", "value_not_allowed"),
        (7, "wrong_type"),
        (7.5, "wrong_type"),
        (True, "wrong_type"),
        ([], "wrong_type"),
        ({}, "wrong_type"),
    ],
)
def test_what_is_no_clock_time_is_refused(answer, code):
    with pytest.raises(InvalidSubmission) as refused:
        score(FORM, [answer, "07:00", 5, 8])
    (issue,) = refused.value.issues
    assert (issue.pointer, issue.code) == ("/answers/0", code)
    assert issue.allowed == {"format": "HH:MM", "minimum": "00:00", "maximum": "23:59"}
    assert "two digits for the hour" in issue.detail


@pytest.mark.parametrize("position", [2, 3])
def test_a_text_is_no_number(position):
    with pytest.raises(InvalidSubmission) as refused:
        score(FORM, ["23:00", "07:00", *("07:00" if at == position else 5 for at in (2, 3))])
    assert [issue.code for issue in refused.value.issues] == ["wrong_type"]


def test_an_item_allows_what_it_says():
    bed, slept = NIGHT[0], NIGHT[2]
    assert [bed.allows(one) for one in ("00:00", "23:59", "24:00", "7:00", 5)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert not slept.allows("07:00")
    assert (ends(bed), ends(slept)) == (("00:00", "23:59"), (0, 24))


def test_times_have_no_printed_columns():
    with pytest.raises(InvalidSubmission) as refused:
        score(FORM, [1, 1, 1, 1], encoding="position")
    assert [(issue.pointer, issue.code) for issue in refused.value.issues] == [
        (f"/answers/{at}", "position_not_supported") for at in range(3)
    ]


def test_what_a_ratio_can_come_to():
    assert score_range(FORM, PERCENT) == (0, 100)
    assert score_range(FORM, WORTH) == (0, 3)
    assert score_range(FORM, AWAKE) == (0, 100)
    assert score_range(FORM, PERCENT, {0}) is None
    assert score_range(FORM, WORTH, {2}) is None


def test_a_ratio_is_not_scored_where_an_item_does_not_apply():
    gates = (Gate("retired", (2,), None, None, True, False, "src"),)
    form = instrument(NIGHT, PERCENT, gates=gates)
    found = score(form, ["23:00", "07:00", None, 5], not_applicable=["slept"])
    percent = found["scores"]["percent"]
    assert (percent["value"], percent["reason"]) == (None, "not_applicable")
    assert (percent["minimum"], percent["maximum"]) == (None, None)


def test_what_an_unscored_ratio_would_have_been_is_not_known():
    form = instrument(NIGHT, PERCENT)
    told = score(form, ["23:00", None, 5, 5])["scores"]["percent"]
    assert (told["value"], told["minimum"], told["maximum"]) == (None, 0, 100)


def test_the_working_says_how():
    report = score(FORM, ["23:00", "07:00", 6.8, 12], working=True)["scores"]
    rules = {name: one["working"]["rule"] for name, one in report.items()}
    assert rules == {
        "percent": "100 x slept / the hours from bed to up, not scored above 100",
        "worth": (
            "100 x slept / the hours from bed to up, not scored above 100; "
            "the ratio is worth 3 below, 2 from 65, 0 from 85"
        ),
        "awake": "100 x slept / awake, not scored above 100",
    }
    told = {
        one["item"]: (one["answer"], one["recoded"], one["value"], one["rule"])
        for one in report["percent"]["working"]["items"]
    }
    assert told == {
        "slept": (6.8, False, 6.8, "as submitted"),
        "bed": ("23:00", True, 1380, "minutes from midnight"),
        "up": ("07:00", True, 420, "minutes from midnight"),
    }


SUM = instrument(
    (Item("1", ResponseSet("minutes", 0, 60, steps=MINUTES)), Item("2", steps(0, 3))),
    scale([0, 1], id="raw"),
    scale(
        [0, 1],
        id="worth",
        metric="transformed",
        transform=banded(Step(1, 1), Step(3, 2), Step(5, 3), of="sum"),
    ),
    scale(
        [0, 1],
        "mean",
        id="half",
        metric="transformed",
        transform=banded(Step(1.5, 1, above=True), of="mean"),
    ),
)


@pytest.mark.parametrize(
    ("answers", "raw", "worth", "half"),
    [
        ([0, 0], 0, 0, 0),
        ([15, 1], 1, 1, 0),
        ([15.5, 2], 3, 2, 0),
        ([30, 2], 3, 2, 0),
        ([60, 3], 5, 3, 1),
    ],
)
def test_numbers_are_worth_what_their_step_says_and_so_are_sums(answers, raw, worth, half):
    found = score(SUM, answers)["scores"]
    assert [found[name]["value"] for name in ("raw", "worth", "half")] == [raw, worth, half]
    assert found["worth"]["sum"] == raw


def test_the_ranges_of_recoded_items_and_sums():
    assert (SUM.items[0].lowest, SUM.items[0].highest) == (0, 2)
    assert [score_range(SUM, one) for one in SUM.scales] == [(0, 5), (0, 3), (0, 1)]
    assert score_range(SUM, SUM.scales[1], {0}) is None


def test_the_working_of_a_recoded_number():
    report = score(SUM, [15.5, 2], working=True)["scores"]
    minutes = report["worth"]["working"]["items"][0]
    assert (minutes["answer"], minutes["recoded"], minutes["value"]) == (15.5, True, 1)
    assert minutes["rule"] == "recoded by the form's table"
    assert report["worth"]["working"]["rule"] == (
        "sum of 1, 2; the sum is worth 0 below, 1 from 1, 2 from 3, 3 from 5"
    )
    assert report["half"]["working"]["rule"] == (
        "mean of 1, 2; the mean is worth 0 below, 1 above 1.5"
    )


def test_a_reversed_line_of_steps_turns_the_worth():
    turned = Item("1", SUM.items[0].response_set, reverse=True)
    assert [turned.key_continuous(number) for number in (0, 15, 16, 31, 61)] == [2, 2, 1, 0, None]


def test_steps_name_what_they_are_worth():
    assert MINUTES.worths == (0, 1, 2)
