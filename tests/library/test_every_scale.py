"""Every shipped scale: its ends, each of its items, and both sides of every band and cut-off."""

from collections.abc import Iterator
from math import isclose
from typing import Any

import pytest

from tests.scoring.definitions_drawn import allowed
from tests.scoring.oracle import Score, by_id, keyed, members, score_form
from tests.shipped import CATALOG, score

DEFINITIONS = {
    entry.instrument.id: entry.document
    for entry in CATALOG.entries()
    if not entry.instrument.key_required
    and not entry.instrument.clock_items  # tests/library/test_psqi.py
}
SCALES = [
    (name, scale["id"])
    for name, definition in DEFINITIONS.items()
    for scale in definition["scales"]
]


def choices(definition: Any, item: Any) -> list[Any]:
    """Return the answers of an item from the lowest keyed score to the highest; a line in steps of
    a tenth.
    """
    answers = allowed(definition["response_sets"][item["response_set"]])
    answers = [tenth / 10 for tenth in range(101)] if answers is None else answers
    return sorted(answers, key=lambda answer: keyed(definition, item, answer))


def gate_items(gate: Any) -> set[str]:
    """Return the items that a gate's rule looks at."""
    rule = gate["when"] or {"all": []}
    parts = rule.get("all", [rule])
    return {part["compare"]["item"] for part in parts if "item" in part["compare"]}


def rater(name: str) -> str | None:
    """Return a rater of a form that serves two."""
    return next(iter(DEFINITIONS[name].get("perspectives", ())), None)


def items_of(definition: Any, scale: str) -> set[str]:
    """Return the items that a scale rests on, through its components where it has them."""
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    below = [items_of(definition, name) for name in part.get("composite", {"of": ()})["of"]]
    return {item for term in members(part) for item in term}.union(*below)


def rises_with_every_step(definition: Any, scale: str) -> bool:
    """Tell whether any higher answer must raise a scale: not a count, a group's highest, or what a
    gate overrules.
    """
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    below = [
        rises_with_every_step(definition, name) for name in part.get("composite", {"of": ()})["of"]
    ]
    overruled = {
        item
        for gate in definition.get("gates", [])
        if gate.get("override")
        for item in gate["items"]
    }
    worths = [
        keyed(definition, item, answer)
        for item in definition["items"]
        for answer in choices(definition, item)
    ]
    distinct = len(worths) == sum(
        len({keyed(definition, item, answer) for answer in choices(definition, item)})
        for item in definition["items"]
    )
    plain = part["aggregation"] in ("sum", "mean", "composite") and all(
        len(term) == 1 for term in members(part)
    )
    return plain and distinct and all(below) and overruled.isdisjoint(items_of(definition, scale))


def assert_as_worked_out(name: str, scale: str, answers: Any, sex: str | None = None) -> Any:
    """Fail unless a scale has the value, bands and cut-offs that follow from the file; return its
    value.
    """
    entry = score(name, answers, sex=sex, perspective=rater(name))["scores"][scale]
    expected = score_form(DEFINITIONS[name], answers, (), {"sex": sex})[scale]
    assert_entry(entry, expected)
    return entry


def assert_entry(entry: Any, expected: Score) -> None:
    assert expected.value is not None
    assert isclose(entry["value"], float(expected.value), rel_tol=1e-12, abs_tol=1e-12)
    assert {found["system"]: found["id"] for found in entry["bands"]} == expected.bands
    assert [(cutoff["system"], cutoff["met"]) for cutoff in entry["cutoffs"]] == expected.cutoffs


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_the_ends_of_every_scale(name, scale):
    definition = DEFINITIONS[name]
    lowest = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    highest = {item["id"]: choices(definition, item)[-1] for item in definition["items"]}
    low, high = (assert_as_worked_out(name, scale, answers) for answers in (lowest, highest))
    assert (low["value"], high["value"]) == (low["minimum"], low["maximum"])
    assert low["value"] < high["value"]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_one_item_at_a_time(name):
    """Raising one item raises the scales it belongs to, and no other."""
    definition = DEFINITIONS[name]
    scales = [scale["id"] for scale in definition["scales"]]
    own = {scale: items_of(definition, scale) for scale in scales}
    rises = {scale: rises_with_every_step(definition, scale) for scale in scales}
    gates = {item for gate in definition.get("gates", []) for item in gate_items(gate)}
    lowest = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    start = score(name, lowest, perspective=rater(name))["scores"]
    for item in definition["items"]:
        for answer in choices(definition, item)[1:]:
            answers = {**lowest, item["id"]: answer}
            found, expected = (
                score(name, answers, perspective=rater(name))["scores"],
                score_form(definition, answers),
            )
            for scale in scales:
                assert_entry(found[scale], expected[scale])
                if rises[scale] and item["id"] not in gates:
                    assert (found[scale]["value"] > start[scale]["value"]) is (
                        item["id"] in own[scale]
                    )
                elif item["id"] not in own[scale] | gates:
                    assert found[scale]["value"] == start[scale]["value"]


def walk(definition: Any, scale: str) -> Iterator[dict[str, Any]]:
    """Yield forms from the lowest to the highest score of a scale, one step of one item at a
    time.
    """
    own = items_of(definition, scale)
    answers = {item["id"]: choices(definition, item)[0] for item in definition["items"]}
    for gate in definition.get("gates", []):
        if gate.get("override"):  # opened, or no answer behind it would count
            answers |= {
                name: choices(definition, by_id(definition["items"])[name])[-1]
                for name in gate_items(gate)
            }
    yield answers
    for item in definition["items"]:
        if item["id"] in own:
            for answer in choices(definition, item)[1:]:
                answers = {**answers, item["id"]: answer}
                yield answers


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_both_sides_of_every_band_and_cutoff(name, scale):
    definition = DEFINITIONS[name]
    [part] = [part for part in definition["scales"] if part["id"] == scale]
    if not part.get("bands") and not part.get("cutoffs"):
        entry = score(name, next(walk(definition, scale)), perspective=rater(name))["scores"][scale]
        assert (entry["bands"], entry["cutoffs"]) == ([], [])
        return
    seen = set()
    for answers in walk(definition, scale):
        for sex in (None, "female", "male"):
            seen.add(assert_as_worked_out(name, scale, answers, sex)["value"])
    ordered = sorted(seen)
    edges = [band["min"] for system in part.get("bands", []) for band in system["bands"]]
    edges += [cutoff["value"] for cutoff in part.get("cutoffs", [])]
    for edge in edges:
        assert ordered[0] == edge or ordered[0] < edge <= ordered[-1]
    assert len(ordered) > 2
