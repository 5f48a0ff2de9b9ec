"""What can be said about a score, as components of its Observation."""

from collections.abc import Iterator

from service.fhir.canonical import Names
from service.fhir.writing.parts import Json, coding, concept, quantity
from service.scoring.instrument import Number
from service.scoring.report_shape import (
    ChangeResult,
    CutoffResult,
    LinkedScore,
    NormComparison,
    ScaleScore,
)


class DetailWriter:
    """Writes components, with codes of our own: no published system has them.

    What stands before a value is written once: there are as many as definitions have norm groups
    and cut-offs.
    """

    def __init__(self, names: Names) -> None:
        self._system = names.code_system("score-details")
        self._written: dict[tuple[str, str], Json] = {}

    def write(self, score: ScaleScore) -> list[Json]:
        """Return the components of a score."""
        return [
            self._whole("answered-items", "Items answered", score["n_answered"]),
            self._whole("items", "Items of the scale", score["n_items"]),
            *self._rule(score),
            *self._precision(score),
            *(part for norm in score["norms"] for part in self._norm(norm)),
            *map(self._cutoff, score["cutoffs"]),
            *(part for one in score.get("linked", ()) for part in self._linked(one)),
            *self._change(score["change"]),
        ]

    def counts(self, n_answered: int, n_items: int) -> list[Json]:
        """Return the components of a scale that has no score."""
        return [
            self._whole("answered-items", "Items answered", n_answered),
            self._whole("items", "Items of the scale", n_items),
        ]

    def goal(self, reference: str | None, *, met: bool) -> Json:
        """Return the component that says whether the target of a goal is met."""
        text = "Target of the goal is met" if reference is None else f"Target of {reference} is met"
        return {**self._made("goal-met", text), "valueBoolean": met}

    def _code(self, code: str, text: str) -> Json:
        written = self._written.get((code, text))
        if written is None:
            written = self._written[code, text] = self._made(code, text)
        return written

    def _made(self, code: str, text: str) -> Json:
        return {"code": concept(text, coding(self._system, code))}

    def _whole(self, code: str, text: str, number: int) -> Json:
        return {**self._code(code, text), "valueInteger": number}

    def _number(self, code: str, text: str, value: Number, unit: str) -> Json:
        return {**self._code(code, text), "valueQuantity": quantity(value, unit)}

    def _rule(self, score: ScaleScore) -> Iterator[Json]:
        if score["missing_rule"] is not None:
            name = self._code("missing-answers-rule", "Rule that filled in missing answers")
            yield {**name, "valueString": score["missing_rule"]}

    def _precision(self, score: ScaleScore) -> Iterator[Json]:
        precision = score["precision"]
        if precision is None:
            return
        yield self._number(
            "standard-error", "Standard error of measurement", precision["sem"], "score"
        )
        interval = precision["interval"]
        yield {
            **self._code("confidence-interval", f"{100 * interval['level']:g} % interval"),
            "valueRange": {"low": quantity(interval["low"]), "high": quantity(interval["high"])},
        }

    def _norm(self, norm: NormComparison) -> Iterator[Json]:
        for member, code, text, unit in (
            ("z", "norm-z", "z score", "z"),
            ("t", "norm-t", "T score", "Tscore"),
            ("percentile", "norm-percentile", "Percentile rank", "percentile"),
        ):
            value = norm[member]  # type: ignore[literal-required]
            if value is not None:
                yield self._number(code, f"{text}: {norm['population']}", value, unit)

    def _linked(self, linked: LinkedScore) -> Iterator[Json]:
        """Yield an estimate in another measure's metric: a component with a code of ours alone, so
        that nobody takes it for a score of that measure.
        """
        error, unit = linked["standard_error"], linked["unit"].replace(" ", "")
        if linked["value"] is not None:
            text = f"Estimate, not a score of the measure itself: {linked['title']}"
            yield self._number("linked-score", text, linked["value"], unit)
        if error is not None:
            text = f"Standard error of the estimate: {linked['title']}"
            yield self._number("linked-standard-error", text, error, unit)

    def _cutoff(self, cutoff: CutoffResult) -> Json:
        label = cutoff["label"] or cutoff["system"]
        text = f"{label} ({cutoff['op']} {cutoff['value']}, {cutoff['system']})"
        return {**self._code("cutoff", text), "valueBoolean": cutoff["met"]}

    def _change(self, change: ChangeResult | None) -> Iterator[Json]:
        if change is None:
            return
        for member, code, text in (
            ("baseline", "change-baseline", "Earlier score"),
            ("difference", "change-difference", "Score minus earlier score"),
            ("rci", "change-index", "Reliable change index"),
        ):
            value = change[member]  # type: ignore[literal-required]
            if value is not None:
                unit = "rci" if member == "rci" else "score"
                yield self._number(code, text, value, unit)
        for member, code, text in (
            ("category", "change-category", "Reliable change"),
            ("clinically_significant", "change-significance", "Clinically significant change"),
        ):
            word = change[member]  # type: ignore[literal-required]
            if word is not None:
                yield {**self._code(code, text), "valueString": word}
