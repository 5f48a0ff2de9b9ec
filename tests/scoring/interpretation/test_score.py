"""What is said about a number, and the note where nothing can be said."""

from dataclasses import replace

import pytest

from service.scoring.applicability import Applicability
from service.scoring.instrument import (
    Band,
    BandSystem,
    Cutoff,
    MissingRule,
    NormGroup,
    NormScale,
    Precision,
    Term,
    Transform,
)
from service.scoring.interpretation.score import (
    Comparison,
    choose_norms,
    compare_with_norms,
    find_bands,
    find_cutoffs,
    interpret,
    precision,
)
from service.scoring.missing import method_named
from service.scoring.ranges import score_range
from service.scoring.scales import ANYBODY, Aggregate, Respondent
from tests.scoring.forms import instrument, items, scale, score

WOMAN = Respondent(40, "female")


def norm(name, *, default=True, digital=False, scales=("total",), metric="sum", **applies):
    known = {one: NormScale(5, 2, metric) for one in scales}
    applies_to = Applicability(**applies)
    return NormGroup(
        name, name.title(), 10, default, digital, None, known, "source", applies_to=applies_to
    )


EVERYBODY, WOMEN, MEN = norm("everybody"), norm("women", sex="female"), norm("men", sex="male")
ADULTS = norm("adults", minimum_age=18, default=False)
CHATBOT = norm("chatbot", default=False, digital=True)
FORM = instrument(items(3), norms=(EVERYBODY, WOMEN, MEN, ADULTS, CHATBOT))


@pytest.mark.parametrize(
    ("requested", "respondent", "used", "misfits", "note"),
    [
        (None, ANYBODY, ["everybody"], {}, None),
        (None, WOMAN, ["everybody", "women"], {}, None),
        (None, Respondent(40, "other"), ["everybody"], {}, None),
        (None, Respondent(40, "unknown"), ["everybody"], {}, None),
        ((), WOMAN, [], {}, "none_requested"),
        (("*",), WOMAN, ["everybody", "women", "adults", "chatbot"], {}, None),
        (("women",), ANYBODY, [], {"women": "needs_sex"}, "no_norm_fits"),
        (
            ("women", "everybody"),
            Respondent(40, "other"),
            ["everybody"],
            {"women": "needs_sex"},
            None,
        ),
        (("adults",), WOMAN, ["adults"], {}, None),
        (("adults",), ANYBODY, [], {"adults": "needs_age"}, "no_norm_fits"),
        (("adults",), Respondent(17, None), [], {"adults": "other_group"}, "no_norm_fits"),
        (("adults",), Respondent(18, None), ["adults"], {}, None),
        (("chatbot",), ANYBODY, ["chatbot"], {}, None),
        (("women", "men"), WOMAN, ["women"], {"men": "other_group"}, None),
        (("men", "chatbot"), WOMAN, ["chatbot"], {"men": "other_group"}, None),
    ],
)
def test_norms_are_chosen_for_the_respondent(requested, respondent, used, misfits, note):
    chosen = choose_norms(FORM, requested, respondent)
    assert [group.id for group in chosen.norms] == used
    assert dict(chosen.misfits) == misfits
    assert chosen.note == note


@pytest.mark.parametrize(
    ("norms", "requested", "note"),
    [
        ((), None, "no_norm_available"),
        ((), ("*",), "no_norm_available"),
        ((CHATBOT,), None, "no_default_norm"),
        ((MEN,), None, "no_norm_fits"),
    ],
)
def test_a_note_says_why_there_is_no_norm(norms, requested, note):
    assert choose_norms(instrument(items(3), norms=norms), requested, WOMAN).note == note


def against(*norms, found):
    form = instrument(items(3), norms=norms)
    return compare_with_norms(scale(), found, choose_norms(form, ("*",), ANYBODY))


