"""Checks of conversion tables: every raw score once, values that rise (or fall) throughout and
without jumps, plausible standard errors.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from service.definitions.checks.attainable import Exact, Scores, exact, is_number, shown, some
from service.definitions.checks.groups import refuse_shared_respondents
from service.definitions.checks.parts import Json, objects
from service.scoring.issue import Issue, Path

Row = tuple[int, Exact, Exact]
"""Place in the file, raw score and value."""


def check_tables(scale: Json, where: Path, raw: Scores | None) -> Iterator[Issue]:
    """Yield a fault for every row of a conversion table that cannot be right."""
    transform, path = scale["transform"], (*where, "transform")
    tables = list(objects(transform, "tables", path))
    yield from refuse_shared_respondents(tables, None)
    if raw is not None and raw.bits is None:
        yield Issue(
            path,
            "lookup_continuous",
            "a table cannot convert a score that may be any number in a range",
        )
        return
    rising: dict[bool, Path] = {}
    for table_where, table in tables:
        entries = (*table_where, "entries")
        yield from _entries(table, entries, raw, transform.get("monotone", "strictly"))
        rows = _by_raw_score(table, raw)
        if len(rows) > 1:
            rising.setdefault(rows[0][2] < rows[-1][2], entries)
    if len(rising) == 2 and transform.get("monotone") != "no":
        text = "falls where another table of this scale rises: one of them is upside down"
        yield Issue(list(rising.values())[1], "not_monotone", text)


def check_linked(scale: Json, where: Path, raw: Scores | None) -> Iterator[Issue]:
    """Yield a fault for every row of a table into another measure's metric that cannot be right."""
    seen = set()
    for table_where, table in objects(scale, "linked", where):
        if raw is None or scale.get("aggregation") != "sum":
            text = "is only allowed on a scale that is a sum of items"
            yield Issue(table_where, "not_allowed", text)
            continue
        target = repr([table.get(member) for member in ("target", "age", "sex")])
        if target in seen:
            text = f'is already linked to "{table.get("target")}" for the same people'
            yield Issue((*table_where, "target"), "duplicate_value", text)
        seen.add(target)
        yield from _entries(table, (*table_where, "entries"), raw, "strictly")


def _entries(table: Json, entries: Path, raw: Scores | None, monotone: object) -> Iterator[Issue]:
    """Yield the faults of one table's rows, where these can be read at all."""
    if rows := _sound_rows(table):
        yield from _raw_scores(rows, entries, raw)
        yield from _standard_errors(rows, entries)
        yield from _order(_by_raw_score(table, raw), entries, monotone)


def _sound_rows(table: Json) -> list[Any]:
    found = table.get("entries")
    return found if isinstance(found, list) and all(map(_is_row, found)) else []


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and all(map(is_number, row))


def _by_raw_score(table: Json, raw: Scores | None) -> list[Row]:
    """Return the rows in the order of their raw scores, each of these once."""
    once: dict[Exact, Row] = {}
    for index, row in enumerate(_sound_rows(table)):
        score = exact(row[0])
        if raw is None or score in raw:
            once.setdefault(score, (index, score, exact(row[1])))
    return sorted(once.values(), key=lambda row: row[1])


def _raw_scores(rows: Sequence[Any], entries: Path, raw: Scores | None) -> Iterator[Issue]:
    seen = set()
    for index, row in enumerate(rows):
        score = exact(row[0])
        if score in seen:
            yield Issue(
                (*entries, index, 0), "duplicate_value", "is the raw score of an earlier row"
            )
        elif raw is not None and score not in raw:
            text = "is no raw score that a complete form can have"
            yield Issue((*entries, index, 0), "out_of_range", text)
        seen.add(score)
    lacking = raw.outside((score, score) for score in seen) if raw else []
    if lacking:
        text = f"must have a row for every raw score; {some(lacking)} has none"
        yield Issue(entries, "lookup_gap", text)


def _standard_errors(rows: Sequence[Any], entries: Path) -> Iterator[Issue]:
    """A standard error is above 0, smaller than half of what the table spans, and given for every
    row or for none.
    """
    values = [row[1] for row in rows]
    span = max(values) - min(values)
    given = sum(len(row) == 3 for row in rows)
    for index, row in enumerate(rows):
        if len(row) == 2 and given:
            text = "has no standard error, although other rows have one"
            yield Issue((*entries, index), "wrong_shape", text)
        elif len(row) == 3 and row[2] <= 0:
            yield Issue((*entries, index, 2), "out_of_range", "must be greater than 0")
        elif len(row) == 3 and row[2] > span / 2:
            text = f"must be at most {shown(span / 2)}, half of what the table spans"
            yield Issue((*entries, index, 2), "out_of_range", text)


def _order(rows: Sequence[Row], entries: Path, monotone: object) -> Iterator[Issue]:
    """Values go one way throughout, and in even steps, unless the definition says why not."""
    if len(rows) < 2 or monotone not in ("strictly", "with-ties"):
        return
    way = 1 if rows[-1][2] > rows[0][2] else -1
    wrong = False
    for (_, raw, value), (index, _, following) in pairwise(rows):
        step = (following - value) * way
        if step < 0 or (step == 0 and monotone == "strictly"):
            wrong = True
            text = (
                f"must be {'above' if way > 0 else 'below'} {shown(value)}, the value of raw "
                f"score {shown(raw)}; if the source prints it so, say why with monotone and "
                "monotone_note"
            )
            yield Issue((*entries, index, 1), "not_monotone", text)
    if monotone == "strictly" and not wrong:
        yield from _jump(rows, entries)


def _jump(rows: Sequence[Row], entries: Path) -> Iterator[Issue]:
    """Refuse the row that lies farthest off the curve through its two neighbours on either side,
    where that is more than half a step (and more than rounding explains).

    Published conversions are smooth; a mistyped digit that keeps the order is not.
    """
    decimals = max(_decimals(value) for _, _, value in rows)
    rounding = Fraction(3, 2) / 10**decimals
    worst: tuple[Fraction, int, Fraction] | None = None
    for first, second, (index, _, value), fourth, fifth in zip(
        *(rows[start:] for start in range(5)), strict=False
    ):
        if not _evenly_spaced((first[1], second[1], fourth[1], fifth[1])):
            continue
        smooth = Fraction(4 * (second[2] + fourth[2]) - first[2] - fifth[2]) / 6
        excess = abs(value - smooth) - abs(Fraction(fourth[2] - second[2])) / 4 - rounding
        if excess > 0 and (worst is None or excess > worst[0]):
            worst = excess, index, smooth
    if worst:
        text = (
            f"lies off the curve of its neighbours, which give {float(worst[2]):.{decimals}f}; if "
            "the source prints it so, say why with monotone and monotone_note"
        )
        yield Issue((*entries, worst[1], 1), "table_jump", text)


def _evenly_spaced(raw: tuple[Exact, Exact, Exact, Exact]) -> bool:
    first, second, fourth, fifth = raw
    return second - first == fifth - fourth == (fourth - second) / Fraction(2)


def _decimals(value: Exact) -> int:
    decimals = 0
    while decimals < 6 and (value * 10**decimals) % 1:
        decimals += 1
    return decimals
