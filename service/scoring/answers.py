"""One completed form: reading the submitted answers strictly, and keying them in the same pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import getitem
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from service.scoring.instrument import Answer, Instrument, Item, Number, Perspective
from service.scoring.issue import InvalidSubmission, Issue, Path, path_to
from service.scoring.report_shape import ReportWarning

Answers = Mapping[str, object] | Sequence[object]
Encoding = Literal["value", "position"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

_NOBODY: frozenset[int] = frozenset()
_NO_GATES: Mapping[int, str] = MappingProxyType({})
_MOST_ANSWERS = 500
_WHOLE_OR_MISSING = {int, type(None)}
_ANSWERS = frozenset({int, float, str})
_CLOCK_TIME = (
    "A clock time of 24 hours is needed: two digits for the hour, a colon and two for the minute."
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier measurement to compare with: its answers with the items that did not apply, or
    scores in the headline metric, by scale. A score of None is not given.
    """

    answers: Answers | None = None
    scores: Mapping[str, object] | None = None
    not_applicable: Sequence[object] = ()


class Submission(NamedTuple):
    """One completed form as it was sent, with what is known about the respondent.

    `norms`: None = the default norms, () = none, ("*",) = all that fit, else norm ids.
    """

    answers: Answers
    not_applicable: Sequence[object] = ()
    encoding: Encoding = "value"
    perspective: Perspective | None = None
    age: Number | None = None
    sex: str | None = None
    reference: str | None = None
    norms: tuple[str, ...] | None = None
    baseline: Baseline | None = None


class Form(NamedTuple):
    """A form whose answers have been checked: `values` as submitted and `scores` keyed, both in
    item order.

    None = not answered. `not_applicable` holds the positions that the caller says do not apply,
    `gated` those that a gate excuses (with the gate's id), `excluded` those that it takes out of
    their scales, `unasked` those of them that the form does not ask of such a respondent: what is
    published for the form holds without them. `answered` counts the answers that were given;
    `not_known` holds the positions of those that say that nothing is known, which count as not
    answered.
    """

    values: Sequence[Answer | None]
    scores: Sequence[Number | None]
    not_applicable: frozenset[int] = _NOBODY
    excluded: frozenset[int] = _NOBODY
    gated: Mapping[int, str] = _NO_GATES
    warnings: Sequence[ReportWarning] = ()
    answered: int = 0
    unasked: frozenset[int] = _NOBODY
    not_known: frozenset[int] = _NOBODY

    @property
    def lost(self) -> frozenset[int]:
        """The items without which a scale is no longer the one that numbers were published for."""
        return self.excluded - self.unasked


def read_form(
    instrument: Instrument,
    answers: Answers,
    not_applicable: Sequence[object] = (),
    encoding: str = "value",
    parent: Path = (),
) -> Form:
    """Check every answer and key it.

    An answer is accepted only if it is a JSON number (never a boolean or a string) equal to an
    allowed value, and of an item that asks for a clock time the string "HH:MM"; `null` or absent
    is not answered, and so is one that the form has for "not known", with a warning.
    `encoding="position"` reads answers as 1-based printed columns.

    Raises InvalidSubmission with all faults; paths start with `parent`.
    """
    where: Path = (*parent, "answers")
    issues: list[Issue] = []
    values = _complete(instrument, answers) if encoding != "position" else None
    if values is None:
        by_item = _by_item(instrument, answers, where, issues)
        if encoding == "position":
            by_item = _decode_positions(instrument, by_item, answers, where, issues)
        values = list(map(by_item.get, instrument.item_ids))
    not_known = _take_out_not_known(instrument, values) if instrument.has_not_known else _NOBODY
    try:
        if not _WHOLE_OR_MISSING.issuperset(map(type, values)):
            raise KeyError
        scores = list(map(getitem, instrument.keying, values))
    except KeyError:
        scores = _key_one_by_one(instrument, values, answers, where, issues)
    waived = (
        _read_not_applicable(instrument, not_applicable, values, parent, issues)
        if not_applicable
        else _NOBODY
    )
    answered = len(values) - values.count(None)
    if not issues and not answered:
        issues.append(
            Issue(where, "no_answers", "No item is answered; at least one answer is needed.")
        )
    if issues:
        raise InvalidSubmission(issues)
    form = Form(values, scores, waived, _NOBODY, _NO_GATES, (), answered)
    if not not_known:
        return form
    return form._replace(not_known=not_known, warnings=[_not_known(instrument, not_known)])


