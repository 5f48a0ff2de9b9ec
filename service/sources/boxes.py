"""Items of which each answer has a box of its own: the one that is ticked is the answer."""

from dataclasses import dataclass, field
from typing import Literal

from service.scoring.instrument import Number
from service.scoring.issue import Path
from service.sources.answer import NotRead, tokens_of
from service.sources.mapping import SourceMapping

Outcome = Literal["answer", "missing", "not_answered"]


@dataclass(slots=True)
class BoxesRead:
    """The boxes of one item that came: where the last stands, how many there were, the answers of
    those that are ticked, and where one says that the answer is missing.
    """

    path: Path = ()
    keys: set[str] = field(default_factory=set)
    n_told: int = 0
    ticked: list[tuple[Number, Path]] = field(default_factory=list)
    missing: Path | None = None


class BoxReader:
    """Reads the boxes of one payload."""

    def __init__(self, mapping: SourceMapping) -> None:
        self._boxes = mapping.boxes
        self._missing = mapping.missing
        self.items: dict[str, BoxesRead] = {}

    def take(self, key: str, value: object, path: Path) -> tuple[Outcome, Number | None]:
        """Take up a box and return what came of it: the answer where it is ticked. Raises NotRead
        where what stands there says neither.
        """
        box = self._boxes.keys[key]
        read = self.items.setdefault(box.item, BoxesRead())
        if key in read.keys:
            raise NotRead("repeated_answer", "A box came twice.")
        read.path = path
        read.keys.add(key)
        tokens = frozenset(tokens_of(value))
        if value is None or ("" in tokens and "" in self._missing):
            return "not_answered", None  # a blank cell, as it comes in JSON
        if tokens & self._missing:
            read.missing = path
            return "missing", None
        if not tokens & (self._boxes.ticked | self._boxes.unticked):
            allowed = {"tokens": sorted(self._boxes.ticked | self._boxes.unticked)}
            raise NotRead("unknown_token", "This says neither ticked nor not ticked.", allowed)
        read.n_told += 1
        if not tokens & self._boxes.ticked:
            return "not_answered", None
        read.ticked.append((box.value, path))
        return "answer", box.value

    def fault(self, item: str) -> tuple[str, str] | None:
        """Return what is wrong with the boxes of an item: a code and a sentence."""
        read = self.items[item]
        if len(read.ticked) > 1:
            return "several_ticked", "several boxes are ticked; one answer is needed."
        if read.ticked and read.missing is not None:
            return "several_ticked", "a box is ticked and another says that the answer is missing."
        all_keys = {key for key, box in self._boxes.keys.items() if box.item == item}
        if read.n_told and read.keys != all_keys:
            return "boxes_left_out", "some of its boxes did not come, one of which may be ticked."
        return None
