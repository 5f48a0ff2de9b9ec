"""Both scoring routes. Expected scores are sums written out beside the answers; norms are those of
the cited papers.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from service import __version__
from service.api.scores import to_submission, write_report
from service.app import create_app
from service.definitions.catalog import Catalog
from service.scoring.report import Scorer
from service.settings import Settings

Json = dict[str, Any]
Score = Callable[..., Json]
Refused = Callable[..., Json]

GAD_7 = {"1": 1, "2": 2, "3": 3, "4": 0, "5": 1, "6": 2, "7": 3}  # 1 + 2 + 3 + 0 + 1 + 2 + 3 = 12
REPORT_MEMBERS = [
    "instrument",
    "service_version",
    "result_id",
    "reference",
    "scores",
    "criteria",
    "risks",
    "answered",
    "missing",
    "not_applicable",
    "quality",
    "warnings",
    "sources",
]
SCORE_MEMBERS = [
    "title",
    "status",
    "reason",
    "value",
    "sum",
    "mean",
    "metric",
    "minimum",
    "maximum",
    "n_answered",
    "n_items",
    "prorated",
    "direction",
    "precision",
    "norms",
    "norms_note",
    "bands",
    "cutoffs",
    "change",
]


def faults(problem: Json) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


# What both routes share


@pytest.fixture(params=["by path", "by body", "by definition"])
def post(
    request: pytest.FixtureRequest, client: FlaskClient, catalog: Catalog
) -> Callable[..., Any]:
    """Post a form of the catalogue in one of the three ways of scoring."""

    def post(instrument: str, query: str = "", **members: object) -> Any:
        if request.param == "by path":
            return client.post(f"/v1/instruments/{instrument}/score{query}", json=members)
        if request.param == "by body":
            return client.post(f"/v1/score{query}", json={"instrument": instrument, **members})
        definition = catalog.get(instrument).document
        return client.post(f"/v1/score{query}", json={"definition": definition, **members})

    return post


def test_every_way_of_scoring_gives_the_report(post: Callable[..., Any], catalog: Catalog) -> None:
    response = post("gad-7", answers=GAD_7, reference="case 7")
    assert (response.status_code, response.content_type) == (200, "application/json")
    report = response.json
    assert report.keys() >= set(REPORT_MEMBERS)
    assert report["scores"]["total"].keys() >= set(SCORE_MEMBERS)
    digest = catalog.get("gad-7").instrument.digest
    assert report["instrument"] == {"id": "gad-7", "version": "1.0.0", "digest": digest}
    assert report["service_version"] == __version__
    assert report["reference"] == "case 7"
    total = report["scores"]["total"]
    assert (total["value"], total["sum"], total["status"], total["n_answered"]) == (
        12,
        12,
        "scored",
        7,
    )
    assert total["mean"] == pytest.approx(12 / 7, rel=1e-15)
    assert (report["answered"], report["missing"], report["warnings"]) == (7, [], [])
    assert "working" not in total


def test_every_way_of_scoring_gives_the_same_report(client: FlaskClient, catalog: Catalog) -> None:
    form = {"answers": GAD_7, "respondent": {"age": 40, "sex": "female"}, "norms": ["*"]}
    by_path = client.post("/v1/instruments/gad-7/score", json=form).data
    by_body = client.post("/v1/score", json={"instrument": "gad-7", **form}).data
    by_definition = client.post(
        "/v1/score", json={"definition": catalog.get("gad-7").document, **form}
    ).data
    assert by_path == by_body == by_definition


def test_working_is_shown_on_request(post: Callable[..., Any]) -> None:
    total = post("gad-7", "?working=true", answers=GAD_7).json["scores"]["total"]
    assert [
        (step["item"], step["answer"], step["value"]) for step in total["working"]["items"]
    ] == [(item, answer, answer) for item, answer in GAD_7.items()]
    assert total["working"]["rule"] == "sum of 1, 2, 3, 4, 5, 6, 7"
    assert "working" not in post("gad-7", "?working=false", answers=GAD_7).json["scores"]["total"]


@pytest.mark.parametrize("text", ["yes", "1", "", "True", "true,false"])
def test_working_is_true_or_false(post: Callable[..., Any], refused: Refused, text: str) -> None:
    problem = refused(post("gad-7", f"?working={text}", answers=GAD_7), 422, "invalid_parameter")
    assert problem["parameter"] == "working"


def test_every_fault_is_reported_at_once(post: Callable[..., Any], refused: Refused) -> None:
    answers = {"1": 4, "2": True, "3": "3", "4": 1.5, "5": [1], "6": {}, "8": 1}
    problem = refused(post("gad-7", answers=answers), 422, "invalid_request")
    assert sorted(faults(problem)) == [
        ("/answers/1", "value_not_allowed"),
        ("/answers/2", "wrong_type"),
        ("/answers/3", "wrong_type"),
        ("/answers/4", "wrong_step"),
        ("/answers/5", "wrong_type"),
        ("/answers/6", "wrong_type"),
        ("/answers/8", "unknown_item"),
    ]
    allowed = {error["pointer"]: error["allowed"] for error in problem["errors"]}
    assert allowed["/answers/1"] == {"values": [0, 1, 2, 3]}
    assert allowed["/answers/8"] == ["1", "2", "3", "4", "5", "6", "7"]


# Answers


def test_a_list_is_read_in_item_order(score: Score) -> None:
    assert score("gad-7", [1, 2, 3, 0, 1, 2, 3]) == score("gad-7", GAD_7)


def test_a_list_may_end_before_optional_items(score: Score) -> None:
    # Item 10 of the PHQ-9 asks for functional difficulty and is not part of the sum.
    short = score("phq-9", [1] * 9)
    assert short["scores"]["total"]["value"] == 9
    assert short["missing"] == []
    assert score("phq-9", [1] * 9 + [None]) == short


def test_a_whole_float_is_the_same_answer(client: FlaskClient) -> None:
    whole = client.post("/v1/instruments/gad-7/score", json={"answers": [1, 2, 3, 0, 1, 2, 3]})
    floats = client.post(
        "/v1/instruments/gad-7/score", json={"answers": [1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0]}
    )
    assert whole.data == floats.data


@pytest.mark.parametrize("missing", [{}, {"7": None}])
def test_too_few_answers_give_no_score_rather_than_a_low_one(score: Score, missing: Json) -> None:
    report = score("gad-7", dict.fromkeys("123456", 3) | missing)
    total = report["scores"]["total"]
    assert (total["status"], total["reason"]) == ("not_scored", "missing_items")
    assert [total[name] for name in ("value", "sum", "mean", "change", "precision")] == [None] * 5
    assert (total["n_answered"], report["answered"], report["missing"]) == (6, 6, ["7"])


def test_printed_columns_are_decoded_on_mirrored_rows(score: Score) -> None:
    # WAI-SR: on rows 2, 5, 6, 8, 10 and 11 "always" is the first column.
    columns = [5, 1, 5, 5, 1, 1, 5, 1, 5, 1, 1, 5]
    always = score("wai-sr", columns, encoding="position")
    assert {name: entry["sum"] for name, entry in always["scores"].items()} == {
        "goal": 20,
        "task": 20,
        "bond": 20,
        "total": 60,
    }
    assert score("wai-sr", columns, encoding="value")["scores"]["total"]["sum"] == 6 * 5 + 6 * 1


def test_reverse_keyed_and_mirrored_items_of_an_inline_definition(
    client: FlaskClient, invented: Json
) -> None:
    for answers, encoding in (([1, 2, 3, 1], "value"), ([2, 3, 1, 2], "position")):
        form = {"definition": invented, "answers": answers, "encoding": encoding}
        # 1 + (0 + 3 - 2) + 3 = 5; column 1 of the mirrored row 3 2 1 0 is 3.
        assert client.post("/v1/score", json=form).json["scores"]["total"]["value"] == 5


def test_prorating_replaces_a_missing_item_by_the_mean_of_the_others(
    client: FlaskClient, invented: Json
) -> None:
    total = client.post(
        "/v1/score", json={"definition": invented, "answers": [2, 2, None, 1]}
    ).json["scores"]["total"]
    assert total["value"] == (2 + (0 + 3 - 2)) / 2 * 3
    assert (total["prorated"], total["n_answered"], total["n_items"]) == (True, 2, 3)


def test_not_applicable_is_not_the_same_as_unanswered(client: FlaskClient, invented: Json) -> None:
    form = {"definition": invented, "answers": {"1": 1, "2": 2, "4": 0}, "not_applicable": ["3"]}
    report = client.post("/v1/score", json=form).json
    total = report["scores"]["total"]
    # 1 + (0 + 3 - 2) = 2 of two items from 0 to 3.
    assert (total["value"], total["maximum"], total["prorated"]) == (2, 6, False)
    assert (report["not_applicable"], report["missing"]) == (["3"], [])
    assert total["norms_note"] == "items_not_applicable"


# Criteria, risks and what they need


@pytest.mark.parametrize(
    ("sex", "answers", "positive", "reason"),
    [
        # Bush 1998: 4 points for men; Bradley 2003: 3 points for women.
        ("male", [1, 1, 1], False, None),
        ("male", [2, 1, 1], True, None),
        ("female", [1, 1, 0], False, None),
        ("female", [1, 1, 1], True, None),
        ("other", [1, 1, 1], None, "needs_sex"),
        ("unknown", [1, 1, 1], None, "needs_sex"),
        (None, [1, 1, 1], None, "needs_sex"),
        ("female", [1, 1, None], None, "missing_items"),
        ("female", [3, None, 0], True, None),
    ],
)
def test_audit_c_is_positive_by_sex(
    score: Score,
    sex: str | None,
    answers: list[int | None],
    positive: bool | None,
    reason: str | None,
) -> None:
    respondent = {} if sex is None else {"respondent": {"sex": sex}}
    criterion = score("audit-c", answers, **respondent)["criteria"]["positive"]
    assert (criterion["value"], criterion["reason"]) == (positive, reason)


@pytest.mark.parametrize(("answer", "raised"), [(0, False), (1, True), (3, True), (None, None)])
def test_a_risk_that_is_not_answered_is_unknown(
    score: Score, answer: int | None, raised: bool | None
) -> None:
    (risk,) = score("phq-9", [0] * 8 + [answer])["risks"]
    assert (risk["id"], risk["item"], risk["raised"]) == ("suicidal-ideation", "9", raised)


# Norms

MEN, WOMEN, ALL = (f"de-general-population{who}" for who in ("-men", "-women", ""))


@pytest.mark.parametrize(
    ("members", "expected", "note"),
    [
        # Kocalevent 2013: all 2.91, men 2.7, women 3.1, each with SD 3.5. z = (9 - mean) / 3.5.
        ({}, {ALL: 2.91}, None),
        ({"norms": None}, {ALL: 2.91}, None),
        ({"respondent": {"sex": "female"}}, {ALL: 2.91, WOMEN: 3.1}, None),
        ({"respondent": {"sex": "male"}}, {ALL: 2.91, MEN: 2.7}, None),
        ({"respondent": {"sex": "other"}}, {ALL: 2.91}, None),
        ({"norms": []}, {}, "none_requested"),
        ({"norms": ["*"], "respondent": {"sex": "male"}}, {ALL: 2.91, MEN: 2.7}, None),
        ({"norms": [WOMEN], "respondent": {"sex": "female"}}, {WOMEN: 3.1}, None),
        ({"norms": [WOMEN], "respondent": {"sex": "male"}}, {}, "no_norm_fits"),
        ({"norms": [WOMEN]}, {}, "no_norm_fits"),
    ],
)
def test_norm_groups_are_those_asked_for_that_fit(
    score: Score, members: Json, expected: dict[str, float], note: str | None
) -> None:
    total = score("phq-9", [1] * 9, **members)["scores"]["total"]
    assert {norm["id"]: norm["z"] for norm in total["norms"]} == {
        name: pytest.approx((9 - mean) / 3.5, rel=1e-12) for name, mean in expected.items()
    }
    assert total["norms_note"] == note
    assert {(norm["percentile"], norm["percentile_note"]) for norm in total["norms"]} <= {
        (None, "skewed_no_quantiles")
    }


def test_a_comparison_tells_of_what_year_its_norm_is(score: Score) -> None:
    """NHIS 2019, in a report of 2024; Löwe et al. 2008; the page of the PROMIS has no year."""

    def years(instrument: str, answers: Json) -> dict[str, tuple[int | None, int | None]]:
        report = score(instrument, answers=answers, norms=["*"])
        norms = report["scores"]["total"]["norms"]
        return {norm["id"]: (norm["collected"], norm["published"]) for norm in norms}

    assert years("gad-7", GAD_7) == {
        "de-general-population": (None, 2008),
        "us-adults-2019": (2019, 2024),
    }
    found = years("promis-depression-4a", dict.fromkeys("1234", 2))
    assert found == {"us-reference": (None, None)}


def test_a_norm_that_does_not_fit_is_named_in_a_warning(score: Score) -> None:
    warnings = score("phq-9", [1] * 9, norms=[WOMEN])["warnings"]
    assert [(warning["code"], warning["norm"], warning["reason"]) for warning in warnings] == [
        ("norm_does_not_fit", WOMEN, "needs_sex")
    ]


def test_norms_by_age(client: FlaskClient, invented: Json) -> None:
    def norms(**members: object) -> dict[str, float]:
        form = {"definition": invented, "answers": [1, 2, 3, 1], **members}
        report = client.post("/v1/score", json=form).json
        return {norm["id"]: norm["z"] for norm in report["scores"]["total"]["norms"]}

    # The score is 5, every SD is 2: z = (5 - mean) / 2.
    assert norms() == {"anyone": -0.5}
    assert norms(respondent={"age": 17}) == {"anyone": -0.5}
    assert norms(respondent={"age": 17.9}) == {"anyone": -0.5}
    assert norms(respondent={"age": 18}) == {"adults": 0.5, "anyone": -0.5}
    assert norms(respondent={"age": None, "sex": None}) == {"anyone": -0.5}
    assert norms(respondent=None) == {"anyone": -0.5}
    everything = {"adults": 0.5, "anyone": -0.5, "women": 1.0, "application": -1.0}
    assert norms(respondent={"age": 130, "sex": "female"}, norms=["*"]) == everything


def test_digital_cohorts_are_used_only_by_name(score: Score) -> None:
    answers = [3] * 12
    (default,) = score("wai-sr", answers)["scores"]["total"]["norms"]
    assert default["digital"] is False
    (norm,) = score("wai-sr", answers, norms=["woebot-2021"])["scores"]["total"]["norms"]
    # Darcy 2021: mean 3.36, SD 0.8, n = 36 070.
    assert norm["z"] == pytest.approx((3 - 3.36) / 0.8, rel=1e-12)
    assert (norm["n"], norm["digital"]) == (36070, True)
    assert norm["warning"]


def test_an_unknown_norm_is_refused_with_those_there_are(
    post: Callable[..., Any], refused: Refused
) -> None:
    problem = refused(post("phq-9", answers=[1] * 9, norms=[ALL, "x", "*"]), 422, "invalid_request")
    assert faults(problem) == [("/norms/1", "unknown_norm"), ("/norms/2", "unknown_norm")]
    others = [f"us-{who}-2013-2016" for who in ("adults", "men", "women")]
    assert problem["errors"][0]["allowed"] == sorted([ALL, MEN, WOMEN, *others])


# Change


@pytest.mark.parametrize(
    ("baseline", "difference", "category", "significance"),
    [
        # NHS Talking Therapies: GAD-7 changes reliably by 4, caseness from 8. The score now is 5.
        ({"scores": {"total": 10}}, -5, "reliably_improved", "recovered"),
        ({"scores": {"total": 9}}, -4, "reliably_improved", "recovered"),
        ({"scores": {"total": 8}}, -3, "unchanged", "unchanged"),
        ({"scores": {"total": 1}}, 4, "reliably_deteriorated", "deteriorated"),
        ({"answers": [2, 2, 2, 2, 2, 0, 0]}, -5, "reliably_improved", "recovered"),
        (
            {"answers": dict(zip("1234567", [2, 2, 2, 2, 2, 0, 0], strict=True))},
            -5,
            "reliably_improved",
            "recovered",
        ),
        # Scores win over answers.
        ({"answers": [3] * 7, "scores": {"total": 8}}, -3, "unchanged", "unchanged"),
    ],
)
def test_change_from_a_baseline(
    score: Score, baseline: Json, difference: int, category: str, significance: str
) -> None:
    change = score("gad-7", [1, 1, 1, 1, 1, 0, 0], baseline=baseline)["scores"]["total"]["change"]
    assert (change["difference"], change["category"], change["clinically_significant"]) == (
        difference,
        category,
        significance,
    )


def test_change_by_jacobson_and_truax(client: FlaskClient, invented: Json) -> None:
    # S_diff = 2 sqrt(2 (1 - 0.91)) = 0.6 sqrt(2): from 9 to 5 that is -4 / (0.6 sqrt(2)) = -10
    # sqrt(2) / 3.
    form = {"definition": invented, "answers": [1, 2, 3, 1], "baseline": {"scores": {"total": 9}}}
    change = client.post("/v1/score", json=form).json["scores"]["total"]["change"]
    assert change["rci"] == pytest.approx(-10 * 2**0.5 / 3, rel=1e-12)
    assert (change["difference"], change["category"]) == (-4, "reliably_improved")
    assert change["clinically_significant"] == "improved"


def test_a_baseline_that_could_not_be_scored_gives_no_change(score: Score) -> None:
    change = score("gad-7", [1] * 7, baseline={"answers": {"1": 3}})["scores"]["total"]["change"]
    assert (change["difference"], change["category"], change["note"]) == (
        None,
        None,
        "baseline_not_scored",
    )


def test_a_baseline_is_checked_like_the_form(post: Callable[..., Any], refused: Refused) -> None:
    baseline = {"answers": {"1": 9, "8": 1}, "scores": {"total": 22, "other": 3}}
    problem = refused(post("gad-7", answers={"1": 5}, baseline=baseline), 422, "invalid_request")
    assert sorted(faults(problem)) == [
        ("/answers/1", "value_not_allowed"),
        ("/baseline/answers/1", "value_not_allowed"),
        ("/baseline/answers/8", "unknown_item"),
        (
            "/baseline/scores",
            "unknown_scale",
        ),  # what is no scale's id may be a name: it is not repeated
        ("/baseline/scores/total", "out_of_range"),
    ]


# Identity


def test_the_same_request_gives_the_same_bytes(client: FlaskClient, few: Settings) -> None:
    form = {
        "answers": [1, 2, None, 0, 1, 2, 3],
        "respondent": {"sex": "male"},
        "baseline": {"scores": {"total": 9}},
    }
    path = "/v1/instruments/gad-7/score?working=true"
    first = client.post(path, json=form).data
    assert {client.post(path, json=form).data for _ in range(5)} == {first}
    assert create_app(few, log_fd=None).test_client().post(path, json=form).data == first


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"norms": ["*"]},
        {"baseline": {"answers": [1, 2, 3, 0, 1, 2, 3]}},
        {"answers": [1, 2, None, 0, 1, 2, 3]},
    ],
)
def test_what_is_written_again_is_what_was_written_first(catalog: Catalog, extra: Json) -> None:
    scorer = Scorer(catalog.get("gad-7", None).instrument)
    for answers in ([1, 2, 3, 0, 1, 2, 3], [3, 2, 1, 0, 3, 2, 1], [0, 2, 3, 1, 1, 2, 3]):
        for working in (False, True):
            submission = to_submission({"answers": answers, **extra})
            plainly = {**scorer.score(submission, working=working), "service_version": __version__}
            assert write_report(scorer.score(submission, working=working)) == orjson.dumps(plainly)


def test_what_two_respondents_are_told_of_one_sum_is_not_mixed_up(
    client: FlaskClient, catalog: Catalog
) -> None:
    told = []
    for sex in ("female", "male", "female"):
        form = {"answers": [1] * 7, "norms": ["*"], "respondent": {"sex": sex}}
        report = client.post("/v1/instruments/gad-7/score", json=form).get_json()
        assert (
            report["scores"]
            == Scorer(catalog.get("gad-7", None).instrument).score(to_submission(form))["scores"]
        )
        told.append(report["scores"])
    assert told[0] == told[2] != told[1]


def test_the_result_id_stands_for_definition_and_input(score: Score) -> None:
    forms: list[Json] = [
        {},
        {"reference": "a"},
        {"reference": "b"},
        {"respondent": {"age": 30}},
        {"respondent": {"sex": "male"}},
        {"norms": []},
        {"baseline": {"scores": {"total": 3}}},
    ]
    found = [score("gad-7", [1] * 7, **members)["result_id"] for members in forms]
    found.append(score("gad-7", [1] * 6 + [2])["result_id"])
    found.append(score("phq-9", [1] * 9)["result_id"])
    assert len(set(found)) == len(found)
    assert all(each.startswith("sha256:") and len(each) == 71 for each in found)


def test_a_reference_is_returned_as_it_came(post: Callable[..., Any]) -> None:
    reference = "Ä/<&\"' " + "x" * 57
    assert post("gad-7", answers=GAD_7, reference=reference).json["reference"] == reference
    assert post("gad-7", answers=GAD_7).json["reference"] is None


# Instruments and versions


def test_an_unknown_instrument_is_not_found_with_the_nearest_names(
    client: FlaskClient, refused: Refused
) -> None:
    for response in (
        client.post("/v1/instruments/phq9/score", json={"answers": [1] * 9}),
        client.post("/v1/score", json={"instrument": "phq9", "answers": [1] * 9}),
        client.get("/v1/instruments/phq9"),
    ):
        problem = refused(response, 404, "unknown_instrument")
        assert "phq-9" in problem["suggestions"]
    assert (
        refused(client.get("/v1/instruments/xyzzy"), 404, "unknown_instrument")["suggestions"] == []
    )


def test_the_highest_version_is_used_unless_another_is_named(
    site: FlaskClient, refused: Refused
) -> None:
    path = "/v1/instruments/gad-7/score"

    def used(**members: str) -> str:
        version: str = site.post(path, json={"answers": GAD_7, **members}).json["instrument"][
            "version"
        ]
        assert (
            site.post("/v1/score", json={"answers": GAD_7, "instrument": "gad-7", **members}).json[
                "instrument"
            ]["version"]
            == version
        )
        return version

    assert used() == "1.0.0+site.1"
    assert used(version="1.0.0") == "1.0.0"
    assert used(version="1.0.0+site.1") == "1.0.0+site.1"
    for body in ({"version": "9.9.9"}, {"version": "1.0"}):
        for response in (
            site.post(path, json={"answers": GAD_7, **body}),
            site.post("/v1/score", json={"answers": GAD_7, "instrument": "gad-7", **body}),
        ):
            problem = refused(response, 404, "unknown_version")
            assert faults(problem) == [("/version", "unknown_version")]
            assert problem["errors"][0]["allowed"] == ["1.0.0", "1.0.0+site.1"]


# Keys that are not published


def calpas_overlay() -> Json:
    """An invented key: items 1-6, 7-12, 13-18 and 19-24 in turn, the first of each reversed. It is
    not the form's.
    """
    scales = [
        {
            "id": name,
            "items": [str(item) for item in range(first, first + 6)],
            "aggregation": "sum",
            "metric": "sum",
            "missing": {"min_answered": 6, "method": "none"},
        }
        for name, first in (("pc", 1), ("pwc", 7), ("tui", 13), ("wsc", 19))
    ]
    whole = [str(item) for item in range(1, 25)]
    total = {"id": "total", "items": whole, "missing": {"min_answered": 24, "method": "none"}}
    examples = [
        ("All 7", [7] * 24, {"pc": 36, "total": 144}, "8 - 7 + 5 x 7 = 36; 4 x 36 = 144"),
        ("All 4", [4] * 24, {"pc": 24, "total": 96}, "6 x 4 = 24; 24 x 4 = 96"),
    ]
    return {
        "extends": "calpas-p@1.0.0",
        "version": "1.0.0+site.1",
        "key": "included",
        "key_sources": {"sources": ["invented"], "verification": "site"},
        "items": [{"id": str(first), "reverse": True} for first in (1, 7, 13, 19)],
        "scales": [*scales, total],
        "sources": [{"id": "invented", "citation": "Invented for a test"}],
        "examples": [
            {"title": title, "answers": answers, "expect": {"scores": scores}, "working": working}
            | {"source": "arithmetic"}
            for title, answers, scores, working in examples
        ],
    }


@pytest.fixture(scope="module")
def site(few: Settings, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A service with a site's overlays: an invented key for the CALPAS and a note on the GAD-7."""
    extra = tmp_path_factory.mktemp("site")
    (extra / "calpas.json").write_text(json.dumps(calpas_overlay()))
    note = {"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "notes": ["Ours."]}
    (extra / "gad.json").write_text(json.dumps(note))
    return create_app(replace(few, instruments_extra_dir=extra), log_fd=None).test_client()


def test_a_form_without_a_published_key_asks_for_it(client: FlaskClient, refused: Refused) -> None:
    form = {"answers": [4] * 24}
    for response in (
        client.post("/v1/instruments/calpas-p/score", json=form),
        client.post("/v1/score", json={"instrument": "calpas-p", **form}),
    ):
        problem = refused(response, 409, "key_required")
        assert "overlay" in problem["detail"]
    summary = next(
        each
        for each in client.get("/v1/instruments").json["instruments"]
        if each["id"] == "calpas-p"
    )
    assert summary["key"] == "required"


def test_an_overlay_of_the_site_unlocks_it(site: FlaskClient, refused: Refused) -> None:
    answers = [7] + [4] * 23
    report = site.post("/v1/instruments/calpas-p/score", json={"answers": answers}).json
    assert report["instrument"]["version"] == "1.0.0+site.1"
    # Item 1 is reversed by the invented key: 8 - 7 = 1; 1 + 5 x 4 = 21 and 21 + 3 x 24 = 93.
    assert (report["scores"]["pc"]["value"], report["scores"]["total"]["value"]) == (21, 93)
    shipped = site.post(
        "/v1/instruments/calpas-p/score", json={"answers": answers, "version": "1.0.0"}
    )
    refused(shipped, 409, "key_required")


# Definitions that are brought along


def test_faults_of_a_definition_are_pointed_at_below_definition(
    client: FlaskClient, invented: Json, refused: Refused
) -> None:
    invented["scales"][0]["items"].append("9")
    invented["scales"][0]["direction"] = "up"
    del invented["title"]
    response = client.post("/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1]})
    problem = refused(response, 422, "invalid_definition")
    assert sorted(faults(problem)) == [
        ("/definition/scales/0/direction", "not_allowed"),
        ("/definition/scales/0/items/3", "unknown_item"),
        ("/definition/title", "required"),
    ]


def test_an_example_that_does_not_come_out_refuses_a_definition(
    client: FlaskClient, invented: Json, refused: Refused
) -> None:
    invented["examples"][0]["expect"]["scores"]["total"] = 9
    response = client.post("/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1]})
    pointer = "/definition/examples/0/expect/scores/total"
    assert faults(refused(response, 422, "invalid_definition")) == [(pointer, "example_differs")]


def test_a_definition_that_is_brought_along_is_forgotten(
    client: FlaskClient, invented: Json, refused: Refused
) -> None:
    assert (
        client.post("/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1]}).status_code
        == 200
    )
    refused(
        client.post("/v1/instruments/invented-4/score", json={"answers": [1, 2, 3, 1]}),
        404,
        "unknown_instrument",
    )
    assert "invented-4" not in client.get("/v1/instruments").text


def test_a_definition_without_its_key_is_refused_like_a_shipped_one(
    client: FlaskClient, catalog: Catalog, refused: Refused
) -> None:
    form = {"definition": catalog.get("calpas-p").document, "answers": [4] * 24}
    refused(client.post("/v1/score", json=form), 409, "key_required")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, [("", "instrument_or_definition")]),
        ({"instrument": "gad-7", "definition": {}}, [("", "instrument_or_definition")]),
        ({"definition": None}, [("", "instrument_or_definition")]),
        ({"instrument": None}, [("", "instrument_or_definition")]),
        ({"instrument": 7}, [("/instrument", "wrong_type")]),
        ({"instrument": ""}, [("/instrument", "wrong_length")]),
        ({"definition": {}, "version": "1.0.0"}, [("/version", "version_of_definition")]),
    ],
)
def test_the_body_names_an_instrument_or_brings_a_definition(
    client: FlaskClient, refused: Refused, members: Json, expected: list[tuple[str, str]]
) -> None:
    response = client.post("/v1/score", json={"answers": GAD_7, **members})
    assert faults(refused(response, 422, "invalid_request")) == expected


@pytest.mark.parametrize("definition", [[], "gad-7", 1, True])
def test_a_definition_is_an_object(client: FlaskClient, definition: object) -> None:
    response = client.post("/v1/score", json={"answers": GAD_7, "definition": definition})
    assert response.status_code == 422
    assert {pointer for pointer, _ in faults(response.json)} == {"/definition"}


@pytest.mark.parametrize("member", ["instrument", "definition"])
def test_the_path_already_names_the_instrument(
    client: FlaskClient, refused: Refused, member: str
) -> None:
    response = client.post("/v1/instruments/gad-7/score", json={"answers": GAD_7, member: "gad-7"})
    assert faults(refused(response, 422, "invalid_request")) == [(f"/{member}", "unknown_member")]


# One form for two raters


def test_a_form_for_two_raters_asks_which(
    client: FlaskClient, invented: Json, refused: Refused
) -> None:
    invented["perspectives"] = ["client", "therapist"]

    def post(**members: object) -> Any:
        return client.post(
            "/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1], **members}
        )

    for missing in ({}, {"perspective": None}):
        problem = refused(post(**missing), 422, "invalid_request")
        assert faults(problem) == [("/perspective", "perspective_needed")]
        assert problem["errors"][0]["allowed"] == ["client", "therapist"]
    assert faults(refused(post(perspective="observer"), 422, "invalid_request")) == [
        ("/perspective", "wrong_perspective")
    ]
    assert post(perspective="therapist").json["perspective"] == "therapist"


def test_a_form_for_one_rater_takes_no_other(
    client: FlaskClient, score: Score, refused: Refused
) -> None:
    assert score("wai-sr", [3] * 12)["perspective"] == "client"
    assert score("wai-sr", [3] * 12, perspective="client")["perspective"] == "client"
    response = client.post(
        "/v1/instruments/wai-sr/score", json={"answers": [3] * 12, "perspective": "therapist"}
    )
    assert faults(refused(response, 422, "invalid_request")) == [
        ("/perspective", "wrong_perspective")
    ]


# What is counted


def counted(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("answers", "completeness"),
    [([1] * 10, "complete"), ([1] * 9 + [None], "prorated"), ([1] * 8 + [None] * 2, "incomplete")],
)
def test_scored_forms_are_counted_by_completeness(
    score: Score,
    registry: CollectorRegistry,
    catalog: Catalog,
    answers: list[int | None],
    completeness: str,
) -> None:
    name = "scoring_responses_scored_total"
    version = catalog.get("core-10").instrument.version
    labels = {"instrument": "core-10", "version": version, "completeness": completeness}
    before = counted(registry, name, **labels)
    score("core-10", answers)  # up to one missing item is prorated
    assert counted(registry, name, **labels) == before + 1


@pytest.mark.parametrize(
    ("instrument", "body", "label", "reason"),
    [
        ("gad-7", {"answers": [1]}, "gad-7", "wrong_length"),
        ("gad-7", {"answers": [5] * 7}, "gad-7", "value_not_allowed"),
        ("gad-7", {"answers": []}, "gad-7", "wrong_length"),
        ("gad-7", {"answers": {}}, "gad-7", "no_answers"),
        ("gad-7", {"answers": {"x": 1}}, "gad-7", "unknown_item"),
        ("gad-7", {"answers": {"1": 1}, "version": "7.0.0"}, "gad-7", "unknown_version"),
        ("calpas-p", {"answers": [1] * 24}, "calpas-p", "key_required"),
        ("nothing", {"answers": [1]}, "unknown", "unknown_instrument"),
    ],
)
def test_refused_forms_are_counted_by_reason(
    client: FlaskClient,
    registry: CollectorRegistry,
    instrument: str,
    body: Json,
    label: str,
    reason: str,
) -> None:
    name, labels = "scoring_responses_rejected_total", {"instrument": label, "reason": reason}
    before = counted(registry, name, **labels)
    client.post(f"/v1/instruments/{instrument}/score", json=body)
    client.post("/v1/score", json={"instrument": instrument, **body})
    assert counted(registry, name, **labels) == before + 2


def test_a_body_that_cannot_be_read_is_malformed_not_rejected(
    client: FlaskClient, registry: CollectorRegistry
) -> None:
    def rejected() -> float:
        name = "scoring_responses_rejected_total"
        return sum(
            sample.value
            for family in registry.collect()
            for sample in family.samples
            if sample.name == name
        )

    labels = {"reason": "bad_json"}
    before = rejected(), counted(registry, "scoring_malformed_requests_total", **labels)
    for path in ("/v1/instruments/gad-7/score", "/v1/score", "/v1/definitions/check"):
        client.post(path, data=b"{", content_type="application/json")
    after = rejected(), counted(registry, "scoring_malformed_requests_total", **labels)
    assert after == (before[0], before[1] + 3)


def test_the_log_names_the_instrument_and_never_the_answers(
    client: FlaskClient, log: Any, invented: Json
) -> None:
    client.post("/v1/instruments/gad-7/score", json={"answers": GAD_7})
    client.post("/v1/score", json={"instrument": "gad-7", "answers": GAD_7})
    client.post("/v1/score", json={"definition": invented, "answers": [1, 2, 3, 1]})
    client.post("/v1/instruments/gad-7/score", json={"answers": {"1": 9}})
    client.post("/v1/instruments/nothing/score", json={"answers": {"1": 9}})
    wanted = ("status", "instrument", "version", "n_responses", "problem")
    assert [tuple(line[name] for name in wanted) for line in log.lines()] == [
        (200, "gad-7", "1.0.0", 1, None),
        (200, "gad-7", "1.0.0", 1, None),
        (200, None, None, 1, None),
        (422, "gad-7", None, None, "invalid_request"),
        (404, None, None, None, "unknown_instrument"),
    ]