def _take_out_not_known(instrument: Instrument, values: list[Any]) -> frozenset[int]:
    """Replace by None, in `values`, each answer that says that nothing is known; return where."""
    found = frozenset(
        position
        for position, (item, value) in enumerate(zip(instrument.items, values, strict=True))
        if type(value) in (int, float) and value in item.not_known
    )
    for position in found:
        values[position] = None
    return found


def _not_known(instrument: Instrument, positions: frozenset[int]) -> ReportWarning:
    detail = "The answer to these items says that it is not known; they count as not answered."
    items = [instrument.item_ids[position] for position in sorted(positions)]
    return {"code": "answers_not_known", "detail": detail, "items": items}


def _complete(instrument: Instrument, answers: Answers) -> list[Any] | None:
    """Return the answers in item order where each item has one and nothing else came: the usual
    case, quickly.
    """
    if type(answers) is dict and len(answers) == len(instrument.item_ids):
        try:
            return list(instrument.pick_items(answers))
        except KeyError:
            return None
    return None


def _key_one_by_one(
    instrument: Instrument, values: list[Any], answers: Answers, where: Path, issues: list[Issue]
) -> list[Number | None]:
    """Key answers that are not all allowed whole numbers; 2.0 becomes 2 in `values`, and faults are
    reported.
    """
    scores: list[Number | None] = []
    for index, (item, value) in enumerate(zip(instrument.items, values, strict=True)):
        kind = type(value)
        if kind is float and value.is_integer():
            value = values[index] = int(value)
        score = item.score_of.get(value) if kind in _ANSWERS else None
        if score is None and value is not None:
            score = _key_or_report(instrument, item, value, answers, where, issues)
        scores.append(score)
    return scores


def allowed_answers(item: Item) -> dict[str, Any]:
    """Describe what an item accepts, for an error message."""
    options = item.response_set.options
    if options:
        return {"values": [option.value for option in options]}
    if item.response_set.clock:
        return {"format": "HH:MM", "minimum": "00:00", "maximum": "23:59"}
    return {"minimum": item.response_set.minimum, "maximum": item.response_set.maximum}


def _by_item(
    instrument: Instrument, answers: Answers, where: Path, issues: list[Issue]
) -> Mapping[str, object]:
    if isinstance(answers, dict):
        if not instrument.position.keys() >= answers.keys():
            issues.extend(_unknown_items(instrument, answers, where))
        return answers
    n_items = len(instrument.items)
    shortest = n_items
    while shortest > 1 and instrument.items[shortest - 1].optional:
        shortest -= 1
    if not shortest <= len(answers) <= n_items:
        needed = str(n_items) if shortest == n_items else f"{shortest} to {n_items}"
        detail = (
            f"{len(answers)} answers came, {needed} are needed: one for each item in order, "
            "null where unanswered."
        )
        allowed = {"minimum": shortest, "maximum": n_items}
        issues.append(Issue(where, "wrong_length", detail, allowed))
    return dict(zip(instrument.position, answers, strict=False))


