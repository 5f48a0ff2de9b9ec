"""The PSQI: every limit of its components, clock times past midnight, blanks, and answers that
contradict each other. Expected numbers are those of the published rules, written out here.
"""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shipped import CATALOG, cutoffs, faults, score, values

COMPONENTS = (
    "subjective-sleep-quality",
    "sleep-latency",
    "sleep-duration",
    "habitual-sleep-efficiency",
    "sleep-disturbances",
    "use-of-sleeping-medication",
    "daytime-dysfunction",
)
DISTURBANCES = tuple(f"5{letter}" for letter in "bcdefghij")
BEST: dict[str, Any] = {
    **{"1": "23:00", "2": 5, "3": "07:00", "4": 8, "5a": 0},
    **dict.fromkeys(DISTURBANCES, 0),
    **dict.fromkeys(("6", "7", "8", "9"), 0),
}
NEEDED = {
    "subjective-sleep-quality": {"6"},
    "sleep-latency": {"2", "5a"},
    "sleep-duration": {"4"},
    "habitual-sleep-efficiency": {"1", "3", "4"},
    "sleep-disturbances": set(DISTURBANCES) - {"5j"},
    "use-of-sleeping-medication": {"7"},
    "daytime-dysfunction": {"8", "9"},
    "sleep-efficiency": {"1", "3", "4"},
}


def of(name: str, **changed: Any) -> Any:
    """Return one score of the best form with some answers changed: `i5a=3`."""
    return values("psqi", BEST | {item[1:]: answer for item, answer in changed.items()})[name]


def test_the_best_form_has_no_difficulty_anywhere():
    found = values("psqi", BEST)
    assert found == dict.fromkeys(COMPONENTS, 0) | {"sleep-efficiency": 100, "total": 0}


@pytest.mark.parametrize(
    ("minutes", "worth"),
    [
        (0, 0),
        (15, 0),
        (15.5, 1),
        (16, 1),
        (30, 1),
        (30.5, 2),
        (31, 2),
        (60, 2),
        (60.5, 3),
        (61, 3),
        (1440, 3),
    ],
)
@pytest.mark.parametrize("trouble", range(4))
def test_latency_adds_banded_minutes_to_an_answer_and_bands_the_sum(minutes, worth, trouble):
    """Sums of 0, 1-2, 3-4 and 5-6."""
    banded = [0, 1, 1, 2, 2, 3, 3][worth + trouble]
    assert of("sleep-latency", i2=minutes, i5a=trouble) == banded


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, 3), (4.99, 3), (5, 2), (5.99, 2), (6, 1), (6.5, 1), (6.99, 1), (7, 0), (7.01, 0), (24, 0)],
)
def test_duration_at_each_of_its_limits(hours, expected):
    """A limit belongs to the better side, as the scoring instructions have it."""
    assert of("sleep-duration", i4=hours) == expected


@pytest.mark.parametrize(
    ("slept", "in_bed", "percent", "expected"),
    [
        (6.8, "07:00", 85, 0),
        (6.76, "07:00", 84.5, 1),  # between 84 and 85, where the paper prints a gap
        (6.72, "07:00", 84, 1),
        (6, "07:00", 75, 1),
        (5.96, "07:00", 74.5, 2),
        (5.2, "07:00", 65, 2),
        (5.16, "07:00", 64.5, 3),
        (8, "07:00", 100, 0),
        (0, "07:00", 0, 3),
    ],
)
def test_efficiency_at_each_of_its_limits(slept, in_bed, percent, expected):
    """From 23:00 to 07:00 are 8 hours: 6.8 of them are 85 %."""
    changed = {"i4": slept, "i3": in_bed}
    assert of("sleep-efficiency", **changed) == pytest.approx(percent, rel=1e-12)
    assert of("habitual-sleep-efficiency", **changed) == expected


@pytest.mark.parametrize("eighths", range(1, 20))
def test_a_percentage_on_a_limit_is_on_it_whatever_the_hours_are(eighths):
    """17 of 20 parts are 85 %, of any time in bed that is written in minutes."""
    minutes = 60 * eighths
    up = f"{minutes // 60:02}:{minutes % 60:02}"
    slept = float(Fraction(minutes, 60) * Fraction(17, 20))
    assert of("habitual-sleep-efficiency", i1="00:00", i3=up, i4=slept) == 0


def test_all_of_the_time_in_bed_is_just_100_percent():
    """In binary 100 x hours / hours may be a little more."""
    for minutes in range(1, 1440, 7):
        up = f"{minutes // 60:02}:{minutes % 60:02}"
        assert of("sleep-efficiency", i1="00:00", i3=up, i4=minutes / 60) <= 100


@pytest.mark.parametrize(
    ("bed", "up", "hours"),
    [
        ("23:00", "07:00", 8),
        ("00:30", "07:00", 6.5),
        ("23:59", "00:00", 1 / 60),
        ("00:00", "23:59", 24 - 1 / 60),
        ("12:00", "11:59", 24 - 1 / 60),
        ("14:00", "22:00", 8),  # somebody who works at night
    ],
)
def test_the_hours_in_bed_go_on_past_midnight(bed, up, hours):
    slept = 0.01
    found = of("sleep-efficiency", i1=bed, i3=up, i4=slept)
    assert found == pytest.approx(100 * slept / hours, rel=1e-12)


@pytest.mark.parametrize("total", range(28))
def test_disturbances_at_each_sum(total):
    """Sums of 0, 1-9, 10-18 and 19-27."""
    answers = {f"i{item}": min(3, max(0, total - 3 * n)) for n, item in enumerate(DISTURBANCES)}
    expected = 0 if total == 0 else 1 if total <= 9 else 2 if total <= 18 else 3
    assert of("sleep-disturbances", **answers) == expected


