"""Keys of forms of routine care, typed from their public sources and not from the definitions:
every item moves the scales of its key by what its answers are worth there, and no other.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.shipped import document, score


class Key(NamedTuple):
    """A printed key: scales with their items, items that are turned round, what the answers are
    worth (of all items, or of one), and whether a scale is the sum, the mean or the highest of its
    items; whether the total is the mean of the others.
    """

    scales: dict[str, tuple[int, ...]]
    n_items: int
    worth: dict[int, int]
    turned: tuple[int, ...] = ()
    apart: Mapping[int, dict[int, int]] = MappingProxyType({})
    mean: bool = False
    highest: bool = False
    means_of_all: bool = False

    def of(self, item: int, answer: int) -> int:
        """Return what an answer of an item is worth."""
        worth = self.apart.get(item, self.worth)
        if item in self.turned:
            return min(worth.values()) + max(worth.values()) - worth[answer]
        return worth[answer]

    def score(self, items: tuple[int, ...], answers: dict[str, int]) -> Fraction:
        """Return the score of a scale."""
        worths = [self.of(item, answers[str(item)]) for item in items]
        if self.highest:
            return Fraction(max(worths))
        return Fraction(sum(worths), len(worths) if self.mean else 1)

    def answers(self, item: int) -> list[int]:
        """Return the answers of an item, those worth least first."""
        return sorted(self.apart.get(item, self.worth), key=lambda answer: self.of(item, answer))


def steps(low: int, high: int, by: int = 1) -> dict[int, int]:
    return {answer: answer for answer in range(low, high + 1, by)}


def total(count: int) -> dict[str, tuple[int, ...]]:
    return {"total": tuple(range(1, count + 1))}


EAT_SYMPTOM = {0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 3}
AGREE, DISAGREE = {0: 0, 1: 0, 2: 1, 3: 1}, {0: 1, 1: 1, 2: 0, 3: 0}

KEYS = {
    "smfq": Key(total(13), 13, steps(0, 2)),
    "smfq-parent": Key(total(13), 13, steps(0, 2)),
    "asrm": Key(total(5), 5, steps(0, 4)),
    "cage": Key(total(4), 4, steps(0, 1)),
    "fast": Key(total(4), 4, steps(0, 4), apart={4: steps(0, 4, 2)}),
    "pgsi": Key(total(9), 9, steps(0, 3)),
    "cudit-r": Key(total(8), 8, steps(0, 4), apart={8: steps(0, 4, 2)}),
    "eat-26": Key(
        {
            "dieting": (1, 6, 7, 10, 11, 12, 14, 16, 17, 22, 23, 24, 26),
            "bulimia": (3, 4, 9, 18, 21, 25),
            "oral-control": (2, 5, 8, 13, 15, 19, 20),
            **total(26),
        },
        26,
        EAT_SYMPTOM,
        apart={26: {0: 3, 1: 2, 2: 1, 3: 0, 4: 0, 5: 0}},
    ),
    "aq-10": Key(total(10), 10, DISAGREE, apart=dict.fromkeys((1, 7, 8, 10), AGREE)),
    "scs": Key(
        {
            "self-kindness": (5, 12, 19, 23, 26),
            "self-judgement": (1, 8, 11, 16, 21),
            "common-humanity": (3, 7, 10, 15),
            "isolation": (4, 13, 18, 25),
            "mindfulness": (9, 14, 17, 22),
            "over-identification": (2, 6, 20, 24),
        },
        26,
        steps(1, 5),
        turned=(1, 8, 11, 16, 21, 4, 13, 18, 25, 2, 6, 20, 24),
        mean=True,
        means_of_all=True,
    ),
    "scs-sf": Key(
        {
            "self-kindness": (2, 6),
            "self-judgement": (11, 12),
            "common-humanity": (5, 10),
            "isolation": (4, 8),
            "mindfulness": (3, 7),
            "over-identification": (1, 9),
        },
        12,
        steps(1, 5),
        turned=(1, 4, 8, 9, 11, 12),
        mean=True,
        means_of_all=True,
    ),
    "ffmq-39": Key(
        {
            "observing": (1, 6, 11, 15, 20, 26, 31, 36),
            "describing": (2, 7, 12, 16, 22, 27, 32, 37),
            "awareness": (5, 8, 13, 18, 23, 28, 34, 38),
            "nonjudging": (3, 10, 14, 17, 25, 30, 35, 39),
            "nonreactivity": (4, 9, 19, 21, 24, 29, 33),
        },
        39,
        steps(1, 5),
        turned=(3, 5, 8, 10, 12, 13, 14, 16, 17, 18, 22, 23, 25, 28, 30, 34, 35, 38, 39),
    ),
    "ucla-20": Key(total(20), 20, steps(1, 4), turned=(1, 5, 6, 9, 10, 15, 16, 19, 20)),
    "erq": Key(
        {"reappraisal": (1, 3, 5, 7, 8, 10), "suppression": (2, 4, 6, 9)},
        10,
        steps(1, 7),
        mean=True,
    ),
    "cbi": Key(
        {
            "personal": (1, 2, 3, 4, 5, 6),
            "work": (7, 8, 9, 10, 11, 12, 13),
            "client": (14, 15, 16, 17, 18, 19),
        },
        19,
        steps(0, 100, 25),
        turned=(13,),
        mean=True,
    ),
    "dsm-5-level-1-adult": Key(
        {
            "depression": (1, 2),
            "anger": (3,),
            "mania": (4, 5),
            "anxiety": (6, 7, 8),
            "somatic": (9, 10),
            "suicidal-ideation": (11,),
            "psychosis": (12, 13),
            "sleep": (14,),
            "memory": (15,),
            "repetitive": (16, 17),
            "dissociation": (18,),
            "personality": (19, 20),
            "substance-use": (21, 22, 23),
        },
        23,
        steps(0, 4),
        highest=True,
    ),
    "psc-17-youth": Key(
        {
            "internalising": (2, 6, 9, 11, 15),
            "attention": (1, 3, 7, 13, 17),
            "externalising": (4, 5, 8, 10, 12, 14, 16),
            **total(17),
        },
        17,
        steps(0, 2),
    ),
}

KEYS |= {
    "phq-a": Key(total(9), 9, steps(0, 3)),
    "cries-8": Key(
        {"intrusion": (1, 3, 6, 7), "avoidance": (2, 4, 5, 8), **total(8)},
        8,
        {answer: answer for answer in (0, 1, 3, 5)},
    ),
    "qpr-15": Key(total(15), 15, steps(0, 4)),
    "yp-core": Key(total(10), 10, steps(0, 4), turned=(3, 5, 10)),
    "dialog": Key(
        {"quality-of-life": (1, 2, 3, 4, 5, 6, 7, 8), "treatment-satisfaction": (9, 10, 11)},
        11,
        steps(1, 7),
        mean=True,
    ),
    "shaps": Key(total(14), 14, {0: 1, 1: 1, 2: 0, 3: 0}),
    "dsm-5-panic-adult": Key(total(10), 10, steps(0, 4)),
    "dsm-5-agoraphobia-adult": Key(total(10), 10, steps(0, 4)),
    "dsm-5-social-anxiety-adult": Key(total(10), 10, steps(0, 4)),
    "dsm-5-specific-phobia-adult": Key(total(10), 10, steps(0, 4)),
}


def values(instrument: str, answers: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["value"] for name, entry in score(instrument, answers)["scores"].items()}


@pytest.mark.parametrize("instrument", KEYS)
def test_every_answer_is_worth_what_the_key_says(instrument: str) -> None:
    """Beside the lowest answers to all other items, in every scale."""
    key = KEYS[instrument]
    assert [item["id"] for item in document(instrument)["items"]] == [
        str(item) for item in range(1, key.n_items + 1)
    ]
    lowest = {str(item): key.answers(item)[0] for item in range(1, key.n_items + 1)}
    for item in range(1, key.n_items + 1):
        for answer in key.answers(item):
            answers = {**lowest, str(item): answer}
            found = values(instrument, answers)
            for scale, items in key.scales.items():
                expected = key.score(items, answers)
                assert found[scale] == pytest.approx(float(expected)), (item, answer, scale)
            if key.means_of_all:
                parts = [key.score(items, answers) for items in key.scales.values()]
                assert found["total"] == pytest.approx(float(sum(parts) / len(parts)))


@pytest.mark.parametrize("instrument", KEYS)
def test_no_scale_beside_those_of_the_key(instrument: str) -> None:
    key = KEYS[instrument]
    overall = {"total"} if key.means_of_all else set()
    assert {scale["id"] for scale in document(instrument)["scales"]} == set(key.scales) | overall


# Worked cases that other programs publish as their tests.
CASES = [
    ("pgsi", [0, 1, 2, 3, 0, 1, 2, 3, 3], {"total": 15}),
    ("cudit-r", [4, 3, 0, 0, 0, 0, 0, 0], {"total": 7}),
    ("cudit-r", [4, 4, 3, 0, 0, 0, 0, 0], {"total": 11}),
    ("cudit-r", [4, 4, 4, 4, 4, 4, 4, 4], {"total": 32}),
    # The program takes item scores: 4 on item 5, which is turned round, is the answer 0.
    ("yp-core", [0, 1, 2, 0, 0, 3, 2, 1, 0, 2], {"total": 15}),
]


@pytest.mark.parametrize(("instrument", "answers", "expected"), CASES)
def test_worked_cases_of_other_programs(
    instrument: str, answers: list[int], expected: dict[str, float]
) -> None:
    found = score(instrument, answers)["scores"]
    assert {scale: found[scale]["value"] for scale in expected} == expected


@pytest.mark.parametrize(
    ("instrument", "best"),
    [
        ("promis-anger-5a", ["Never"] * 5),
        ("promis-fatigue-4a", ["Not at all"] * 4),
        (
            "promis-sleep-disturbance-4a",
            ["Very good", "Very much", "Not at all", "Not at all"],
        ),
        ("promis-social-roles-4a", ["Never"] * 4),
        ("promis-pain-interference-4a", ["Not at all"] * 4),
        ("promis-physical-function-4a", ["Without any difficulty"] * 4),
    ],
)
def test_promis_answers_that_are_best_lead_to_the_best_score(
    instrument: str, best: list[str]
) -> None:
    """Good is high for function and social roles, and low for what is a complaint."""
    definition = document(instrument)
    answers = {}
    for item, label in zip(definition["items"], best, strict=True):
        options = definition["response_sets"][item["response_set"]]["options"]
        [answers[item["id"]]] = [one["value"] for one in options if one["label"] == label]
    entry = score(instrument, answers)["scores"]["total"]
    good = instrument in ("promis-social-roles-4a", "promis-physical-function-4a")
    assert entry["direction"] == ("higher_is_better" if good else "higher_is_worse")
    assert entry["value"] == entry["maximum" if good else "minimum"]


@pytest.mark.parametrize(
    ("domain", "items", "least"),
    [
        ("depression", (1, 2), 2),
        ("anger", (3,), 2),
        ("mania", (4, 5), 2),
        ("anxiety", (6, 7, 8), 2),
        ("somatic", (9, 10), 2),
        ("suicidal-ideation", (11,), 1),
        ("psychosis", (12, 13), 1),
        ("sleep", (14,), 2),
        ("memory", (15,), 2),
        ("repetitive", (16, 17), 2),
        ("dissociation", (18,), 2),
        ("personality", (19, 20), 2),
        ("substance-use", (21, 22, 23), 1),
    ],
)
def test_dsm_5_level_1_asks_on_from_the_published_answer(
    domain: str, items: tuple[int, ...], least: int
) -> None:
    for item in items:
        for answer in range(5):
            answers = {str(one): answer if one == item else 0 for one in range(1, 24)}
            [cutoff] = score("dsm-5-level-1-adult", answers)["scores"][domain]["cutoffs"]
            assert cutoff["met"] is (answer >= least)


def test_aq_10_six_is_where_the_form_and_the_later_text_differ() -> None:
    answers = {str(item): 3 if item in (1, 7, 8, 10) else 0 for item in range(1, 11)}
    for missed, met in ((3, (True, True)), (4, (True, False)), (5, (False, False))):
        some = {**answers, **{str(item): 3 for item in (2, 3, 4, 5, 6)[:missed]}}
        entry = score("aq-10", some)["scores"]["total"]
        assert entry["value"] == 10 - missed
        assert tuple(cutoff["met"] for cutoff in entry["cutoffs"]) == met


@pytest.mark.parametrize(
    ("answers", "positive"),
    [
        ({"1": 0}, False),
        ({"1": 3}, True),
        ({"1": 4, "2": 0}, True),
        ({"1": 1}, None),
        ({"1": 1, "2": 1, "3": 0, "4": 0}, False),
        ({"1": 1, "2": 1, "3": 1, "4": 0}, True),
        ({"1": 2, "2": 0, "3": 0, "4": 0}, False),
        ({"1": 2, "2": 1}, True),
        ({"1": 0, "2": 2, "3": 2, "4": 4}, False),
    ],
)
def test_fast_is_decided_by_its_first_question(
    answers: dict[str, int], positive: bool | None
) -> None:
    assert score("fast", answers)["criteria"]["positive"]["value"] is positive


@pytest.mark.parametrize("of", ["agoraphobia", "panic", "social-anxiety", "specific-phobia"])
def test_severity_measures_prorate_two_blanks_and_no_more(of: str) -> None:
    answers = {str(item): 1 if item < 3 else 0 for item in range(1, 9)}
    assert values(f"dsm-5-{of}-adult", answers)["total"] == 3  # 2 x 10 / 8 = 2.5
    del answers["8"]
    assert values(f"dsm-5-{of}-adult", answers)["total"] is None
