"""What a client fetched before it called: forms, scores, the patient.

A key that is absent was not looked for, one that is null was and nothing is there, and an
OperationOutcome says that looking failed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.cds.discovery import OBSERVATIONS, PATIENT, RESPONSES
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.page import is_beside, is_page, mode_of
from service.fhir.reading.request import MOST_RESPONSES, Sent, source_of_entry
from service.scoring.issue import Issue

_KINDS = {RESPONSES: "QuestionnaireResponse", OBSERVATIONS: "Observation"}


class Unmet(ValueError):
    """The data that is needed did not come along; carries why, with the place in the body."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        super().__init__("data is missing")
        self.issues = tuple(issues)


@dataclass(slots=True)
class Prefetched:
    """What came along. `n_unread` entries held nothing that can be looked at; `is_incomplete`: the
    client has more forms than these.
    """

    responses: list[Sent] = field(default_factory=list)
    observations: list[Sent] = field(default_factory=list)
    patient: Node | None = None
    n_unread: int = 0
    is_incomplete: bool = False


class PrefetchReader:
    """Reads what came along; faults of its shape go to the findings, what is missing or failed is
    kept until the request is known to be sound.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._unmet: list[Issue] = []
        self._read = Prefetched()

    def check_met(self) -> None:
        """Raise Unmet where the data that is needed did not come along, or its fetching failed."""
        if self._unmet:
            raise Unmet(self._unmet)

    def read(self, prefetch: Node | None) -> Prefetched:
        """Return what came along under the keys of the service; other keys are not looked at."""
        if prefetch is None or not _KINDS.keys() & prefetch.value.keys():
            detail = f"One of the prefetch keys {' and '.join(_KINDS)} is needed."
            self._unmet.append(Issue(("prefetch",), "required", detail))
            return self._read
        for key, into in (
            (RESPONSES, self._read.responses),
            (OBSERVATIONS, self._read.observations),
        ):
            found = prefetch.object(key, self._findings)
            if found is not None:
                self._take(found, _KINDS[key], into)
        patient = prefetch.object(PATIENT, self._findings)
        if patient is not None and patient.value.get("resourceType") == "Patient":
            self._read.patient = patient
        if len(self._read.responses) > MOST_RESPONSES:
            detail = f"At most {MOST_RESPONSES} responses are looked at."
            path = ("prefetch", RESPONSES)
            self._findings.error(path, "too_many_responses", detail, {"maximum": MOST_RESPONSES})
        return self._read

    def _take(self, found: Node, kind: str, into: list[Sent]) -> None:
        if found.value.get("resourceType") == "OperationOutcome":
            self._fail(found)
            return
        if found.value.get("resourceType") != "Bundle":
            path = (*found.path, "resourceType")
            self._findings.error(path, "wrong_resource", "A Bundle is needed, or null.")
            return
        for entry in self._entries(found):
            resource = entry.value.get("resource")
            type_of = resource.get("resourceType") if isinstance(resource, dict) else None
            if type_of == "OperationOutcome" or mode_of(entry) == "outcome":
                self._fail(entry)
            elif isinstance(resource, dict) and type_of == kind:
                node = Node(resource, (*entry.path, "resource"))
                full_url = entry.value.get("fullUrl")
                source = source_of_entry(full_url) if isinstance(full_url, str) else None
                into.append(Sent(node, source))
            elif not is_beside(entry):
                self._read.n_unread += 1
        self._read.is_incomplete |= is_page(found)

    def _entries(self, found: Node) -> Iterator[Node]:
        entries = found.value.get("entry")
        if entries is not None and not isinstance(entries, list):
            self._findings.error((*found.path, "entry"), "wrong_type", "An array is needed.")
            return
        for index, entry in enumerate(entries or ()):
            if isinstance(entry, dict):
                yield Node(entry, (*found.path, "entry", index))
            else:
                self._read.n_unread += 1

    def _fail(self, place: Node) -> None:
        detail = "An OperationOutcome came in place of data: what is needed could not be fetched."
        self._unmet.append(Issue(place.path, "prefetch_failed", detail))
