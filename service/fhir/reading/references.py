"""References of a response, as far as the scores have to carry them on."""

import re

from service.fhir.findings import Findings
from service.fhir.reading.node import Node, Resource

_REFERENCE = re.compile(r"[^\s\x00-\x1f\x7f]{1,1024}")
ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)


def read_reference(node: Node, name: str, findings: Findings) -> Resource | None:
    """Return a reference with what identifies it, without the display, which may be a name.

    A subject may be known by an identifier only. None where nothing identifies it.
    """
    given = node.object(name, findings)
    if given is None:
        return None
    kept: Resource = {}
    reference, kind = given.text("reference", findings), given.text("type", findings)
    if reference is not None and _REFERENCE.fullmatch(reference):
        kept["reference"] = reference
    elif reference is not None:
        detail = "A reference is text without white space."
        findings.error((*given.path, "reference"), "value_not_allowed", detail)
    if kind is not None and ID.fullmatch(kind):
        kept["type"] = kind
    if identified := _identifier(given, findings):
        kept["identifier"] = identified
    return kept if "reference" in kept or "identifier" in kept else None


def _identifier(given: Node, findings: Findings) -> dict[str, str]:
    identifier = given.object("identifier", findings)
    if identifier is None:
        return {}
    parts = {part: identifier.text(part, findings) for part in ("system", "value")}
    return {part: text for part, text in parts.items() if text}


def identity_of(reference: Resource | None) -> str:
    """Return what tells a reference from those to other resources, as far as it says: neither its
    type nor the version of the resource.
    """
    if reference is None:
        return ""
    address: str = reference.get("reference", "").partition("/_history/")[0]
    return address or repr(reference.get("identifier"))


def are_different(one: Resource | None, other: Resource | None) -> bool:
    """Tell whether two references are known to be to different resources.

    An address and the end of it (`https://a/Patient/1`, `Patient/1`) may be the same, and so may an
    identifier be of any reference that has none.
    """
    if one is None or other is None:
        return False
    both = [reference.get("identifier") for reference in (one, other)]
    if None not in both and both[0] != both[1]:
        return True
    ends = [reference.get("reference", "").partition("/_history/")[0] for reference in (one, other)]
    if "" in ends or ends[0] == ends[1]:
        return False
    shorter, longer = sorted(ends, key=len)
    return not longer.endswith(f"/{shorter}")


def is_patient(reference: Resource) -> bool:
    """Tell whether a reference may be to a patient: it names no other type."""
    kind = reference.get("type", "Patient")
    parts = reference.get("reference", "Patient/").split("/")
    named = parts[-2] if len(parts) > 1 else "Patient"
    return kind == "Patient" and named == "Patient"


def rater_of(reference: Resource | None) -> str | None:
    """Return who answered, by the type of `source`: the patient or a practitioner."""
    if reference is None:
        return None
    parts = reference.get("reference", "").split("/")
    kind = reference.get("type") or (parts[-2] if len(parts) > 1 else None)
    return {"Patient": "client", "Practitioner": "therapist", "PractitionerRole": "therapist"}.get(
        kind or ""
    )
