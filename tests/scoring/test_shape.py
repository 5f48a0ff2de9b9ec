"""A report has every member that its shape names, and no other."""

from random import Random

import pytest

from service.scoring.answers import Baseline, Submission
from service.scoring.report_shape import ScoreReport
from tests.scoring.definitions_drawn import random_answers
from tests.scoring.test_oracle import SHIPPED
from tests.shapes import faults, validator

SHAPE = validator(ScoreReport)


def test_what_is_shown_is_a_fault_of_a_shape():
    """The tests below rest on it."""
    assert [*faults({}, SHAPE)]
    assert [*faults([], SHAPE)]


@pytest.mark.parametrize("name", sorted(SHIPPED)[::4])
def test_a_report_has_the_members_of_its_shape(catalog, name):
    entry, chance = catalog.get(name), Random(name)
    for age, sex in ((None, None), (40, "female"), (12, "male")):
        answers, before = (random_answers(entry.document, chance) for _ in range(2))
        rater = next(iter(entry.instrument.perspectives), None)
        form = Submission(
            answers, perspective=rater, age=age, sex=sex, norms=("*",), baseline=Baseline(before)
        )
        assert [*faults(entry.scorer.score(form, working=True), SHAPE)] == []
