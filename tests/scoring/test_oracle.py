"""The engine against a second scorer written from the definition format alone."""

import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import isclose
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from service.definitions.check import check_definition
from service.scoring.answers import Submission
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport
from tests.scoring.definitions_drawn import (
    NOT_KNOWN,
    SOURCED,
    allowed,
    answers_to,
    definitions,
    random_answers,
)
from tests.scoring.oracle import Score, exact, score_form

INSTRUMENTS = Path(__file__).parents[2] / "instruments"
SHIPPED = {
    definition["id"]: definition
    for path in sorted(INSTRUMENTS.glob("*.json"))
    if "items" in (definition := json.loads(path.read_text(encoding="utf-8")))
    and definition.get("key") != "required"
}


def engine_of(definition: dict[str, Any]) -> Scorer:
    checked = check_definition(definition)
    assert checked.faults == ()
    assert checked.instrument is not None
    return Scorer(checked.instrument)


MORE = settings.default.max_examples
FEW = settings(
    max_examples=MORE if MORE > 100 else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def close(found: Any, expected: Fraction | None) -> bool:
    if expected is None or found is None:
        return found is expected
    return isclose(found, float(expected), rel_tol=1e-12, abs_tol=1e-12)


def alike(found: float | None, expected: float | None) -> bool:
    if expected is None or found is None:
        return found is expected
    return isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


def assert_agrees(report: ScoreReport, expected: dict[str, Score]) -> None:
    """Fail unless every scale of a report has the oracle's numbers."""
    assert set(report["scores"]) == set(expected)
    for name, entry in report["scores"].items():
        score = expected[name]
        assert close(entry["value"], score.value), (name, entry["value"], score.value)
        assert close(entry["sum"], score.sum), (name, entry["sum"], score.sum)
        assert close(entry["mean"], score.mean), (name, entry["mean"], score.mean)
        assert (entry["status"] == "scored") is (score.value is not None)
        assert {band["system"]: band["id"] for band in entry["bands"]} == score.bands
        assert [(cutoff["system"], cutoff["met"]) for cutoff in entry["cutoffs"]] == score.cutoffs
        z = {norm["id"]: norm["z"] for norm in entry["norms"]}
        assert z.keys() == score.z.keys()
        assert [norm for norm in z if not alike(z[norm], score.z[norm])] == []


@FEW
@given(st.data())
def test_the_engine_scores_a_random_definition_like_the_oracle(data):
    definition = data.draw(definitions())
    scorer = engine_of(definition)
    for _ in range(4):
        answers = data.draw(answers_to(definition))
        assert_agrees(scorer.score(Submission(answers)), score_form(definition, answers))


@FEW
@given(st.data())
def test_every_score_lies_within_its_stated_range(data):
    """Whatever is blank, weighted, reversed, transformed or made of other scales."""
    definition = data.draw(definitions())
    scorer = engine_of(definition)
    for _ in range(4):
        for entry in scorer.score(Submission(data.draw(answers_to(definition))))["scores"].values():
            if entry["value"] is not None:
                assert entry["minimum"] <= entry["value"] <= entry["maximum"]


def is_short(number: Fraction | None) -> bool:
    """Tell whether a number can be written with at most six decimals."""
    return number is not None and (number * 10**6).denominator == 1


@FEW
@given(st.data())
def test_a_score_that_equals_a_cutoff_meets_it_from_the_right_side(data):
    """Whatever the arithmetic before: a score of exactly 36 is not below 36."""
    definition = data.draw(definitions())
    answers = data.draw(answers_to(definition))
    scores = score_form(definition, answers)
    some = [scale for scale in definition["scales"] if is_short(scores[scale["id"]].value)]
    assume(some)
    for scale in some:
        value = float(scores[scale["id"]].value)
        low = "worse" if scale["direction"] == "higher_is_better" else "better"
        high = "better" if low == "worse" else "worse"
        scale["cutoffs"] = [
            {"system": name, "op": op, "value": value, "marks": side, **SOURCED}
            for name, op, side in (
                ("below", "<", low),
                ("at-most", "<=", low),
                ("above", ">", high),
                ("at-least", ">=", high),
            )
        ]
    # A blank as 0 may leave the range, and at its ends half of these cut-offs decide nothing.
    refused = check_definition(definition).faults
    assert {fault.code for fault in refused} <= {"out_of_range", "never_decides"}
    useless = {fault.path[:4] for fault in refused}
    for place, scale in enumerate(definition["scales"]):
        scale["cutoffs"] = [
            cutoff
            for index, cutoff in enumerate(scale.get("cutoffs", []))
            if ("scales", place, "cutoffs", index) not in useless
        ]
    report = engine_of(definition).score(Submission(answers))
    for scale in some:
        met = {cutoff["op"]: cutoff["met"] for cutoff in report["scores"][scale["id"]]["cutoffs"]}
        for cutoff in scale["cutoffs"]:
            assert met[cutoff["op"]] is (cutoff["op"] in ("<=", ">="))


@FEW
@given(st.data())
def test_the_order_of_answers_changes_nothing(data):
    definition = data.draw(definitions())
    answers = data.draw(answers_to(definition))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    scorer = engine_of(definition)
    assert scorer.score(Submission(shuffled)) == scorer.score(Submission(answers))
    assert engine_of(definition).score(Submission(shuffled)) == scorer.score(Submission(answers))


@FEW
@given(st.data())
def test_the_order_of_items_in_the_form_changes_no_score(data):
    definition = data.draw(definitions())
    answers = data.draw(answers_to(definition))
    turned = {**definition, "items": data.draw(st.permutations(definition["items"]))}
    before, after = (
        engine_of(one).score(Submission(answers))["scores"] for one in (definition, turned)
    )
    assert after == before


@FEW
@given(st.data())
def test_turning_keys_and_answers_round_together_changes_no_score(data):
    """A reverse-keyed 2 of 1-5 is worth 4; so is a 4 on the same item keyed straight."""
    definition = data.draw(definitions())
    answers = data.draw(answers_to(definition))
    sets = definition["response_sets"]
    symmetric = {
        item["id"] for item in definition["items"] if is_symmetric(sets[item["response_set"]])
    }
    counted = {
        name
        for scale in definition["scales"]
        if scale["aggregation"] == "count"
        for name in scale["items"]
    }
    turn = symmetric - counted  # counts look at the submitted value
    turned = with_answers(definition, lambda given: mirror(definition, given, turn))
    turned["items"] = [
        {**item, "reverse": not item.get("reverse", False)} if item["id"] in turn else item
        for item in definition["items"]
    ]
    before = engine_of(definition).score(Submission(answers))["scores"]
    after = engine_of(turned).score(Submission(mirror(definition, answers, turn)))["scores"]
    for name, entry in before.items():
        assert after[name]["status"] == entry["status"]
        if entry["value"] is not None:
            assert after[name]["value"] == pytest.approx(entry["value"], rel=1e-12, abs=1e-12)


def with_answers(
    definition: dict[str, Any], changed: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Return a copy of a definition whose examples have other answers."""
    examples = [
        {**example, "answers": changed(example["answers"])} for example in definition["examples"]
    ]
    return {**definition, "examples": examples}


def is_symmetric(answers: dict[str, Any]) -> bool:
    """Tell whether the answers, none of them recoded, are the same from both ends."""
    values = allowed(answers)
    if values is None:
        return "recode" not in answers
    if "clock" in answers or any("score" in option for option in answers.get("options", [])):
        return False
    ordered = sorted(map(exact, values))
    return all(
        low + high == ordered[0] + ordered[-1]
        for low, high in zip(ordered, reversed(ordered), strict=True)
    )


def mirror(definition: dict[str, Any], answers: dict[str, Any], turn: set[str]) -> dict[str, Any]:
    """Return the answers with those of some items replaced by min + max - value."""
    sets = {
        item["id"]: definition["response_sets"][item["response_set"]]
        for item in definition["items"]
    }
    turned = {}
    for name, answer in answers.items():
        values = allowed(sets[name]) or [sets[name]["min"], sets[name]["max"]]
        if answer == NOT_KNOWN or name not in turn:
            turned[name] = answer
            continue
        mirrored = exact(min(values)) + exact(max(values)) - exact(answer)
        turned[name] = float(mirrored)
    return turned


@FEW
@given(st.data(), st.integers(-5, 5))
def test_shifting_every_answer_shifts_sums_means_and_maxima(data, shift):
    """Options with values moved by k move a mean by k and a sum by k times the weight of its
    terms.
    """
    definition = data.draw(definitions())
    assume(not any("ratio" in scale for scale in definition["scales"]))  # it has no numbers below 0
    for scale in definition["scales"]:
        if scale.get("transform", {}).get("type") == "steps":  # its limits do not move along
            scale["metric"] = scale["aggregation"]
            del scale["transform"]
        scale["missing"].pop("round", None)  # weights of a half would move the ends by halves
        if scale["missing"]["method"] == "zero":  # 0 would be no possible score any more
            scale["missing"] = {"min_answered": len(scale["items"]), "method": "none"}
    scales = [
        scale
        for scale in definition["scales"]
        if scale["aggregation"] in ("sum", "mean", "max") and "transform" not in scale
    ]
    assume(scales)
    answers = data.draw(answers_to(definition))
    moved = with_answers(definition, lambda given: add(given, shift))
    moved["response_sets"] = {
        name: moved_set(one, shift) for name, one in definition["response_sets"].items()
    }
    before = engine_of(definition).score(Submission(answers))["scores"]
    after = engine_of(moved).score(Submission(add(answers, shift)))["scores"]
    for scale in scales:
        value = before[scale["id"]]["value"]
        if value is None:
            assert after[scale["id"]]["value"] is None
            continue
        weights = [
            1 if isinstance(term, dict) else scale.get("weights", {}).get(term, 1)
            for term in scale["items"]
        ]
        distance = shift * sum(weights) if scale["aggregation"] == "sum" else shift
        assert after[scale["id"]]["value"] == pytest.approx(value + distance, abs=1e-9)


def moved_set(answers: dict[str, Any], shift: int) -> dict[str, Any]:
    if "recode" in answers:
        steps = [
            {name: float(exact(n) + shift) for name, n in one.items()} for one in answers["recode"]
        ]
        answers = {**answers, "recode": steps}
    if "options" not in answers:
        return {
            **answers,
            "min": answers["min"] + shift,
            "max": float(exact(answers["max"]) + shift),
        }
    options = []
    for option in answers["options"]:
        if option.get("missing"):
            options.append(option)
            continue
        worth = {"score": float(exact(option["score"]) + shift)} if "score" in option else {}
        options.append({"value": float(exact(option["value"]) + shift), **worth})
    return {"options": options}


def add(answers: dict[str, Any], shift: int) -> dict[str, Any]:
    return {
        name: answer if answer == NOT_KNOWN else float(exact(answer) + shift)
        for name, answer in answers.items()
    }


@FEW
@given(st.data())
def test_what_is_remembered_is_what_is_worked_out(data):
    """The second scoring of a form, a fresh scorer and one that works everything out give the same
    report.
    """
    definition = data.draw(definitions())
    forms = [Submission(data.draw(answers_to(definition))) for _ in range(3)]
    scorer = engine_of(definition)
    first = [json.dumps(scorer.score(form)) for form in forms]
    assert [json.dumps(scorer.score(form)) for form in forms] == first
    assert [json.dumps(engine_of(definition).score(form)) for form in reversed(forms)] == first[
        ::-1
    ]
    assert [json.dumps(without_memory(definition).score(form)) for form in forms] == first


def without_memory(definition: dict[str, Any]) -> Scorer:
    """Return a scorer that takes the long way for every scale."""
    scorer = engine_of(definition)
    for scale in scorer.instrument.scales:
        object.__setattr__(scale, "is_plain", False)
    return Scorer(scorer.instrument)


@cache
def shipped_engine(name: str) -> Scorer:
    return engine_of(SHIPPED[name])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_engine_scores_a_shipped_definition_like_the_oracle(name):
    """The same random forms at every run; a profile with more examples tries more of them."""
    definition, chance = SHIPPED[name], Random(name)
    rater = next(iter(definition.get("perspectives", ())), None)
    for _ in range(max(200, MORE)):
        answers = random_answers(definition, chance)
        blank = tuple(item["id"] for item in definition["items"] if item["id"] not in answers)
        skipped = blank if chance.random() < 0.5 else ()
        respondent = {
            "age": chance.choice([None, chance.randint(0, 99)]),
            "sex": chance.choice([None, "female", "male", "other", "unknown"]),
        }
        submission = Submission(answers, skipped, perspective=rater, norms=("*",), **respondent)
        assert_agrees(
            shipped_engine(name).score(submission),
            score_form(definition, answers, skipped, respondent),
        )
