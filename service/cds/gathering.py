"""The patient's forms among those that came along: what can be read is scored, the rest counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.cds.discovery import OBSERVATIONS
from service.cds.person import read_respondents
from service.cds.request import HookRequest
from service.fhir.course import Measured, day_of
from service.fhir.findings import Findings
from service.fhir.forms import Form, measure
from service.fhir.reading.groups import SuppliedForm, read_group
from service.fhir.reading.node import Resource
from service.fhir.reading.observations import Measurement, group, read_measurement
from service.fhir.reading.request import Sent
from service.fhir.reading.response import Reading
from service.fhir.scored import ScoredForm
from service.fhir.scoring import Circumstance
from service.scoring.scales import ANYBODY, Respondent

_Seen = dict[object, list[tuple[Measured, int]]]
"""The forms of each kind and day, with how directly they came."""


@dataclass(slots=True)
class Gathered:
    """The forms of one patient, who may be of one age or of two: scored, and as parts of the
    course. `contradictory` are the days on which the alliance was rated twice by one rater with
    different answers; `n_left_out` counts such forms, and those that are another's, of no day, or
    not readable.
    """

    respondents: tuple[Respondent, ...] = (ANYBODY,)
    forms: list[ScoredForm] = field(default_factory=list)
    parts: list[Measured] = field(default_factory=list)
    contradictory: set[str] = field(default_factory=set)
    n_left_out: int = 0


def gather(request: HookRequest, reading: Reading) -> Gathered:
    """Return the forms that can be read. None of them can keep the others from being judged.

    Observations with the answers of a form that came as a response as well are that form once
    more; so are scores beside its answers.
    """
    gathering = _Gathering(request, reading)
    gathering.read()
    gathering.score()
    return gathering.made


class _Gathering:
    def __init__(self, request: HookRequest, reading: Reading) -> None:
        self._request = request
        self._reading = reading
        self._read: list[Form] = []
        self.made = Gathered(n_left_out=request.prefetched.n_unread)

    def read(self) -> None:
        """Read responses, then Observations: those with answers before scores alone."""
        prefetched = self._request.prefetched
        for sent in prefetched.responses:
            findings = Findings()
            self._keep([self._reading.read(sent.node, sent.source, findings)], findings)
        from_observations = list(self._groups(prefetched.observations))
        for alone in (False, True):
            for one in from_observations:
                if isinstance(one, SuppliedForm) is alone:
                    self._read.append(one)

    def _keep(self, found: Iterable[Form], findings: Findings) -> None:
        kept = [one for one in found if one.entry is not None]
        if findings.errors or not kept:
            self.made.n_left_out += 1
        else:
            self._read.extend(one for one in kept if self._is_mine(one.about.subject))

    def _is_mine(self, subject: Resource | None) -> bool:
        """Tell whether a form is about the patient of the call; count it where it is not."""
        mine = _is_patient(subject, self._request.patient)
        self.made.n_left_out += not mine
        return mine

    def _groups(self, observations: Iterable[Sent]) -> Iterator[Form]:
        grouping = Findings()
        for made in group(list(self._measurements(observations)), grouping):
            n_forms = n_faults = 0
            if grouping.errors:
                grouping.errors.clear()
                self.made.n_left_out += 1
                continue
            findings = Findings()
            for one in read_group(made, self._reading, findings):
                n_forms += 1
                if len(findings.errors) == n_faults:
                    yield one
                else:  # what is wrong with one form of a time keeps no other from being read
                    self.made.n_left_out += 1
                n_faults = len(findings.errors)
            self.made.n_left_out += not n_forms

    def _measurements(self, observations: Iterable[Sent]) -> Iterator[Measurement]:
        for sent in observations:
            findings = Findings()
            one = read_measurement(sent.node, sent.source, findings, allow_partial=False)
            if one is None or findings.errors:
                self.made.n_left_out += 1
            elif self._is_mine(one.subject):
                yield one

    def score(self) -> None:
        """Score what was read, for a person of the age at the latest form."""
        made = self.made
        days = [day for one in self._read if (day := day_of(one.about)) is not None]
        prefetched = self._request.prefetched
        latest = max(days, default=None)
        made.respondents = read_respondents(prefetched.patient, self._request.patient, latest)
        told = Circumstance(*made.respondents[0])
        seen: _Seen = {}
        by_kind: dict[object, list[Measured]] = {}
        for number, one in enumerate(self._read):
            scored, part = measure(number, one, told, {}, Findings())
            if part is not None and part.day is not None and _is_repeat(part, _rank(one), seen):
                continue
            if scored is not None:
                made.forms.append(scored)
            if part is None or part.day is None:
                made.n_left_out += 1
            else:
                by_kind.setdefault(_kind_of_day(part), []).append(part)
        for alike in by_kind.values():
            self._take(alike)

    def _take(self, alike: list[Measured]) -> None:
        """Take the form of a kind and day; where several differ nobody knows which one is right."""
        if len(alike) == 1:
            self.made.parts += alike
            return
        self.made.n_left_out += len(alike)
        if alike[0].entry.instrument.alerts is not None and alike[0].day is not None:
            self.made.contradictory.add(alike[0].day)


def _kind_of_day(part: Measured) -> tuple[str, str | None, str | None]:
    return part.entry.instrument.id, part.rater, part.day


def _rank(one: Form) -> int:
    """Return how directly a form came: as a response, as its answers, or as scores alone."""
    if isinstance(one, SuppliedForm):
        return 2
    return int(one.about.path[1:2] == (OBSERVATIONS,))


def _is_repeat(part: Measured, rank: int, seen: _Seen) -> bool:
    """Tell whether a form of a day was there before; a form that was not is noted."""
    before = seen.setdefault(_kind_of_day(part), [])
    if any(_is_same(part, rank, *one) for one in before):
        return True
    before.append((part, rank))
    return False


def _is_same(part: Measured, rank: int, earlier: Measured, its_rank: int) -> bool:
    """Tell whether a form is one that came before, more directly or in the same way: scores are
    that of the answers beside them, answers those of a response that has all of them.
    """
    if part.answers is None or earlier.answers is None:
        return rank > its_rank or part.scores == earlier.scores
    if rank > its_rank:
        return part.answers.items() <= earlier.answers.items()
    return part.answers == earlier.answers


def _is_patient(subject: Resource | None, patient: str) -> bool:
    """Tell whether a reference is to a patient, on whatever server and in whatever version."""
    if subject is None:
        return False
    reference: str = subject.get("reference", "")
    return reference.partition("/_history/")[0].split("/")[-2:] == ["Patient", patient]
