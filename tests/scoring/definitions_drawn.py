"""Hypothesis strategies: random definitions without faults, and random answers to them."""

from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

SOURCED = {"source": "s", "verification": "one-source"}
IDENTITY: Json = {
    "id": "drawn",
    "version": "1.0.0",
    "title": "Drawn",
    "construct": "anything",
    "perspective": None,
    "counterpart": None,
    "language": "en",
    "licence": {
        "holder": "h",
        "terms": "t",
        "url": None,
        "text_included": False,
        "permission_required": False,
    },
    "submitted_as": "codes",
    "key_sources": {"sources": ["s"], "verification": "one-source"},
    "sources": [{"id": "s", "citation": "c"}],
}

NOT_KNOWN = 99
"""The drawn answer that says that nothing is known: no other drawn answer is that large."""

whole = st.integers(-3, 6)
quarters = st.integers(-12, 24).map(lambda number: number / 4)


@st.composite
def stepped(draw: st.DrawFn) -> Json:
    low, count = draw(whole), draw(st.integers(1, 6))
    step = draw(st.sampled_from([1, 0.5, 0.1, 2]))
    if step == 1:
        return {"min": low, "max": low + count}
    return {"min": low, "max": round(low + count * step, 1), "step": step}


@st.composite
def optioned(draw: st.DrawFn) -> Json:
    values = draw(st.lists(whole | quarters, min_size=2, max_size=5, unique=True))
    options: list[Json] = [{"value": value} for value in values]
    if draw(st.booleans()):
        scores = st.sampled_from([0, 20, 25, 50, 75, 100]) | quarters
        for option, score in zip(
            options, draw(st.lists(scores, min_size=len(values), max_size=len(values))), strict=True
        ):
            option["score"] = score
    if draw(st.booleans()):
        options.insert(draw(st.integers(0, len(options))), {"value": NOT_KNOWN, "missing": True})
    return {"options": options}


lines = st.just({"min": 0, "max": 10, "step": None})
response_sets = stepped() | optioned() | lines


def allowed(answers: Json) -> list[Any] | None:
    """Return the answers that count, None for any number in the range."""
    if "options" in answers:
        return [option["value"] for option in answers["options"] if not option.get("missing")]
    step = answers.get("step", 1)
    if step is None:
        return None
    count = round((answers["max"] - answers["min"]) / step)
    return [round(answers["min"] + index * step, 1) for index in range(count + 1)]


@st.composite
def missing_rule(draw: st.DrawFn, terms: int, methods: tuple[str, ...], may_round: bool) -> Json:
    method = draw(st.sampled_from(methods))
    if method == "none":
        return {"min_answered": terms, "method": "none"}
    rule: Json = {"min_answered": draw(st.integers(1, terms)), "method": method, **SOURCED}
    if method == "prorate" and may_round and draw(st.booleans()):
        rule["round"] = True
    return rule


@st.composite
def item_scale(draw: st.DrawFn, name: str, items: list[Json]) -> Json:
    ids = [item["id"] for item in items]
    chosen = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids), unique=True))
    aggregation = draw(st.sampled_from(["sum", "sum", "mean", "mean", "max", "count"]))
    terms: list[Any] = list(chosen)
    if aggregation != "count" and len(chosen) > 2 and draw(st.booleans()):
        size = draw(st.integers(2, len(chosen) - 1))
        group: Json = {"max_of": chosen[:size]}
        if draw(st.booleans()):
            group["min_answered"] = draw(st.integers(1, size))
        terms = [group, *chosen[size:]]
    methods = ("none", "zero") if aggregation in ("max", "count") else ("none", "prorate", "zero")
    scale: Json = {
        "id": name,
        "title": name,
        "items": terms,
        "aggregation": aggregation,
        "metric": aggregation,
        "missing": draw(missing_rule(len(terms), methods, aggregation == "sum")),
        "direction": draw(st.sampled_from(["higher_is_better", "higher_is_worse"])),
    }
    if aggregation == "count":
        thresholds = draw(st.lists(quarters, min_size=len(chosen), max_size=len(chosen)))
        by_item = dict(zip(chosen, thresholds, strict=True))
        scale["count"] = {"at_least": draw(st.sampled_from([thresholds[0], by_item]))}
    single = [term for term in terms if isinstance(term, str)]
    if aggregation in ("sum", "mean") and single and draw(st.booleans()):
        weights = st.sampled_from([1, 2, 3, 0.5, 0.25, 1.5])
        scale["weights"] = draw(st.dictionaries(st.sampled_from(single), weights, min_size=1))
    if aggregation in ("sum", "mean") and draw(st.booleans()):
        scale["metric"] = "transformed"
        factor = st.sampled_from([2, 10, 6.25, 4, -1, 0.5])
        of, offset = draw(st.sampled_from(["sum", "mean"])), draw(st.sampled_from([0, -25, 1.5]))
        scale["transform"] = {
            "type": "linear",
            "of": of,
            "factor": draw(factor),
            "offset": offset,
            **SOURCED,
        }
    return scale


