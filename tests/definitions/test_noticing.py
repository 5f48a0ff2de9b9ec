"""Examples notice errors: every key, item and limit that is changed makes one of them differ."""

# ruff: noqa: E501 - a row for each case

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from service.definitions.check import check_definition, check_for_author
from service.definitions.checks.attainable import AttainableScores
from service.definitions.checks.parts import Parts, scale_items
from service.definitions.examples import moved_thresholds as moved
from service.definitions.examples import noticing
from service.definitions.files import check_files
from service.definitions.skeleton import skeleton
from tests.builders import SITE, make_definition
from tests.definitions.edits import REMOVED, edited

INSTRUMENTS = Path(__file__).parents[2] / "instruments"
SHIPPED = {
    definition["id"]: definition
    for path in sorted(INSTRUMENTS.glob("*.json"))
    if "items" in (definition := json.loads(path.read_text(encoding="utf-8")))
}
KEYED = {name: each for name, each in SHIPPED.items() if each.get("key") != "required"}

Json = dict[str, Any]


def other_keys(definition: Json) -> Iterator[Json]:
    """Yield the definition with each item of a scale reversed, or no longer so."""
    used = {
        name
        for scale in definition["scales"]
        if scale["aggregation"] != "count"
        for _, name in scale_items(scale, ())
    }
    for item in definition["items"]:
        if item["id"] in used and definition["submitted_as"] == "codes":
            kept = item.get("reverse")
            item["reverse"] = not kept
            yield definition
            item["reverse"] = bool(kept)


def fewer_items(definition: Json) -> Iterator[Json]:
    """Yield the definition with each term of each scale left out."""
    for scale in definition["scales"]:
        terms, missing = scale.get("items", []), scale["missing"]
        least = missing["min_answered"]
        for index in range(len(terms) if len(terms) > 1 else 0):
            scale["items"] = terms[:index] + terms[index + 1 :]
            missing["min_answered"] = min(least, len(terms) - 1)
            yield definition
        if terms:
            scale["items"], missing["min_answered"] = terms, least


def moved_limits(definition: Json) -> Iterator[Json]:
    """Yield the definition with each limit of bands and each cut-off moved by one score."""
    attainable = AttainableScores(Parts(definition))
    for scale in definition["scales"]:
        scores = attainable.headline(scale["id"])
        values = [] if scores is None else [float(value) for value in scores.values or ()]
        for system in scale.get("bands", []):
            ordered = sorted(system["bands"], key=lambda band: band["min"])
            for lower, upper in pairwise(ordered):
                kept = lower["max"], upper["min"]
                for score in next_to(values, upper["min"], limit_is_above=True):
                    upper["min"] = score
                    lower["max"] = max(value for value in values if value < score)
                    yield definition
                    lower["max"], upper["min"] = kept
        for cutoff in scale.get("cutoffs", []):
            limit = cutoff["value"]
            for score in next_to(values, limit, limit_is_above=cutoff["op"] in ("<", ">=")):
                cutoff["value"] = score
                yield definition
                cutoff["value"] = limit


def moved_thresholds(definition: Json) -> Iterator[Json]:
    """Yield the definition with each number that its criteria compare or count with moved by
    one, or by the distance between the answers of the item that it is compared with.
    """
    sets = {item["id"]: item["response_set"] for item in definition["items"]}
    for holder, member in threshold_members(definition["criteria"]):
        kept = holder[member]
        options = definition["response_sets"].get(sets.get(holder.get("item")), {}).get("options")
        worth = sorted(option["value"] for option in options or ())
        step = min((above - below for below, above in pairwise(worth)), default=1)
        for value in (kept - step, kept + step):
            holder[member] = value
            yield definition
        holder[member] = kept


def threshold_members(part: Any) -> Iterator[tuple[Json, str]]:
    """Yield the object and the name of every number within a rule."""
    if isinstance(part, dict):
        for member, value in part.items():
            if member in ("value", "at_least", "at_most") and isinstance(value, int):
                yield part, member
    for below in part.values() if isinstance(part, dict) else part:
        if isinstance(below, dict | list):
            yield from threshold_members(below)