@pytest.mark.parametrize(
    ("metric", "z"), [("sum", (6 - 5) / 2), ("mean", (2 - 5) / 2), ("value", (60 - 5) / 2)]
)
def test_a_norm_is_compared_in_its_own_metric(metric, z):
    found = Aggregate(60, 6, 2, 3, 3, False, None)
    [result], note = against(norm("n", metric=metric), found=found)
    assert (result["z"], result["t"], note) == (z, 50 + 10 * z, None)
    assert (result["percentile"], result["percentile_note"]) == (None, "skewed_no_quantiles")
    assert (result["metric"], result["source"]) == (metric, "source")


def test_a_norm_group_is_told_whole():
    """(7 - 5) / 2 is 1, which 84.13 % of a normal curve lie below."""
    group = NormGroup(
        "n",
        "Outpatients",
        36,
        True,
        True,
        "normal",
        {"total": NormScale(5, 2, "sum")},
        "source",
        warning="A small group.",
        collected=2011,
        published=2013,
    )
    [result], _ = against(group, found=Aggregate(7, 7, 7 / 3, 3, 3, False, None))
    assert result.pop("percentile") == pytest.approx(84.134, abs=0.001)
    assert result == {
        "id": "n",
        "population": "Outpatients",
        "n": 36,
        "collected": 2011,
        "published": 2013,
        "digital": True,
        "mean": 5,
        "sd": 2,
        "metric": "sum",
        "z": 1,
        "t": 60,
        "percentile_note": None,
        "warning": "A small group.",
        "source": "source",
    }


def test_a_norm_without_sd_gives_no_z():
    group = NormGroup(
        "n", "N", None, True, False, None, {"total": NormScale(5, None, "sum")}, "source"
    )
    [result], _ = against(group, found=Aggregate(6, 6, 2, 3, 3, False, None))
    assert (result["mean"], result["sd"], result["z"], result["t"], result["percentile"]) == (
        5,
        None,
        None,
        None,
        None,
    )


def test_a_norm_for_other_scales_is_left_out_with_a_note():
    found = Aggregate(6, 6, 2, 3, 3, False, None)
    assert against(norm("n", scales=("bond",)), found=found) == ([], "no_norm_for_scale")


def test_a_norm_of_sums_says_nothing_about_a_scale_without_sum():
    assert against(norm("n"), found=Aggregate(3, None, None, 3, 3, False, None)) == (
        [],
        "no_norm_for_scale",
    )


BANDS = BandSystem(
    "s",
    tuple(
        Band(name, name.title(), low, high)
        for name, low, high in [("a", 0, 4), ("b", 5, 9), ("c", 10, 27)]
    ),
    "src",
)


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0, "a"),
        (4, "a"),
        (4.5, "a"),
        (4.999, "a"),
        (5, "b"),
        (9, "b"),
        (9.99, "b"),
        (10, "c"),
        (10.0, "c"),
        (27, "c"),
    ],
)
def test_a_score_lies_in_one_band(value, band):
    """A prorated score between two printed bands has not reached the upper one."""
    [result], note = find_bands(
        scale(bands=(BANDS,)), Aggregate(value, value, None, 3, 3, False, None), ANYBODY
    )
    assert result == {"system": "s", "id": band, "label": band.title(), "source": "src"}
    assert note is None


def test_a_score_below_all_bands_belongs_to_the_lowest():
    one = scale(bands=(BandSystem("s", BANDS.bands[1:], "src"),))
    [result], _ = find_bands(one, Aggregate(4.5, 4.5, None, 3, 3, True, None), ANYBODY)
    assert result["id"] == "b"


def test_every_band_system_that_fits_is_named():
    women = BandSystem("by-sex", BANDS.bands, "src", Applicability(sex="female"))
    men = BandSystem("by-sex", BANDS.bands, "src", Applicability(sex="male"))
    one = scale(bands=(BANDS, women, men))
    found = Aggregate(5, 5, None, 3, 3, False, None)
    assert [band["system"] for band in find_bands(one, found, ANYBODY)[0]] == ["s"]
    assert [band["system"] for band in find_bands(one, found, WOMAN)[0]] == ["s", "by-sex"]
    assert find_bands(scale(bands=(women, men)), found, ANYBODY) == ([], "needs_age_or_sex")
    assert find_bands(scale(), found, WOMAN) == ([], "no_published_bands")


