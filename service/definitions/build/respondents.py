"""For whom a number is, with the ages that are assumed of those who do not say theirs."""

from typing import Any

from service.scoring.applicability import EVERYBODY, Applicability

Json = dict[str, Any]


class Respondents:
    """Reads the `age` and `sex` of numbers of one definition."""

    def __init__(self, assumed_age: Json | None) -> None:
        self._assumed = None if assumed_age is None else _ends(assumed_age)

    def of(self, part: Json) -> Applicability:
        """Return for whom a number is; whoever says no age, where it is for all assumed ages."""
        age, sex = part["age"], part["sex"]
        if age is None:
            return EVERYBODY if sex is None else Applicability(sex=sex)
        return Applicability(age["min"], age["max"], sex, self._covers_assumed(age))

    def _covers_assumed(self, age: Json) -> bool:
        if self._assumed is None:
            return False
        low, high = _ends(age)
        return low <= self._assumed[0] and self._assumed[1] <= high


def _ends(age: Json) -> tuple[float, float]:
    low, high = age["min"], age["max"]
    return (float("-inf") if low is None else low), (float("inf") if high is None else high)
