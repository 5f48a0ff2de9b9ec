"""A QuestionnaireResponse of R4 or R5: whose form it is, when it was filled in, and its items.

An item that is absent, one without an answer and one with an empty answer are the same: not
answered (SDC 4.0: systems shall not tell them apart).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.definitions.catalog import Entry
from service.fhir.canonical import Canonical
from service.fhir.codes import Code
from service.fhir.datetimes import is_datetime
from service.fhir.findings import Findings
from service.fhir.reading.form import FormReader, ReadForm, SentItem
from service.fhir.reading.node import Node, Resource, check_modifiers
from service.fhir.reading.questionnaire import NOTHING_SENT, SentQuestionnaire
from service.fhir.reading.references import ID, rater_of, read_reference
from service.fhir.recognition import NotRecognised, Recogniser
from service.sources.mapping import SourceMapping

_ADDRESS_OF_OTHER_FORMS = (
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-extension-questionnaire-uri"
)
_WHOLE = ("completed", "amended")
_PARTIAL = ("in-progress", "stopped")
STATUSES = (*_WHOLE, *_PARTIAL)


@dataclass(slots=True)
class Circumstances:
    """What surrounds the answers: references to what they stand in, the subject and the encounter,
    when they were given, the status and who answered.
    """

    path: tuple[str | int, ...]
    sources: tuple[str, ...] = ()
    subject: Resource | None = None
    encounter: Resource | None = None
    authored: str | None = None
    status: str = "completed"
    rater: str | None = None


@dataclass(slots=True)
class ReadResponse:
    """One response as a form of an instrument; `entry` is None where none could be told."""

    about: Circumstances
    entry: Entry | None = None
    form: ReadForm = field(default_factory=ReadForm)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the responses of one request are read: the instrument that the caller names, and the
    questionnaires that came along.
    """

    recogniser: Recogniser
    named: Canonical | None = None
    sent: tuple[SentQuestionnaire, ...] = ()
    allow_partial: bool = False

    def read(self, node: Node, source: str | None, findings: Findings) -> ReadResponse:
        """Read one response; `source` is the reference to it where the caller gave one. Faults go
        to the findings.
        """
        about = read_circumstances(node, source, findings)
        self._check_status(node, about, findings)
        check_modifiers(node, findings)
        told = list(_addresses(node, findings))
        sent = self._questionnaire_of(told)
        if self.sent and sent is NOTHING_SENT:
            detail = "No questionnaire that came along is known to be the one of this response."
            findings.warn((*node.path, "questionnaire"), "questionnaire_not_used", detail)
        items = list(self._items(node, sent, findings))
        along = [] if sent.url is None else [sent.url]
        ours = self._ours([*told[:1], *along])
        try:
            mapping = None if ours else self._mapping_of([*told, *along], sent)
            entry = self._recognise(ours, sent, items) if mapping is None else self._mapped(mapping)
        except NotRecognised as untold:
            findings.errors.append(untold.at(*node.path))
            return ReadResponse(about)
        reader = FormReader(
            entry,
            self.recogniser.codes(entry),
            findings,
            own_links=ours is not None or self.named is not None,
            own_codes=ours is not None,
            sent=sent,
            mapping=mapping,
        )
        return ReadResponse(about, entry, reader.read(items))

    def _check_status(self, node: Node, about: Circumstances, findings: Findings) -> None:
        path = (*node.path, "status")
        if about.status == "entered-in-error":
            detail = "The response was entered in error; nothing is scored."
            findings.error(path, "entered_in_error", detail)
        elif about.status not in STATUSES:
            detail = f"The status must be one of {', '.join(STATUSES)}."
            findings.error(path, "value_not_allowed", detail, list(STATUSES))
        elif about.status in _PARTIAL and not self.allow_partial:
            detail = "The response is not finished; allow-partial lets it be scored."
            findings.error(path, "not_finished", detail)

    def _questionnaire_of(self, addresses: list[str]) -> SentQuestionnaire:
        """Return the questionnaire that came along for a response: the one of its address, or the
        only one, if it may be that. Where two that differ go by its address it is neither.
        """
        found = [sent for sent in self.sent if any(map(sent.goes_by, addresses))]
        if not found and (not addresses or not any(sent.has_name for sent in self.sent)):
            found = list(self.sent)
        return found[0] if found and all(one == found[0] for one in found) else NOTHING_SENT

    def _items(self, node: Node, sent: SentQuestionnaire, findings: Findings) -> Iterator[SentItem]:
        """Yield every item at whatever depth: in groups, and below answers."""
        for item in node.objects("item", findings):
            if "modifierExtension" in item.value:
                check_modifiers(item, findings)
            link_id = item.text("linkId", findings)
            answers = tuple(item.objects("answer", findings))
            codes = self.recogniser.codes_of_link(link_id or "")
            if sent.items:
                codes = (*sent.items.get(link_id or "", ()), *codes)
            yield SentItem(item, link_id, codes, answers)
            if "item" in item.value:
                yield from self._items(item, sent, findings)
            for answer in answers:
                if "item" in answer.value:
                    yield from self._items(answer, sent, findings)

    def _ours(self, addresses: list[str]) -> Canonical | None:
        """Return what an address of ours names, None where none is ours."""
        return next((n for a in addresses if (n := self.recogniser.names.read(a))), None)

    def _mapping_of(self, addresses: list[str], sent: SentQuestionnaire) -> SourceMapping | None:
        """Return the mapping that is for a form, None where none is. Raises NotRecognised."""
        found = self.recogniser.mappings.for_form(addresses, sent.codes)
        if len(found) > 1:
            detail = "Several mappings are for what the response says of its form."
            raise NotRecognised("ambiguous_mapping", detail, [one.id for one in found])
        return found[0] if found else None

    def _mapped(self, mapping: SourceMapping) -> Entry:
        """Return the instrument of a mapping. Raises NotRecognised where the caller names another
        one.
        """
        instrument, named = mapping.entry.instrument, self.named
        if named is not None and (
            named.instrument != instrument.id or named.version not in (None, instrument.version)
        ):
            detail = "The caller names another instrument, or version, than the mapping does."
            raise NotRecognised("contradictory_instrument", detail)
        return mapping.entry

    def _recognise(
        self, ours: Canonical | None, sent: SentQuestionnaire, items: list[SentItem]
    ) -> Entry:
        """Return the instrument of a form without a mapping. Raises NotRecognised."""
        if self.named is not None:
            if ours is not None and ours.instrument != self.named.instrument:
                detail = "The caller names one instrument and `questionnaire` another."
                raise NotRecognised("contradictory_instrument", detail)
            return self.recogniser.get(self.named)
        if ours is not None:
            return self.recogniser.get(ours)
        codes: list[Code] = [*sent.codes, *(code for item in items for code in item.codes)]
        return self.recogniser.by_codes(codes)


