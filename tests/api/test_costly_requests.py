"""No body buys more than a second of processor time: what would is refused first, with the limit.

The requests run in a process of their own with a limit of the system on its time, so that a body
that takes minutes fails the test and does not stop it.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from service.definitions.check import check_definition
from service.definitions.checks.parts import Parts
from service.definitions.limits import (
    MOST_EXAMPLE_WORK,
    MOST_VALUES,
    check_size,
    check_work,
    form_work,
)
from service.scoring.answers import Submission
from tests.definitions.costly import COSTLY, COURSES, MOST_BYTES, bare, example, ids, summed

MOST_SECONDS = 1.0

SENT = """
import json, os, time
from service.app import create_app
from service.settings import Settings
from service.scoring.answers import Submission
from tests.definitions.costly import COSTLY, COURSES
from tests.sources.mappings import deep_walk

client = create_app(Settings(), log_fd=os.open(os.devnull, os.O_WRONLY)).test_client()

def post(path, body):
    raw = json.dumps(body, separators=(",", ":")).encode()
    started = time.process_time()
    answer = client.post(path, data=raw, content_type="application/json")
    return answer.status_code, time.process_time() - started, len(raw)

found = {}
for name, make in COSTLY.items():
    definition = make()
    answers = definition["examples"][0]["answers"]
    form = {"definition": definition, "answers": answers, "norms": ["*"]}
    found[f"check {name}"] = post("/v1/definitions/check", definition)
    form["baseline"] = {"answers": answers}
    found[f"score {name}"] = post("/v1/score?working=true", form)
for name, make in COURSES.items():
    found[f"monitor {name}"] = post("/v1/monitor?rules=all", make())
nothing = {"mapping": deep_walk(), "payload": {"answers": [{}] * 85_000}}
found["map nothing"] = post("/v1/sources/score", nothing)
print(json.dumps(found))
"""
NAMES = [f"{route} {name}" for route in ("check", "score") for name in COSTLY]
NAMES += [*(f"monitor {name}" for name in COURSES), "map nothing"]


def limit_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))


@pytest.fixture(scope="module")
def sent():
    """Return status, processor seconds and bytes of every request."""
    done = subprocess.run(
        [sys.executable, "-c", SENT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        preexec_fn=limit_time,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_no_body_buys_more_than_a_second(sent, name):
    status, seconds, n_bytes = sent[name]
    assert status in (200, 422)
    assert n_bytes <= MOST_BYTES
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize("name", ["composites of composites, 200 examples", "wide sums"])
def test_what_is_too_much_work_is_refused_with_its_limit(client, refused, name):
    definition = COSTLY[name]()
    sent = {"definition": definition, "answers": definition["examples"][0]["answers"]}
    problem = refused(client.post("/v1/score", json=sent), 422, "invalid_definition")
    assert problem["errors"]
    for fault in problem["errors"]:
        assert fault["code"] == "too_much_work"
        assert f"at most {fault['allowed']['maximum']} are allowed" in fault["detail"]


def test_values_are_counted_to_the_last():
    document = {"a": [1, 2], "b": {"c": None}}  # the object, two members, two elements, one member
    assert list(check_size(document)) == []
    longest = [0] * (MOST_VALUES - 1)
    assert list(check_size(longest)) == []
    [fault] = check_size([*longest, 0])
    assert (fault.path, fault.code) == ((), "too_many_values")


def test_examples_are_weighed_to_the_last_step():
    """A scale of 100 terms in 999 and in 1001 examples, with 100,000 steps allowed."""
    for count, faults in ((1000, 0), (1001, 1)):
        examples = [example([1] * 100)] * count
        parts = Parts(bare(100, scales=[summed("total", ids(100))], examples=examples))
        assert form_work(parts) == 100
        assert len(list(check_work(parts))) == faults
    assert MOST_EXAMPLE_WORK == 100 * 1000


def test_what_is_shipped_is_far_below_every_limit(catalog):
    for entry in catalog.entries():
        parts = Parts(dict(entry.document))
        work = form_work(parts) * len(entry.document["examples"])
        assert work < MOST_EXAMPLE_WORK / 4, entry.instrument.id
        fivefold = {**entry.document, "notes": [entry.document] * 4}
        assert list(check_size(fivefold)) == [], entry.instrument.id


def test_composites_of_composites_are_scored_as_they_were():
    """Work that scales share is done once; the sums are those of all leaves: 10 times 40 items."""
    definition = COSTLY["few composites of composites"]()
    scorer = check_definition(definition).scorer
    assert scorer is not None
    scores = scorer.score(Submission([1] * 40))["scores"]
    assert (scores["a0"]["value"], scores["b0"]["value"], scores["c0"]["value"]) == (4, 40, 400)
    assert (scores["c9"]["minimum"], scores["c9"]["maximum"]) == (0, 1200)
