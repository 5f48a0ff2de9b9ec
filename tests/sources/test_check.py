"""The check of a mapping finds every fault, and says where it stands."""

import copy
from pathlib import Path

import pytest

from service.sources.catalogue import check_mapping_files, mapping_files
from service.sources.check import check_mapping
from tests.definitions.edits import edited
from tests.sources.mappings import flat, linked, listed

SHIPPED = Path(__file__).parents[2] / "instruments" / "mappings"


def found(document: object, catalog) -> list[tuple[str, str]]:
    """Return pointer and code of each fault."""
    return [(one.pointer, one.code) for one in check_mapping(document, catalog).faults]


@pytest.mark.parametrize("document", [flat(), listed(), linked()])
def test_a_mapping_without_faults_is_built(document, catalog):
    before = copy.deepcopy(document)
    checked = check_mapping(document, catalog)
    assert (checked.faults, checked.warnings) == ((), ())
    assert checked.mapping.entry.instrument.id == "phq-9"
    assert document == before


def test_every_shipped_mapping_is_without_faults_and_warnings(catalog):
    files = check_mapping_files(mapping_files(SHIPPED), catalog)
    assert files
    assert [line for file in files for line in (*file.lines(), *file.warnings())] == []


FAULTS = [
    ({"/extra": 1}, ("/extra", "unknown_member")),
    ({"/id": "Not an id"}, ("/id", "wrong_format")),
    ({"/instrument": "phq-99"}, ("/instrument", "unknown_instrument")),
    ({"/version": "7.0.0"}, ("/version", "unknown_version")),
    ({"/items/q1": "11"}, ("/items/q1", "unknown_item")),
    ({"/items/other": "1"}, ("/items/other", "duplicate_item")),
    ({"/other_editions": [{"q1": "2"}]}, ("/other_editions/0/q1", "contradictory_key")),
    ({"/other_editions": [{"a": "1", "b": "1"}]}, ("/other_editions/0/b", "duplicate_item")),
    ({"/ignore": ["q2"]}, ("/ignore/0", "contradictory_key")),
    ({"/scores": {"sum": "total"}, "/ignore": ["sum"]}, ("/ignore/0", "contradictory_key")),
    ({"/scores": {"sum": "bond"}}, ("/scores/sum", "unknown_scale")),
    ({"/scores": {"q1": "total"}}, ("/scores/q1", "contradictory_key")),
    ({"/perspective": "therapist"}, ("/perspective", "wrong_perspective")),
    ({"/template": True}, ("/title", "not_allowed")),
    ({"/answers/kind": "tree"}, ("/answers/kind", "not_allowed")),
    ({"/answers/at": "form"}, ("/answers/at", "wrong_format")),
    ({"/answers/key": ["/a"]}, ("/answers/key", "not_allowed")),
    ({"/answers/row_key": "/a"}, ("/answers/row_key", "not_allowed")),
    ({"/answers/kind": "list"}, ("/answers/key", "required")),
    ({"/answers": None}, ("/answers", "required")),
    ({"/answers/last_segment": "q"}, ("/items/q1", "key_never_met")),
    ({"/answers/strip_prefix": "q"}, ("/items/q1", "key_never_met")),
    ({"/values/numeric": "guess"}, ("/values/numeric", "not_allowed")),
    ({"/values/numeric": "none"}, ("/values", "no_values")),
    ({"/values/numeric": "position"}, ("/values/offset", "required_with_position")),
    ({"/values/offset": 1}, ("/values/offset", "required_with_position")),
    ({"/values/tokens": {"Always": 4}}, ("/values/tokens/Always", "value_not_allowed")),
    ({"/values/tokens": {"Half": 1.5}}, ("/values/tokens/Half", "value_not_allowed")),
    ({"/values/tokens": {"Never": 0, "NEVER ": 1}}, ("/values/tokens/NEVER ", "duplicate_token")),
    ({"/values/by_item": {"10": {"a": 1}}}, ("/values/by_item/10", "unknown_item")),
    ({"/values/by_item": {"3": {"a": 4}}}, ("/values/by_item/3/a", "value_not_allowed")),
    ({"/missing": [3]}, ("/missing/0", "contradictory_token")),
    ({"/missing": ["NA", "na"]}, ("/missing/1", "duplicate_token")),
    ({"/meta": {"session": "visit"}}, ("/meta/session", "wrong_format")),
    ({"/meta": {"session": {"at": "/v"}}}, ("/meta/session/values", "required")),
    (
        {"/meta": {"session": {"at": "/v", "values": {"a": 1, "A": 2}}}},
        ("/meta/session/values/A", "duplicate_token"),
    ),
    (
        {"/meta": {"session": {"at": "/v", "values": {"a": 1.5}}}},
        ("/meta/session/values/a", "wrong_type"),
    ),
    ({"/table": {}}, ("/table/header_rows", "required")),
    ({"/table": {"header_rows": 0}}, ("/table/header_rows", "out_of_range")),
    ({"/table": {"header_rows": 2}}, ("/table/header_mark", "required_with_rows")),
    (
        {"/table": {"header_rows": 1, "header_mark": "x"}},
        ("/table/header_mark", "required_with_rows"),
    ),
    (
        {"/table": {"header_rows": 1}, "/answers": {"kind": "map", "at": "/data"}},
        ("/table", "not_allowed"),
    ),
    (
        {"/table": {"header_rows": 1}, "/answers": {"kind": "map", "value": ["/choice"]}},
        ("/table", "not_allowed"),
    ),
    ({"/signature": {"scheme": "none", "secret": "X"}}, ("/signature/scheme", "not_allowed")),
    (
        {"/signature": {"scheme": "typeform", "secret": "the secret"}},
        ("/signature/secret", "wrong_format"),
    ),
    (
        {"/signature": {"scheme": "hmac-sha256-hex", "secret": "X"}},
        ("/signature/header", "required"),
    ),
    (
        {"/signature": {"scheme": "hmac-sha256-base64", "secret": "X"}},
        ("/signature/header", "required"),
    ),
    (
        {"/signature": {"scheme": "typeform", "secret": "X", "header": "X-S"}},
        ("/signature/header", "not_allowed"),
    ),
]


