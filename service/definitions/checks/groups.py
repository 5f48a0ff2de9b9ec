"""For whom numbers are: no respondent may fit two of one name."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from service.definitions.checks.attainable import is_number
from service.definitions.checks.parts import Json
from service.scoring.issue import Issue, Path


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
