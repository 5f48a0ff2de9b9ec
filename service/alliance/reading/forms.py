"""The forms of one session, told apart by form, rater and timing, and scored."""

from service.alliance.course import Rating
from service.alliance.reading.faults import Faults, Json
from service.alliance.reading.limits import MOST_FORMS, RATERS, TIMINGS
from service.alliance.reading.scorers import Scorers
from service.alliance.reading.scores import ScoreReader
from service.scoring.issue import InvalidSubmission, Path
from service.scoring.report import Rated, Scorer
from service.scoring.scales import Respondent

_MEMBERS = frozenset(
    {
        "instrument",
        "version",
        "perspective",
        "timing",
        "answers",
        "scores",
        "not_applicable",
        "encoding",
    }
)
_USUAL_MEMBERS = {"instrument", "answers"}

_FAULTY = Rated({}, {}, None)
"""Stands in for what could not be read, so that repeated forms and versions are looked at all the
same.
"""

Told = tuple[str, str | None, str]
"""What tells the forms of a session apart: instrument id, rater, timing."""


class FormReader:
    """Reads forms session by session, and remembers what a later session may rely on."""

    def __init__(self, scorers: Scorers, respondent: Respondent, faults: Faults) -> None:
        self._scorers = scorers
        self._respondent = respondent
        self._faults = faults
        self._scores = ScoreReader(respondent, faults)
        self._usual: dict[str, Scorer] = {}  # of answers that were read without a fault
        self._versions: dict[Told, str] = {}

    def read(self, sent: object, where: Path) -> tuple[Rating, ...]:
        """Read the forms of one session."""
        ratings: list[Rating] = []
        if not isinstance(sent, list):
            self._faults.add(where, "wrong_type", "An array is needed.")
        elif len(sent) > MOST_FORMS:
            detail = f"{len(sent)} forms came; a session may have at most {MOST_FORMS}."
            self._faults.add(where, "too_many_forms", detail, {"maximum": MOST_FORMS})
        else:
            seen: set[Told] = set()
            for index, form in enumerate(sent):
                rating = self._one(form, (*where, index))
                if rating is not None:
                    self._check_series(rating, seen, (*where, index))
                    ratings.append(rating)
        return tuple(ratings)

    def _one(self, form: object, where: Path) -> Rating | None:
        if type(form) is dict:
            return self._usual_form(form) or self._form(form, where)
        self._faults.add(where, "wrong_type", "An object is needed.")
        return None

    def _check_series(self, rating: Rating, seen: set[Told], where: Path) -> None:
        """Find a form that a session has twice, or in another version than an earlier session."""
        told = rating.instrument.id, rating.perspective, rating.timing
        if told in seen:
            detail = "The session holds this form twice from one rater at one time."
            self._faults.add(where, "repeated_form", detail)
        seen.add(told)
        first = self._versions.setdefault(told, rating.instrument.version)
        if first != rating.instrument.version:
            detail = (
                "An earlier session has this form in another version; their scores do "
                "not make one series."
            )
            self._faults.add((*where, "version"), "two_versions", detail, [first])

    def _form(self, form: Json, where: Path) -> Rating | None:
        before = len(self._faults.issues)
        self._faults.add_unknown_members(form, _MEMBERS, where)
        form = {name: value for name, value in form.items() if value is not None}
        timing, perspective = self._timing(form, where), self._perspective(form, where)
        scorer = self._scorers.of_form(form, where)
        values = self._scores.read(scorer, form, perspective, where)
        if scorer is None or timing is None:
            return None  # not to be told from other forms
        if perspective is None and scorer.instrument.perspectives:
            return None
        if len(self._faults.issues) == before and form.keys() == _USUAL_MEMBERS:
            self._usual[form["instrument"]] = scorer
        return _rating(scorer, perspective, timing, values or _FAULTY)

    def _timing(self, form: Json, where: Path) -> str | None:
        timing = form.get("timing", "post")
        if timing in TIMINGS:
            return str(timing)
        detail = "Say whether the form was filled in before or after the session."
        self._faults.add((*where, "timing"), "not_allowed", detail, list(TIMINGS))
        return None

    def _perspective(self, form: Json, where: Path) -> str | None:
        perspective = form.get("perspective")
        if perspective is None or perspective in RATERS:
            return perspective
        detail = "There is no such rater."
        self._faults.add((*where, "perspective"), "not_allowed", detail, list(RATERS))
        return None

    def _usual_form(self, form: Json) -> Rating | None:
        """Read answers to a form that an earlier session had; None leaves all else, and every
        fault, to `_form`.
        """
        name, answers = form.get("instrument"), form.get("answers")
        if len(form) != 2 or type(name) is not str or type(answers) is not dict:
            return None
        scorer = self._usual.get(name)
        if scorer is None:
            return None
        try:
            values = scorer.rate(answers, (), "value", self._respondent)
        except InvalidSubmission:
            return None
        return _rating(scorer, None, "post", values)


def _rating(scorer: Scorer, perspective: str | None, timing: str, values: Rated) -> Rating:
    instrument, (scores, reasons, answers) = scorer.instrument, values
    # A form that names no rater is the patient's own, whether or not the caller says so.
    rater = (perspective if instrument.perspectives else None) or instrument.perspective
    return Rating(
        instrument,
        rater,
        timing,
        scores,
        reasons,
        answers,
        scorer.ranges,
        scorer.memory,
        scorer.flags,
    )
