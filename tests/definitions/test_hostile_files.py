"""Files of authors that contradict themselves or are meant to harm: each fault at its place, and
nothing else.
"""

# ruff: noqa: E501 - a row for each file

import json
from pathlib import Path
from typing import Any

import pytest

from service.definitions.check import check_definition
from service.definitions.files import check_files
from tests.builders import SITE, make_definition
from tests.definitions.edits import REMOVED, edited
from tests.definitions.test_check import compare, composite

TOTAL, MEAN = "/scales/0", "/scales/1"
NORM = "/norms/0/scales/total"
UNSAID = {f"/examples/{n}/expect/criteria": {} for n in (0, 2, 3, 4, 5)}
ALPHA = {"sd": 2, "reliability": 0.91, "kind": "alpha"}


def sourced(**members: Any) -> dict[str, Any]:
    return members | SITE


def direct(**reports: Any) -> dict[str, Any]:
    """Return the edits that give the form a direct report."""
    return {"/alerts": {"direct_report": reports}}


def answered(**members: Any) -> dict[str, Any]:
    return sourced(op=">=", value=1) | members


def drops(value: object, **alerts: Any) -> dict[str, Any]:
    return {"/alerts": {"parameters": {"total": {"fixed_drop": value}}} | alerts}


ERRORS = [
    ("growth without its spread", {f"{TOTAL}/growth": sourced(mean=0.1)}, f"{TOTAL}/growth/sd", "required"),
    ("growth with a spread below 0", {f"{TOTAL}/growth": sourced(mean=0.1, sd=-1)}, f"{TOTAL}/growth/sd", "out_of_range"),
    ("growth as text", {f"{TOTAL}/growth": sourced(mean="0.1", sd=0.1)}, f"{TOTAL}/growth/mean", "wrong_type"),
    ("growth by session", {f"{TOTAL}/growth": [sourced(mean=0.1, sd=0.1)]}, f"{TOTAL}/growth", "wrong_type"),
    ("growth that is null", {f"{TOTAL}/growth": None}, f"{TOTAL}/growth", "wrong_type"),
    ("growth taken over without a word", {f"{TOTAL}/growth": sourced(mean=0.1, sd=0.1, derived=True)}, f"{TOTAL}/growth/note", "required"),
    ("growth with an empty note", {f"{TOTAL}/growth": sourced(mean=0.1, sd=0.1, note=" ")}, f"{TOTAL}/growth/note", "wrong_length"),
    ("growth with a note of five pages", {f"{TOTAL}/growth": sourced(mean=0.1, sd=0.1, note="x" * 10_000)}, f"{TOTAL}/growth/note", "wrong_length"),
    ("growth from hearsay", {f"{TOTAL}/growth": sourced(mean=0.1, sd=0.1) | {"source": "hearsay"}}, f"{TOTAL}/growth/source", "unknown_source"),
    ("an autocorrelation of -1", {f"{TOTAL}/autocorrelation": sourced(value=-1)}, f"{TOTAL}/autocorrelation/value", "out_of_range"),
    ("an autocorrelation in percent", {f"{TOTAL}/autocorrelation": sourced(value=30)}, f"{TOTAL}/autocorrelation/value", "out_of_range"),
    ("an unevenness below 0", {f"{TOTAL}/unevenness": sourced(value=-3)}, f"{TOTAL}/unevenness/value", "out_of_range"),
    ("half a person", {f"{TOTAL}/unevenness": sourced(value=5, n=1.5)}, f"{TOTAL}/unevenness/n", "wrong_type"),
    ("57 people in words", {f"{TOTAL}/within_person_sd": sourced(value=1, n="57")}, f"{TOTAL}/within_person_sd/n", "wrong_type"),
    ("pupils of no age", {f"{TOTAL}/within_person_sd": sourced(value=1, population="Pupils")}, f"{TOTAL}/within_person_sd/age", "required"),
    ("a sex that is none of ours", {f"{TOTAL}/within_person_sd": sourced(value=1, sex="F")}, f"{TOTAL}/within_person_sd/sex", "not_allowed"),
    ("ages that are a pair", {f"{TOTAL}/within_person_sd": sourced(value=1, age=[18, 65])}, f"{TOTAL}/within_person_sd/age", "wrong_type"),
    ("less from session to session than the error of the same source", {f"{TOTAL}/within_person_sd": sourced(value=0.59)}, f"{TOTAL}/within_person_sd/value", "out_of_range"),
    ("less than the published error of the same source", {f"{TOTAL}/within_person_sd": sourced(value=0.59), f"{TOTAL}/precision": sourced(sem=0.6)}, f"{TOTAL}/within_person_sd/value", "out_of_range"),
    ("a precision without error", {f"{TOTAL}/precision": sourced(**ALPHA) | {"reliability": 1}}, f"{TOTAL}/precision/reliability", "out_of_range"),
    ("a precision that says nothing", {f"{TOTAL}/precision": {}}, f"{TOTAL}/precision", "wrong_shape"),
    ("a precision of no kind", {f"{TOTAL}/precision/kind": REMOVED}, f"{TOTAL}/precision/kind", "required"),
    ("a precision of a sample in words", {f"{TOTAL}/precision": sourced(sem=0.5, sample="57 patients")}, f"{TOTAL}/precision/sample", "unknown_member"),
    ("a precision of nobody", {f"{TOTAL}/precision": sourced(sem=0.5, n=0)}, f"{TOTAL}/precision/n", "out_of_range"),
    ("a standard error of nothing", {f"{TOTAL}/precision": sourced(sem=0)}, f"{TOTAL}/precision/sem", "out_of_range"),
    ("a change rule without its SD", {f"{TOTAL}/change/sd": REMOVED}, f"{TOTAL}/change/sd", "required"),
    ("a change rule by another method", {f"{TOTAL}/change/method": "edwards-nunnally"}, f"{TOTAL}/change/method", "not_allowed"),
    ("a change rule for ages upside down", {f"{TOTAL}/change/age": {"min": 18, "max": 10}}, f"{TOTAL}/change/age/min", "wrong_order"),
    ("a change rule for adolescents and for everybody", {f"{TOTAL}/change": [sourced(reliable_change=2, level=None), sourced(reliable_change=3, level=None, age={"min": 12, "max": 17})]}, f"{TOTAL}/change/1", "overlapping_groups"),
    ("a least difference of nothing", {f"{TOTAL}/change/mcid": [sourced(name="m", value=0)]}, f"{TOTAL}/change/mcid/0/value", "out_of_range"),
    ("two least differences of one name", {f"{TOTAL}/change/mcid": [sourced(name="m", value=1), sourced(name="m", value=2)]}, f"{TOTAL}/change/mcid/1", "overlapping_groups"),
]  # fmt: skip

