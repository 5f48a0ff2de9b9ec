"""PHQ-ADS, goals and the self-rated MADRS, and the outlines of licensed forms.

Numbers are those of the sources that the definitions name, typed here; sums are arithmetic.
"""

from random import Random

import pytest

from service.scoring.answers import Baseline
from tests.shipped import CATALOG, band_at, document, score, values


def test_phq_ads_is_the_sum_of_the_two_forms():
    chance = Random(16)
    for _ in range(50):
        phq, gad = ([chance.randint(0, 3) for _ in range(n)] for n in (9, 7))
        parts = values("phq-9", [*phq, None])["total"], values("gad-7", gad)["total"]
        assert values("phq-ads", phq + gad) == {
            "depression": parts[0],
            "anxiety": parts[1],
            "total": sum(parts),
        }
        assert sum(parts) == sum(phq) + sum(gad)


@pytest.mark.parametrize("at", range(16))
def test_phq_ads_needs_every_item_and_each_part_only_its_own(at):
    answers = [1] * 16
    answers[at] = None
    found = values("phq-ads", answers)
    assert found["total"] is None
    assert (found["depression"], found["anxiety"]) == ((None, 7) if at < 9 else (9, None))


@pytest.mark.parametrize(("total", "band"), [
    (9, "minimal"), (10, "mild"), (19, "mild"), (20, "moderate"), (29, "moderate"), (30, "severe"),
])  # fmt: skip
def test_phq_ads_bands_begin_at_10_20_and_30(total, band):
    thirds, rest = divmod(total, 3)
    answers = [3] * thirds + ([rest] if rest else [])
    answers += [0] * (16 - len(answers))
    [found] = score("phq-ads", answers)["scores"]["total"]["bands"]
    assert found["id"] == band


def test_phq_ads_keeps_the_safety_flag_of_the_phq_9():
    answers = {f"phq-9.{item}": 0 for item in range(1, 10)}
    [risk] = score("phq-ads", {**answers, "phq-9.9": 1})["risks"]
    assert risk["raised"] is True
    [risk] = score("phq-ads", answers)["risks"]
    assert risk["raised"] is False


def test_goals_have_no_total_and_one_that_was_not_set_is_not_missing():
    report = score("gbo", [4])
    found = report["scores"]
    assert {name: entry["value"] for name, entry in found.items()} == {
        "goal-1": 4,
        "goal-2": None,
        "goal-3": None,
    }
    assert found["goal-2"]["reason"] == "not_applicable"
    assert report["missing"] == report["warnings"] == []
    assert score("gbo", {"2": 4})["missing"] == ["1"]


@pytest.mark.parametrize(("before", "category"), [
    (4, "reliably_improved"), (5, "unchanged"), (10, "reliably_deteriorated"), (9, "unchanged"),
])  # fmt: skip
def test_a_goal_changes_by_itself_from_three_points_on(before, category):
    report = score("gbo", [7, 2], baseline=Baseline([before, 2]), age=12)
    assert report["scores"]["goal-1"]["change"]["category"] == category
    assert report["scores"]["goal-2"]["change"]["category"] == "unchanged"
    assert report["scores"]["goal-3"]["change"]["category"] is None


def test_madrs_s_is_the_sum_of_nine_steps():
    assert values("madrs-s", [6] * 9) == {"total": 54}
    for item in range(9):
        assert values("madrs-s", [6 if at == item else 1 for at in range(9)]) == {"total": 14}
    limits = {0: "none", 13: "mild", 20: "moderate", 35: "severe"}
    for total in range(55):
        sixes, rest = divmod(total, 6)
        answers = [6] * sixes + [rest] * (sixes < 9)
        answers += [0] * (9 - len(answers))
        [found] = score("madrs-s", answers)["scores"]["total"]["bands"]
        assert found["id"] == band_at(total, limits)


OUTLINES = {
    "oq-45": (45, 0, 4, 4),
    "bdi-ii": (21, 0, 3, 1),
    "bai": (21, 0, 3, 1),
    "bsi-18": (18, 0, 4, 4),
    "bsi-53": (53, 0, 4, 10),
    "eq-5d-5l": (5, 1, 5, 2),
    "reqol-10": (10, 0, 4, 1),
}


@pytest.mark.parametrize(("form", "outline"), OUTLINES.items())
def test_a_licensed_form_is_listed_without_key_and_says_what_it_needs(form, outline):
    instrument, told = CATALOG.get(form).instrument, document(form)
    items = [item for item in instrument.items if item.id not in ("vas", "physical")]
    ends = {(item.lowest, item.highest) for item in items}
    assert (len(items), *ends.pop(), len(instrument.scales)) == outline
    assert instrument.key_required
    assert "overlay" in (instrument.key_instructions or "")
    assert told["licence"]["permission_required"]
    assert not told["licence"]["text_included"]
    assert len(told["sources"]) >= 2
