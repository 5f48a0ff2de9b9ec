"""Members of a body that have to be there, or that have to have a form."""

import re
from collections.abc import Collection

from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.scoring.issue import path_to_member

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


def check_members(node: Node, known: Collection[str], findings: Findings) -> None:
    """Note members that an object does not have."""
    for name in node.value:
        if name not in known:
            path = path_to_member(node.path, name, known)
            findings.error(path, "unknown_member", "There is no such member.", sorted(known))


def needed_text(
    node: Node, name: str, findings: Findings, form: re.Pattern[str], what: str
) -> str | None:
    """Return a text that has to be there and to match, None with a fault where it does not."""
    if node.value.get(name) is None:
        findings.error((*node.path, name), "required", f"{what} is needed.")
        return None
    text = node.text(name, findings)
    if text is not None and not form.fullmatch(text):
        findings.error((*node.path, name), "wrong_format", f"{what} is needed.")
        return None
    return text


def needed_choice(
    node: Node, name: str, findings: Findings, choices: Collection[str]
) -> str | None:
    """Return a text that has to be one of some, None with a fault where it is not."""
    what, allowed = f"One of {', '.join(choices)} is needed.", list(choices)
    if node.value.get(name) is None:
        findings.error((*node.path, name), "required", what, allowed)
        return None
    text = node.text(name, findings)
    if text is not None and text not in choices:
        findings.error((*node.path, name), "not_allowed", what, allowed)
        return None
    return text


def whole_objects(node: Node, name: str, findings: Findings) -> list[Node]:
    """Return the objects of an array, of which none may be null; [] where there is no array."""
    members = node.value.get(name)
    for index, member in enumerate(members if isinstance(members, list) else ()):
        if member is None:
            findings.error((*node.path, name, index), "wrong_type", "An object is needed.")
    return list(node.objects(name, findings))


def needed_object(node: Node, name: str, findings: Findings) -> Node | None:
    """Return an object that has to be there, None with a fault where it is not."""
    if node.value.get(name) is None:
        findings.error((*node.path, name), "required", "An object is needed.")
        return None
    return node.object(name, findings)
