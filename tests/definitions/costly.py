"""Bodies that would buy much work with few bytes: definitions as somebody could send them who wants
to keep the service busy. Each fits the longest body that the service reads.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tests.builders import SITE, make_definition

Json = dict[str, Any]

MOST_BYTES = 262_144


def bare(n_items: int = 4, **members: Any) -> Json:
    """Return a definition of items from 0 to 3 with nothing else; its scales are the caller's."""
    definition = make_definition()
    for name in ("gates", "norms", "criteria", "risks"):
        definition[name] = []
    items = [{"id": str(n), "response_set": "often"} for n in range(n_items)]
    return {**definition, "items": items, **members}


def summed(name: str, items: Iterable[Any], **members: Any) -> Json:
    """Return a scale that is the sum of items."""
    listed = list(items)
    missing = {"min_answered": len(listed), "method": "none"}
    scale = {
        "id": name,
        "title": name,
        "items": listed,
        "aggregation": "sum",
        "metric": "sum",
        "missing": missing,
        "direction": "higher_is_worse",
    }
    return {**scale, **members}


def composite(name: str, of: Iterable[str], **members: Any) -> Json:
    """Return a scale that is the sum of scales."""
    listed = list(of)
    scale = summed(name, listed, aggregation="composite", composite={"of": listed, "method": "sum"})
    del scale["items"]
    return {**scale, **members}


def example(answers: Any, **members: Any) -> Json:
    """Return an example that expects nothing."""
    shown = {"title": "-", "answers": answers, "expect": {"scores": {}}}
    return {**shown, "source": "arithmetic", "working": "-", **members}


def criterion(name: str, rule: Json) -> Json:
    return {"id": name, "title": name, "kind": "boolean", "rule": rule, **SITE}


def each(items: Iterable[str], value: float = 1) -> Json:
    return {"each": {"items": list(items), "op": ">=", "value": value}}


def at_least_one(*of: Json) -> Json:
    return {"count": {"of": list(of), "at_least": 1}}


def compared(item: str, value: float, op: str = ">=") -> Json:
    return {"compare": {"item": item, "op": op, "value": value}}


def ids(count: int, start: int = 0) -> list[str]:
    return [str(n) for n in range(start, start + count)]


def composites(leaves: int, middle: int, top: int, n_items: int, n_examples: int) -> Json:
    """Every scale of a level is made of all scales of the level below."""
    low = [summed(f"a{n}", ids(n_items)[n::leaves]) for n in range(leaves)]
    mid = [composite(f"b{n}", [scale["id"] for scale in low]) for n in range(middle)]
    high = [composite(f"c{n}", [scale["id"] for scale in mid]) for n in range(top)]
    examples = [example([1] * n_items)] * n_examples
    return bare(n_items, scales=[*low, *mid, *high], examples=examples)


def composites_in_turn() -> Json:
    """A hundred scales, each made of all scales before it."""
    scales = [summed("s0", ids(4)), summed("s1", ids(4))]
    scales += [composite(f"s{n}", [f"s{k}" for k in range(n)]) for n in range(2, 100)]
    return bare(4, scales=scales, examples=[example([1] * 4)] * 2)


def circles() -> Json:
    """A hundred scales, each made of all the others."""
    names = [f"s{n}" for n in range(100)]
    scales = [composite(name, [other for other in names if other != name]) for name in names]
    return bare(4, scales=scales, examples=[example([1] * 4)] * 2)


def counted(n_groups: int, n_items: int) -> Json:
    """One criterion that counts the same item over and over."""
    rule = at_least_one(*[each(["0"] * n_items)] * n_groups)
    definition = bare(4, scales=[summed("total", ids(4))], examples=[example([1] * 4)] * 2)
    definition["response_sets"]["often"] = {"min": 0, "max": 200}
    return {**definition, "criteria": [criterion("c", rule)]}


def counted_in_order(n_items: int = 500, n_groups: int = 80) -> Json:
    """One criterion that compares every item over and over."""
    rule = at_least_one(*[each(ids(n_items), n % 3 + 1) for n in range(n_groups)])
    scales = [summed("total", ids(n_items))]
    examples = [example([1] * n_items)] * 2
    return bare(n_items, scales=scales, criteria=[criterion("c", rule)], examples=examples)


