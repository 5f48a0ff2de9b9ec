"""`python -m service map` with what tools hand out beside single payloads: pages of an API, groups,
trials of a whole session, notices, boxes.
"""

import json

import pytest

from service.__main__ import main
from tests.api.test_sources import RAMP, TWELVE, google_forms, jspsych, odk, typeform, typeform_item
from tests.commands.test_map import (
    OFFICIAL,
    answers,
    configured,
    dictionary,
    proposed,
    shipped,
    written,
)

__all__ = ["configured", "shipped"]
BY_ITEM = {str(n): value for n, value in enumerate(RAMP, 1)}


def test_a_page_of_the_responses_of_typeform_is_read_as_its_webhook_is(tmp_path, capsys, catalog):
    page = {"total_items": 1, "page_count": 1, "items": [typeform_item()]}
    draft, _ = proposed(written(tmp_path, page), capsys, 0)
    assert answers(draft, typeform_item(), catalog) == BY_ITEM
    assert draft["meta"]["response_id"] == "/token"
    assert "signature" not in draft
    bare = written(tmp_path, typeform()["form_response"], "bare.json")
    assert proposed(bare, capsys, 0)[0]["answers"] == draft["answers"]


def test_the_groups_of_a_submission_are_those_that_it_has(tmp_path, capsys, catalog):
    sent = odk()
    sent["visit"] = {"number": 2, "mood": sent.pop("phq9")}
    draft, said = proposed(written(tmp_path, {"value": [sent]}), capsys, 0)
    assert draft["tool"] == "ODK Central"
    assert draft["answers"] == {"kind": "map", "descend": ["visit", "mood"]}
    assert draft["ignore"] == ["__system", "meta"]
    assert draft["meta"] == {
        "response_id": "/__id",
        "completed_at": "/__system/submissionDate",
    }
    assert "visit/number" in said
    assert "submitterName" not in said
    assert answers(draft, sent, catalog) == BY_ITEM


def test_the_trial_with_answers_is_found_among_those_of_a_session(tmp_path, capsys):
    trials = [{"trial_type": "preload", "response": None, "rt": 1}, jspsych()]
    draft, _ = proposed(written(tmp_path, trials), capsys, 1, "wai-sr")
    assert draft["tool"] == "jsPsych"
    assert len(draft["items"]) == len(TWELVE)


def test_what_answers_mean_is_asked_even_where_no_key_is_known(tmp_path, capsys):
    """Google Forms has ids for keys, and labels for answers: of the form, all four are proposed."""
    sent = google_forms()
    sent["answers"] = {f"5bdc4{n}a": one for n, one in enumerate(sent["answers"].values())}
    draft, _ = proposed(written(tmp_path, sent), capsys, 1)
    assert sorted(draft["values"]["tokens"].values()) == [0, 1, 2, 3]
    assert "Nearly every day" in draft["values"]["tokens"]
    for one in sent["answers"].values():
        one["textAnswers"]["answers"][0]["value"] = "Ganz anders"
    draft, said = proposed(written(tmp_path, sent, "other.json"), capsys, 1)
    assert all(text.startswith("TODO") for text in draft["values"]["tokens"])
    assert "Ganz anders" not in json.dumps(draft) + said


def test_boxes_of_a_record_are_told_and_never_placed(tmp_path, capsys):
    """A tick says that there was a problem, and not how often."""
    sent = {"record_id": "17", **{f"phq9___{n}": "1" for n in range(1, 10)}}
    draft, said = proposed(written(tmp_path, sent), capsys, 1)
    assert all(key.startswith("TODO") for key in draft["items"])
    assert "9 checkbox columns were left out" in said


def test_a_key_that_would_disturb_a_terminal_is_counted_and_not_printed(tmp_path, capsys):
    sent = {"\x1b[31mred": 1, **{f"phq9_{n}": 1 for n in range(1, 10)}}
    _, said = proposed(written(tmp_path, sent), capsys, 0)
    assert "1 key was not placed: …" in said


def test_checkbox_fields_of_a_dictionary_are_boxes_where_their_choices_are_the_answers(
    tmp_path, capsys, catalog
):
    """REDCap names the column of a choice by its code, in lower case."""
    labels = ("Not at all", "Several days", "More than half the days", "Nearly every day")
    coded = " | ".join(f"{code}, {label}" for code, label in zip("DCBA", labels, strict=True))
    text = dictionary(*[coded] * 9, kind="checkbox")
    draft, said = proposed(written(tmp_path, text, "d.csv"), capsys, 0)
    assert "left out" not in said
    assert draft["items"] == {}
    assert any("asked as checkboxes" in note for note in draft["notes"])
    ticked = {f"phq9_{n}___{'dcba'[value]}": "1" for n, value in enumerate(RAMP, 1)}
    sent = {f"phq9_{n}___{code}": "0" for n in range(1, 10) for code in "abcd"} | ticked
    assert answers(draft, sent, catalog) == BY_ITEM
    assert draft["meta"]["finished"]["at"] == "/phq9_complete"


def test_boxes_and_other_fields_stand_side_by_side(tmp_path, capsys, catalog):
    """A choice for missing has a column too, and is no answer of the form."""
    text = dictionary(*[OFFICIAL] * 8, kind="radio") + (
        f'phq9_9,phq9,,checkbox,Question 9,"{OFFICIAL}"\n'
    )
    draft, _ = proposed(written(tmp_path, text, "d.csv"), capsys, 0)
    assert sorted(draft["boxes"]["keys"]) == [f"phq9_9___{code}" for code in range(4)]
    sent = {f"phq9_{n}": str(value) for n, value in enumerate(RAMP[:8], 1)}
    assert (
        answers(
            draft,
            sent
            | {"phq9_9___1": "1", **dict.fromkeys(["phq9_9___0", "phq9_9___2", "phq9_9___3"], "0")},
            catalog,
        )
        == BY_ITEM
    )
    none = text.replace(f'checkbox,Question 9,"{OFFICIAL}"', "checkbox,Question 9,")
    assert "boxes" not in proposed(written(tmp_path, none, "n.csv"), capsys, 1)[0]
    more = text.replace(f'"{OFFICIAL}"\n', f'"{OFFICIAL} | -99, Refused"\n')
    draft, said = proposed(written(tmp_path, more, "e.csv"), capsys, 1)
    assert "boxes" not in draft
    assert "1 checkbox field was left out" in said
    assert "No key was found for item 9." in said


@pytest.mark.parametrize(
    ("content", "tool"),
    [
        ("project_id=3&instrument=phq9&record=17&phq9_complete=2", "REDCap"),
        ({"event_type": "response_completed", "object_id": "3", "resources": {}}, "SurveyMonkey"),
    ],
)
def test_a_notice_without_answers_is_told_from_a_response(content, tool, tmp_path, capsys):
    assert main(["map", written(tmp_path, content), "-i", "phq-9"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "a notice without answers" in err
    assert tool in err