ALERTS = [
    ("nothing to watch", {"/alerts": {"watch": []}}, "/alerts/watch", "wrong_length"),
    ("a scale watched twice", {"/alerts": {"watch": ["total", "mean", "total"]}}, "/alerts/watch/2", "duplicate_value"),
    ("settings of a scale that is not watched", drops(sourced(value=3), watch=["mean"]), "/alerts/parameters/total", "not_watched"),
    ("settings of a scale that is not there", {"/alerts": {"parameters": {"bond": {}}}}, "/alerts/parameters/bond", "unknown_scale"),
    ("a fall below 0", drops(sourced(value=-1)), "/alerts/parameters/total/fixed_drop/value", "out_of_range"),
    ("a fall without a source", drops(3), "/alerts/parameters/total/fixed_drop", "wrong_type"),
    ("a cut-off of nobody", {"/alerts": {"parameters": {"total": {"cutoff": "third"}}}}, "/alerts/parameters/total/cutoff", "unknown_cutoff"),
    ("a member that alerts do not have", {"/alerts": {"direct": {}}}, "/alerts/direct", "unknown_member"),
    ("several items that are one", direct(tension=answered(items=["1"])), "/alerts/direct_report/tension/items", "wrong_length"),
    ("an item twice in a direct report", direct(tension=answered(items=["1", "2", "1"])), "/alerts/direct_report/tension/items/2", "repeated_item"),
    ("every of one item", direct(tension=answered(item="1", every=True)), "/alerts/direct_report/tension/every", "not_allowed"),
    ("every as text", direct(tension=answered(items=["1", "2"], every="yes")), "/alerts/direct_report/tension/every", "wrong_type"),
    ("a direct report that every answer gives", direct(tension=answered(item="1", value=0)), "/alerts/direct_report/tension", "never_decides"),
    ("an answer for tension and for its resolution", direct(tension=answered(item="1"), resolution=answered(item="1")), "/alerts/direct_report/resolution", "duplicate_value"),
    ("nothing but a direct report, and settings", {"/alerts": {"only_direct_report": True, "parameters": {"total": {}}, "direct_report": {"tension": answered(item="1")}}}, "/alerts/parameters", "not_allowed"),
    ("nothing but a direct report, in words", {"/alerts": {"only_direct_report": "yes"}}, "/alerts/only_direct_report", "wrong_type"),
]  # fmt: skip

