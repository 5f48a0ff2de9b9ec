"""Applying a mapping to a payload: answers by item, and what became of every key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from service.scoring.instrument import Answer, Item, Number, Perspective
from service.scoring.issue import Issue, Path, path_to_member
from service.scoring.sums import whole
from service.sources.answer import AnswerKey, Given, NotRead, number_of, token_of, tokens_of
from service.sources.boxes import BoxReader
from service.sources.mapping import Session, SourceMapping, Steps
from service.sources.pointer import look_up
from service.sources.shift import looks_shifted
from service.sources.walk import Entry, walk

Outcome = Literal[
    "answer", "missing", "not_answered", "score", "score_not_read", "ignored", "unknown", "fault"
]
MOST_KEYS = 1000
"""Keys of a payload that are told one by one."""

MOST_FAULTS = 500
"""Faults that are told: a payload full of them says no more."""

_LONGEST_META = 200


class KeyRead(NamedTuple):
    """What became of one key of a payload: the item or scale that it leads to, and what it says."""

    key: str | None
    path: Path
    outcome: Outcome
    leads_to: str | None = None
    value: Answer | None = None


class Supplied(NamedTuple):
    """A score that came along: never trusted, only compared."""

    scale: str
    value: Number
    path: Path


@dataclass(slots=True)
class About:
    """What a payload says of its response; None: it does not. `finished` None: the mapping does
    not say what would tell.
    """

    response_id: str | None = None
    completed_at: str | None = None
    language: str | None = None
    session: int | None = None
    finished: bool | None = None
    perspective: Perspective | None = None


@dataclass(slots=True)
class ReadPayload:
    """A payload as answers by item id, with the place of each, the items that a code declares as
    missing, scores that came along, what became of every key, and the items that any key led to.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    missing: dict[str, Path] = field(default_factory=dict)
    supplied: list[Supplied] = field(default_factory=list)
    keys: list[KeyRead] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    about: About = field(default_factory=About)
    faults: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def read_payload(
    mapping: SourceMapping, payload: Mapping[str, Any], *, strict: bool = False
) -> ReadPayload:
    """Return what a mapping makes of a payload, with every fault. `strict`: a key that the mapping
    does not name is a fault and not a warning.
    """
    return _Reader(mapping, payload, strict=strict).read()


def read_response(
    mapping: SourceMapping, payload: Mapping[str, Any], *, strict: bool, allow_partial: bool
) -> ReadPayload:
    """Return what a mapping makes of a payload; one that is not finished has a fault unless
    partial responses are allowed.
    """
    read = read_payload(mapping, payload, strict=strict)
    finished = mapping.meta.finished
    if read.about.finished is False and finished is not None and not allow_partial:
        detail = "The response is not finished; allow_partial=true lets it be scored."
        read.faults.append(Issue(finished.at, "not_finished", detail))
    return read


def response_id_of(mapping: SourceMapping, payload: Mapping[str, Any]) -> str | None:
    """Return the source's own id of a response, None where the payload has none."""
    return _text_at(payload, mapping.meta.response_id)


