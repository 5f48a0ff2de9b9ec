"""A thousand requests with marks of their own everywhere a caller can write: none is kept, counted
by or sent back.

By design a score report returns its `reference`, every answer returns a well-formed `X-Request-Id`,
and a definition that is brought along is described in its own report; nothing else comes back.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import count, cycle, islice
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

Json = dict[str, Any]

PATH = "/v1/instruments/gad-7/score"
SEVEN = [1] * 7
MARK = "Jane-Roe-1970-"
HEADERS = [
    "User-Agent",
    "Authorization",
    "Cookie",
    "Referer",
    "From",
    "Origin",
    "Forwarded",
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Api-Key",
    "Via",
    "Traceparent",
    "Tracestate",
    "Baggage",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Accept-Language",
    "X-HTTP-Method-Override",
    "X-Anything",
]
LOGGED = [
    "ts",
    "level",
    "event",
    "request_id",
    "trace_id",
    "route",
    "method",
    "status",
    "duration_s",
    "bytes_in",
    "bytes_out",
    "caller",
    "instrument",
    "version",
    "n_responses",
    "problem",
]


class Marks:
    """Gives a mark that no other place of any request has, and remembers it."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"{MARK}{next(self._numbers):07d}"


def fill(value: Any, mark: Marks) -> Any:
    """Return a copy with every string replaced by a mark."""
    if isinstance(value, dict):
        return {name: fill(member, mark) for name, member in value.items()}
    if isinstance(value, list):
        return [fill(element, mark) for element in value]
    return mark() if isinstance(value, str) else value


def envelopes(mark: Marks) -> Iterator[tuple[str, Json]]:
    """Yield bodies without end, each with marks in other members; an odd number, so that each goes
    every way.
    """
    while True:
        yield "reference", {"answers": SEVEN, "reference": mark()}
        yield "reference of a form with faults", {"answers": [9] * 7, "reference": mark()}
        yield "reference too long", {"answers": SEVEN, "reference": mark() * 5}
        yield "answer", {"answers": {"1": mark(), "2": [mark()], "3": {mark(): mark()}}}
        yield "item", {"answers": {mark(): 1, mark(): mark()}}
        yield "answers", {"answers": mark()}
        yield "not_applicable", {"answers": SEVEN, "not_applicable": [mark(), {mark(): 1}]}
        yield "version", {"answers": SEVEN, "version": mark()}
        yield "encoding", {"answers": SEVEN, "encoding": mark()}
        yield "perspective", {"answers": SEVEN, "perspective": mark()}
        yield "norms", {"answers": SEVEN, "norms": [mark(), mark()]}
        yield (
            "respondent",
            {"answers": SEVEN, "respondent": {"age": mark(), "sex": mark(), mark(): mark()}},
        )
        yield "respondent as text", {"answers": SEVEN, "respondent": mark()}
        yield (
            "baseline",
            {
                "answers": SEVEN,
                "baseline": {mark(): 1, "answers": mark(), "scores": {mark(): mark()}},
            },
        )
        yield (
            "baseline answers",
            {"answers": SEVEN, "baseline": {"answers": {mark(): 1, "1": mark()}}},
        )
        yield "baseline scores", {"answers": SEVEN, "baseline": {"scores": {"total": mark()}}}
        yield "members", {"answers": SEVEN, mark(): mark(), "name": mark()}
        yield "instrument", {"answers": SEVEN, "instrument": mark()}
        yield (
            "instrument and more",
            {"answers": {mark(): mark()}, "instrument": "gad-7", "reference": mark()},
        )
        yield (
            "everything",
            fill({"answers": [""], "version": "", "respondent": [""], "norms": ""}, mark),
        )
        yield (
            "definition",
            {"answers": SEVEN, "definition": {mark(): mark(), "id": mark(), "items": [mark()]}},
        )


def course(mark: Marks) -> Json:
    """Return a sound course with marks where any text may stand that does not come back."""
    forms = [{"instrument": "gad-7", "answers": SEVEN}]
    return {
        "sessions": [{"number": number, "therapist": mark(), "forms": forms} for number in (1, 2)]
    }


def headers(mark: Marks) -> dict[str, str]:
    """Return every header that a client might send, each with a mark. The request id is not
    well-formed.
    """
    return {name: mark() for name in HEADERS} | {"X-Request-Id": mark() + " "}


