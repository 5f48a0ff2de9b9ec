"""Numbers of adults are not for children, of children not for adults, nor of the old for the young.

Whose a number is stands in its file; what an answer holds for a respondent of known age follows
from that, and is written out here for the forms that are sent most.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from service.scoring.answers import Baseline
from tests.shipped import CATALOG, criterion, cutoffs, document, score

AGES = (None, 4, 9, 12.5, 15, 17.9, 18, 34, 59.9, 60, 85)


def middle(instrument: str) -> dict[str, Any]:
    """Return an answer in the middle of its range for every item."""
    form = CATALOG.get(instrument).instrument
    found = {}
    for item in form.items:
        options = [option.value for option in item.response_set.options]
        listed = options or ([*item.score_of] if item.response_set.clock else ())
        line = (item.response_set.minimum + item.response_set.maximum) / 2
        found[item.id] = listed[len(listed) // 2] if listed else line
    return found


def total(instrument: str, answers: Any = None, **submitted: Any) -> Any:
    answers = middle(instrument) if answers is None else answers
    return score(instrument, answers, **submitted)["scores"]["total"]


def numbers(part: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every norm, band system, cut-off, table, change value and figure of error of a file."""
    for norm in part.get("norms", []):
        yield f"norm {norm['id']}", norm
    for scale in part["scales"]:
        for member in ("bands", "cutoffs", "reliability"):
            for number in scale.get(member, []):
                yield f"{scale['id']} {member}", number
        change = scale.get("change", [])
        for rule in change if isinstance(change, list) else [change]:
            if "source" in rule:
                yield f"{scale['id']} change", rule
            for known in rule.get("mcid", []):
                yield f"{scale['id']} {known['name']}", known
        for member in ("precision", "within_person_sd", "growth", "autocorrelation", "unevenness"):
            if member in scale:
                yield f"{scale['id']} {member}", scale[member]
        for table in scale.get("transform", {}).get("tables", []):
            yield f"{scale['id']} table", table


FORMS = [entry.instrument.id for entry in CATALOG.entries() if not entry.instrument.key_required]

# Of no stated age: a definition of the WHO for all who can read it, and values of the publisher.
ALL_AGES = {"who-5", "swemwbs", "wemwbs"}


@pytest.mark.parametrize("instrument", sorted(set(FORMS) - ALL_AGES))
def test_every_number_says_of_what_age_its_people_are(instrument):
    without = [
        where
        for where, number in numbers(document(instrument))
        if number.get("age") is None and "reliability" not in where
    ]
    assert without == []


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("instrument", FORMS)
def test_no_number_is_used_for_somebody_who_is_known_not_to_belong(instrument, age):
    """An age that is not given is taken to be one that the form is for."""
    definition = document(instrument)
    perspective = next(iter(definition.get("perspectives", [])), None)
    report = score(instrument, middle(instrument), age=age, sex="female", perspective=perspective)
    assumed = definition.get("assumed_age")

    def fits(number: Any) -> bool:
        limits = number.get("age") or {}
        low, high = limits.get("min") or 0, limits.get("max") or 200
        if number.get("sex") == "male":
            return False
        if age is None and number.get("age"):
            return low <= assumed["min"] and assumed.get("max", 200) <= high
        return age is None or low <= age < high + 1

    for scale in definition["scales"]:
        entry = report["scores"][scale["id"]]
        if entry["status"] != "scored":
            continue
        for member in ("bands", "cutoffs"):
            expected = {one["system"] for one in scale.get(member, []) if fits(one)}
            assert {one["system"] for one in entry[member]} == expected
            if scale.get(member) and not expected and age is not None:
                assert entry[f"{member}_note"] in ("other_age", "other_sex")
        named = {one["id"]: one for one in definition.get("norms", [])}
        assert all(fits(named[norm["id"]]) for norm in entry["norms"])


@pytest.mark.parametrize("age", [9, 17.9])
def test_pss4_of_a_child_beside_english_adults(age):
    entry = total("pss-4", [2, 2, 2, 2], age=age)
    assert (entry["value"], entry["norms"], entry["norms_note"]) == (8, [], "no_norm_fits")
    for older in (18, None):
        assert [norm["id"] for norm in total("pss-4", [2, 2, 2, 2], age=older)["norms"]] == [
            "gb-england-2013"
        ]


def test_a_norm_of_adults_that_is_asked_for_by_name_is_refused_with_the_reason():
    report = score("pss-4", [2, 2, 2, 2], age=9, norms=("gb-england-2013",))
    assert report["scores"]["total"]["norms"] == []
    assert [(one["norm"], one["reason"]) for one in report["warnings"]] == [
        ("gb-england-2013", "other_group")
    ]


