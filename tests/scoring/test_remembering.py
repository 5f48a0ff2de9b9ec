"""What scorers remember: bounded in bytes over all of them, and never another form's score."""

import gc
import tracemalloc
from random import Random
from sys import getsizeof

import pytest

from service.scoring.answers import Submission
from service.scoring.applicability import Applicability
from service.scoring.instrument import Cutoff
from service.scoring.remembering import Memory, bytes_of
from service.scoring.report import Scorer
from tests.scoring.definitions_drawn import random_answers
from tests.scoring.forms import instrument, items, scale
from tests.scoring.test_oracle import SHIPPED

BOUND = 300_000


def drawn_form(entry, chance):
    """Return a random form of a random respondent, compared with whatever norms."""
    return Submission(
        random_answers(entry.document, chance),
        perspective=next(iter(entry.instrument.perspectives), None),
        age=chance.choice([None, chance.randint(0, 99), round(chance.uniform(0, 99), 1)]),
        sex=chance.choice([None, "female", "male", "other"]),
        norms=chance.choice([None, (), ("*",)]),
    )


def test_what_is_remembered_stays_within_its_bytes_over_all_instruments(catalog):
    """Forms of all ages on all instruments, far more than there is room for."""
    memory, chance = Memory(BOUND), Random(1)
    entries = [catalog.get(name) for name in SHIPPED]
    scorers = [(entry, Scorer(entry.instrument, memory)) for entry in entries]
    forms = [(scorer, drawn_form(entry, chance)) for entry, scorer in scorers for _ in range(15)]
    chance.shuffle(forms)
    gc.collect()
    tracemalloc.start()
    for scorer, form in forms:
        scorer.score(form)
    gc.collect()
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.4 * BOUND < allocated < BOUND


def test_a_catalogue_shares_one_memory(catalog):
    assert len({id(entry.scorer.memory) for entry in catalog.entries()}) == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_remembered_for_one_age_is_what_another_is_told(catalog, name):
    """A memory that everybody shares gives the reports of one that nothing stays in."""
    entry, chance = catalog.get(name), Random(name)
    shared, forgetful = Scorer(entry.instrument), Scorer(entry.instrument, Memory(0))
    answers = [random_answers(entry.document, chance) for _ in range(3)]
    for _ in range(60):
        form = drawn_form(entry, chance)._replace(answers=chance.choice(answers))
        assert shared.score(form) == forgetful.score(form)
    assert len(shared.memory) > 0 == len(forgetful.memory)


def test_what_is_asked_for_again_outlives_what_is_not():
    memory = Memory(20_000)
    memory.keep("asked for", [1.5])
    for number in range(1000):
        memory.keep(("never again", number), [float(number)])
        assert memory.recall("asked for") == [1.5]
    assert memory.recall(("never again", 0)) is None
    assert len(memory) < 100


@pytest.mark.parametrize(("most_bytes", "most"), [(4480, 20), (4479, 18), (4032, 18)])
def test_two_generations_share_the_bytes(most_bytes, most):
    """A number under a name takes 224 bytes: 200 for its entry and 24 for itself."""
    assert getsizeof(1.5) == 24
    memory, kept = Memory(most_bytes), []
    for number in range(100):
        memory.keep(f"n{number}", number + 0.5)
        kept.append(len(memory))
    assert max(kept) == most
    assert min(kept[most:]) == most // 2 + 1


@pytest.mark.parametrize("shared", [None, "text", 5, True])
def test_what_is_shared_with_a_definition_takes_no_bytes(shared):
    assert bytes_of(shared) == 0
    assert bytes_of((shared, shared)) == getsizeof((1, 2))
    assert bytes_of({"a": shared}) == getsizeof({"a": 1})


@pytest.mark.parametrize(("most_bytes", "kept"), [(448, 1.5), (447, None), (0, None)])
def test_a_value_may_fill_a_generation(most_bytes, kept):
    memory = Memory(most_bytes)
    memory.keep("name", 1.5)
    assert memory.recall("name") == kept
    assert len(memory) == (0 if kept is None else 1)


def test_what_is_larger_than_the_memory_is_not_kept():
    memory = Memory(2_000)
    memory.keep("small", [1.5])
    memory.keep("large", [float(number) for number in range(1000)])
    assert (memory.recall("large"), memory.recall("small")) == (None, [1.5])


def test_bytes_are_counted_at_every_depth():
    flat, deep = bytes_of([1.5, 2.5]), bytes_of({"a": [1.5, 2.5], "b": (1.5, None, "text")})
    assert flat > 2 * bytes_of(1.5) > 0
    assert deep > flat + bytes_of((1.5, None, "text"))


def test_ages_that_no_number_tells_apart_are_one_case():
    """A cut-off for women of 18 to 65, in completed years: who is not one of them, and why."""
    group = Applicability(18, 65, "female")
    limited = scale(cutoffs=(Cutoff("line", ">=", 3, "invented", applies_to=group),))
    form = instrument(items(3), limited)
    cases = [form.misfits(age, "female") for age in (0, 17.9, 18, 40, 65, 65.9, 66, 120)]
    assert cases == [("other_age",)] * 2 + [(None,)] * 4 + [("other_age",)] * 2
    assert len({form.misfits(40, sex) for sex in ("female", "male", "other", None)}) == 3
    assert form.misfits(None, "female") not in cases
