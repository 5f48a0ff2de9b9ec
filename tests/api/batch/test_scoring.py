"""A batch gives, line by line, what single requests give."""

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service.api.batch_routes.lines import LONGEST_LINE, split_lines
from service.definitions.catalog import Catalog
from tests.scoring.forms import ends

NDJSON = "application/x-ndjson"
FULL = {str(item): item % 4 for item in range(1, 10)}  # 1+2+3+0+1+2+3+0+1 = 13
Json = dict[str, Any]


def post(client: FlaskClient, body: bytes | str, path: str = "/v1/batch", **head: str) -> Any:
    headers = {"Content-Type": NDJSON, **head}
    return client.post(path, data=body, headers=headers)


def ndjson(*documents: object) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in documents)


def lines(response: Any) -> list[Json]:
    assert response.status_code == 200
    assert response.content_type == f"{NDJSON}; charset=utf-8"
    return [json.loads(line) for line in response.data.splitlines()]


def table(response: Any) -> list[Json]:
    assert response.status_code == 200, response.data
    assert response.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.data.decode())))


def test_every_shipped_instrument_is_scored_as_by_a_single_request(
    client: FlaskClient, catalog: Catalog
):
    sent = []
    for entry in catalog.entries():
        answers = {item.id: ends(item)[0] for item in entry.instrument.items}
        document = {"instrument": entry.instrument.id, "answers": answers, "reference": "a"}
        if entry.instrument.perspectives:
            document["perspective"] = entry.instrument.perspectives[0]
        sent.append(document)
    *given_back, summary = lines(post(client, ndjson(*sent)))
    assert summary["summary"]["lines"] == len(sent)
    for number, (document, line) in enumerate(zip(sent, given_back, strict=True), 1):
        alone = client.post("/v1/score", json=document)
        if alone.status_code == 200:
            assert line == alone.json
            continue
        assert line["line"] == number
        problem, single = line["problem"], alone.json
        for one in (problem, single):
            del one["request_id"]
        assert problem == single


def test_a_broken_line_spoils_only_itself(client: FlaskClient):
    good = json.dumps({"instrument": "phq-9", "answers": FULL}).encode()
    body = [
        good,
        b"nonsense",
        b'{"instrument":"phq-9","answers":{"1":1,"1":2}}',
        b"",
        b'{"answers":{}}',
        b'{"instrument":"no-such","answers":{}}',
        b'{"instrument":"phq-9","version":"9.9.9","answers":{}}',
        b'{"instrument":"phq-9","answers":{"1":4}}',
        b"[]",
        b'{"instrument":"phq-9","answers":{"1":1},"reference":"' + b"x" * LONGEST_LINE + b'"}',
        b'{"instrument":"phq-9","answers":{"1":"\xff"}}',
        b'{"instrument":"phq-9","answers":{"1":NaN}}',
        b'{"instrument":"phq-9","answers":{"1":1},"definition":{}}',
        good,
    ]
    for newline in (b"\n", b"\r\n"):
        first, *broken, last, summary = lines(post(client, newline.join(body)))
        assert first == last
        assert first["scores"]["total"]["value"] == 13
        assert [(one["line"], one["problem"]["code"]) for one in broken] == [
            (2, "bad_json"),
            (3, "duplicate_key"),
            (5, "invalid_request"),
            (6, "unknown_instrument"),
            (7, "unknown_version"),
            (8, "invalid_request"),
            (9, "invalid_request"),
            (10, "too_large"),
            (11, "bad_encoding"),
            (12, "non_finite"),
            (13, "invalid_request"),
        ]
        assert summary["summary"] == {
            "lines": 13,
            "results": 2,
            "problems": 11,
            "problem_codes": {
                "bad_encoding": 1,
                "bad_json": 1,
                "duplicate_key": 1,
                "invalid_request": 4,
                "non_finite": 1,
                "too_large": 1,
                "unknown_instrument": 1,
                "unknown_version": 1,
            },
        }


