"""Answers that say that nothing is known are never summed: HoNOS, HoNOS 65+ and HoNOSCA.

Keys and ranges are typed from CamCOPS (honos.py) and the Australian registry METEOR; sums are
arithmetic.
"""

import pytest

from service.fhir.canonical import Names
from service.fhir.publishing.questionnaire import ITEM_WEIGHT, write_questionnaire
from tests.shipped import CATALOG, faults, score, values

KEYS = {
    "honos": {
        "behaviour": range(1, 4),
        "impairment": range(4, 6),
        "symptoms": range(6, 9),
        "social": range(9, 13),
        "total": range(1, 13),
    },
    "honos-65": {"total": range(1, 13)},
    "honosca": {"total": range(1, 14), "section-b": range(14, 16), "all-15": range(1, 16)},
}
CASES = [(form, scale, key) for form, scales in KEYS.items() for scale, key in scales.items()]


@pytest.mark.parametrize(("form", "scale", "key"), CASES)
def test_every_item_moves_the_scales_of_its_key_and_no_other(form, scale, key):
    count = len(CATALOG.get(form).instrument.items)
    moved = {
        item for item in range(1, count + 1)
        if values(form, {**dict.fromkeys(map(str, range(1, count + 1)), 1), str(item): 4})[scale]
        == len(key) + 3
    }  # fmt: skip
    assert moved == set(key)
    assert values(form, [4] * count)[scale] == 4 * len(key)


@pytest.mark.parametrize(("form", "scale", "key"), CASES)
def test_a_scale_with_an_item_that_is_not_known_has_no_score(form, scale, key):
    count = len(CATALOG.get(form).instrument.items)
    for item in range(1, count + 1):
        answers = {str(number): 2 for number in range(1, count + 1)} | {str(item): 9}
        report = score(form, answers)
        expected = None if item in key else 2 * len(key)
        assert report["scores"][scale]["value"] == expected
        assert report["missing"] == [str(item)]
        assert report["answered"] == count - 1
        assert [(one["code"], one["items"]) for one in report["warnings"]] == [
            ("answers_not_known", [str(item)])
        ]


def test_not_known_and_blank_have_the_same_scores_and_are_told_apart():
    unknown = score("honos", [9] + [1] * 11)
    blank = score("honos", [None] + [1] * 11)
    assert unknown["scores"] == blank["scores"]
    assert unknown["result_id"] != blank["result_id"]
    assert blank["warnings"] == []


@pytest.mark.parametrize("answer", [5, 7, 8, 10])
def test_only_nine_says_that_nothing_is_known(answer):
    assert faults("honos", {"1": answer, "2": 0}) == {("/answers/1", "value_not_allowed")}


def test_not_known_is_an_answer_without_weight_in_the_questionnaire():
    form = write_questionnaire(CATALOG.get("honos"), Names("urn:test"))
    options = form["item"][0]["answerOption"]
    weights = [one.get("extension", [{}])[0].get("valueDecimal") for one in options]
    assert weights == [0, 1, 2, 3, 4, None]
    assert options[5]["valueCoding"]["display"] == "Not known"
    assert options[4]["extension"][0]["url"] == ITEM_WEIGHT
