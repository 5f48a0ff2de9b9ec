"""Nothing that a client wrote about a person is logged, counted by, or sent back in an error."""

import re
from typing import Any

from flask.testing import FlaskClient

from tests.cds.calls import FALL, FEEDBACK, SERVICE, call, course, overridden, phq_9, searched
from tests.conftest import Log

Json = dict[str, Any]

MARK = "Jane-Roe-1970"
COMMENT = f"{MARK} told me about her mother"


def marked() -> Json:
    forms = [phq_9("2026-03-05", 1), *course(FALL)]
    for form in forms:
        form["id"] = f"{MARK}-{form['id']}"
        form["subject"] = {"reference": f"Patient/{MARK}", "display": MARK}
        form["text"] = {"div": MARK}
    patient = {"resourceType": "Patient", "id": MARK, "name": [{"family": MARK}]}
    about = {"userId": f"Practitioner/{MARK}", "patientId": MARK, "encounterId": MARK}
    body = call("encounter-start", about, responses=searched(forms), patient=patient)
    token = {"access_token": MARK, "scope": MARK, "subject": MARK}
    return body | {"fhirServer": f"https://{MARK}", "fhirAuthorization": token}


def test_a_call_leaves_no_trace_of_a_person(client: FlaskClient, log: Log):
    answered = client.post(SERVICE, json=marked())
    assert answered.status_code == 200
    (line,) = log.lines()
    assert (line["route"], line["status"], line["n_responses"]) == (SERVICE, 200, 6)
    assert line["instrument"] is None
    assert MARK not in str(line)
    assert MARK not in client.get("/metrics").text
    assert re.search(
        r'scoring_cds_cards_total\{indicator="critical",topic="safety"\}',
        client.get("/metrics").text,
    )
    # Only the task says whose it is; no card says who anybody is.
    for card in answered.json["cards"]:
        task = card["suggestions"][0]["actions"][0].pop("resource")
        assert task["for"] == {"reference": f"Patient/{MARK}"}
        assert MARK not in str(card)


def test_a_comment_is_dropped(client: FlaskClient, log: Log):
    reason = {"reason": {"code": MARK, "system": MARK, "display": MARK}, "userComment": COMMENT}
    body = {"feedback": [overridden(overrideReason=reason)]}
    assert client.post(FEEDBACK, json=body).data == b"{}"
    assert MARK not in log.text()
    assert MARK not in client.get("/metrics").text


def test_refusals_repeat_nothing(client: FlaskClient, log: Log):
    bodies = [
        marked() | {"hook": MARK},
        marked() | {"hookInstance": MARK},
        marked() | {MARK: MARK},
        marked() | {"prefetch": {"responses": {"resourceType": MARK}}},
        marked() | {"prefetch": {MARK: MARK}},
        marked() | {"prefetch": {"responses": {"resourceType": "OperationOutcome", "id": MARK}}},
    ]
    for body in bodies:
        answered = client.post(SERVICE, json=body)
        assert answered.status_code in (412, 422)
        assert MARK not in answered.text
    refused = client.post(FEEDBACK, json={"feedback": [{"card": MARK, MARK: MARK}]})
    assert refused.status_code == 422
    assert MARK not in refused.text
    assert MARK not in log.text()
