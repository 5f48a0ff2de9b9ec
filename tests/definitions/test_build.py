"""A checked definition becomes the instrument that it describes."""

import math

import pytest

from service.definitions.build.digest import digest_of
from service.definitions.build.instrument import (
    build_instrument,
    build_response_set,
    build_rule,
)
from service.definitions.check import check_definition
from service.definitions.shape.definition import Definition
from service.scoring.applicability import Applicability
from service.scoring.instrument import UNDESCRIBED, Sample
from service.scoring.rules import AllOf, AnyOf, Compare, Count, Not
from service.strict.fields import schema_of
from tests.builders import SITE, make_definition
from tests.definitions.edits import edited


def built(edits=None):
    document = edited(make_definition(), edits or {})
    return build_instrument(schema_of(Definition).load(document), document)


def test_identity_and_digest():
    instrument = built()
    assert (instrument.id, instrument.version, instrument.title) == (
        "invented-form",
        "1.0.0",
        "Invented form",
    )
    assert instrument.digest == digest_of(make_definition())
    assert instrument.sources == {
        "invented": {"citation": "Invented for the tests of this project."}
    }


@pytest.mark.parametrize(
    ("response_set", "values"),
    [
        ({"min": 0, "max": 3, "step": 1, "labels": []}, [0, 1, 2, 3]),
        ({"min": -1, "max": 1, "step": 0.5, "labels": []}, [-1, -0.5, 0, 0.5, 1]),
        ({"min": 0, "max": 0.3, "step": 0.1, "labels": []}, [0, 0.1, 0.2, 0.3]),
        ({"min": 0, "max": 10, "step": None, "labels": []}, []),
        ({"options": [{"value": 2}, {"value": 1}]}, [2, 1]),
    ],
)
def test_a_response_set_lists_its_answers_in_printed_order(response_set, values):
    options = build_response_set("set", response_set).options
    assert [option.value for option in options] == values
    assert [type(option.value) for option in options] == [type(value) for value in values]


def test_a_response_set_keeps_scores_labels_and_codes():
    listed = build_response_set(
        "set",
        {
            "options": [
                {"value": 1, "score": 100, "label": "yes", "code": "LA33-6"},
                {"value": 2, "score": 0},
            ]
        },
    )
    assert [(option.score, option.label, option.code) for option in listed.options] == [
        (100, "yes", "LA33-6"),
        (0, None, None),
    ]
    stepped = build_response_set("set", {"min": 0, "max": 1, "step": 1, "labels": ["no", "yes"]})
    assert [option.label for option in stepped.options] == ["no", "yes"]


@pytest.mark.parametrize(
    "answers",
    [{"min": 0, "max": 1, "step": 1, "labels": []}, {"options": [{"value": 0}, {"value": 1}]}],
)
def test_an_answer_has_its_label_in_each_language(answers):
    translations = [
        {"language": "de", "labels": ["nein", "ja"]},
        {"language": "es", "labels": ["no", "sí"]},
    ]
    no, yes = build_response_set("set", {**answers, "translations": translations}).options
    assert no.translations == {"de": "nein", "es": "no"}
    assert yes.translations == {"de": "ja", "es": "sí"}


def test_a_reversed_item_is_keyed():
    """0 to 3 reversed: 0 + 3 - x."""
    assert built().items[1].score_of == {0: 3, 1: 2, 2: 1, 3: 0}


def test_the_standard_errors_come_from_sd_and_reliability():
    """SD 2, r 0.91: SEM = 2 sqrt(0.09) = 0.6; S_diff = sqrt(2) 0.6."""
    scale = built().scale["total"]
    assert scale.precision.sem == pytest.approx(0.6, rel=1e-12)
    assert (scale.precision.reliability, scale.precision.kind) == (0.91, "alpha")
    assert scale.changes[0].standard_error_of_difference == pytest.approx(
        math.sqrt(2) * 0.6, rel=1e-12
    )
    assert (scale.changes[0].method, scale.changes[0].level, scale.changes[0].clinical_cutoff) == (
        "jacobson_truax",
        0.95,
        "half",
    )


