"""What a card says of one scale, in words: the same as the report, and why where it says
nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.chart.card.citing import Citations
from service.chart.reasons import why
from service.chart.scale import compared, shown
from service.chart.text import Fact

Json = Mapping[str, Any]

_CATEGORIES = {
    "reliably_improved": "reliably improved",
    "unchanged": "no reliable change",
    "reliably_deteriorated": "reliably deteriorated",
}
_RULES = {
    "prorated": "prorated: the mean of the answered items stands for those that are missing",
    "blank_as_zero": "by the rule of the form, items that are missing count as 0",
}


def range_of(score: Json) -> str:
    """Return the metric of a score, its range, which way is better, and its other metrics."""
    metric = score["unit"] or score["metric"]
    low, high = score["minimum"], score["maximum"]
    known = f", {shown(low)} to {shown(high)}" if low is not None and high is not None else ""
    better = "higher is better" if score["direction"] == "higher_is_better" else "higher is worse"
    others = [
        f"{name} {shown(score[name])}"
        for name in ("sum", "mean")
        if name != score["metric"] and score[name] is not None
    ]
    return "; ".join([metric + known, better, *others])


def facts_about(score: Json, cite: Citations) -> Iterator[Fact]:
    """Yield the facts of a scale, in the order in which they are read. Without a score nothing is
    compared.
    """
    yield _answered(score)
    if score["value"] is not None:
        yield from _comparisons(score, cite)
    else:
        yield Fact("Score", f"none: {why(score['reason'])}", "strong")
    if score["change"] is not None:
        yield from _change(score["change"], cite)


def _comparisons(score: Json, cite: Citations) -> Iterator[Fact]:
    yield _precision(score, cite)
    yield from _bands(score, cite)
    yield from _cutoffs(score, cite)
    yield from _norms(score, cite)


def _answered(score: Json) -> Fact:
    counts = f"{score['n_answered']} of {score['n_items']} answered"
    rule = score["missing_rule"]
    used = f"; {_RULES.get(rule, rule.replace('_', ' '))}" if rule is not None else ""
    return Fact("Items", counts + used, "strong" if rule is not None else "")


def _precision(score: Json, cite: Citations) -> Fact:
    known = score["precision"]
    if known is None:
        return Fact("Error", f"no interval: {why(score['precision_note'])}")
    interval, kind = known["interval"], known["kind"]
    reliability = known["reliability"]
    of = f"{kind or 'reliability'} {shown(reliability)}" if reliability is not None else kind
    text = (
        f"{interval['level'] * 100:g} % interval {shown(interval['low'])} to "
        f"{shown(interval['high'])} (SEM {shown(known['sem'])}{f'; {of}' if of else ''})"
    )
    return Fact("Error", text + cite.mark(known["source"]))


def _bands(score: Json, cite: Citations) -> Iterator[Fact]:
    for band in score["bands"]:
        text = f"{band['label']} ({band['system']}){cite.mark(band['source'])}"
        yield Fact("Band", text, "strong")
    if not score["bands"]:
        yield Fact("Band", f"none: {why(score['bands_note'])}")


def _cutoffs(score: Json, cite: Citations) -> Iterator[Fact]:
    for one in score["cutoffs"]:
        label = f"{one['label']}, " if one["label"] else ""
        text = f"{compared(one['op'], one['value'])} ({label}{one['system']}): "
        met = "met" if one["met"] else "not met"
        yield Fact("Cut-off", text + met + cite.mark(one["source"]), "strong" if one["met"] else "")
    if not score["cutoffs"]:
        yield Fact("Cut-off", f"none: {why(score['cutoffs_note'])}")


def _norms(score: Json, cite: Citations) -> Iterator[Fact]:
    for norm in score["norms"]:
        figures = [f"n = {norm['n']}"] if norm["n"] is not None else []
        figures.append(percentile_of(norm))
        if norm["z"] is not None:
            figures.append(f"z {shown(norm['z'])}, T {shown(norm['t'])}")
        text = f"{norm['population']}: {'; '.join(figures)}{cite.mark(norm['source'])}"
        yield Fact("Norm", text)
        if norm["digital"]:
            yield Fact("Norm", "Users of a digital therapy, not patients of a therapist.")
        if norm["warning"]:
            yield Fact("Norm", norm["warning"])
    if not score["norms"]:
        yield Fact("Norm", f"none: {why(score['norms_note'])}")


def percentile_of(norm: Json) -> str:
    """Return the percentile rank in a norm group, or why there is none."""
    if norm["percentile"] is not None:
        return f"percentile {shown(norm['percentile'])}"
    note = norm["percentile_note"]
    if note is not None and note[:1] in "<>":
        side = "below" if note[0] == "<" else "above"
        return f"{side} the published percentiles ({note})"
    return f"no percentile: {why(note)}"


def _change(change: Json, cite: Citations) -> Iterator[Fact]:
    if change["difference"] is None:
        yield Fact("Change", f"not judged: {why(change['note'])}")
        return
    category = change["category"]
    judged = _CATEGORIES[category] if category is not None else f"not judged: {why(change['note'])}"
    text = f"{signed(change['difference'])} since {shown(change['baseline'])}: {judged}"
    details = []
    if change["threshold"] is not None:
        details.append(f"reliable from {shown(change['threshold'])}")
    if change["rci"] is not None:
        details.append(f"RCI {shown(change['rci'])}")
    if details:
        text += f" ({'; '.join(details)})"
    yield Fact("Change", text + cite.mark(change["source"]), "strong" if category else "")
    if change["clinically_significant"] is not None:
        yield Fact("Change", f"clinical significance: {change['clinically_significant']}")
    elif category is not None and change["note"] is not None:
        yield Fact("Change", f"clinical significance not judged: {why(change['note'])}")
    for one in change["minimal_important"]:
        met = "reached" if one["met"] else "not reached"
        text = f"smallest difference that matters, {shown(one['value'])} ({one['name']}): {met}"
        yield Fact("Change", text + cite.mark(one["source"]))


def signed(difference: float) -> str:
    """Write a difference with its sign."""
    return f"{'+' if difference > 0 else '−' if difference < 0 else '±'}{shown(abs(difference))}"