def completed(n_examples: int, n_repeats: int) -> Json:
    """Criteria that every way to fill in nine blanks is tried for, in every example."""
    together = {"all": [compared(str(n), 2) for n in range(9)]}
    unsettled = {"all": [at_least_one(each(ids(9), 3)), {"not": together}]}
    padding = {"all": [at_least_one(each(["9"] * 500, 1))] * n_repeats}
    criteria = [criterion(f"c{n}", {"all": [padding, unsettled]}) for n in range(3)]
    examples = [
        example({"9": 1, **{str(10 + k): (n >> k) & 1 for k in range(8)}})
        for n in range(n_examples)
    ]
    scales = [summed("total", ids(20))]
    return bare(20, scales=scales, criteria=criteria, examples=examples)


def weighted(n_scales: int = 22, n_items: int = 500) -> Json:
    """Scales whose every item has a weight that makes the sums fall on a finer grid."""
    scales = [
        summed(f"s{n}", ids(n_items), weights=dict.fromkeys(ids(n_items), 1 + n), metric="sum")
        for n in range(n_scales)
    ]
    return bare(n_items, scales=scales, examples=[example([1] * n_items)] * 2)


def fractional(n_scales: int = 40, n_items: int = 300) -> Json:
    """Answers and weights with many decimals: sums of fractions."""
    options = [{"value": n + n / 100_007} for n in range(201)]
    scales = [
        summed(f"s{n}", ids(n_items), weights={str(k): 1.000_001 + k / 7 for k in range(9)})
        for n in range(n_scales)
    ]
    definition = bare(n_items, scales=scales, examples=[example([0] * n_items)] * 2)
    definition["response_sets"]["often"] = {"options": options}
    return definition


def wide(n_scales: int = 100, n_items: int = 90) -> Json:
    """Sums of many answers each: all sums that can be reached are sought."""
    scales = [summed(f"s{n}", ids(n_items)) for n in range(n_scales)]
    definition = bare(n_items, scales=scales, examples=[example([0] * n_items)] * 2)
    definition["response_sets"]["often"] = {"options": [{"value": n * n % 401} for n in range(201)]}
    return definition


def grouped(n_scales: int = 40, n_items: int = 480) -> Json:
    """Scales of the highest of a group of all items, each with two hundred answers."""
    scales = [summed(f"s{n}", [{"max_of": ids(n_items)}]) for n in range(n_scales)]
    definition = bare(n_items, scales=scales, examples=[example([0] * n_items)] * 2)
    definition["response_sets"]["often"] = {"min": 0, "max": 200}
    return definition


def nested_groups(n_scales: int = 100, n_items: int = 80) -> Json:
    scales = [
        summed(f"s{n}", ids(n_items), aggregation="max", metric="max") for n in range(n_scales)
    ]
    definition = bare(n_items, scales=scales, examples=[example([0] * n_items)] * 2)
    sets = {f"r{n}": {"min": n, "max": n + 20, "step": 0.1} for n in range(n_items)}
    definition["response_sets"] |= sets
    definition["items"] = [{"id": str(n), "response_set": f"r{n}"} for n in range(n_items)]
    return definition


def lines(n_items: int = 500) -> Json:
    definition = bare(n_items, scales=[summed(f"s{n}", ids(n_items)) for n in range(50)])
    definition["response_sets"]["often"] = {"min": 0, "max": 1, "step": None}
    return {**definition, "examples": [example([0.12345] * n_items)] * 20}


def small_steps() -> Json:
    definition = bare(4, scales=[summed("total", ids(4))], examples=[example([0] * 4)] * 2)
    sets = {f"r{n}": {"min": 0, "max": 0.02, "step": 0.0001} for n in range(99)}
    definition["response_sets"] |= sets
    return definition


def tables(n_tables: int, n_rows: int, n_scales: int = 1) -> Json:
    """Conversion tables that lie over each other."""
    entries = [[n, n] for n in range(n_rows)]
    scales = []
    for n in range(n_scales):
        listed = [{"age": {"min": 0, "max": 99}, "entries": entries} for _ in range(n_tables)]
        transform = {"type": "lookup", "of": "sum", "tables": listed, **SITE}
        scales.append(summed(f"s{n}", ids(400), metric="transformed", transform=transform))
    return bare(400, scales=scales, examples=[example([0] * 400)] * 2)


