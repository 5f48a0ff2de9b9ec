"""What the caller knows of errors, by instrument and scale."""

from service.alliance.course import Errors
from service.alliance.reading.faults import Faults, Json
from service.alliance.reading.limits import LARGEST_ERROR, SMALLEST_ERROR
from service.alliance.reading.scorers import Scorers
from service.scoring.instrument import Instrument
from service.scoring.issue import Path
from service.scoring.ranges import score_range

_MEMBERS = frozenset(Errors._fields)


class ErrorReader:
    """Reads error figures of instruments that the course has, or that are known."""

    def __init__(self, scorers: Scorers, faults: Faults) -> None:
        self._scorers = scorers
        self._faults = faults

    def read(self, sent: Json) -> dict[str, dict[str, Errors]]:
        """Return the figures by instrument and scale; what is null is not given."""
        where: Path = ("options", "parameters")
        read: dict[str, dict[str, Errors]] = {}
        for name, scales in sent.items():
            if scales is None:
                continue
            instrument = self._scorers.instrument(name)
            if instrument is None:
                detail = "There is no such instrument; those of the course are listed."
                allowed = sorted(self._scorers.used)
                self._faults.add(where, "unknown_instrument", detail, allowed)
            elif not isinstance(scales, dict):
                self._faults.add((*where, name), "wrong_type", "An object by scale is needed.")
            else:
                known = {
                    scale: self._of_scale(instrument, scale, figures, (*where, name))
                    for scale, figures in scales.items()
                    if figures is not None
                }
                read[name] = {scale: one for scale, one in known.items() if one is not None}
        return read

    def _of_scale(
        self, instrument: Instrument, scale: str, sent: object, where: Path
    ) -> Errors | None:
        """Return the figures of one scale, None where some are faulty."""
        if scale not in instrument.scale:
            detail = "The instrument has no such scale."
            self._faults.add(where, "unknown_scale", detail, list(instrument.scale))
            return None
        below = (*where, scale)
        if not isinstance(sent, dict):
            detail = "An object with these members is needed."
            self._faults.add(below, "wrong_type", detail, sorted(_MEMBERS))
            return None
        self._faults.add_unknown_members(sent, _MEMBERS, below)
        if not _MEMBERS.issuperset(sent):
            return None
        largest = _largest_sd(instrument, scale)
        faulty = [name for name, value in sent.items() if not _is_error(value, largest)]
        for name in faulty:
            detail = (
                "A number above 0 is needed, in the metric of the scale's score: no standard "
                "deviation exceeds half the range."
            )
            code = "out_of_range" if type(sent[name]) in (int, float) else "wrong_type"
            allowed = {"minimum": SMALLEST_ERROR, "maximum": largest}
            self._faults.add((*below, name), code, detail, allowed)
        if faulty:
            return None
        errors = Errors(**sent)
        self._compare(errors, below)
        return errors

    def _compare(self, errors: Errors, where: Path) -> None:
        """Find an SEM above an SD that it is part of."""
        for name in ("within_person_sd", "sd"):
            limit = getattr(errors, name)
            if errors.sem is not None and limit is not None and errors.sem > limit:
                detail = (
                    f"Measurement error is part of what scores vary by: it cannot exceed {name}."
                )
                self._faults.add((*where, "sem"), "out_of_range", detail, {"maximum": limit})


def _largest_sd(instrument: Instrument, scale_id: str) -> float:
    """Return the largest SD that scores of a scale can have: half their range (Popoviciu 1935)."""
    limits = score_range(instrument, instrument.scale[scale_id])
    return LARGEST_ERROR if limits is None else (limits[1] - limits[0]) / 2


def _is_error(value: object, largest: float) -> bool:
    if value is None:
        return True
    return type(value) in (int, float) and SMALLEST_ERROR <= value <= largest  # type: ignore[operator]
