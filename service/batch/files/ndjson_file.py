"""NDJSON in: each line an object with the columns as members, or a body of
`POST /v1/instruments/{id}/score`. A line that cannot be read spoils no other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from service.batch.engine.cells import hides_truth, refusal
from service.batch.engine.columns import Columns
from service.batch.files.block import LONGEST_LINE, Part, not_utf8
from service.scoring.recoding.clock import CLOCK
from service.strict.reader import UnreadableJSON, loads

_MEMBERS = {"answers", "reference", "respondent", "instrument"}
_NUMBERS = {int, float}
_NAMES = {str, int, float, type(None)}
"""What may say whose a form is."""
_NULL_CHARACTER = b"\\u0000"
_NO_NUMBER = "no number"
_NO_CLOCK_TIME = "no clock time"
_BLOCK = 1 << 20
"""Bytes of a block."""
_AT_A_TIME = 2048
"""Lines whose objects are held at the same time: so few stay near the processor."""


Columnwise = Mapping[str, Sequence[Any]]
"""Values by name, one for each line."""


class NdjsonBlock(NamedTuple):
    """Whole lines, and the number of the first."""

    first_line: int
    content: bytes

    @property
    def n_bytes(self) -> int:
        """Its share of the file."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class NdjsonSource:
    """A file of JSON lines that hold forms of one instrument."""

    path: Path
    columns: Columns
    instrument: str
    item_ids: tuple[str, ...]
    size: int

    @property
    def schema(self) -> Any:
        """All columns as text: what a member holds is looked at line by line."""
        return pa.schema([(name, pa.string()) for name in self.columns.names()])

    def blocks(self) -> Iterator[NdjsonBlock]:
        """Yield the lines of the file, many at a time."""
        return blocks_of(self.path)

    def read(self, block: NdjsonBlock) -> Iterator[Part]:
        """Yield the rows of a block."""
        lines = block.content.removesuffix(b"\n").split(b"\n")
        by_name, broken = _usual(block.content, lines), dict[int, str]()
        if by_name is None or self._is_request(by_name) or not self._are_named(by_name):
            by_name, broken = self._one_by_one(lines, block.first_line)
        if by_name:
            yield Part(self._batch(by_name), broken)

    def _one_by_one(self, lines: list[bytes], first_line: int) -> tuple[Columnwise, dict[int, str]]:
        """Return the members of lines of any kind by name, and what is wrong with broken ones."""
        names = self.columns.names()
        rows, broken = list[tuple[Any, ...]](), dict[int, str]()
        for number, line in enumerate(lines, first_line):
            if not line.strip():
                continue
            try:
                rows.append(tuple(map(self._form(line, number).get, names)))
            except BrokenLine as fault:
                broken[len(rows)] = f"line {number}: {fault}"
                rows.append((None,) * len(names))
        return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}, broken

    def _form(self, line: bytes, number: int) -> dict[str, Any]:
        """Return the members of a line by the names of the columns. Raises BrokenLine."""
        form = read_line(line, number)
        if self._is_request(form):
            form = self._of_request(form)
        if type(form.get(self.columns.reference or "")) not in _NAMES:
            raise BrokenLine("wrong_type, the reference must be a text or a number")
        return form

    def _are_named(self, by_name: Columnwise) -> bool:
        """Tell whether every line may say whose it is as it does."""
        return _NAMES.issuperset(map(type, by_name.get(self.columns.reference or "", ())))

    def _is_request(self, members: Collection[str]) -> bool:
        """Tell whether a line is a request for one form, by its members."""
        return "answers" in members and "answers" not in self.columns.names()

    def _of_request(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return what a request for one form holds, by the names of the columns."""
        _allow(body, _MEMBERS)
        if body.get("instrument") not in (None, self.instrument):
            raise BrokenLine(f"wrong_instrument, allowed: {self.instrument}")
        respondent = body.get("respondent") or {}
        _allow(respondent, {"age", "sex"})
        columns = self.columns
        form = {columns.items[item]: value for item, value in self._answers(body).items()}
        form[columns.reference or ""] = body.get("reference")
        form[columns.age or ""], form[columns.sex or ""] = map(respondent.get, ("age", "sex"))
        return form

    def _answers(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answers of a request by item."""
        answers = body["answers"]
        if type(answers) is list and len(answers) == len(self.item_ids):
            return dict(zip(self.item_ids, answers, strict=True))
        if type(answers) is not dict:
            raise BrokenLine(f"wrong_length, {len(self.item_ids)} answers in item order are needed")
        if not self.columns.items.keys() >= answers.keys():
            raise BrokenLine("unknown_item")
        return answers

    def _batch(self, by_name: Columnwise) -> Any:
        n = len(next(iter(by_name.values())))
        words = (self.columns.reference, self.columns.sex)
        clocks = {self.columns.items.get(item) for item in self.columns.clocks}
        arrays = {}
        for name in self.columns.names():
            values = by_name.get(name)
            if values is None:
                arrays[name] = pa.nulls(n, pa.string())
            else:
                read = _words if name in words else _clock_times if name in clocks else _numbers
                arrays[name] = read(values)
        return pa.record_batch(arrays)


class BrokenLine(ValueError):
    """A line that is no form; says why, and never what it holds."""


def _allow(members: object, allowed: set[str]) -> None:
    """Raise BrokenLine where something is no object, or has a member that is not allowed."""
    if type(members) is not dict or not members.keys() <= allowed:
        raise BrokenLine(f"unknown_member, allowed: {', '.join(sorted(allowed))}")


def blocks_of(path: Path) -> Iterator[NdjsonBlock]:
    """Yield the lines of a file, many at a time; of one that is too long only enough to tell."""
    number, rest = 1, b""
    with path.open("rb") as file:
        while content := file.read(_BLOCK):
            whole, newline, after = content.rpartition(b"\n")
            if not newline:
                rest = (rest + after)[: LONGEST_LINE + 1]
                continue
            whole, rest = rest + whole, after
            yield NdjsonBlock(number, whole + newline)
            number += whole.count(b"\n") + 1
    if rest:
        yield NdjsonBlock(number, rest)


def read_line(line: bytes, number: int) -> dict[str, Any]:
    """Return the object of a line. Raises BrokenLine."""
    value = _read(line, number)
    if type(value) is not dict:
        raise BrokenLine("wrong_type, an object is needed")
    return value


def open_ndjson(
    path: Path, columns: Columns, instrument: str, item_ids: tuple[str, ...]
) -> NdjsonSource:
    """Return a file of JSON lines."""
    return NdjsonSource(path, columns, instrument, item_ids, path.stat().st_size)


def _read(line: bytes, number: int) -> Any:
    """Return the value of a line, read as strictly as a request is.

    A colon stands before the value of every member, so where there are as many colons as members
    were read, no member was there twice.
    """
    if len(line) > LONGEST_LINE:
        raise BrokenLine(f"too_large, at most {LONGEST_LINE} bytes are read")
    try:
        value = orjson.loads(line)
        is_plain = _NULL_CHARACTER not in line and not _may_have_lost_digits(line, (0.0,))
        if is_plain and line.count(b":") == _n_members(value):
            return value
    except orjson.JSONDecodeError:
        pass  # the strict reader says why
    try:
        return loads(line)
    except UnreadableJSON as unreadable:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            said = not_utf8(number, error).partition(": ")[2]
            raise BrokenLine(said) from None
        raise BrokenLine(unreadable.code) from None


def _may_have_lost_digits(content: bytes, values: Iterable[Any]) -> bool:
    """Tell whether one of the values of a text may be 0, which is an answer, only because the quick
    reader has no smaller number.
    """
    is_tiny = b"e-" in content or b"E-" in content
    return is_tiny and any(type(one) is float and not one for one in values)


def _n_members(value: Any) -> int:
    """Return how many members an object has, those of the objects in it too."""
    if type(value) is not dict:
        return 0
    return len(value) + sum(len(one) for one in value.values() if type(one) is dict)


def _usual(content: bytes, lines: list[bytes]) -> Columnwise | None:
    """Return the members of lines that are all plain objects with the same ones, by name; None
    where a line is anything else.

    A colon stands before the value of every member: where there are as many colons as members, no
    member was there twice.
    """
    if max(map(len, lines)) > LONGEST_LINE or _NULL_CHARACTER in content:
        return None
    n_members = 0
    try:
        first = orjson.loads(lines[0])
        if type(first) is not dict or len(first) < 2:
            return None
        pick, columns = itemgetter(*first), {name: list[Any]() for name in first}
        for start in range(0, len(lines), _AT_A_TIME):
            forms = list(map(orjson.loads, lines[start : start + _AT_A_TIME]))
            n_members += sum(map(len, forms))
            for column, values in zip(
                columns.values(), zip(*map(pick, forms), strict=True), strict=True
            ):
                column += values
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    if not content.count(b":") == n_members == len(first) * len(lines):
        return None
    return None if _may_have_lost_digits(content, chain(*columns.values())) else columns


def _numbers(values: Sequence[Any]) -> Any:
    """Return a column of numbers, or of numbers written out where something else is among them."""
    try:
        found = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        found = None
    if found is not None and refusal(found.type) is None and not hides_truth(values, found.type):
        return found
    texts = [
        None if one is None else repr(one) if type(one) in _NUMBERS else _NO_NUMBER
        for one in values
    ]
    return pa.array(texts, pa.string()).dictionary_encode()


def _clock_times(values: Sequence[Any]) -> Any:
    """Return a column of clock times; what is none stays what the item refuses: a text that is no
    clock time as such a one, anything else as a number.
    """
    texts = [
        one if one is None or (type(one) is str and one in CLOCK) else _no_clock_time(one)
        for one in values
    ]
    return pa.array(texts, pa.string())


def _no_clock_time(value: object) -> str:
    return _NO_CLOCK_TIME if type(value) is str else "0"


def _words(values: Sequence[Any]) -> Any:
    """Return a column of text."""
    try:
        return pa.array(values, pa.string())
    except pa.ArrowException:
        return pa.array([None if one is None else str(one) for one in values], pa.string())
