"""A source mapping, resolved once and ready to read payloads with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from service.definitions.catalog import Entry
from service.scoring.instrument import Number, Perspective
from service.sources.answer import AnswerKey
from service.sources.pointer import parse_pointer

Json = Mapping[str, Any]
Steps = tuple[str, ...]

QUESTIONNAIRE_RESPONSE: Json = {
    "at": "/item",
    "kind": "list",
    "key": ["/linkId"],
    "row_key": None,
    "value": [
        "/valueCoding/code",
        "/valueInteger",
        "/valueDecimal",
        "/valueString",
        "/valueBoolean",
    ],
    "descend": ["item", "answer"],
    "strip_prefix": None,
    "last_segment": None,
}
"""Where the answers of a QuestionnaireResponse stand, for a mapping that does not say it."""


class Container(NamedTuple):
    """Where the answers of a payload stand, and what tells which question each is for."""

    at: Steps
    kind: Literal["map", "list"]
    key: tuple[Steps, ...]
    row_key: Steps | None
    value: tuple[Steps, ...]
    descend: frozenset[str]
    strip_prefix: str | None
    last_segment: str | None

    def shorten(self, key: str) -> str:
        """Return a key without what the mapping takes off."""
        if self.strip_prefix is not None:
            key = key.removeprefix(self.strip_prefix)
        return key if self.last_segment is None else key.rpartition(self.last_segment)[2]


class Finished(NamedTuple):
    """What tells a finished response: any of some values, as tokens."""

    at: Steps
    values: frozenset[str]


class Rater(NamedTuple):
    """What tells who answered, by token."""

    at: Steps
    values: Mapping[str, Perspective]


class Session(NamedTuple):
    """Where the number of a session stands; `values`: the number of each token that names one."""

    at: Steps
    values: Mapping[str, int] | None = None


class Meta(NamedTuple):
    """Where a payload says what of its response."""

    response_id: Steps | None = None
    completed_at: Steps | None = None
    language: Steps | None = None
    session: Session | None = None
    finished: Finished | None = None
    rater: Rater | None = None


class Table(NamedTuple):
    """How many rows stand before the first response of a table, and what the cells of the last of
    them contain.
    """

    header_rows: int = 1
    header_mark: str | None = None


ONE_ROW = Table()


class Box(NamedTuple):
    """The answer to an item that a tick gives."""

    item: str
    value: Number


class Boxes(NamedTuple):
    """Items of which each answer has a key of its own, and what says that one is ticked or not, as
    tokens.
    """

    keys: Mapping[str, Box]
    ticked: frozenset[str]
    unticked: frozenset[str]


NO_BOXES = Boxes({}, frozenset(), frozenset())


Scheme = Literal["typeform", "standard-webhooks", "hmac-sha256-hex", "hmac-sha256-base64"]


class Signature(NamedTuple):
    """How the sender signs; `secret` is the name of the secret."""

    scheme: Scheme
    secret: str
    header: str | None


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """How the payload of a source becomes the answers of an instrument.

    `items` leads from the keys of all editions to item ids, `scores` to scale ids, `answers` from
    item ids to what their answers mean, `missing` are the tokens that mean that nothing was
    answered.
    """

    document: Json
    entry: Entry
    container: Container
    items: Mapping[str, str]
    scores: Mapping[str, str]
    ignored: frozenset[str]
    answers: Mapping[str, AnswerKey]
    missing: frozenset[str]
    meta: Meta
    perspective: Perspective | None = None
    table: Table = ONE_ROW
    signature: Signature | None = None
    boxes: Boxes = NO_BOXES
    questionnaires: frozenset[str] = frozenset()
    codes: frozenset[tuple[str, str]] = frozenset()

    @property
    def id(self) -> str:
        """The name of the mapping."""
        name: str = self.document["id"]
        return name

    @property
    def is_flat(self) -> bool:
        """Tell whether a flat object, as the row of a table is one, is such a payload."""
        return is_flat(self.container)

    def also_missing(self, tokens: frozenset[str]) -> "SourceMapping":
        """Return this mapping with further tokens that mean that nothing was answered."""
        missing = self.missing | tokens
        answers = {item: key._replace(missing=missing) for item, key in self.answers.items()}
        return replace(self, answers=answers, missing=missing)

    def knows(self, key: str) -> bool:
        """Tell whether a key of the source is one that the mapping names."""
        return self.leads(key) or key in self.scores or key in self.ignored

    def leads(self, key: str) -> bool:
        """Tell whether a key leads to an item, or to one of its answers."""
        return key in self.items or key in self.boxes.keys


def is_flat(container: Container) -> bool:
    """Tell whether the members of a payload itself may be the answers."""
    return container.kind == "map" and not container.at and () in container.value


def container_of(answers: Json) -> Container:
    """Return the container that a mapping's `answers` describes."""
    row_key = answers["row_key"]
    return Container(
        parse_pointer(answers["at"]),
        answers["kind"],
        tuple(map(parse_pointer, answers["key"])),
        None if row_key is None else parse_pointer(row_key),
        tuple(map(parse_pointer, answers["value"])) or ((),),
        frozenset(answers["descend"]),
        answers["strip_prefix"],
        answers["last_segment"],
    )