def test_the_query_names_the_instrument_of_lines_that_name_none(client: FlaskClient):
    body = ndjson({"answers": FULL}, {"instrument": "who-5", "answers": [3] * 5})
    first, second, _ = lines(post(client, body, "/v1/batch?instrument=phq-9"))
    assert first["instrument"]["id"] == "phq-9"
    assert second["instrument"]["id"] == "who-5"


def test_no_answer_is_repeated_in_a_problem(client: FlaskClient):
    body = b'{"instrument":"phq-9","answers":{"1":"Jane-Roe"},"Jane-Roe":1}\nJane-Roe\n'
    for head in ({}, {"Accept": "text/csv"}):
        response = post(client, body, "/v1/batch?instrument=phq-9", **head)
        assert b"Jane" not in response.data


def test_an_empty_body_has_no_lines(client: FlaskClient):
    for body in (b"", b"\n\n", b"  \r\n"):
        (only,) = lines(post(client, body))
        assert only == {"summary": {"lines": 0, "results": 0, "problems": 0, "problem_codes": {}}}


COLUMNS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
HEAD = "reference," + ",".join(COLUMNS)


def post_csv(client: FlaskClient, text: str | bytes, query: str = "instrument=phq-9") -> Any:
    body = text.encode() if isinstance(text, str) else text
    return post(client, body, f"/v1/batch?{query}", **{"Content-Type": "text/csv"})


def test_csv_comes_back_as_the_columns_of_the_scales(client: FlaskClient):
    response = post_csv(client, f"{HEAD}\np1,1,2,3,0,1,2,3,0,1\np2,,,,0,0,0,0,0,0\n")
    assert response.data.decode() == (
        "reference,total.value,total.sum,total.mean,total.status,problem,risks.suicidal-ideation\n"
        f"p1,13,13,{13 / 9!r},complete,,true\n"
        "p2,,,,missing_items,,false\n"
    )


def test_a_row_of_csv_tells_its_safety_flags_and_never_leaves_them_empty(client: FlaskClient):
    rows = ["raised,0,0,0,0,0,0,0,0,3", "not,3,3,3,3,3,3,3,3,0", "blank,0,0,0,0,0,0,0,0,"]
    found = table(post_csv(client, "\n".join([HEAD, *rows, "problem,0,0,0,0,0,0,0,0,9"])))
    assert [(row["reference"], row["risks.suicidal-ideation"]) for row in found] == [
        ("raised", "true"),
        ("not", "false"),
        ("blank", "unknown"),
        ("problem", ""),
    ]
    (gad,) = table(post_csv(client, "1,2,3,4,5,6,7\n1,2,3,0,1,2,3\n", "instrument=gad-7"))
    assert list(gad)[-1] == "problem"  # a form without flags has no more columns


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separators_and_a_byte_order_mark_are_understood(client, separator, mark, newline):
    text = newline.join([HEAD, 'p1,"1",2,3,0,1,2,3,0,1', ""]).replace(",", separator)
    (row,) = table(post_csv(client, mark + text.encode()))
    assert (row["reference"], row["total.value"], row["problem"]) == ("p1", "13", "")


def test_blanks_around_a_number_mean_nothing_and_a_blank_cell_is_no_answer(client: FlaskClient):
    rows = table(post_csv(client, f"{HEAD}\nx, 1, 1 ,1,1,1,1,1,1,1\ny,1,1,1,1,1,1,1,1, "))
    assert [(row["total.value"], row["total.status"]) for row in rows] == [
        ("9", "complete"),
        ("", "missing_items"),
    ]


def test_broken_rows_are_told_in_their_place(client: FlaskClient):
    rows = [
        HEAD,
        "good,1,2,3,0,1,2,3,0,1",
        "short,1,2",
        'open,"1,2,3,0,1,2,3,0,1',
        "word,one,2,3,0,1,2,3,0,1",
        "zero,01,2,3,0,1,2,3,0,1",
        "comma,1.5,2,3,0,1,2,3,0,1",
        "high,7,2,3,0,1,2,3,0,1",
        "good,1,2,3,0,1,2,3,0,1",
    ]
    found = [
        (row["reference"], row["total.value"], row["problem"])
        for row in table(post_csv(client, "\n".join(rows)))
    ]
    assert found == [
        ("good", "13", ""),
        ("short", "", "wrong_length: The header has 10 columns and this row 3."),
        (
            "",
            "",
            "bad_csv: The row is not CSV: a quotation mark stands where none may (line 4).",
        ),
        ("word", "", "wrong_type /answers/1"),
        ("zero", "", "wrong_type /answers/1"),
        ("comma", "", "wrong_step /answers/1"),
        ("high", "", "value_not_allowed /answers/1"),
        ("good", "13", ""),
    ]


