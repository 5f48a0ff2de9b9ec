"""Age and sex of the patient, as far as they are certain."""

from typing import NamedTuple

from service.fhir.datetimes import is_datetime
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.request import OLDEST, SEXES
from service.scoring.scales import Respondent

_LONGEST_DATE = len("2026-01-01")
_FIRST, _LAST = (1, 1), (12, 31)
"""Month and day that a part of a date which is not told may be at least and at most."""


class Person(NamedTuple):
    """What norms may depend on. `norms` () where the age is told but not certain: then nobody is
    compared with a group that may not be theirs.
    """

    respondent: Respondent = Respondent()
    norms: tuple[str, ...] | None = None


def read_person(patient: Node | None, patient_id: str, day: str | None) -> Person:
    """Return whom the forms are about, at the age on a day (YYYY-MM-DD); nobody known where the
    resource is another's.
    """
    if patient is None or patient.value.get("id", patient_id) != patient_id:
        return Person()
    sex = patient.value.get("gender")
    known = sex if isinstance(sex, str) and sex in SEXES else None
    born = patient.text("birthDate", Findings())
    if born is None:
        return Person(Respondent(None, known))
    age = None if day is None else age_on(day, born)
    return Person(Respondent(age, known), () if age is None else None)


def age_on(day: str, born: str) -> int | None:
    """Return the age in whole years on a day, None where a birth date of a year or of a month
    leaves it open, or is none.
    """
    if len(born) > _LONGEST_DATE or not is_datetime(born):
        return None
    ages = {_years(born, missing, day) for missing in (_FIRST, _LAST)}
    age = ages.pop()
    return age if not ages and 0 <= age <= OLDEST else None


def _years(born: str, missing: tuple[int, int], day: str) -> int:
    """Return the whole years from a date, with the parts that it does not tell, to a day."""
    told = [int(part) for part in born.split("-")]
    birthday = [*told[1:], *missing[len(told) - 1 :]]
    year, *date = (int(part) for part in day.split("-"))
    return year - told[0] - (date < birthday)
