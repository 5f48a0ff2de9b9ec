"""Courses whose charts the tests look at, judged by the engine itself."""

from typing import Any

from service.alliance.course import Course
from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import report_course
from service.definitions.catalog import Catalog
from tests.alliance.courses import DIP

Json = dict[str, Any]
ERRORS = {"wai-sr": {"total": {"sem": 0.2, "within_person_sd": 0.3}}}


def sessions(
    patient: tuple[float | None, ...] = DIP,
    therapist: tuple[float, ...] = (),
    symptoms: tuple[int, ...] = (),
) -> list[Json]:
    """Return sessions numbered from 1; None is a session without the patient's form."""
    found = []
    for index, score in enumerate(patient):
        forms: list[Json] = []
        if score is not None:
            forms.append({"instrument": "wai-sr", "scores": {"total": score}})
        if index < len(therapist):
            forms.append({"instrument": "wai-srt", "scores": {"total": therapist[index]}})
        if index < len(symptoms):
            forms.append({"instrument": "phq-9", "scores": {"total": symptoms[index]}})
        found.append({"number": index + 1, "forms": forms})
    return found


def course_of(catalog: Catalog, sessions: list[Json], **more: Any) -> Course:
    """Return a course that was read."""
    return read_course(
        sessions, lambda name, version: catalog.get(name, version).scorer, policy_for(), **more
    )


def report_on(catalog: Catalog, course: list[Json], reference: str | None = None) -> Json:
    """Return the report that the chart is drawn from."""
    used = {form["instrument"] for session in course for form in session.get("forms", [])}
    known = {name: errors for name, errors in ERRORS.items() if name in used}
    return report_course(course_of(catalog, course, errors=known, reference=reference))