@pytest.mark.parametrize("total", range(7))
def test_dysfunction_at_each_sum(total):
    answers = {"i8": min(3, total), "i9": max(0, total - 3)}
    assert of("daytime-dysfunction", **answers) == [0, 1, 1, 2, 2, 3, 3][total]


@pytest.mark.parametrize("answer", range(4))
def test_quality_and_medication_are_their_answers(answer):
    assert of("subjective-sleep-quality", i6=answer) == answer
    assert of("use-of-sleeping-medication", i7=answer) == answer


@pytest.mark.parametrize("item", BEST)
def test_a_blank_leaves_its_components_and_the_global_score_open(item):
    """Only 5j may be blank: it counts as 0."""
    found = score("psqi", BEST | {item: None})["scores"]
    for name, needed in NEEDED.items():
        assert (found[name]["value"] is None) is (item in needed), name
        assert found[name]["reason"] == ("missing_items" if item in needed else None)
    assert (found["total"]["value"] is None) is (item != "5j")
    assert found["total"]["reason"] == (None if item == "5j" else "component_not_scored")


def test_a_blank_5j_counts_as_no_trouble_and_is_not_told_as_missing():
    answers = BEST | {"5b": 1, "5j": None}
    report = score("psqi", answers, not_applicable=())
    assert report["scores"]["sleep-disturbances"]["value"] == 1
    assert report["missing"] == []
    with_answer = score("psqi", answers | {"5j": 0})["scores"]["sleep-disturbances"]
    assert report["scores"]["sleep-disturbances"]["sum"] == with_answer["sum"]


@pytest.mark.parametrize(
    ("bed", "up", "slept"),
    [
        ("23:00", "23:00", 8),
        ("00:00", "00:00", 0),
        ("23:00", "07:00", 8.01),
        ("00:00", "23:59", 24),
    ],
)
def test_answers_that_contradict_each_other_have_no_efficiency_and_no_global_score(bed, up, slept):
    """Neither a division by zero nor more than all of the time in bed."""
    found = score("psqi", BEST | {"1": bed, "3": up, "4": slept})["scores"]
    for name in ("sleep-efficiency", "habitual-sleep-efficiency"):
        assert (found[name]["value"], found[name]["reason"]) == (None, "impossible_ratio")
    assert (found["total"]["value"], found["total"]["reason"]) == (None, "component_not_scored")
    assert found["sleep-duration"]["value"] is not None


@pytest.mark.parametrize(
    ("item", "answer", "code"),
    [
        ("1", "24:00", "value_not_allowed"),
        ("1", "7:05", "value_not_allowed"),
        ("1", "07:60", "value_not_allowed"),
        ("1", "11:30 pm", "value_not_allowed"),
        ("1", "23:15:00", "value_not_allowed"),
        ("1", " 23:15", "value_not_allowed"),
        ("1", "", "value_not_allowed"),
        ("3", 7, "wrong_type"),
        ("3", 7.5, "wrong_type"),
        ("3", True, "wrong_type"),
        ("3", ["07:00"], "wrong_type"),
        ("2", "15", "wrong_type"),
        ("2", "00:15", "wrong_type"),
        ("2", -1, "value_not_allowed"),
        ("2", 1441, "value_not_allowed"),
        ("4", 24.5, "value_not_allowed"),
        ("4", "07:00", "wrong_type"),
    ],
)
def test_what_is_no_answer_is_refused(item, answer, code):
    assert faults("psqi", BEST | {item: answer}) == {(f"/answers/{item}", code)}


def test_printed_columns_are_refused_for_the_items_that_have_none():
    told = faults("psqi", dict.fromkeys(BEST, 1), encoding="position")
    assert told == {(f"/answers/{item}", "position_not_supported") for item in "1234"}


def test_the_cutoff_is_met_above_5():
    five = BEST | {"6": 3, "7": 2}
    assert values("psqi", five)["total"] == 5
    assert cutoffs("psqi", five) == {"buysse-1989": False, "backhaus-2002-insomnia": False}
    six = BEST | {"6": 3, "7": 3}
    assert cutoffs("psqi", six) == {"buysse-1989": True, "backhaus-2002-insomnia": True}


def answers() -> st.SearchStrategy[dict[str, Any]]:
    """Return any form, some items blank."""
    clock = st.sampled_from([*CATALOG.get("psqi").instrument.items[0].score_of])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "1": clock,
        "2": st.integers(0, 2880).map(lambda halves: halves / 2),
        "3": clock,
        "4": st.integers(0, 240).map(lambda tenths: tenths / 10),
    }
    any_of = {item: st.none() | kinds.get(item, st.integers(0, 3)) for item in BEST}
    return st.fixed_dictionaries(any_of).filter(
        lambda form: any(v is not None for v in form.values())
    )


@given(answers())
def test_components_go_from_0_to_3_and_the_global_score_is_their_sum(form):
    found = values("psqi", form)
    parts = [found[name] for name in COMPONENTS]
    assert all(part in (None, 0, 1, 2, 3) for part in parts)
    assert found["total"] == (None if None in parts else sum(parts))
    for name, needed in NEEDED.items():
        blank = any(form[item] is None for item in needed)
        assert not (blank and found[name] is not None)
        assert (
            found[name] is not None
            or blank
            or name in ("habitual-sleep-efficiency", "sleep-efficiency")
        )
    efficiency = found["sleep-efficiency"]
    assert efficiency is None or 0 <= efficiency <= 100
    assert (efficiency is None) is (found["habitual-sleep-efficiency"] is None)
