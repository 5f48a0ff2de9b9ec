"""A form that was imported is scored from responses to the form it was made of."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.definitions.catalog import load_catalog
from service.fhir.canonical import Names
from service.fhir.importing.draft import draft_of
from service.fhir.operation import Asked, ScoreOperation
from tests.fhir.importing.forms import CODES, choice, confirmed, form, weight
from tests.fhir.payloads import FREQUENCY, LOINC, OURS, coded, issues, item, response, scores

Json = dict[str, Any]

PLAIN, REVERSED = (0, 1, 2, 3), (3, 2, 1, 0)


def question(link_id: str, weights: tuple[int, ...], **members: object) -> Json:
    answers = [
        {**coded(code), "extension": [weight(value, "ordinalValue")]}
        for code, value in zip(FREQUENCY, weights, strict=True)
    ]
    return choice(link_id, answers, **members)


def operation(folder: Path, asked: Json) -> ScoreOperation:
    """Return the operation over what was imported and confirmed."""
    draft = draft_of(asked, name="imported")
    assert draft.definition is not None, draft.faults
    (folder / "imported.json").write_text(json.dumps(confirmed(draft.definition)))
    return ScoreOperation(load_catalog(folder), Names(OURS))


@pytest.mark.parametrize("style", ["{}", "/{}", "q{}"])
def test_codes_of_answers_have_the_weights_of_the_form(tmp_path: Path, style: str):
    keyed = [PLAIN, REVERSED, PLAIN, REVERSED, PLAIN]
    links = [style.format(code) for code in CODES]
    asked = form(
        *(
            question(link, weights, code=[{"system": LOINC, "code": code}])
            for link, weights, code in zip(links, keyed, CODES, strict=True)
        )
    )
    chosen = (3, 3, 1, 0, 2)
    given = [
        item(link if style != "q{}" else code, coded(FREQUENCY[place]))
        for link, code, place in zip(links, CODES, chosen, strict=True)
    ]
    made = operation(tmp_path, asked)
    bundle = made.bundle(made.score(response(given), Asked(strict=True)))
    # 3 + 0 (the fourth answer of a reversed item) + 1 + 3 + 2
    assert scores(bundle) == {"total": 9}
    assert issues(bundle) == []
