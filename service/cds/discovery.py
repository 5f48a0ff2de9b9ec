"""What the service says of itself to those who look for services."""

from typing import Any

from service.cds.codes import HOOKS, SERVICE, SPECIFICATION

Json = dict[str, Any]

RESPONSES, OBSERVATIONS, PATIENT = "responses", "observations", "patient"
PREFETCH = {
    PATIENT: "Patient/{{context.patientId}}",
    RESPONSES: (
        "QuestionnaireResponse?patient={{context.patientId}}&status=completed,amended"
        "&_sort=-authored&_count=50"
    ),
    OBSERVATIONS: (
        "Observation?patient={{context.patientId}}&category=survey&status=final,amended,corrected"
        "&_sort=-date&_count=200"
    ),
}
_DESCRIPTION = (
    "Watches the working alliance and symptoms over a course of treatment. A card says when a "
    "score of the patient's or the therapist's form fell by more than measurement error and more "
    "than usual for this dyad and is not back, or that a safety item was raised when it "
    "was last answered, with the evidence and how often such a signal is a false alarm."
)
_REQUIREMENTS = (
    "Prefetch of responses or of observations is needed: this service never asks a FHIR server. "
    "Forms count when they name the patient and the day. When not all of them fit into one page "
    "the course is called incomplete."
)


def write_services() -> Json:
    """Return the answer to discovery: one service, once for each of its hooks."""
    return {
        "services": [
            {
                "hook": hook,
                "id": SERVICE,
                "title": "Alliance monitor",
                "description": _DESCRIPTION,
                "usageRequirements": _REQUIREMENTS,
                "prefetch": PREFETCH,
                "version": SPECIFICATION,
                "hookVersion": version,
            }
            for hook, version in HOOKS.items()
        ]
    }
