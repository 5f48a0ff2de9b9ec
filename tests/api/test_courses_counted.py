"""A course is counted wherever it is judged, and alike."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from tests.cds.calls import FALL, SERVICE, call, course, day_of, searched
from tests.fhir.payloads import SCORE

Json = dict[str, Any]

COUNTED = {
    "scoring_courses_judged_total",
    "scoring_course_signals_total",
    "scoring_alerts_raised_total",
    "scoring_repairs_total",
}
BORN = {"resourceType": "Patient", "id": "p1", "birthDate": "1990"}  # 35 or 36 years old


def counted(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return what is counted of courses, by metric and label values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name in COUNTED
    }


def natively(client: FlaskClient) -> Json:
    sessions = [
        {
            "number": number,
            "date": day_of(number),
            "forms": [{"instrument": "wai-sr", "answers": answers}],
        }
        for number, answers in enumerate(FALL, 1)
    ]
    answer: Json = client.post("/v1/monitor", json={"sessions": sessions}).json
    return answer


def as_resources(client: FlaskClient) -> Json:
    answer: Json = client.post(SCORE, json=searched(course(FALL))).json
    return answer


def as_a_hook(client: FlaskClient) -> Json:
    called = call(patient=BORN, responses=searched(course(FALL)))
    answer: Json = client.post(SERVICE, json=called).json
    return answer


@pytest.mark.parametrize("ask", [as_resources, as_a_hook], ids=lambda ask: ask.__name__)
def test_a_course_counts_once_on_every_face(
    client: FlaskClient, ask: Callable[[FlaskClient], Json]
):
    def more(how: Callable[[FlaskClient], Json]) -> dict[tuple[str, ...], float]:
        before = counted(client)
        how(client)
        return {
            key: value - before.get(key, 0)
            for key, value in counted(client).items()
            if value > before.get(key, 0)
        }

    expected = more(natively)
    assert expected["scoring_courses_judged_total", "enough"] == 1
    assert any(name == "scoring_alerts_raised_total" for name, *_ in expected)
    assert more(ask) == expected


def test_of_two_patients_in_a_bundle_each_course_counts(client: FlaskClient):
    forms = course(FALL) + course(FALL, subject={"reference": "Patient/p2"})
    before = counted(client)
    client.post(SCORE, json=searched(forms))
    key = ("scoring_courses_judged_total", "enough")
    assert counted(client)[key] - before[key] == 2
