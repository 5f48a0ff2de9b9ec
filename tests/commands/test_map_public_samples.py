"""Public samples become drafts, or a sentence says why not. The files are not part of the project:
without them these tests are skipped.
"""

import json
from pathlib import Path

import pytest

from service.__main__ import main

FOUND = [place / "shared/samples" for place in Path(__file__).parents]
SAMPLES = next((place for place in FOUND if place.is_dir()), Path())

pytestmark = pytest.mark.skipif(not SAMPLES.name, reason="the samples are not here")

TOOLS = {
    "survey/redcap-simple-dictionary.csv": "REDCap",
    "survey/odk-central-odata-submissions.json": "ODK Central",
    "survey/typeform-form_response.json": "Typeform",
    "survey/redcap-simple-data.csv": "REDCap",
    "survey/redcap-repeating-data.csv": "REDCap",
    "survey/qualtrics-export-3-header-rows.csv": "Qualtrics",
    "survey/google-forms-response.json": "Google Forms",
    "survey/kobo-submissions.json": "KoboToolbox",
    "survey/surveymonkey-responses-bulk.json": "SurveyMonkey",
    "survey/formbricks-webhook-responseFinished.json": "Formbricks",
    "fhir/mii-questionnaire-phq9-extractable.json": "FHIR QuestionnaireResponse",
}
"""Samples without a PHQ-9, or with one whose answers stand elsewhere: their tool is known all the
same.
"""
WHOLE = [
    "fhir/us-core-questionnaire-phq9.json",
    "fhir/us-core-questionnaireresponse-phq9.json",
    "fhir/lforms-questionnaire-phq9-weight.json",
    "fhir/mii-questionnaireresponse-phq9.json",
]
NONE = [
    "survey/limesurvey-rows.json",
    "survey/qualtrics-survey-definition.json",
    "survey/redcap-data-entry-trigger.txt",
]
"""Of no tool that is known, or no response."""


@pytest.mark.parametrize("name", TOOLS)
def test_the_tool_of_a_sample_is_known(name, capsys):
    assert main(["map", str(SAMPLES / name), "-i", "phq-9"]) == 1
    assert json.loads(capsys.readouterr().out)["tool"] == TOOLS[name]


@pytest.mark.parametrize("name", WHOLE)
def test_every_item_of_a_form_finds_its_place(name, capsys):
    assert main(["map", str(SAMPLES / name), "-i", "phq-9"]) == 0
    draft = json.loads(capsys.readouterr().out)
    assert sorted(draft["items"].values(), key=int) == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize("name", NONE)
def test_a_sample_of_no_known_shape_makes_no_draft(name, capsys):
    assert main(["map", str(SAMPLES / name), "-i", "phq-9"]) == 2
    assert capsys.readouterr().out == ""
