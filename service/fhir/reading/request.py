"""The body of `$score`: a response, a Bundle of them or of Observations, or Parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from service.fhir.canonical import Canonical, Names
from service.fhir.findings import Findings
from service.fhir.reading.goal import Goal, read_goal
from service.fhir.reading.node import Node, Resource
from service.fhir.reading.page import is_page
from service.fhir.reading.questionnaire import SentQuestionnaire, read_questionnaire
from service.fhir.reading.values import values_in
from service.scoring.form.submission import SELF_REPORT
from service.scoring.instrument import Number

MOST_RESPONSES = 200
MOST_GOALS = 50
MOST_QUESTIONNAIRES = 50
OLDEST = 130
SEXES = ("female", "male", "other", "unknown")
RATERS = (SELF_REPORT, "therapist", "observer")
BODIES = ("QuestionnaireResponse", "Bundle", "Parameters")
_YEARS = ("a", "years", "year")


@dataclass(slots=True)
class Sent:
    """A resource with the reference to it that its Bundle gave it."""

    node: Node
    source: str | None = None


@dataclass(slots=True)
class ScoreRequest:
    """What is to be scored, and how. `norms` None: the default ones."""

    responses: list[Sent] = field(default_factory=list)
    observations: list[Sent] = field(default_factory=list)
    previous: list[Sent] = field(default_factory=list)
    previous_observations: list[Sent] = field(default_factory=list)
    questionnaires: list[SentQuestionnaire] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    instrument: Canonical | None = None
    norms: tuple[str, ...] | None = None
    age: Number | None = None
    sex: str | None = None
    perspective: str | None = None
    allow_partial: bool = False
    item_observations: bool = False


def read_request(body: Resource, names: Names, findings: Findings) -> ScoreRequest:
    """Return what a body asks for; faults go to the findings."""
    reader = _RequestReader(names, findings)
    reader.read_body(Node(body, ()))
    request = reader.request
    if not request.responses and not request.observations and not findings.errors:
        detail = "Nothing came that can be scored: neither a response nor an Observation."
        findings.error((), "nothing_to_score", detail)
    for number, most, what in (
        (len(request.responses), MOST_RESPONSES, "responses"),
        (len(request.goals), MOST_GOALS, "goals"),
        (len(request.questionnaires), MOST_QUESTIONNAIRES, "questionnaires"),
    ):
        if number > most:
            findings.error((), f"too_many_{what}", f"At most {most} {what} are looked at at once.")
    return request


def named_instrument(text: str, names: Names) -> Canonical:
    """Return what a caller names: our canonical address, or an id; both with or without
    `|version`.
    """
    canonical = names.read(text)
    if canonical is not None:
        return canonical
    name, bar, version = text.partition("|")
    return Canonical(name, version if bar else None)


class _RequestReader:
    def __init__(self, names: Names, findings: Findings) -> None:
        self.request = ScoreRequest()
        self._names = names
        self._findings = findings

    def read_body(self, body: Node) -> None:
        """Take a bare resource, a Bundle or Parameters; faults go to the findings."""
        kind = body.value.get("resourceType")
        if kind == "Parameters":
            self._parameters(body)
        elif kind in ("QuestionnaireResponse", "Bundle"):
            self._take(body, self.request.responses)
        else:
            detail = f"The body must be one of {', '.join(BODIES)}."
            self._findings.error(("resourceType",), "wrong_resource", detail, list(BODIES))

    def _parameters(self, body: Node) -> None:
        seen: set[str] = set()
        for parameter in body.objects("parameter", self._findings):
            name = parameter.text("name", self._findings)
            read = _READERS.get(name or "")
            if read is None or name is None:
                detail = "The operation has no such parameter; it was left out of account."
                self._findings.unknown(parameter.path, "unknown_parameter", detail)
                continue
            if name in seen and name not in _REPEATED:
                detail = "This parameter may be given once."
                self._findings.error(parameter.path, "repeated_parameter", detail)
            seen.add(name)
            read(self, parameter)

    def _take(self, node: Node, into: list[Sent], source: str | None = None) -> None:
        """Take a response or an Observation, or all of them and questionnaires of a Bundle."""
        kind = node.value.get("resourceType")
        if kind == "QuestionnaireResponse":
            into.append(Sent(node, source))
        elif kind == "Observation":
            is_earlier = into is self.request.previous
            request = self.request
            where = request.previous_observations if is_earlier else request.observations
            where.append(Sent(node, source))
        elif kind == "Questionnaire":
            self.request.questionnaires.append(read_questionnaire(node, self._findings))
        elif kind == "Bundle":
            if is_page(node):
                detail = "The Bundle has a next page: what is said rests on an incomplete course."
                self._findings.warn(node.path, "incomplete_course", detail)
            for entry in node.objects("entry", self._findings):
                resource = entry.object("resource", self._findings)
                if resource is not None:
                    full_url = entry.text("fullUrl", self._findings)
                    self._take(resource, into, source_of_entry(full_url))
        else:
            detail = "This resource is not one that is scored; it was left out of account."
            self._findings.unknown(node.path, "resource_not_read", detail)

    def _resource(self, parameter: Node) -> Node | None:
        resource = parameter.object("resource", self._findings)
        if resource is None:
            detail = "This parameter holds a resource."
            self._findings.error(parameter.path, "required", detail)
        return resource

    def _responses(self, parameter: Node) -> None:
        if (resource := self._resource(parameter)) is not None:
            self._take(resource, self.request.responses)

    def _previous(self, parameter: Node) -> None:
        if (resource := self._resource(parameter)) is not None:
            self._take(resource, self.request.previous)

    def _questionnaire(self, parameter: Node) -> None:
        if (resource := self._resource_of("Questionnaire", parameter)) is not None:
            self.request.questionnaires.append(read_questionnaire(resource, self._findings))

    def _goal(self, parameter: Node) -> None:
        if (resource := self._resource_of("Goal", parameter)) is not None:
            self.request.goals.append(read_goal(resource, self._findings))

    def _resource_of(self, kind: str, parameter: Node) -> Node | None:
        """Return the resource of a parameter, None with a fault where it is of another type."""
        resource = self._resource(parameter)
        if resource is None or resource.value.get("resourceType") == kind:
            return resource
        path = (*resource.path, "resourceType")
        self._findings.error(path, "wrong_resource", f"A {kind} is needed.")
        return None

    def _value(self, parameter: Node, kinds: tuple[type, ...], what: str) -> Any:
        """Return the one value of a parameter, None with a fault where it has another type."""
        names = values_in(parameter)
        value = parameter.value[names[0]] if len(names) == 1 else None
        if type(value) not in kinds:
            self._findings.error(parameter.path, "wrong_type", f"{what} is needed.")
            return None
        return value

    def _instrument(self, parameter: Node) -> None:
        text = self._value(parameter, (str,), "The id of an instrument")
        if text is not None:
            self.request.instrument = named_instrument(text, self._names)

    def _norm(self, parameter: Node) -> None:
        text = self._value(parameter, (str,), "The id of a norm group")
        if text is not None:
            self.request.norms = (*(self.request.norms or ()), text)

    def _age(self, parameter: Node) -> None:
        age: Any
        quantity = parameter.value.get("valueQuantity")
        if isinstance(quantity, dict) and len(values_in(parameter)) == 1:
            unit = quantity.get("code", quantity.get("unit", "a"))
            age = quantity.get("value") if unit in _YEARS else None
        else:
            age = self._value(parameter, (int, float), "A number of years")
        if type(age) in (int, float) and 0 <= age <= OLDEST:
            self.request.age = age
        else:
            detail = f"The age is a number of years from 0 to {OLDEST}."
            self._findings.error(parameter.path, "out_of_range", detail)

    def _sex(self, parameter: Node) -> None:
        self.request.sex = self._choice(parameter, SEXES)

    def _perspective(self, parameter: Node) -> None:
        self.request.perspective = self._choice(parameter, RATERS)

    def _choice(self, parameter: Node, choices: tuple[str, ...]) -> str | None:
        detail = f"One of {', '.join(choices)}"
        text: str | None = self._value(parameter, (str,), detail)
        if text is None or text in choices:
            return text
        self._findings.error(
            parameter.path, "value_not_allowed", f"{detail} is needed.", list(choices)
        )
        return None

    def _partial(self, parameter: Node) -> None:
        self.request.allow_partial = bool(self._value(parameter, (bool,), "A boolean"))

    def _items(self, parameter: Node) -> None:
        self.request.item_observations = bool(self._value(parameter, (bool,), "A boolean"))


_READERS: dict[str, Callable[[_RequestReader, Node], None]] = {
    "questionnaire-response": _RequestReader._responses,
    "observation": _RequestReader._responses,
    "questionnaire": _RequestReader._questionnaire,
    "previous": _RequestReader._previous,
    "goal": _RequestReader._goal,
    "instrument": _RequestReader._instrument,
    "norms": _RequestReader._norm,
    "subject-age": _RequestReader._age,
    "subject-sex": _RequestReader._sex,
    "perspective": _RequestReader._perspective,
    "allow-partial": _RequestReader._partial,
    "item-observations": _RequestReader._items,
}
_REPEATED = frozenset(
    {"questionnaire-response", "observation", "questionnaire", "previous", "goal", "norms"}
)


def source_of_entry(full_url: str | None) -> str | None:
    """Return the address of a Bundle's entry where it is the only one that its resource has."""
    if full_url is not None and full_url.startswith("urn:uuid:") and len(full_url) <= 64:
        return full_url
    return None