def ends_of(item: Json, sets: dict[str, Json]) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest score of an item."""
    one = sets[item["response_set"]]
    counting = [option for option in one.get("options", []) if not option.get("missing")]
    scores = [option.get("score", option["value"]) for option in counting]
    ends = scores or [one["min"], one["max"]]
    return Fraction(str(min(ends))), Fraction(str(max(ends)))


def may_be_filled(scale: Json, scales: list[Json], items: list[Json], sets: Any) -> bool:
    """Tell whether what stands for a blank is a possible score: 0, or what others have."""
    rule = scale["missing"]
    if rule["method"] == "none":
        return True
    if "composite" in scale:
        parts = [one for one in scales if one["id"] in scale["composite"]["of"]]
        return len({str({**one, "id": "", "title": ""}) for one in parts}) == 1
    named = [name for term in scale["items"] for name in members(term)]
    ends = [ends_of(item, sets) for item in items if item["id"] in named]
    if rule["method"] == "zero":
        return all(low <= 0 <= high for low, high in ends) or len(ends) == 1
    if len(set(ends)) > 1:
        return False
    weights = [Fraction(str(scale.get("weights", {}).get(str(term), 1))) for term in scale["items"]]
    return not rule.get("round") or all((sum(weights) * end).denominator == 1 for end in ends[0])


def members(term: Any) -> list[str]:
    return [term] if isinstance(term, str) else term["max_of"]


@st.composite
def definitions(draw: st.DrawFn) -> Json:
    """Draw a definition of up to six items, up to three scales and perhaps a composite of them."""
    sets = {
        f"r{index}": one
        for index, one in enumerate(draw(st.lists(response_sets, min_size=1, max_size=3)))
    }
    items: list[Json] = []
    for index in range(draw(st.integers(1, 6))):
        item: Json = {"id": str(index + 1), "response_set": draw(st.sampled_from(sorted(sets)))}
        if draw(st.booleans()):
            item["reverse"] = True
        items.append(item)
    scales = [draw(item_scale(f"s{index}", items)) for index in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        scales.append({**scales[0], "id": "twin"})
    used = {
        name
        for scale in scales
        for term in scale["items"]
        for name in ([term] if isinstance(term, str) else term["max_of"])
    }
    for item in items:
        if item["id"] not in used:
            item["scored"] = False
    if len(scales) > 1 and draw(st.booleans()):
        names = [scale["id"] for scale in scales]
        method = draw(st.sampled_from(["sum", "mean"]))
        composite = {
            "id": "composite",
            "title": "Composite",
            "aggregation": "composite",
            "composite": {"of": names, "method": method},
            "metric": method,
            "missing": draw(missing_rule(len(names), ("none", "prorate"), False)),
            "direction": "higher_is_better",
        }
        for scale in scales:
            scale["direction"] = "higher_is_better"
        scales.insert(draw(st.integers(0, len(scales))), composite)
    for scale in scales:
        if scale["aggregation"] != "count" and not may_be_filled(scale, scales, items, sets):
            count = len(scale.get("items") or scale["composite"]["of"])
            scale["missing"] = {"min_answered": count, "method": "none"}
    definition = {**IDENTITY, "response_sets": sets, "items": items, "scales": scales}
    if draw(st.booleans()):
        definition["min_answered"] = {"items": draw(st.integers(1, len(items))), **SOURCED}
    first = {item["id"]: (allowed(sets[item["response_set"]]) or [0])[0] for item in items}
    example = {
        "title": "t",
        "answers": first,
        "expect": {"scores": {}},
        "source": "arithmetic",
        "working": "-",
    }
    definition["examples"] = [example, example]
    return definition


def answer_to(definition: Json, item: Json) -> st.SearchStrategy[Any]:
    """Return the answers that an item allows; a line is marked to a tenth."""
    answers = definition["response_sets"][item["response_set"]]
    values = allowed(answers)
    if values is not None:
        return st.sampled_from(values)
    tenths = st.integers(10 * answers["min"], 10 * answers["max"])
    return tenths.map(lambda number: number // 10 if number % 10 == 0 else number / 10)


def unknown(definition: Json, item: Json) -> list[Any]:
    """Return what counts as not answered: nothing, and an answer that says that it is not known."""
    options = definition["response_sets"][item["response_set"]].get("options", [])
    return [None, *(option["value"] for option in options if option.get("missing"))]


def answers_to(definition: Json) -> st.SearchStrategy[Json]:
    """Return answers to a form, at least one: of half the forms complete, of the others with
    blanks.
    """
    given = {item["id"]: answer_to(definition, item) for item in definition["items"]}
    blank = {item["id"]: st.sampled_from(unknown(definition, item)) for item in definition["items"]}
    complete = st.fixed_dictionaries(given)
    partly = st.fixed_dictionaries({name: blank[name] | one for name, one in given.items()})
    answered = partly.map(
        lambda form: {name: answer for name, answer in form.items() if answer is not None}
    )
    return complete | answered.filter(lambda form: {*form.values()} - {NOT_KNOWN})


def random_answers(definition: Json, chance: Random) -> Json:
    """Return answers to a form, at least one, without Hypothesis: half of the forms complete,
    others with blanks.
    """
    share = chance.choice([1.0, chance.random()])
    answers: Json = {}
    while not answers:
        for item in definition["items"]:
            if chance.random() < max(share, 0.05):
                one = definition["response_sets"][item["response_set"]]
                values = allowed(one)
                if values is None:
                    values = [chance.randint(10 * one["min"], 10 * one["max"]) / 10]
                answers[item["id"]] = chance.choice(values)
    free = [item for item in definition["items"] if item["id"] not in answers]
    for item in free:  # a blank may also be said
        if (found := chance.choice(unknown(definition, item))) is not None:
            answers[item["id"]] = found
    return answers
