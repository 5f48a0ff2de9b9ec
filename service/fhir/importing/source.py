"""What is imported: one Questionnaire, and the value sets and code systems that came with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.scoring.instrument import Number
from service.scoring.issue import Issue

_KINDS = ("Questionnaire", "Bundle")


@dataclass(slots=True)
class Source:
    """A form; value sets by every name that an item may bind them by, code systems by address, and
    by address the weights of their concepts, once they were looked up.
    """

    form: Node
    value_sets: dict[str, Node] = field(default_factory=dict)
    code_systems: dict[str, Node] = field(default_factory=dict)
    weights: dict[str, dict[str, set[Number]]] = field(default_factory=dict)

    def add(self, node: Node, findings: Findings, *, contained: bool = False) -> None:
        """Note a value set or a code system; other resources are passed over."""
        kind = node.value.get("resourceType")
        known = {"ValueSet": self.value_sets, "CodeSystem": self.code_systems}.get(str(kind))
        if known is None:
            return
        name, url = node.text("id", findings), node.text("url", findings)
        if name is not None:
            known.setdefault(f"#{name}" if contained else f"{kind}/{name}", node)
        if url is not None:
            known.setdefault(url, node)
            known.setdefault(f"{url}|{node.text('version', findings)}", node)

    def value_set(self, address: str) -> Node | None:
        """Return the value set that an item binds, None where it did not come along."""
        return self.value_sets.get(address) or self.value_sets.get(address.partition("|")[0])


def read_source(document: object, findings: Findings) -> Source | None:
    """Return what a file holds, None where it holds no Questionnaire, or several."""
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind not in _KINDS:
        detail = "The file holds neither a Questionnaire nor a Bundle with one."
        findings.errors.append(Issue((), "wrong_resource", detail))
        return None
    whole = Node(document, ())
    resources = [whole] if kind == "Questionnaire" else list(_entries(whole, findings))
    forms = [one for one in resources if one.value.get("resourceType") == "Questionnaire"]
    if len(forms) != 1:
        detail = f"The Bundle holds {len(forms)} Questionnaires; one is imported at a time."
        findings.error(("entry",), "wrong_resource", detail)
        return None
    source = Source(forms[0])
    for contained in forms[0].objects("contained", findings):
        source.add(contained, findings, contained=True)
    for other in resources:
        source.add(other, findings)
    return source


def _entries(bundle: Node, findings: Findings) -> Iterator[Node]:
    for entry in bundle.objects("entry", findings):
        resource = entry.object("resource", findings)
        if resource is not None:
            yield resource
