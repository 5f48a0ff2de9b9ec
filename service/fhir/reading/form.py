"""The answers of one instrument, out of items that may be anybody's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from service.definitions.catalog import Entry
from service.fhir.codes import Code, FormCodes
from service.fhir.findings import Findings
from service.fhir.reading.mapped import DECLARED_MISSING, read_told
from service.fhir.reading.node import Node
from service.fhir.reading.questionnaire import NOTHING_SENT, SentQuestionnaire
from service.fhir.reading.values import (
    ItemKey,
    Unread,
    check_allowed,
    number_in,
    read_value,
    values_in,
)
from service.scoring.instrument import Answer, Number
from service.scoring.issue import Path
from service.sources.mapping import SourceMapping


@dataclass(slots=True)
class SentItem:
    """One item as it was sent: its linkId, the codes that it goes by, and its answers."""

    node: Node
    link_id: str | None
    codes: tuple[Code, ...]
    answers: tuple[Node, ...]


class SuppliedScore(NamedTuple):
    """A score that came along: never trusted, only compared."""

    scale: str
    value: Number
    path: Path


@dataclass(slots=True)
class ReadForm:
    """The answers by item id, where each stands, items whose answer could not be read, scores that
    came along, and how many answers are codes for missing.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    supplied: list[SuppliedScore] = field(default_factory=list)
    declared_missing: int = 0


class FormReader:
    """Reads the items of one response, or one group of Observations, as one instrument's."""

    def __init__(
        self,
        entry: Entry,
        codes: FormCodes,
        findings: Findings,
        *,
        own_links: bool,
        own_codes: bool,
        sent: SentQuestionnaire = NOTHING_SENT,
        mapping: SourceMapping | None = None,
    ) -> None:
        self._instrument = entry.instrument
        self._codes = codes
        self._findings = findings
        self._own_links = own_links
        self._own_codes = own_codes
        self._sent = sent
        self._mapping = mapping

    def read(self, items: Iterable[SentItem]) -> ReadForm:
        """Return the form; faults and warnings go to the findings."""
        form = ReadForm()
        for item in items:
            if self._is_contradictory(item):
                detail = "The codes of this item are those of several items or scores."
                self._findings.error(item.node.path, "contradictory_item", detail)
                continue
            name = self._item_of(item)
            if name is not None:
                self._read_item(name, item, form)
                continue
            answers = [answer for answer in item.answers if values_in(answer)]
            if not answers:
                continue  # a group, a heading, or a question that was not answered
            if self._is_ignored(item):
                continue
            scale = self._scale_of(item)
            if scale is not None:
                self._read_score(scale, answers, form)
            else:
                detail = "The instrument has no such item; it was not read."
                self._findings.unknown(item.node.path, "unknown_item", detail)
        return form

    def _is_contradictory(self, item: SentItem) -> bool:
        """Tell whether the codes of an item say that it is several, where codes tell."""
        if self._mapping is not None or len(item.codes) < 2:
            return False
        known = self._codes
        named = {("item", name) for code in item.codes if (name := known.items.get(code))}
        named |= {("scale", name) for code in item.codes if (name := known.scales.get(code))}
        return len(named) > 1

    def _is_ignored(self, item: SentItem) -> bool:
        return self._mapping is not None and item.link_id in self._mapping.ignored

    def _scale_of(self, item: SentItem) -> str | None:
        told = None if self._mapping is None else self._mapping.scores.get(item.link_id or "")
        if told is not None:
            return told
        return next((s for c in item.codes if (s := self._codes.scales.get(c))), None)

    def _item_of(self, item: SentItem) -> str | None:
        if self._mapping is not None:
            return self._mapping.items.get(item.link_id or "")
        for code in item.codes:
            if (name := self._codes.items.get(code)) is not None:
                return name
        if self._own_links and item.link_id in self._instrument.position:
            return item.link_id
        return None

    def _read_item(self, name: str, item: SentItem, form: ReadForm) -> None:
        weights = self._sent.weights.get(item.link_id or "", {})
        key = ItemKey(
            self._instrument.items[self._instrument.position[name]],
            self._codes.answers[name],
            weights,
            self._own_codes,
            None if self._mapping is None else self._mapping.answers[name],
        )
        for answer in item.answers:
            try:
                value = self._value(answer, key, form)
                if value is None:
                    continue
                check_allowed(value, key.item, answer.path)
            except Unread as unread:
                note = self._findings.unknown if unread.unknown else self._findings.error
                note(unread.path, unread.code, unread.detail)
                form.unread.add(name)
                continue
            if name in form.answers:
                detail = "The item is answered twice; answers are never added up."
                self._findings.error(answer.path, "repeated_answer", detail)
            form.answers[name] = value
            form.places[name] = answer.path

    def _value(self, answer: Node, key: ItemKey, form: ReadForm) -> Answer | None:
        if key.told is None:
            return read_value(answer, key, self._findings)
        value = read_told(answer, key, key.told, self._findings)
        if value is DECLARED_MISSING:
            form.declared_missing += 1
            return None
        return value

    def _read_score(self, scale: str, answers: list[Node], form: ReadForm) -> None:
        for answer in answers:
            name = values_in(answer)[0]
            try:
                form.supplied.append(SuppliedScore(scale, number_in(answer, name), answer.path))
            except Unread as unread:
                detail = "A score came along that is no number; it was not compared."
                self._findings.warn(unread.path, "supplied_score_unread", detail)
