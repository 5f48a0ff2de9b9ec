"""One form of a batch: its envelope, its instrument, its report."""

from typing import Any

from marshmallow import Schema

from service.api.asked import load_envelope
from service.api.batch_routes.tally import Tally
from service.api.envelopes import LineEnvelope
from service.api.problems import Problem, invalid_request
from service.api.scores import completeness, require_key, to_submission
from service.definitions.catalog import Catalog, Entry
from service.scoring.issue import InvalidSubmission, Issue
from service.scoring.report import Scorer
from service.scoring.report_shape import ScoreReport

_WORDS = ("instrument", "reference", "version")
_PLAIN = frozenset({"answers", *_WORDS})


class FormScorer:
    """Scores the forms of one batch; `usual` is the instrument of those that name none, and with
    `only_usual` the only one.
    """

    def __init__(
        self, catalog: Catalog, usual: Entry | None, tally: Tally, *, only_usual: bool
    ) -> None:
        self._catalog = catalog
        self._usual = usual
        self._only_usual = only_usual
        self._tally = tally
        self._envelope: Schema = LineEnvelope()

    def score(self, document: dict[str, Any]) -> ScoreReport:
        """Return the report of a form. Raises Problem."""
        known = None
        try:
            envelope = document if _is_plain(document) else load_envelope(self._envelope, document)
            scorer = self._scorer(envelope)
            known = scorer.instrument.id
            require_key(scorer)
            try:
                report = scorer.score(to_submission(envelope))
            except InvalidSubmission as invalid:
                raise invalid_request(invalid.issues) from None
        except Problem as problem:
            self._tally.refused(problem, known)
            raise
        instrument = scorer.instrument
        self._tally.scored(instrument.id, instrument.version, completeness(report))
        return report

    def _scorer(self, envelope: dict[str, Any]) -> Scorer:
        """Return the scorer of a form. Raises Problem."""
        named, version = envelope.get("instrument"), envelope.get("version")
        usual = self._usual
        if usual is not None and named in (None, usual.instrument.id):
            if version in (None, usual.instrument.version):
                return usual.scorer
            named = usual.instrument.id
        if named is None:
            detail = "Name an instrument, in the line or as a query parameter."
            raise invalid_request([Issue(("instrument",), "required", detail)])
        if self._only_usual:
            detail = "The columns of this response are those of the instrument in the query."
            raise invalid_request([Issue(("instrument",), "other_instrument", detail)])
        return self._find(named, version)

    def _find(self, named: str, version: str | None) -> Scorer:
        """Return a scorer. Raises Problem 404 without the nearest ids: looking for them takes
        long.
        """
        available = self._catalog.versions(named)
        if not available:
            detail = "There is no such instrument; GET /v1/instruments lists all."
            raise Problem(404, "unknown_instrument", detail)
        if version is not None and version not in available:
            detail = "The instrument has no such version."
            fault = Issue(("version",), "unknown_version", detail, list(available))
            raise Problem(404, "unknown_version", detail, [fault])
        return self._catalog.get(named, version).scorer


def _is_plain(document: dict[str, Any]) -> bool:
    """Tell whether the schema would take a document as it stands; finding that out costs far less
    than loading it.
    """
    return (
        _PLAIN.issuperset(document)
        and type(document.get("answers")) in (dict, list)
        and all(_is_word(document[name]) for name in _WORDS if name in document)
    )


def _is_word(value: Any) -> bool:
    return (
        type(value) is str and 0 < len(value) <= 64 and value.isprintable() and not value.isspace()
    )