@pytest.mark.parametrize(
    ("op", "value", "met"),
    [
        (">=", 9, False),
        (">=", 10, True),
        (">", 10, False),
        (">", 10.5, True),
        ("<=", 10, True),
        ("<=", 10.5, False),
        ("<", 10, False),
        ("<", 9.99, True),
        (">=", 9.999999, False),
        (">=", 10.0, True),
    ],
)
def test_a_cutoff_is_met_on_its_own_side(op, value, met):
    one = scale(cutoffs=(Cutoff("c", op, 10, "src", "Label"),))
    [result], note = find_cutoffs(one, Aggregate(value, value, None, 3, 3, False, None), ANYBODY)
    assert result == {
        "system": "c",
        "label": "Label",
        "value": 10,
        "op": op,
        "met": met,
        "source": "src",
    }
    assert note is None


def test_a_cutoff_by_sex_needs_the_sex():
    women = Cutoff("by-sex", ">=", 3, "src", applies_to=Applicability(sex="female"))
    men = Cutoff("by-sex", ">=", 4, "src", applies_to=Applicability(sex="male"))
    found = Aggregate(3, 3, None, 3, 3, False, None)
    one = scale(cutoffs=(men, women))
    assert [cutoff["met"] for cutoff in find_cutoffs(one, found, WOMAN)[0]] == [True]
    assert [cutoff["met"] for cutoff in find_cutoffs(one, found, Respondent(None, "male"))[0]] == [
        False
    ]
    for respondent in (ANYBODY, Respondent(30, "other"), Respondent(30, "unknown")):
        assert find_cutoffs(one, found, respondent) == ([], "needs_age_or_sex")
    assert find_cutoffs(scale(), found, WOMAN) == ([], "no_published_cutoff")


def test_precision_gives_the_interval_of_95_percent():
    """4.25 +- 1.96 x 0.25 is 3.76 to 4.74."""
    one = scale(precision=Precision(0.25, 0.9, "alpha", "src"))
    result, note = precision(one, Aggregate(4.25, 17, 4.25, 4, 4, False, None))
    assert note is None
    assert result is not None
    assert (result["sem"], result["reliability"], result["kind"], result["source"]) == (
        0.25,
        0.9,
        "alpha",
        "src",
    )
    assert result["interval"]["level"] == 0.95
    assert result["interval"]["low"] == pytest.approx(3.76, abs=0.0001)
    assert result["interval"]["high"] == pytest.approx(4.74, abs=0.0001)


def test_the_standard_error_of_a_table_goes_before_that_of_the_scale():
    transform = Transform("sum", source="table")
    one = scale(transform=transform, precision=Precision(9, 0.5, "alpha", "src"))
    result, _ = precision(one, Aggregate(50, 8, 2, 4, 4, False, None, 2.5))
    assert result is not None
    assert (result["sem"], result["kind"], result["source"]) == (2.5, "conditional", "table")


def test_precision_is_told_of_those_in_whom_it_was_found():
    women = Precision(0.25, 0.9, "alpha", "src", applies_to=Applicability(sex="female"))
    found = Aggregate(4.25, 17, 4.25, 4, 4, False, None)
    assert precision(scale(precision=women), found, WOMAN)[1] is None
    man = Respondent(40, "male")
    assert precision(scale(precision=women), found, man) == (None, "other_sex")
    assert precision(scale(precision=women), found) == (None, "needs_age_or_sex")


def test_a_norm_of_another_rater_is_not_used_and_that_is_said():
    parents = replace(norm("parents"), perspective="parent")
    form = instrument(items(3), norms=(parents,))
    assert choose_norms(form, ("parents",), ANYBODY, "teacher").misfits == (
        ("parents", "other_rater"),
    )
    assert choose_norms(form, ("parents",), ANYBODY, "parent").norms == (parents,)


