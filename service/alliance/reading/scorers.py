"""The instruments that a course names."""

from collections.abc import Callable

from service.alliance.reading.faults import Faults, Json
from service.scoring.instrument import Instrument
from service.scoring.issue import Path
from service.scoring.report import Scorer

FindScorer = Callable[[str, str | None], Scorer]


class UnknownForm(LookupError):
    """Raised by the look-up of scorers: the code to report and what is allowed instead."""

    def __init__(self, member: str, code: str, detail: str, allowed: object) -> None:
        super().__init__(code)
        self.issue = member, code, detail, allowed


class Scorers:
    """Finds the scorers of forms, and keeps in `used` which instruments the course has."""

    def __init__(self, find: FindScorer, faults: Faults) -> None:
        self.used: dict[str, Instrument] = {}
        self._find = find
        self._faults = faults

    def of_form(self, form: Json, where: Path) -> Scorer | None:
        """Return the scorer of a form, None with a fault where it cannot be scored."""
        name, version = form.get("instrument"), form.get("version")
        if not isinstance(name, str):
            detail = "The id of an instrument is needed."
            self._faults.add((*where, "instrument"), "wrong_type", detail)
            return None
        if version is not None and not isinstance(version, str):
            self._faults.add((*where, "version"), "wrong_type", "A version is a string.")
            return None
        try:
            scorer = self._find(name, version)
        except UnknownForm as unknown:
            member, code, detail, allowed = unknown.issue
            self._faults.add((*where, member), code, detail, allowed)
            return None
        instrument = scorer.instrument
        self.used.setdefault(instrument.id, instrument)
        if instrument.key_required and form.get("answers") is not None:
            detail = instrument.key_instructions or "The key is not public."
            self._faults.add((*where, "instrument"), "key_required", detail)
            return None
        return scorer

    def instrument(self, name: str) -> Instrument | None:
        """Return an instrument, of the course or not; None where nobody knows it."""
        if name in self.used:
            return self.used[name]
        try:
            return self._find(name, None).instrument
        except UnknownForm:
            return None
