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
from service.fhir.reading.node import Node, Resource
from service.fhir.reading.questionnaire import NOTHING_SENT, SentQuestionnaire
from service.fhir.reading.references import ID, rater_of, read_reference
from service.fhir.recognition import NotRecognised, Recogniser

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
        address = _address_of(node, findings)
        sent = self._questionnaire_of(address)
        items = list(self._items(node, sent, findings))
        addresses = [text for text in (address, sent.url) if text is not None]
        try:
            entry, published = self._recognise(addresses, sent, items)
        except NotRecognised as untold:
            findings.errors.append(untold.at(*node.path))
            return ReadResponse(about)
        reader = FormReader(
            entry,
            self.recogniser.codes(entry),
            findings,
            own_links=published or self.named is not None,
            own_codes=published,
            sent=sent,
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

    def _questionnaire_of(self, address: str | None) -> SentQuestionnaire:
        """Return the questionnaire that came along for a response: the one of its address, or the
        only one.
        """
        plain = None if address is None else address.partition("|")[0]
        for sent in self.sent:
            if sent.url is not None and sent.url == plain:
                return sent
        return self.sent[0] if len(self.sent) == 1 else NOTHING_SENT

    def _items(self, node: Node, sent: SentQuestionnaire, findings: Findings) -> Iterator[SentItem]:
        """Yield every item at whatever depth: in groups, and below answers."""
        for item in node.objects("item", findings):
            link_id = item.text("linkId", findings)
            answers = tuple(item.objects("answer", findings))
            codes = sent.items.get(link_id or "", ())
            if link_id is not None and (known := self.recogniser.code_of_link(link_id)):
                codes = (*codes, known)
            yield SentItem(item, link_id, codes, answers)
            if "item" in item.value:
                yield from self._items(item, sent, findings)
            for answer in answers:
                if "item" in answer.value:
                    yield from self._items(answer, sent, findings)

    def _recognise(
        self, addresses: list[str], sent: SentQuestionnaire, items: list[SentItem]
    ) -> tuple[Entry, bool]:
        """Return the instrument, and whether the form is one that we published."""
        ours = next((n for a in addresses if (n := self.recogniser.names.read(a))), None)
        if self.named is not None:
            if ours is not None and ours.instrument != self.named.instrument:
                detail = "The caller names one instrument and `questionnaire` another."
                raise NotRecognised("contradictory_instrument", detail)
            return self.recogniser.get(self.named), ours is not None
        if ours is not None:
            return self.recogniser.get(ours), True
        codes: list[Code] = [*sent.codes, *(code for item in items for code in item.codes)]
        return self.recogniser.by_codes(codes), False


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


def _address_of(node: Node, findings: Findings) -> str | None:
    """Return the address of the form: `questionnaire`, or that of a form outside FHIR."""
    address = node.text("questionnaire", findings)
    beside = node.object("_questionnaire", findings)
    if address is not None or beside is None:
        return address
    for extension in beside.objects("extension", findings):
        if extension.value.get("url") == _ADDRESS_OF_OTHER_FORMS:
            return extension.text("valueUri", findings)
    return None
