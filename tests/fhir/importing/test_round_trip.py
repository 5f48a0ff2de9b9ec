"""Our own Questionnaires come back as the instruments that they were made of: with the shipped
scales confirmed, the same answers have the same scores.
"""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.definitions.catalog import Entry
from service.definitions.check import check_definition
from service.fhir.canonical import Names
from service.fhir.importing.draft import draft_of
from service.fhir.publishing.questionnaire import write_questionnaire
from service.scoring.answers import Submission
from service.scoring.instrument import Number
from service.scoring.report import Scorer
from tests.fhir.payloads import OURS
from tests.fhir.test_same_scores import ASKED, ENTRIES

Json = dict[str, Any]
NAMES = Names(OURS)

RECODED = {"rand-36", "promis-29", "promis-sleep-disturbance-4a", "cbi", "whoqol-bref"}
"""Instruments of which a form cannot tell which number is submitted for an answer. On the RAND-36
what it is worth (0 to 100) is another, and the draft takes that. On the CBI and some items of the
PROMIS forms the first answer weighs most: the draft numbers such answers upwards and reverses them;
on item 26 of the WHOQOL-BREF, whose answers no other item has, it takes their weights.
"""
WHOLE = [entry for entry in ENTRIES if not entry.instrument.clock_items]
"""A draft leaves the items out whose answers are times."""


def confirmed(entry: Entry) -> tuple[Json, dict[str, dict[Number, Number]]]:
    """Return the shipped definition with items and answers of the import, and by item the imported
    number of each shipped answer.

    What the form does not tell is filled in as the shipped definition has it: the numbers of
    answers without weights, or with equal ones, which of them say that nothing is known, and which
    items are scored where some have none.
    """
    form = write_questionnaire(entry, NAMES)
    draft = draft_of(form)
    assert draft.definition is not None, draft.faults
    imported = copy.deepcopy(draft.definition)
    numbers: dict[str, dict[Number, Number]] = {}
    for one, known, asked in zip(
        imported["items"], entry.instrument.items, form["item"], strict=True
    ):
        assert one["id"] == known.id
        if "no_weights" in {remark.code for remark in draft.remarks}:
            one["scored"] = known.scored
        options = imported["response_sets"][one["response_set"]].get("options", ())
        by_code = {option["code"]: option for option in options}
        numbers[known.id] = {}
        for value, printed in zip(known.columns, asked.get("answerOption", ()), strict=True):
            option = by_code[printed["valueCoding"]["code"]]
            if isinstance(option["value"], str):
                option["value"] = value
            if value in known.not_known:
                option["missing"] = True
            numbers[known.id][value] = option["value"]
    parts = ("response_sets", "items")
    definition = {**entry.document, **{name: imported[name] for name in parts}}
    # What only labels in other languages were read in has nothing to say without them.
    used = str({**definition, "sources": []})
    definition["sources"] = [one for one in definition["sources"] if f"'{one['id']}'" in used]
    return definition, numbers


def in_numbers(numbers: dict[str, dict[Number, Number]], answers: Any) -> Any:
    """Return answers, by item or in their order, as the import takes them."""
    by_item = answers if isinstance(answers, dict) else dict(zip(numbers, answers, strict=True))
    return {name: numbers[name].get(value, value) for name, value in by_item.items()}


def confirm(entry: Entry) -> tuple[Scorer, dict[str, dict[Number, Number]]]:
    """Return the scorer of an import, whose examples come out right, and the numbers it takes."""
    definition, numbers = confirmed(entry)
    if entry.instrument.id in RECODED:
        examples = [
            one | {"answers": in_numbers(numbers, one["answers"])} for one in definition["examples"]
        ]
        definition |= {"examples": examples, "submitted_as": "codes"}
    else:
        assert all([*known] == [*known.values()] for known in numbers.values())
    checked = check_definition(definition)
    assert checked.scorer is not None, checked.faults
    return checked.scorer, numbers


@st.composite
def answered(draw: st.DrawFn, entry: Entry) -> dict[str, Number]:
    """Draw the answers of a form, some of them missing."""
    whole = draw(st.booleans())
    answers = {}
    for item in entry.instrument.items:
        options = [option.value for option in item.response_set.options]
        allowed: st.SearchStrategy[Number | None] = (
            st.sampled_from(options)
            if options
            else st.integers(int(item.response_set.minimum), int(item.response_set.maximum))
        )
        value = draw(allowed if whole else st.none() | allowed)
        if value is not None:
            answers[item.id] = value
    return answers


def says_something(entry: Entry, answers: dict[str, Number]) -> bool:
    """Tell whether an answer of a form is known."""
    items = {item.id: item for item in entry.instrument.items}
    return any(value not in items[name].not_known for name, value in answers.items())


@pytest.mark.parametrize("entry", WHOLE, ids=lambda entry: entry.instrument.id)
def test_the_same_answers_have_the_same_scores(entry: Entry) -> None:
    imported, numbers = confirm(entry)
    raters = entry.instrument.perspectives

    @settings(max_examples=15)
    @given(data=st.data())
    def same(data: st.DataObject) -> None:
        answers = data.draw(answered(entry).filter(lambda form: says_something(entry, form)))
        about = {**ASKED, "perspective": raters[0] if raters else None}
        shipped = entry.scorer.score(Submission(answers, **about))
        made = imported.score(Submission(in_numbers(numbers, answers), **about))
        for member in ("scores", "criteria", "risks"):
            assert made[member] == shipped[member]

    same()