@pytest.mark.parametrize(
    ("age", "category", "significant", "note"),
    [
        (15, "unchanged", None, None),
        (18, "reliably_improved", "recovered", None),
        (None, "reliably_improved", "recovered", None),
    ],
)
def test_ors_of_a_minor_called_recovered(age, category, significant, note):
    """6.5 points are more than the 5 of adults and less than the 6.6 of children."""
    entry = total("ors", [7, 6.5, 7, 6], age=age, baseline=Baseline(scores={"total": 20}))
    change = entry["change"]
    assert (entry["value"], change["difference"]) == (26.5, 6.5)
    assert (change["category"], change["clinically_significant"], change["note"]) == (
        category,
        significant,
        note,
    )
    assert [cut["system"] for cut in entry["cutoffs"]] == ([] if age == 15 else ["adult-25"])
    assert entry["cutoffs_note"] == ("other_age" if age == 15 else None)


@pytest.mark.parametrize(
    "instrument",
    ["promis-depression-4a", "promis-depression-8a", "promis-depression-8b", "promis-anxiety-4a"],
)
def test_promis_table_of_adults_used_for_a_child(instrument):
    for age in (9, 17.9):
        entry = total(instrument, age=age)
        assert (entry["status"], entry["reason"]) == ("not_scored", "no_table_fits")
        assert (entry["value"], entry["bands"], entry["norms"]) == (None, [], [])
    assert total(instrument, age=18)["value"] == total(instrument)["value"]


@pytest.mark.parametrize(
    ("instrument", "inside", "outside"),
    [
        ("sdq-self", (11, 17.9), (10.9, 18)),
        ("sdq-parent", (4, 17.9), (3, 18)),
        ("sdq-teacher", (4, 17.9), (3, 18)),
        ("psc-17", (4, 17.9), (3, 18)),
        ("gds-15", (60, 95), (18, 59.9)),
        ("zbi-12", (60, 95), (18, 59.9)),
        ("mhi-5", (12, 95), (5, 11.9)),
        ("phq-9", (18, 95), (9, 17.9)),
        ("gad-7", (18, 95), (9, 17.9)),
        ("core-10", (18, 95), (9, 17.9)),
    ],
)
def test_bands_and_cutoffs_hold_between_the_ages_of_their_people(instrument, inside, outside):
    def held(age: Any) -> list[Any]:
        entry = total(instrument, age=age, sex="female")
        return entry["bands"] + entry["cutoffs"]

    assert held(None)
    assert [held(age) == held(None) for age in inside] == [True, True]
    assert [held(age) for age in outside] == [[], []]


def test_ucla3_cutoff_of_older_people_used_for_the_young():
    assert cutoffs("ucla-3", [1, 1, 2], age=30) == {"six-or-more": False}
    assert cutoffs("ucla-3", [1, 1, 2], age=60) == {"hrs-any": True, "six-or-more": False}


@pytest.mark.parametrize("instrument", ["audit-c", "asrs-6", "mdq", "pc-ptsd-5"])
def test_a_screen_for_adults_says_nothing_of_a_child(instrument):
    highest = {
        item.id: item.response_set.options[-1].value
        for item in CATALOG.get(instrument).instrument.items
    }
    for age, positive in ((None, True), (18, True), (15, None)):
        assert criterion(instrument, highest, age=age, sex="male") is positive
    report = score(instrument, highest, age=15, sex="male")
    assert report["criteria"]["positive"]["reason"] == "other_age"


def test_phq9_algorithm_and_risk_flag_are_of_no_age():
    """They count symptoms; no cut-off of a population is in them."""
    for age in (None, 15, 40):
        report = score("phq-9", [3] * 9, age=age)
        assert report["criteria"]["major-depressive-syndrome"]["value"] is True
        assert report["risks"][0]["raised"] is True


# Adults: NHS Talking Therapies, Barkham 2013 (CORE-10), 5 points of the ORS. Up to 17: NHS England,
# table cyp_rc_thresholds: 5.99, 4.22, 5.39, 6.55 and 8.55, rounded there (the ORS to one decimal).
RELIABLE = [
    ("phq-9", 6, 6),
    ("gad-7", 4, 4),
    ("core-10", 6, 5),
    ("ors", 5, 6.6),
    ("wemwbs", None, 9),
]


@pytest.mark.parametrize(("instrument", "adult", "young"), RELIABLE)
def test_change_of_children_is_judged_by_the_rule_for_children(instrument, adult, young):
    worst = {"phq-9": 27, "gad-7": 21, "core-10": 40, "ors": 0, "wemwbs": 14}[instrument]
    baseline = Baseline(scores={"total": worst})
    for age, threshold in ((17, young), (18, adult), (None, adult)):
        change = total(instrument, baseline=baseline, age=age)["change"]
        assert (change["threshold"] if change["threshold"] else None) == threshold
