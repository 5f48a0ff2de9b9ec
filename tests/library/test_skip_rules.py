"""Questions that are passed over: by a skip rule, for a sex, or because they may be blank.

Expected numbers are those of the published keys, or arithmetic on them written out; none comes from
the engine.
"""

import pytest

from tests.shipped import CATALOG, but, criterion, score, values

GATED = {
    entry.instrument.id: entry.instrument.gates
    for entry in CATALOG.entries()
    if entry.instrument.gates
}


def warned(report):
    return [(one["code"], one["items"]) for one in report["warnings"]]


@pytest.mark.parametrize(
    ("answers", "level", "about"),
    [
        ({"1": 1, "2": 0, "3": 1, "6-lifetime": 0}, None, ["2", "3"]),
        ({"1": 1, "2": 0, "3": 1, "4": 0, "5": 0, "6-lifetime": 0}, "moderate", ["2", "3"]),
        ({"1": 0, "2": 0, "4": 1, "6-lifetime": 0}, "high", ["2", "4"]),
        ({"1": 0, "2": 0, "3": 1, "5": 1, "6-lifetime": 0}, "high", ["2", "3", "5"]),
        (
            {"1": 0, "2": 0, "6-lifetime": 0, "6-past-3-months": 1},
            "high",
            ["6-lifetime", "6-past-3-months"],
        ),
        ({"1": 0, "2": 0, "3": 0, "6-lifetime": 0}, "none", None),
        ({"1": 1, "2": 0, "6-lifetime": 0}, "low", None),
    ],
)
def test_cssrs_answers_that_contradict_the_skip(answers, level, about):
    report = score("c-ssrs-screener", answers)
    assert report["criteria"]["triage"]["value"] == level
    assert warned(report) == ([("answers_contradict_gate", about)] if about else [])
    blank = [item for item in ("3", "4", "5") if item not in answers]
    assert report["missing"] == (blank if about and "2" in about else [])


@pytest.mark.parametrize(
    ("answers", "total", "missing", "about"),
    [
        (
            {"1": 4, "2": 0, "3": 0, "4": 4, "5": 4, "9": 4, "10": 4},
            None,
            ["6", "7", "8"],
            [["2", "3", "4", "5"]],
        ),
        ([4, 0, 0, 4, 4, 0, 0, 0, 4, 4], 4 + 4 + 4 + 4 + 4, [], [["2", "3", "4", "5"]]),
        ({"1": 0, "2": 1, "9": 0, "10": 0}, None, ["3", "4", "5", "6", "7", "8"], [["1", "2"]]),
        ({"1": 0, "2": 0, "9": 0, "10": 0}, 0, [], []),
        ({"1": 0, "9": 2, "10": 2}, 4, [], []),
        ([0, 0, 0, 2, 0, 0, 0, 0, 0, 0], 2, [], [["1", "4"], ["2", "3", "4"]]),
    ],
)
def test_audit_answers_that_contradict_the_skip(answers, total, missing, about):
    report = score("audit", answers)
    assert report["scores"]["total"]["value"] == total
    assert report["missing"] == missing
    assert warned(report) == [("answers_contradict_gate", items) for items in about]


@pytest.mark.parametrize(
    ("answers", "total", "positive", "about"),
    [
        ({"1": 0}, 0, False, []),
        ({"1": 0, "2": None, "3": 0}, 0, False, []),
        ({"1": 0, "2": 3}, None, None, [["1", "2"]]),
        ({"1": 0, "2": 4}, None, True, [["1", "2"]]),
        ([0, 3, 0], 3, None, [["1", "2"]]),
    ],
)
def test_audit_c_skips_as_the_audit_does(answers, total, positive, about):
    report = score("audit-c", answers)
    assert report["scores"]["total"]["value"] == total
    assert report["criteria"]["positive"]["value"] is positive
    assert warned(report) == [("answers_contradict_gate", items) for items in about]


def test_the_short_form_skips_what_the_full_form_skips():
    full = next(gate for gate in GATED["audit"] if gate.id == "never-drinks")
    short = GATED["audit-c"][0]
    assert (short.when, short.blank_counts, short.treat_as) == (
        full.when,
        full.blank_counts,
        full.treat_as,
    )
    assert set(short.items) == set(full.items) & {0, 1, 2}


@pytest.mark.parametrize(
    ("instrument", "answers", "scale", "about"),
    [
        ("pc-ptsd-5", {"gate": 0, "1": 1, "2": 1}, "total", ["gate", "1", "2"]),
        (
            "sdq-parent",
            but(25, 1) | {"difficulties": 0, "distress": 2, "home": 3},
            "impact",
            ["difficulties", "distress", "home"],
        ),
    ],
)
def test_a_published_rule_that_replaces_answers_names_both_sides(instrument, answers, scale, about):
    """The publishers score 0 after a 'no' at the opening question, whatever follows."""
    report = score(instrument, answers)
    assert report["scores"][scale]["value"] == 0
    assert warned(report) == [("gated_answer_replaced", about)]


@pytest.mark.parametrize("instrument", sorted(GATED))
def test_every_gate_warns_of_an_answer_that_contradicts_it(instrument):
    """Answer what closes the gate, then the first item behind it at its other end."""
    scorer = CATALOG.get(instrument).scorer
    form = scorer.instrument
    for gate in form.gates:
        if gate.when is None:
            continue
        parts = getattr(gate.when, "rules", (gate.when,))
        closing = {form.items[part.subject].id: part.value for part in parts if part.kind == "item"}
        sex = next((part.value for part in parts if part.kind == "respondent"), None)
        behind = form.items[gate.items[0]]
        answers = closing | {behind.id: behind.response_set.options[-1].value}
        warnings = score(instrument, answers, sex=sex)["warnings"]
        expected = "gated_answer_replaced" if gate.override else "answers_contradict_gate"
        found = [one for one in warnings if one["code"] == expected and one["gate"] == gate.id]
        assert [set(one["items"]) for one in found] == [closing.keys() | {behind.id}]


