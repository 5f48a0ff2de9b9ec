"""How requests are read: media type, length, envelope, query flags and what the caller accepts."""

import io
import json
from typing import Any

import pytest
from flask import request
from prometheus_client import CollectorRegistry

from service.api.asked import BodyReader, has_json_content, load_envelope
from service.api.envelopes import ScoreEnvelope
from service.api.problems import Problem
from service.operations.facts import facts_of
from service.operations.metrics import Metrics

LIMIT = 64


@pytest.fixture
def counts() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def reader(counts: CollectorRegistry) -> BodyReader:
    return BodyReader(LIMIT, Metrics(counts))


def malformed(counts: CollectorRegistry) -> dict[str, float]:
    name = "scoring_malformed_requests_total"
    found = [
        sample for family in counts.collect() for sample in family.samples if sample.name == name
    ]
    return {sample.labels["reason"]: sample.value for sample in found}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/json; charset=utf8",
        "application/json; profile=x",
        "APPLICATION/JSON",
        "application/fhir+json",
        "application/problem+json; charset=utf-8",
    ],
)
def test_json_in_utf_8_is_read(app: Any, content_type: str) -> None:
    with app.test_request_context(method="POST", data=b"{}", content_type=content_type):
        assert has_json_content(request)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "json",
        "text/json",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/x-ndjson",
        "application/jsonp",
        "image/svg+json",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/fhir+json; charset=utf-32",
    ],
)
def test_any_other_content_is_not(app: Any, content_type: str | None) -> None:
    with app.test_request_context(method="POST", data=b"{}", content_type=content_type):
        assert not has_json_content(request)


@pytest.mark.parametrize(
    ("coding", "read"),
    [
        ("identity", True),
        ("Identity", True),
        ("gzip", False),
        ("br", False),
        ("identity, gzip", False),
    ],
)
def test_compressed_content_is_not_read(app: Any, coding: str, read: bool) -> None:
    headers = {"Content-Encoding": coding}
    with app.test_request_context(
        method="POST", data=b"{}", content_type="application/json", headers=headers
    ):
        assert has_json_content(request) is read


class Counting(io.BytesIO):
    """A stream that knows how much was taken from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("length", "fits"), [(LIMIT - 1, True), (LIMIT, True), (LIMIT + 1, False), (5_000, False)]
)
def test_at_most_the_limit_is_read(
    app: Any, reader: BodyReader, length: int, fits: bool, declared: bool
) -> None:
    stream = Counting(b'{"a": 1}'.ljust(length))
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True}
    if declared:
        environ["CONTENT_LENGTH"] = str(length)
    with app.test_request_context(
        method="POST", content_type="application/json", environ_overrides=environ
    ):
        if fits:
            assert reader.read_object(request) == {"a": 1}
            assert facts_of(request.environ).bytes_in == length
        else:
            with pytest.raises(Problem) as refused:
                reader.read_object(request)
            assert (refused.value.status, refused.value.code) == (413, "too_large")
    assert stream.taken <= LIMIT + 1


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code", "reason"),
    [
        (b"{", "application/json", 400, "bad_json", "bad_json"),
        (b"\xff", "application/json", 400, "bad_encoding", "encoding"),
        (b"[NaN]", "application/json", 400, "non_finite", "number"),
        (b'{"a":1,"a":1}', "application/json", 400, "duplicate_key", "duplicate_key"),
        (b"[" * 17 + b"]" * 17, "application/json", 400, "too_deep", "depth"),
        (b" " * 65, "application/json", 413, "too_large", "too_large"),
        (b"{}", "text/plain", 415, "unsupported_media_type", "media_type"),
    ],
)
def test_what_cannot_be_read_is_counted_by_reason(
    app: Any,
    reader: BodyReader,
    counts: CollectorRegistry,
    body: bytes,
    content_type: str,
    status: int,
    code: str,
    reason: str,
) -> None:
    with (
        app.test_request_context(method="POST", data=body, content_type=content_type),
        pytest.raises(Problem) as refused,
    ):
        reader.read_object(request)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert malformed(counts) == {reason: 1}


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b"true"])
def test_the_body_is_one_object(
    app: Any, reader: BodyReader, counts: CollectorRegistry, body: bytes
) -> None:
    context = app.test_request_context(method="POST", data=body, content_type="application/json")
    with context, pytest.raises(Problem) as refused:
        reader.read_object(request)
    (issue,) = refused.value.errors
    assert (refused.value.status, issue.pointer, issue.code) == (422, "", "wrong_type")
    assert malformed(counts) == {}


def test_all_faults_of_an_envelope_come_at_once_in_sentences() -> None:
    document = {
        "respondent": {"age": "34", "sex": "F", "x": 1},
        "norms": [1, "a", None],
        "Jane Roe": 1,
    }
    with pytest.raises(Problem) as refused:
        load_envelope(ScoreEnvelope(), document)
    errors = refused.value.errors
    assert sorted((error.pointer, error.code) for error in errors) == [
        ("", "unknown_member"),
        ("/answers", "required"),
        ("/norms/0", "wrong_type"),
        ("/norms/2", "wrong_type"),
        ("/respondent/age", "wrong_type"),
        ("/respondent/sex", "not_allowed"),
        ("/respondent/x", "unknown_member"),
    ]
    for error in errors:
        assert error.detail[0].isupper()
        assert error.detail.endswith(".")
    assert "Jane" not in json.dumps([[error.pointer, error.detail] for error in errors])


def test_a_body_shorter_than_declared_is_incomplete_even_if_it_reads(
    app: Any, reader: BodyReader
) -> None:
    environ = {
        "wsgi.input": io.BytesIO(b"{}"),
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "3",
    }
    context = app.test_request_context(
        method="POST", content_type="application/json", environ_overrides=environ
    )
    with context, pytest.raises(Problem) as refused:
        reader.read_object(request)
    assert (refused.value.status, refused.value.code) == (400, "incomplete_body")
