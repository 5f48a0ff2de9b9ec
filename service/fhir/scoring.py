"""Scoring what was read, by the same scorers as the native route."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from service.fhir.datetimes import is_later
from service.fhir.findings import Findings
from service.fhir.reading.goal import Goal
from service.fhir.reading.groups import SuppliedForm
from service.fhir.reading.references import are_different
from service.fhir.reading.response import Circumstances, ReadResponse
from service.fhir.scored import ScoredForm
from service.fhir.writing.parts import urn
from service.scoring.answers import Baseline, Submission
from service.scoring.instrument import Instrument, Number
from service.scoring.issue import InvalidSubmission, Issue, Path


class Circumstance(NamedTuple):
    """What a caller says of the respondent and of the comparison. `norms` None: the default."""

    age: Number | None = None
    sex: str | None = None
    norms: tuple[str, ...] | None = None
    perspective: str | None = None
    goals: tuple[Goal, ...] = ()


class Earlier(NamedTuple):
    """An earlier form that is compared with."""

    baseline: Baseline
    about: Circumstances


Baselines = Mapping[str, Earlier]
"""The earlier form of each instrument."""


def baselines_of(earlier: Iterable[ReadResponse | SuppliedForm], findings: Findings) -> Baselines:
    """Return what is compared with: one earlier form of each instrument."""
    found: dict[str, Earlier] = {}
    for one in earlier:
        if one.entry is None:
            continue
        name, path = one.entry.instrument.id, one.about.path
        if name in found:
            detail = "One earlier form of each instrument is compared with."
            findings.error(path, "repeated_previous", detail)
        if isinstance(one, SuppliedForm):
            found[name] = Earlier(Baseline(scores=one.scores), one.about)
            continue
        if one.form.unread:
            detail = "An earlier form with answers that cannot be read is not compared with."
            findings.error(path, "previous_not_read", detail)
        found[name] = Earlier(Baseline(one.form.answers), one.about)
    return found


def check_norms(
    norms: Iterable[str], read: Iterable[ReadResponse | SuppliedForm], findings: Findings
) -> None:
    """Note norm groups that no instrument of the request has: each has some of its own."""
    entries = [one.entry for one in read if one.entry is not None]
    known = {norm.id for entry in entries for norm in entry.instrument.norms}
    for norm in norms:
        if entries and norm != "*" and norm not in known:
            detail = "No instrument of this request has such a norm group."
            findings.error((), "unknown_norm", detail, sorted(known))


def score_form(
    number: int,
    one: ReadResponse,
    told: Circumstance,
    baselines: Baselines,
    findings: Findings,
) -> ScoredForm | None:
    """Return a form scored; its faults go to the findings. `number` is its place in the request."""
    assert one.entry is not None
    instrument = one.entry.instrument
    if not _can_be_scored(instrument, one, findings):
        return None
    earlier = baselines.get(instrument.id)
    if earlier is not None:
        _check_comparable(earlier.about, one, told, findings)
    submission = Submission(
        one.form.answers,
        perspective=rater_of_form(one, told),  # type: ignore[arg-type]
        age=told.age,
        sex=told.sex,
        norms=_norms_for(told.norms, instrument),
        baseline=earlier and earlier.baseline,
    )
    try:
        report = one.entry.scorer.score(submission)
    except InvalidSubmission as invalid:
        for issue in invalid.issues:
            place = _place(issue, one, earlier.about.path if earlier else ())
            findings.error(place, issue.code, issue.detail, issue.allowed)
        return None
    about = one.about
    identity = repr(
        (report["result_id"], number, about.sources, about.authored, about.subject, about.encounter)
    )
    untold = _untold(instrument, one.form.unread)
    references = {name: urn(identity, f"scale/{name}") for name in report["scores"]}
    return ScoredForm(
        one.entry,
        about,
        report,
        identity,
        references,
        one.form.answers,
        told.age,
        told.sex,
        untold,
        told.goals,
    )


def _can_be_scored(instrument: Instrument, one: ReadResponse, findings: Findings) -> bool:
    if instrument.key_required:
        detail = "The scoring key of this instrument cannot be published. "
        detail += instrument.key_instructions or ""
        findings.error(one.about.path, "key_required", detail)
        return False
    if one.form.unread and instrument.gates:
        detail = "An answer of a form that skips questions cannot be read, so nothing is scored."
        findings.error(one.about.path, "answer_not_read", detail)
        return False
    return True


def _check_comparable(
    earlier: Circumstances, one: ReadResponse, told: Circumstance, findings: Findings
) -> None:
    """Find an earlier form that is not: of somebody else, by another rater, or later."""
    assert one.entry is not None
    now = one.about
    if are_different(earlier.subject, now.subject):
        detail = "The earlier form is of another subject than a form that is scored."
        findings.error(earlier.path, "contradictory_subject", detail)
    raters = {earlier.rater, now.rater} & set(one.entry.instrument.perspectives)
    if told.perspective is None and len(raters) > 1:
        detail = "The earlier form is by another rater than the form that is scored."
        findings.error(earlier.path, "contradictory_rater", detail)
    if earlier.authored and now.authored and is_later(earlier.authored, now.authored):
        detail = "The earlier form is later than a form that is scored."
        findings.error(earlier.path, "unordered_date", detail)


def check_one_person(
    told: Circumstance, read: Sequence[ReadResponse | SuppliedForm], findings: Findings
) -> None:
    """Find forms of several people where an age or a sex was told, which is that of one."""
    if told.age is None and told.sex is None:
        return
    known = [one.about.subject for one in read if one.about.subject is not None]
    for one in read:
        if known and are_different(one.about.subject, known[0]):
            detail = "Age and sex are of one person, but the forms are of several."
            findings.error(one.about.path, "contradictory_subject", detail)


def _untold(instrument: Instrument, unread: Iterable[str]) -> frozenset[str]:
    """Return the scales that rest on an answer which could not be read."""
    positions = {instrument.position[name] for name in unread}
    if not positions:
        return frozenset()
    beneath = instrument.items_beneath.items()
    return frozenset(name for name, items in beneath if positions.intersection(items))


def rater_of_form(one: ReadResponse | SuppliedForm, told: Circumstance) -> str | None:
    """Return who rated: as the caller says, else by `source` where two raters use the form."""
    assert one.entry is not None
    if told.perspective is None and one.about.rater in one.entry.instrument.perspectives:
        return one.about.rater
    return told.perspective


def _norms_for(norms: tuple[str, ...] | None, instrument: Instrument) -> tuple[str, ...] | None:
    if norms is None or "*" in norms:
        return norms and ("*",)
    known = {norm.id for norm in instrument.norms}
    return tuple(norm for norm in norms if norm in known)


def _place(issue: Issue, one: ReadResponse, earlier: Path) -> Path:
    """Return where in the body a fault of a submission stands."""
    if issue.path[:1] == ("baseline",):
        return earlier
    if issue.path[:1] == ("answers",) and len(issue.path) > 1:
        return one.form.places.get(str(issue.path[1]), one.about.path)
    return one.about.path
