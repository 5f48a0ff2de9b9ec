"""Exact keys: every item moves the scale of the published key, in the published direction, and no
other.
"""

from collections import Counter

import pytest

from tests.library.keys import (
    CIA,
    CORE_OM,
    DASS_42,
    DERS,
    EDE_Q,
    HAM_A,
    ITQ,
    LSAS,
    OCI_R,
    PSC_17,
    RCADS_47,
    SCARED,
    SDQ,
    Y_BOCS,
)
from tests.shipped import but, document, sums, values

# Instrument: scales, reverse-keyed items, lowest and highest answer, items, items in no scale,
# items in two.
PARTITIONS: dict[str, tuple[dict[str, tuple[int, ...]], tuple[int, ...], int, int, int, tuple[int,
...], set[int]]] = {
    "dass-42": (DASS_42, (), 0, 3, 42, (), set()),
    "core-om": (CORE_OM, (3, 4, 7, 12, 19, 21, 31, 32), 0, 4, 34, (), set()),
    "rcads-47": (RCADS_47, (), 0, 3, 47, (), set()),
    "rcads-47-parent": (RCADS_47, (), 0, 3, 47, (), set()),
    "rcads-25": (
        {
            "depression": (1, 4, 8, 10, 13, 15, 16, 19, 21, 24),
            "anxiety": (2, 3, 5, 6, 7, 9, 11, 12, 14, 17, 18, 20, 22, 23, 25),
        },
        (), 0, 3, 25, (), set(),
    ),
    "psc-17": (PSC_17, (), 0, 2, 17, (), set()),
    "ies-r": (
        {
            "intrusion": (1, 2, 3, 6, 9, 14, 16, 20),
            "avoidance": (5, 7, 8, 11, 12, 13, 17, 22),
            "hyperarousal": (4, 10, 15, 18, 19, 21),
        },
        (), 0, 4, 22, (), set(),
    ),
    "oci-r": (OCI_R, (), 0, 4, 18, (), set()),
    "whoqol-bref": (
        {
            "physical": (3, 4, 10, 15, 16, 17, 18),
            "psychological": (5, 6, 7, 11, 19, 26),
            "social": (20, 21, 22),
            "environment": (8, 9, 12, 13, 14, 23, 24, 25),
        },
        (3, 4, 26), 1, 5, 26, (1, 2), set(),
    ),
    "ede-q": (EDE_Q, (), 0, 6, 28, (13, 14, 15, 16, 17, 18), {8}),
    "sdq-parent": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "sdq-teacher": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "sdq-self": (SDQ, (7, 11, 14, 21, 25), 0, 2, 25, (), set()),
    "mini-ipip": (
        {
            "extraversion": (1, 6, 11, 16),
            "agreeableness": (2, 7, 12, 17),
            "conscientiousness": (3, 8, 13, 18),
            "neuroticism": (4, 9, 14, 19),
            "intellect": (5, 10, 15, 20),
        },
        (6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20), 1, 5, 20, (), set(),
    ),
    "gcq-s": (
        {"engaged": (1, 2, 4, 8, 11), "avoiding": (3, 5, 9), "conflict": (6, 7, 10, 12)},
        (), 0, 6, 12, (), set(),
    ),
    "scared-child": (SCARED, (), 0, 2, 41, (), set()),
    "scared-parent": (SCARED, (), 0, 2, 41, (), set()),
    "ders-36": (DERS, (1, 2, 6, 7, 8, 10, 17, 20, 22, 24, 34), 1, 5, 36, (), set()),
    "cia": (CIA, (), 0, 3, 16, (), set()),
    "itq": (ITQ, (), 0, 4, 18, (7, 8, 9, 16, 17, 18), set()),
    "ham-a": (HAM_A, (), 0, 4, 14, (), set()),
    "y-bocs": (Y_BOCS, (), 0, 4, 10, (), set()),
    "lsas": (LSAS, (), 0, 3, 48, (), set()),
}  # fmt: skip


@pytest.mark.parametrize("instrument", PARTITIONS)
def test_item_counted_twice_or_left_out(instrument):
    """Each item is in exactly one subscale, save item 8 of the EDE-Q and the items that belong to
    none.
    """
    key, _, _, _, count, apart, twice = PARTITIONS[instrument]
    parts = [part["items"] for part in document(instrument)["scales"] if part["id"] in key]
    times = Counter(int(item) for its_items in parts for item in its_items)
    assert times == {item: 1 + (item in twice) for item in range(1, count + 1) if item not in apart}


@pytest.mark.parametrize("instrument", PARTITIONS)
def test_item_in_the_wrong_subscale_or_turned_round(instrument):
    """From the lowest answer to the highest, an item adds the whole range to its subscale, or takes
    it away.
    """
    key, turned, low, high, count, _, _ = PARTITIONS[instrument]
    lowest = but(count, low)
    start = sums(instrument, lowest)
    for item in range(1, count + 1):
        raised = sums(instrument, {**lowest, str(item): high})
        step = low - high if item in turned else high - low
        moved = {scale: raised[scale] - start[scale] for scale in key}
        assert moved == {scale: step * (item in its_items) for scale, its_items in key.items()}, (
            f"item {item}"
        )


@pytest.mark.parametrize(
    ("instrument", "count", "positive", "healthiest", "expected"),
    [
        ("core-om", 34, (3, 4, 7, 12, 19, 21, 31, 32), (0, 4), 0),
        ("sdq-parent", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("sdq-teacher", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("sdq-self", 25, (7, 11, 14, 21, 25), (0, 2), 0),
        ("pss-10", 10, (4, 5, 7, 8), (0, 4), 0),
        ("pss-4", 4, (2, 3), (0, 4), 0),
        ("ces-d", 20, (4, 8, 12, 16), (0, 3), 0),
        ("pswq", 16, (1, 3, 8, 10, 11), (1, 5), 16),
    ],
)
def test_answers_expected_already_reversed_by_the_form(
    instrument, count, positive, healthiest, expected
):
    """One convention: the rank of the answer is sent on every item, and reversed here."""
    low, high = healthiest
    answers = {str(item): high if item in positive else low for item in range(1, count + 1)}
    assert document(instrument)["submitted_as"] == "codes"
    assert values(instrument, answers)["total"] == expected


def test_whoqol_answers_expected_already_reversed():
    """All 1: physical (5 + 5 + 5 x 1) / 7, psychological (5 + 5 x 1) / 6; then 25 x (mean - 1)."""
    assert document("whoqol-bref")["submitted_as"] == "codes"
    assert values("whoqol-bref", [1] * 26) == pytest.approx(
        {
            "physical": 25 * (15 / 7 - 1),
            "psychological": 25 * (10 / 6 - 1),
            "social": 0,
            "environment": 0,
        }
    )
    assert values("whoqol-bref", [5] * 26) == pytest.approx(
        {
            "physical": 25 * (27 / 7 - 1),
            "psychological": 25 * (26 / 6 - 1),
            "social": 100,
            "environment": 100,
        }
    )


@pytest.mark.parametrize(
    ("instrument", "answers", "expected"),
    [
        ("pss-10", [0] * 10, 16),
        ("pss-4", [0] * 4, 8),
        ("rses-umd", [0] * 10, 15),
        ("rses-1965", [0] * 10, 15),
        ("pswq", [1] * 16, 36),
        ("brs", [1] * 6, 3),
        ("dast-10", [0] * 10, 1),
    ],
)
def test_reversed_items_summed_as_they_are(instrument, answers, expected):
    assert values(instrument, answers) == {"total": expected}
