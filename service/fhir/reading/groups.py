"""Groups of Observations as forms of instruments: their answers, or scores alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from service.definitions.catalog import Entry
from service.fhir.codes import FormCodes
from service.fhir.findings import Findings
from service.fhir.reading.form import FormReader, ReadForm, SentItem
from service.fhir.reading.observations import Group, Measurement
from service.fhir.reading.response import Circumstances, Reading, ReadResponse
from service.fhir.reading.values import values_in
from service.fhir.recognition import NotRecognised
from service.scoring.form.submission import score_fault
from service.scoring.instrument import Number


class SuppliedForm(NamedTuple):
    """Scores that came without any answer: nothing to work out, but a point of a course.
    `references` lead to the Observations by scale.
    """

    entry: Entry
    about: Circumstances
    scores: dict[str, Number]
    references: dict[str, str]


def read_group(
    made: Group, reading: Reading, findings: Findings
) -> Iterator[ReadResponse | SuppliedForm]:
    """Yield what a group holds: a form with answers, or scores alone, of each instrument.

    Observations that are not of any instrument are left out with a warning, or an error where the
    caller is strict.
    """
    try:
        entries = _entries(made, reading)
    except NotRecognised as untold:
        findings.unknown(made.all[0].node.path, untold.code, untold.detail)
        return
    rest = made.all
    for number, entry in enumerate(entries):
        codes = reading.recogniser.codes(entry)
        is_last = number == len(entries) - 1
        mine = rest if is_last else [one for one in rest if _is_of(one, codes)]
        rest = [one for one in rest if one not in mine]
        found = _read(made, mine, entry, codes, findings)
        if found is not None:
            yield found


def _entries(made: Group, reading: Reading) -> list[Entry]:
    if reading.named is not None:
        return [reading.recogniser.get(reading.named)]
    codes = [code for one in made.all for code in one.codes]
    if made.panel is not None:
        return [reading.recogniser.by_codes(codes)]
    return reading.recogniser.all_by_codes(codes)


def _is_of(one: Measurement, codes: FormCodes) -> bool:
    return any(c in codes.items or c in codes.scales or c in codes.panel for c in one.codes)


def _read(
    made: Group, mine: list[Measurement], entry: Entry, codes: FormCodes, findings: Findings
) -> ReadResponse | SuppliedForm | None:
    for one in mine:
        _check_components(one, codes, findings)
    about = made.circumstances(mine)
    reader = FormReader(entry, codes, findings, own_links=False, own_codes=False)
    form = reader.read(_as_item(one, entry, codes) for one in mine)
    if form.answers or form.unread:
        return ReadResponse(about, entry, form)
    if form.supplied:
        return _supplied(about, mine, entry, form, findings)
    if mine:
        detail = "These Observations hold neither an answer nor a score."
        findings.warn(about.path, "no_answers", detail)
    return None


def _check_components(one: Measurement, codes: FormCodes, findings: Findings) -> None:
    """Find answers that are components: they are not read, so the items must not seem missing."""
    value = one.node.value
    is_known = any(code in codes.items or code in codes.panel for code in one.codes)
    is_bare = not (values_in(one.node) or one.members or value.get("dataAbsentReason"))
    if is_known and is_bare and value.get("component"):
        detail = "Answers in components are not read; send each of them as an Observation."
        findings.error((*one.node.path, "component"), "components_not_read", detail)


def _as_item(one: Measurement, entry: Entry, codes: FormCodes) -> SentItem:
    """Return an Observation as an item; a form of one scale may have its score on its own code."""
    item, scales = one.item, entry.instrument.scales
    if len(scales) == 1 and any(code in codes.panel for code in one.codes):
        own = next(code for code, name in codes.scales.items() if name == scales[0].id)
        return replace(item, codes=(*item.codes, own))
    return item


def _supplied(
    about: Circumstances,
    mine: list[Measurement],
    entry: Entry,
    form: ReadForm,
    findings: Findings,
) -> SuppliedForm:
    scores: dict[str, Number] = {}
    places = {one.node.path: one for one in mine if values_in(one.node)}
    references: dict[str, str] = {}
    for supplied in form.supplied:
        fault = score_fault(entry.instrument, supplied.scale, supplied.value, ())
        if fault is not None:
            findings.error(supplied.path, fault.code, fault.detail, fault.allowed)
        if supplied.scale in scores:
            detail = "The score of a scale came twice."
            findings.error(supplied.path, "repeated_answer", detail)
        scores[supplied.scale] = supplied.value
        one = places[supplied.path]
        if one.names:
            references[supplied.scale] = one.names[-1]
    return SuppliedForm(entry, about, scores, references)
