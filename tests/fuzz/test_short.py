"""The four ways in, with a few made-up inputs each. `make stress ONLY=fuzz` sends a million that
are guided by coverage.
"""

import json
import random

import orjson
import pytest

from service.app import Service
from tests.fuzz.claims import Caller, dumps
from tests.fuzz.mutator import Mutator
from tests.fuzz.targets import TARGETS

INPUTS = {"form": 600, "resource": 400, "course": 200, "definition": 60}
SEED = 1


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_sent_no_claim_is_broken(
    app: Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target, caller = TARGETS[name], Caller(app)
    mutator, chance = Mutator(list(target.seeds(app))), random.Random(SEED)
    monkeypatch.setattr(orjson, "dumps", dumps)
    for number in range(INPUTS[name]):
        valid = json.dumps(chance.choice(mutator.seeds)).encode()
        target.look(caller, mutator.mutate(valid, number, lambda text: text[: len(text) // 2]))
    assert {200, 400} <= caller.n_answers.keys()
    assert sum(caller.n_answers.values()) >= INPUTS[name]
