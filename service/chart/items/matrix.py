"""The answers of a course, item by item and session by session, for each form. Items have their
numbers, never their wording.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from service.chart.document import WIDTH, document
from service.chart.english import IN_ENGLISH
from service.chart.scale import Span, figure
from service.chart.style import SHADES, Theme
from service.chart.svg import element, number, width_of, words
from service.chart.text import LINE, wrap
from service.scoring.wording.words import Words

EDGE, LEFT = 16.0, 76.0
RIGHT = WIDTH - EDGE
CELL, CLOCK_CELL, ROW = 23.0, 40.0, 17.0
"""Width of a cell, of one that has room for a clock time, and the height of both."""
COLUMNS = int((RIGHT - LEFT) // CELL)
"""The most sessions of a form without clock times that are drawn: the last ones."""
MOST_ROWS = 300
"""The most items of all forms together that are drawn."""


class Row(NamedTuple):
    """An item: its id, the range of its answers as they are submitted, and what to know of it."""

    item: str
    low: float
    high: float
    is_reversed: bool = False
    is_safety: bool = False
    is_clock: bool = False


Answer = float | str
"""A number, or a clock time as "HH:MM"."""


class Column(NamedTuple):
    """A session with its answers in item order, None where one was not given; `answers` is None
    where only scores came.
    """

    session: int
    answers: Sequence[Answer | None] | None


class FormOfCourse(NamedTuple):
    """A form with its items, and the sessions in which it was filled in, ascending."""

    name: str
    rows: Sequence[Row]
    columns: Sequence[Column]

    @property
    def cell(self) -> float:
        """Return the width of its cells."""
        return CLOCK_CELL if any(row.is_clock for row in self.rows) else CELL


def draw_items(
    forms: Sequence[FormOfCourse], theme: Theme = "auto", language: Words = IN_ENGLISH
) -> str:
    """Return the answers of a course as SVG text, 600 px wide: a table for each form, the shade and
    number of a cell telling the answer.

    A cell without an answer has a dash and no shade, so that it is never taken for a zero.
    """
    title = language.say("drawn.items of course")
    parts = [words(title, EDGE, 30, "head")]
    key, y = _key(forms, 52.0, language)
    parts += key
    taken = 0
    left_out: list[str] = []
    for form in forms:
        taken += len(form.rows)
        if taken > MOST_ROWS and form is not forms[0]:
            left_out.append(form.name)
            continue
        table, y = _table(form, y + 14, language)
        parts += table
    if not forms:
        parts.append(words(language.say("drawn.no form"), EDGE, y + 14, "quiet"))
        y += LINE
    if left_out:
        left = language.say("drawn.left out", forms=", ".join(left_out))
        for row in wrap(left, RIGHT - EDGE):
            y += LINE
            parts.append(words(row, EDGE, y, "quiet"))
    described = " ".join(_said(form, language) for form in forms)
    return document(parts, y + EDGE, title, described, theme)


def _key(forms: Sequence[FormOfCourse], y: float, language: Words) -> tuple[list[str], float]:
    """Return what the cells mean, and where that ends."""
    lowest, highest = (language.say(f"drawn.{end} answer") for end in ("lowest", "highest"))
    parts = [words(lowest, EDGE, y, "quiet")]
    x = EDGE + width_of(lowest) + 6
    for shade in range(SHADES):
        parts.append(element("rect", f"shade{shade}", x=x, y=y - 11, width=14, height=14))
        x += 14
    parts.append(words(highest, x + 6, y, "quiet"))
    x += width_of(highest) + 28
    parts.append(element("rect", "blank", x=x, y=y - 11, width=14, height=14))
    parts.append(words("–", x + 7, y, "", "middle"))
    parts.append(words(language.say("drawn.blank"), x + 20, y, "quiet"))
    marks = _marks(forms, language)
    y += 3 if marks else 0
    for row in wrap("; ".join(marks), RIGHT - EDGE):
        y += LINE
        parts.append(words(row, EDGE, y, "quiet"))
    return parts, y + 8


def _marks(forms: Sequence[FormOfCourse], language: Words) -> list[str]:
    """Return what the marks beside items and sessions mean, of those that there are."""
    items = [item for form in forms for item in form.rows]
    there = {
        "reversed": any(item.is_reversed for item in items),
        "safety": any(item.is_safety for item in items),
        "clock": any(item.is_clock for item in items),
        "scores only": any(one.answers is None for form in forms for one in form.columns),
    }
    return [language.say(f"drawn.{mark}") for mark, is_there in there.items() if is_there]


def _table(form: FormOfCourse, y: float, language: Words) -> tuple[list[str], float]:
    columns = form.columns[-int((RIGHT - LEFT) // form.cell) :]
    parts = [words(form.name, EDGE, y, "name")]
    if len(columns) < len(form.columns):
        told = {"n": len(columns), "all": len(form.columns)}
        note = language.say("drawn.last sessions", **told)
        parts.append(words(note, RIGHT, y, "quiet", "end"))
    top = y + 24
    parts.append(words(language.say("drawn.session"), LEFT - 8, top - 5, "quiet", "end"))
    places = [(LEFT + at * form.cell, column) for at, column in enumerate(columns)]
    for x, column in places:
        label = str(column.session) if column.answers is not None else f"{column.session}*"
        parts.append(words(label, x + form.cell / 2, top - 5, "quiet", "middle"))
    paths: dict[str, list[str]] = {}
    for place, row in enumerate(form.rows):
        at_y = top + place * ROW
        mark = f"{' r' if row.is_reversed else ''}{' !' if row.is_safety else ''}"
        kind = "strong" if row.is_safety else "quiet"
        parts.append(words(f"{row.item}{mark}", LEFT - 8, at_y + 12.5, kind, "end"))
        answers = [(x, one.answers[place]) for x, one in places if one.answers is not None]
        parts += _cells(row, answers, at_y, form.cell, paths, language)
    drawn = [element("path", kind, d="".join(found)) for kind, found in sorted(paths.items())]
    return [*drawn, *parts], top + len(form.rows) * ROW + 6


def _cells(
    row: Row,
    answers: Iterable[tuple[float, Answer | None]],
    y: float,
    wide: float,
    paths: dict[str, list[str]],
    language: Words,
) -> Iterator[str]:
    """Yield what stands in the cells of an item, from their left edges; their grounds go to
    `paths`, by shade. A clock time has none, since no time is more than another.
    """
    ground, base = f"{number(y + 1)}h{number(wide - 2)}v15h-{number(wide - 2)}Z", y + 12.5
    looks: dict[Answer | None, tuple[str | None, str]] = {}
    for x, answer in answers:
        if answer not in looks:
            looks[answer] = _kind(row, answer), _written(answer, language)
        kind, text = looks[answer]
        if kind is not None:
            paths.setdefault(kind, []).append(f"M{number(x + 1)} {ground}")
        yield words(text, x + wide / 2, base, "", "middle")


def _kind(row: Row, answer: Answer | None) -> str | None:
    """Return the ground of a cell, None where it has none."""
    if isinstance(answer, str):
        return None
    return "blank" if answer is None else f"shade{_shade(row, answer)}"


def _written(answer: Answer | None, language: Words) -> str:
    if answer is None:
        return "–"
    return answer if isinstance(answer, str) else figure(answer, language)


def _shade(row: Row, answer: float) -> int:
    if row.low >= row.high:
        return 0
    return round(Span(row.low, row.high).share(answer) * (SHADES - 1))


def _said(form: FormOfCourse, language: Words) -> str:
    """Return a table in words: how many items and sessions, and where answers are missing."""
    sessions = [column for column in form.columns if column.answers is not None]
    blanks = sum(answer is None for column in sessions for answer in column.answers or ())
    alone = len(form.columns) - len(sessions)
    return language.say(
        "drawn.table",
        form=form.name,
        items=len(form.rows),
        n=len(sessions),
        blanks=language.say("drawn.table blanks" if blanks else "drawn.table whole", n=blanks),
        alone=language.say("drawn.table alone", n=alone) if alone else "",
    )
