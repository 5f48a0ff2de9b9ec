"""Observations that carry answers or scores, and which of them belong to one form.

A panel names its members; without one those that are derived from the same resource belong
together, and else those of one subject, encounter and time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from service.fhir.codes import Code
from service.fhir.datetimes import is_datetime, is_instant, is_one_day
from service.fhir.findings import Findings
from service.fhir.reading.form import SentItem
from service.fhir.reading.node import Node, Resource, check_modifiers, codings_of
from service.fhir.reading.references import ID, identity_of, read_reference
from service.fhir.reading.response import Circumstances
from service.fhir.reading.values import values_in

_WHOLE = ("final", "amended", "corrected")
_PARTIAL = ("preliminary", "registered")
_VOID = ("entered-in-error", "cancelled")
STATUSES = (*_WHOLE, *_PARTIAL, *_VOID)


@dataclass(slots=True, eq=False)
class Measurement:
    """One Observation: how others refer to it, what it is of, whose, when, and its members."""

    node: Node
    names: tuple[str, ...]
    codes: tuple[Code, ...]
    subject: Resource | None
    encounter: Resource | None
    effective: str | None
    derived: str | None
    members: tuple[str, ...] = ()
    partial: bool = False

    @property
    def item(self) -> SentItem:
        """The Observation as an item of a form, with its value as the answer."""
        answers = (self.node,) if values_in(self.node) else ()
        return SentItem(self.node, None, self.codes, answers)


@dataclass(slots=True, eq=False)
class Group:
    """The Observations of what may be one form, or several of one time. `panel` names a form."""

    parts: list[Measurement] = field(default_factory=list)
    panel: Measurement | None = None

    @property
    def all(self) -> list[Measurement]:
        """Every Observation, the panel first."""
        return [self.panel, *self.parts] if self.panel is not None else self.parts

    def circumstances(self, parts: Sequence[Measurement]) -> Circumstances:
        """Return what surrounds some of the answers: what the panel says, else the first."""
        said = self.all
        return Circumstances(
            said[0].node.path,
            tuple(part.names[-1] for part in parts if part.names),
            next((one.subject for one in said if one.subject is not None), None),
            next((one.encounter for one in said if one.encounter is not None), None),
            next((one.effective for one in said if one.effective is not None), None),
            "in-progress" if any(one.partial for one in said) else "completed",
        )


def read_measurement(
    node: Node, full_url: str | None, findings: Findings, *, allow_partial: bool
) -> Measurement | None:
    """Return what an Observation says, None where it is void or cannot be taken."""
    status = _status(node, findings, allow_partial=allow_partial)
    if status in _VOID:
        return None
    check_modifiers(node, findings)
    if node.value.get("dataAbsentReason") is not None and values_in(node):
        detail = "An Observation has a value or a reason for having none, not both."
        findings.error((*node.path, "dataAbsentReason"), "contradictory_value", detail)
    code = node.object("code", findings)
    name = node.text("id", findings)
    own = f"Observation/{name}" if name is not None and ID.fullmatch(name) else None
    members = node.objects("hasMember", findings)
    return Measurement(
        node,
        tuple(one for one in (full_url, own) if one is not None),
        tuple(codings_of(code, "coding", findings)) if code is not None else (),
        read_reference(node, "subject", findings),
        read_reference(node, "encounter", findings),
        _effective(node, findings),
        _first_source(node, findings),
        tuple(text for one in members if (text := one.text("reference", findings))),
        status in _PARTIAL,
    )


def _status(node: Node, findings: Findings, *, allow_partial: bool) -> str | None:
    status = node.text("status", findings)
    path = (*node.path, "status")
    if status in _VOID:
        findings.warn(path, "void_observation", "The Observation is void; it was left out.")
    elif status not in STATUSES:
        detail = f"The status must be one of {', '.join(STATUSES)}."
        findings.error(path, "value_not_allowed", detail, list(STATUSES))
    elif status in _PARTIAL and not allow_partial:
        detail = "The Observation is not final; allow-partial lets it be read."
        findings.error(path, "not_finished", detail)
    return status


def _first_source(node: Node, findings: Findings) -> str | None:
    for source in node.objects("derivedFrom", findings):
        return source.text("reference", findings)
    return None


def _effective(node: Node, findings: Findings) -> str | None:
    period = node.object("effectivePeriod", findings)
    if period is not None:
        where, text = period, period.text("end", findings) or period.text("start", findings)
    else:
        name = "effectiveInstant" if "effectiveInstant" in node.value else "effectiveDateTime"
        where, text = node, node.text(name, findings)
    if text is not None and not is_datetime(text):
        detail = "A date is needed, or a date and time with seconds and zone."
        findings.error((*where.path, "effective"), "bad_date", detail)
        return None
    return text


def group(measurements: Iterable[Measurement], findings: Findings) -> Iterator[Group]:
    """Yield the groups, in the order in which their first Observations came. What keeps one from
    being a form goes to the findings before it is yielded.
    """
    everything = list(measurements)
    by_name: dict[str, list[Measurement]] = {}
    for one in everything:
        for name in dict.fromkeys(one.names):
            by_name.setdefault(name, []).append(one)
    taken: set[Measurement] = set()
    for panel in everything:
        if panel.members:
            made = Group(_take_members(panel, by_name, taken, findings), panel)
            taken.update(made.all)
            _check_subject(made, findings)
            _check_day(made, findings)
            yield made
    together: dict[object, Group] = {}
    for one in everything:
        if one not in taken:
            together.setdefault(_what_is_common(one, by_name), Group()).parts.append(one)
    for made in together.values():
        _check_subject(made, findings)
        if len(made.parts) > 1 and made.parts[0].derived is None:
            _remark_on_time(made, findings)
        yield made


_Named = Mapping[str, Sequence[Measurement]]


def _what_is_common(one: Measurement, by_name: _Named) -> object:
    """Return what tells the form of an Observation without a panel: a source, on one day, or else
    whose it is and when. A score that is derived from answers of its day belongs to them.
    """
    if one.derived is None:
        return identity_of(one.subject), identity_of(one.encounter), one.effective
    answers = _named(one.derived, by_name)
    if len(answers) == 1 and answers[0] is not one:
        times = [each.effective for each in (one, answers[0]) if each.effective is not None]
        if is_one_day(times):
            return _what_is_common(answers[0], {})
    return one.derived, one.effective and one.effective[: len("2026-01-01")]


def _named(reference: str, by_name: _Named) -> Sequence[Measurement]:
    return by_name.get(reference) or by_name.get("/".join(reference.split("/")[-2:]), ())


def _take_members(
    panel: Measurement,
    by_name: _Named,
    taken: Set[Measurement],
    findings: Findings,
) -> list[Measurement]:
    found = []
    for reference in panel.members:
        named = _named(reference, by_name)
        if len(named) > 1:
            detail = "Several Observations go by the name of a member of the panel."
            findings.error((*panel.node.path, "hasMember"), "ambiguous_member", detail)
        elif not named or named[0] in taken or named[0] is panel:
            detail = "A member of the panel did not come along."
            findings.warn((*panel.node.path, "hasMember"), "member_not_here", detail)
        elif not named[0].members:  # a panel within a panel is a form of its own
            found.append(named[0])
    return found


def _check_subject(made: Group, findings: Findings) -> None:
    """Find Observations of several people in what would be one form."""
    subjects = {identity_of(one.subject) for one in made.all if one.subject is not None}
    if len(subjects) > 1:
        detail = "Observations of several subjects would make one form."
        findings.error(made.all[0].node.path, "contradictory_subject", detail)


def _check_day(made: Group, findings: Findings) -> None:
    """Find Observations of several days in what would be one form."""
    times = [one.effective for one in made.all if one.effective is not None]
    if not is_one_day(times):
        detail = "Observations of several days would make one form."
        findings.error(made.all[0].node.path, "contradictory_day", detail)


def _remark_on_time(made: Group, findings: Findings) -> None:
    effective = made.parts[0].effective
    if effective is None or not is_instant(effective):
        detail = "The Observations were taken together by their day alone, or without any."
        findings.warn(made.parts[0].node.path, "grouped_by_day", detail)
