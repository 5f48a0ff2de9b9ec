"""The worst lines of batches, and the worst whole batches."""

from collections.abc import Iterator

import orjson

from benchmarks.limits.calls import CSV, NDJSON, Call
from benchmarks.limits.courses import courses
from benchmarks.limits.filled import BATCH, BODY, repeated
from benchmarks.limits.forms import faulty_forms
from service.definitions.catalog import Catalog

DEAREST = (
    "14 forms of the alliance, scores",
    "14 forms of the alliance, norms",
    "20 forms short",
    "20 forms with many scales, scores",
    "unknown forms",
    "forms like known ones",
    "unknown answers",
    "options",
)
"""Courses that cost most where each is a request of its own: a line does the same work."""


def lines(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield batches of one line: what one costs, others wait for."""
    for name, call in faulty_forms(catalog):
        path = "/v1/batch"
        if "/instruments/" in call.path:
            path += f"?instrument={call.path.split('/')[3]}"
        yield f"line: {name}", Call("POST", path, call.body, NDJSON)
    for name, make in courses(catalog):
        if name in DEAREST:
            line = orjson.dumps(make())
            yield f"line of a course: {name}", Call("POST", "/v1/batch/monitor", line, NDJSON)
    header = ",".join(f"x{k}" for k in range(1000)).encode()
    yield "line: unknown columns", Call("POST", "/v1/batch?instrument=rcads-47", header, CSV)
    wide = b"," * (BODY - 1)
    yield "line: many columns", Call("POST", "/v1/batch?instrument=phq-9", wide, CSV)
    quoted = b"1,2,3,4,5,6,7,8,9,10\n" + (b'"' * 13_001 + b"\n") * 20
    yield "line: quotation marks", Call("POST", "/v1/batch?instrument=phq-9", quoted, CSV)


def wholes(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield long batches, for their memory: their time is that of many lines, and what one of the
    greatest length is held in is the server's matter.
    """
    path = "/v1/batch?instrument=phq-9"
    form = b'{"answers":[1,1,1,1,1,1,1,1,1,1]}'
    yield "batch of forms", Call("POST", path, repeated([form], BATCH // 64), NDJSON)
    yield "batch of nothing", Call("POST", path, b"\n" * (BATCH // 16), NDJSON)
    yield "batch of one line", Call("POST", path, b"x" * BATCH, NDJSON)
    yield "batch of faults", Call("POST", path, repeated([b"[]"], BATCH // 64), NDJSON)
    head = b"1,2,3,4,5,6,7,8,9,10\n"
    yield (
        "table of forms",
        Call("POST", path, repeated([b"1,1,1,1,1,1,1,1,1,1"], BATCH // 64, head), CSV),
    )
    marks = repeated([b'"1,1,1,1,1,1,1,1,1,1'], BATCH // 64, head)
    yield "table of quotation marks", Call("POST", path, marks, CSV)
