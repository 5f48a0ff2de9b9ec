"""Null stands for "not given" in every optional member of every request."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema

from service.api.envelopes import MonitorEnvelope, NamedScoreEnvelope, ScoreEnvelope
from service.strict.fields import ObjectOf, schema_of

FORM = {"answers": [0, 1, 2, 3, 0, 1, 2, 3, 1]}
REQUESTS = {
    ScoreEnvelope: ("/v1/instruments/phq-9/score", FORM),
    NamedScoreEnvelope: ("/v1/score", {**FORM, "instrument": "phq-9"}),
    MonitorEnvelope: (
        "/v1/monitor",
        {"sessions": [{"number": 1, "forms": [{**FORM, "instrument": "phq-9"}]}]},
    ),
}


def optional(shape: type[Schema], *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of every optional member, through the objects in it."""
    for name, field in schema_of(shape).fields.items():
        if not field.required:
            yield (*path, name)
        if isinstance(field, ObjectOf):
            yield from optional(type(field.schema), *path, name)


CASES = [(shape, path) for shape in REQUESTS for path in optional(shape)]


@pytest.mark.parametrize(("shape", "path"), CASES, ids=str)
def test_an_optional_member_may_be_null(client: FlaskClient, shape: type[Schema], path):
    url, body = REQUESTS[shape]
    expected = client.post(url, json=body).json
    *above, name = path
    member = {name: None}
    for outer in reversed(above):
        member = {outer: member}
    if path == ("baseline", name):
        member["baseline"] |= {"scores": {"total": 9}} if name != "scores" else FORM
    sent = {**body, **member} if name != "instrument" else body | member | {"instrument": "phq-9"}
    answer = client.post(url, json=sent)
    assert answer.status_code == 200, answer.json
    if path[0] != "baseline" or len(path) == 1:
        got, known = answer.json, dict(expected)
        got.pop("result_id"), known.pop("result_id")
        assert got == known
