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
CLOCK: Json = {"clock": "HH:MM"}


@st.composite
def steps_of(draw: st.DrawFn, limits: list[Any]) -> list[Json]:
    """Draw a recoding in steps at some limits, which are ascending."""
    worths = [draw(st.integers(-2, 3))]
    for _ in limits:
        worths.append(draw(st.integers(-2, 3).filter(lambda worth: worth != worths[-1])))
    kinds = [draw(st.sampled_from(["at_least", "above"])) for _ in limits]
    return [
        {"worth": worths[0]},
        *(
            {kind: limit, "worth": worth}
            for kind, limit, worth in zip(kinds, limits, worths[1:], strict=True)
        ),
    ]


@st.composite
def recoded(draw: st.DrawFn) -> Json:
    tenths = draw(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))
    limits = [tenth // 10 if tenth % 10 == 0 else tenth / 10 for tenth in sorted(tenths)]
    return {"min": 0, "max": 10, "step": None, "recode": draw(steps_of(limits))}


response_sets = stepped() | optioned() | lines | recoded()


def allowed(answers: Json) -> list[Any] | None:
    """Return the answers that count, None for any number in the range; a few of the clock times."""
    if "clock" in answers:
        return ["00:00", "00:01", "06:30", "07:05", "22:15", "23:00", "23:59"]
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
def item_scale(draw: st.DrawFn, name: str, items: list[Json], sets: Json) -> Json:
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
        low, high = (float(end) for end in raw_ends(scale, items, sets))
        if high - low > 0.01 and draw(st.booleans()):
            limit = round(low + (high - low) / draw(st.sampled_from([2, 4])), 3)
            steps = draw(steps_of([limit]))
            scale["transform"] = {"type": "steps", "of": aggregation, "steps": steps, **SOURCED}
            return scale
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


def raw_ends(scale: Json, items: list[Json], sets: Json) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest sum, or mean, of a scale."""
    by_id = {item["id"]: item for item in items}
    lows, highs, weights = [], [], []
    for term in scale["items"]:
        ends = [ends_of(by_id[name], sets) for name in members(term)]
        needed = 1 if isinstance(term, str) else min(term.get("min_answered", 1), len(ends))
        weight = scale.get("weights", {}).get(term, 1) if isinstance(term, str) else 1
        weights.append(Fraction(str(weight)))
        lows.append(sorted(low for low, _ in ends)[needed - 1] * weights[-1])
        highs.append(max(high for _, high in ends) * weights[-1])
    divisor = sum(weights) if scale["aggregation"] == "mean" else 1
    return sum(lows) / divisor, sum(highs) / divisor


@st.composite
def ratio_scale(draw: st.DrawFn, items: list[Json], sets: Json) -> Json | None:
    """Draw a ratio of an item over the hours between two clock times, which it adds, or over
    another item; None where no item can be divided.
    """
    numbers = [item["id"] for item in items if 0 <= ends_of(item, sets)[0] < ends_of(item, sets)[1]]
    if not numbers:
        return None
    of, *others = draw(st.permutations(numbers))
    to: Any = others[0] if others and draw(st.booleans()) else {"hours_between": ["from", "to"]}
    times, at_most = draw(st.sampled_from([1, 100])), draw(st.sampled_from([1, 2, 100, 250]))
    part = {"of": of, "to": to, "times": times, "at_most": at_most, **SOURCED}
    scale: Json = {
        "id": "ratio",
        "title": "Ratio",
        "aggregation": "ratio",
        "ratio": part,
        "metric": "ratio",
        "missing": {"min_answered": 2 if isinstance(to, str) else 3, "method": "none"},
        "direction": "higher_is_better",
    }
    longest = (
        ends_of(next(item for item in items if item["id"] == to), sets)[1]
        if isinstance(to, str)
        else Fraction(1439, 60)
    )
    least = times * ends_of(next(item for item in items if item["id"] == of), sets)[0] / longest
    if least >= at_most:
        return None
    if draw(st.booleans()):
        limit = round(float(least) + (at_most - float(least)) / 2, 3)
        scale["metric"] = "transformed"
        steps = draw(steps_of([limit]))
        scale["transform"] = {"type": "steps", "of": "ratio", "steps": steps, **SOURCED}
    return scale


def ends_of(item: Json, sets: dict[str, Json]) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest score of an item."""
    one = sets[item["response_set"]]
    counting = [option for option in one.get("options", []) if not option.get("missing")]
    scores = [option.get("score", option["value"]) for option in counting]
    if "recode" in one:
        scores = [step["worth"] for step in one["recode"]]
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
    scales = [
        draw(item_scale(f"s{index}", items, sets)) for index in range(draw(st.integers(1, 3)))
    ]
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
    ratio = draw(st.none() | ratio_scale(items, sets))
    if ratio is not None:
        scales.append(ratio)
        named = {
            ratio["ratio"]["of"],
            ratio["ratio"]["to"] if isinstance(ratio["ratio"]["to"], str) else "",
        }
        for item in items:
            if item["id"] in named:
                item.pop("scored", None)
        if not isinstance(ratio["ratio"]["to"], str):
            sets["clock"] = CLOCK
            items += [{"id": name, "response_set": "clock"} for name in ("from", "to")]
    for scale in scales:
        if "ratio" in scale:
            continue
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
