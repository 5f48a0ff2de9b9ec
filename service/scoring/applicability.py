"""For whom a published number is."""

import math
from dataclasses import dataclass
from typing import Literal

SEXES = ("female", "male")
"""Those that numbers are published for; about anybody else they say nothing."""

Misfit = Literal["needs_sex", "needs_age", "other_sex", "other_age"]


@dataclass(frozen=True, slots=True)
class Applicability:
    """The respondents a number is for: ages in completed years (both ends inclusive) and a sex,
    open when None.

    `of_unknown_age`: who does not say an age is taken to be one of them, because the number is for
    all whom the form is for.
    """

    minimum_age: int | float | None = None
    maximum_age: int | float | None = None
    sex: Literal["female", "male"] | None = None
    of_unknown_age: bool = False

    def fits(self, age: int | float | None, sex: str | None) -> bool:
        """Tell whether a respondent is taken to belong."""
        return self.misfit(age, sex) is None

    def misfit(self, age: int | float | None, sex: str | None) -> Misfit | None:
        """Return why a number is not for a respondent: what is not known of them, or what they are;
        None where it is.
        """
        if self.sex is not None and sex != self.sex:
            return "other_sex" if sex in SEXES else "needs_sex"
        if self.minimum_age is None and self.maximum_age is None:
            return None
        if age is None:
            return None if self.of_unknown_age else "needs_age"
        # Somebody of 17 and a half is 17: published ages are birthdays.
        too_young = self.minimum_age is not None and age < self.minimum_age
        too_old = self.maximum_age is not None and math.floor(age) > self.maximum_age
        return "other_age" if too_young or too_old else None

    @property
    def is_open(self) -> bool:
        """Whether everybody fits."""
        return self.sex is None and self.minimum_age is None and self.maximum_age is None


EVERYBODY = Applicability()


def why_none_fits(reasons: list[Misfit]) -> str:
    """Say why none of several numbers is for a respondent: what would have to be known, if
    anything, else what they are not for.
    """
    if any(reason.startswith("needs") for reason in reasons):
        return "needs_age_or_sex"
    return "other_age" if "other_age" in reasons else "other_sex"