def next_to(values: list[float], limit: float, *, limit_is_above: bool) -> list[float]:
    """Return the limits that put one score more, or one less, on the upper side."""
    if limit_is_above:
        upper = [value for value in values if value >= limit]
        lower = [value for value in values if value < limit]
        moved = [*upper[1:2], *lower[-1:]]
    else:
        upper = [value for value in values if value > limit]
        lower = [value for value in values if value <= limit]
        moved = [*upper[:1], *lower[-2:-1]]
    return moved if len(lower) > 1 and len(upper) > 1 else []


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize("kind", [other_keys, fewer_items, moved_limits])
def test_an_error_in_a_shipped_file_is_noticed_by_its_own_examples(name, kind):
    """Every second to tenth error of a kind, at least ten; the check itself tries them all."""
    definition = copy.deepcopy(KEYED[name])
    number = sum(1 for _ in kind(definition))
    every = max(1, min(10, number // 10))
    for index, changed in enumerate(kind(definition)):
        if index % every == 0:
            assert check_definition(changed).faults, (index, kind.__name__)
    assert definition == {**KEYED[name], "items": definition["items"]}


def test_the_examples_of_every_shipped_file_notice_what_the_check_tries():
    found = {name: check_for_author(each, BASES).faults for name, each in SHIPPED.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


BASES = {f"{name}@{each['version']}": each for name, each in SHIPPED.items()}


def faults_of(definition: Any, bases: Any = None) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check_for_author(definition, bases).faults]


def answering(*forms: tuple[list[int], dict[str, float]]) -> dict[str, Any]:
    """Return the edits of the invented form to examples with these answers and scores only."""
    examples = [
        {
            "title": f"Example {index}",
            "answers": answers,
            "expect": {"scores": scores},
            "source": "arithmetic",
            "working": "as in the test",
        }
        for index, (answers, scores) in enumerate(forms)
    ]
    return {
        "/examples": examples,
        "/criteria": [],
        "/risks": [],
        "/scales/0/bands": [],
        "/scales/0/cutoffs": [],
        "/scales/0/change": REMOVED,
    }


UNNOTICED = [
    ("one example of several that expects nothing", {"/examples/0/expect/scores": {}, "/examples/0/expect/sums": {}, "/examples/0/expect/means": {}}, []),
    ("no example that expects anything", answering(([1, 2, 3, 1], {}), ([2, 1, 0, 0], {})), [("/scales/0", "scale_without_example"), ("/scales/1", "scale_without_example")]),
    ("examples that name one of two scales", answering(([1, 2, 3, 1], {"total": 5}), ([3, 0, 0, 0], {"total": 6})), [("/scales/1", "scale_without_example")]),
    ("an example with a blank", answering(([1, 2, 3, 1], {"mean": 1}), ([3, 0, None, 1], {"total": 9, "mean": 3})), [("/scales/0", "scale_without_example")]),
    ("no example on one side of a limit", {"/examples/3/expect/bands": {}}, [("/scales/0/bands/0/bands", "limit_unnoticed")]),
    ("no example at the cut-off", {f"/examples/{index}/expect/cutoffs": {} for index in range(2, 6)}, [("/scales/0/cutoffs/0", "limit_unnoticed")]),
    ("a flag that is never expected to be down", {f"/examples/{index}/expect/risks": {} for index in (1, 2)}, [("/risks/0", "limit_unnoticed")]),
    ("a criterion that is never expected to be met", {f"/examples/{index}/expect/criteria": {} for index in (4, 5)}, [("/criteria/0", "outcome_without_example")]),
    ("a criterion whose answers no example has at the threshold", {"/examples/4/expect/criteria": {}}, [("/criteria/0/rule/count/of/0/each/value", "threshold_unnoticed")]),
    ("a criterion whose number of symptoms no example just misses", {f"/examples/{index}/expect/criteria": {} for index in (0, 3)}, [("/criteria/0/rule/count/of/0/each/value", "threshold_unnoticed"), ("/criteria/0/rule/count/at_least", "threshold_unnoticed")]),
    ("a cut-off that no example names", {"/scales/0/cutoffs/-": {"system": "upper", "op": ">", "value": 7, **SITE}}, [("/scales/0/cutoffs/1", "limit_unnoticed")]),
    ("a range whose highest answer no example gives", answering(([1, 2, 0, 1], {"total": 2, "mean": 1}), ([2, 1, 1, 0], {"total": 5, "mean": 2})), [("/response_sets/often", "answer_without_example")]),
    ("a cut-off for women that only a man's example names", {"/scales/0/cutoffs/0/sex": "female", "/scales/0/change": REMOVED, **{f"/examples/{index}/expect/cutoffs": {} for index in range(2, 6)}}, [("/scales/0/cutoffs/0", "limit_unnoticed")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "expected"), [row[1:] for row in UNNOTICED], ids=[row[0] for row in UNNOTICED]
)
def test_what_no_example_would_notice_is_said(edits, expected):
    definition = edited(make_definition(), edits)
    assert check_definition(definition).faults == ()
    of_items = ("term_unnoticed", "key_unnoticed")
    found = [fault for fault in faults_of(definition) if fault[1] not in of_items]
    assert set(expected) <= set(found)
    assert {code for _, code in found} <= {code for _, code in expected} | {
        "answer_without_example"
    }


MIDDLE = {"min": 0, "max": 4}


def at_the_middle() -> Json:
    """The invented form answered 0 to 4, with every answer at 2."""
    forms = answering(
        ([2, 2, 2, 1], {"total": 6, "mean": 2}), ([2, 2, 2, 0], {"total": 6, "mean": 2})
    )
    return edited(make_definition(), {**forms, "/response_sets/often": MIDDLE})


def test_reverse_keys_are_not_noticed_at_the_middle_of_the_answers():
    found = faults_of(at_the_middle())
    assert [(f"/items/{index}/reverse", "key_unnoticed") for index in range(3)] == [
        fault for fault in found if fault[1] == "key_unnoticed"
    ]
    assert ("/response_sets/often", "answer_without_example") in found
    # In a mean of equal answers an item more or less makes no difference either.
    assert ("/scales/1/items", "term_unnoticed") in found


def test_an_item_whose_answer_scores_nothing_is_not_noticed_when_it_is_left_out():
    forms = answering(
        ([0, 0, 3, 1], {"total": 6, "mean": 1.5}), ([0, 3, 1, 0], {"total": 1, "mean": 0})
    )
    [fault] = [
        fault
        for fault in check_for_author(edited(make_definition(), forms)).faults
        if fault.path == ("scales", 0, "items")
    ]
    assert (fault.code, fault.detail) == (
        "term_unnoticed",
        'no example would notice if item "1" were left out',
    )


def test_trying_ends_after_so_many_changes(monkeypatch):
    monkeypatch.setattr(noticing, "MOST_STEPS", 100)
    assert faults_of(make_definition()) == [("/examples", "too_much_to_check")]


SHIPPED_CRITERIA = {name for name, each in KEYED.items() if each.get("criteria")}


@pytest.mark.parametrize("name", sorted(SHIPPED_CRITERIA))
def test_every_threshold_of_a_shipped_criterion_is_noticed_by_an_example_of_it(name):
    definition = copy.deepcopy(KEYED[name])
    for changed in moved_thresholds(definition):
        faults = check_definition(changed).faults
        places = {fault.path[0] for fault in faults}
        assert "examples" in places or places == {"criteria"}, json.dumps(changed["criteria"])
    assert definition == KEYED[name]


def levels(*rules: tuple[str, Json]) -> Json:
    listed = [{"level": level, "rule": rule} for level, rule in rules]
    named = {"id": "two-often", "title": "How many", "kind": "level", "otherwise": "none"}
    return {**named, "levels": listed, **SITE}


def often(**bounds: int) -> Json:
    return {"count": {"of": [{"each": {"items": ["1", "2"], "op": ">=", "value": 2}}], **bounds}}


@pytest.mark.parametrize(
    ("cases", "said"), [(512, []), (0, ["/criteria/0/levels/1/rule/count/at_most"])]
)
def test_a_threshold_that_no_form_could_tell_from_another_needs_no_example(
    monkeypatch, cases, said
):
    """Both items often come first, so that the bound above one of them never counts. Where there
    are too many cases to see that, an example is asked for.
    """
    monkeypatch.setattr(moved, "MOST_CASES", cases)
    of_levels = levels(("both", often(at_least=2)), ("one", often(at_least=1, at_most=1)))
    found = ["none", None, "none", "one", "both", "both"]  # of the examples, by their answers
    edits: Json = {"/criteria/0": of_levels}
    for index, level in enumerate(found):
        edits[f"/examples/{index}/expect/criteria"] = {} if level is None else {"two-often": level}
    edits["/examples/0/answers"] = [1, 2, 3, 1]
    edits["/examples/0/expect/criteria"] = {"two-often": "one"}
    found = faults_of(edited(make_definition(), edits))
    assert [place for place, code in found if code == "threshold_unnoticed"] == said


def test_moving_thresholds_ends_after_so_many_steps(monkeypatch):
    monkeypatch.setattr(moved, "MOST_STEPS", 50)
    assert faults_of(make_definition()) == [("/criteria/0", "too_much_to_check")]


def test_an_expected_cutoff_that_comes_out_otherwise_is_a_fault():
    definition = edited(make_definition(), {"/examples/2/expect/cutoffs/total/half": True})
    found = [(fault.pointer, fault.code) for fault in check_definition(definition).faults]
    assert found == [("/examples/2/expect/cutoffs/total/half", "example_differs")]


@pytest.mark.parametrize("n_items", [1, 2, 3, 7, 30])
@pytest.mark.parametrize(("lowest", "highest"), [(0, 3), (1, 7), (0, 1), (-2, 2), (1, 5)])
def test_the_examples_of_a_skeleton_notice_errors(n_items, lowest, highest):
    text = skeleton("my-form", n_items, lowest, highest)
    text = text.replace("TODO depression, therapeutic-alliance, ...", "depression")
    text = text.replace("10.TODO/TODO", "10.1000/1").replace("https://TODO", "https://a.example")
    filled = json.loads(text.replace("TODO", "Filled in:"))
    assert faults_of(filled) == []
    for kind in (other_keys, fewer_items):
        for changed in kind(filled):
            assert check_definition(changed).faults


def test_a_skeleton_asks_what_each_answer_means():
    """Whoever leaves a range of 0 to 3 in a form of 1 to 7 has to say what 0 is."""
    found = faults_of(json.loads(skeleton("my-form", 4)))
    assert [(f"/response_sets/answers/labels/{index}", "to_fill_in") for index in range(4)] == [
        fault for fault in found if "labels" in fault[0]
    ]


COUNTERPARTS = [
    ("none of that name", "nowhere", {}, "unknown_counterpart"),
    ("one that names nobody", "other", {"counterpart": None}, "counterpart_not_mutual"),
    ("one that names another", "other", {"counterpart": "third"}, "counterpart_not_mutual"),
    ("one of the same rater", "other", {"perspective": "client"}, "counterpart_same_rater"),
]


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [row[1:] for row in COUNTERPARTS],
    ids=[row[0] for row in COUNTERPARTS],
)
def test_a_counterpart_is_another_raters_form_that_names_this_one(tmp_path, name, changes, code):
    form = make_definition(perspective="client", counterpart=name)
    other = make_definition(id="other", perspective="therapist", counterpart="invented-form")
    base = {"other@1.0.0": {**other, **changes}}
    assert faults_of(form, base) == [("/counterpart", code)]
    for path, document in (("form", form), ("other", base["other@1.0.0"])):
        (tmp_path / f"{path}.json").write_text(json.dumps(document))
    files = check_files(sorted(tmp_path.glob("*.json")), for_author=True)
    assert ("/counterpart", code) in [
        (fault.pointer, fault.code) for file in files for fault in file.checked.faults
    ]


def test_the_forms_of_two_raters_say_the_same_of_a_scale():
    form = make_definition(perspective="client", counterpart="other")
    other = make_definition(id="other", perspective="therapist", counterpart="invented-form")
    assert faults_of(form, {"other@1.0.0": other}) == []
    other["scales"][1]["direction"] = "higher_is_better"
    assert faults_of(form, {"other@1.0.0": other}) == [
        ("/scales/1/direction", "direction_conflict")
    ]
