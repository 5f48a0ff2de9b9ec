"""A second scorer, written from docs/definition-format.md alone: slow, obvious, in exact fractions.

It reads the JSON of a definition and shares no code with the service.
"""

from fractions import Fraction
from functools import cache
from math import floor, inf
from typing import Any, NamedTuple

Json = dict[str, Any]
Exact = Fraction | None


class Score(NamedTuple):
    """What the definition says about one scale: None in `value` where it is not scored."""

    value: Exact
    sum: Exact
    mean: Exact
    bands: dict[str, str]
    cutoffs: list[tuple[str, bool]]
    z: dict[str, float | None]


UNSCORED = Score(None, None, None, {}, [], {})


@cache
def exact(number: Any) -> Fraction:
    """Return the number that is written in the file: 0.1 is one tenth."""
    return Fraction(str(number))


def by_id(parts: list[Json]) -> dict[str, Json]:
    return {part["id"]: part for part in parts}


def keyed(definition: Json, item: Json, answer: Any) -> Exact:
    """Return the score used for an answer: recoded where options have a score or a line has steps,
    then reversed; of a clock time the minutes from midnight.
    """
    if answer is None:
        return None
    answers = definition["response_sets"][item["response_set"]]
    if "clock" in answers:
        hour, minute = answer.split(":")
        return Fraction(60 * int(hour) + int(minute))
    if "recode" in answers:
        score = worth_of(answers["recode"], exact(answer))
        middles = [
            (limit_of(one) + limit_of(other)) / 2
            for one, other in zip(answers["recode"][1:], answers["recode"][2:], strict=False)
        ]
        met = [limit_of(step) for step in answers["recode"][1:]]
        ends = [
            worth_of(answers["recode"], at)
            for at in (exact(answers["min"]), *met, *middles, exact(answers["max"]))
            if exact(answers["min"]) <= at <= exact(answers["max"])
        ]
        return min(ends) + max(ends) - score if item.get("reverse") else score
    if "options" in answers:
        worth = {
            exact(option["value"]): exact(option.get("score", option["value"]))
            for option in answers["options"]
            if not option.get("missing")
        }
        if exact(answer) not in worth:
            return None
        score, ends = worth[exact(answer)], list(worth.values())
    else:
        score, ends = exact(answer), [exact(answers["min"]), exact(answers["max"])]
    return min(ends) + max(ends) - score if item.get("reverse") else score


def limit_of(step: Json) -> Fraction:
    return exact(step.get("above", step.get("at_least")))


def worth_of(steps: list[Json], number: Fraction) -> Fraction:
    """Return what a number is worth by a recoding in steps: that of the last step it reaches."""
    found = steps[0]["worth"]
    for step in steps[1:]:
        if number > limit_of(step) or ("at_least" in step and number == limit_of(step)):
            found = step["worth"]
    return exact(found)


def known(definition: Json, item: Json, answer: Any) -> Any:
    """Return an answer, None where it says that nothing is known."""
    return None if keyed(definition, item, answer) is None else answer


def counts_as(definition: Json, gate: Json, item: Json) -> Exact:
    """Return the score that says the same as the gate: no answer does where it takes items out."""
    if gate["treat_as"] == "excluded":
        return None
    if gate["treat_as"] == "unasked":
        return min(keyed(definition, item, end) for end in ends(definition, item))
    return exact(gate["treat_as"])


def ends(definition: Json, item: Json) -> list[Any]:
    answers = definition["response_sets"][item["response_set"]]
    if "options" in answers:
        return [option["value"] for option in answers["options"] if not option.get("missing")]
    return [answers["min"], answers["max"]]


def holds(rule: Json, answers: Json, respondent: Json) -> bool | None:
    """Tell whether the rule of a gate holds: None where an answer that it needs is not given."""
    if "all" in rule:
        parts = [holds(part, answers, respondent) for part in rule["all"]]
        return False if False in parts else None if None in parts else True
    if "compare" in rule:
        part = rule["compare"]
        found = answers.get(part["item"]) if "item" in part else respondent.get(part["respondent"])
        if found is None:
            return None
        return {
            "==": found == part["value"],
            "!=": found != part["value"],
            "<": found < part["value"],
            "<=": found <= part["value"],
            ">": found > part["value"],
            ">=": found >= part["value"],
        }[part["op"]]
    raise NotImplementedError("the gates under test compare things, or several of them")