PHQ15_WITHOUT_ITEM_4 = {str(item): 1 for item in range(1, 16) if item != 4}


@pytest.mark.parametrize(
    ("submitted", "value", "maximum", "n_items"),
    [
        ({"sex": "male"}, 14, 28, 14),
        ({"not_applicable": ("4",)}, 14, 28, 14),
        ({"sex": "male", "not_applicable": ("4",)}, 14, 28, 14),
        ({"sex": "female", "not_applicable": ("4",)}, 14, 28, 14),
        ({"sex": "female"}, None, 30, 15),
        ({"sex": "other"}, None, 30, 15),
        ({}, None, 30, 15),
    ],
)
def test_phq15_of_men_has_fourteen_items(submitted, value, maximum, n_items):
    report = score("phq-15", PHQ15_WITHOUT_ITEM_4, **submitted)
    entry = report["scores"]["total"]
    assert (entry["value"], entry["maximum"], entry["n_items"]) == (value, maximum, n_items)
    if value is not None:
        assert [band["id"] for band in entry["bands"]] == ["medium"]
        assert report["not_applicable"] == ["4"]
        assert report["missing"] == []
        assert warned(report) == [("items_not_asked", ["4"])]


def test_phq15_norms_of_men_hold_for_fourteen_items():
    report = score("phq-15", PHQ15_WITHOUT_ITEM_4, sex="male")
    assert [norm["id"] for norm in report["scores"]["total"]["norms"]] == [
        "de-general-population-men",
        "de-general-population",
    ]


def test_phq15_item_for_women_answered_by_a_man():
    """An answer of 0 says nothing else than that it does not apply; any other one is a warning."""
    zero = score("phq-15", PHQ15_WITHOUT_ITEM_4 | {"4": 0}, sex="male")
    assert (zero["scores"]["total"]["value"], zero["scores"]["total"]["maximum"]) == (14, 28)
    two = score("phq-15", PHQ15_WITHOUT_ITEM_4 | {"4": 2}, sex="male")
    assert (two["scores"]["total"]["value"], two["scores"]["total"]["maximum"]) == (16, 30)
    assert warned(two) == [("answers_contradict_gate", ["4"])]


@pytest.mark.parametrize(
    ("severe", "expected"),
    [
        (("1", "14", "15"), False),
        (("1", "2", "14", "15"), False),
        (("1", "2", "13"), True),
        (("1", "2", "13", "14", "15"), True),
    ],
)
def test_phq15_tiredness_and_sleep_counted_as_somatic(severe, expected):
    """The printed rule: at least 3 of #1a-m, the first thirteen, 'bothered a lot'."""
    answers = {str(item): 2 if str(item) in severe else 0 for item in range(1, 16)}
    assert criterion("phq-15", answers, "three-severe-symptoms") is expected


def test_phq15_criterion_of_a_man_counts_no_item_4():
    answers = {str(item): 2 if item in (1, 2) else 0 for item in range(1, 16) if item != 4}
    assert criterion("phq-15", answers, "three-severe-symptoms", sex="male") is False
    assert criterion("phq-15", answers, "three-severe-symptoms", sex="female") is None


IMPACT = {
    "sdq-parent": ("distress", "home", "friendships", "learning", "leisure"),
    "sdq-self": ("distress", "home", "friendships", "learning", "leisure"),
    "sdq-teacher": ("distress", "peer-relationships", "learning"),
}


@pytest.mark.parametrize("instrument", sorted(IMPACT))
def test_sdq_blank_impact_questions_count_0(instrument):
    """The publisher's syntax: 0, 0, 1, 2 and a blank 0; no impact only when all are blank."""
    first, *others = IMPACT[instrument]
    whole = but(25, 1) | {"difficulties": 1}
    one_blank = whole | {first: 3} | dict.fromkeys(others[:-1], 2)
    assert values(instrument, one_blank)["impact"] == 2 + len(others[:-1])
    assert values(instrument, whole | {first: 2})["impact"] == 1
    assert values(instrument, whole)["impact"] is None
    assert values(instrument, whole | {"difficulties": 0})["impact"] == 0
    entry = score(instrument, whole | {first: 2})["scores"]["impact"]
    assert (entry["missing_rule"], entry["prorated"]) == ("blank_as_zero", False)


RISKS = [
    (entry.instrument.id, risk.id) for entry in CATALOG.entries() for risk in entry.instrument.risks
]


@pytest.mark.parametrize(("instrument", "name"), RISKS)
def test_a_message_is_said_only_of_a_flag_that_is_raised(instrument, name):
    form = CATALOG.get(instrument).instrument
    risk = next(risk for risk in form.risks if risk.id == name)
    item = form.items[risk.item]
    other = form.items[risk.item - 1]
    for option in item.response_set.options:
        answers = {item.id: option.value}
        found = next(one for one in score(instrument, answers)["risks"] if one["id"] == name)
        assert found["message"] == (risk.message if found["raised"] else None)
    answers = {other.id: other.response_set.options[0].value}
    found = next(one for one in score(instrument, answers)["risks"] if one["id"] == name)
    assert (found["raised"], found["message"]) == (None, f"Item {item.id} was not answered.")