OTHERS = [
    ("a norm of a rater on a form of one", {"/norms/0/perspective": "therapist"}, "/norms/0/perspective", "not_allowed"),
    ("a norm of a third rater on a form of two", {"/perspective": None, "/perspectives": ["client", "therapist"], "/norms/0/perspective": "observer", **{f"/examples/{n}/perspective": "client" for n in range(6)}}, "/norms/0/perspective", "not_allowed"),
    ("a quantile of three numbers", {f"{NORM}/quantiles/1": [50, 4, 1]}, f"{NORM}/quantiles/1", "wrong_length"),
    ("a percentile as text", {f"{NORM}/quantiles/1": ["50", 4]}, f"{NORM}/quantiles/1/0", "wrong_type"),
    ("one percentile twice", {f"{NORM}/quantiles/1/0": 25}, f"{NORM}/quantiles/1", "quantiles_not_ascending"),
    ("a norm of no scale", {"/norms/0/scales": {}}, "/norms/0/scales", "wrong_length"),
    ("a norm for an age in words", {"/norms/0/age": "18+"}, "/norms/0/age", "wrong_type"),
    ("a country by number", {"/norms/0/country": 49}, "/norms/0/country", "wrong_type"),
    ("a criterion for people of 151 years", {"/criteria/0/rule": compare(respondent="age", value=151), **UNSAID}, "/criteria/0/rule/compare/respondent", "out_of_range"),
    ("none of several, which always holds", {"/criteria/0/rule/count/at_least": 0, **UNSAID}, "/criteria/0/rule/count/at_least", "never_decides"),
    ("a criterion of nothing", {"/criteria/0/rule": {"all": []}}, "/criteria/0/rule/all", "wrong_length"),
    ("not of several", {"/criteria/0/rule": {"not": [compare(item="1")]}}, "/criteria/0/rule/not", "wrong_type"),
    ("a criterion about a criterion", {"/criteria/0/rule": compare(criterion="two-often")}, "/criteria/0/rule/compare/criterion", "unknown_member"),
    ("a criterion of another kind", {"/criteria/0/kind": "fuzzy", **UNSAID}, "/criteria/0", "not_allowed"),
    ("a fewer-than-none count", {"/criteria/0/rule/count/at_least": -1}, "/criteria/0/rule/count/at_least", "out_of_range"),
    ("a gate that rests on what it skips", {"/gates/0/items": ["3", "4"]}, "/gates/0/items/1", "circular_gate"),
    ("a gate of no item", {"/gates/0/items": []}, "/gates/0/items", "wrong_length"),
    ("a risk beyond its severities", {"/risks/0/severity": "extreme"}, "/risks/0/severity", "not_allowed"),
    ("a response set of one answer", {"/response_sets/yes-no/options/1": REMOVED, "/response_sets/yes-no/options": [{"value": 0}]}, "/response_sets/yes-no/options", "wrong_length"),
    ("two options of one value", {"/response_sets/yes-no/options/1/value": 0}, "/response_sets/yes-no/options/1/value", "duplicate_value"),
    ("a response set from 3 to 3", {"/response_sets/yes-no": {"min": 3, "max": 3}}, "/response_sets/yes-no/min", "wrong_order"),
    ("a response set without end", {"/response_sets/yes-no": {"min": 0, "max": 1e15}}, "/response_sets/yes-no/max", "out_of_range"),
    ("steps of nothing", {"/response_sets/often/step": 0}, "/response_sets/often/step", "out_of_range"),
    ("a label by number", {"/response_sets/often/labels/0": 0}, "/response_sets/often/labels/0", "wrong_type"),
    ("texts that are promised and not there", {"/licence/text_included": True}, "/licence/text_included", "text_missing"),
    ("an address that runs", {"/licence/url": "javascript:alert(1)"}, "/licence/url", "wrong_format"),
    ("a licence of nobody", {"/licence": None}, "/licence", "wrong_type"),
    ("a bell in a title", {"/title": "Form\x07"}, "/title", "wrong_format"),
    ("a title that turns what follows", {"/title": "Form \u202egnihton"}, "/title", "wrong_format"),
    ("an escape in a label", {"/response_sets/often/labels/0": "\x1b[31mnever"}, "/response_sets/often/labels/0", "wrong_format"),
    ("a note too long", {"/notes": ["x" * 100_001]}, "/notes/0", "wrong_length"),
    ("a hundred and one notes", {"/notes": ["x"] * 101}, "/notes", "wrong_length"),
    ("a note that is no list", {"/notes": "x"}, "/notes", "wrong_type"),
    ("a language in words", {"/language": "english"}, "/language", "wrong_format"),
    ("a source by FTP", {"/sources/0/url": "ftp://x"}, "/sources/0/url", "wrong_format"),
    ("an empty citation", {"/sources/0/citation": ""}, "/sources/0/citation", "wrong_length"),
    ("three sources", {f"{TOTAL}/reliability/0/verification": "three-sources"}, f"{TOTAL}/reliability/0/verification", "not_allowed"),
    ("a scale within itself", {"/scales/-": composite("both", "both", "total")}, "/scales/2/composite/of", "composite_cycle"),
    ("a scale twice in another", {"/scales/-": composite("both", "total", "total")}, "/scales/2/composite/of/1", "repeated_scale"),
    ("a composite of one", {"/scales/-": composite("both", "total")}, "/scales/2/composite/of", "wrong_length"),
    ("a composite with items of its own", {"/scales/-": composite("both", "total", "mean") | {"items": ["1"]}}, "/scales/2/items", "not_allowed"),
    ("a band system twice", {f"{TOTAL}/bands/-": make_definition()["scales"][0]["bands"][0]}, f"{TOTAL}/bands/1", "overlapping_groups"),
    ("a cut-off by equality", {f"{TOTAL}/cutoffs/0/op": "=="}, f"{TOTAL}/cutoffs/0/op", "not_allowed"),
    ("a weight below 0", {f"{TOTAL}/weights": {"1": -1}}, f"{TOTAL}/weights/1", "out_of_range"),
    ("a weight that is none", {f"{TOTAL}/weights": {"1": float("nan")}}, f"{TOTAL}/weights/1", "wrong_type"),
    ("half an answer needed", {f"{TOTAL}/missing/min_answered": 1.5}, f"{TOTAL}/missing/min_answered", "wrong_type"),
    ("an example of an age below 0", {"/examples/0/respondent": {"age": -1}}, "/examples/0/respondent/age", "out_of_range"),
    ("an example that expects text", {"/examples/0/expect/scores/total": "5"}, "/examples/0/expect/scores/total", "wrong_type"),
    ("a code of no system", {"/codes": [{"system": "loinc", "code": "x", "display": "x"}]}, "/codes/0/system", "wrong_format"),
    ("a version with a blank", {"/version": "1.0.0+a b"}, "/version", "wrong_format"),
    ("a comment", {"/_comment": "x"}, "/_comment", "unknown_member"),
    ("the address of a schema by number", {"/$schema": 3}, "/$schema", "wrong_type"),
    *[
        (f"an item called {name!r}", {"/items/3/id": name, "/gates/0/when": None}, "/items/3/id", code)
        for name, code in (("1 ", "wrong_format"), ("a/b", "wrong_format"), ("\U0001f600", "wrong_format"), ("__proto__", "wrong_format"), ("4\n", "wrong_format"), ("a" * 65, "wrong_format"), ("", "wrong_length"), (4, "wrong_type"), (None, "wrong_type"))
    ],
]  # fmt: skip

