"""Payloads that tools are known to send are walked as their mappings say. The files are not part of
the project: without them these tests are skipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from service.sources.check import check_mapping
from service.sources.reading import read_payload
from tests.sources.mappings import flat

FOUND = [place / "shared/samples/survey" for place in Path(__file__).parents]
SAMPLES = next((place for place in FOUND if place.is_dir()), None)

pytestmark = pytest.mark.skipif(SAMPLES is None, reason="the samples are not here")


def sample(name: str) -> Any:
    assert SAMPLES is not None
    return json.loads((SAMPLES / f"{name}.json").read_text())


@pytest.fixture
def read(catalog):
    """Read a payload with a mapping of two of its keys to the PHQ-2."""

    def read(sent, items, tokens, **members):
        values = {"numeric": "none", "tokens": tokens}
        document = flat(instrument="phq-2", items=items, values=values, **members)
        checked = check_mapping(document, catalog)
        assert checked.mapping is not None, checked.faults
        return read_payload(checked.mapping, sent)

    return read


def test_typeform(read):
    answers = {"kind": "list", "key": ["/field/ref", "/field/id"], "value": ["/choice/label"]}
    result = read(
        sample("typeform-form_response"),
        {"01GQZMFYAD53N13MC7G0AKFWC6": "1"},
        {"choice 1": 0, "choice 2": 1},
        answers=answers | {"at": "/answers"},
        meta={"response_id": "/token", "completed_at": "/submitted_at"},
    )
    assert (result.answers, result.faults, result.warnings) == ({"1": 0}, [], [])
    assert result.about.completed_at == "2023-01-29T20:52:37Z"


@pytest.mark.parametrize(
    ("event", "finished", "answers"),
    [("Created", False, {}), ("Updated", False, {"1": 2}), ("Finished", True, {})],
)
def test_formbricks(read, event, finished, answers):
    result = read(
        sample(f"formbricks-webhook-response{event}"),
        {"visit_reason": "1"},
        {"Just browsing": 2},
        answers={"at": "/data/data", "kind": "map"},
        ignore=["welcome_card_cta", "newsletter_consent"],
        meta={
            "response_id": "/data/id",
            "finished": {"at": "/data/finished", "values": [True]},
        },
    )
    assert (result.answers, result.faults, result.warnings) == (answers, [], [])
    assert result.about.finished is finished
    assert result.about.response_id == "responseId"


def test_kobotoolbox(read):
    submission = sample("kobo-submissions")[0]
    result = read(
        submission,
        {"How_many_segments_does_your_body_have": "1"},
        {"6": 3},
        answers={"kind": "map", "last_segment": "/"},
        meta={"response_id": "/_uuid"},
    )
    assert (result.answers, result.faults) == ({"1": 3}, [])
    assert result.about.response_id == submission["_uuid"]


def test_limesurvey(read):
    first, _, third = sample("limesurvey-rows")["rows"]
    told = ({"G01Q02": "1"}, {"1": 0, "5": 3})
    members = {"answers": {"kind": "map"}, "ignore": ["G01Q01", "G02Q04", "token"]}
    assert read(first, *told, **members).answers == {"1": 0}
    result = read(third, *told, **members)
    assert (result.answers, result.faults, result.warnings) == ({}, [], [])


def test_google_forms(read):
    result = read(
        sample("google-forms-response"),
        {"283d759e": "1"},
        {"نعم": 1},
        answers={"at": "/answers", "kind": "map", "value": ["/textAnswers/answers/0/value"]},
        ignore=["5bdc4001", "46f3e9cf"],
    )
    assert (result.answers, result.faults, result.warnings) == ({"1": 1}, [], [])


def test_surveymonkey_by_question_and_by_row(read):
    response = sample("surveymonkey-responses-bulk")["data"][0]
    result = read(
        response,
        {"437582959": "1", "437582958/2902733455": "2"},
        {"2902733470": 1, "2902733456": 2},
        answers={
            "at": "/pages",
            "kind": "list",
            "key": ["/id"],
            "row_key": "/row_id",
            "value": ["/choice_id"],
            "descend": ["questions", "answers"],
        },
    )
    assert (result.answers, result.faults) == ({"1": 1, "2": 2}, [])
    assert [one.code for one in result.warnings] == ["unknown_key"]


def test_odk_central(read):
    submission = sample("odk-central-odata-submissions")["value"][0]
    result = read(
        submission,
        {"age": "1", "meta/instanceID": "2"},
        {"38": 1, "rthree": 2},
        answers={"kind": "map", "descend": ["meta"]},
        ignore=["__id", "__system", "name", "children"],
    )
    assert (result.answers, result.faults, result.warnings) == ({"1": 1, "2": 2}, [], [])