def fits(group: Json, respondent: Json) -> bool:
    """Tell whether a respondent belongs to those whom a number is for: at any assumed age where
    none is given.
    """
    if group.get("sex") and respondent.get("sex") != group["sex"]:
        return False
    age, assumed = respondent.get("age"), respondent["assumed_age"]
    if group.get("age") is None:
        return True
    low, high = ends_of(group["age"])
    if age is not None:
        return low <= age and floor(age) <= high
    return assumed is not None and low <= ends_of(assumed)[0] and ends_of(assumed)[1] <= high


def ends_of(limits: Json) -> tuple[float, float]:
    low, high = limits.get("min"), limits.get("max")
    return (0 if low is None else low), (inf if high is None else high)


def score_form(
    definition: Json, answers: Json, not_applicable: Any = (), respondent: Json | None = None
) -> dict[str, Score]:
    """Return the score of every scale."""
    respondent = {"assumed_age": definition.get("assumed_age"), **(respondent or {})}
    items = by_id(definition["items"])
    answers = {name: known(definition, item, answers.get(name)) for name, item in items.items()}
    scores = {name: keyed(definition, item, answers[name]) for name, item in items.items()}
    n_answered = sum(answer is not None for answer in answers.values())
    excluded, lost, gated = set(), set(), set()
    for gate in definition.get("gates", []):
        if gate["when"] is not None and holds(gate["when"], answers, respondent) is not True:
            continue
        behind = [name for name in gate["items"] if name not in gated]
        if gate["when"] is not None and not gate.get("override"):
            given = [name for name in behind if answers[name] is not None]
            if any(scores[name] != counts_as(definition, gate, items[name]) for name in given):
                continue
        not_asked = gate["treat_as"] == "unasked" and gate["when"] is not None
        for name in behind:
            blank = answers[name] is None
            if (blank and (name in not_applicable or gate.get("blank_counts"))) or (
                not blank and (gate.get("override") or not_asked)
            ):
                gated.add(name)
                if gate["treat_as"] in ("excluded", "unasked"):
                    excluded.add(name)
                    lost |= {name} if gate["treat_as"] == "excluded" else set()
                    scores[name] = None
                else:
                    scores[name] = exact(gate["treat_as"])
                    answers[name] = gate["treat_as"]
    results: dict[str, Score] = {}
    enough = n_answered >= definition.get("min_answered", {"items": 0})["items"]
    waiting = list(definition["scales"])
    while waiting:
        scale = waiting.pop(0)
        components = scale.get("composite", {"of": []})["of"]
        if any(name not in results for name in components):
            waiting.append(scale)
            continue
        value, total, mean = (
            score_scale(scale, scores, answers, excluded, results) if enough else (None, None, None)
        )
        if value is not None:
            told = total, mean, value
            value = transformed(scale, *told, respondent) if "transform" in scale else value
        if (
            "transform" in scale
            and scale["transform"]["type"] == "steps"
            and touched(definition, scale, excluded)
        ):
            value = None
        if value is None:
            results[scale["id"]] = UNSCORED
        elif touched(definition, scale, lost):
            results[scale["id"]] = Score(value, total, mean, {}, [], {})
        else:
            results[scale["id"]] = interpreted(definition, scale, value, total, mean, respondent)
    return {scale["id"]: results[scale["id"]] for scale in definition["scales"]}


def members(scale: Json) -> list[list[str]]:
    if "ratio" in scale:
        to = scale["ratio"]["to"]
        return [
            [scale["ratio"]["of"]],
            *([name] for name in ([to] if isinstance(to, str) else to["hours_between"])),
        ]
    return [[term] if isinstance(term, str) else term["max_of"] for term in scale.get("items", [])]


def touched(definition: Json, scale: Json, lost: set[str]) -> bool:
    scales = by_id(definition["scales"])
    if "composite" in scale:
        return any(touched(definition, scales[name], lost) for name in scale["composite"]["of"])
    return any(name in lost for term in members(scale) for name in term)


