"""The questions of a form that could be items of a definition, and what is said of all others."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.definitions.build.steps import LONGEST_RESPONSE_SET
from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.importing.answers import Answer, answers_of
from service.fhir.importing.source import Source
from service.fhir.reading.node import Node, codings_of
from service.scoring.instrument import Number
from service.scoring.issue import Path

_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition/"
_CALCULATED = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
)
_CHOICES = ("choice", "open-choice", "coding", "question")
_NUMBERS = ("integer", "decimal")
_NO_QUESTION = ("group", "display")
_MOST_STEPS = LONGEST_RESPONSE_SET - 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question: a choice among answers, or a number within limits (`step` None: any)."""

    link_id: str
    path: Path
    text: str | None = None
    codes: tuple[Code, ...] = ()
    answers: tuple[Answer, ...] = ()
    limits: tuple[Number, Number] | None = None
    step: int | None = 1

    @property
    def is_weighted(self) -> bool:
        """Whether an answer says what it is worth: a number does."""
        return self.limits is not None or any(answer.weights for answer in self.answers)


@dataclass(slots=True)
class Questions:
    """The questions of a form in their order, and the linkIds of those that were left out."""

    taken: list[Question] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_questions(source: Source, findings: Findings) -> Questions:
    """Return the questions of a form. What is left out, or is more than a definition takes from it,
    is said.
    """
    questions = Questions()
    seen: set[str] = set()
    for item in _items(source.form, findings):
        link_id = item.text("linkId", findings)
        kind = item.text("type", findings)
        if kind in _NO_QUESTION:
            _remark_on_asking(item, kind, findings)
            continue
        if not link_id:
            findings.error(item.path, "required", "An item needs a linkId.")
        elif link_id in seen:
            detail = "Two items of the questionnaire have this linkId."
            findings.error((*item.path, "linkId"), "repeated_link_id", detail)
        else:
            seen.add(link_id)
            _read(item, link_id, kind, source, questions, findings)
    if not questions.taken and not findings.errors:
        detail = (
            "No item could be taken: the form has no choice whose answers are in the file, and no "
            "number with limits."
        )
        findings.errors = [*findings.warnings]
        findings.error((*source.form.path, "item"), "no_items", detail)
    return questions


def _items(node: Node, findings: Findings) -> Iterator[Node]:
    for item in node.objects("item", findings):
        yield item
        yield from _items(item, findings)


def _read(
    item: Node,
    link_id: str,
    kind: str | None,
    source: Source,
    questions: Questions,
    findings: Findings,
) -> None:
    if _extension(item, _CALCULATED) is not None:
        detail = "This item is worked out from others: it is no question and was left out."
        findings.warn(item.path, "calculated", detail)
        return
    if item.value.get("readOnly") is True:
        questions.left_out.append(link_id)
        detail = "This item is only shown, not answered (readOnly); it was left out."
        findings.warn(item.path, "left_out", detail)
        return
    answers = tuple(answers_of(item, source, findings)) if kind in (*_CHOICES, *_NUMBERS) else ()
    limits = _limits(item) if kind in _NUMBERS and not answers else None
    if not answers and limits is None:
        questions.left_out.append(link_id)
        if "answerValueSet" not in item.value:  # what is missing has been said
            findings.warn(item.path, "left_out", _why_left_out(kind))
        return
    _remark_on_asking(item, kind, findings)
    _remark_on_weights(item, answers, findings)
    step = None if kind == "decimal" else 1
    questions.taken.append(
        Question(
            link_id,
            item.path,
            item.text("text", findings),
            tuple(codings_of(item, "code", findings)),
            answers,
            limits,
            step,
        )
    )


def _why_left_out(kind: str | None) -> str:
    if kind in _CHOICES:
        return "No answers of this choice are in the file; it was left out."
    if kind == "time":
        return (
            "A clock time is only scored as the hours to another one, which a ratio names; it was "
            "left out."
        )
    if kind in _NUMBERS:
        return (
            "This number has no minValue below a maxValue (or more than 200 steps between them): "
            "it was left out."
        )
    return "Only choices and numbers with limits can be scored; this item was left out."


def _remark_on_asking(item: Node, kind: str | None, findings: Findings) -> None:
    """Say what a definition does not take over."""
    if "enableWhen" in item.value:
        detail = "Whether this item is asked depends on others: it may need a gate."
        findings.warn((*item.path, "enableWhen"), "enable_when", detail)
    if item.value.get("repeats") is True:
        detail = "Several answers may be given; a definition takes one answer to an item."
        findings.warn((*item.path, "repeats"), "repeats", detail)
    constraint = item.value.get("answerConstraint")
    if kind == "open-choice" or constraint in ("optionsOrType", "optionsOrString"):
        detail = "Other answers than those listed may be given; they have no score."
        findings.warn(item.path, "open_choice", detail)


def _remark_on_weights(item: Node, answers: tuple[Answer, ...], findings: Findings) -> None:
    """Say what is wrong with the weights of the answers."""
    if answers and not any(answer.weights for answer in answers):
        detail = "No answer of this item has a weight: what each is worth is left to you."
        findings.warn(item.path, "no_weights", detail)
        return
    for answer in answers:
        if answer.weight is None:
            findings.warn(answer.path, "weight_left_open", _why_open(answer))
    weights = [answer.weight for answer in answers if answer.weight is not None]
    if len(set(weights)) < len(weights):
        detail = "Two answers weigh the same: the number that is submitted for each is left to you."
        findings.warn(item.path, "weights_tied", detail)


def _why_open(answer: Answer) -> str:
    if not answer.weights:
        return "This answer has no weight, others of the item have: it is left to you."
    if len(answer.weights) > 1:
        return "This answer has two weights that differ: which is right is left to you."
    return "The weight of this answer is no whole number, or too large: it is left to you."


def _limits(item: Node) -> tuple[Number, Number] | None:
    """Return lowest and highest answer, None where they are not both there and in order."""
    low, high = (_number(_extension(item, _EXTENSIONS + end)) for end in ("minValue", "maxValue"))
    if low is None or high is None or low >= high:
        return None
    if item.value.get("type") == "integer" and high - low > _MOST_STEPS:
        return None
    return low, high


def _number(extension: dict[str, object] | None) -> Number | None:
    if extension is None:
        return None
    value = extension.get("valueInteger", extension.get("valueDecimal"))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]


def _extension(item: Node, url: str) -> dict[str, object] | None:
    extensions = item.value.get("extension")
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, dict) and one.get("url") == url:
            return one
    return None
