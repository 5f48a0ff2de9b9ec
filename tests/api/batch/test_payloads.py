"""A batch of payloads gives, line by line, what each would have at the route of its mapping."""

import csv
import io
import json
import shutil
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.settings import Settings
from tests.sources.mappings import FREQUENCY, NINE, flat

Json = dict[str, Any]
NDJSON = "application/x-ndjson"
RAMP = [0, 1, 2, 3, 0, 1, 2, 3, 1]
"""Adds up to 13."""
LABELS = {number: label for label, number in FREQUENCY.items()}


@pytest.fixture(scope="module")
def site(few, tmp_path_factory) -> FlaskClient:
    """A service with the shipped mappings, and some of a site."""
    place = tmp_path_factory.mktemp("site")
    (place / "mappings").mkdir()
    for name in ("audit-c", "scoff"):
        shutil.copy(Settings().instruments_dir / f"{name}.json", place)
    shipped = create_app(log_fd=None).mappings
    kept = ("redcap-phq-9", "qualtrics-csv-phq-9", "limesurvey-phq-9", "kobotoolbox-phq-9")
    signature = {"scheme": "hmac-sha256-hex", "secret": "OURS", "header": "X-Signature"}
    events = {"at": "/redcap_event_name", "values": {"visit_1_arm_1": 1, "visit_2_arm_1": 2}}
    own = [
        *(dict(one.document) for one in shipped if one.id in kept),
        flat(id="by-event", meta={"session": events}, values={"numeric": "string"}),
        flat(id="signed", signature=signature),
        flat(id="deep", answers={"at": "/data", "kind": "map"}),
        flat(id="no-key", instrument="calpas-p", items={"q1": "1"}),
        flat(
            id="checkboxes",
            instrument="scoff",
            items={f"scoff___{n}": str(n) for n in range(1, 6)},
            values={"numeric": "none", "tokens": {"0": 0, "1": 1, "Unchecked": 0, "Checked": 1}},
        ),
    ]
    for document in own:
        (place / "mappings" / f"{document['id']}.json").write_text(json.dumps(document))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAPPING_SECRET_OURS", "our-secret")
        return create_app(replace(few, instruments_extra_dir=place), log_fd=None).test_client()


def redcap(record: str, answers: list[Any], **members: str) -> dict[str, str]:
    """Return the row of a record, every value a text as REDCap has it."""
    named = {f"phq9_{n}": str(value) for n, value in enumerate(answers, 1)}
    about = {"record_id": record, "redcap_repeat_instrument": "", "redcap_repeat_instance": ""}
    return {**about, **named, "phq9_10": "", "phq9_complete": "2", **members}


def send(client: FlaskClient, body: str | bytes, query: str, kind: str = "text/csv", **head: str):
    data = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": kind, **head}
    return client.post(f"/v1/batch?{query}", data=data, headers=headers)


def as_csv(rows: list[dict[str, str]], separator: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def table(response: Any) -> list[tuple[str, str, str]]:
    rows = rows_of(response)
    return [(row["reference"], row["total.value"], row["problem"]) for row in rows]


def lines(response: Any) -> list[Json]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.data.splitlines()]


def told(problem: Json) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in problem["errors"]]


def test_each_line_has_the_report_that_its_payload_has_alone(site):
    good = redcap("1", RAMP, redcap_repeat_instrument="phq9", redcap_repeat_instance="2")
    bad = redcap("2", [*RAMP[:8], "7"])
    partial = redcap("3", RAMP, phq9_complete="0")
    body = "\n".join(map(json.dumps, (good, bad, partial, good)))
    first, second, third, last, summary = lines(send(site, body, "mapping=redcap-phq-9", NDJSON))
    alone = site.post("/v1/sources/redcap-phq-9/score", json=good).json
    assert first == last == alone | {"reference": "1"}
    assert first["source"]["session"] == 2
    assert first["scores"]["total"]["value"] == 13
    assert (second["line"], told(second["problem"])) == (2, [("/phq9_9", "value_not_allowed")])
    assert told(third["problem"]) == [("/phq9_complete", "not_finished")]
    assert summary["summary"] == {
        "lines": 4,
        "results": 2,
        "problems": 2,
        "problem_codes": {"invalid_request": 2},
    }


