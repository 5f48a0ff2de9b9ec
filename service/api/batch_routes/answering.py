"""A line of answer for each line that came, in its order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from werkzeug.wrappers import Request

from service.api.batch_routes.lines import BodyCut, Line, Sent, too_long_line
from service.api.batch_routes.tally import Tally
from service.api.batch_routes.writing import CSV, NDJSON, Writer
from service.api.problems import Problem, invalid_request
from service.scoring.issue import Issue
from service.strict.quick import quick_loads
from service.strict.reader import DETAILS, UnreadableJSON

CUT = Problem(400, "incomplete_body", DETAILS["incomplete_body"])
_KINDS = {
    NDJSON: NDJSON,
    "application/ndjson": NDJSON,
    "application/jsonl": NDJSON,
    "application/x-jsonlines": NDJSON,
    CSV: CSV,
}
_CHUNK = 65_536


def kind_of(asked: Request, kinds: Sequence[str]) -> str:
    """Return the kind of a body, NDJSON or CSV. Raises Problem 415 where it is none of `kinds`,
    compressed or not UTF-8.
    """
    kind = _KINDS.get(asked.mimetype, "")
    is_plain = asked.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() == "identity"
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
    if kind not in kinds or not is_plain or charset not in ("utf-8", "utf8"):
        names = " or ".join(kinds)
        detail = f"Send Content-Type: {names}, in UTF-8, without Content-Encoding."
        raise Problem(415, "unsupported_media_type", detail, headers={"Accept": ", ".join(kinds)})
    return kind


def own_reference(document: dict[str, Any]) -> object:
    """Return the reference that a document of ours carries."""
    return document.get("reference")


def read_documents(
    lines: Iterable[Line], reference_of: Callable[[dict[str, Any]], object] = own_reference
) -> Iterator[Sent]:
    """Yield what each line of NDJSON holds."""
    for number, raw in lines:
        if raw is None:
            yield Sent(number, too_long_line())
            continue
        if raw.isspace():
            continue
        try:
            document = quick_loads(raw)
        except UnreadableJSON as unreadable:
            yield Sent(number, Problem(400, unreadable.code, unreadable.in_line(number).sentence))
            continue
        if isinstance(document, dict):
            yield Sent(number, document, reference_of(document))
        else:
            detail = "A line must be one JSON object."
            yield Sent(number, invalid_request([Issue((), "wrong_type", detail)]))


def in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield many small parts as few large ones."""
    held, n_bytes = [], 0
    for part in parts:
        held.append(part)
        n_bytes += len(part)
        if n_bytes >= _CHUNK:
            yield b"".join(held)
            held, n_bytes = [], 0
    if held:
        yield b"".join(held)


def answer_lines(
    documents: Iterable[Sent],
    answer: Callable[[dict[str, Any], tuple[str, ...]], bytes],
    writer: Writer,
    tally: Tally,
) -> Iterator[bytes]:
    """Yield the lines of an answer: what `answer` returns for each document and the items whose
    codes mean missing, or a problem, which it raises and counts itself.
    """
    yield writer.head()
    number = 0
    try:
        for number, document, reference, declared in documents:
            if isinstance(document, Problem):
                tally.refused(document, None)
                yield writer.problem(number, document, reference)
                continue
            try:
                yield answer(document, declared)
            except Problem as problem:
                yield writer.problem(number, problem, reference)
    except BodyCut:
        tally.refused(CUT, None)
        yield writer.problem(number + 1, CUT, None)
    yield writer.end(tally)
