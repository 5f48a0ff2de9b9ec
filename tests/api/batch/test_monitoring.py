"""Many courses in one request are judged as each would be alone."""

import json
from typing import Any

from flask.testing import FlaskClient

NDJSON = "application/x-ndjson"


def course(*totals: int) -> dict[str, Any]:
    return {
        "reference": f"of {len(totals)}",
        "sessions": [
            {"number": number, "forms": [{"instrument": "phq-9", "scores": {"total": total}}]}
            for number, total in enumerate(totals, 1)
        ],
    }


def test_each_course_is_reported_as_alone(client: FlaskClient):
    courses = [course(20, 18, 9), {"sessions": []}, course(5, 6, 19, 20)]
    body = "\n".join(map(json.dumps, courses))
    for query in ("", "?rules=all", "?sessions=latest&rules=none"):
        path = f"/v1/batch/monitor{query}"
        response = client.post(path, data=body, content_type=NDJSON)
        first, broken, last, summary = map(json.loads, response.data.splitlines())
        for sent, report in ((courses[0], first), (courses[2], last)):
            assert report == client.post(f"/v1/monitor{query}", json=sent).json
        assert (broken["line"], broken["problem"]["code"]) == (2, "invalid_request")
        assert summary["summary"]["results"] == 2


def test_unknown_forms_get_no_suggestions(client: FlaskClient):
    sent = course(1)
    sent["sessions"][0]["forms"][0]["instrument"] = "phq9"
    response = client.post("/v1/batch/monitor", data=json.dumps(sent), content_type=NDJSON)
    (fault,) = json.loads(response.data.splitlines()[0])["problem"]["errors"]
    assert fault["code"] == "unknown_instrument"
    assert "allowed" not in fault
