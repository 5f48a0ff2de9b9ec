"""Scales, their figures, and what their scores mean: bands, cut-offs, change, rules."""

from collections.abc import Callable, Iterator, Mapping

from service.definitions.catalog import Entry
from service.definitions.checks.parts import change_rules
from service.description.pages.words import OPERATORS, Json, proof, table, whom
from service.scoring.form.working import describe_rule
from service.scoring.interpretation.change import standard_error_of_measurement
from service.scoring.ranges import score_range


def scales(entry: Entry) -> Iterator[str]:
    """Yield the scales and their reliabilities."""
    instrument = entry.instrument
    rows = []
    for scale in instrument.scales:
        limits = score_range(instrument, scale)
        shown = "" if limits is None else f"{limits[0]:g} to {limits[1]:g}"
        rule = (
            describe_rule(instrument, scale)
            if scale.terms or scale.components
            else "key not included"
        )
        unit = f" ({scale.unit})" if scale.unit else ""
        rows.append(
            [
                f"`{scale.id}`",
                scale.title,
                rule,
                scale.metric + unit,
                shown,
                scale.direction.replace("_", " "),
            ]
        )
    yield from [
        "## Scales",
        "",
        *table(["scale", "title", "headline value", "metric", "range", "direction"], rows),
        "",
    ]
    if instrument.key_required:
        return
    rows = [
        [f"`{scale.id}`", known.kind, f"{known.value:g}", known.sample or "", f"`{known.source}`"]
        for scale in instrument.scales
        for known in scale.reliabilities
    ]
    if rows:
        yield from [
            "Reliability:",
            "",
            *table(["scale", "kind", "value", "sample", "source"], rows),
            "",
        ]


def bands(entry: Entry) -> Iterator[str]:
    """Yield bands and cut-offs."""
    band_rows, cut_rows = [], []
    for scale in entry.document["scales"]:
        for system in scale.get("bands", []):
            shown = ", ".join(
                f"{band['label']} {band['min']:g} to {band['max']:g}" for band in system["bands"]
            )
            band_rows.append(
                [f"`{scale['id']}`", f"`{system['system']}`", whom(system), shown, proof(system)]
            )
        for cut in scale.get("cutoffs", []):
            condition = f"{OPERATORS[cut['op']]} {cut['value']:g}"
            label = cut.get("label") or ""
            cut_rows.append(
                [
                    f"`{scale['id']}`",
                    f"`{cut['system']}`",
                    whom(cut),
                    condition,
                    label,
                    proof(cut),
                ]
            )
    if band_rows:
        yield from [
            "## Bands",
            "",
            *table(["scale", "system", "for", "bands", "source"], band_rows),
            "",
        ]
    if cut_rows:
        yield from [
            "## Cut-offs",
            "",
            *table(["scale", "system", "for", "met when", "meaning", "source"], cut_rows),
            "",
        ]


def _precision_words(part: Json) -> str:
    if "sem" in part:
        return f"{part['sem']:g}"
    sem = standard_error_of_measurement(part["sd"], part["reliability"])
    return f"{sem:.3g} (SD {part['sd']:g}, {part['kind']} {part['reliability']:g})"


def _rate_words(part: Json) -> str:
    return f"{100 * part['alert'][-1]:.1f} % by session {part['sessions'][-1]}, simulated"


_FIGURES: Mapping[str, tuple[str, Callable[[Json], str]]] = {
    "precision": ("standard error of measurement", _precision_words),
    "within_person_sd": ("session-to-session SD", lambda part: f"{part['value']:g}"),
    "growth": ("change a session", lambda part: f"{part['mean']:+g}, SD {part['sd']:g}"),
    "autocorrelation": ("autocorrelation", lambda part: f"{part['value']:g}"),
    "unevenness": ("unevenness, degrees of freedom", lambda part: f"{part['value']:g}"),
    "expected_rates": ("steady courses with an alert", _rate_words),
}


def figures(entry: Entry) -> Iterator[str]:
    """Yield the figures that courses are watched with."""
    rows = []
    for scale in entry.document["scales"]:
        for member, (title, words) in _FIGURES.items():
            part = scale.get(member)
            if part is not None:
                rows.append([f"`{scale['id']}`", title, words(part), *_sample(part), proof(part)])
    if rows:
        header = ["scale", "figure", "value", "n", "found in", "note", "source"]
        yield from ["## From session to session", "", *table(header, rows), ""]


def _sample(part: Json) -> list[str]:
    """Return how many people a number is from, who they were, and its note."""
    note = ("derived: " if part.get("derived") else "") + part.get("note", "")
    return [str(part.get("n", "")), part.get("population", whom(part)), note]


def change(entry: Entry) -> Iterator[str]:
    """Yield from when on a change counts."""
    rows = []
    for scale in entry.document["scales"]:
        for _, rule in change_rules(scale):
            shown = _change_words(rule)
            if shown is not None:
                rows.append([f"`{scale['id']}`", whom(rule), shown, proof(rule)])
            rows += [
                [
                    f"`{scale['id']}`",
                    whom(known),
                    f"smallest that matters, {known['name']}: {known['value']:g}"
                    f" ({known.get('direction', 'improvement')})",
                    proof(known),
                ]
                for known in rule.get("mcid", [])
            ]
    if rows:
        yield from ["## Change", "", *table(["scale", "for", "change", "source"], rows), ""]


def _change_words(rule: Json) -> str | None:
    if "reliable_change" in rule:
        level = f" at {rule['level']:.0%} confidence" if rule.get("level") else ""
        return f"reliable from {rule['reliable_change']:g}{level}"
    if "sd" in rule:
        numbers = f"SD {rule['sd']:g}, {rule['kind']} {rule['reliability']:g}"
        return f"Jacobson-Truax, {numbers}, level {rule['level']:g}"
    return None


def rules(entry: Entry) -> Iterator[str]:
    """Yield criteria and safety flags."""
    criteria = entry.document.get("criteria", [])
    risks = entry.document.get("risks", [])
    if criteria:
        rows = [[f"`{rule['id']}`", rule["title"], rule["kind"], proof(rule)] for rule in criteria]
        yield from ["## Criteria", "", *table(["id", "title", "kind", "source"], rows), ""]
    if risks:
        rows = [
            [
                f"`{risk['id']}`",
                f"item {risk['item']} {OPERATORS[risk['op']]} {risk['value']:g}",
                risk["severity"],
                proof(risk),
            ]
            for risk in risks
        ]
        yield from [
            "## Safety flags",
            "",
            *table(["id", "raised when", "severity", "source"], rows),
            "",
        ]
    elif not entry.instrument.key_required:
        yield from ["No safety flag is declared for any item of this form.", ""]