def test_without_sd_and_reliability_there_is_no_interval():
    found = Aggregate(5, 5, 1, 3, 3, False, None)
    assert precision(scale(), found) == (None, "no_sd_and_reliability_of_one_sample")


def entry(one, found, *, excluded=(), form=None):
    form = form or instrument(items(3), one, norms=(EVERYBODY,))
    limits = score_range(form, one, excluded)
    shortened = not set(excluded).isdisjoint(form.items_beneath[one.id])
    comparison = choose_norms(form, None, ANYBODY)
    return interpret(one, found, comparison, limits, shortened=shortened)


FULL = scale(
    bands=(BANDS,),
    cutoffs=(Cutoff("c", ">=", 5, "src"),),
    precision=Precision(1, 0.9, "alpha", "src"),
)
NOTES = ("precision_note", "norms_note", "bands_note", "cutoffs_note")


def test_a_scored_scale_says_everything_that_is_known():
    result = entry(FULL, Aggregate(6, 6, 2, 3, 3, False, None))
    assert (result["status"], result["reason"], result["value"], result["sum"], result["mean"]) == (
        "scored",
        None,
        6,
        6,
        2,
    )
    assert (result["minimum"], result["maximum"], result["n_answered"], result["n_items"]) == (
        0,
        9,
        3,
        3,
    )
    assert (result["prorated"], result["missing_rule"], result["change"]) == (False, None, None)
    assert result["precision"]
    assert result["norms"]
    assert result["bands"]
    assert result["cutoffs"]
    assert [result[note] for note in NOTES] == [None] * 4


def test_a_scale_of_which_nothing_is_published_says_so_place_by_place():
    bare = scale()
    result = entry(bare, Aggregate(6, 6, 2, 3, 3, False, None), form=instrument(items(3), bare))
    assert [result[note] for note in NOTES] == [
        "no_sd_and_reliability_of_one_sample",
        "no_norm_available",
        "no_published_bands",
        "no_published_cutoff",
    ]


@pytest.mark.parametrize("shortened", [False, True])
def test_a_number_that_is_compared_with_nothing_is_told_whole(shortened):
    """The sum of three items is what one missing item makes it; 5 of three from 0 to 3."""
    one = scale(title="Distress", unit="points", direction="higher_is_better")
    found = Aggregate(5, 5, 5 / 3, 2, 3, True, None, missing_rule="prorated")
    comparison = Comparison(ANYBODY, (), "none_requested")
    named = {
        "precision_note": "no_sd_and_reliability_of_one_sample",
        "norms_note": "none_requested",
        "bands_note": "no_published_bands",
        "cutoffs_note": "no_published_cutoff",
    }
    lost = dict.fromkeys(NOTES, "items_not_applicable")
    assert interpret(one, found, comparison, (0, 9), shortened=shortened) == {
        "title": "Distress",
        "status": "scored",
        "reason": None,
        "value": 5,
        "sum": 5,
        "mean": 5 / 3,
        "metric": "sum",
        "unit": "points",
        "minimum": 0,
        "maximum": 9,
        "n_answered": 2,
        "n_items": 3,
        "prorated": True,
        "missing_rule": "prorated",
        "direction": "higher_is_better",
        "precision": None,
        "norms": [],
        "bands": [],
        "cutoffs": [],
        "change": None,
        **(lost if shortened else named),
    }


def test_a_number_whose_range_is_not_known_stands_as_it_is():
    found = Aggregate(5.5, 5.5, None, 3, 3, False, None)
    result = interpret(scale(), found, Comparison(ANYBODY, (), None), None)
    assert (result["value"], result["minimum"], result["maximum"]) == (5.5, None, None)
    assert result["bands_note"] == "no_published_bands"