def _unknown_items(
    instrument: Instrument, answers: Mapping[str, object], where: Path
) -> Iterable[Issue]:
    known = list(instrument.position)
    if len(answers) > _MOST_ANSWERS:
        detail = f"More than {_MOST_ANSWERS} answers came; the form has {len(known)} items."
        yield Issue(where, "too_many_answers", detail, {"maximum": _MOST_ANSWERS})
        return
    for key in answers:
        if key not in instrument.position:
            detail = f"The form has no such item; it has {len(known)} items."
            yield Issue(path_to(where, key), "unknown_item", detail, known)


def _locate(instrument: Instrument, item: Item, answers: Answers, where: Path) -> Path:
    key = item.id if isinstance(answers, dict) else instrument.position[item.id]
    return path_to(where, key, instrument.position)


def _key_or_report(
    instrument: Instrument,
    item: Item,
    value: object,
    answers: Answers,
    where: Path,
    issues: list[Issue],
) -> Number | None:
    is_number = type(value) is int or type(value) is float
    if item.response_set.clock:
        code, detail = _no_clock_time(value)
    elif is_number:
        score = item.key_continuous(value)  # type: ignore[arg-type]
        if score is not None:
            return score
        code, detail = (
            "value_not_allowed",
            "The number is not one of the answers that this item allows.",
        )
        if item.response_set.minimum <= value <= item.response_set.maximum:  # type: ignore[operator]
            code, detail = (
                "wrong_step",
                "The number lies in the range of this item, but between two allowed answers.",
            )
    elif isinstance(value, bool):
        code, detail = "wrong_type", "A boolean came; a number is needed."
    else:
        came = "A string" if isinstance(value, str) else "An array or object"
        code, detail = "wrong_type", f"{came} came; a number or null is needed."
    issues.append(
        Issue(_locate(instrument, item, answers, where), code, detail, allowed_answers(item))
    )
    return None


def _no_clock_time(value: object) -> tuple[str, str]:
    """Return code and sentence of what came in place of a clock time."""
    if isinstance(value, str):
        return "value_not_allowed", f"The text is no clock time. {_CLOCK_TIME}"
    return "wrong_type", f"No text came. {_CLOCK_TIME}"


def _decode_positions(
    instrument: Instrument,
    by_item: Mapping[str, object],
    answers: Answers,
    where: Path,
    issues: list[Issue],
) -> dict[str, object]:
    """Turn 1-based printed columns into submitted values; what is no column is reported and left
    out.
    """
    decoded: dict[str, object] = {}
    for item in instrument.items:
        column: Any = by_item.get(item.id)
        if column is None:
            continue
        n_columns = len(item.columns)
        located = _locate(instrument, item, answers, where)
        if not n_columns:
            detail = 'This item has no printed columns; send its value (encoding "value").'
            issues.append(Issue(located, "position_not_supported", detail, allowed_answers(item)))
        elif type(column) not in (int, float) or column not in range(1, n_columns + 1):
            code = "value_not_allowed" if type(column) in (int, float) else "wrong_type"
            detail = "A printed column is needed, counted from 1 at the left."
            issues.append(Issue(located, code, detail, {"minimum": 1, "maximum": n_columns}))
        else:
            decoded[item.id] = item.columns[int(column) - 1]
    return decoded


def _read_not_applicable(
    instrument: Instrument,
    not_applicable: Sequence[object],
    values: Sequence[Number | None],
    parent: Path,
    issues: list[Issue],
) -> frozenset[int]:
    """Return the positions of the items that the caller says do not apply."""
    waived: set[int] = set()
    for index, item_id in enumerate(not_applicable):
        where = (*parent, "not_applicable", index)
        position = instrument.position.get(item_id) if isinstance(item_id, str) else None
        if position is None:
            detail = "The form has no such item."
            issues.append(Issue(where, "unknown_item", detail, list(instrument.position)))
        elif position in waived:
            issues.append(Issue(where, "repeated_item", "The item is listed twice."))
        elif values[position] is not None:
            detail = "The item is also answered; send one or the other."
            issues.append(Issue(where, "answered_and_not_applicable", detail))
        else:
            waived.add(position)
    return frozenset(waived)
