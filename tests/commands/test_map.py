"""`python -m service map SAMPLE -i ID`: what is certain is proposed, and all else left open."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from service.__main__ import main
from service.settings import Settings
from service.sources.check import check_mapping
from service.sources.reading import read_payload
from tests.api.test_sources import LABELS, RAMP, TOOLS, TWELVE

Json = dict[str, Any]
Out = pytest.CaptureFixture[str]

OFFICIAL = "0, Not at all | 1, Several days | 2, More than half the days | 3, Nearly every day"
DICTIONARY = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the shipped instruments, and all templates, which are loaded at once."""
    place = tmp_path_factory.mktemp("shipped")
    from_here = Settings().instruments_dir
    for name in ("gad-7", "phq-9", "psqi", "scoff", "wai-sr"):
        shutil.copy(from_here / f"{name}.json", place)
    shutil.copytree(from_here / "mappings", place / "mappings")
    return place


@pytest.fixture(autouse=True)
def configured(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTRUMENTS_DIR", str(shipped))


def written(folder: Path, content: Any, name: str = "sample.json") -> str:
    file = folder / name
    raw = content if isinstance(content, str) else json.dumps(content)
    file.write_text(raw, encoding="utf-8")
    return str(file)


def table(header: list[str], *rows: list[Any], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([header, *rows])
    return text.getvalue()


def dictionary(*choices: str, kind: str = "radio", prefix: str = "phq9_") -> str:
    """Return a data dictionary of fields that offer these choices."""
    fields = [
        [f"{prefix}{n}", "phq9", "", kind, f"Question {n}", one] for n, one in enumerate(choices, 1)
    ]
    return table(DICTIONARY, ["record_id", "phq9", "", "text", "Study ID", ""], *fields)


def proposed(file: str, capsys: Out, code: int, instrument: str = "phq-9") -> tuple[Json, str]:
    """Return the draft that the command prints, and what it says beside."""
    assert main(["map", file, "-i", instrument]) == code
    out, err = capsys.readouterr()
    return json.loads(out), err


def confirmed(draft: Json) -> Json:
    """Return a draft as its author leaves it who has nothing to change."""
    return {**draft, "title": "Confirmed", "notes": []}


def answers(draft: Json, payload: Json, catalog) -> dict[str, Any]:
    checked = check_mapping(confirmed(draft), catalog)
    assert checked.faults == ()
    assert checked.mapping is not None
    read = read_payload(checked.mapping, payload)
    assert read.faults == []
    return read.answers


PLACED = {
    "surveyjs-phq-9": 0,
    "kobotoolbox-phq-9": 0,
    "redcap-phq-9": 0,
    "typeform-phq-9": 0,
    "typeform-responses-phq-9": 0,
    "odk-central-phq-9": 0,
    "formbricks-phq-9": 0,
    "qualtrics-wai-sr": 0,
    "qualtrics-csv-phq-9": 0,
    "limesurvey-phq-9": 1,
    "jspsych-wai-sr": 1,
    "google-forms-phq-9": 1,
    "surveymonkey-phq-9": 1,
}


@pytest.mark.parametrize("name", TOOLS)
def test_a_draft_of_each_shipped_shape_reads_its_payload_once_it_is_confirmed(
    name, tmp_path, capsys, catalog
):
    instrument, make, given, _ = TOOLS[name]
    draft, said = proposed(written(tmp_path, make()), capsys, PLACED[name], instrument)
    assert draft["title"].startswith("TODO confirm: ")
    if PLACED[name] == 0:
        found = answers(draft, make(), catalog)
        assert found == {str(n): value for n, value in enumerate(given, 1)}
    else:
        assert "TODO" in json.dumps([draft["items"], draft["values"]])
        assert any(words in said for words in ("is left to you", "No key was found"))


@pytest.mark.parametrize("name", TOOLS)
def test_no_draft_passes_the_check_before_it_is_confirmed(name, tmp_path, capsys):
    instrument, make, _, _ = TOOLS[name]
    made = tmp_path / "our-form.json"
    main(["map", written(tmp_path, make()), "-i", instrument, "-o", str(made)])
    assert json.loads(made.read_text())["id"] == "our-form"
    capsys.readouterr()
    assert main(["check", str(made)]) == 1
    faults = capsys.readouterr().out
    assert "/title: still stands as in the draft" in faults


def test_choices_of_a_data_dictionary_are_placed_by_official_label_or_code(
    tmp_path, capsys, catalog
):
    from_one = "1, Not at all | 2, Several days | 3, More than half the days | 4, Nearly every day"
    file = written(tmp_path, dictionary(*[OFFICIAL] * 6, *[from_one] * 3), "dictionary.csv")
    draft, said = proposed(file, capsys, 0)
    assert said.count("\n") == 1
    row = {f"phq9_{n}": str(value) for n, value in enumerate([0, 1, 2, 3, 0, 1, 1, 4, 2], 1)}
    labels = dict.fromkeys(row, "NEARLY every day")
    by_item = {str(n): value for n, value in enumerate([0, 1, 2, 3, 0, 1, 0, 3, 1], 1)}
    assert answers(draft, row, catalog) == by_item
    assert answers(draft, labels, catalog) == dict.fromkeys(by_item, 3)
    assert draft["meta"] == {
        "response_id": "/record_id",
        "completed_at": "/phq9_timestamp",
        "finished": {"at": "/phq9_complete", "values": ["2", "Complete"]},
    }


def test_the_finished_test_is_that_of_the_form_among_others_of_a_project(tmp_path, capsys):
    whole = dictionary(*[OFFICIAL] * 9) + table(["bmi", "health", "", "text", "BMI", ""])
    draft, _ = proposed(written(tmp_path, whole, "d.csv"), capsys, 0)
    assert draft["meta"]["finished"]["at"] == "/phq9_complete"
    split = whole.replace("phq9_9,phq9,", "phq9_9,other,")
    draft, said = proposed(written(tmp_path, split, "d.csv"), capsys, 0)
    assert draft["meta"] == {"response_id": "/record_id"}
    assert "Nothing tells a finished response" in said


@pytest.mark.parametrize(
    "choices",
    [
        "0, Nearly every day | 1, Sometimes | 2, Rarely | 3, Not at all",
        "0, Not at all | 1, Not at all | 2, Several days | 3, Nearly every day",
        "1, Never | 2, Sometimes | 3, Often | 4, Always",
        "0, Never | 1, Sometimes | 2, Often",
        "0, Never | 1, Sometimes | 2, Often | 3, Always | 99, Refused",
        "a, Not at all | b, several dayss | c, More than half the days | d, Nearly every day",
        "",
    ],
)
def test_choices_that_do_not_agree_are_left_open(choices, tmp_path, capsys, catalog):
    file = written(tmp_path, dictionary(*[OFFICIAL] * 8, choices), "dictionary.csv")
    draft, said = proposed(file, capsys, 1)
    open_tokens = {f"TODO what stands for {n}": n for n in range(4)}
    assert draft["values"]["by_item"] == {"9": open_tokens}
    assert "answers of item 9 mean is left to you" in said
    faults = check_mapping(confirmed(draft), catalog).faults
    assert {one.code for one in faults} == {"to_fill_in"}
    assert {one.path[:3] for one in faults} == {("values", "by_item", "9")}


def test_a_design_has_numbers_where_the_form_takes_any(tmp_path, capsys, catalog):
    """Minutes and hours have no answers to be listed, and clock times need no explanation."""
    often = "0, Not during the past month | 1, Less than once a week"
    often += " | 2, Once or twice a week | 3, Three or more times a week"
    instrument = catalog.get("psqi").instrument
    fields = [
        [f"psqi_{item}", "psqi", "", "text" if item in "1234" else "radio", "", often]
        for item in instrument.item_ids
    ]
    fields = [[*one[:5], "" if one[3] == "text" else one[5]] for one in fields]
    file = written(tmp_path, table(DICTIONARY, *fields), "dictionary.csv")
    draft, _ = proposed(file, capsys, 0, "psqi")
    assert (
        "TODO confirm: item 2, 4 is asked in the numbers of the form, 0 to 1440, 0 to 24"
        in (draft["notes"])
    )
    sent = {f"psqi_{item}": "1" for item in instrument.item_ids}
    sent |= {"psqi_1": "23:15", "psqi_2": "12.5", "psqi_3": "06:15", "psqi_4": "6.5"}
    found = answers(draft, sent, catalog)
    assert {item: found[item] for item in "1234"} == {
        "1": "23:15",
        "2": 12.5,
        "3": "06:15",
        "4": 6.5,
    }


def test_labels_all_official_outdo_codes_in_another_order(tmp_path, capsys, catalog):
    turned = "3, Not at all | 2, Several days | 1, More than half the days | 0, Nearly every day"
    draft, _ = proposed(written(tmp_path, dictionary(*[turned] * 9), "d.csv"), capsys, 0)
    row = {f"phq9_{n}": "3" for n in range(1, 10)}
    assert set(answers(draft, row, catalog).values()) == {0}


def test_codes_without_known_labels_have_to_be_confirmed(tmp_path, capsys):
    german = "0, Überhaupt nicht | 1, An einzelnen Tagen | 2, An mehr Tagen | 3, Fast jeden Tag"
    draft, _ = proposed(written(tmp_path, dictionary(*[german] * 9), "d.csv"), capsys, 0)
    assert any("labels could not be compared" in note for note in draft["notes"])


def test_yes_and_no_of_redcap_have_the_codes_of_redcap(tmp_path, capsys, catalog):
    text = dictionary(*[""] * 5, kind="yesno", prefix="scoff_")
    draft, _ = proposed(written(tmp_path, text, "d.csv"), capsys, 0, "scoff")
    row = {f"scoff_{n}": value for n, value in enumerate("10101", 1)}
    assert list(answers(draft, row, catalog).values()) == [1, 0, 1, 0, 1]


def test_checkboxes_are_told_and_never_placed(tmp_path, capsys):
    boxes = dictionary(*["0, No | 1, Once | 2, Twice | 3, Thrice or more"] * 8, kind="checkbox")
    assert main(["map", written(tmp_path, boxes, "d.csv"), "-i", "phq-9"]) == 1
    out, said = capsys.readouterr()
    assert "8 checkbox fields were left out" in said
    assert "TODO which key is item 1" in out
    columns = ["record_id", "symptoms_complete", *(f"symptoms___{n}" for n in range(1, 6))]
    rows = table(columns, ["1", "2", *"10101"])
    assert main(["map", written(tmp_path, rows, "d.csv"), "-i", "scoff"]) == 1
    out, said = capsys.readouterr()
    assert "5 checkbox columns were left out" in said
    assert "TODO which key is item 1" in out


def test_a_table_is_read_with_the_header_rows_of_its_tool(tmp_path, capsys):
    names = ["ResponseId", "Finished", *(f"PHQ9_{n}" for n in range(1, 10))]
    ids = [json.dumps({"ImportId": name}) for name in names]
    text = table(names, names, ids, ["R_1", "1", *RAMP])
    draft, _ = proposed(written(tmp_path, text, "export.csv"), capsys, 0)
    assert draft["table"] == {"header_rows": 3, "header_mark": "ImportId"}
    assert draft["meta"]["response_id"] == "/ResponseId"
    assert draft["values"] == {"numeric": "string"}


def test_a_semicolon_table_of_limesurvey_keeps_what_its_template_says(tmp_path, capsys):
    names = ["id", "submitdate", "startlanguage", *(f"PHQ9[SQ00{n}]" for n in range(1, 10))]
    text = "\ufeff" + table(names, ["1", "", "en", *RAMP], separator=";")
    draft, _ = proposed(written(tmp_path, text, "export.csv"), capsys, 0)
    assert (draft["tool"], draft["missing"]) == ("LimeSurvey", ["", "N/A"])


LOINC = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7"]
LOINC += ["44258-2", "44252-5", "44253-3", "44260-8"]
"""LOINC's codes of the nine questions, as US Core's example of the PHQ-9 has them."""


def response(*item_answers: Json) -> Json:
    items = [
        {"linkId": f"/{code}", "answer": [answer]}
        for code, answer in zip(LOINC, item_answers, strict=True)
    ]
    total = {"linkId": "/44261-6", "answer": [{"valueDecimal": 13}]}
    form = "Questionnaire/depression"
    return {"resourceType": "QuestionnaireResponse", "questionnaire": form, "item": [*items, total]}


def test_a_response_of_fhir_is_placed_by_loinc_codes(tmp_path, capsys, catalog):
    sent = response(*({"valueCoding": {"display": LABELS[value]}} for value in RAMP))
    sent["item"][0]["answer"] = [{"valueString": LABELS[0]}]
    for item, value in zip(sent["item"][1:], RAMP[1:], strict=False):
        item["answer"] = [{"valueString": LABELS[value].upper()}]
    draft, _ = proposed(written(tmp_path, sent), capsys, 0)
    assert draft["fhir"] == {"questionnaires": ["Questionnaire/depression"]}
    assert draft["scores"] == {"/44261-6": "total"}
    found = answers(draft, sent, catalog)
    assert found == {str(n): value for n, value in enumerate(RAMP, 1)}


def test_a_questionnaire_of_fhir_is_placed_by_the_codes_of_its_items(tmp_path, capsys):
    options = [
        {"valueCoding": {"code": f"c{value}", "display": label}} for value, label in LABELS.items()
    ]
    items = [
        {
            "linkId": f"x.{n}",
            "type": "choice",
            "code": [{"system": "http://loinc.org", "code": code}],
            "answerOption": options,
        }
        for n, code in enumerate(reversed(LOINC))
    ]
    form = {"resourceType": "Questionnaire", "url": "https://e.org/q", "item": items}
    nested = {**form, "item": [{"linkId": "all", "type": "group", "item": items}]}
    for one in (form, nested):
        draft, _ = proposed(written(tmp_path, one), capsys, 0)
        assert draft["items"] == {f"x.{n}": str(9 - n) for n in range(9)}
        assert draft["values"]["tokens"] == {
            text: n for n in range(4) for text in (f"c{n}", LABELS[n])
        }


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([f"{name}{n}" for name in ("a", "b") for n in range(1, 10)], "2 sets of keys could be"),
        ([f"q{n}" for n in range(9)], "numbered from 0"),
        ([f"phq9_{n}" for n in range(10)], "numbered from 0"),
        ([f"q{n}" for n in range(1, 9)], "No set of keys is numbered like the items"),
        ([f"q{n}" for n in range(1, 31)], "No set of keys is numbered like the items"),
        ([f"phq15_{n}" for n in range(1, 16)], "No set of keys is numbered like the items"),
    ],
)
def test_keys_that_might_be_others_are_not_placed(keys, said, tmp_path, capsys):
    file = written(tmp_path, dict.fromkeys(keys, 1))
    assert main(["map", file, "-i", "phq-9"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "no draft was made" in err


def test_the_name_of_the_instrument_tells_two_sets_apart(tmp_path, capsys):
    keys = [f"{name}_{n}" for name in ("gad7", "phq9", "other") for n in range(1, 10)]
    draft, said = proposed(written(tmp_path, dict.fromkeys(keys, 1)), capsys, 0)
    assert list(draft["items"]) == [f"phq9_{n}" for n in range(1, 10)]
    assert "18 keys were not placed: gad7_1" in said


def test_a_set_of_the_right_name_that_is_not_whole_leaves_the_rest_open(tmp_path, capsys):
    keys = [f"phq9_{n}" for n in range(1, 8)]
    draft, said = proposed(written(tmp_path, dict.fromkeys(keys, 1)), capsys, 1)
    assert draft["items"]["TODO which key is item 8"] == "8"
    assert "No key was found for item 8, 9." in said


SECRET = "ZZ-secret-answer"


@pytest.mark.parametrize("name", TOOLS)
def test_no_answer_of_a_sample_is_printed(name, tmp_path, capsys):
    instrument, make, _, _ = TOOLS[name]
    marked = json.loads(json.dumps(make()), object_hook=_marked)
    main(["map", written(tmp_path, marked), "-i", instrument])
    assert SECRET not in "".join(capsys.readouterr())


def _marked(part: Json) -> Json:
    """Return an object whose answers are all texts that nobody may see."""
    told = {"value", "label", "choiceText", "choice_id"}
    return {
        key: SECRET if key in told or (key[:1] in "pPQm" and isinstance(value, str)) else value
        for key, value in part.items()
    }


def test_no_cell_of_a_table_without_a_header_is_printed(tmp_path, capsys):
    rows = table([SECRET, "x", "2"], ["a", "b", "c"])
    assert main(["map", written(tmp_path, rows, "d.csv"), "-i", "phq-9"]) == 2
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        ("one column\n1\n", "neither JSON nor a table"),
        ("a,b\n1\n", "not as many cells"),
        ("a,a\n1,2\n", "A column comes twice"),
        ('a,"b\n', "neither JSON nor CSV"),
        ("{", "not valid JSON"),
        ('{"a": 1, "a": 2}', "same member twice"),
        ("[]", "no object with answers"),
        ("[1]", "no object with answers"),
        ('{"a": {"b": {"c": []}}}', "no object with answers"),
        (table(DICTIONARY), "has no fields"),
    ],
)
def test_a_file_that_is_no_sample_is_told_in_sentences(content, said, tmp_path, capsys):
    file = written(tmp_path, content)
    assert main(["map", file, "-i", "phq-9"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.startswith(f"{file}: cannot be used: ")


def test_bytes_that_are_no_text_are_told_in_a_sentence(tmp_path, capsys):
    (tmp_path / "b").write_bytes("a;ä\n1;ä".encode() + b"\xe4")
    assert main(["map", str(tmp_path / "b"), "-i", "phq-9"]) == 2
    assert "not UTF-8 (line 2, column 4)" in capsys.readouterr().err


def test_an_unknown_instrument_and_files_in_the_way_are_told(tmp_path, capsys):
    sample = written(tmp_path, {f"phq9_{n}": 1 for n in range(1, 10)})
    assert main(["map", sample, "-i", "phq9"]) == 2
    assert "Did you mean phq-9" in capsys.readouterr().err
    assert main(["map", str(tmp_path / "none"), "-i", "phq-9"]) == 2
    assert "No such file" in capsys.readouterr().err
    assert main(["map", sample, "-i", "phq-9", "-o", sample]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert json.loads(Path(sample).read_text()) == {f"phq9_{n}": 1 for n in range(1, 10)}


def test_places_of_labels_are_never_taken_for_codes(tmp_path, capsys):
    """jsPsych tells the place of a label: 1 would be an allowed answer, and is the second."""
    chosen = {f"Q{n}": value for n, value in enumerate([1] * len(TWELVE))}
    sent = {"trial_type": "survey-likert", "response": chosen}
    draft, _ = proposed(written(tmp_path, sent), capsys, 1, "wai-sr")
    assert draft["values"]["numeric"] == "none"
    assert draft["items"]["Q0"] == "1"


def lime_survey(codes: dict[str, str], **members: Any) -> Json:
    """Return what LimeSurvey tells of a question: an array with these answer options."""
    options = {
        code: {"answer": label, "assessment_value": "0", "scale_id": "0", "order": str(at)}
        for at, (code, label) in enumerate(codes.items())
    }
    rows = {
        str(17 + n): {"title": f"SQ00{n}", "question": f"Row {n}", "scale_id": "0"}
        for n in range(1, 10)
    }
    return {"title": "PHQ9", "answeroptions": options, "subquestions": rows, **members}


def test_answer_options_of_limesurvey_are_placed_by_their_labels(tmp_path, capsys, catalog):
    # the codes are in another order than the answers
    design = lime_survey({f"A{4 - value}": label for value, label in LABELS.items()})
    for sample in (design, [design]):
        draft, _ = proposed(written(tmp_path, sample), capsys, 0)
        sent = {f"PHQ9[SQ00{n}]": f"A{4 - value}" for n, value in enumerate(RAMP, 1)}
        read = answers(draft, {"id": "1", "submitdate": "2026-03-02", **sent}, catalog)
        assert [*read.values()] == RAMP
        assert draft["meta"]["response_id"] == "/id"


@pytest.mark.parametrize(
    "codes",
    [
        {"A1": "Never", "A2": "Several days", "A3": "More than half the days", "A4": "Always"},
        {f"A{n}": "" for n in range(1, 5)},
    ],
)
def test_answer_options_that_do_not_agree_are_left_open(codes, tmp_path, capsys):
    draft, said = proposed(written(tmp_path, lime_survey(codes)), capsys, 1)
    assert all(text.startswith("TODO") for text in draft["values"]["tokens"])
    assert "is left to you" in said


def test_a_question_with_two_scales_makes_no_draft(tmp_path, capsys):
    design = lime_survey({f"A{value}": label for value, label in LABELS.items()})
    design["answeroptions"]["A0"]["scale_id"] = "1"
    assert main(["map", written(tmp_path, design), "-i", "phq-9"]) == 2
    assert "two scales" in capsys.readouterr().err


def trial(labels: list[str], **question: Any) -> Json:
    """Return the design of a trial of jsPsych whose questions offer these labels."""
    asked = [{"prompt": f"Row {n}", "labels": labels, **question} for n in range(9)]
    return {"type": "survey-likert", "questions": asked}


def test_labels_of_a_trial_say_what_their_places_mean(tmp_path, capsys, catalog):
    labels = [LABELS[value] for value in (3, 2, 1, 0)]  # the highest first
    draft, _ = proposed(written(tmp_path, trial(labels)), capsys, 0)
    sent = {"response": {f"Q{n}": 3 - value for n, value in enumerate(RAMP)}}
    assert [*answers(draft, sent, catalog).values()] == RAMP


GERMAN = ("Überhaupt nicht", "An einzelnen Tagen", "An mehr als der Hälfte der Tage")


# By form, language and printed edition: the answers from the lowest value to the highest.
ELSEWHERE = {
    "PHQ-D": ("gad-7", [*GERMAN, "Beinahe jeden Tag"]),
    "PHQ-9 in Spanish": (
        "phq-9",
        ["Ningún día", "Varios días", "Más de la mitad de los días", "Casi todos los días"],
    ),
    "PHQ-9 for Colombia": (
        "phq-9",
        ["Para nada", "Varios días", "Más de la mitad de los días", "Casi todos los días"],
    ),
    "SCOFF in German": ("scoff", ["Nein", "Ja"]),
}


@pytest.mark.parametrize("edition", ELSEWHERE)
def test_labels_in_another_language_of_the_form_say_what_answers_mean(
    tmp_path, capsys, catalog, edition
):
    form, labels = ELSEWHERE[edition]
    highest, rows = len(labels) - 1, {"gad-7": 7, "phq-9": 9, "scoff": 5}[form]
    meant = [min(value, highest) for value in RAMP[:rows]]
    asked = [{"prompt": f"Row {n}", "labels": labels[::-1]} for n in range(rows)]
    design = {"type": "survey-likert", "questions": asked}
    draft, _ = proposed(written(tmp_path, design), capsys, 0, instrument=form)
    sent = {"response": {f"Q{n}": highest - value for n, value in enumerate(meant)}}
    assert [*answers(draft, sent, catalog).values()] == meant


def test_labels_of_two_languages_at_once_are_left_open(tmp_path, capsys):
    labels = ["Not at all", *GERMAN[1:], "Nie"]
    asked = [{"prompt": f"Row {n}", "labels": labels} for n in range(7)]
    design = {"type": "survey-likert", "questions": asked}
    _, said = proposed(written(tmp_path, design), capsys, 1, instrument="gad-7")
    assert "is left to you" in said


def test_places_whose_labels_are_not_official_are_left_open(tmp_path, capsys):
    labels = ["Never", "Sometimes", "Often", "Always"]  # as many as the form has answers
    draft, said = proposed(written(tmp_path, trial(labels)), capsys, 1)
    assert all(text.startswith("TODO") for text in draft["values"]["tokens"])
    assert "is left to you" in said


def test_names_that_count_from_1_are_not_moved_by_one(tmp_path, capsys):
    sent = {"response": {f"phq9_{n}": 1 for n in range(1, 11)}}
    draft, _ = proposed(written(tmp_path, sent), capsys, 1)
    assert draft["items"] == {f"phq9_{n}": str(n) for n in range(1, 11)}


CODES = [{"code": f"c{value}", "display": label} for value, label in LABELS.items()]
WHOLE = {"compose": {"include": [{"system": "urn:x", "concept": CODES}]}}


def from_value_set(value_set: Json, reference: str = "#often") -> Json:
    """Return a form whose items take their answers from a value set that it contains."""
    items = [{"linkId": f"q{n}", "type": "choice", "answerValueSet": reference} for n in TEN[:9]]
    contained = [{"resourceType": "ValueSet", "id": "often", **value_set}]
    return {"resourceType": "Questionnaire", "contained": contained, "item": items}


TEN = range(1, 11)


@pytest.mark.parametrize("value_set", [WHOLE, {"expansion": {"contains": CODES}}])
def test_a_value_set_in_the_form_says_what_codes_mean(value_set, tmp_path, capsys):
    draft, said = proposed(written(tmp_path, from_value_set(value_set)), capsys, 0)
    assert draft["values"]["tokens"] == {text: n for n in range(4) for text in (f"c{n}", LABELS[n])}
    assert "value sets" not in said


@pytest.mark.parametrize(
    "form",
    [
        from_value_set(WHOLE, "http://example.org/often"),
        from_value_set({"compose": {"include": [{"system": "urn:x"}]}}),
        from_value_set({"compose": {**WHOLE["compose"], "exclude": [{"system": "urn:y"}]}}),
        from_value_set({"compose": {"include": [{"valueSet": ["urn:z"], "concept": CODES}]}}),
        from_value_set({"expansion": {"contains": [{"contains": CODES}]}}),
        from_value_set({"expansion": {"contains": CODES, "total": 9}}),
        from_value_set({"expansion": "none", "compose": []}),
    ],
)
def test_a_value_set_that_does_not_list_every_code_is_told(form, tmp_path, capsys):
    draft, said = proposed(written(tmp_path, form), capsys, 1)
    assert all(text.startswith("TODO") for text in draft["values"]["tokens"])
    assert "9 questions take their answers from value sets" in said


HOSTILE = [
    {"title": "PHQ9", "answeroptions": {"A1": None, "A2": []}, "subquestions": [1]},
    {"title": "PHQ9", "answeroptions": {"A1": {"answer": {"en": 1}}}, "subquestions": {"1": {}}},
    {"questions": [None, {"labels": []}, {"labels": [None, {}, 3]}, {"labels": 1}]},
    {"resourceType": "Questionnaire", "contained": [{"resourceType": "ValueSet"}, 1], "item": 3},
    {
        "resourceType": "Questionnaire",
        "contained": [{"resourceType": "ValueSet", "id": 3, "expansion": {"contains": [CODES]}}],
        "item": [{"linkId": "q1", "answerValueSet": ["#3"]}],
    },
    [{"title": "a", "answeroptions": {}}] * 3,
    {"resourceType": "Questionnaire", "contained": [{"resourceType": "ValueSet", **WHOLE}]},
    {"response": {"Q0": [[[]]]}, "trial_type": 1},
]


@pytest.mark.parametrize("sample", HOSTILE)
def test_a_design_of_another_shape_is_told_or_left_open(sample, tmp_path, capsys):
    assert main(["map", written(tmp_path, sample), "-i", "phq-9"]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err
