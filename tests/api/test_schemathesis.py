"""Requests made up from the OpenAPI document: whatever comes, the service answers as the document
says.

SCHEMATHESIS_EXAMPLES sets how many random requests are made up for each operation, beside those
that go through the limits of every member; 1000 make a long run.
"""

import os
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from service.app import create_app
from service.settings import Settings

EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES")
INSTRUMENTS = ["phq-9", "wai-sr", "calpas-p"]
ACCEPTED = ["200", "304", "404", "409", "422"]

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {
            "max-examples": int(EXAMPLES or 20),
            "deterministic": EXAMPLES is None,
            "database": "none",
            # The reader refuses the null character wherever it stands, which JSON Schema cannot
            # say.
            "allow-x00": False,
        },
        # In process nothing unpacks a compressed response before it is looked at.
        "headers": {"Accept-Encoding": "identity"},
        # Which answers are right depends on the instrument, which the document cannot say.
        "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
        "operations": [
            {
                # Where any object may come, its numbers may be too long to read and its objects too
                # deep.
                "include-name": [
                    "POST /v1/score",
                    "POST /v1/definitions/check",
                    "POST /v1/mappings/check",
                    "POST /v1/sources/score",
                    "POST /v1/sources/{mapping_id}/score",
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
                    "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400", "412"]}
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
    schema = schemathesis.openapi.from_dict(document, config=CONFIG)
    schema.app = app
    return schema


schema = make_schema()


@schema.parametrize()
def test_every_answer_is_as_described(case: Case) -> None:
    case.call_and_validate()