def test_rows_of_a_redcap_export_are_scored_people_and_repeats(site):
    rows = [
        redcap("1", [""] * 9, phq9_complete=""),
        redcap("1", RAMP, redcap_repeat_instrument="phq9", redcap_repeat_instance="1"),
        redcap("1", [LABELS[n] for n in RAMP], redcap_repeat_instance="2"),
        redcap("1", RAMP, phq9_complete="Complete", redcap_repeat_instance="3"),
        redcap("2", [*RAMP[:7], "", 1]),
        redcap("3", [*RAMP[:8], 9]),
    ]
    assert table(send(site, as_csv(rows), "mapping=redcap-phq-9")) == [
        ("1", "", "not_finished /phq9_complete"),
        ("1", "13", ""),
        ("1", "13", ""),
        ("1", "13", ""),
        ("2", "", ""),
        ("3", "", "value_not_allowed /phq9_9"),
    ]
    read = send(site, as_csv(rows), "mapping=redcap-phq-9", Accept=NDJSON)
    sessions = [one["source"]["session"] for one in lines(read)[:-1] if "source" in one]
    assert sessions == [1, 2, 3, None]


def test_an_empty_cell_is_not_answered_and_an_empty_text_a_declared_code(site):
    row = redcap("1", [*RAMP[:8], ""])
    (from_table, _) = lines(send(site, as_csv([row]), "mapping=redcap-phq-9", Accept=NDJSON))
    (from_json, _) = lines(send(site, json.dumps(row), "mapping=redcap-phq-9", NDJSON))
    assert from_table["missing"] == from_json["missing"] == ["9"]
    assert from_table["source"]["declared_missing"] == []
    assert from_json["source"]["declared_missing"] == ["9", "10"]


def test_events_are_sessions_only_as_the_mapping_numbers_them(site):
    rows = [{"redcap_event_name": name, **{f"q{n}": "0" for n in NINE}} for name in EVENTS]
    first, second, unknown, none, _ = lines(
        send(site, as_csv(rows), "mapping=by-event", Accept=NDJSON)
    )
    assert [one["source"]["session"] for one in (first, second, none)] == [1, 2, None]
    assert told(unknown["problem"]) == [("/redcap_event_name", "unknown_token")]


EVENTS = ["visit_1_arm_1", "Visit_2_arm_1", "visit_3_arm_1", ""]


def test_checkbox_columns_are_items_where_the_mapping_says_so(site):
    ticked = {f"scoff___{n}": "1" if n in (2, 5) else "0" for n in range(1, 6)}
    labels = {name: "Checked" if cell == "1" else "Unchecked" for name, cell in ticked.items()}
    for row in (ticked, labels):
        ((_, value, problem),) = table(send(site, as_csv([row]), "mapping=checkboxes"))
        assert (value, problem) == ("2", "")


HEAD = ["StartDate", "Finished", "ResponseId", "RecordedDate", "UserLanguage"]


def qualtrics(*responses: list[str], header_rows: int = 3) -> str:
    """Return an export with the header rows that Qualtrics writes: names, wording, import ids."""
    names = [*HEAD, *(f"Q1_{n}" for n in NINE)]
    wording = [f"What,\nhow - {name}" for name in names]
    ids = [json.dumps({"ImportId": name}) for name in names]
    text = io.StringIO()
    rows = [names, wording, ids][:header_rows]
    csv.writer(text).writerows([*rows, *responses])
    return text.getvalue()


def response(response_id: str, answers: list[Any], finished: str = "1") -> list[str]:
    return ["2026-03-02", finished, response_id, "2026-03-02 09:30", "EN", *map(str, answers)]


