"""Forms that others have published become drafts. The files are not part of the project: without
them these tests are skipped.
"""

import pytest

from service.fhir.importing.draft import draft_of
from service.scoring.answers import Submission
from tests.fhir.importing.forms import bundle, checked
from tests.fhir.test_public_samples import SAMPLES, sample

pytestmark = pytest.mark.skipif(SAMPLES is None, reason="the samples are not here")


@pytest.mark.parametrize(
    ("name", "n_items", "highest"),
    [
        ("lforms-questionnaire-apgar-itemweight", 5, 10),  # five signs, 0 to 2 each
        ("lforms-questionnaire-phq9-weight", 9, 27),
        ("us-core-questionnaire-phq9", 9, 27),
        ("refero-questionnaire-section-score", None, None),
    ],
)
def test_a_published_form_becomes_a_draft(name: str, n_items: int | None, highest: int | None):
    definition = draft_of(sample(name)).definition
    assert definition is not None
    for response_set in definition["response_sets"].values():  # as an author fills them in
        for number, option in enumerate(response_set.get("options", ())):
            if isinstance(option["value"], str):
                option["value"] = number
    made = checked(definition)
    assert made.scorer is not None, made.faults
    if n_items is None:
        return
    (scale,) = definition["scales"]
    assert len(scale["items"]) == n_items
    tops = {
        one["id"]: definition["response_sets"][one["response_set"]]["options"][-1]["value"]
        for one in definition["items"]
        if one["id"] in scale["items"]
    }
    assert made.scorer.score(Submission(tops))["scores"]["total"]["value"] == highest


def test_a_form_whose_value_set_came_along():
    form = sample("mii-questionnaire-phq9-extractable")
    alone = draft_of(form)
    assert alone.definition is None
    together = draft_of(bundle(form, sample("mii-valueset-ll358-3-ordinal"))).definition
    assert together is not None
    first = together["response_sets"][together["items"][0]["response_set"]]
    assert [(one["code"], one["value"]) for one in first["options"]] == [
        ("LA6568-5", 0),
        ("LA6569-3", 1),
        ("LA6570-1", 2),
        ("LA6571-9", 3),
    ]
    assert len(together["scales"][0]["items"]) == 9
