"""Numbers at the edge of what a double holds: refused, or scored without an infinite result."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import SITE, make_definition

EDGES = (5e-324, 2.2e-308, 1e-300, 1e-12, 1e-9, 1e9, 1e15, 1e300, 1.7976931348623157e308)
numbers = st.sampled_from(EDGES) | st.floats(allow_nan=False, allow_infinity=False)
signed = numbers | numbers.map(lambda number: -number)


def richer():
    """Return a definition with every kind of number."""
    definition = make_definition()
    total = definition["scales"][0]
    total["weights"] = {"1": 2, "3": 0.5}
    total["transform"] = {"type": "linear", "of": "mean", "factor": 2, "offset": 1, **SITE}
    total["metric"] = "transformed"
    for member in ("bands", "cutoffs"):
        total[member] = []
    del total["change"]["clinical_cutoff"]
    total["change"]["mcid"] = [{"name": "m", "value": 1, **SITE}]
    for one in definition["examples"]:
        one["expect"] = {"scores": {}}
    return definition


def places(part, path=()):
    """Yield the path of every number."""
    if isinstance(part, bool):
        return
    if isinstance(part, int | float):
        yield path
    elif isinstance(part, dict):
        for name, member in part.items():
            yield from places(member, (*path, name))
    elif isinstance(part, list):
        for index, member in enumerate(part):
            yield from places(member, (*path, index))


DEFINITIONS = (make_definition(), richer())
PLACES = [(n, path) for n, one in enumerate(DEFINITIONS) for path in places(one)]


@pytest.mark.parametrize("number", [5e-324, -2.2e-308, 1.7976931348623157e308])
def test_no_number_at_an_edge_ends_in_an_error_or_an_infinity(client, number):
    for place in PLACES:
        check(client, place, number, number)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), number=signed, answer=signed)
def test_no_number_of_a_definition_ends_in_an_error_or_an_infinity(client, place, number, answer):
    check(client, place, number, answer)


def check(client, place, number, answer):
    """Score with a definition that has the number in that place, and a baseline of that answer."""
    which, path = place
    definition = copy.deepcopy(DEFINITIONS[which])
    where = definition
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = number
    sent = {"definition": definition, "answers": [1, 2, 3, 1], "norms": ["*"]}
    for baseline in ({"answers": [3, 2, 1, 1]}, {"scores": {"total": answer}}):
        response = client.post("/v1/score", json={**sent, "baseline": baseline})
        assert response.status_code in (200, 422), response.text
        if response.status_code == 422:
            continue
        for score in response.json["scores"].values():
            for norm in score["norms"]:
                assert (norm["z"] is None) is (norm["sd"] is None)
            if score["precision"] is not None:
                assert None not in score["precision"]["interval"].values()
            change = score["change"]
            if change is not None and change["method"] == "jacobson_truax":
                assert (change["rci"] is None) is (change["difference"] is None)


def test_a_confidence_level_next_to_certainty_is_refused(client, refused):
    definition = make_definition()
    definition["scales"][0]["change"]["level"] = 0.9999999999999999
    sent = {"definition": definition, "answers": [1, 2, 3, 1], "baseline": {"answers": [3, 1, 1]}}
    problem = refused(client.post("/v1/score", json=sent), 422, "invalid_definition")
    assert [fault["code"] for fault in problem["errors"]] == ["out_of_range"]


def test_a_standard_deviation_next_to_nothing_is_refused(client, refused):
    definition = make_definition()
    definition["norms"][0]["scales"]["total"]["sd"] = 5e-324
    sent = {"definition": definition, "answers": [1, 2, 3, 1]}
    problem = refused(client.post("/v1/score", json=sent), 422, "invalid_definition")
    [fault] = problem["errors"]
    assert fault["pointer"] == "/definition/norms/0/scales/total/sd"
    assert fault["code"] == "out_of_range"