def overlapping(n_scales: int = 14) -> Json:
    """Fifty cut-offs and fifty sets of bands of one name that every respondent fits."""
    cutoffs = [{"system": "c", "op": ">=", "value": 1, **SITE}] * 50
    two = [
        {"id": "a", "label": "a", "min": 0, "max": 1},
        {"id": "b", "label": "b", "min": 1, "max": 9},
    ]
    bands = [{"system": "b", "bands": two, **SITE}] * 25
    scales = [summed(f"s{n}", ids(4), cutoffs=cutoffs, bands=bands) for n in range(n_scales)]
    return bare(4, scales=scales, examples=[example([1] * 4)] * 2)


def expected_bands() -> Json:
    """Examples that expect the last of fifty bands, over and over, in fifty sets of one name."""
    many = [{"id": f"b{n}", "label": "b", "min": n, "max": n} for n in range(50)]
    bands = [{"system": "s", "bands": many, **SITE}] * 30
    scales = [summed(f"s{n}", ids(4), bands=bands if n == 0 else []) for n in range(4)]
    expect = {"scores": {}, "bands": {"s0": {"s": "b49"}}}
    examples = [example([1] * 4, expect=expect)] * 200
    return bare(4, scales=scales, examples=examples)


def compared_with_norms(n_norms: int = 60, n_scales: int = 40) -> Json:
    """Norm groups for every scale."""
    names = [f"s{n}" for n in range(n_scales)]
    numbers = {name: {"mean": 1, "sd": 1, "metric": "sum"} for name in names}
    norms = [
        {
            **{"id": f"n{n}", "population": "p", "setting": None, "country": None, "n": None},
            **{"age": None, "sex": None, "default": True, "digital": False},
            **{"percentile_model": None, "scales": numbers, **SITE},
        }
        for n in range(n_norms)
    ]
    scales = [summed(name, ids(4)) for name in names]
    return bare(4, scales=scales, norms=norms, examples=[example([1] * 4)] * 200)


def many_scales(n_examples: int = 200) -> Json:
    """A hundred scales of many items, scored in every example anew."""
    scales = [summed(f"s{n}", ids(160), aggregation="max", metric="max") for n in range(100)]
    examples = [example([n % 4, *[1] * 159]) for n in range(n_examples)]
    return bare(160, scales=scales, examples=examples)


def gated(n_gates: int = 100, n_items: int = 300) -> Json:
    """Gates that excuse every item, one after the other."""
    gates = [
        {"id": f"g{n}", "items": ids(n_items)[1:], "when": compared("0", 0, "=="), **SITE}
        | {"treat_as": 0, "blank_counts": True, "override": n % 2 == 0}
        for n in range(n_gates)
    ]
    examples = [example({"0": 0, "1": 1})] * 100
    return bare(n_items, scales=[summed("total", ids(n_items))], gates=gates, examples=examples)


def unknown_names(count: int = 25_000) -> Json:
    """References that lead nowhere, each to be looked for among all items."""
    of = [each([f"x{n}" for n in range(k, k + 500)]) for k in range(0, count, 500)]
    definition = bare(500, scales=[summed("total", ids(500))])
    definition["examples"] = [example([1] * 500)] * 2
    return {**definition, "criteria": [criterion("c", at_least_one(*of))]}


def long_texts() -> Json:
    definition = bare(4, scales=[summed("total", ids(4))], examples=[example([1] * 4)] * 2)
    return {**definition, "notes": ["a-" * 1000] * 100, "version": "1.0.0-" + "a-" * 900 + "é"}


def one_long_text() -> Json:
    return {
        **bare(4, scales=[summed("total", ids(4))]),
        "id": "a-" * 120_000,
        "language": "a-" * 50,
    }


def deep_rules() -> Json:
    """Rules inside rules, as deep as a body may be."""
    rule: Json = at_least_one(*[each(["0"] * 100)] * 20)
    rule = {"not": {"all": [rule, rule, rule]}}
    scales = [summed("total", ids(4))]
    criteria = [criterion(f"c{n}", rule) for n in range(2)]
    return bare(4, scales=scales, criteria=criteria, examples=[example([1] * 4)] * 2)


