"""Walking through a resource that may hold anything: every step knows its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from service.fhir.findings import Findings
from service.scoring.issue import Path

Resource = dict[str, Any]
_MODIFIERS = {"modifierExtension", "implicitRules"}


@dataclass(slots=True)
class Node:
    """An object of the body, with its place."""

    value: Resource
    path: Path

    def objects(self, name: str, findings: Findings) -> Iterable["Node"]:
        """Return the objects of an array member. An absent member is empty, and so is null."""
        members = self.value.get(name)
        if members is None:
            return ()
        path = (*self.path, name)
        if not isinstance(members, list):
            findings.error(path, "wrong_type", "An array is needed.")
            return ()
        nodes = [
            Node(member, (*path, index))
            for index, member in enumerate(members)
            if isinstance(member, dict)
        ]
        return nodes if len(nodes) == len(members) else _objects_among(members, path, findings)

    def object(self, name: str, findings: Findings) -> "Node | None":
        """Return an object member, None where it is absent or null."""
        member = self.value.get(name)
        if member is None:
            return None
        if isinstance(member, dict):
            return Node(member, (*self.path, name))
        findings.error((*self.path, name), "wrong_type", "An object is needed.")
        return None

    def text(self, name: str, findings: Findings) -> str | None:
        """Return a text member, None where it is absent or null."""
        member = self.value.get(name)
        if member is None or isinstance(member, str):
            return member
        findings.error((*self.path, name), "wrong_type", "A string is needed.")
        return None


def _objects_among(members: list[Any], path: Path, findings: Findings) -> Iterator[Node]:
    """Yield the objects of an array that holds others too, which are faults in their turn."""
    for index, member in enumerate(members):
        if isinstance(member, dict):
            yield Node(member, (*path, index))
        elif member is not None:
            findings.error((*path, index), "wrong_type", "An object is needed.")


def check_modifiers(node: Node, findings: Findings) -> None:
    """Refuse what may turn the meaning of an element round: FHIR wants nobody to read past a
    modifier that they do not know.
    """
    for name in _MODIFIERS & node.value.keys():
        if node.value[name]:
            detail = "What this modifier does to the meaning is not known here; nothing is read."
            findings.error((*node.path, name), "unknown_modifier", detail)


def codings_of(node: Node, name: str, findings: Findings) -> Iterator[tuple[str | None, str]]:
    """Yield (system, code) of each coding in an array member."""
    for coding in node.objects(name, findings):
        system, code = coding.text("system", findings), coding.text("code", findings)
        if code is not None:
            yield system, code
