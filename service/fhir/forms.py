"""The forms of a request: read, scored, and each as a part of a course."""

from collections.abc import Iterator, Sequence

from service.fhir.course import Measured
from service.fhir.findings import Findings
from service.fhir.reading.groups import SuppliedForm, read_group
from service.fhir.reading.observations import group, read_measurement
from service.fhir.reading.request import Sent
from service.fhir.reading.response import Reading, ReadResponse
from service.fhir.remarks import remark
from service.fhir.scored import ScoredForm
from service.fhir.scoring import Baselines, Circumstance, rater_of_form, score_form

Form = ReadResponse | SuppliedForm


def read_forms(
    responses: Sequence[Sent],
    observations: Sequence[Sent],
    reading: Reading,
    findings: Findings,
) -> Iterator[Form]:
    """Yield every form: of responses, and of Observations that belong together."""
    for sent in responses:
        yield reading.read(sent.node, sent.source, findings)
    partial = reading.allow_partial
    measurements = [
        one
        for sent in observations
        if (one := read_measurement(sent.node, sent.source, findings, allow_partial=partial))
    ]
    for made in group(measurements, findings):
        yield from read_group(made, reading, findings)


def score_forms(
    read: Sequence[Form], told: Circumstance, baselines: Baselines, findings: Findings
) -> tuple[list[ScoredForm], list[Measured]]:
    """Return the forms that were scored, and every form as a part of a course."""
    forms: list[ScoredForm] = []
    measured: list[Measured] = []
    for number, one in enumerate(read):
        scored, part = measure(number, one, told, baselines, findings)
        if scored is not None:
            forms.append(scored)
        if part is not None:
            measured.append(part)
    return forms, measured


def measure(
    number: int, one: Form, told: Circumstance, baselines: Baselines, findings: Findings
) -> tuple[ScoredForm | None, Measured | None]:
    """Return a form scored, None where it came as scores alone or has faults, and as a part of a
    course, None where it cannot be one. `number` is its place in the request.
    """
    assert one.entry is not None
    rater = rater_of_form(one, told) or one.entry.instrument.perspective
    if isinstance(one, SuppliedForm):
        detail = "A score came without answers; it was not worked out anew."
        findings.warn(one.about.path, "score_not_recomputed", detail)
        return None, Measured(one.entry, one.about, rater, None, one.scores, one.references)
    scored = score_form(number, one, told, baselines, findings)
    if scored is None:
        return None, None
    remark(scored, one, findings)
    if scored.untold:
        return scored, None
    answers = one.form.answers
    return scored, Measured(one.entry, one.about, rater, answers, None, scored.references)