def score_scale(
    scale: Json,
    scores: dict[str, Exact],
    answers: Json,
    excluded: set[str],
    results: dict[str, Score],
) -> tuple[Exact, Exact, Exact]:
    """Return value (before a transform), sum and mean of a scale."""
    nothing = None, None, None
    rule = scale["missing"]
    if "composite" in scale:
        values = [results[name].value for name in scale["composite"]["of"]]
        known = [value for value in values if value is not None]
        if not known or len(known) < rule["min_answered"]:
            return nothing
        mean = sum(known, Fraction(0)) / len(known)
        return (
            (mean, None, mean)
            if scale["composite"]["method"] == "mean"
            else (mean * len(values), mean * len(values), None)
        )
    if "ratio" in scale:
        return ratio(scale, scores, excluded), None, None
    terms = []
    for term, names in zip(scale["items"], members(scale), strict=True):
        left = [name for name in names if name not in excluded]
        if not left:
            continue
        given = [scores[name] for name in left if scores[name] is not None]
        needed = 1 if isinstance(term, str) else min(term.get("min_answered", 1), len(left))
        weight = (
            exact(scale.get("weights", {}).get(term, 1)) if isinstance(term, str) else Fraction(1)
        )
        terms.append((max(given) if len(given) >= needed else None, weight, left))
    answered = [(score, weight) for score, weight, _ in terms if score is not None]
    n_missing = len(terms) - len(answered)
    if not answered or n_missing > len(scale["items"]) - rule["min_answered"]:
        return nothing
    if scale["aggregation"] == "count":
        at_least = scale["count"]["at_least"]
        reached = 0
        for _, _, [name] in terms:
            threshold = at_least[name] if isinstance(at_least, dict) else at_least
            if answers[name] is not None and exact(answers[name]) >= exact(threshold):
                reached += 1
        return Fraction(reached), None, None
    if rule["method"] == "zero":
        answered += [(Fraction(0), weight) for score, weight, _ in terms if score is None]
    if scale["aggregation"] == "max":
        return max(score for score, _ in answered), None, None
    mean = sum(score * weight for score, weight in answered) / sum(weight for _, weight in answered)
    total = mean * sum(weight for _, weight, _ in terms)
    if rule.get("round") and n_missing:
        total = Fraction((total + Fraction(1, 2)).__floor__())
    return (mean if scale["aggregation"] == "mean" else total), total, mean


def ratio(scale: Json, scores: dict[str, Exact], excluded: set[str]) -> Exact:
    """Return a ratio, None where an item is missing or left out, where there is nothing to divide
    by, or where it is more than can be.
    """
    named = [name for [name] in members(scale)]
    if any(name in excluded or scores[name] is None for name in named):
        return None
    of, *below = [scores[name] for name in named]
    part = scale["ratio"]
    divisor = below[0] if len(below) == 1 else ((below[1] - below[0]) % 1440) / 60
    if divisor == 0:
        return None
    found = exact(part.get("times", 1)) * of / divisor
    return found if found <= exact(part["at_most"]) else None


def transformed(scale: Json, total: Exact, mean: Exact, value: Exact, respondent: Json) -> Exact:
    transform = scale["transform"]
    raw = {"sum": total, "mean": mean, "ratio": value}[transform["of"]]
    if raw is None:
        return None
    if transform["type"] == "steps":
        return worth_of(transform["steps"], raw)
    if transform["type"] == "linear":
        return exact(transform["offset"]) + exact(transform["factor"]) * raw
    for table in transform["tables"]:
        if fits(table, respondent):
            return {exact(row[0]): exact(row[1]) for row in table["entries"]}.get(raw)
    return None


def interpreted(
    definition: Json, scale: Json, value: Fraction, total: Exact, mean: Exact, respondent: Json
) -> Score:
    bands = {}
    for system in scale.get("bands", []):
        if fits(system, respondent):
            reached = [band for band in system["bands"] if exact(band["min"]) <= value]
            bands[system["system"]] = max(reached, key=lambda band: exact(band["min"]))["id"]
    cutoffs = []
    for cutoff in scale.get("cutoffs", []):
        if fits(cutoff, respondent):
            limit = exact(cutoff["value"])
            met = {
                "<": value < limit,
                "<=": value <= limit,
                ">": value > limit,
                ">=": value >= limit,
            }[cutoff["op"]]
            cutoffs.append((cutoff["system"], met))
    z = {}
    for norm in definition.get("norms", []):
        numbers = norm["scales"].get(scale["id"])
        if not numbers or not fits(norm, respondent):
            continue
        score = {"sum": total, "mean": mean, "value": value}[numbers["metric"]]
        if score is None:
            continue
        described = numbers["mean"] is not None and numbers["sd"] is not None
        z[norm["id"]] = (
            float((score - exact(numbers["mean"])) / exact(numbers["sd"])) if described else None
        )
    return Score(value, total, mean, bands, cutoffs, z)