@pytest.mark.parametrize(("edits", "fault"), FAULTS)
def test_what_is_wrong_with_a_mapping_is_found(edits, fault, catalog):
    assert fault in found(edited(flat(), edits), catalog)


def test_a_token_that_also_means_missing_is_a_contradiction(catalog):
    document = flat(values={"numeric": "none", "tokens": {"No answer": 0}}, missing=["no ANSWER"])
    assert found(document, catalog) == [("/values/tokens/No answer", "contradictory_token")]


@pytest.mark.parametrize(("numeric", "is_refused"), [("string", True), ("none", False)])
def test_a_code_for_missing_is_an_answer_that_is_written_otherwise(numeric, is_refused, catalog):
    """Where texts are numbers, 4.0 is what the token 4 stands for."""
    values = {"numeric": numeric, "tokens": {"1": 0, "2": 1, "3": 2, "4": 3}}
    faults = found(flat(values=values, missing=["4.0"]), catalog)
    assert (("/values/tokens/4", "contradictory_token") in faults) is is_refused


def test_a_code_for_missing_is_held_against_positions_with_their_offset(catalog):
    """A position of 0 would be answered with 1: then 0 cannot mean missing, and 9 can."""
    wai = {f"q{n}": str(n) for n in range(1, 13)}
    values = {"numeric": "position", "offset": 1}
    document = flat(instrument="wai-sr", items=wai, values=values, missing=[0, 9])
    assert found(document, catalog) == [("/missing/0", "contradictory_token")]


def test_an_item_that_no_key_leads_to_is_a_warning_unless_it_may_stay_blank(catalog):
    document = flat()
    del document["items"]["q9"]
    checked = check_mapping(document, catalog)
    assert checked.mapping is not None
    assert [(one.pointer, one.code) for one in checked.warnings] == [("/items", "unmapped_items")]
    assert "9" in checked.warnings[0].detail
    assert "10" not in checked.warnings[0].detail


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({"numeric": "string", "tokens": {"1": 0, "2": 1}}, ["/values/tokens/1"]),
        ({"numeric": "as-is", "by_item": {"3": {"a": 0, "4": 3}}}, ["/values/by_item/3/4"]),
        ({"numeric": "string", "tokens": {"0": 0, "1.0": 1, "never": 0}}, []),
        ({"numeric": "none", "tokens": {"1": 0, "2": 1}}, []),
    ],
)
def test_numbers_that_are_counted_in_two_ways_are_a_warning(values, places, catalog):
    checked = check_mapping(flat(values=values), catalog)
    assert checked.mapping is not None
    assert [(one.pointer, one.code) for one in checked.warnings] == [
        (place, "counted_twice") for place in places
    ]


def test_a_form_of_two_raters_needs_to_be_told_who_rated(catalog):
    items = {f"q{n}": str(n) for n in range(1, 6)}
    arm = flat(instrument="arm-5", items=items)
    assert found(arm, catalog) == [("/perspective", "perspective_needed")]
    assert found(arm | {"perspective": "therapist"}, catalog) == []
    rater = {"at": "/by", "values": {"pt": "client", "th": "therapist"}}
    assert found(arm | {"meta": {"rater": rater}}, catalog) == []


def test_faults_of_shape_and_of_meaning_are_found_at_once(catalog):
    edits = {"/title": 3, "/items/q1": "11", "/missing": [2]}
    assert found(edited(flat(), edits), catalog) == [
        ("/title", "wrong_type"),
        ("/items/q1", "unknown_item"),
        ("/missing/0", "contradictory_token"),
    ]


@pytest.mark.parametrize("document", [None, [], "mapping", 3, {}, {"items": 3, "values": []}])
def test_anything_may_be_checked(document, catalog):
    assert found(document, catalog)


def test_a_document_with_too_many_values_is_not_looked_at(catalog):
    document = flat(notes=["a"] * 20_001)
    assert found(document, catalog) == [("", "too_many_values")]