def test_an_empty_row_between_tabs_is_answered_like_one_between_commas(client: FlaskClient):
    for separator in (",", "\t"):
        rows = [HEAD.replace(",", separator), separator * 9, separator.join(["p2", *"111111111"])]
        found = table(post_csv(client, "\n".join(rows)))
        assert [row["total.value"] for row in found] == ["", "9"]
        assert found[0]["problem"] == "no_answers /answers"


def test_tabs_and_spaces_alone_are_no_line_of_json(client: FlaskClient):
    assert [line["summary"]["lines"] for line in lines(post(client, b"\t \n \n\t"))] == [0]


def test_a_quoted_line_break_stays_within_its_row(client: FlaskClient):
    rows = table(post_csv(client, f'{HEAD}\n"a\nb",1,2,3,0,1,2,3,0,1\nc,1,2,3,0,1,2,3,0,1\n'))
    assert [row["problem"] for row in rows] == ["wrong_format /reference", ""]
    assert rows[1]["total.value"] == "13"


def test_bytes_that_are_not_utf_8_are_told_with_line_and_column(client: FlaskClient):
    for body in (f"{HEAD}\nMüller,1\n".encode("latin-1"), HEAD.encode() + b"\nM\xc3\xbcl\xff,1\n"):
        response = post(
            client,
            body,
            "/v1/batch?instrument=phq-9",
            **{"Content-Type": "text/csv", "Accept": NDJSON},
        )
        line, _ = lines(response)
        assert line["line"] == 2
        assert line["problem"]["code"] == "bad_encoding"
        column = 2 if b"\xfc" in body else 4
        assert f"line 2, column {column}" in line["problem"]["detail"]
        (row,) = table(post_csv(client, body))
        said = f"bad_encoding: The text is not UTF-8 (line 2, column {column})."
        assert row["problem"] == said
    line, _ = lines(post(client, b'\n{"a": "M\xfc"}'))
    assert "line 2, column 9" in line["problem"]["detail"]
    assert post_csv(client, HEAD.encode("utf-16")).json["code"] == "bad_encoding"


@pytest.mark.parametrize("text", ["=1+1", "+1-1", "-x", "@x", "=cmd|' /C calc'!A0", "=1;2"])
def test_no_reference_is_a_formula_for_a_spreadsheet(client: FlaskClient, text: str):
    quoted = '"' + text.replace('"', '""') + '"'
    rows = table(post_csv(client, f"{HEAD}\n{quoted},1,2,3,0,1,2,3,0,1\n{quoted},9{',0' * 8}\n"))
    assert [row["reference"] for row in rows] == [f"'{text}"] * 2


@pytest.mark.parametrize("text", ["-1", "+4930", "7"])
def test_a_reference_that_is_a_number_stays_as_it_is(client: FlaskClient, text: str):
    (row,) = table(post_csv(client, f"{HEAD}\n{text},1,2,3,0,1,2,3,0,1\n"))
    assert row["reference"] == text


def test_no_reference_begins_a_cell_where_semicolons_separate(client: FlaskClient):
    response = post_csv(client, f'{HEAD}\n"a;=1+1",1,2,3,0,1,2,3,0,1\n')
    assert response.data.splitlines()[1].startswith(b'"a;=1+1",13,')