def other_requests(client: FlaskClient, mark: Marks) -> Iterator[Callable[[], TestResponse]]:
    """Yield requests without end that put marks elsewhere than into members of a body."""
    form = {"answers": SEVEN}
    text = {"content_type": "application/json"}
    while True:
        yield lambda: client.get(f"/{mark()}/{mark()}?{mark()}={mark()}")
        yield lambda: client.post("/v1/monitor", json=course(mark))
        yield lambda: client.post("/v1/monitor", json=fill(course(mark), mark))
        yield lambda: client.post(
            "/v1/monitor", json={"sessions": [{mark(): mark(), "number": mark()}]}
        )
        yield lambda: client.get(f"/v1/instruments/{mark()}")
        yield lambda: client.post(f"/v1/instruments/{mark()}/score", json=form)
        yield lambda: client.get(f"/v1/instruments/gad-7?version={mark()}")
        yield lambda: client.get(f"/v1/instruments?q={mark()}&construct={mark()}&{mark()}=1")
        yield lambda: client.post(f"{PATH}?working={mark()}", json=form)
        yield lambda: client.open(PATH, method=mark())
        yield lambda: client.open(f"/{mark()}", method=mark())
        yield lambda: client.post(PATH, data=f"{mark()}", **text)
        yield lambda: client.post(PATH, data=f'{{"{mark()}": NaN}}', **text)
        yield lambda: client.post(PATH, data=f'{{"reference": "{mark()}\\ud800"}}', **text)
        yield lambda: client.post(PATH, data=b"{}", content_type=f"application/{mark()}")
        yield lambda: client.post(
            PATH, data=b"{}", content_type=f"application/json; charset={mark()}"
        )
        yield lambda: client.post(PATH, json=form, headers={"Content-Encoding": mark()})
        yield lambda: client.post(PATH, json=form, headers={"Accept": mark()})
        yield lambda: client.get("/livez", headers={"Host": mark() + "."})
        yield lambda: client.post(
            "/v1/definitions/check", data=f'{{"{mark()}": 1, "{mark()}": }}', **text
        )


def series(client: FlaskClient) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (each.name, frozenset(each.labels.items()))
        for family in families
        for each in family.samples
    }


def send_all(client: FlaskClient, mark: Marks, number: int) -> None:
    """Send requests of every kind in turn, and check each answer for marks."""
    forms, others = envelopes(mark), other_requests(client, mark)
    turns = cycle(["by path", "by body", "other"])
    for turn in islice(turns, number):
        if turn == "other":
            response = next(others)()
            sent = "other"
        else:
            sent, form = next(forms)
            if turn == "by body":
                form = {"instrument": "gad-7", **form}
            response = client.post(
                PATH if turn == "by path" else "/v1/score", json=form, headers=headers(mark)
            )
        answer = response.get_data(as_text=True) + str(response.headers)
        if sent == "reference":
            assert response.status_code == 200
            assert response.json["reference"] == form["reference"]
            answer = answer.replace(form["reference"], "", 1)
        assert MARK not in answer, sent
        assert response.status_code < 500


def test_nothing_that_a_caller_wrote_is_kept_or_comes_back(
    client: FlaskClient, log: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    mark = Marks()
    send_all(client, mark, 200)
    series(client)  # a scrape counts itself in the next
    known = series(client)
    log.text()
    send_all(client, mark, 1000)
    lines = log.text()
    assert mark.given > 10_000
    assert len(lines.splitlines()) == 1000
    assert MARK not in lines
    assert series(client) == known
    assert MARK not in client.get("/metrics").text
    output = capfd.readouterr()
    assert (output.out, output.err) == ("", "")


def test_a_definition_that_is_brought_along_leaves_no_trace(
    client: FlaskClient, log: Any, invented: Json, capfd: pytest.CaptureFixture[str]
) -> None:
    mark = Marks()
    known = set()
    for turn in range(20):
        definition = deepcopy(invented)
        definition |= {
            "id": mark().lower(),
            "title": mark(),
            "timeframe": mark(),
            "notes": [mark()],
        }
        definition["licence"] |= {"holder": mark(), "terms": mark(), "text_included": True}
        for item in definition["items"]:
            item["text"] = mark()
        scored = client.post("/v1/score", json={"definition": definition, "answers": [1, 2, 3, 1]})
        assert scored.status_code == 200, scored.text
        assert (
            client.post(
                "/v1/score", json={"definition": fill(definition, mark), "answers": [1]}
            ).status_code
            == 422
        )
        assert client.post("/v1/definitions/check", json=fill(definition, mark)).status_code == 200
        if turn < 2:  # a scrape counts itself in the next
            known = series(client)
    assert series(client) == known
    assert MARK.lower() not in (log.text() + client.get("/metrics").text).lower()
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_the_service_keeps_its_cause_to_itself(
    client: FlaskClient,
    log: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(_: object, submission: Any, **__: object) -> None:
        raise LookupError(submission.reference)

    monkeypatch.setattr("service.scoring.report.Scorer.score", broken)
    response = client.post(PATH, json={"answers": SEVEN, "reference": MARK})
    assert response.status_code == 500
    assert MARK not in response.text
    (line,) = log.lines()
    assert (line["exception"], line["problem"]) == ("LookupError", "internal_error")
    assert MARK not in json.dumps(line)
    assert capfd.readouterr() == ("", "")


def test_the_log_has_no_answers_scores_or_result_ids(client: FlaskClient, log: Any) -> None:
    report = client.post(PATH, json={"answers": [3, 3, 3, 3, 3, 2, 2]}).json
    (line,) = log.lines()
    assert report["result_id"] not in json.dumps(line)
    assert line.keys() == set(LOGGED)
