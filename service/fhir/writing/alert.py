"""An alert about a course of treatment as a DetectedIssue."""

from service.fhir.canonical import Names
from service.fhir.course import Alert
from service.fhir.writing.panel import ISSUES, about_patient
from service.fhir.writing.parts import Json, coding, concept

_SEVERITY = {"info": "low", "watch": "low", "alert": "moderate", "urgent": "high"}
_STILL_OPEN = ("open", "provisional")


def write_alert(alert: Alert, names: Names) -> Json:
    """Return the DetectedIssue of an episode: its level and state as codes, its message, and as
    evidence the scores of the sessions in which it opened and last changed.
    """
    episode = alert.episode
    references = [
        form.references[episode["scale"]]
        for form in (alert.opened, alert.updated)
        if episode["scale"] in form.references
    ]
    issue: Json = {
        "resourceType": "DetectedIssue",
        "status": "preliminary" if episode["status"] in _STILL_OPEN else "final",
        "code": concept(
            alert.said["summary"],
            coding(names.code_system(ISSUES), "alliance-signal", "Signal about the alliance"),
            coding(names.code_system("alert-levels"), episode["severity"]),
            coding(names.code_system("alert-states"), episode["status"]),
        ),
        "severity": _SEVERITY[episode["severity"]],
        **about_patient(alert.updated.about),
    }
    if references:
        issue["evidence"] = [{"detail": [{"reference": one}]} for one in dict.fromkeys(references)]
    issue["detail"] = alert.said["message"]
    return issue