def test_an_unscored_scale_says_nothing_and_why():
    result = entry(FULL, Aggregate(None, None, None, 2, 3, False, "missing_items"))
    assert (result["status"], result["reason"], result["value"], result["sum"], result["mean"]) == (
        "not_scored",
        "missing_items",
        None,
        None,
        None,
    )
    assert (result["precision"], result["norms"], result["bands"], result["cutoffs"]) == (
        None,
        [],
        [],
        [],
    )
    assert [result[note] for note in NOTES] == ["not_scored"] * 4
    assert (result["minimum"], result["maximum"]) == (0, 9)


def test_a_shortened_scale_keeps_its_number_and_loses_norms_bands_and_cutoffs():
    result = entry(FULL, Aggregate(6, 6, 3, 2, 2, False, None), excluded={0})
    assert (result["value"], result["maximum"]) == (6, 6)
    assert (result["precision"], result["norms"], result["bands"], result["cutoffs"]) == (
        None,
        [],
        [],
        [],
    )
    assert [result[note] for note in NOTES] == ["items_not_applicable"] * 4


def test_an_exclusion_elsewhere_changes_nothing():
    one = scale([1, 2], bands=(BANDS,))
    assert entry(one, Aggregate(6, 6, 3, 2, 2, False, None), excluded={0})["bands"]


def test_a_composite_of_a_shortened_scale_is_shortened_too():
    parts = scale([0, 1], id="a"), scale([2], id="b")
    composite = scale(
        (), "composite", components=("a", "b"), metric="sum", missing=MissingRule(2), bands=(BANDS,)
    )
    form = instrument(items(3), *parts, composite)
    result = entry(composite, Aggregate(6, 6, None, 2, 2, False, None), excluded={0}, form=form)
    assert (result["bands"], result["bands_note"], result["maximum"]) == (
        [],
        "items_not_applicable",
        6,
    )


@pytest.mark.parametrize(
    ("method", "answers", "named"),
    [
        ("prorate", [1, 2, None], "prorated"),
        ("prorate", [1, 2, 3], None),
        ("zero", [1, 2, None], "blank_as_zero"),
        ("zero", [1, 2, 3], None),
        ("zero", [1, None, None], None),
        ("none", [1, 2, 3], None),
        ("none", [1, 2, None], None),
    ],
)
def test_the_rule_that_filled_blanks_is_named(method, answers, named):
    rule = MissingRule(3 if method == "none" else 2, method_named(method), source="s")
    result = score(instrument(items(3), scale(missing=rule)), answers)["scores"]["total"]
    assert (result["missing_rule"], result["prorated"]) == (named, named == "prorated")


@pytest.mark.parametrize("method", ["none", "prorate", "zero"])
def test_a_blank_inside_a_group_is_filled_by_no_rule(method):
    """Of a group only the highest counts; with one answer the term is complete."""
    grouped = scale(
        terms=(Term((0, 1)), Term((2,))), missing=MissingRule(2, method_named(method), source="s")
    )
    result = score(instrument(items(3), grouped), [3, None, 1])["scores"]["total"]
    assert (result["value"], result["missing_rule"], result["prorated"]) == (4, None, False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.30000000000000004, 0.3),  # 0.1 + 0.1 + 0.1
        (0.29999999999999993, 0.29999999999999993),
        (-1e-17, 0),
        (1e-17, 1e-17),
        (0.30000000003, 0.30000000003),
        (-1e-11, -1e-11),
        (0.31, 0.31),
        (0.15, 0.15),
        (None, None),
    ],
)
def test_only_the_last_digit_of_the_arithmetic_is_taken_back_to_an_end(value, shown):
    """A total of 0 to 0.3. What lies within it, however close to an end, stays."""
    aggregate = Aggregate(value, value, None, 3, 3, False, None)
    entry = interpret(scale([0, 1, 2]), aggregate, Comparison(ANYBODY, (), None), (0, 0.3))
    assert entry["value"] == shown