def answered_fully() -> Json:
    """Two hundred examples of five hundred answers each."""
    examples = [example([1] * 500)] * 200
    return bare(500, scales=[summed("total", ids(500))], examples=examples)


def faulty_numbers() -> Json:
    """As many faults as fit: nothing where a number belongs."""
    quantiles = [[[]] * 2] * 200
    numbers = {"mean": [], "sd": [], "metric": "sum", "quantiles": quantiles}
    definition = compared_with_norms(1, 1)
    definition["norms"][0]["scales"] = {f"s{n}": numbers for n in range(100)}
    return definition


def unknown_members() -> Json:
    return {**bare(4, scales=[summed("total", ids(4))]), **{f"m{n}": 0 for n in range(24_000)}}


def faulty_examples() -> Json:
    examples = [example([True] * 500)] * 80
    return bare(500, scales=[summed("total", ids(500))], examples=examples)


def wrong_examples() -> Json:
    """Examples of which every scale is expected to be something else."""
    scales = [summed(f"s{n}", ids(4)) for n in range(100)]
    expect = {"scores": {f"s{n}": 1.5 for n in range(100)}}
    return bare(4, scales=scales, examples=[example([1] * 4, expect=expect)] * 140)


def claims() -> Json:
    """Sources that claim to confirm each other."""
    sources = [{"id": f"s{n}", "citation": "c"} for n in range(200)]
    cutoff = {"system": "c", "op": ">=", "value": 1, "source": "s1", "verification": "two-sources"}
    scales = [summed(f"s{n}", ids(4), cutoffs=[cutoff] * 40) for n in range(60)]
    definition = bare(4, scales=scales, examples=[example([1] * 4)] * 2)
    definition["sources"] += sources
    return definition


def moved_one_by_one(n_items: int, times: int) -> Json:
    """A criterion of as many thresholds as items, each compared several times, and examples of
    both outcomes.
    """
    compare = [compared(name, 1) for name in ids(n_items)] * times
    examples = [
        example([answer] * n_items, expect={"scores": {}, "criteria": {"any": bool(answer)}})
        for answer in (0, 3)
    ]
    criteria = [criterion("any", {"any": compare})]
    scales = [summed("all", ids(n_items))]
    return bare(n_items, scales=scales, criteria=criteria, examples=examples * 5)


COSTLY: dict[str, Callable[[], Json]] = {
    "composites of composites": lambda: composites(30, 35, 34, 480, 90),
    "composites of composites, 200 examples": lambda: composites(30, 35, 34, 60, 200),
    "few composites of composites": lambda: composites(10, 10, 10, 40, 20),
    "composites, each of all before": composites_in_turn,
    "composites in circles": circles,
    "an item counted 62,000 times": lambda: counted(124, 500),
    "an item counted 1,000 times": lambda: counted(2, 500),
    "every item counted over and over": counted_in_order,
    "blanks filled in every way": lambda: completed(200, 1),
    "blanks filled in every way, long rules": lambda: completed(100, 30),
    "weights": weighted,
    "fractions": fractional,
    "wide sums": wide,
    "wide groups": grouped,
    "wide maxima": nested_groups,
    "lines": lines,
    "small steps": small_steps,
    "one long table": lambda: tables(4, 5000),
    "many tables": lambda: tables(100, 200),
    "overlapping cut-offs and bands": overlapping,
    "expected bands": expected_bands,
    "thresholds": lambda: moved_one_by_one(300, 1),
    "thresholds, few items": lambda: moved_one_by_one(5, 60),
    "norms": compared_with_norms,
    "many scales and examples": many_scales,
    "gates": gated,
    "unknown names": unknown_names,
    "long texts": long_texts,
    "one long text": one_long_text,
    "rules inside rules": deep_rules,
    "full examples": answered_fully,
    "faulty numbers": faulty_numbers,
    "unknown members": unknown_members,
    "faulty examples": faulty_examples,
    "wrong examples": wrong_examples,
    "claims": claims,
}


def terms_to_the_limit() -> Json:
    """As many terms as are allowed, of answers with many decimals, in as many examples."""
    scales = [summed(f"s{n}", ids(100)) for n in range(49)]
    examples = [example({str(k): (n + k) % 4 for k in range(100)}) for n in range(20)]
    return bare(100, scales=scales, examples=examples)


