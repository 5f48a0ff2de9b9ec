"""Tables that tools are known to export are read row by row. The files are not part of the project:
without them these tests are skipped.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.settings import Settings
from tests.sources.mappings import flat

FOUND = [place / "shared/samples/survey" for place in Path(__file__).parents]
SAMPLES = next((place for place in FOUND if place.is_dir()), Path())

pytestmark = pytest.mark.skipif(not SAMPLES.name, reason="the samples are not here")

Json = dict[str, Any]


def two(name: str, items: Json, tokens: Json, **members: Any) -> Json:
    """Return a mapping of two columns to the PHQ-2."""
    values = {"numeric": "none", "tokens": tokens}
    return flat(id=name, instrument="phq-2", items=items, values=values, **members)


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> FlaskClient:
    place = tmp_path_factory.mktemp("site")
    (place / "mappings").mkdir()
    numbers = {str(number): number for number in range(4)}
    pressure = {"110": 0, "111": 1, "112": 2, "114": 3, "100": 0, "101": 1, "102": 2, "104": 3}
    record = {"response_id": "/record_id"}
    for document in (
        two(
            "simple",
            {"ethnicity": "1", "race___5": "2"},
            numbers,
            meta={
                **record,
                "finished": {"at": "/race_and_ethnicity_complete", "values": ["2"]},
            },
        ),
        two(
            "repeating",
            {"bp_systolic": "1", "bp_diastolic": "2"},
            pressure,
            meta={
                **record,
                "session": "/redcap_repeat_instance",
                "finished": {"at": "/bp_complete", "values": ["2"]},
            },
        ),
        two(
            "qualtrics",
            {"Q1": "1"},
            numbers,
            table={"header_rows": 3, "header_mark": "ImportId"},
            meta={
                "response_id": "/ResponseId",
                "language": "/UserLanguage",
                "finished": {"at": "/Finished", "values": ["1"]},
            },
        ),
    ):
        (place / "mappings" / f"{document['id']}.json").write_text(json.dumps(document))
    folder = tmp_path_factory.mktemp("instruments")
    name = "phq-2.json"
    (folder / name).write_bytes((Settings().instruments_dir / name).read_bytes())
    settings = replace(Settings(), instruments_dir=folder, instruments_extra_dir=place)
    return create_app(settings, log_fd=None).test_client()


def sent(client: FlaskClient, file: str, mapping: str) -> list[Json]:
    body = (SAMPLES / file).read_bytes()
    headers = {"Content-Type": "text/csv", "Accept": "application/x-ndjson"}
    answered = client.post(f"/v1/batch?mapping={mapping}", data=body, headers=headers)
    assert answered.status_code == 200, answered.text
    return [json.loads(line) for line in answered.data.splitlines()][:-1]


def total(line: Json) -> Any:
    """Return a total, or the codes of a problem."""
    if "problem" in line:
        return [one["code"] for one in line["problem"]["errors"]]
    return line["scores"]["total"]["value"]


def test_redcap_with_line_breaks_in_cells_and_checkbox_columns(client):
    lines = sent(client, "redcap-simple-data.csv", "simple")
    assert [total(line) for line in lines] == [2, ["not_finished"], 1, 2, 2]
    assert [line.get("reference") for line in lines] == ["1", None, "3", "4", "5"]


def test_redcap_with_repeats(client):
    lines = sent(client, "redcap-repeating-data.csv", "repeating")
    blank = ["not_finished"]
    assert [total(line) for line in lines] == [blank, 0, 2, 4, blank, 6]
    sessions = [line["source"]["session"] for line in lines if "source" in line]
    assert sessions == [1, 2, 3, 1]


def test_qualtrics_with_three_header_rows(client):
    (line,) = sent(client, "qualtrics-export-3-header-rows.csv", "qualtrics")
    assert (line["answered"], line["missing"]) == (1, ["2"])
    assert (line["reference"], line["source"]["language"]) == ("R_2YPOQ602ER1jkf1", "DE")
