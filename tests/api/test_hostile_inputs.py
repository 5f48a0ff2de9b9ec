"""Inputs that are broken, wrong or meant to harm, each with the exact answer. None of them may be
an internal error.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from service.settings import REPOSITORY

Json = dict[str, Any]
Refused = Callable[..., Json]

PATH = "/v1/instruments/gad-7/score"
JSON = "application/json"
LIMIT = 262_144
FORM = b'{"answers": [1, 1, 1, 1, 1, 1, 1]}'


def nested(levels: int) -> bytes:
    """Return a body of this many levels, its own object included."""
    return b'{"answers": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


# Bodies that are refused before anyone asks what they are about. Sent to every route that reads a
# body.
UNREADABLE: dict[str, tuple[bytes, int, str]] = {
    "duplicate key": (b'{"answers": {}, "answers": {}}', 400, "duplicate_key"),
    "duplicate item": (b'{"answers": {"1": 0, "1": 3}}', 400, "duplicate_key"),
    "duplicate key behind an escape": (
        rb'{"answers": {"1": 0, "\u0031": 3}}',
        400,
        "duplicate_key",
    ),
    "duplicate key deep inside": (
        b'{"baseline": {"scores": {"total": 1, "total": 2}}}',
        400,
        "duplicate_key",
    ),
    "NaN": (b'{"answers": {"1": NaN}}', 400, "non_finite"),
    "Infinity": (b'{"answers": {"1": Infinity}}', 400, "non_finite"),
    "-Infinity": (b'{"answers": {"1": -Infinity}}', 400, "non_finite"),
    "overflow": (b'{"answers": {"1": 1e999}}', 400, "non_finite"),
    "negative overflow": (b'{"answers": {"1": -1e999}}', 400, "non_finite"),
    "underflow": (b'{"answers": {"1": 1e-999}}', 400, "number_too_long"),
    "16 digits": (b'{"answers": {"1": 1000000000000000}}', 400, "number_too_long"),
    "100000 digits": (b'{"answers": {"1": ' + b"9" * 100_000 + b"}}", 400, "number_too_long"),
    "100000 decimals": (b'{"answers": {"1": 1.' + b"0" * 100_000 + b"}}", 400, "number_too_long"),
    "leading zero": (b'{"answers": {"1": 01}}', 400, "bad_json"),
    "hexadecimal": (b'{"answers": {"1": 0x1}}', 400, "bad_json"),
    "depth 17": (nested(17), 400, "too_deep"),
    "depth 1000": (nested(1000), 400, "too_deep"),
    "depth 100000": (nested(100_000), 400, "too_deep"),
    "depth 20000 of objects": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400, "too_deep"),
    "100000 opening brackets": (b"[" * 100_000, 400, "too_deep"),
    "surrogate in a value": (rb'{"reference": "\ud800"}', 400, "bad_string"),
    "surrogate in a key": (rb'{"answers": {"\udfff": 1}}', 400, "bad_string"),
    "surrogates in the wrong order": (rb'{"reference": "\udc00\ud800"}', 400, "bad_string"),
    "null character in a value": (rb'{"reference": "a\u0000b"}', 400, "bad_string"),
    "null character in a key": (rb'{"answers": {"1\u0000": 1}}', 400, "bad_string"),
    "raw null character": (b'{"reference": "a\0b"}', 400, "bad_json"),
    "raw line break in a string": (b'{"reference": "a\nb"}', 400, "bad_json"),
    "byte order mark": (b"\xef\xbb\xbf" + FORM, 400, "bad_encoding"),
    "UTF-16": (FORM.decode().encode("utf-16"), 400, "bad_encoding"),
    "UTF-16 without mark": (FORM.decode().encode("utf-16-le"), 400, "bad_encoding"),
    "UTF-32": (FORM.decode().encode("utf-32"), 400, "bad_encoding"),
    "latin-1": ('{"reference": "Zoë"}'.encode("latin-1"), 400, "bad_encoding"),
    "overlong UTF-8": (b'{"reference": "\xc0\xaf"}', 400, "bad_encoding"),
    "surrogate as UTF-8": (b'{"reference": "\xed\xa0\x80"}', 400, "bad_encoding"),
    "gzip without saying so": (b"\x1f\x8b\x08\x00" + b"\0" * 20, 400, "bad_encoding"),
    "empty body": (b"", 400, "bad_json"),
    "blank body": (b" \r\n\t", 400, "bad_json"),
    "body that ends early": (FORM[:-1], 400, "bad_json"),
    "text after the end": (FORM + b"x", 400, "bad_json"),
    "two documents": (FORM + FORM, 400, "bad_json"),
    "comment": (b"{/* none */}", 400, "bad_json"),
    "line comment": (FORM + b"// end", 400, "bad_json"),
    "single quotes": (b"{'answers': {}}", 400, "bad_json"),
    "bare key": (b"{answers: {}}", 400, "bad_json"),
    "comma at the end": (b'{"answers": [1,]}', 400, "bad_json"),
    "form fields": (b"answers=1&reference=x", 400, "bad_json"),
    "XML": (b"<answers/>", 400, "bad_json"),
    "one byte too many": (FORM.ljust(LIMIT + 1), 413, "too_large"),
    "key of a megabyte": (b'{"answers": {"' + b"x" * 1_000_000 + b'": 1}}', 413, "too_large"),
    "array": (b"[1, 1, 1, 1, 1, 1, 1]", 422, "invalid_request"),
    "string": (b'"answers"', 422, "invalid_request"),
    "number": (b"7", 422, "invalid_request"),
    "null": (b"null", 422, "invalid_request"),
    "true": (b"true", 422, "invalid_request"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_cannot_be_read(client: FlaskClient, refused: Refused, name: str) -> None:
    assert_unreadable(client, refused, name, PATH)


READING = [
    "/v1/score",
    "/v1/monitor",
    "/v1/definitions/check",
    "/v1/mappings/check",
    "/v1/sources/score",
    "/v1/sources/surveyjs-phq-9/score",
]


@pytest.mark.parametrize("path", READING)
def test_every_route_reads_its_bodies_alike(
    client: FlaskClient, refused: Refused, path: str
) -> None:
    """All bodies go through one reader: a body of each status is enough for the other routes."""
    for name in ("latin-1", "comment", "one byte too many", "array"):
        assert_unreadable(client, refused, name, path)


def assert_unreadable(client: FlaskClient, refused: Refused, name: str, path: str) -> None:
    body, status, code = UNREADABLE[name]
    problem = refused(client.post(path, data=body, content_type=JSON), status, code)
    expected = [("", "wrong_type")] if status == 422 else []
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == expected


Faults = list[tuple[str, str]]


def each(pointer: str, code: str, count: int) -> Faults:
    return [(f"{pointer}/{index}", code) for index in range(count)]


# Members that are put into a complete form, with every fault that must be found.
INVALID: dict[str, tuple[Json, Faults]] = {
    # answers as a whole
    "answers is a string": ({"answers": "1111111"}, [("/answers", "wrong_type")]),
    "answers is a number": ({"answers": 7}, [("/answers", "wrong_type")]),
    "answers is true": ({"answers": True}, [("/answers", "wrong_type")]),
    "answers is null": ({"answers": None}, [("/answers", "wrong_type")]),
    "answers is empty": ({"answers": {}}, [("/answers", "no_answers")]),
    "answers is an empty list": ({"answers": []}, [("/answers", "wrong_length")]),
    "answers are all null": ({"answers": dict.fromkeys("1234567")}, [("/answers", "no_answers")]),
    "answers are a list of nulls": ({"answers": [None] * 7}, [("/answers", "no_answers")]),
    "one answer too few": ({"answers": [1] * 6}, [("/answers", "wrong_length")]),
    "one answer too many": ({"answers": [1] * 8}, [("/answers", "wrong_length")]),
    "10000 answers": ({"answers": [1] * 10_000}, [("/answers", "wrong_length")]),
    # one answer
    "answer is true": ({"answers": {"1": True}}, [("/answers/1", "wrong_type")]),
    "answer is false": ({"answers": {"1": False}}, [("/answers/1", "wrong_type")]),
    "answer is a string": ({"answers": {"1": "1"}}, [("/answers/1", "wrong_type")]),
    "answer is an array": ({"answers": {"1": [1]}}, [("/answers/1", "wrong_type")]),
    "answer is an object": ({"answers": {"1": {"value": 1}}}, [("/answers/1", "wrong_type")]),
    "answer too high": ({"answers": {"1": 4}}, [("/answers/1", "value_not_allowed")]),
    "answer too low": ({"answers": {"1": -1}}, [("/answers/1", "value_not_allowed")]),
    "answer far too high": ({"answers": {"1": 1e300}}, [("/answers/1", "value_not_allowed")]),
    "answer of 15 digits": (
        {"answers": {"1": 999_999_999_999_999}},
        [("/answers/1", "value_not_allowed")],
    ),
    "half an answer": ({"answers": {"1": 1.5}}, [("/answers/1", "wrong_step")]),
    "nearly an answer": ({"answers": {"1": 0.9999999999999999}}, [("/answers/1", "wrong_step")]),
    "wrong answers in a list": (
        {"answers": [True, "1", [], {}, 4, 1.5, None]},
        [
            *each("/answers", "wrong_type", 4),
            ("/answers/4", "value_not_allowed"),
            ("/answers/5", "wrong_step"),
        ],
    ),
    # items
    "unknown item": ({"answers": {"1": 1, "8": 1}}, [("/answers/8", "unknown_item")]),
    "item zero": ({"answers": {"0": 1}}, [("/answers/0", "unknown_item")]),
    "item with a leading zero": ({"answers": {"01": 1}}, [("/answers/01", "unknown_item")]),
    "item with a space": ({"answers": {" 1": 1}}, [("/answers", "unknown_item")]),
    "item in other digits": ({"answers": {"\u0661": 1}}, [("/answers", "unknown_item")]),
    "item without a name": ({"answers": {"": 1}}, [("/answers", "unknown_item")]),
    "item of a prototype": ({"answers": {"__proto__": {"1": 1}}}, [("/answers", "unknown_item")]),
    "item called constructor": ({"answers": {"constructor": 1}}, [("/answers", "unknown_item")]),
    "item with a pointer": ({"answers": {"a/b~c": 1}}, [("/answers", "unknown_item")]),
    "item with a long name": ({"answers": {"x" * 100_000: 1}}, [("/answers", "unknown_item")]),
    # not_applicable
    "not_applicable is a string": ({"not_applicable": "3"}, [("/not_applicable", "wrong_type")]),
    "not_applicable is an object": (
        {"not_applicable": {"3": True}},
        [("/not_applicable", "wrong_type")],
    ),
    "not_applicable holds a number": (
        {"not_applicable": [1]},
        [("/not_applicable/0", "unknown_item")],
    ),
    "not_applicable holds an array": (
        {"not_applicable": [["3"]]},
        [("/not_applicable/0", "unknown_item")],
    ),
    "not_applicable holds an unknown item": (
        {"not_applicable": ["9"]},
        [("/not_applicable/0", "unknown_item")],
    ),
    "not_applicable but answered": (
        {"not_applicable": ["3"]},
        [("/not_applicable/0", "answered_and_not_applicable")],
    ),
    "not applicable twice": (
        {"answers": {"1": 1}, "not_applicable": ["3", "3"]},
        [("/not_applicable/1", "repeated_item")],
    ),
    "501 not applicable": ({"not_applicable": ["3"] * 501}, [("/not_applicable", "wrong_length")]),
    # respondent
    "respondent is a list": ({"respondent": []}, [("/respondent", "wrong_type")]),
    "respondent is a string": ({"respondent": "female"}, [("/respondent", "wrong_type")]),
    "respondent has a name": (
        {"respondent": {"name": "Jane Roe"}},
        [("/respondent/name", "unknown_member")],
    ),
    "respondent has a prototype": (
        {"respondent": {"__proto__": {"age": 3}}},
        [("/respondent", "unknown_member")],
    ),
    "age is a string": ({"respondent": {"age": "34"}}, [("/respondent/age", "wrong_type")]),
    "age is true": ({"respondent": {"age": True}}, [("/respondent/age", "wrong_type")]),
    "age is a list": ({"respondent": {"age": [34]}}, [("/respondent/age", "wrong_type")]),
    "age is negative": ({"respondent": {"age": -1}}, [("/respondent/age", "out_of_range")]),
    "age is 200": ({"respondent": {"age": 200}}, [("/respondent/age", "out_of_range")]),
    "age is 1e9": ({"respondent": {"age": 1e9}}, [("/respondent/age", "out_of_range")]),
    "sex is a letter": ({"respondent": {"sex": "F"}}, [("/respondent/sex", "not_allowed")]),
    "sex is a number": ({"respondent": {"sex": 1}}, [("/respondent/sex", "wrong_type")]),
    "sex is a list": ({"respondent": {"sex": ["female"]}}, [("/respondent/sex", "wrong_type")]),
    # norms
    "norms is a string": ({"norms": "*"}, [("/norms", "wrong_type")]),
    "norms is an object": ({"norms": {}}, [("/norms", "wrong_type")]),
    "norms holds a number": ({"norms": [1]}, [("/norms/0", "wrong_type")]),
    "norms holds null": ({"norms": [None]}, [("/norms/0", "wrong_type")]),
    "norms holds an array": ({"norms": [["*"]]}, [("/norms/0", "wrong_type")]),
    "norms holds an empty name": ({"norms": [""]}, [("/norms/0", "wrong_length")]),
    "norms is unknown": ({"norms": ["none-such"]}, [("/norms/0", "unknown_norm")]),
    "all norms and more": ({"norms": ["*", "*"]}, each("/norms", "unknown_norm", 2)),
    "51 norms": ({"norms": ["*"] * 51}, [("/norms", "wrong_length")]),
    # baseline
    "baseline is a list": ({"baseline": []}, [("/baseline", "wrong_type")]),
    "baseline is a number": ({"baseline": 12}, [("/baseline", "wrong_type")]),
    "baseline is empty": ({"baseline": {}}, [("/baseline", "no_baseline")]),
    "baseline has no answer": (
        {"baseline": {"answers": {}, "scores": {}}},
        [("/baseline", "no_baseline")],
    ),
    "baseline has an unknown member": (
        {"baseline": {"total": 1}},
        [("/baseline/total", "unknown_member")],
    ),
    "baseline answers are a string": (
        {"baseline": {"answers": "1"}},
        [("/baseline/answers", "wrong_type")],
    ),
    "baseline answers are null": (
        {"baseline": {"answers": None}},
        [("/baseline", "no_baseline")],
    ),
    "baseline answer is wrong": (
        {"baseline": {"answers": {"1": 4}}},
        [("/baseline/answers/1", "value_not_allowed")],
    ),
    "baseline list is short": (
        {"baseline": {"answers": [1]}},
        [("/baseline/answers", "wrong_length")],
    ),
    "baseline scores are a list": (
        {"baseline": {"scores": [9]}},
        [("/baseline/scores", "wrong_type")],
    ),
    "baseline score is a string": (
        {"baseline": {"scores": {"total": "9"}}},
        [("/baseline/scores/total", "wrong_type")],
    ),
    "baseline score is true": (
        {"baseline": {"scores": {"total": True}}},
        [("/baseline/scores/total", "wrong_type")],
    ),
    "baseline score is null": (
        {"baseline": {"scores": {"total": None}}},
        [("/baseline", "no_baseline")],
    ),
    "baseline score is too high": (
        {"baseline": {"scores": {"total": 22}}},
        [("/baseline/scores/total", "out_of_range")],
    ),
    "baseline score is negative": (
        {"baseline": {"scores": {"total": -1}}},
        [("/baseline/scores/total", "out_of_range")],
    ),
    "baseline of another scale": (
        {"baseline": {"scores": {"bond": 3}}},
        [("/baseline/scores", "unknown_scale")],
    ),
    "baseline of a prototype": (
        {"baseline": {"scores": {"__proto__": 1}}},
        [("/baseline/scores", "wrong_format")],
    ),
    # reference
    "reference is a number": ({"reference": 7}, [("/reference", "wrong_type")]),
    "reference is a list": ({"reference": ["7"]}, [("/reference", "wrong_type")]),
    "reference is empty": ({"reference": ""}, [("/reference", "wrong_length")]),
    "reference is blank": ({"reference": "   "}, [("/reference", "wrong_length")]),
    "reference of 65 characters": ({"reference": "x" * 65}, [("/reference", "wrong_format")]),
    "reference of 100000 characters": (
        {"reference": "x" * 100_000},
        [("/reference", "wrong_length")],
    ),
    "reference with a line break": ({"reference": "a\nb"}, [("/reference", "wrong_format")]),
    "reference with an escape": ({"reference": "\x1b[2J"}, [("/reference", "wrong_format")]),
    "reference with a delete": ({"reference": "a\x7f"}, [("/reference", "wrong_format")]),
    # encoding, perspective, version
    "encoding in capitals": ({"encoding": "POSITION"}, [("/encoding", "not_allowed")]),
    "encoding is a number": ({"encoding": 1}, [("/encoding", "wrong_type")]),
    "column zero": (
        {"answers": {"1": 0}, "encoding": "position"},
        [("/answers/1", "value_not_allowed")],
    ),
    "column beyond the last": (
        {"answers": {"1": 5}, "encoding": "position"},
        [("/answers/1", "value_not_allowed")],
    ),
    "half a column": (
        {"answers": {"1": 1.5}, "encoding": "position"},
        [("/answers/1", "value_not_allowed")],
    ),
    "column is true": (
        {"answers": {"1": True}, "encoding": "position"},
        [("/answers/1", "wrong_type")],
    ),
    "column is an array": (
        {"answers": {"1": [1]}, "encoding": "position"},
        [("/answers/1", "wrong_type")],
    ),
    "perspective is unknown": ({"perspective": "patient"}, [("/perspective", "not_allowed")]),
    "perspective is a number": ({"perspective": 1}, [("/perspective", "wrong_type")]),
    "perspective of another form": (
        {"perspective": "therapist"},
        [("/perspective", "wrong_perspective")],
    ),
    "version is a number": ({"version": 1}, [("/version", "wrong_type")]),
    "version is a list": ({"version": ["1.0.0"]}, [("/version", "wrong_type")]),
    # members that are not ours
    "unknown member": ({"patient_id": 1}, [("/patient_id", "unknown_member")]),
    "member that looks like a name": ({"Jane Roe": 1}, [("", "unknown_member")]),
    "member of a prototype": ({"__proto__": {"answers": 1}}, [("", "unknown_member")]),
    "member without a name": ({"": 1}, [("", "unknown_member")]),
    "member with a long name": ({"x" * 100_000: 1}, [("", "unknown_member")]),
    "member with a slash": ({"../../etc/passwd": 1}, [("", "unknown_member")]),
}


@pytest.mark.parametrize("by_path", [True, False], ids=["by path", "by body"])
@pytest.mark.parametrize("name", INVALID)
def test_a_form_with_faults(
    client: FlaskClient, refused: Refused, name: str, by_path: bool
) -> None:
    members, expected = INVALID[name]
    form = {"answers": [1] * 7, **members}
    response = (
        client.post(PATH, json=form)
        if by_path
        else client.post("/v1/score", json={"instrument": "gad-7", **form})
    )
    problem = refused(response, 422, "invalid_request")
    assert sorted((error["pointer"], error["code"]) for error in problem["errors"]) == sorted(
        expected
    )
    assert len(response.data) < 5_000


def test_500_unknown_items_are_each_reported(client: FlaskClient, refused: Refused) -> None:
    response = client.post(PATH, json={"answers": {f"x{item}": 1 for item in range(500)}})
    problem = refused(response, 422, "invalid_request")
    assert [error["code"] for error in problem["errors"]] == ["unknown_item"] * 500


def test_more_unknown_items_than_a_form_can_have_are_reported_once(
    client: FlaskClient, refused: Refused
) -> None:
    response = client.post(PATH, json={"answers": {f"x{item}": 1 for item in range(501)}})
    problem = refused(response, 422, "invalid_request")
    assert [error["code"] for error in problem["errors"]] == ["too_many_answers"]
    assert len(response.data) < 1_000


# Whole requests: method, path, headers, body; status and code.
REQUESTS: dict[str, tuple[str, str, dict[str, str], bytes, int, str]] = {
    "no media type": ("POST", PATH, {}, FORM, 415, "unsupported_media_type"),
    "text/plain": (
        "POST",
        PATH,
        {"Content-Type": "text/plain"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "form": (
        "POST",
        PATH,
        {"Content-Type": "application/x-www-form-urlencoded"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "multipart": (
        "POST",
        PATH,
        {"Content-Type": "multipart/form-data; boundary=x"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "multipart without boundary": (
        "POST",
        PATH,
        {"Content-Type": "multipart/form-data"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "XML": ("POST", PATH, {"Content-Type": "application/xml"}, FORM, 415, "unsupported_media_type"),
    "charset UTF-16": (
        "POST",
        PATH,
        {"Content-Type": "application/json; charset=utf-16"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "nonsense type": ("POST", PATH, {"Content-Type": ";;;=,"}, FORM, 415, "unsupported_media_type"),
    "gzip": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Encoding": "gzip"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "several codings": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Encoding": "identity, br"},
        FORM,
        415,
        "unsupported_media_type",
    ),
    "shorter than declared": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Length": "1000"},
        FORM,
        400,
        "incomplete_body",
    ),
    "longer than declared": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Length": "5"},
        FORM,
        400,
        "bad_json",
    ),
    "declared too large": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Length": str(LIMIT + 1)},
        FORM,
        413,
        "too_large",
    ),
    "declared far too large": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Length": "9" * 30},
        FORM,
        413,
        "too_large",
    ),
    "length is no number": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Content-Length": "many"},
        FORM,
        400,
        "bad_json",
    ),
    "GET of a score": ("GET", PATH, {}, b"", 405, "method_not_allowed"),
    "PUT of a score": ("PUT", PATH, {"Content-Type": JSON}, FORM, 405, "method_not_allowed"),
    "DELETE of an instrument": (
        "DELETE",
        "/v1/instruments/gad-7",
        {},
        b"",
        405,
        "method_not_allowed",
    ),
    "POST to the list": (
        "POST",
        "/v1/instruments",
        {"Content-Type": JSON},
        b"{}",
        405,
        "method_not_allowed",
    ),
    "TRACE": ("TRACE", "/v1/score", {}, b"", 405, "method_not_allowed"),
    "unknown method": ("BREW", "/v1/score", {}, b"", 405, "method_not_allowed"),
    "method override": (
        "GET",
        PATH,
        {"X-HTTP-Method-Override": "POST"},
        FORM,
        405,
        "method_not_allowed",
    ),
    "no path": ("GET", "/v1", {}, b"", 404, "not_found"),
    "other version": ("GET", "/v2/instruments", {}, b"", 404, "not_found"),
    "path in capitals": ("GET", "/V1/INSTRUMENTS", {}, b"", 404, "not_found"),
    "slash at the end": ("GET", "/v1/instruments/", {}, b"", 404, "not_found"),
    "slash at the end of a score": (
        "POST",
        PATH + "/",
        {"Content-Type": JSON},
        FORM,
        404,
        "not_found",
    ),
    "double slash": ("GET", "//v1/instruments", {}, b"", 404, "not_found"),
    "double slash inside": ("GET", "/v1//instruments", {}, b"", 404, "not_found"),
    "traversal": ("GET", "/v1/instruments/../../../etc/passwd", {}, b"", 404, "not_found"),
    "encoded traversal": (
        "GET",
        "/v1/instruments/..%2f..%2fetc%2fpasswd",
        {},
        b"",
        404,
        "not_found",
    ),
    "doubly encoded traversal": (
        "GET",
        "/v1/instruments/%252e%252e%252fpasswd",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "encoded dots": ("GET", "/v1/instruments/%2e%2e", {}, b"", 404, "unknown_instrument"),
    "backslashes": ("GET", "/v1/instruments/..%5c..%5cgad-7", {}, b"", 404, "unknown_instrument"),
    "file name": ("GET", "/v1/instruments/gad-7.json", {}, b"", 404, "unknown_instrument"),
    "null character in the path": (
        "GET",
        "/v1/instruments/gad-7%00",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "line break in the path": (
        "GET",
        "/v1/instruments/gad-7%0d%0aX-A:%20b",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "broken UTF-8 in the path": (
        "GET",
        "/v1/instruments/%ff%fe",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "surrogate in the path": (
        "GET",
        "/v1/instruments/%ed%a0%80",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "unicode instrument": (
        "POST",
        "/v1/instruments/心/score",
        {"Content-Type": JSON},
        FORM,
        404,
        "unknown_instrument",
    ),
    "look-alike letters": ("GET", "/v1/instruments/gаd-7", {}, b"", 404, "unknown_instrument"),
    "instrument in capitals": ("GET", "/v1/instruments/GAD-7", {}, b"", 404, "unknown_instrument"),
    "instrument with a space": (
        "GET",
        "/v1/instruments/gad-7%20",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "instrument of a prototype": (
        "GET",
        "/v1/instruments/__proto__",
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "very long instrument": (
        "GET",
        "/v1/instruments/" + "gad-7" * 20_000,
        {},
        b"",
        404,
        "unknown_instrument",
    ),
    "markup instrument": ("GET", "/v1/instruments/<script>", {}, b"", 404, "unknown_instrument"),
    "template instrument": ("GET", "/v1/instruments/{{7*7}}", {}, b"", 404, "unknown_instrument"),
    "unknown instrument before a bad body": (
        "POST",
        "/v1/instruments/none/score",
        {},
        b"\xff",
        404,
        "unknown_instrument",
    ),
    "empty version": ("GET", "/v1/instruments/gad-7?version=", {}, b"", 404, "unknown_version"),
    "traversal as version": (
        "GET",
        "/v1/instruments/gad-7?version=../1.0.0",
        {},
        b"",
        404,
        "unknown_version",
    ),
    "broken UTF-8 as version": (
        "GET",
        "/v1/instruments/gad-7?version=%ff",
        {},
        b"",
        404,
        "unknown_version",
    ),
    "only HTML accepted": (
        "POST",
        PATH,
        {"Content-Type": JSON, "Accept": "text/html"},
        FORM,
        406,
        "not_acceptable",
    ),
    "nothing accepted": (
        "GET",
        "/v1/instruments",
        {"Accept": "*/*;q=0"},
        b"",
        406,
        "not_acceptable",
    ),
    "nonsense accepted": (
        "GET",
        "/v1/instruments/gad-7",
        {"Accept": ";;q=x,/,"},
        b"",
        406,
        "not_acceptable",
    ),
    "working=yes": (
        "POST",
        PATH + "?working=yes",
        {"Content-Type": JSON},
        FORM,
        422,
        "invalid_parameter",
    ),
    "working is empty": (
        "POST",
        PATH + "?working=",
        {"Content-Type": JSON},
        FORM,
        422,
        "invalid_parameter",
    ),
    "host of dots": ("GET", "/livez", {"Host": "..."}, b"", 400, "bad_request"),
    "host too long": ("GET", "/livez", {"Host": "x" * 300}, b"", 400, "bad_request"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_that_is_wrong(client: FlaskClient, refused: Refused, name: str) -> None:
    method, path, headers, body, status, code = REQUESTS[name]
    environ = {"CONTENT_LENGTH": headers["Content-Length"]} if "Content-Length" in headers else {}
    rest = {name: value for name, value in headers.items() if name != "Content-Length"}
    response = client.open(path, method=method, headers=rest, data=body, environ_overrides=environ)
    problem = refused(response, status, code)
    assert ("Allow" in response.headers) is (status == 405)
    assert len(json.dumps(problem)) < 1_000


# What looks odd and is still right.
ACCEPTED: dict[str, tuple[str, dict[str, str], bytes]] = {
    "FHIR's media type": (PATH, {"Content-Type": "application/fhir+json"}, FORM),
    "type with a charset": (PATH, {"Content-Type": "application/json; charset=UTF-8"}, FORM),
    "uncoded content": (PATH, {"Content-Type": JSON, "Content-Encoding": "identity"}, FORM),
    "empty Accept": (PATH, {"Content-Type": JSON, "Accept": ""}, FORM),
    "Accept with a charset": (
        PATH,
        {"Content-Type": JSON, "Accept": "application/json; charset=utf-8"},
        FORM,
    ),
    "as long as allowed": (PATH, {"Content-Type": JSON}, FORM.ljust(LIMIT)),
    "1.0 is 1": (PATH, {"Content-Type": JSON}, b'{"answers": [1.0, 1e0, 10e-1, 1, 1, 1, 1]}'),
    "minus zero": (PATH, {"Content-Type": JSON}, b'{"answers": [-0, -0.0, 1, 1, 1, 1, 1]}'),
    "escaped key": (PATH, {"Content-Type": JSON}, rb'{"\u0061nswers": [1, 1, 1, 1, 1, 1, 1]}'),
    "member is null": (
        PATH,
        {"Content-Type": JSON},
        b'{"version": null, "perspective": null, "reference": null, "respondent": null, '
        b'"norms": null, "baseline": null, ' + FORM[1:],
    ),
    "age at its ends": (
        PATH,
        {"Content-Type": JSON},
        b'{"respondent": {"age": 130, "sex": null}, ' + FORM[1:],
    ),
    "query without a parameter": (PATH + "?&&&", {"Content-Type": JSON}, FORM),
    "percent-encoded parameter": (PATH + "?%77orking=t%72ue", {"Content-Type": JSON}, FORM),
    "reference of 64 characters": (
        PATH,
        {"Content-Type": JSON},
        b'{"reference": "' + ("心" * 64).encode() + b'", ' + FORM[1:],
    ),
    "odd host": (PATH, {"Content-Type": JSON, "Host": "a_b:99999999"}, FORM),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_request_that_only_looks_wrong(client: FlaskClient, name: str) -> None:
    path, headers, body = ACCEPTED[name]
    response = client.post(path, headers=headers, data=body)
    assert response.status_code == 200, response.text
    assert response.json["scores"]["total"]["value"] in (7, 5)


# Definitions that are brought along


def _set(*path: str | int, value: object) -> Callable[[Json], None]:
    def change(definition: Any) -> None:
        for step in path[:-1]:
            definition = definition[step]
        definition[path[-1]] = value

    return change


OFTEN = ("response_sets", "often")
HOSTILE_DEFINITIONS: dict[str, Callable[[Json], None]] = {
    "a thousand million answers": _set(*OFTEN, value={"min": 0, "max": 1_000_000_000}),
    "endlessly small steps": _set(*OFTEN, value={"min": 0, "max": 1_000_000_000, "step": 1e-25}),
    "hardly any step": _set(*OFTEN, value={"min": 0, "max": 3, "step": 1e-300}),
    "a step that misses the end": _set(*OFTEN, value={"min": 0.5, "max": 3}),
    "no answers": _set(*OFTEN, value={"options": []}),
    "answers beyond all size": _set(*OFTEN, value={"min": -1e300, "max": 1e300, "step": None}),
    "no items": _set("items", value=[]),
    "items without end": _set(
        "items", value=[{"id": str(item), "response_set": "often"} for item in range(501)]
    ),
    "a scale of itself": _set(
        "scales",
        1,
        value={
            "id": "mean",
            "title": "x",
            "aggregation": "composite",
            "composite": {"of": ["mean"], "method": "sum"},
            "metric": "sum",
            "missing": {"min_answered": 1, "method": "none"},
            "direction": "higher_is_worse",
        },
    ),
    "a pattern as a name": _set("id", value="(a+)+$" * 20),
    "a prototype": _set("__proto__", value={"valid": True}),
    "a rule in a rule": _set(
        "criteria", 0, "rule", value={"not": {"not": {"not": {"not": {"all": []}}}}}
    ),
    "infinite weights": _set("scales", 0, "weights", value={"1": 1e308, "2": 1e308}),
    "a spread of nothing": _set("norms", 0, "scales", "total", "sd", value=0),
    "a hidden base": _set("extends", value="gad-7@1.0.0"),
}


@pytest.mark.parametrize("name", HOSTILE_DEFINITIONS)
def test_a_definition_that_is_meant_to_harm(
    client: FlaskClient, refused: Refused, invented: Json, name: str
) -> None:
    HOSTILE_DEFINITIONS[name](invented)
    started = time.monotonic()
    response = client.post("/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1]})
    problem = refused(response, 422, "invalid_definition")
    assert problem["errors"]
    checked = client.post("/v1/definitions/check", json=invented)
    assert (checked.status_code, checked.json["valid"]) == (200, False)
    assert time.monotonic() - started < 2


# Anything at all

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**16), 10**16) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=20,
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "answers": anything
        | st.dictionaries(
            st.sampled_from("12345678"),
            st.sampled_from([0, 1, 3, 4, 1.5, None, "1", True]),
            max_size=8,
        )
        | st.lists(st.sampled_from([0, 1, 2, 3, None]), min_size=7, max_size=7),
        "not_applicable": anything | st.lists(st.sampled_from("12378"), max_size=3),
        "version": anything | st.just("1.0.0"),
        "encoding": anything | st.sampled_from(["value", "position"]),
        "perspective": anything | st.just("client"),
        "reference": anything,
        "respondent": anything
        | st.fixed_dictionaries({}, optional={"age": anything, "sex": anything}),
        "norms": anything | st.just(["*"]),
        "baseline": anything
        | st.fixed_dictionaries({}, optional={"answers": anything, "scores": anything}),
        "instrument": anything | st.sampled_from(["gad-7", "audit-c", "calpas-p"]),
        "definition": anything,
    },
)
characters = st.characters(exclude_categories=["Cs"])
fuzzing = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def check_answer(response: TestResponse) -> None:
    assert response.status_code < 500
    if response.status_code == 200:
        assert response.content_type == JSON
        return
    body = json.loads(response.data)
    assert response.content_type == "application/problem+json"
    assert body.keys() >= {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert (body["status"], body["type"]) == (response.status_code, f"/problems/{body['code']}")
    assert isinstance(body["errors"], list)


@fuzzing
@given(
    document=anything | envelopes,
    path=st.sampled_from([PATH, *READING]),
)
def test_any_document_gets_a_report_or_a_problem(
    client: FlaskClient, document: object, path: str
) -> None:
    check_answer(client.post(path, data=json.dumps(document), content_type=JSON))


@fuzzing
@given(
    body=st.binary(max_size=200),
    path=st.sampled_from([PATH, "/v1/score"]),
    content_type=st.sampled_from([JSON, ""]),
)
def test_any_bytes_get_a_problem(
    client: FlaskClient, body: bytes, path: str, content_type: str
) -> None:
    response = client.post(path, data=body, content_type=content_type)
    check_answer(response)
    assert response.status_code >= 400


@fuzzing
@given(cut=st.integers(0, len(FORM)), inserted=st.binary(max_size=4), skipped=st.integers(0, 4))
def test_any_damage_to_a_form_gets_a_report_or_a_problem(
    client: FlaskClient, cut: int, inserted: bytes, skipped: int
) -> None:
    check_answer(
        client.post(PATH, data=FORM[:cut] + inserted + FORM[cut + skipped :], content_type=JSON)
    )


@fuzzing
@given(instrument=st.text(characters, max_size=30), version=st.text(characters, max_size=10))
def test_any_name_in_the_path_is_found_or_not(
    client: FlaskClient, instrument: str, version: str
) -> None:
    path, query = f"/v1/instruments/{quote(instrument, safe='')}", f"?version={quote(version)}"
    for response in (client.get(path + query), client.post(path + "/score" + query)):
        check_answer(response)
        assert response.status_code in (200, 404, 405, 415, 422)


# Queries and Accept are looked at before the body, on every route alike.
ROUTES = {
    "form by path": ("POST", PATH, ["working", "theme"]),
    "form by body": ("POST", "/v1/score", ["working", "theme"]),
    "course": ("POST", "/v1/monitor", ["rules", "sessions", "drawing", "scale", "theme"]),
    "check": ("POST", "/v1/definitions/check", []),
    "payload": (
        "POST",
        "/v1/sources/surveyjs-phq-9/score",
        ["working", "strict", "allow_partial", "dry_run", "missing"],
    ),
    "mapping": ("POST", "/v1/mappings/check", []),
    "sources": ("GET", "/v1/sources", []),
    "rules": ("GET", "/v1/rules", []),
    "list": ("GET", "/v1/instruments", ["construct", "perspective", "q"]),
    "short list": ("GET", "/v1/catalogue", ["construct", "perspective", "q"]),
    "definition": ("GET", "/v1/instruments/gad-7", ["version"]),
    "attributes": ("GET", "/v1/instruments/gad-7/source-attributes", ["version"]),
    "attributes of a rule": ("GET", "/v1/rules/R08/source-attributes", []),
    "alive": ("GET", "/livez", []),
    "ready": ("GET", "/readyz", []),
    "version": ("GET", "/version", []),
    "metrics": ("GET", "/metrics", []),
    "YAML": ("GET", "/openapi.yaml", []),
    "description": ("GET", "/openapi.json", []),
    "page": ("GET", "/docs", []),
    "page of all paths": ("GET", "/docs/api.html", ["q"]),
    "problem": ("GET", "/problems/bad_json", []),
    "console": ("GET", "/", []),
    "file of the console": ("GET", "/console/app.js", []),
    "file of a folder of the console": ("GET", "/console/texts/en.json", []),
}
UNKNOWN = {
    "other": "other=1",
    "in capitals": "WORKING=true&Version=1.0.0&Q=x",
    "nameless": "=1",
    "of an array": "working[]=true&q[]=x&version[0]=1",
    "broken UTF-8": "%ff=%fe",
    "null character": "working%00=true&q%00=",
    "separated by semicolons": "x=1;working=true",
    "a thousand": "&".join(f"x{number}=1" for number in range(300)),
    "Jane Roe": "Jane%20Roe=1970",
    "markup": "<script>=1",
}


@pytest.mark.parametrize("query", UNKNOWN)
@pytest.mark.parametrize("route", ROUTES)
def test_a_query_that_a_route_does_not_know_is_refused_and_not_repeated(
    client: FlaskClient, refused: Refused, route: str, query: str
) -> None:
    method, path, known = ROUTES[route]
    body = {"data": FORM, "content_type": JSON} if method == "POST" else {}
    response = client.open(f"{path}?{UNKNOWN[query]}", method=method, **body)
    problem = refused(response, 422, "invalid_parameter")
    (error,) = problem["errors"]
    assert (error["pointer"], error["code"], error["allowed"]) == ("", "unknown_parameter", known)
    assert "parameter" not in problem
    assert "Jane" not in response.text
    assert len(response.data) < 550


# What each query comes to: the parameters and codes of all its faults.
QUERIES: dict[str, tuple[str, str, list[str]]] = {
    "version beside a body": ("form by path", "version=9.9.9", ["unknown_parameter"]),
    "contradicting version": ("form by body", "version=1.0.0", ["unknown_parameter"]),
    "instrument by query": ("form by body", "instrument=gad-7", ["unknown_parameter"]),
    "working twice": ("form by path", "working=true&working=true", ["repeated_parameter"]),
    "working both ways": ("form by path", "working=true&working=false", ["repeated_parameter"]),
    "working in capitals": ("form by body", "working=TRUE", ["not_allowed"]),
    "working is 1": ("form by body", "working=1", ["not_allowed"]),
    "working with a space": ("form by path", "working=+true", ["not_allowed"]),
    "working with a null": ("form by path", "working=true%00", ["not_allowed"]),
    "working in full-width letters": ("form by path", "working=ｔｒｕｅ", ["not_allowed"]),
    "working without a value": ("form by path", "working", ["not_allowed"]),
    "working and another": (
        "form by path",
        "working=yes&x=1",
        ["unknown_parameter", "not_allowed"],
    ),
    "version twice": ("definition", "version=1.0.0&version=1.0.0", ["repeated_parameter"]),
    "a code as construct": ("list", "construct=alliance", ["not_allowed"]),
    "two constructs": ("list", "construct=anxiety&construct=depression", ["repeated_parameter"]),
    "rater who is none": ("list", "perspective=patient", ["not_allowed"]),
    "a null rater": ("list", "perspective=null", ["not_allowed"]),
    "text twice": ("list", "q=a&q=b", ["repeated_parameter"]),
    "every fault at once": (
        "list",
        "x=1&construct=x&perspective=x&q=a&q=a",
        ["unknown_parameter", "not_allowed", "not_allowed", "repeated_parameter"],
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_with_faults_is_told_all_of_them(
    client: FlaskClient, refused: Refused, name: str
) -> None:
    route, query, codes = QUERIES[name]
    method, path, _ = ROUTES[route]
    body = {"data": FORM, "content_type": JSON} if method == "POST" else {}
    problem = refused(
        client.open(f"{path}?{query}", method=method, **body), 422, "invalid_parameter"
    )
    assert [error["code"] for error in problem["errors"]] == codes
    for error in problem["errors"]:
        assert ("allowed" in error) is (error["code"] != "repeated_parameter")


NOT_ACCEPTED = ("text/csv", "*/*;q=0", "application/json;q=2, text/html;q=-1", "\x00", ";" * 8000)
ANY_TYPE = {"alive", "ready", "version", "metrics"}


@pytest.mark.parametrize("accept", NOT_ACCEPTED, ids=range(len(NOT_ACCEPTED)))
@pytest.mark.parametrize("route", ROUTES)
def test_what_a_caller_does_not_accept_is_not_given_but_by_probes(
    client: FlaskClient, refused: Refused, route: str, accept: str
) -> None:
    method, path, _ = ROUTES[route]
    response = client.open(path, method=method, environ_overrides={"HTTP_ACCEPT": accept})
    if route in ANY_TYPE:
        assert response.status_code == 200
    else:
        refused(response, 406, "not_acceptable")


# On the wire: bodies without a declared length, and callers that go away


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("PROMETHEUS_")
    }
    output: Path = tmp_path_factory.mktemp("server") / "output"
    with output.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"],
            cwd=REPOSITORY,
            env={**environ, "PORT": str(chosen), "WORKERS": "1"},
            stdout=stream,
            stderr=stream,
        )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                if (
                    exchange(
                        chosen, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                    )[0]
                    == 200
                ):
                    break
            time.sleep(0.1)
        else:
            raise AssertionError(output.read_text())
        yield chosen
    finally:
        server.terminate()
        server.wait(timeout=30)


def exchange(port: int, *parts: bytes, leave: bool = False) -> tuple[int, Json]:
    """Send a request in parts and return status and body of the answer; with `leave` the caller
    sends no more.

    A server that closes on a body it does not want may take its answer back with it (RFC 9112,
    section 9.6): ask again.
    """
    for _ in range(20):
        received = send(port, parts, leave)
        if received:
            break
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def send(port: int, parts: tuple[bytes, ...], leave: bool) -> bytes:
    """Return all that the server answers, as far as it comes through."""
    received = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        contextlib.suppress(ConnectionError),
    ):
        for part in parts:
            connection.sendall(part)
        if leave:
            connection.shutdown(socket.SHUT_WR)
        while more := connection.recv(65_536):
            received += more
    return received


HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {JSON}\r\n".encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_chunked_form_is_scored(port: int) -> None:
    status, report = exchange(
        port,
        CHUNKED,
        *(chunk(FORM[start : start + 3]) for start in range(0, len(FORM), 3)),
        b"0\r\n\r\n",
    )
    assert (status, report["scores"]["total"]["value"]) == (200, 7)


def test_a_chunked_form_as_long_as_allowed_is_scored(port: int) -> None:
    status, report = exchange(port, CHUNKED, chunk(FORM.ljust(LIMIT)), b"0\r\n\r\n")
    assert (status, report["scores"]["total"]["value"]) == (200, 7)


@pytest.mark.parametrize(
    "rest", [b" ", b"x", b" " * 300_000, FORM], ids=["space", "letter", "many", "second form"]
)
def test_a_valid_form_that_goes_on_beyond_the_limit_is_too_large(port: int, rest: bytes) -> None:
    """The first bytes are a whole form: cutting at the limit would score it."""
    status, problem = exchange(port, CHUNKED, chunk(FORM.ljust(LIMIT)), chunk(rest), b"0\r\n\r\n")
    assert (status, problem["code"]) == (413, "too_large")


def test_endless_chunks_are_too_large(port: int) -> None:
    status, problem = exchange(port, CHUNKED, *[chunk(b" " * 65_536)] * 16, b"0\r\n\r\n")
    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "parts",
    [
        (CHUNKED, b"zz\r\nhello\r\n0\r\n\r\n"),
        (CHUNKED, b"5\r\n{}\r\n"),
        (CHUNKED, chunk(b"{")),
        (HEAD + b"Content-Length: 1000\r\n\r\n", FORM),
    ],
    ids=["no chunk size", "chunk cut short", "no last chunk", "body cut short"],
)
def test_a_body_that_breaks_off_is_incomplete(port: int, parts: tuple[bytes, ...]) -> None:
    status, problem = exchange(port, *parts, leave=True)
    assert (status, problem["code"]) == (400, "incomplete_body")


def test_a_valid_form_in_a_body_that_breaks_off_is_not_scored(port: int) -> None:
    status, problem = exchange(port, CHUNKED, chunk(FORM), leave=True)
    assert (status, problem["code"]) == (400, "incomplete_body")


def test_too_large_a_declared_length_is_refused_unread(port: int) -> None:
    status, problem = exchange(port, HEAD + b"Content-Length: 100000000\r\n\r\n")
    assert (status, problem["code"]) == (413, "too_large")


def test_no_body_at_all_is_not_json(port: int) -> None:
    status, problem = exchange(port, HEAD + b"\r\n")
    assert (status, problem["code"]) == (400, "bad_json")


# Headers that a server or a framework might take for its own. None of them is for a caller to set.
IGNORED = (
    "SCRIPT_NAME: /x",
    "SCRIPT_NAME: /v1",
    "Script_Name: /v1/instruments",
    "SCRIPT-NAME: /v1",
    "PATH_INFO: /metrics",
    "PATH-INFO: /metrics",
    "REQUEST_METHOD: GET",
    "QUERY_STRING: working=yes",
    "REMOTE_ADDR: 10.0.0.1",
    "REMOTE_USER: root",
    "SERVER_NAME: elsewhere",
    "SERVER_PROTOCOL: HTTP/0.9",
    "RAW_URI: /metrics",
    "CONTENT_LENGTH: 5",
    "Content_Type: text/plain",
    "Transfer_Encoding: chunked",
    "HTTP_ACCEPT: image/png",
    "wsgi.url_scheme: https",
    "X_Foo: 1",
    "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off",
    "X-Forwarded-Protocol: ssl\r\nX-Forwarded-Proto: http",
    "X-Forwarded-Proto: gopher",
    "X-Forwarded-For: 10.0.0.1, ::1, unknown",
    "X-Forwarded-Host: elsewhere",
    "X-Forwarded-Prefix: /x",
    "X-Script-Name: /x",
    "X-Original-URL: /metrics",
    "X-Rewrite-URL: /metrics",
    "Forwarded: for=_x;proto=https;host=elsewhere",
    "X-HTTP-Method-Override: DELETE",
    "X-Sendfile: /etc/passwd",
    "Proxy: http://elsewhere",
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
    "Range: bytes=0-1",
    "If-Match: *",
    "Cookie: session=x; " + "a=b; " * 500,
    "Authorization: Basic x",
    "Accept-Charset: utf-16",
    "Accept-Encoding: gzip;q=1.0, identity;q=0",
    "Accept-Language: *;q=0",
    "TE: trailers",
    "Expect: 100-continue",
)


@pytest.mark.parametrize("header", IGNORED, ids=range(len(IGNORED)))
def test_a_header_that_a_server_might_take_for_its_own_changes_nothing(
    port: int, header: str
) -> None:
    length = b"Content-Length: %d\r\n" % len(FORM)
    received = send(port, (HEAD + length + header.encode() + b"\r\n\r\n" + FORM,), leave=False)
    head, _, body = received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["scores"]["total"]["value"] == 7
