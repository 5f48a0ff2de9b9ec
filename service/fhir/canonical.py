"""The canonical addresses of questionnaires and code systems."""

from typing import NamedTuple

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
_LONGEST_ID = 64
_UNWEIGHTED = ".unweighted"
"""No id of an instrument has a dot."""


class Canonical(NamedTuple):
    """What one of our canonical addresses names: an instrument, and its version where it says."""

    instrument: str
    version: str | None


class Names:
    """Names below one base: parts are joined by `:` below a urn and by `/` below an address."""

    def __init__(self, base: str) -> None:
        self._join = "/" if base.startswith("http") else ":"
        self.base = base
        self._questionnaires = self._name("Questionnaire", "")

    def _name(self, *parts: str) -> str:
        return self._join.join((self.base, *parts))

    def questionnaire(self, instrument_id: str) -> str:
        """Return the canonical address of an instrument's questionnaire, without a version."""
        return self._questionnaires + instrument_id

    def unweighted(self, instrument_id: str) -> str:
        """Return the canonical address of the form that does not show what answers weigh."""
        return self.questionnaire(instrument_id) + _UNWEIGHTED

    def resource(self, kind: str, name: str) -> str:
        """Return the canonical address of any other resource of ours."""
        return self._name(kind, name)

    def code_system(self, name: str) -> str:
        """Return the address of a code system: an instrument's own has its id (codes: scales),
        with `-items` (item ids) or `-answers` (submitted values) behind it.
        """
        return self._name("CodeSystem", name)

    def read(self, address: str) -> Canonical | None:
        """Return what a `questionnaire` names, with or without `|version`; None: not ours."""
        if not address.startswith(self._questionnaires):
            return None
        name, bar, version = address[len(self._questionnaires) :].partition("|")
        name = name.removesuffix(_UNWEIGHTED)[:_LONGEST_ID]
        return Canonical(name, version if bar else None)