ROWS = [*ERRORS, *ALERTS, *OTHERS]


@pytest.mark.parametrize(
    ("edits", "expected"), [(row[1], row[2:]) for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_file_with_one_fault_has_that_fault(edits: dict[str, Any], expected: Any) -> None:
    expected = expected[0] if isinstance(expected[0], list) else [expected]
    found = check_definition(edited(make_definition(), edits)).faults
    assert [(fault.pointer, fault.code) for fault in found] == expected


def test_two_scales_that_hold_each_other_are_both_named() -> None:
    scales = [*make_definition()["scales"], composite("a", "b", "total"), composite("b", "a", "mean")]  # fmt: skip
    found = check_definition(make_definition(scales=scales)).faults
    assert [(fault.pointer, fault.code) for fault in found] == [
        ("/scales/2/composite/of", "composite_cycle"),
        ("/scales/3/composite/of", "composite_cycle"),
    ]


ACCEPTED = [
    ("people of 150 years", {"/norms/0/age": {"min": 18, "max": 150}}),
    ("as much from session to session as the error", {f"{TOTAL}/within_person_sd": sourced(value=0.61)}),
    ("less from session to session than the error of other people", {f"{TOTAL}/within_person_sd": sourced(value=0.1) | {"source": "other"}, "/sources/-": {"id": "other", "citation": "Other people."}}),
    ("growth that is the same in all", {f"{TOTAL}/growth": sourced(mean=0.1, sd=0)}),
    ("least differences of one name for women and men", {f"{TOTAL}/change/mcid": [sourced(name="m", value=1, sex=sex) for sex in ("female", "male")]}),
    ("least differences of one name for either way", {f"{TOTAL}/change/mcid": [sourced(name="m", value=1, direction=way) for way in ("improvement", "deterioration")]}),
    ("a line break in a title", {"/title": "Invented\nform"}),
    ("letters of other scripts", {"/title": "Κλίμακα 量表 שאלון"}),
    ("watched by a scale other than the total", {"/alerts": {"watch": ["mean"], "parameters": {"mean": {"fixed_drop": sourced(value=1)}}}}),
]  # fmt: skip


@pytest.mark.parametrize("edits", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_what_is_near_a_fault_and_right_is_accepted(edits: dict[str, Any]) -> None:
    assert check_definition(edited(make_definition(), edits)).faults == ()


WHOLE = json.dumps(make_definition())
MANGLED = {
    "nothing": (b"", "bad_json"),
    "blanks": (b" \n\t", "bad_json"),
    "half a file": (WHOLE[: len(WHOLE) // 2].encode(), "bad_json"),
    "two files in one": ((WHOLE + WHOLE).encode(), "bad_json"),
    "a comma too many": (WHOLE.replace("}", ",}", 1).encode(), "bad_json"),
    "a comment": (("// ours\n" + WHOLE).encode(), "bad_json"),
    "single quotes": (WHOLE.replace('"', "'").encode(), "bad_json"),
    "a number that is none": (WHOLE.replace('"n": 100', '"n": NaN').encode(), "non_finite"),
    "a number of 20 digits": (WHOLE.replace('"n": 100', '"n": ' + "9" * 20).encode(), "number_too_long"),
    "a key twice, deep inside": (WHOLE.replace('"n": 100', '"n": 100, "n": 10').encode(), "duplicate_key"),
    "a key twice, once escaped": (WHOLE.replace('"n": 100', '"n": 100, "\\u006e": 10').encode(), "duplicate_key"),
    "half a pair of surrogates": (WHOLE.replace("Invented form", "\\ud83d").encode(), "bad_string"),
    "Latin-1": (WHOLE.replace("Invented form", "Fragebögen").encode("latin-1"), "bad_encoding"),
    "UTF-16": (WHOLE.encode("utf-16"), "bad_encoding"),
    "arrays in arrays": (b"[" * 5000 + b"]" * 5000, "too_deep"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "bad_encoding"),
    "a number": (b"7", "wrong_type"),
    "a list of definitions": (f"[{WHOLE}]".encode(), "wrong_type"),
}  # fmt: skip


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_file_is_refused_with_one_fault(tmp_path: Path, name: str) -> None:
    content, code = MANGLED[name]
    file = tmp_path / "form.json"
    file.write_bytes(content)
    (checked,) = check_files([file])
    assert [fault.code for fault in checked.checked.faults] == [code]
