"""Faults of other software on forms about children and young people, and on the screener of suicide
risk.

Each test is named after a fault of somebody else's code, page or paper that ours must not have.
Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from service.scoring.answers import Baseline
from tests.library.keys import PSC_17
from tests.shipped import (
    but,
    criterion,
    cutoffs,
    document,
    only,
    scales,
    score,
    spread,
    values,
)


@pytest.mark.parametrize("instrument", ["sdq-parent", "sdq-teacher", "sdq-self"])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            0,
            {
                "emotional": 0,
                "conduct": 2,
                "hyperactivity": 4,
                "peer": 4,
                "prosocial": 0,
                "total": 10,
            },
        ),
        (
            2,
            {
                "emotional": 10,
                "conduct": 8,
                "hyperactivity": 6,
                "peer": 6,
                "prosocial": 10,
                "total": 30,
            },
        ),
    ],
)
def test_sdq_prosocial_added_to_the_total(instrument, answer, expected):
    found = values(instrument, but(25, answer))
    assert {scale: found[scale] for scale in expected} == expected
    assert found["externalising"] == expected["conduct"] + expected["hyperactivity"]
    assert found["internalising"] == expected["emotional"] + expected["peer"]


def test_rcads_thoughts_of_death_hidden_by_the_depression_scale():
    """Item 37 is keyed to generalised anxiety: depression is 0 and the risk is raised all the
    same.
    """
    for instrument in ("rcads-47", "rcads-47-parent"):
        report = score(instrument, only(47, (37,), 3))
        found = {name: entry["value"] for name, entry in report["scores"].items() if entry["value"]}
        assert found == {"generalised-anxiety": 3, "total-anxiety": 3, "total": 3}
        assert report["scores"]["depression"]["value"] == 0
        assert [risk["raised"] for risk in report["risks"]] == [True]


def test_rcads25_thoughts_of_death_hidden_by_the_depression_scale():
    report = score("rcads-25", only(25, (18,), 1))
    assert {name: entry["value"] for name, entry in report["scores"].items()} == {
        "depression": 0,
        "anxiety": 1,
        "total": 1,
    }
    assert [risk["raised"] for risk in report["risks"]] == [True]


def test_psc17_items_reordered():
    """The publisher's order: the items of a scale at 2, all others at 0."""
    for scale, its_items in PSC_17.items():
        twos = 2 * len(its_items)
        expected = {**dict.fromkeys(PSC_17, 0), scale: twos, "total": twos}
        assert values("psc-17", only(17, its_items, 2)) == expected


def test_psc17_blanks():
    """Up to three blanks count as 0, here items 15-17; with four there is no score."""
    assert values("psc-17", [1] * 14 + [None] * 3) == {
        "internalising": 4,
        "attention": 4,
        "externalising": 6,
        "total": 14,
    }
    assert set(values("psc-17", [1] * 13 + [None] * 4).values()) == {None}


@pytest.mark.parametrize(
    ("yes", "level"),
    [
        ((), "none"),
        (("1",), "low"),
        (("1", "2"), "low"),
        (("2",), "low"),
        (("2", "3"), "moderate"),
        (("6-lifetime",), "moderate"),
        (("2", "4"), "high"),
        (("2", "5"), "high"),
        (("6-lifetime", "6-past-3-months"), "high"),
        (("1", "2", "3", "4", "5", "6-lifetime", "6-past-3-months"), "high"),
    ],
)
def test_cssrs_imminent_level_invented(yes, level):
    """Three levels and none: no answers lead to a fourth."""
    answers = {item["id"]: int(item["id"] in yes) for item in document("c-ssrs-screener")["items"]}
    assert criterion("c-ssrs-screener", answers, "triage") == level


def test_cssrs_skipped_questions_taken_for_missing_ones():
    """Without thoughts questions 3-5 are not asked; behaviour before the past three months is
    moderate.
    """
    answers = {"1": 0, "2": 0, "6-lifetime": 1, "6-past-3-months": 0}
    assert criterion("c-ssrs-screener", answers, "triage") == "moderate"


def test_cssrs_levels_are_those_of_the_triage():
    [triage] = document("c-ssrs-screener")["criteria"]
    assert [level["level"] for level in triage["levels"]] == ["high", "moderate", "low"]
    assert triage["otherwise"] == "none"


def test_cssrs_summed_to_a_frequency_score():
    assert scales("c-ssrs-screener") == set()


@pytest.mark.parametrize(
    ("total", "age", "twelve"),
    [(11, 12, False), (12, 12, True), (12, 17, True), (12, 11, None), (12, None, None)],
)
def test_smfq_cut_off_of_a_site_that_counts_the_answers_upside_down(total, age, twelve):
    """Thabrew 2018: 12 or more in adolescents, whose trial admitted them from 12 years on."""
    found = cutoffs("smfq", spread(13, total), age=age)
    assert found.get("thabrew-2018") is twelve


def test_smfq_of_parents_has_no_cut_off():
    """The scoring sheet reports no statistics of the parent form."""
    assert cutoffs("smfq-parent", [2] * 13, age=12) == {}


def core_form(total):
    """Return answers that come to a total, the three reversed items at their best answer."""
    others = iter(spread(7, total))
    return [4 if item in (3, 5, 10) else next(others) for item in range(1, 11)]


@pytest.mark.parametrize(("now", "category"), [
    (12, "reliably_improved"), (13, "unchanged"), (27, "unchanged"), (28, "reliably_deteriorated"),
])  # fmt: skip
def test_yp_core_changes_from_eight_points_on(now, category):
    """NHS England counts 8.33, rounded to 8."""
    report = score("yp-core", core_form(now), baseline=Baseline(core_form(20)), age=13)
    assert report["scores"]["total"]["value"] == now
    assert report["scores"]["total"]["change"]["category"] == category