def test_figures_from_session_to_session_keep_whom_they_were_found_in():
    sample = {"n": 57, "population": "one trial", "note": "9 of 12 items"}
    scale = built(
        {
            "/scales/0/within_person_sd": {"value": 0.3, **sample, **SITE},
            "/scales/0/growth": {"mean": 0.036, "sd": 0.025, **sample, **SITE},
            "/scales/0/autocorrelation": {"value": 0.2, **SITE},
            "/scales/0/unevenness": {"value": 4.2, "derived": True, "note": "a guess", **SITE},
        }
    ).scale["total"]
    found_in = Sample(57, "one trial", "9 of 12 items")
    assert (scale.within_person_sd, scale.within_person_sd_sample) == (0.3, found_in)
    assert (scale.growth.mean, scale.growth.sd, scale.growth.sample) == (0.036, 0.025, found_in)
    assert (scale.autocorrelation.value, scale.autocorrelation.sample) == (0.2, UNDESCRIBED)
    assert (scale.unevenness.value, scale.unevenness.sample.derived) == (4.2, True)


def test_simulated_rates_keep_what_the_rules_were_told():
    expected = {
        "sessions": [4, 12],
        "watch": [0.1, 0.3],
        "alert": [0, 0.08],
        "detection": {"dip_3": {"watch": 0.7, "alert": 0.4}},
        "within_person_sd": 0.9,
        "sem": 0.6,  # 2 sqrt(1 - .91)
        "n_simulated": 2000,
        "n": 57,
        **SITE,
    }
    own = {"/scales/0/within_person_sd": {"value": 0.9, **SITE}}
    rates = built(own | {"/scales/0/expected_rates": expected}).scale["total"].expected_rates
    assert (rates.sessions, rates.by_severity["watch"]) == ((4, 12), (0.1, 0.3))
    assert (rates.by_severity["alert"], rates.source) == ((0, 0.08), "invented")
    assert rates.detection == {"dip_3": {"watch": 0.7, "alert": 0.4}}
    assert (rates.within_person_sd, rates.sem, rates.sample) == (0.9, 0.6, Sample(57))
    assert built().scale["total"].expected_rates is None


def test_a_scale_without_figures_from_session_to_session_has_none():
    scale = built().scale["total"]
    assert (scale.growth, scale.autocorrelation, scale.unevenness) == (None, None, None)


def test_a_published_standard_error_and_a_fixed_change_are_taken_as_they_are():
    important = {"name": "noticed", "value": 1.5, **SITE}
    change = {"reliable_change": 6, "level": None, "mcid": [important], **SITE}
    scale = built({"/scales/0/precision": {"sem": 1.5, **SITE}, "/scales/0/change": change}).scale[
        "total"
    ]
    assert (scale.precision.sem, scale.precision.reliability) == (1.5, None)
    assert (scale.changes[0].method, scale.changes[0].reliable_change, scale.changes[0].level) == (
        "fixed",
        6,
        None,
    )
    assert [(known.name, known.value) for known in scale.changes[0].minimal_important] == [
        ("noticed", 1.5)
    ]


def test_terms_weights_and_groups_are_by_position():
    scale = built(
        {"/scales/0/items/2": {"max_of": ["3", "4"]}, "/scales/0/weights": {"2": 3}}
    ).scale["total"]
    assert [(term.items, term.min_answered) for term in scale.terms] == [
        ((0,), 1),
        ((1,), 1),
        ((2, 3), 1),
    ]
    assert scale.weights == (1, 3, 1)


def test_thresholds_are_by_item_or_for_all():
    count = {"/scales/1/aggregation": "count", "/scales/1/metric": "count"}
    for at_least, expected in ((2, (2, 2)), ({"2": 1, "1": 3}, (3, 1))):
        assert (
            built({**count, "/scales/1/count": {"at_least": at_least}}).scale["mean"].at_least
            == expected
        )


def test_a_composite_comes_after_its_components():
    both = {
        "id": "both",
        "title": "Both",
        "aggregation": "composite",
        "composite": {"of": ["total", "mean"], "method": "mean"},
        "metric": "mean",
        "missing": {"min_answered": 2, "method": "none"},
        "direction": "higher_is_worse",
    }
    instrument = built({"/scales": [both, *make_definition()["scales"]]})
    assert [scale.id for scale in instrument.scales] == ["total", "mean", "both"]
    assert (instrument.scale["both"].components, instrument.scale["both"].composite_method) == (
        ("total", "mean"),
        "mean",
    )


def test_a_table_keeps_its_respondents_and_standard_errors():
    entries = [[0, 40.5], *([n, 40 + n, 2.5] for n in range(1, 10))]
    table = {"sex": "female", "age": {"min": 18}, "entries": entries}
    transform = {"type": "lookup", "of": "sum", "tables": [table], **SITE}
    (found,) = (
        built({"/scales/0/transform": transform, "/scales/0/metric": "transformed"})
        .scale["total"]
        .transform.tables
    )
    assert found.applies_to == Applicability(18, None, "female")
    assert (found.values[0], found.values[9]) == ((40.5, None), (49, 2.5))