def read_circumstances(node: Node, source: str | None, findings: Findings) -> Circumstances:
    """Return what surrounds the answers of a response."""
    name = node.text("id", findings)
    if source is None and name is not None and ID.fullmatch(name):
        source = f"QuestionnaireResponse/{name}"
    authored = node.text("authored", findings)
    if authored is not None and not is_datetime(authored):
        path = (*node.path, "authored")
        detail = "A date is needed, or a date and time with seconds and zone."
        findings.error(path, "bad_date", detail)
        authored = None
    return Circumstances(
        node.path,
        () if source is None else (source,),
        read_reference(node, "subject", findings),
        read_reference(node, "encounter", findings),
        authored,
        node.text("status", findings) or "",
        rater_of(read_reference(node, "source", findings)),
    )


def _addresses(node: Node, findings: Findings) -> Iterator[str]:
    """Yield the addresses of the form: `questionnaire`, and that of a form outside FHIR."""
    address = node.text("questionnaire", findings)
    if address is not None:
        yield address
    beside = node.object("_questionnaire", findings)
    if beside is None:
        return
    for extension in beside.objects("extension", findings):
        if extension.value.get("url") == _ADDRESS_OF_OTHER_FORMS:
            other = extension.text("valueUri", findings)
            if other is not None:
                yield other
