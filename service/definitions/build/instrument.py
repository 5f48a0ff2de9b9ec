"""A checked definition made into the scoring engine's instrument."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.definitions.build.cited import sources_of_numbers
from service.definitions.build.digest import digest_of
from service.definitions.build.respondents import Respondents
from service.definitions.build.scales import build_scale, build_steps
from service.definitions.build.steps import answers_in_steps
from service.scoring.alert_settings import AlertSettings, DirectAnswer, ScaleAlerts
from service.scoring.instrument import (
    Instrument,
    Item,
    NormGroup,
    NormScale,
    ResponseOption,
    ResponseSet,
)
from service.scoring.recoding.clock import MINUTES_OF_A_DAY
from service.scoring.rules import AllOf, AnyOf, Compare, Count, Criterion, Gate, Not, Risk, Rule

Json = dict[str, Any]


def build_instrument(loaded: Json, document: Mapping[str, object]) -> Instrument:
    """Return the instrument of a definition without faults.

    `loaded` is what the schema made of the document, with its defaults; `document` is the resolved
    definition as written, which the digest is of.
    """
    response_sets = {
        name: build_response_set(name, part) for name, part in loaded["response_sets"].items()
    }
    positions = {item["id"]: index for index, item in enumerate(loaded["items"])}
    respondents = Respondents(loaded.get("assumed_age"))
    return Instrument(
        id=loaded["id"],
        version=loaded["version"],
        digest=digest_of(document),
        title=loaded["title"],
        items=tuple(_item(part, response_sets) for part in loaded["items"]),
        scales=tuple(
            build_scale(part, positions, respondents)
            for part in _components_first(loaded["scales"])
        ),
        perspective=loaded["perspective"],
        perspectives=tuple(loaded.get("perspectives", ())),
        construct=loaded["construct"],
        counterpart=loaded["counterpart"],
        submitted_as=loaded["submitted_as"],
        key_required=loaded["key"] == "required",
        key_instructions=loaded.get("key_instructions"),
        min_answered=loaded["min_answered"]["items"] if "min_answered" in loaded else 0,
        gates=tuple(_gate(part, positions) for part in loaded["gates"]),
        norms=tuple(_norm(part, respondents) for part in loaded["norms"]),
        criteria=tuple(_criterion(part, positions, respondents) for part in loaded["criteria"]),
        risks=tuple(_risk(part, positions) for part in loaded["risks"]),
        sources=sources_of_numbers(loaded),
        alerts=build_alerts(loaded["alerts"], positions) if "alerts" in loaded else None,
    )


def build_alerts(part: Json, positions: Mapping[str, int]) -> AlertSettings:
    """Return the alert settings of a definition; without a list of scales the total is watched."""
    reports = {
        kind: DirectAnswer(
            tuple(positions[name] for name in answer.get("items", [answer.get("item")])),
            answer["op"],
            answer["value"],
            answer.get("every", False),
        )
        for kind, answer in part.get("direct_report", {}).items()
    }
    return AlertSettings(
        watch=tuple(part.get("watch") or ("total",)),
        scales={name: _scale_alerts(own) for name, own in part.get("parameters", {}).items()},
        tension=reports.get("tension"),
        resolution=reports.get("resolution"),
        only_direct=part.get("only_direct_report", False),
    )


def _scale_alerts(part: Json) -> ScaleAlerts:
    return ScaleAlerts(
        fixed_drop=part["fixed_drop"]["value"] if "fixed_drop" in part else None,
        item_floor=part["item_floor"]["value"] if "item_floor" in part else None,
        cutoff=part.get("cutoff"),
    )


def build_response_set(name: str, part: Json) -> ResponseSet:
    """Return a response set with every answer listed, save for a line that allows any number."""
    translated = [(one["language"], one["labels"]) for one in part.get("translations", ())]
    if "options" in part:
        options = tuple(
            ResponseOption(
                option["value"],
                option.get("score", option["value"]),
                option.get("label"),
                option.get("code"),
                tuple(option.get("other_codes", ())),
                option.get("missing", False),
                _labels_of(translated, place),
            )
            for place, option in enumerate(part["options"])
        )
        values = [option.value for option in options if not option.missing]
        return ResponseSet(name, min(values), max(values), options)
    if "clock" in part:
        return ResponseSet(name, 0, MINUTES_OF_A_DAY - 1, clock=True)
    if part["step"] is None:
        steps = build_steps(part["recode"]) if "recode" in part else None
        return ResponseSet(name, part["min"], part["max"], steps=steps)
    answers = answers_in_steps(part["min"], part["max"], part["step"])
    labels = part["labels"] or [None] * len(answers)
    options = tuple(
        ResponseOption(value, value, label, translations=_labels_of(translated, place))
        for place, (value, label) in enumerate(zip(answers, labels, strict=True))
    )
    return ResponseSet(name, part["min"], part["max"], options)


_UNTRANSLATED: Mapping[str, str] = {}


def _labels_of(translated: Sequence[tuple[str, Sequence[str]]], place: int) -> Mapping[str, str]:
    if not translated:
        return _UNTRANSLATED
    return {language: labels[place] for language, labels in translated if place < len(labels)}


def _item(part: Json, response_sets: Mapping[str, ResponseSet]) -> Item:
    return Item(
        id=part["id"],
        response_set=response_sets[part["response_set"]],
        reverse=part["reverse"],
        mirrored=part["mirrored"],
        scored=part["scored"],
        optional=part["optional"],
        text=part.get("text"),
        codes=tuple(part["codes"]),
    )


def _components_first(scales: list[Json]) -> list[Json]:
    """Return the scales in file order, but a composite after the scales it is made of."""
    by_id = {scale["id"]: scale for scale in scales}
    ordered: dict[str, Json] = {}

    def place(scale: Json) -> None:
        """Put a scale behind its components, each of them only once."""
        if scale["id"] in ordered:
            return
        for name in scale["composite"]["of"] if "composite" in scale else ():
            place(by_id[name])
        ordered[scale["id"]] = scale

    for scale in scales:
        place(scale)
    return list(ordered.values())


def build_rule(part: Json, positions: Mapping[str, int]) -> Rule:
    """Return a rule with items by position; `each` becomes one comparison for each item."""
    (kind, content), *_ = part.items()
    match kind:
        case "all":
            return AllOf(tuple(build_rule(rule, positions) for rule in content))
        case "any":
            return AnyOf(tuple(build_rule(rule, positions) for rule in content))
        case "not":
            return Not(build_rule(content, positions))
        case "count":
            counted = tuple(
                rule for member in content["of"] for rule in _counted(member, positions)
            )
            return Count(counted, content["at_least"], content.get("at_most"))
        case _:
            return _compare(content, positions)


def _counted(member: Json, positions: Mapping[str, int]) -> list[Rule]:
    if "each" not in member:
        return [build_rule(member, positions)]
    each = member["each"]
    return [Compare("item", positions[name], each["op"], each["value"]) for name in each["items"]]


def _compare(content: Json, positions: Mapping[str, int]) -> Compare:
    if "item" in content:
        return Compare("item", positions[content["item"]], content["op"], content["value"])
    if "scale" in content:
        return Compare("scale", content["scale"], content["op"], content["value"])
    return Compare("respondent", content["respondent"], content["op"], content["value"])


def _gate(part: Json, positions: Mapping[str, int]) -> Gate:
    return Gate(
        id=part["id"],
        items=tuple(positions[name] for name in part["items"]),
        when=None if part["when"] is None else build_rule(part["when"], positions),
        treat_as=None if isinstance(part["treat_as"], str) else part["treat_as"],
        blank_counts=part["blank_counts"],
        override=part["override"],
        source=part["source"],
        unasked=part["treat_as"] == "unasked",
    )


def _norm(part: Json, respondents: Respondents) -> NormGroup:
    return NormGroup(
        id=part["id"],
        population=part["population"],
        n=part["n"],
        default=part["default"],
        digital=part["digital"],
        percentile_model=part["percentile_model"],
        scales={
            name: NormScale(
                mean=numbers["mean"],
                sd=numbers["sd"],
                metric=numbers["metric"],
                quantiles=tuple((percentile, value) for percentile, value in numbers["quantiles"]),
                skew=numbers.get("skew"),
            )
            for name, numbers in part["scales"].items()
        },
        source=part["source"],
        setting=part["setting"],
        country=part["country"],
        warning=part.get("warning"),
        applies_to=respondents.of(part),
        perspective=part["perspective"],
        collected=part.get("collected"),
        published=part.get("published"),
    )


def _criterion(part: Json, positions: Mapping[str, int], respondents: Respondents) -> Criterion:
    if part["kind"] == "boolean":
        part = {"levels": [{"level": True, "rule": part["rule"]}], "otherwise": False, **part}
    return Criterion(
        id=part["id"],
        title=part["title"],
        levels=tuple(
            (level["level"], build_rule(level["rule"], positions)) for level in part["levels"]
        ),
        otherwise=part["otherwise"],
        source=part["source"],
        applies_to=respondents.of(part),
    )


def _risk(part: Json, positions: Mapping[str, int]) -> Risk:
    return Risk(
        id=part["id"],
        item=positions[part["item"]],
        op=part["op"],
        value=part["value"],
        severity=part["severity"],
        message=part["message"],
        source=part["source"],
    )
