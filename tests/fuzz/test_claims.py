"""An answer that breaks a claim is noticed, and inputs that are made up are to the point."""

import json
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from service.app import Service
from tests.fuzz import claims
from tests.fuzz.claims import (
    Answer,
    Caller,
    assert_places,
    assert_problem,
    assert_report,
    assert_within,
    dumps,
)
from tests.fuzz.mutator import Mutator
from tests.fuzz.targets import TARGETS

Json = dict[str, Any]


def answering(status: int, body: bytes) -> Any:
    """Return a service that answers everything alike, and fails behind its edge."""

    def behind(*_: object) -> None:
        raise LookupError

    class Fake:
        edge = SimpleNamespace(app=behind)

        def __call__(self, _: Json, start: Callable[..., object]) -> Iterable[bytes]:
            start(f"{status} X", [("Content-Type", "application/json")])
            return [body]

    return Fake()


def test_a_fault_of_the_service_is_raised_where_it_is() -> None:
    with pytest.raises(LookupError):
        Caller(answering(500, b"{}")).post("/", b"")


@pytest.mark.parametrize("text", ["ValueError", "File x.py", "<class 'int'>", "a JSONDecodeError"])
def test_the_text_of_an_exception_is_noticed(text: str) -> None:
    Caller(answering(400, b"An error")).post("/", b"")
    with pytest.raises(AssertionError):
        Caller(answering(400, text.encode())).post("/", b"")


def test_what_takes_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_SECONDS", 0.0)
    with pytest.raises(AssertionError, match="processor time"):
        Caller(answering(200, b"{}")).post("/", b"")


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_number_that_is_none_is_noticed(text: bytes) -> None:
    with pytest.raises(AssertionError):
        Answer(200, "", b"[%s]" % text).read()
    with pytest.raises(AssertionError):
        dumps({"a": [1.5, {"b": float(text)}]})
    assert dumps({"a": [None, 1.5]}) == b'{"a":[null,1.5]}'


def test_a_score_beyond_its_range_is_noticed(app: Service) -> None:
    body = b'{"instrument": "gad-7", "answers": [1, 1, 1, 1, 1, 1, 1]}'
    report = Caller(app).post("/v1/score", body).read()
    assert_report(report)
    for change in ({"value": 22}, {"value": None}, {"minimum": 8}, {"n_answered": 8}):
        with pytest.raises(AssertionError):
            assert_report({"scores": {"total": {**report["scores"]["total"], **change}}})
    with pytest.raises(AssertionError):
        assert_within(float("nan"), None, None)


@pytest.mark.parametrize("pointer", ["/b", "/a/2", "/a/0/x", ""])
def test_a_place_that_is_there_or_lacks_a_member(pointer: str) -> None:
    assert_places([{"code": "x", "detail": "X.", "pointer": pointer}], {"a": [{}, 1]})


@pytest.mark.parametrize("pointer", ["a", "/b/c", "/a/2/x", "/a/1/x/y"])
def test_a_place_that_is_nowhere_is_noticed(pointer: str) -> None:
    with pytest.raises(AssertionError):
        assert_places([{"code": "x", "detail": "X.", "pointer": pointer}], {"a": [{}, {"x": 1}]})


def test_a_refusal_without_faults_or_with_what_was_sent_is_noticed(app: Service) -> None:
    sent = b'{"instrument": "gad-7", "answers": {"9": 1}}'
    refused = Caller(app).post("/v1/score", sent)
    assert_problem(refused, sent)
    problem = refused.read()
    for change in ({"errors": []}, {"title": "x"}, {"status": 400}, {"detail": claims.CANARY}):
        body = json.dumps({**problem, **change}).encode()
        with pytest.raises(AssertionError):
            assert_problem(refused._replace(body=body), sent)


def test_made_up_inputs_are_the_same_again_mostly_json_and_all_different(app: Service) -> None:
    seeds = list(TARGETS["course"].seeds(app))
    valid = json.dumps(seeds[0]).encode()

    def made() -> list[bytes]:
        mutator = Mutator(seeds)
        return [mutator.mutate(valid, number, bytes.swapcase) for number in range(100)]

    first = made()
    assert first == made()
    assert len(set(first)) > 90
    assert sum(map(_is_json, first)) > 80


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
