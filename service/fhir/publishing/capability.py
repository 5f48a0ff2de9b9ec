"""What the FHIR face can do: CapabilityStatement and OperationDefinition."""

from service import __version__
from service.fhir.canonical import Names
from service.fhir.writing.parts import Json

FHIR_VERSION = "4.0.1"
LAST_CHANGED = "2026-11-29"
"""When these statements last changed; the clock is never read."""

_EXTRACT = "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract"
_NAME = "questionnaire-scoring"


def write_capabilities(names: Names) -> Json:
    """Return the CapabilityStatement of this service."""
    score = names.resource("OperationDefinition", "score")
    read = [{"code": "read"}]
    return {
        "resourceType": "CapabilityStatement",
        "url": names.resource("CapabilityStatement", _NAME),
        "version": __version__,
        "name": "QuestionnaireScoring",
        "title": "Questionnaire scoring",
        "status": "active",
        "date": LAST_CHANGED,
        "kind": "instance",
        "software": {"name": _NAME, "version": __version__},
        "implementation": {
            "description": "Scores questionnaires from published keys; nothing is stored."
        },
        "fhirVersion": FHIR_VERSION,
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": "QuestionnaireResponse",
                        "operation": [
                            {"name": "score", "definition": score},
                            {"name": "extract", "definition": _EXTRACT},
                        ],
                    },
                    {
                        "type": "Questionnaire",
                        "interaction": [*read, {"code": "search-type"}],
                        "searchParam": [
                            {"name": "url", "type": "uri"},
                            {"name": "_id", "type": "token"},
                        ],
                    },
                    {"type": "ObservationDefinition", "interaction": read},
                    {"type": "OperationDefinition", "interaction": read},
                ],
            }
        ],
    }


_IN = (
    (
        "questionnaire-response",
        "*",
        "Resource",
        "What is scored: a QuestionnaireResponse, or a Bundle of them.",
    ),
    (
        "observation",
        "*",
        "Resource",
        "An Observation of an item or a score, or a Bundle of them.",
    ),
    (
        "questionnaire",
        "*",
        "Questionnaire",
        "The sender's own form: codes of its items and weights of its answers.",
    ),
    (
        "instrument",
        "1",
        "string",
        "Id or canonical address of the instrument; |version may follow.",
    ),
    ("norms", "*", "string", "Norm group to compare with; * for all that fit."),
    ("subject-age", "1", "decimal", "Age in years, which norms may depend on."),
    ("subject-sex", "1", "code", "female, male, other or unknown, which norms may depend on."),
    ("previous", "*", "Resource", "An earlier response, or score Observation, to compare with."),
    ("goal", "*", "Goal", "A goal with a target for a score: whether it is met."),
    ("perspective", "1", "code", "Who rated, where two raters use a form."),
    ("allow-partial", "1", "boolean", "Also score responses that are in progress or stopped."),
    ("item-observations", "1", "boolean", "Return each answer as an Observation too."),
)
OPERATIONS = ("score",)


def write_operation(names: Names) -> Json:
    """Return the OperationDefinition of `$score`."""
    taken = [
        {
            "name": name,
            "use": "in",
            "min": 0,
            "max": most,
            "documentation": text,
            "type": kind,
        }
        for name, most, kind, text in _IN
    ]
    given = {
        "name": "return",
        "use": "out",
        "min": 1,
        "max": "1",
        "documentation": (
            "A transaction of Observations, DetectedIssues, Provenance and, with warnings, an "
            "OperationOutcome."
        ),
        "type": "Bundle",
    }
    return {
        "resourceType": "OperationDefinition",
        "id": "score",
        "url": names.resource("OperationDefinition", "score"),
        "version": __version__,
        "name": "Score",
        "title": "Score questionnaire responses",
        "status": "active",
        "kind": "operation",
        "description": (
            "Scores responses from published keys. The instrument is told by `questionnaire` or "
            "by the codes of the items, or is named. A lone response, or a Bundle of them or of "
            "Observations, may be the whole body. Several forms of one subject are watched by "
            "the alert rules. Nothing is stored."
        ),
        "affectsState": False,
        "code": "score",
        "resource": ["QuestionnaireResponse"],
        "system": False,
        "type": True,
        "instance": False,
        "parameter": [*taken, given],
    }
