"""One page per instrument, written from its definition: the numbers, where they come from, what is
not known.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from service.definitions.catalog import Catalog, Entry
from service.definitions.checks.parts import change_rules
from service.definitions.glance import LEGEND, languages_of_labels, years_of
from service.description.origin import origin_lines
from service.scoring.form.working import describe_rule, steps_in_words
from service.scoring.instrument import Item, ResponseOption, Scale
from service.scoring.interpretation.change import standard_error_of_measurement
from service.scoring.missing import method_named
from service.scoring.ranges import score_range

Json = Mapping[str, Any]


def pages(catalog: Catalog) -> dict[str, str]:
    """Return every page by file name: `{id}.md` for the default version of each instrument,
    `README.md` the index.
    """
    entries = [
        catalog.get(name)
        for name in dict.fromkeys(entry.instrument.id for entry in catalog.entries())
    ]
    return {
        "README.md": _index(entries),
        **{f"{entry.instrument.id}.md": _page(entry) for entry in entries},
    }


def _index(entries: Sequence[Entry]) -> str:
    rows = [
        [
            f"[`{entry.instrument.id}`]({entry.instrument.id}.md)",
            entry.instrument.title,
            str(entry.document["construct"]),
            _perspective(entry.document),
            str(len(entry.instrument.items)),
            _code(scale.id for scale in entry.instrument.scales),
            _key_state(entry.document),
            str(len(entry.instrument.norms)) if entry.instrument.norms else "none",
            *_glance(entry),
        ]
        for entry in entries
    ]
    header = ["id", "title", "construct", "rater", "items", "scales", "key", "norm groups"]
    header += _GLANCED
    lines = [
        "# Instruments",
        "",
        (
            f"{len(entries)} instruments. These pages are written by `make pages`; change the "
            "definition, not the page."
        ),
        "",
        _ranked(entries),
        "",
        *_table(header, rows),
        "",
        "What the words of the last five columns say:",
        "",
        *(f"- {_in_words(code)}: {text}" for code, text in LEGEND.items()),
        "- a language in brackets: the labels are there in it too, each with its source",
    ]
    return "\n".join(lines) + "\n"


def _ranked(entries: Sequence[Entry]) -> str:
    found = Counter(entry.summary["at_a_glance"]["percentiles"] for entry in entries)
    return (
        f"Of {found['yes'] + found['shares']} there is a percentile rank: of {found['yes']} from "
        f"quantiles of a group, of {found['shares']} at single scores only, where a survey says "
        "how many people have such a score or a lower one. Of the others the column says why "
        "there is none."
    )


_GLANCED = ["labels", "codes", "percentiles", "change", "bands"]


def _glance(entry: Entry) -> list[str]:
    parts = entry.summary["at_a_glance"]
    labels, *others = (_in_words(parts[name]) for name in _GLANCED)
    languages = ", ".join(languages_of_labels(entry.document))
    return [f"{labels} ({languages})" if languages else labels, *others]


def _in_words(code: str) -> str:
    return code.replace("_", " ")


def _page(entry: Entry) -> str:
    sections = [
        _identity,
        _origin,
        _unknowns,
        _scales,
        _items,
        _missing,
        _figures,
        _bands,
        _change,
        _norms,
        _linked,
        _rules,
        _licence,
        _sources,
    ]
    lines = [f"# {entry.instrument.title}", ""]
    for section in sections:
        lines += section(entry)
    return "\n".join(lines).rstrip() + "\n"


def _identity(entry: Entry) -> Iterator[str]:
    document, instrument = entry.document, entry.instrument
    facts = {
        "id": f"`{instrument.id}`, version {instrument.version}",
        "construct": document["construct"],
        "rater": _perspective(document),
        "counterpart": f"`{document['counterpart']}`" if document["counterpart"] else None,
        "language": document["language"],
        "time frame": document.get("timeframe"),
        "submitted as": _SUBMITTED[document["submitted_as"]],
        "key": _key_state(document),
        "codes": ", ".join(
            f"{code['display']} ({code['system']} {code['code']})"
            for code in document.get("codes", [])
        ),
    }
    yield from (f"- **{name}**: {value}" for name, value in facts.items() if value)
    yield ""


_SUBMITTED = {
    "codes": (
        "the rank of the answer on every item; reverse-keyed items are reversed by the service"
    ),
    "scores": "the item scores as printed on the form; nothing is reversed",
}


def _origin(entry: Entry) -> Iterator[str]:
    yield from origin_lines(entry.document)


def _unknowns(entry: Entry) -> Iterator[str]:
    notes = list(entry.document.get("notes", []))
    gaps = list(_gaps(entry))
    if notes:
        yield from ["## Before you use the numbers", "", *(f"- {note}" for note in notes), ""]
    if gaps:
        yield from ["## What is not known", "", *(f"- {gap}" for gap in gaps), ""]


def _gaps(entry: Entry) -> Iterator[str]:
    instrument = entry.instrument
    if instrument.key_required:
        yield f"The key. {instrument.key_instructions}"
        return
    if not instrument.norms:
        yield "Norms: none with a source that could be opened."
    elif all(norm.digital for norm in instrument.norms):
        yield (
            "Norms for therapy with a human: those below are of digital therapies and are "
            "never used by default."
        )
    missing: Sequence[tuple[str, Callable[[Scale], bool]]] = (
        ("Reliability", lambda scale: not scale.reliabilities),
        ("Standard error of measurement (SD and reliability of one sample)", _has_no_precision),
        ("Session-to-session standard deviation", lambda scale: scale.within_person_sd is None),
        ("Published bands", lambda scale: not scale.bands),
        ("Published cut-offs", lambda scale: not scale.cutoffs),
        ("Reliable change", lambda scale: not any(rule.method for rule in scale.changes)),
    )
    for what, lacks in missing:
        lacking = [scale.id for scale in instrument.scales if lacks(scale)]
        if lacking:
            yield (
                f"{what}: not for "
                f"{'any scale' if len(lacking) == len(instrument.scales) else _code(lacking)}."
            )


def _has_no_precision(scale: Scale) -> bool:
    from_table = scale.transform is not None and any(
        error is not None for table in scale.transform.tables for _, error in table.values.values()
    )
    return scale.precision is None and not from_table


def _scales(entry: Entry) -> Iterator[str]:
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
        *_table(["scale", "title", "headline value", "metric", "range", "direction"], rows),
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
            *_table(["scale", "kind", "value", "sample", "source"], rows),
            "",
        ]


def _items(entry: Entry) -> Iterator[str]:
    instrument = entry.instrument
    groups: dict[str, list[Item]] = {}
    for item in instrument.items:
        groups.setdefault(item.response_set.name, []).append(item)
    rows = [[_numbers(item.id for item in items), _answers(items[0])] for items in groups.values()]
    yield from ["## Items and answers", "", *_table(["items", "answers"], rows), ""]
    marks: Sequence[tuple[str, Callable[[Item], bool]]] = (
        ("Reverse-keyed", lambda item: item.reverse),
        ("Printed in mirrored order", lambda item: item.mirrored),
        ("In no scale", lambda item: not item.scored),
        ("May be left blank", lambda item: item.optional),
    )
    for what, marked in marks:
        names = [item.id for item in instrument.items if marked(item)]
        if names:
            yield f"- {what}: {_numbers(names)}."
    yield from _shared_items(entry)
    yield from _translations(entry)
    listed = (("Key", "key_sources"), ("Labels", "label_sources"), ("Codes", "code_sources"))
    for what, member in listed:
        if sources := entry.document.get(member):
            named = f": {_code(sources['sources'])}" if sources["sources"] else ""
            yield f"- {what}: {sources['verification']}{named}."
    yield from (f"- {notice}" for notice in entry.document.get("notices", ()))
    yield ""


def _translations(entry: Entry) -> Iterator[str]:
    for name, part in entry.document["response_sets"].items():
        for one in part.get("translations", ()):
            labels = ", ".join(one["labels"])
            yield f"- Labels of `{name}` in `{one['language']}` ({_proof(one)}): {labels}."


def _shared_items(entry: Entry) -> Iterator[str]:
    shared = [item["same_as"] for item in entry.document["items"] if "same_as" in item]
    forms = dict.fromkeys(named["instrument"] for named in shared)
    if shared:
        yield f"- Items of other forms: {len(shared)}, of {_code(list(forms))}."


def _answers(item: Item) -> str:
    answers = item.response_set
    if answers.clock:
        return "a clock time of 24 hours, `HH:MM`"
    if not answers.options:
        told = f"any number from {answers.minimum:g} to {answers.maximum:g}"
        return told if answers.steps is None else f"{told}; worth {steps_in_words(answers.steps)}"
    not_known = "".join(f"; {value:g}: not known" for value in sorted(item.not_known))
    return _counting(item.response_set.counting) + not_known


def _counting(options: Sequence[ResponseOption]) -> str:
    values = [option.value for option in options]
    recoded = any(option.score != option.value for option in options)
    labelled = any(option.label for option in options)
    if (
        not recoded
        and not labelled
        and len(values) > 2
        and all(later - value == 1 for value, later in pairwise(values))
    ):
        return f"{values[0]:g} to {values[-1]:g}"
    return ", ".join(_answer(option, recoded=recoded) for option in options)


def _answer(option: ResponseOption, *, recoded: bool) -> str:
    worth = f" (counts {option.score:g})" if recoded else ""
    code = f" ({option.code})" if option.code else ""
    return ": ".join(filter(None, (f"{option.value:g}", option.label))) + code + worth


_EFFECTS = {
    "excluded": "leaves its scales",
    "unasked": "leaves its scales, and what is published for the form holds without it",
}


def _missing(entry: Entry) -> Iterator[str]:
    if entry.instrument.key_required:
        return
    yield from ["## Missing answers", ""]
    form = entry.document.get("min_answered")
    if form:
        yield (
            f"- The form: with fewer than {form['items']} answered items no scale is scored "
            f"(`{form['source']}`)."
        )
    for scale in entry.document["scales"]:
        yield f"- `{scale['id']}`: {_missing_words(scale)}"
    for gate in entry.document.get("gates", []):
        effect = _EFFECTS.get(gate["treat_as"]) or f"counts as {gate['treat_as']:g}"
        items = _numbers(gate["items"])
        yield (
            f"- Items {items} may not apply (`{gate['id']}`): then each {effect} "
            f"(`{gate['source']}`)."
        )
    yield ""


def _missing_words(scale: Json) -> str:
    rule = scale["missing"]
    parts = "scales" if scale["aggregation"] == "composite" else "items"
    method = method_named(rule["method"])
    if method.fill is None:
        return f"all {parts} are needed."
    rounded = ", the sum rounded half up" if rule.get("round") else ""
    source = f" (`{rule['source']}`)" if "source" in rule else ""
    least, filled = rule["min_answered"], f"{method.on_page}{rounded}{source}"
    return f"at least {least} {parts}; a blank counts as {filled}."


def _bands(entry: Entry) -> Iterator[str]:
    band_rows, cut_rows = [], []
    for scale in entry.document["scales"]:
        for system in scale.get("bands", []):
            shown = ", ".join(
                f"{band['label']} {band['min']:g} to {band['max']:g}" for band in system["bands"]
            )
            band_rows.append(
                [f"`{scale['id']}`", f"`{system['system']}`", _whom(system), shown, _proof(system)]
            )
        for cut in scale.get("cutoffs", []):
            condition = f"{_OPERATORS[cut['op']]} {cut['value']:g}"
            label = cut.get("label") or ""
            cut_rows.append(
                [
                    f"`{scale['id']}`",
                    f"`{cut['system']}`",
                    _whom(cut),
                    condition,
                    label,
                    _proof(cut),
                ]
            )
    if band_rows:
        yield from [
            "## Bands",
            "",
            *_table(["scale", "system", "for", "bands", "source"], band_rows),
            "",
        ]
    if cut_rows:
        yield from [
            "## Cut-offs",
            "",
            *_table(["scale", "system", "for", "met when", "meaning", "source"], cut_rows),
            "",
        ]


_OPERATORS = {
    ">=": "at least",
    ">": "above",
    "<=": "at most",
    "<": "below",
    "==": "equal to",
    "!=": "not",
}


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


def _figures(entry: Entry) -> Iterator[str]:
    rows = []
    for scale in entry.document["scales"]:
        for member, (title, words) in _FIGURES.items():
            part = scale.get(member)
            if part is not None:
                rows.append([f"`{scale['id']}`", title, words(part), *_sample(part), _proof(part)])
    if rows:
        header = ["scale", "figure", "value", "n", "found in", "note", "source"]
        yield from ["## From session to session", "", *_table(header, rows), ""]


def _sample(part: Json) -> list[str]:
    """Return how many people a number is from, who they were, and its note."""
    note = ("derived: " if part.get("derived") else "") + part.get("note", "")
    return [str(part.get("n", "")), part.get("population", _whom(part)), note]


def _change(entry: Entry) -> Iterator[str]:
    rows = []
    for scale in entry.document["scales"]:
        for _, rule in change_rules(scale):
            shown = _change_words(rule)
            if shown is not None:
                rows.append([f"`{scale['id']}`", _whom(rule), shown, _proof(rule)])
            rows += [
                [
                    f"`{scale['id']}`",
                    _whom(known),
                    f"smallest that matters, {known['name']}: {known['value']:g}"
                    f" ({known.get('direction', 'improvement')})",
                    _proof(known),
                ]
                for known in rule.get("mcid", [])
            ]
    if rows:
        yield from ["## Change", "", *_table(["scale", "for", "change", "source"], rows), ""]


def _change_words(rule: Json) -> str | None:
    if "reliable_change" in rule:
        level = f" at {rule['level']:.0%} confidence" if rule.get("level") else ""
        return f"reliable from {rule['reliable_change']:g}{level}"
    if "sd" in rule:
        numbers = f"SD {rule['sd']:g}, {rule['kind']} {rule['reliability']:g}"
        return f"Jacobson-Truax, {numbers}, level {rule['level']:g}"
    return None


def _norms(entry: Entry) -> Iterator[str]:
    rows = []
    for norm in entry.document.get("norms", []):
        group = norm["population"] + (" (digital therapy)" if norm["digital"] else "")
        use = "by default" if norm["default"] else "when named"
        for scale, numbers in norm["scales"].items():
            sd = "" if numbers.get("sd") is None else f"{numbers['sd']:g}"
            mean = "" if numbers.get("mean") is None else f"{numbers['mean']:g}"
            n = "" if norm["n"] is None else str(norm["n"])
            measured = [
                f"`{scale}`",
                numbers["metric"],
                mean,
                sd,
                "yes" if numbers.get("quantiles") else "no",
            ]
            whom = [group, _whom(norm), n, years_of(norm)]
            rows.append([f"`{norm['id']}`", *whom, *measured, use, _proof(norm)])
    if rows:
        header = [
            "id",
            "population",
            "for",
            "n",
            "year",
            "scale",
            "metric",
            "mean",
            "SD",
            "quantiles",
            "used",
            "source",
        ]
        yield from ["## Norms", "", *_table(header, rows), ""]


def _linked(entry: Entry) -> Iterator[str]:
    rows = []
    for scale in entry.document["scales"]:
        for table in scale.get("linked", []):
            values = [row[1] for row in table["entries"]]
            shown = f"{min(values):g} to {max(values):g}, {table['unit']}"
            n, note = str(table.get("n", "")), table.get("note", "")
            found = [n, table.get("population", ""), table["method"], note]
            rows.append([f"`{scale['id']}`", table["title"], shown, *found, _proof(table)])
    if rows:
        header = ["scale", "estimate", "values", "n", "linked in", "method", "note", "source"]
        yield from ["## In the metric of other measures", ""]
        yield "Estimates, beside the score and never instead of it: no scores of those measures."
        yield from ["", *_table(header, rows), ""]


def _rules(entry: Entry) -> Iterator[str]:
    criteria = entry.document.get("criteria", [])
    risks = entry.document.get("risks", [])
    if criteria:
        rows = [[f"`{rule['id']}`", rule["title"], rule["kind"], _proof(rule)] for rule in criteria]
        yield from ["## Criteria", "", *_table(["id", "title", "kind", "source"], rows), ""]
    if risks:
        rows = [
            [
                f"`{risk['id']}`",
                f"item {risk['item']} {_OPERATORS[risk['op']]} {risk['value']:g}",
                risk["severity"],
                _proof(risk),
            ]
            for risk in risks
        ]
        yield from [
            "## Safety flags",
            "",
            *_table(["id", "raised when", "severity", "source"], rows),
            "",
        ]
    elif not entry.instrument.key_required:
        yield from ["No safety flag is declared for any item of this form.", ""]


def _licence(entry: Entry) -> Iterator[str]:
    licence = entry.document["licence"]
    permission = "Permission is required to use the form." if licence["permission_required"] else ""
    text = (
        "The item texts are part of the definition."
        if licence["text_included"]
        else "The item texts are not part of the definition."
    )
    where = f" <{licence['url']}>" if licence["url"] else ""
    yield from [
        "## Licence",
        "",
        f"{licence['holder'].rstrip('.')}. {licence['terms']} {permission} {text}{where}".replace(
            "  ", " "
        ),
        "",
    ]


def _sources(entry: Entry) -> Iterator[str]:
    yield from ["## Sources", ""]
    own = entry.document.get("source_attributes", {}).get("sources", [])
    for source in (*entry.document["sources"], *own):
        link = (
            f" doi {source['doi']}."
            if "doi" in source
            else f" <{source['url']}>."
            if "url" in source
            else ""
        )
        where = f" ({source['where']})" if "where" in source else ""
        yield f"- `{source['id']}`: {source['citation']}{where}.{link}"
    yield ""


def _perspective(document: Json) -> str:
    return (
        document["perspective"] or " or ".join(document.get("perspectives", ())) or "the respondent"
    )


def _key_state(document: Json) -> str:
    return (
        "supplied by the site"
        if document.get("key") == "required"
        else str(document["key_sources"]["verification"])
    )


def _whom(limited: Json) -> str:
    age = limited.get("age") or {}
    low, high = age.get("min"), age.get("max")
    years = (
        ""
        if low is None and high is None
        else f"age {low if low is not None else ''}–{high if high is not None else ''}"
    )
    return ", ".join(part for part in (limited.get("sex") or "", years) if part) or "all"


def _proof(sourced: Json) -> str:
    second = f", `{sourced['confirmed_by']}`" if "confirmed_by" in sourced else ""
    return f"`{sourced['source']}`{second}" if "source" in sourced else ""


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _numbers(names: Iterable[str]) -> str:
    """Return item ids, runs of numbers shortened: 1–4, 7."""
    parts: list[list[str]] = []
    for name in names:
        follows = (
            parts
            and name.isdecimal()
            and parts[-1][-1].isdecimal()
            and int(name) == int(parts[-1][-1]) + 1
        )
        if follows:
            parts[-1].append(name)
        else:
            parts.append([name])
    return ", ".join(
        run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run)
        for run in parts
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
