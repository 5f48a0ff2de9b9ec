"""A whole course, read and scored."""

from collections.abc import Iterable, Sequence

from service.alliance.course import Course, Errors
from service.alliance.policy import Policy
from service.alliance.reading.errors import ErrorReader
from service.alliance.reading.faults import Faults, Json
from service.alliance.reading.forms import FormReader
from service.alliance.reading.scorers import FindScorer, Scorers
from service.alliance.reading.sessions import SessionReader
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission
from service.scoring.scales import ANYBODY, Respondent


def read_course(
    sessions: object,
    find: FindScorer,
    policy: Policy,
    respondent: Respondent = ANYBODY,
    norms: Sequence[str] | None = None,
    errors: Json | None = None,
    reference: str | None = None,
) -> Course:
    """Check and score a course as it was sent.

    `find` returns the scorer of an instrument id in a version (None: its highest) or raises
    UnknownForm. Raises InvalidSubmission with every fault; pointers start at the document that
    holds `sessions`, `norms` and `options`.
    """
    faults = Faults()
    scorers = Scorers(find, faults)
    forms = FormReader(scorers, respondent, faults)
    read = SessionReader(forms, faults).read(sessions)
    known = ErrorReader(scorers, faults).read(errors or {})
    _check_norms(norms, scorers.used.values(), faults)
    if faults.issues:
        raise InvalidSubmission(faults.issues)
    asked = None if norms is None else tuple(norms)
    return Course(tuple(read), policy, respondent, asked, known, reference)


def read_errors(sent: Json, find: FindScorer) -> dict[str, dict[str, Errors]]:
    """Return what is known of errors by instrument and scale, as `options.parameters` of a course
    has it. Raises InvalidSubmission with every fault.
    """
    faults = Faults()
    known = ErrorReader(Scorers(find, faults), faults).read(sent)
    if faults.issues:
        raise InvalidSubmission(faults.issues)
    return known


def _check_norms(
    norms: Sequence[str] | None, instruments: Iterable[Instrument], faults: Faults
) -> None:
    """Find norm ids that no instrument of the course has."""
    if not norms or list(norms) == ["*"]:
        return
    known = sorted({norm.id for instrument in instruments for norm in instrument.norms})
    for index, name in enumerate(norms):
        if name not in known:
            detail = "No instrument of the course has this norm group."
            faults.add(("norms", index), "unknown_norm", detail, known)