def answers_to_the_limit() -> Json:
    """Sums, maxima and groups of as many answers as are allowed."""
    options = [{"value": n * n % 401 / 8} for n in range(201)]
    scales = [summed("sum", ids(100)), summed("group", [{"max_of": ids(100)}])]
    scales += [summed(f"m{n}", ids(98), aggregation="max", metric="max") for n in range(3)]
    definition = bare(100, scales=scales, examples=[example([0] * 100)] * 20)
    definition["response_sets"]["often"] = {"options": options}
    return definition


def comparisons_to_the_limit(n_examples: int = 9) -> Json:
    """As many comparisons as are allowed, of items with two hundred answers, and blanks."""
    rules = [each(ids(10, n % 10), 20 * n + 1) for n in range(9)]
    criteria = [criterion(f"c{n}", at_least_one(*rules)) for n in range(11)]
    examples = [example({"29": n}) for n in range(n_examples)]
    definition = bare(30, scales=[summed("total", ids(30))], criteria=criteria, examples=examples)
    definition["response_sets"]["often"] = {"min": 0, "max": 200}
    return definition


def values_to_the_limit() -> Json:
    """As many faults as there may be values."""
    numbers = {"mean": [], "sd": [], "metric": "sum", "quantiles": [[[]] * 2] * 200}
    definition = compared_with_norms(1, 1)
    definition["norms"][0]["scales"] = {f"s{n}": numbers for n in range(15)}
    return definition


def tables_to_the_limit() -> Json:
    """Tables as long as there may be values, of numbers with many decimals."""
    entries = [[n, n + n / 1_000_003, 1 + n / 7] for n in range(1201)]
    listed = [{"age": {"min": n, "max": n}, "entries": entries} for n in range(3)]
    transform = {"type": "lookup", "of": "sum", "tables": listed, **SITE}
    one = summed("total", ids(400), metric="transformed", transform=transform)
    return bare(400, scales=[one], examples=[example([n % 4 for n in range(400)])] * 2)


COSTLY |= {
    "terms to the limit": terms_to_the_limit,
    "answers to the limit": answers_to_the_limit,
    "comparisons to the limit": comparisons_to_the_limit,
    "values to the limit": values_to_the_limit,
    "tables to the limit": tables_to_the_limit,
}


def answered(name: str, answers: Any, **members: Any) -> Json:
    return {"instrument": name, "answers": answers, **members}


def course(n_sessions: int, forms: Callable[[int], list[Json]], **members: Any) -> Json:
    """Return a course whose sessions hold the forms that a function gives for their number."""
    sessions = [{"number": n, "forms": forms(n)} for n in range(1, n_sessions + 1)]
    return {"sessions": sessions, **members}


def unknown_forms() -> Json:
    """A course of six thousand forms that nobody knows."""
    return course(300, lambda n: [answered(f"wai-sr-{n}-{k}", [1]) for k in range(16)])


def like_known_forms() -> Json:
    names = ["promis-depression-4", "wai-client-x", "rcads-47-parents", "whodas-122", "core-on"]
    return course(300, lambda n: [answered(f"{names[k % 5]}{n}", [1]) for k in range(16)])


def short_forms() -> Json:
    return course(300, lambda n: [answered("phq-2", [n % 4, 1])] * 16)


def alliance_forms() -> Json:
    """Every session with all the forms of the alliance that fit a body."""
    names = ("wai-sr", "wai-s-client", "wai-client", "srs", "star-p")
    names += ("wai-srt", "wai-s-therapist", "wai-therapist", "star-c")
    scores = [{"scores": {"total": 2 + n}} for n in range(3)]
    return course(300, lambda n: [{"instrument": name, **scores[n % 3]} for name in names])


def unknown_answers() -> Json:
    keys = {str(1000 + n): 1 for n in range(90)}
    return course(300, lambda n: [answered("rcads-47", keys)])


COURSES: dict[str, Callable[[], Json]] = {
    "unknown forms": unknown_forms,
    "forms like known ones": like_known_forms,
    "short forms": short_forms,
    "all forms of the alliance": alliance_forms,
    "unknown answers": unknown_answers,
}