def test_an_export_with_three_header_rows_is_read_from_the_fourth(site):
    sent = qualtrics(
        response("R_1", RAMP),
        response("R_2", [LABELS[n] for n in RAMP], "True"),
        response("R_3", RAMP, "0"),
        response("R_4", [*RAMP[:8], -99]),
        response("R_5", [*RAMP[:8], "never"]),
    )
    read = send(site, sent, "mapping=qualtrics-csv-phq-9", Accept=NDJSON)
    first, second, third, fourth, fifth, _ = lines(read)
    assert first["scores"]["total"]["value"] == second["scores"]["total"]["value"] == 13
    assert (first["reference"], first["source"]["language"]) == ("R_1", "EN")
    assert told(third["problem"]) == [("/Finished", "not_finished")]
    assert fourth["source"]["declared_missing"] == ["9"]
    assert told(fifth["problem"]) == [("/Q1_9", "unknown_token")]
    partial = send(site, sent, "mapping=qualtrics-csv-phq-9&allow_partial=true")
    assert table(partial)[2] == ("R_3", "13", "")


@pytest.mark.parametrize("header_rows", [1, 2])
def test_respondents_are_never_taken_for_rows_of_the_header(site, header_rows):
    rows = [response(f"R_{n}", RAMP) for n in range(5)]
    answered = send(site, qualtrics(*rows, header_rows=header_rows), "mapping=qualtrics-csv-phq-9")
    assert answered.status_code == 422
    assert [one["code"] for one in answered.json["errors"]] == ["other_header"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "no_header"),
        ("Q1_1,Q1_2\nx,y\n", "no_header"),
        ("q1,q2\n1,2\n", "no_known_column"),
        ("Q1_1,Q1_1\nx,y\nImportId,ImportId\n", "repeated_column"),
    ],
)
def test_a_header_that_is_not_the_one_described_is_refused(site, body, code):
    mapping = "qualtrics-csv-phq-9" if "Q1_1" in body else "redcap-phq-9"
    answered = send(site, body, f"mapping={mapping}")
    assert (answered.status_code, answered.json["errors"][0]["code"]) == (422, code)


def test_limesurvey_and_kobotoolbox_tables_are_read_as_their_records(site):
    codes = {f"PHQ9[SQ00{n}]": f"A{value + 1}" for n, value in zip(NINE, RAMP, strict=True)}
    row = {"id": "12", "submitdate": "2026-03-02 09:30:00", "startlanguage": "en", **codes}
    body = b"\xef\xbb\xbf" + as_csv([row], ";").encode()
    assert table(send(site, body, "mapping=limesurvey-phq-9")) == [("12", "13", "")]
    paths = {f"mood/phq9_{n}": str(value) for n, value in zip(NINE, RAMP, strict=True)}
    body = as_csv([{"_uuid": "6f1c", "_submission_time": "2026-03-02T08:30:00", **paths}], ";")
    assert table(send(site, body, "mapping=kobotoolbox-phq-9")) == [("6f1c", "13", "")]


def test_strict_refuses_columns_that_the_mapping_does_not_name(site):
    row = redcap("1", RAMP, other="x")
    assert table(send(site, as_csv([row]), "mapping=redcap-phq-9")) == [("1", "13", "")]
    strict = table(send(site, as_csv([row]), "mapping=redcap-phq-9&strict=true"))
    said = "unknown_key: One key is not named by the mapping; what stands there was not read."
    assert strict == [("1", "", said)]


