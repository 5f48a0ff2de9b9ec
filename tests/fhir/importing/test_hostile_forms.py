"""No file, however broken, brings anything but a draft or sentences; nothing is made up."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.commands.layout import text_of
from service.definitions.check import check_definition
from service.fhir.importing.draft import draft_of
from tests.fhir.importing.forms import (
    CALCULATED,
    bundle,
    checked,
    choice,
    form,
    number,
    option,
    weight,
)
from tests.fhir.importing.test_answers import SHAPES, code_system, composed, declared, expanded

Json = dict[str, Any]
Place = tuple[str | int, ...]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "TODO confirm: x", "choice", "Questionnaire", "\x00", "é" * 3000]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


def steps(part: Any, path: Place = ()) -> list[Place]:
    """Return every place of a document."""
    members: Any = ()
    if isinstance(part, dict):
        members = part.items()
    elif isinstance(part, list):
        members = enumerate(part)
    return [path, *(one for step, below in members for one in steps(below, (*path, step)))]


EVERYTHING = bundle(
    form(
        choice("a", code=[{"system": "http://loinc.org", "code": "44250-9"}], text="Wording"),
        choice("b", [option("a", weight(1), inside=True), option("b", weight(0.5))]),
        number("c", 0, 3),
        {"linkId": "d", "type": "choice", "answerValueSet": "#often"},
        {"linkId": "e", "type": "group", "item": [choice("f", repeats=True, enableWhen=[{}])]},
        {"linkId": "g", "type": "decimal", "extension": [{"url": CALCULATED}]},
        {"linkId": "h", "type": "choice", "answerValueSet": "http://example.org/ValueSet/often"},
        contained=[composed({"code": "no"}, {"code": "yes"}, id="often")],
        url="http://example.org/form",
        title="Form",
        name="Form",
        language="en",
        version="1",
        publisher="Nobody",
        copyright="Free",
        code=[{"system": "http://loinc.org", "code": "44249-1"}],
    ),
    expanded({"code": "no"}, {"code": "yes"}, extension=[declared("w", "urn:x")]),
    code_system(),
)
PLACES = [place for place in steps(EVERYTHING) if place]


def spoiled(document: Json, place: Place, junk: object) -> Json:
    bad: Any = copy.deepcopy(document)
    where = bad
    for step in place[:-1]:
        where = where[step]
    where[place[-1]] = junk
    return dict(bad)


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), junk=JUNK, with_text=st.booleans())
def test_anything_in_any_place_brings_a_draft_that_is_refused_or_sentences(
    place: Place, junk: object, *, with_text: bool
):
    draft = draft_of(spoiled(EVERYTHING, place, junk), with_text=with_text)
    if draft.definition is None:
        assert draft.faults
        assert all(one.detail.endswith(".") for one in draft.faults)
        return
    assert draft.faults == ()
    assert json.loads(text_of(draft.definition)) == draft.definition
    assert "to_fill_in" in {one.code for one in check_definition(draft.definition).faults}


@settings(max_examples=200)
@given(document=JUNK)
def test_what_is_no_form_brings_sentences(document: object):
    draft = draft_of(document)
    assert draft.definition is None
    assert draft.faults


ANSWERS = st.lists(
    st.none() | st.integers(-3, 9) | st.sampled_from([0.5, 1.5, 2.0, 1e9]), min_size=2, max_size=5
)


@settings(max_examples=200)
@given(sets=st.lists(ANSWERS, min_size=1, max_size=6))
def test_no_number_is_in_a_draft_that_the_form_does_not_have(sets: list[list[float | None]]):
    items = [
        choice(
            f"q{place}",
            [
                option(letter, *([] if value is None else [weight(value)]))
                for letter, value in zip("abcde", values, strict=False)
            ],
        )
        for place, values in enumerate(sets)
    ]
    definition = draft_of(form(*items)).definition
    assert definition is not None
    for item, values in zip(definition["items"], sets, strict=True):
        given_by_code = dict(zip("abcde", values, strict=False))
        options = definition["response_sets"][item["response_set"]]["options"]
        known = [one["value"] for one in options if not isinstance(one["value"], str)]
        for one in options:
            value = one["value"]
            if isinstance(value, str):
                assert one.get("score") in (None, given_by_code[one["code"]])
            elif item.get("reverse"):
                assert min(known) + max(known) - value == given_by_code[one["code"]]
            else:
                assert value == given_by_code[one["code"]]
    if all(
        len(set(values)) == len(values) and all(_is_whole(v) for v in values) for values in sets
    ):
        assert checked(definition).faults == ()


def _is_whole(value: float | None) -> bool:
    return value is not None and value == int(value) and abs(value) < 1_000_000


@pytest.mark.parametrize("name", SHAPES)
def test_a_draft_of_any_shape_is_whole_once_it_is_confirmed(name: str):
    definition = draft_of(SHAPES[name]).definition
    assert definition is not None
    assert checked(definition).faults == ()
