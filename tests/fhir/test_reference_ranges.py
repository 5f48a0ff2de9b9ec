"""The bands beside a score are those for the person whose score it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.definitions.catalog import load_catalog
from service.fhir.canonical import Names
from service.fhir.operation import Asked, ScoreOperation
from tests.builders import SITE, make_definition
from tests.fhir.payloads import OURS, item, observation, ours, parameters, response

Json = dict[str, Any]


def halves(limit: int, high: str = "High", **whom: object) -> Json:
    """Return a set of two bands, the upper from `limit` on."""
    bands = [
        {"id": "low", "label": "Low", "min": 0, "max": limit - 1},
        {"id": "high", "label": high, "min": limit, "max": 9},
    ]
    return {"system": "halves", "bands": bands, **whom, **SITE}


@pytest.fixture
def operation(tmp_path: Path) -> ScoreOperation:
    """The invented form with bands of one name for women, men and boys."""
    definition = make_definition()
    adults = {"age": {"min": 18, "max": None}}
    boys = {"age": {"min": 6, "max": 17}}
    definition["scales"][0]["bands"] += [
        halves(3, "High of women", sex="female", **adults),
        halves(4, sex="male", **adults),
        halves(5, sex="male", **boys),
    ]
    (tmp_path / "invented.json").write_text(json.dumps(definition))
    return ScoreOperation(load_catalog(tmp_path), Names(OURS))


def scored(operation: ScoreOperation, sex: str | None, age: float | None) -> Json:
    """Return the Observation of a score of 4."""
    form = response(
        [item(name, {"valueInteger": 1}) for name in ("1", "2", "3", "4")], ours("invented-form")
    )
    told = [("questionnaire-response", {"resource": form})]
    told += [("subject-sex", {"valueCode": sex})] if sex else []
    told += [("subject-age", {"valueDecimal": age})] if age is not None else []
    return observation(operation.bundle(operation.score(parameters(*told), Asked())))


def limits(operation: ScoreOperation, sex: str | None, age: float | None) -> list[float]:
    """Return where the upper band beside the score begins, for each set of `halves`."""
    return [
        one["low"]["value"]
        for one in scored(operation, sex, age)["referenceRange"]
        if one.get("text") in ("High (halves)", "High of women (halves)")
    ]


@pytest.mark.parametrize(
    ("sex", "age", "expected"),
    [
        ("female", 18, [3]),
        ("male", 18, [4]),
        ("male", 17.99, [5]),
        ("male", 6, [5]),
        ("male", 5.99, []),
        ("female", 17, []),
        ("other", 40, []),
        (None, 40, []),
        ("male", None, []),
        (None, None, []),
    ],
)
def test_bands_are_shown_only_to_those_whom_they_are_for(
    operation: ScoreOperation, sex: str | None, age: float | None, expected: list[float]
):
    assert limits(operation, sex, age) == expected


@pytest.mark.parametrize(
    ("sex", "age", "expected"),
    [("female", 18, "High of women"), ("male", 18, "High"), ("male", 17, "Low")],
)
def test_a_band_bears_the_name_that_its_own_set_gives_it(
    operation: ScoreOperation, sex: str, age: float, expected: str
):
    found = [one["coding"][0] for one in scored(operation, sex, age)["interpretation"]]
    assert [one["display"] for one in found if one["code"].startswith("halves.")] == [expected]