@pytest.mark.parametrize(
    ("query", "kind", "status", "code"),
    [
        ("mapping=none", "text/csv", 404, "unknown_mapping"),
        ("mapping=signed", NDJSON, 422, "invalid_parameter"),
        ("mapping=deep", "text/csv", 422, "invalid_parameter"),
        ("mapping=no-key", NDJSON, 409, "key_required"),
        ("mapping=by-event&instrument=phq-9", NDJSON, 422, "invalid_parameter"),
        ("mapping=by-event&version=1.0.0", NDJSON, 422, "invalid_parameter"),
        ("mapping=by-event&missing=3", NDJSON, 422, "invalid_parameter"),
        ("instrument=phq-9&strict=true", NDJSON, 422, "invalid_parameter"),
        ("instrument=phq-9&allow_partial=true", "text/csv", 422, "invalid_parameter"),
        ("instrument=phq-9&missing=99", NDJSON, 422, "invalid_parameter"),
        ("missing=99", "text/csv", 422, "invalid_parameter"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused(site, query, kind, status, code):
    answered = send(site, "q1\n1\n", query, kind)
    assert (answered.status_code, answered.json["code"]) == (status, code)


def test_codes_for_missing_of_a_request_empty_the_cells_of_plain_csv(site):
    body = "reference,1,2,3,4,5,6,7,8,9\na,99,1,1,1,1,1,1,1,na\nb,1,1,1,1,1,1,1,1,1\n"
    query = "instrument=phq-9&missing=99,-1,NA"
    assert table(send(site, body, query)) == [("a", "", ""), ("b", "9", "")]
    assert table(send(site, body.replace("99", "99.0"), query)) == [("a", "", ""), ("b", "9", "")]
    broken = body + "c,99,9,1,1,1,1,1,1,1\nd,1\n"
    rows = rows_of(send(site, broken, query))
    assert [row["declared_missing"] for row in rows] == ["2", "0", "", ""]
    assert [bool(row["problem"]) for row in rows] == [False, False, True, True]
    assert list(rows[0])[-3:] == ["problem", "risks.suicidal-ideation", "declared_missing"]
    first, second, _ = lines(send(site, body, query, Accept=NDJSON))
    assert first["missing"] == ["1", "9"]
    assert first["warnings"][-1]["code"] == "declared_missing"
    assert first["warnings"][-1]["items"] == ["1", "9"]
    assert second["warnings"] == []


def test_an_age_is_never_a_code_for_missing(site):
    body = "1,2,3,age,sex\n2,1,0,99,female\n"
    (report, _) = lines(send(site, body, "instrument=audit-c&missing=99", Accept=NDJSON))
    assert report["warnings"] == []


def test_codes_for_missing_of_a_request_go_beside_those_of_the_mapping(site):
    row = redcap("1", [*RAMP[:7], "-99", ""])
    body = json.dumps(row)
    plain, _ = lines(send(site, body, "mapping=redcap-phq-9", NDJSON))
    assert told(plain["problem"]) == [("/phq9_8", "value_not_allowed")]
    report, _ = lines(send(site, body, "mapping=redcap-phq-9&missing=-99", NDJSON))
    assert report["source"]["declared_missing"] == ["8", "9", "10"]


def test_rows_of_csv_tell_what_has_to_be_said_of_how_they_were_read(site):
    rows = [redcap(name, [*RAMP[:8], last], note="x") for name, last in (("1", "-99"), ("2", "7"))]
    first, second = rows_of(send(site, as_csv(rows), "mapping=redcap-phq-9&missing=-99"))
    assert (first["problem"], second["problem"]) == ("", "value_not_allowed /phq9_9")
    assert first["declared_missing"] == "1"
    assert first["warnings"].split() == ["unknown_key", "declared_missing"]
    assert second["declared_missing"] == second["warnings"] == ""


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("2", "contradictory_token"),
        ("99,3.0", "contradictory_token"),
        ("99,", "wrong_format"),
        ("", "wrong_format"),
        (",".join(map(str, range(50, 110))), "wrong_length"),
    ],
)
def test_codes_that_cannot_mean_missing_are_refused(site, codes, code):
    for query in (f"instrument=phq-9&missing={codes}", f"mapping=redcap-phq-9&missing={codes}"):
        answered = send(site, "1\n1\n", query)
        assert (answered.status_code, answered.json["parameter"]) == (422, "missing")
        assert answered.json["errors"][0]["code"] == code


def test_a_label_of_the_mapping_cannot_mean_missing(site):
    answered = send(site, "{}", "mapping=redcap-phq-9&missing=not at ALL", NDJSON)
    assert told(answered.json) == [("", "contradictory_token")]


def test_a_batch_through_a_mapping_is_counted_under_its_instrument(site):
    body = "\n".join(json.dumps(redcap("1", answers)) for answers in (RAMP, [*RAMP[:8], "x"]))
    before = site.get("/metrics").text
    assert len(lines(send(site, body, "mapping=redcap-phq-9", NDJSON))) == 3
    grown = set(site.get("/metrics").text.splitlines()) - set(before.splitlines())
    names = "\n".join(grown)
    assert 'instrument="phq-9"' in names
    assert 'reason="unknown_token"' in names