class _Reader:
    def __init__(self, mapping: SourceMapping, payload: Mapping[str, Any], *, strict: bool) -> None:
        self._mapping = mapping
        self._payload = payload
        self._strict = strict
        self._result = ReadPayload()
        self._unknown = 0
        self._numbers: list[tuple[Item, Number]] = []
        self._boxes = BoxReader(mapping)

    def read(self) -> ReadPayload:
        """Read the whole payload."""
        result, at = self._result, self._mapping.container.at
        result.about = self._about()
        found = look_up(self._payload, at)
        wanted = dict if self._mapping.container.kind == "map" else list
        if found is None or not isinstance(found.value, wanted):
            what = "an object" if wanted is dict else "an array"
            detail = f"The mapping looks for {what} with the answers here."
            result.faults.append(Issue(at, "answers_not_found", detail))
            return result
        for entry in walk(found.value, found.path, self._mapping.container):
            self._take(entry)
        self._take_boxes()
        self._tell_unknown(found.path)
        self._tell_shifted(found.path)
        return result

    def _take(self, entry: Entry) -> None:
        mapping = self._mapping
        items = {item: key for key in entry.keys if (item := mapping.items.get(key)) is not None}
        known = next(filter(mapping.knows, entry.keys), None)
        if known is not None and known in mapping.boxes.keys:
            self._take_box(entry, known)
        elif len(items) > 1:
            detail = "The keys of this answer lead to different items."
            self._fault(entry, entry.path, "contradictory_key", detail)
        elif items:
            ((item, key),) = items.items()
            self._result.reached.add(item)
            self._take_answer(entry, key, item)
        elif known is None:
            self._take_unknown(entry)
        elif known in mapping.scores:
            self._take_score(entry, known, mapping.scores[known])
        else:
            self._note(KeyRead(known, entry.path, "ignored"))

    def _take_unknown(self, entry: Entry) -> None:
        if entry.found is not None or entry.holds:
            self._unknown += 1
            self._note(KeyRead(next(iter(entry.keys), None), entry.path, "unknown"))

    def _take_answer(self, entry: Entry, key: str, item: str) -> None:
        result = self._result
        if entry.found is None and entry.holds:
            detail = "Something came, but nothing stands where the mapping looks for an answer."
            self._fault(entry, entry.path, "value_not_found", detail, item)
            return
        if entry.found is None or entry.found.value is None:
            self._note(KeyRead(key, entry.path, "not_answered", item))
            return
        value, path = entry.found
        try:
            given = self._read(self._mapping.answers[item], value)
        except NotRead as unread:
            self._fault(entry, path, unread.code, unread.detail, item, unread.allowed)
            return
        if item in result.answers or (item in result.missing and given.value is not None):
            detail = "The item is answered twice; answers are never added up."
            self._fault(entry, path, "repeated_answer", detail, item)
            return
        if given.value is None:
            result.missing[item] = path
            self._note(KeyRead(key, path, "missing", item))
            return
        result.answers[item] = given.value
        result.places[item] = path
        self._note(KeyRead(key, path, "answer", item, given.value))

    def _take_box(self, entry: Entry, key: str) -> None:
        item = self._mapping.boxes.keys[key].item
        self._result.reached.add(item)
        value = None if entry.found is None else entry.found.value
        path = entry.path if entry.found is None else entry.found.path
        try:
            if entry.found is None and entry.holds:
                detail = "Something came, but nothing stands where the mapping looks for a tick."
                raise NotRead("value_not_found", detail)
            outcome, answer = self._boxes.take(key, value, path)
        except NotRead as unread:
            self._fault(entry, path, unread.code, unread.detail, item, unread.allowed)
            return
        self._note(KeyRead(key, path, outcome, item, answer))

    def _take_boxes(self) -> None:
        """Take the one answer of each item whose answers have boxes."""
        result = self._result
        for item, read in self._boxes.items.items():
            fault = self._boxes.fault(item)
            if fault is not None:
                code, detail = fault
                told = Issue(self._told(read.path), code, f"Item {item}: {detail}")
                result.faults.append(told)
            elif read.ticked:
                ((value, path),) = read.ticked
                result.answers[item], result.places[item] = value, path
            elif read.missing is not None:
                result.missing[item] = read.missing

    def _read(self, key: AnswerKey, value: object) -> Given:
        """Return an answer, and remember what was meant as a number. Raises NotRead."""
        given = key.look_up(value)
        if given is None and key.item.response_set.clock:
            return Given(key.clock_time(value))
        if given is None:
            number = key.meant(value)
            self._numbers.append((key.item, number))
            key.check(number)
            given = Given(number)
        return given

    def _take_score(self, entry: Entry, key: str, scale: str) -> None:
        found = entry.found
        token = None if found is None else token_of(found.value)
        number = None if token is None else number_of(token)
        if found is None or number is None:
            is_empty = not entry.holds and (found is None or found.value is None)
            outcome: Outcome = "not_answered" if is_empty else "score_not_read"
            self._note(KeyRead(key, entry.path, outcome, scale))
            return
        self._result.supplied.append(Supplied(scale, number, found.path))
        self._note(KeyRead(key, found.path, "score", scale, number))

    def _fault(
        self,
        entry: Entry,
        path: Path,
        code: str,
        detail: str,
        item: str | None = None,
        allowed: Any = None,
    ) -> None:
        told = detail if item is None else f"Item {item}: {detail[:1].lower()}{detail[1:]}"
        if len(self._result.faults) < MOST_FAULTS:
            self._result.faults.append(Issue(self._told(path), code, told, allowed))
        key = next((key for key in entry.keys if self._mapping.knows(key)), None)
        self._note(KeyRead(key, path, "fault", item))

    def _told(self, path: Path) -> Path:
        """Return a path without names that the mapping does not know and that may be anything."""
        told: Path = ()
        for step in path:
            if isinstance(step, int) or self._mapping.knows(step):
                told = (*told, step)
            else:
                told = path_to_member(told, step, self._mapping.container.descend)
        return told

    def _note(self, read: KeyRead) -> None:
        if len(self._result.keys) < MOST_KEYS:
            self._result.keys.append(read)

    def _tell_unknown(self, path: Path) -> None:
        if not self._unknown:
            return
        number = "One key is" if self._unknown == 1 else f"{self._unknown} keys are"
        detail = f"{number} not named by the mapping; what stands there was not read."
        issue = Issue(path, "unknown_key", detail)
        (self._result.faults if self._strict else self._result.warnings).append(issue)

    def _tell_shifted(self, path: Path) -> None:
        """Tell what looks as if the source counted from another number than the form."""
        shift = looks_shifted(self._numbers)
        if shift is None:
            return
        issue = Issue(path, "looks_shifted", shift)
        result = self._result
        (result.faults if result.faults else result.warnings).append(issue)

    def _about(self) -> About:
        meta = self._mapping.meta
        return About(
            response_id=response_id_of(self._mapping, self._payload),
            completed_at=_text_at(self._payload, meta.completed_at),
            language=_text_at(self._payload, meta.language),
            session=self._session(meta.session),
            finished=self._finished(),
            perspective=self._mapping.perspective or self._rater(),
        )

    def _session(self, told: Session | None) -> int | None:
        value = None if told is None else _at(self._payload, told.at)
        tokens = tokens_of(value)
        if told is None or value is None or {"", *self._mapping.missing}.intersection(tokens):
            return None
        if told.values is None:
            number = number_of(value) if isinstance(value, str) else value
            session = None if isinstance(value, bool) else whole(number)
            fault = Issue(told.at, "wrong_type", "The number of the session is a whole number.")
        else:
            session = next((told.values[one] for one in tokens if one in told.values), None)
            detail = "The mapping does not say which session this is."
            fault = Issue(told.at, "unknown_token", detail)
        if session is None:
            self._result.faults.append(fault)
        return session

    def _finished(self) -> bool | None:
        finished = self._mapping.meta.finished
        if finished is None:
            return None
        value = _at(self._payload, finished.at)
        return not finished.values.isdisjoint(tokens_of(value))

    def _rater(self) -> Perspective | None:
        rater = self._mapping.meta.rater
        value = None if rater is None else _at(self._payload, rater.at)
        if rater is None or value is None:
            return None
        tokens = tokens_of(value)
        perspective = next((rater.values[one] for one in tokens if one in rater.values), None)
        if perspective is None:
            detail = "The mapping does not say which rater this is."
            self._result.faults.append(Issue(rater.at, "unknown_token", detail))
        return perspective


def _at(payload: Mapping[str, Any], steps: Steps | None) -> Any:
    found = None if steps is None else look_up(payload, steps)
    return None if found is None else found.value


def _text_at(payload: Mapping[str, Any], steps: Steps | None) -> str | None:
    value = _at(payload, steps)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    number = whole(value) if is_number else None
    text = value if number is None else str(number)
    return text if isinstance(text, str) and 0 < len(text) <= _LONGEST_META else None
