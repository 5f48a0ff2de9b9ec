"""The working of a score, item by item, so that it can be redone by hand."""

from service.scoring.answers import Form
from service.scoring.form.gates import treatment_of
from service.scoring.instrument import Instrument, Item, Scale
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Steps
from service.scoring.report_shape import WorkedItem, Working


def show_working(instrument: Instrument, scale: Scale, form: Form) -> Working:
    """Return the working of one scale for a checked and gated form."""
    items = [
        _work_item(instrument, scale, form, position)
        for position in instrument.items_beneath[scale.id]
    ]
    return {"items": items, "rule": describe_rule(instrument, scale)}


def _work_item(instrument: Instrument, scale: Scale, form: Form, position: int) -> WorkedItem:
    item = instrument.items[position]
    answer, value = form.values[position], form.scores[position]
    gate_id = form.gated.get(position)
    if gate_id is not None:
        rule = treatment_of(next(gate for gate in instrument.gates if gate.id == gate_id))
        answer = None
    elif answer is None:
        rule = scale.missing.method.in_working
    else:
        rule = _keying_words(item)
    return {
        "item": item.id,
        "answer": answer,
        "reversed": item.reverse and answer is not None,
        "recoded": _is_recoded(item) and answer is not None,
        "value": value,
        "rule": rule,
    }


def _is_recoded(item: Item) -> bool:
    answers = item.response_set
    if answers.clock or answers.steps is not None:
        return True
    return any(option.score != option.value for option in answers.counting)


def _keying_words(item: Item) -> str:
    if item.reverse:
        return f"reverse-keyed: {item.lowest:g} + {item.highest:g} - score"
    if item.response_set.clock:
        return "minutes from midnight"
    return "recoded by the form's table" if _is_recoded(item) else "as submitted"


def describe_rule(instrument: Instrument, scale: Scale) -> str:
    """Say in one line how a scale's headline value comes from its items."""
    if scale.aggregation == "composite":
        return f"{scale.composite_method} of {', '.join(scale.components)}"
    if scale.ratio is not None:
        return _ratio_words(instrument, scale.ratio) + _steps_words(scale)
    names = [
        instrument.items[term.items[0]].id
        if len(term.items) == 1
        else f"highest of ({', '.join(instrument.items[position].id for position in term.items)})"
        for term in scale.terms
    ]
    if scale.weights is not None:
        names = [f"{weight} x {name}" for weight, name in zip(scale.weights, names, strict=True)]
    words = {
        "sum": "sum",
        "mean": "mean",
        "max": "highest",
        "count": "number at or above threshold",
    }[scale.aggregation]
    rule = f"{words} of {', '.join(names)}"
    if scale.transform is None:
        return rule
    if scale.transform.steps is not None:
        return rule + _steps_words(scale)
    if scale.transform.tables:
        return f"{rule}; the {scale.transform.of} converted by the published table"
    return f"{rule}; {scale.transform.factor} x {scale.transform.of} + {scale.transform.offset}"


def _ratio_words(instrument: Instrument, ratio: Ratio) -> str:
    of, *to = (instrument.items[at].id for at in (ratio.of, *ratio.to))
    below = to[0] if len(to) == 1 else f"the hours from {to[0]} to {to[1]}"
    return f"{ratio.times} x {of} / {below}, not scored above {ratio.at_most}"


def _steps_words(scale: Scale) -> str:
    """Say what a scale's sum, mean or ratio is worth, nothing where it is not recoded in steps."""
    transform = scale.transform
    if transform is None or transform.steps is None:
        return ""
    return f"; the {transform.of} is worth {steps_in_words(transform.steps)}"


def steps_in_words(steps: Steps) -> str:
    """Say what numbers are worth, step by step."""
    told = [
        f"{step.worth} {'above' if step.above else 'from'} {step.limit}" for step in steps.steps
    ]
    return ", ".join([f"{steps.lowest} below", *told])
