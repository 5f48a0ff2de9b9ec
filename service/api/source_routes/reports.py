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
        submission = Submission(read.answers, perspective=read.about.perspective)
        report = scorer.score(submission, working=working)
    except InvalidSubmission as invalid:
        container = mapping.container.at
        faults = (_in_payload(one, read, container).below(*at) for one in invalid.issues)
        raise invalid_request(faults) from None
    return {
        **report,
        "warnings": [*report["warnings"], *remark(read, report)],
        "service_version": __version__,
        "source_response_id": read.about.response_id,
        "source": about_response(mapping, read),
    }


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


def _in_payload(issue: Issue, read: ReadPayload, container: Path) -> Issue:
    """Return a fault of the answers as one of the payload."""
    place = read.places.get(str(issue.path[1])) if issue.path[1:] else None
    return Issue(place or container, issue.code, issue.detail, issue.allowed)