def test_bands_are_in_ascending_order_however_they_are_written():
    bands = make_definition()["scales"][0]["bands"][0]["bands"]
    scale = built({"/scales/0/bands/0/bands": bands[::-1]}).scale["total"]
    assert [band.id for band in scale.bands[0].bands] == ["low", "high"]


def test_rules_by_position():
    one, two = Compare("item", 0, ">=", 2), Compare("item", 1, ">=", 2)
    raw = {"compare": {"item": "1", "op": ">=", "value": 2}}
    each = {"each": {"items": ["1", "2"], "op": ">=", "value": 2}}
    positions = {"1": 0, "2": 1}
    rules = [
        (raw, one),
        ({"all": [raw, raw]}, AllOf((one, one))),
        ({"any": [raw]}, AnyOf((one,))),
        ({"not": raw}, Not(one)),
        ({"count": {"of": [each, raw], "at_least": 2}}, Count((one, two, one), 2, None)),
        ({"count": {"of": [raw], "at_least": 0, "at_most": 1}}, Count((one,), 0, 1)),
        ({"compare": {"scale": "total", "op": "<", "value": 4}}, Compare("scale", "total", "<", 4)),
        (
            {"compare": {"respondent": "sex", "op": "==", "value": "male"}},
            Compare("respondent", "sex", "==", "male"),
        ),
    ]
    for written, expected in rules:
        assert build_rule(written, positions) == expected


def test_gates_and_risks_are_by_position():
    instrument = built({"/gates/0/treat_as": "excluded", "/gates/0/when": None})
    (gate,) = instrument.gates
    assert (gate.items, gate.when, gate.treat_as, gate.blank_counts, gate.override) == (
        (2,),
        None,
        None,
        False,
        False,
    )
    assert [(risk.id, risk.item, risk.severity) for risk in instrument.risks] == [
        ("third", 2, "low")
    ]
    assert built().gates[0].treat_as == 0


def test_norms_keep_their_group_and_quantiles():
    (norm,) = built({"/norms/0/age": {"min": 18, "max": 65}, "/norms/0/sex": "male"}).norms
    assert norm.applies_to == Applicability(18, 65, "male")
    assert norm.scales["total"].quantiles == ((25, 3), (50, 4), (75, 6))
    assert (norm.default, norm.digital, norm.percentile_model, norm.n) == (
        True,
        False,
        "quantiles",
        100,
    )


def test_a_level_criterion_keeps_the_order_of_its_levels():
    rule = {"compare": {"item": "1", "op": ">=", "value": 2}}
    level = {
        "id": "triage",
        "title": "Triage",
        "kind": "level",
        "levels": [{"level": "high", "rule": rule}, {"level": "low", "rule": {"not": rule}}],
        "otherwise": "none",
        **SITE,
    }
    (criterion,) = built({"/criteria": [level]}).criteria
    assert [name for name, _ in criterion.levels] == ["high", "low"]
    assert criterion.otherwise == "none"


def test_an_instrument_scores_what_its_file_says():
    """1 + (0 + 3 - 0) + 0 = 4 of 9; the second third of the example's bands starts at 4."""
    checked = check_definition(make_definition())
    from service.scoring.answers import Submission

    report = checked.scorer.score(Submission(answers=[1, 0, 0, 0]))
    assert report["scores"]["total"]["value"] == 4
    assert report["scores"]["total"]["bands"][0]["id"] == "high"


@pytest.mark.parametrize(
    ("assumed", "age", "used"),
    [
        (None, {"min": 18}, False),
        (None, {"min": 0}, False),
        ({"min": 18}, {"min": 18}, True),
        ({"min": 18}, {"min": 16}, True),
        ({"min": 18}, {"min": 19}, False),
        ({"min": 18}, {"min": 18, "max": 64}, False),
        ({"min": 18}, {"max": 17}, False),
        ({"min": 4, "max": 17}, {"min": 4, "max": 17}, True),
        ({"min": 4, "max": 17}, {"max": 17}, True),
        ({"min": 4, "max": 17}, {"min": 5, "max": 16}, False),
        ({"min": 4, "max": 17}, {"min": 18}, False),
        ({"min": 60}, {"min": 18}, True),
    ],
)
def test_who_says_no_age_gets_the_numbers_for_all_assumed_ages(assumed, age, used):
    edits = {"/norms/0/age": age} | ({} if assumed is None else {"/assumed_age": assumed})
    norm = built(edits).norms[0]
    assert norm.applies_to.of_unknown_age is used
    assert norm.applies_to.fits(None, None) is used
