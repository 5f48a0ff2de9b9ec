"""Requests made up from the OpenAPI document, one by one and in chains: whatever comes, the service
answers as the document says.

SCHEMATHESIS_EXAMPLES sets how many random requests are made up for each operation that takes
anything, beside those that go through the limits of every member, and how many chains; 1000 make a
long run, of an hour. The same number makes the same requests.
"""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from service.app import create_app
from service.settings import Settings

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))
INSTRUMENTS = ["phq-9", "wai-sr", "calpas-p"]
ACCEPTED = ["200", "304", "404", "409", "413", "422"]  # 413: longer than the service takes
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422"]

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "database": "none",
            # The reader refuses the null character wherever it stands, which JSON Schema cannot
            # say.
            "allow-x00": False,
        },
        # In process nothing unpacks a compressed response before it is looked at.
        "headers": {"Accept-Encoding": "identity"},
        # Which answers are right depends on the instrument, which the document cannot say.
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REFUSED},
        },
        "operations": [
            {
                # Where any object may come, its numbers may be too long to read and its objects too
                # deep.
                "include-name": [
                    "POST /v1/score",
                    "POST /v1/batch",  # a table may be no UTF-8
                    "POST /v1/definitions/check",
                    "POST /v1/mappings/check",
                    "POST /v1/sources/score",
                    "POST /fhir/QuestionnaireResponse/$score",
                    "POST /fhir/QuestionnaireResponse/$extract",
                    "POST /cds-services/alliance-monitor/feedback",
                ],
                "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400"]}},
            },
            {
                # The data that a hook needs may be absent.
                "include-name": ["POST /cds-services/alliance-monitor"],
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400", "412"]},
                    "negative_data_rejection": {"expected-statuses": [*REFUSED, "412"]},
                },
            },
            {
                # A mapping may ask for a signature of what is sent.
                "include-name": ["POST /v1/sources/{mapping_id}/score"],
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400", "401"]}
                },
            },
        ],
    }
)


LINES = st.lists(
    st.sampled_from(
        [b'{"instrument":"phq-9","answers":[1,1,1,1,1,1,1,1,1]}', b'{"sessions":[]}', b"", b"[]"]
    )
    | st.binary(max_size=30)
).map(b"\n".join)
schemathesis.openapi.media_type("application/x-ndjson", LINES)
schemathesis.openapi.media_type("text/csv", LINES)


# What an answer gives the next request, beside what schemathesis finds by itself.
LINKS: dict[str, dict[str, Any]] = {
    "/v1/instruments": {
        "operationId": "getInstrument",
        "parameters": {"instrument_id": "$response.body#/instruments/0/id"},
    },
    "/v1/catalogue": {
        "operationId": "scoreForm",
        "parameters": {"instrument_id": "$response.body#/instruments/0/id"},
    },
    "/v1/instruments/{instrument_id}": {
        "operationId": "checkDefinition",
        "requestBody": "$response.body",
    },
    "/fhir/Questionnaire": {
        "operationId": "getQuestionnaire",
        "parameters": {"instrument_id": "$response.body#/entry/0/resource/id"},
    },
}


@schemathesis.deserializer("application/yaml")
def as_text(_: object, response: Any) -> Any:
    """Leave the description unread: it is the one in JSON, and takes seconds."""
    return response.text


def make_schema() -> Any:
    """Return the document as the service gives it, save that its requests are more to the point.

    They are about a few instruments and one version that exist, and a definition that is brought
    along is any object: made-up definitions are never sound, and going through the ways in which
    one can be unsound takes very long.
    """
    app = create_app(Settings(), log_fd=None)
    document = app.test_client().get("/openapi.json").json
    components = document["components"]
    components["parameters"]["instrument_id"]["schema"]["enum"] = INSTRUMENTS
    named = components["schemas"]["NamedScoreEnvelope"]["properties"]
    named["instrument"]["enum"] = INSTRUMENTS
    named["definition"] = {"type": "object"}
    for envelope in ("ScoreEnvelope", "NamedScoreEnvelope"):
        components["schemas"][envelope]["properties"]["version"]["enum"] = ["1.0.0", None]
    for path, link in LINKS.items():
        document["paths"][path]["get"]["responses"]["200"]["links"] = {"next": link}
    schema = schemathesis.openapi.from_dict(document, config=CONFIG)
    schema.app = app
    return schema


schema = make_schema()


@schema.parametrize()
def test_every_answer_is_as_described(case: Case) -> None:
    case.call_and_validate()


TestChains = schema.as_state_machine().TestCase
TestChains.settings = settings(
    max_examples=EXAMPLES // 4,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