def test_age_and_sex_may_be_columns(client: FlaskClient):
    text = "1,2,3,age,sex\n2,1,0,30,female\n2,1,0,30,male\n2,1,0,old,male\n2,1,0,30,x\n"
    response = post(
        client,
        text,
        "/v1/batch?instrument=audit-c",
        **{"Content-Type": "text/csv", "Accept": NDJSON},
    )
    female, male, old, other, _ = lines(response)
    for report, sex in ((female, "female"), (male, "male")):
        sent = {"answers": [2, 1, 0], "respondent": {"age": 30, "sex": sex}}
        assert report == client.post("/v1/instruments/audit-c/score", json=sent).json
    assert old["problem"]["errors"][0]["pointer"] == "/respondent/age"
    assert other["problem"]["errors"][0]["pointer"] == "/respondent/sex"


@pytest.mark.parametrize(
    ("header", "code", "pointer"),
    [
        ("1,2,nonsense", "unknown_column", "/2"),
        ("1,2,1", "repeated_column", "/2"),
        ("", "no_header", ""),
        (",".join(["1"] * 1001), "wrong_length", ""),
    ],
)
def test_a_header_with_faults_is_refused_at_once(client: FlaskClient, header, code, pointer):
    problem = post_csv(client, header).json
    assert problem["status"] == 422
    assert (problem["errors"][0]["code"], problem["errors"][0]["pointer"]) == (code, pointer)
    assert "nonsense" not in json.dumps(problem)


@pytest.mark.parametrize(
    ("path", "head", "status", "code"),
    [
        ("/v1/batch", {"Content-Type": "text/csv"}, 422, "invalid_parameter"),
        ("/v1/batch", {"Accept": "text/csv"}, 422, "invalid_parameter"),
        ("/v1/batch?instrument=no-such", {}, 404, "unknown_instrument"),
        ("/v1/batch?instrument=phq-9&version=9.9.9", {}, 404, "unknown_version"),
        ("/v1/batch", {"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        (
            "/v1/batch",
            {"Content-Type": f"{NDJSON}; charset=latin-1"},
            415,
            "unsupported_media_type",
        ),
        ("/v1/batch", {"Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        ("/v1/batch", {"Accept": "application/json"}, 406, "not_acceptable"),
        ("/v1/batch?nonsense=1", {}, 422, "invalid_parameter"),
        ("/v1/batch/monitor", {"Content-Type": "text/csv"}, 415, "unsupported_media_type"),
    ],
)
def test_what_no_line_could_mend_is_refused_at_once(client: FlaskClient, path, head, status, code):
    response = post(client, b"{}", path, **head)
    assert (response.status_code, response.json["code"]) == (status, code)


def test_an_instrument_without_its_key_is_refused(client: FlaskClient, catalog: Catalog):
    locked = next(one.instrument.id for one in catalog.entries() if one.instrument.key_required)
    assert post(client, b"{}", f"/v1/batch?instrument={locked}").json["code"] == "key_required"
    line, _ = lines(post(client, ndjson({"instrument": locked, "answers": {}})))
    assert line["problem"]["code"] == "key_required"


def test_columns_are_of_one_instrument(client: FlaskClient):
    body = ndjson({"instrument": "who-5", "answers": [3] * 5}, {"answers": FULL})
    first, second = table(post(client, body, "/v1/batch?instrument=phq-9", Accept="text/csv"))
    assert first["problem"] == "other_instrument /instrument"
    assert second["total.value"] == "13"


def test_a_header_without_an_item_of_the_form_is_refused(client: FlaskClient):
    """Else each row would look as if that item had not been answered."""
    (fault,) = post_csv(client, "reference,1,2,3,4,5,6,7,8\np1,1,2,3,0,1,2,3,0").json["errors"]
    assert (fault["code"], fault["allowed"]) == ("missing_column", ["9"])


@given(cuts=st.lists(st.integers(1, 400), max_size=8))
def test_lines_do_not_depend_on_how_the_body_was_cut(cuts):
    body = b'{"a":1}\r\n\n{"b":2}\n' + b"x" * 30 + b'\n{"c":3}'
    pieces, start = [], 0
    for cut in sorted(cuts):
        pieces.append(body[start:cut])
        start = max(start, cut)
    pieces.append(body[start:])
    found = list(split_lines(pieces, longest=20))
    assert found == [(1, b'{"a":1}'), (3, b'{"b":2}'), (4, None), (5, b'{"c":3}')]
