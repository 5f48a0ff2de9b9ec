"""Discovery says what the service takes, in queries that clients are recommended to support."""

from typing import Any

from flask.testing import FlaskClient

from service.cds.codes import HOOKS
from tests.cds import checker

Json = dict[str, Any]


def services(client: FlaskClient) -> list[Json]:
    answered = client.get("/cds-services")
    assert (answered.status_code, answered.content_type) == (200, "application/json")
    assert checker.of_discovery(answered.json) == []
    found: list[Json] = answered.json["services"]
    return found


def test_one_service_serves_both_hooks(client: FlaskClient):
    found = services(client)
    assert [(one["hook"], one["id"]) for one in found] == [
        ("patient-view", "alliance-monitor"),
        ("encounter-start", "alliance-monitor"),
    ]
    for one in found:
        assert {"title", "description", "usageRequirements", "prefetch"} <= one.keys()
        assert (one["version"], one["hookVersion"]) == ("2.0.1", HOOKS[one["hook"]])


def test_forms_scores_and_the_patient_are_asked_for_and_nothing_else(client: FlaskClient):
    for one in services(client):
        asked = {key: query.partition("?") for key, query in one["prefetch"].items()}
        assert asked["patient"] == ("Patient/{{context.patientId}}", "", "")
        assert asked["responses"] == (
            "QuestionnaireResponse",
            "?",
            "patient={{context.patientId}}&status=completed,amended&_sort=-authored&_count=50",
        )
        kind, _, query = asked["observations"]
        assert kind == "Observation"
        assert {"patient={{context.patientId}}", "category=survey", "_sort=-date"} < set(
            query.split("&")
        )
        assert asked.keys() == {"patient", "responses", "observations"}
