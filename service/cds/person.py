"""Age and sex of the patient, as far as they are told."""

from service.fhir.datetimes import is_datetime
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.fhir.reading.request import OLDEST, SEXES
from service.scoring.scales import ANYBODY, Respondent

_LONGEST_DATE = len("2026-01-01")
_FIRST, _LAST = (1, 1), (12, 31)
"""Month and day that a part of a date which is not told may be at least and at most."""


def read_respondents(
    patient: Node | None, patient_id: str, day: str | None
) -> tuple[Respondent, ...]:
    """Return who the patient may be on a day (YYYY-MM-DD): one respondent, or two where a birth
    date without its day or month leaves the age open. Another patient's resource tells nothing.
    """
    if patient is None or patient.value.get("id", patient_id) != patient_id:
        return (ANYBODY,)
    sex = patient.value.get("gender")
    known = sex if isinstance(sex, str) and sex in SEXES else None
    born = patient.text("birthDate", Findings())
    ages = () if born is None or day is None else ages_on(day, born)
    return tuple(Respondent(age, known) for age in ages) or (Respondent(None, known),)


def ages_on(day: str, born: str) -> tuple[int, ...]:
    """Return the ages in whole years that a birth date allows on a day, none where it is no date
    or allows none from 0 to `OLDEST`.
    """
    if len(born) > _LONGEST_DATE or not is_datetime(born):
        return ()
    ages = {_years(born, missing, day) for missing in (_LAST, _FIRST)}
    return tuple(sorted(age for age in ages if 0 <= age <= OLDEST))


def _years(born: str, missing: tuple[int, int], day: str) -> int:
    """Return the whole years from a date, with the parts that it does not tell, to a day."""
    told = [int(part) for part in born.split("-")]
    birthday = [*told[1:], *missing[len(told) - 1 :]]
    year, *date = (int(part) for part in day.split("-"))
    return year - told[0] - (date < birthday)
