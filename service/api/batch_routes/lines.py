"""The lines of a long body, one at a time."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from werkzeug.wrappers import Request
from werkzeug.wsgi import get_input_stream

from service.api.problems import Problem
from service.operations.facts import facts_of

LONGEST_LINE = 262_144
_PIECE = 65_536


class Line(NamedTuple):
    """One line that is not blank: its number, from 1, and its bytes without the line break; None:
    it is too long. Tabs may be the cells of a row, so they make no line blank.
    """

    number: int
    raw: bytes | None


class Sent(NamedTuple):
    """What came in one line: its number, its document or its problem, the caller's reference as it
    was sent, and the items whose cells were codes for missing.
    """

    number: int
    document: dict[str, Any] | Problem
    reference: object = None
    declared_missing: tuple[str, ...] = ()


def too_long_line() -> Problem:
    """Return the problem of a line that is longer than allowed."""
    return Problem(413, "too_large", f"A line may have at most {LONGEST_LINE} bytes.")


class BodyCut(Exception):
    """The body ended before the end that was announced."""


def read_pieces(asked: Request, most_bytes: int) -> Iterator[bytes]:
    """Return a body piece by piece. Raises Problem 413 at once where it is longer than allowed; the
    pieces end with BodyCut where the caller went away.

    A body whose length nobody knows is read whole before its first piece is given out: how long it
    is decides how it is answered.
    """
    too_long = Problem(413, "too_large", f"The body may have at most {most_bytes} bytes.")
    length = _length(asked)
    if length is not None and length > most_bytes:
        raise too_long
    pieces = _counted(asked, most_bytes, length)
    if length is not None:
        return pieces
    held: list[bytes] = []
    try:
        held.extend(pieces)
    except OverflowError:
        raise too_long from None
    except BodyCut:
        raise _incomplete() from None
    return iter(held)


def _length(asked: Request) -> int | None:
    """Return how long a body is, by its head or, where it came in chunks, by the server that has
    collected it. Raises Problem 400 where the server knows that it is cut.
    """
    length = asked.content_length
    if length is None:
        length = getattr(asked.environ["wsgi.input"], "n_bytes", None)
    if length is not None and length < 0:
        raise _incomplete()
    return length


def _incomplete() -> Problem:
    return Problem(400, "incomplete_body", "The body ended early or was wrongly framed.")


def _counted(asked: Request, most_bytes: int, length: int | None) -> Iterator[bytes]:
    """Yield the body's pieces. Raises BodyCut, or OverflowError beyond the greatest length."""
    stream, facts = get_input_stream(asked.environ), facts_of(asked.environ)
    n_bytes = 0
    while True:
        try:
            # No more than shows that it is too long: more may not have come.
            piece = stream.read(min(_PIECE, most_bytes + 1 - n_bytes))
        except Exception:  # each server has its own for a broken chunk or a caller that went away
            raise BodyCut from None
        if not piece:
            break
        n_bytes += len(piece)
        facts.bytes_in = n_bytes
        if n_bytes > most_bytes:
            raise OverflowError
        yield piece
    if length is not None and n_bytes < length:
        raise BodyCut


def split_lines(pieces: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[Line]:
    """Yield the lines of a body that are not blank. A line longer than `longest` bytes is never
    held.
    """
    number, rest, is_too_long = 1, b"", False
    for piece in pieces:
        first, *others = piece.split(b"\n")
        if len(rest) + len(first) > longest + 1:  # one for a carriage return
            rest, is_too_long = b"", True
        else:
            rest += first
        for part in others:
            yield from _line(number, rest, longest, is_too_long=is_too_long)
            number, rest, is_too_long = number + 1, part, False
    yield from _line(number, rest, longest, is_too_long=is_too_long)


def _line(number: int, raw: bytes, longest: int, *, is_too_long: bool) -> Iterator[Line]:
    raw = raw.removesuffix(b"\r")
    if is_too_long or len(raw) > longest:
        yield Line(number, None)
    elif raw.strip(b" \r"):
        yield Line(number, raw)
