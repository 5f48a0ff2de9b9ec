"""What a definition has at a glance, on the boundary of each code."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.definitions.glance import LEGEND, glance, languages_of_labels

Json = dict[str, Any]


def definition(**members: object) -> Json:
    """Return as much of a definition as a glance takes in, which has everything."""
    rule = {"reliable_change": 6}
    return {
        "key_sources": {"sources": ["a", "b"], "verification": "two-sources"},
        "licence": {"permission_required": False, "text_included": False},
        "codes": [{"system": "s", "code": "c", "display": "d"}],
        "items": [{"id": "1", "codes": [{}]}],
        "response_sets": {"often": {"options": [{"value": 0, "label": "never", "code": "x"}]}},
        "scales": [{"id": "total", "bands": [{}], "cutoffs": [{}], "change": rule}],
        "norms": [{"digital": False, "percentile_model": "quantiles"}],
        **members,
    }


SHEER = {"often": {"min": 0, "max": 3}}
UNCODED: Json = {"codes": [], "items": [{"id": "1"}], "response_sets": SHEER}
HELD = {"permission_required": True, "text_included": False}
DIGITAL: Json = {"digital": True, "percentile_model": None}
HUMAN: Json = {"digital": False, "percentile_model": None}
SHARES: Json = {"digital": False, "percentile_model": "cumulative"}
ONE_OF_TWO = [{"id": "a", "bands": [{}], "change": {"sd": 1}}, {"id": "b"}]
MATTERS = [{"id": "total", "cutoffs": [{}], "change": {"mcid": [{"value": 5}]}}]

CASES: list[tuple[str, str, Json]] = [
    ("key", "one_source", {"key_sources": {"sources": ["a"], "verification": "one-source"}}),
    ("key", "yes", {"key_sources": {"sources": ["a"], "verification": "site"}}),
    ("key", "site", {"key": "required"}),
    ("labels", "yes", {"response_sets": {"often": {"min": 0, "max": 1, "labels": ["n", "y"]}}}),
    ("labels", "not_found", {"response_sets": SHEER}),
    ("labels", "licence", {"response_sets": SHEER, "licence": HELD}),
    ("labels", "some", {"response_sets": {**SHEER, "b": {"options": [{"label": "never"}]}}}),
    ("labels", "line", {"response_sets": {"line": {"min": 0, "max": 10, "step": None}}}),
    ("labels", "not_found", {"response_sets": {**SHEER, "l": {"step": None}}}),
    ("codes", "some", {"codes": []}),
    ("codes", "some", {"response_sets": SHEER}),
    ("codes", "some", {**UNCODED, "scales": [{"id": "total", "codes": [{}]}]}),
    ("codes", "not_found", UNCODED),
    ("norms", "not_found", {"norms": []}),
    ("norms", "site", {"norms": [], "key": "required"}),
    ("norms", "digital", {"norms": [DIGITAL]}),
    ("norms", "yes", {"norms": [DIGITAL, HUMAN]}),
    ("percentiles", "no_norms", {"norms": []}),
    ("percentiles", "no_quantiles", {"norms": [HUMAN]}),
    ("percentiles", "shares", {"norms": [HUMAN, SHARES]}),
    ("percentiles", "yes", {"norms": [SHARES, {**HUMAN, "percentile_model": "quantiles"}]}),
    ("percentiles", "yes", {"norms": [HUMAN, {**HUMAN, "percentile_model": "normal"}]}),
    ("change", "some", {"scales": ONE_OF_TWO}),
    ("change", "mcid", {"scales": MATTERS}),
    ("change", "not_found", {"scales": [{"id": "total"}]}),
    ("change", "yes", {"scales": [{"id": "total", "change": [{"sd": 1}, {"mcid": []}]}]}),
    ("bands", "some", {"scales": ONE_OF_TWO}),
    ("bands", "cutoffs", {"scales": MATTERS}),
    ("bands", "site", {"scales": [{"id": "total"}], "key": "required"}),
]


def test_a_definition_that_has_everything_lacks_nothing() -> None:
    assert set(glance(definition()).values()) == {"yes"}


@pytest.mark.parametrize(("part", "code", "members"), CASES)
def test_each_part_says_whether_it_is_there_or_why_not(part: str, code: str, members: Json) -> None:
    assert glance(definition(**members))[part] == code


def test_every_code_is_tried_and_explained() -> None:
    assert {code for _, code, _ in CASES} == set(LEGEND)


def test_a_language_counts_where_all_answers_with_words_have_labels_in_it() -> None:
    in_two = [{"language": "es"}, {"language": "de"}]
    both = {"labels": ["n", "y"], "translations": in_two}
    first = {"options": [{"label": "never"}], "translations": [{"language": "de"}]}
    for sets, languages in [
        ({"a": both}, ["de", "es"]),
        ({"a": both, "b": first}, ["de"]),
        ({"a": both, "b": {"labels": ["n", "y"]}}, []),
        ({"a": both, **SHEER}, ["de", "es"]),  # numbers alone have no words
        (SHEER, []),
    ]:
        assert languages_of_labels(definition(response_sets=sets)) == languages


@pytest.mark.parametrize("path", ["/v1/instruments", "/v1/catalogue"])
def test_lists_say_of_every_form_what_it_has_and_explain_the_codes(
    client: FlaskClient, path: str
) -> None:
    listing = client.get(path).json
    parts = ["key", "labels", "codes", "norms", "percentiles", "change", "bands"]
    for entry in listing["instruments"]:
        assert list(entry["at_a_glance"]) == parts
        assert set(entry["at_a_glance"].values()) <= listing["legend"].keys()
    seen: Callable[[str], Json] = lambda name: next(  # noqa: E731
        one["at_a_glance"] for one in listing["instruments"] if one["id"] == name
    )
    assert seen("calpas-p")["key"] == "site"
    assert seen("wai-sr")["percentiles"] == "yes"
    assert seen("ors")["labels"] == "line"
