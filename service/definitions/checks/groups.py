"""For whom numbers are: who is named by age has one, and nobody fits two of one name."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from service.definitions.checks.attainable import is_number
from service.definitions.checks.parts import Json, Parts, change_rules, member_object, objects
from service.scoring.issue import Issue, Path

# Words that say that people are of some age.
_OF_AN_AGE = re.compile(
    r"\b(adults?|older|elderly|child|children|boys?|girls?|adolescents?|adolescence|teen\w*"
    r"|youths?|young|pupils?)\b",
    re.IGNORECASE,
)

_OBSERVED = (
    "precision",
    "within_person_sd",
    "growth",
    "autocorrelation",
    "unevenness",
    "expected_rates",
)


def refuse_shared_respondents(
    named: Sequence[tuple[Path, Json]], member: str | None
) -> Iterator[Issue]:
    """Refuse two tables (of one name, where they have a `member` for it) that one respondent
    fits.
    """
    for (_, first), (where, second) in combinations(named, 2):
        same_name = member is None or (
            isinstance(first.get(member), str) and first.get(member) == second.get(member)
        )
        if same_name and _share_respondents(first, second):
            name = f' of {member} "{first[member]}"' if member else ""
            text = (
                f"must differ in age or sex from every other{name}: one respondent would fit both"
            )
            yield Issue(where, "overlapping_groups", text)


def _share_respondents(first: Json, second: Json) -> bool:
    if first.get("sex") and second.get("sex") and first["sex"] != second["sex"]:
        return False
    (low, high), (other_low, other_high) = _ends(first.get("age")), _ends(second.get("age"))
    return low <= other_high and other_low <= high


def _ends(age: Any) -> tuple[float, float]:
    low, high = (age.get("min"), age.get("max")) if isinstance(age, dict) else (None, None)
    return (low if is_number(low) else float("-inf")), (high if is_number(high) else float("inf"))


def check_respondents(parts: Parts) -> Iterator[Issue]:
    """Yield a fault for every number whose words name an age that its `age` does not give, and for
    rules of change that one person fits.
    """
    refused: set[Path] = set()
    for where, named, member in _named(parts.document):
        text = named.get(member)
        found = _OF_AN_AGE.search(text) if isinstance(text, str) else None
        if found and named.get("age") is None and where not in refused:
            refused.add(where)
            reason = (
                f'is required, as the {member} says "{found.group()}": '
                'the ages that these numbers are for, such as {"min": 18}'
            )
            yield Issue((*where, "age"), "required", reason)
    for where, scale in objects(parts.document, "scales"):
        rules = list(change_rules(scale, where))
        yield from refuse_shared_respondents(rules, None)
        for rule_where, rule in rules:
            differences = list(objects(rule, "mcid", rule_where))
            for way in {str(one.get("direction")) for _, one in differences}:
                alike = [one for one in differences if str(one[1].get("direction")) == way]
                yield from refuse_shared_respondents(alike, "name")


def _named(document: Json) -> Iterator[tuple[Path, Json, str]]:
    """Yield path and object of every number with words about whom it is from, and their member."""
    for where, norm in objects(document, "norms"):
        yield where, norm, "population"
    for scale_where, scale in objects(document, "scales"):
        for where, system in objects(scale, "bands", scale_where):
            yield where, system, "system"
        for where, cutoff in objects(scale, "cutoffs", scale_where):
            yield where, cutoff, "system"
            yield where, cutoff, "label"
        for where, known in objects(scale, "reliability", scale_where):
            yield where, known, "sample"
        for member in _OBSERVED:
            yield (*scale_where, member), member_object(scale, member), "population"
