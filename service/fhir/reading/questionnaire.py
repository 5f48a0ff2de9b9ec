"""A questionnaire that comes along: what its linkIds stand for, and what its answers weigh."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.reading.node import Node, codings_of
from service.fhir.reading.weights import weights_of
from service.scoring.instrument import Number

Weights = dict[Code, set[Number]]


@dataclass(slots=True)
class SentQuestionnaire:
    """The sender's own questionnaire: its address, version, id and codes, and by linkId the codes
    of the item and the weights of its answers.
    """

    url: str | None = None
    version: str | None = None
    name: str | None = None
    codes: list[Code] = field(default_factory=list)
    items: dict[str, tuple[Code, ...]] = field(default_factory=dict)
    weights: dict[str, Weights] = field(default_factory=dict)

    @property
    def has_name(self) -> bool:
        """Whether anything tells which responses it is for."""
        return self.url is not None or self.name is not None

    def goes_by(self, address: str) -> bool:
        """Tell whether an address, with or without a version, is that of the questionnaire: its
        own, or one on a server (`Questionnaire/1`), which ends in its id or as its own does.
        """
        plain, _, version = address.partition("|")
        if version and self.version not in (None, version):
            return False
        if plain == self.url:
            return True
        server, _, end = plain.rpartition("/")
        is_served = server == "Questionnaire" or server.endswith("/Questionnaire")
        return is_served and end in (self.name, (self.url or "").rpartition("/")[2])


NOTHING_SENT = SentQuestionnaire()


def read_questionnaire(node: Node, findings: Findings) -> SentQuestionnaire:
    """Return what a Questionnaire says of its items and answers."""
    sent = SentQuestionnaire(
        node.text("url", findings),
        node.text("version", findings),
        node.text("id", findings),
        [*codings_of(node, "code", findings)],
    )
    bound = {
        f"#{name}": _weights_of_values(contained, findings)
        for contained in node.objects("contained", findings)
        if (name := contained.text("id", findings)) is not None
    }
    for item in _items(node, findings):
        link_id = item.text("linkId", findings)
        if link_id is None:
            continue
        if link_id in sent.items:
            detail = "Two items of the questionnaire have this linkId."
            findings.error((*item.path, "linkId"), "repeated_link_id", detail)
        sent.items[link_id] = tuple(codings_of(item, "code", findings))
        own: Weights = {}
        for option in item.objects("answerOption", findings):
            coding = option.object("valueCoding", findings)
            if coding is not None:
                _add(own, coding, coding.text("system", findings), option.value, findings)
        of_set = bound.get(item.text("answerValueSet", findings) or "")
        sent.weights[link_id] = own if not of_set else _both(own, of_set) if own else of_set
    return sent


def _items(node: Node, findings: Findings) -> Iterator[Node]:
    for item in node.objects("item", findings):
        yield item
        yield from _items(item, findings)


def _weights_of_values(value_set: Node, findings: Findings) -> Weights:
    """Return the weights of the concepts that a value set lists."""
    weights: Weights = {}
    compose = value_set.object("compose", findings)
    if compose is None:
        return weights
    for include in compose.objects("include", findings):
        system = include.text("system", findings)
        for concept in include.objects("concept", findings):
            _add(weights, concept, system, {}, findings)
    return weights


def _both(own: Weights, of_set: Weights) -> Weights:
    return {code: own.get(code, set()) | of_set.get(code, set()) for code in (*own, *of_set)}


def _add(
    weights: Weights, coding: Node, system: str | None, around: object, findings: Findings
) -> None:
    code = coding.text("code", findings)
    found = weights_of(around, coding.value)
    if code is not None and found:
        weights.setdefault((system, code), set()).update(found)
