"""Which items share a set of answers, and which have it mirrored or the other way round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from service.definitions.skeleton import to_confirm
from service.fhir.codes import Code
from service.fhir.importing.questions import Question
from service.scoring.instrument import Number

Json = dict[str, Any]

_OPEN = to_confirm("the number that is submitted for this answer")


@dataclass(frozen=True, slots=True)
class Choice:
    """Answers in printed order, each with its code and words, and what each is worth."""

    answers: tuple[tuple[Code | None, str | None], ...]
    weights: tuple[int | None, ...]

    @property
    def is_known(self) -> bool:
        """Whether the weights can stand for the answers: all are there, none twice."""
        return None not in self.weights and len(set(self.weights)) == len(self.weights)

    @property
    def rises(self) -> bool:
        """Whether the answers are worth more and more as they are printed."""
        return self.is_known and [*self.weights] == sorted(_known(self.weights))

    def used(self, *, reverse: bool, mirrored: bool) -> "Choice":
        """Return the answers as an item has them that is reverse-keyed or printed mirrored."""
        weights = _known(self.weights)
        ends = min(weights) + max(weights)
        turned = [ends - weight for weight in weights] if reverse else weights
        step = -1 if mirrored else 1
        return Choice(self.answers[::step], tuple(turned[::step]))


class Numbers(NamedTuple):
    """Numbers from a lowest to a highest, in steps of 1 or any."""

    lowest: Number
    highest: Number
    step: int | None


class Use(NamedTuple):
    """The response set of an item, and how the item uses it."""

    base: Choice | Numbers
    reverse: bool = False
    mirrored: bool = False


def _known(weights: Iterable[int | None]) -> list[int]:
    """Return the weights that are there."""
    return [weight for weight in weights if weight is not None]


def uses_of(questions: Sequence[Question]) -> list[Use]:
    """Return the response set of each question: one and the same for all whose answers and weights
    are equal.

    An item that gives the answers of another set its weights the other way round is taken as
    reverse-keyed. Of two such sets the one that rises as it is printed is the plain one, else the
    first.
    """
    own = [_own(question) for question in questions]
    choices = [one for one in own if isinstance(one, Choice)]
    known: dict[Choice, Use] = {}
    for choice in sorted(dict.fromkeys(choices), key=lambda one: not one.rises):
        if choice in known:
            continue
        known[choice] = Use(choice)
        if choice.is_known:
            for reverse, mirrored in product((False, True), repeat=2):
                variant = choice.used(reverse=reverse, mirrored=mirrored)
                known.setdefault(variant, Use(choice, reverse, mirrored))
    return [known[one] if isinstance(one, Choice) else Use(one) for one in own]


def _own(question: Question) -> Choice | Numbers:
    if question.limits is not None:
        return Numbers(*question.limits, question.step)
    return Choice(
        tuple((answer.code, answer.label) for answer in question.answers),
        tuple(answer.weight for answer in question.answers),
    )


def write_set(base: Choice | Numbers, *, with_text: bool) -> Json:
    """Return a response set. A number that the form does not tell is left to the author."""
    if isinstance(base, Numbers):
        limits: Json = {"min": base.lowest, "max": base.highest}
        return limits if base.step == 1 else {**limits, "step": base.step}
    known = _known(base.weights)
    # Where two answers weigh the same, a weight is no number that is submitted for an answer.
    are_scores = len(set(known)) < len(known)
    has_scores = are_scores and len(known) == len(base.weights)
    return {
        "options": [
            {
                "value": _OPEN if weight is None or are_scores else weight,
                **({"label": label} if label and with_text else {}),
                **({} if code is None else {"code": code[1]}),
                **({"score": weight} if has_scores else {}),
            }
            for (code, label), weight in zip(base.answers, base.weights, strict=True)
        ]
    }
