"""The call of a hook: which patient, in which encounter, and what came along."""

import re
from dataclasses import dataclass
from typing import Any

from service.cds.codes import ENCOUNTER_START, HOOKS
from service.cds.members import UUID, check_members, needed_choice, needed_object, needed_text
from service.cds.prefetch import Prefetched, PrefetchReader
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.references import ID
from service.scoring.issue import InvalidSubmission

_MEMBERS = (
    "hook",
    "hookInstance",
    "context",
    "prefetch",
    "fhirServer",
    "fhirAuthorization",
    "extension",
)
_SOMETHING = re.compile(r"\S(.{0,1022}\S)?")


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A call that was read. `instance` is the UUID that the client gave it."""

    hook: str
    instance: str
    patient: str
    encounter: str | None
    prefetched: Prefetched


def read_request(body: dict[str, Any]) -> HookRequest:
    """Return what a call says.

    The address and the token of a FHIR server are not looked at. A context may have members that
    later versions of its hook add. Raises InvalidSubmission with every fault, or Unmet where the
    data that is needed did not come along.
    """
    findings = Findings()
    root = Node(body, ())
    check_members(root, _MEMBERS, findings)
    hook = needed_choice(root, "hook", findings, tuple(HOOKS))
    instance = needed_text(root, "hookInstance", findings, UUID, "A UUID")
    patient, encounter = _context(root, hook, findings)
    reader = PrefetchReader(findings)
    prefetched = reader.read(root.object("prefetch", findings))
    if findings.errors or hook is None or instance is None or patient is None:
        raise InvalidSubmission(findings.errors)
    reader.check_met()
    return HookRequest(hook, instance.lower(), patient, encounter, prefetched)


def _context(root: Node, hook: str | None, findings: Findings) -> tuple[str | None, str | None]:
    """Return the ids of patient and encounter."""
    context = needed_object(root, "context", findings)
    if context is None:
        return None, None
    needed_text(context, "userId", findings, _SOMETHING, "The id of the user")
    patient = needed_text(context, "patientId", findings, ID, "The id of a Patient")
    encounter = None
    if hook == ENCOUNTER_START or context.value.get("encounterId") is not None:
        encounter = needed_text(context, "encounterId", findings, ID, "The id of an Encounter")
    return patient, encounter
