"""One payload of a source: how it is read, and the report that comes of it."""

from service import __version__
from service.api.problems import Problem, invalid_request
from service.api.scores import require_key
from service.api.source_routes.answers import SourceReport, SourceResponse
from service.scoring.answers import Submission
from service.scoring.issue import InvalidSubmission, Issue, Path
from service.sources.declared import missing_codes
from service.sources.mapping import SourceMapping
from service.sources.reading import ReadPayload
from service.sources.remarks import remark

_NOTHING_REACHED = (
    "No key of the payload leads to an item: it may be a notice without answers, an export of "
    "several responses, or of another form."
)


def with_missing(mapping: SourceMapping, text: str | None) -> SourceMapping:
    """Return a mapping with the codes that a request declares as missing. Raises Problem 422."""
    if text is None:
        return mapping
    tokens, faults = missing_codes(text, list(mapping.answers.values()))
    if faults:
        raise unusable_codes(faults)
    return mapping.also_missing(tokens)


def unusable_codes(faults: list[Issue]) -> Problem:
    """Return the problem of codes that cannot mean missing."""
    detail = "The codes of the query parameter missing have faults, listed in errors."
    return Problem(422, "invalid_parameter", detail, faults, parameter="missing")


def report_of(
    mapping: SourceMapping, read: ReadPayload, at: Path = (), *, working: bool = False
) -> SourceReport:
    """Return the report of a payload that stands at `at` in the body. Raises Problem 409 or 422."""
    scorer = mapping.entry.scorer
    require_key(scorer)
    if read.faults:
        raise invalid_request(one.below(*at) for one in read.faults)
    try:
        report = scorer.score(_submission(read), working=working)
    except InvalidSubmission as invalid:
        faults = (_in_payload(one, mapping, read).below(*at) for one in invalid.issues)
        raise invalid_request(faults) from None
    return {
        **report,
        "warnings": [*report["warnings"], *remark(read, report)],
        "service_version": __version__,
        "source_response_id": read.about.response_id,
        "source": about_response(mapping, read),
    }


def faults_of(mapping: SourceMapping, read: ReadPayload) -> list[Issue]:
    """Return what keeps a payload from being scored."""
    if read.faults or mapping.entry.instrument.key_required:
        return read.faults
    try:
        mapping.entry.scorer.score(_submission(read))
    except InvalidSubmission as invalid:
        return [_in_payload(one, mapping, read) for one in invalid.issues]
    return []


def about_response(mapping: SourceMapping, read: ReadPayload) -> SourceResponse:
    """Return what a payload says of its response."""
    about = read.about
    return {
        "mapping": mapping.id,
        "completed_at": about.completed_at,
        "language": about.language,
        "session": about.session,
        "finished": about.finished,
        "perspective": about.perspective,
        "declared_missing": list(read.missing),
    }


def _submission(read: ReadPayload) -> Submission:
    return Submission(read.answers, perspective=read.about.perspective)


def _in_payload(issue: Issue, mapping: SourceMapping, read: ReadPayload) -> Issue:
    """Return a fault of the answers as one of the payload."""
    place = read.places.get(str(issue.path[1])) if issue.path[1:] else None
    is_elsewhere = issue.code == "no_answers" and not read.reached
    detail = _NOTHING_REACHED if is_elsewhere else issue.detail
    return Issue(place or mapping.container.at, issue.code, detail, issue.allowed)
