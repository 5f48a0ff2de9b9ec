"""Source attributes: none is empty without a reason, and each says what the definition holds."""

import json
import re
import tomllib
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.attributes import project
from service.attributes.instrument import attributes_of_instrument
from service.attributes.people import uses_of
from service.attributes.rule import ATTRIBUTED
from service.definitions.catalog import Catalog, Entry
from service.definitions.check import check_definition
from service.definitions.overlay import merge
from service.description.origin import origin_lines
from service.settings import REPOSITORY
from tests.builders import make_definition

Json = dict[str, Any]

RULES = [*(f"R{number:02}" for number in range(1, 30)), *(f"P{n:02}" for n in range(1, 8))]


def told(client: FlaskClient, path: str) -> Json:
    response = client.get(f"{path}/source-attributes")
    assert (response.status_code, response.content_type) == (200, "application/json"), path
    return response.json


def assert_told(answer: Json) -> None:
    """Hold an answer to what it promises of every attribute, whatever is known."""
    attributes = answer["attributes"]
    for name, one in attributes.items():
        assert (one["value"] is None) == bool(one["reason"]), name
        assert one["value"] not in ("", [], {}), name
        assert set(one["sources"]) <= answer["sources"].keys(), name
    assert {one["paragraph"] for one in attributes.values()} == {None, *range(1, 14)}
    used = [one["value"] for name, one in attributes.items() if name.startswith("use_of_")]
    assert len(used) == 9
    assert all(isinstance(one["used"], bool) and one["how"] for one in used)


def test_no_attribute_of_a_shipped_instrument_is_empty_without_a_reason(catalog: Catalog) -> None:
    for entry in catalog.entries():
        assert_told(json.loads(json.dumps(attributes_of_instrument(entry))))


@pytest.mark.parametrize("rule", RULES)
def test_no_attribute_of_a_rule_is_empty_without_a_reason(client: FlaskClient, rule: str) -> None:
    answer = told(client, f"/v1/rules/{rule}")
    assert answer["alert_rule"]["id"] == rule
    assert_told(answer)


def test_every_rule_of_the_list_has_source_attributes(client: FlaskClient) -> None:
    battery = client.get("/v1/rules").json
    assert {rule["id"] for rule in (*battery["rules"], *battery["repairs"])} == set(RULES)
    assert ATTRIBUTED.keys() == set(RULES)


def test_a_rule_tells_its_rates_as_the_list_does(client: FlaskClient) -> None:
    (listed,) = (one for one in client.get("/v1/rules").json["rules"] if one["id"] == "R08")
    attributes = told(client, "/v1/rules/R08")["attributes"]
    assert attributes["simulated_rates"]["value"] == listed["rates"] is not None
    assert any(listed["minimum_data"] in limit for limit in attributes["known_limits"]["value"])


@pytest.mark.parametrize("rule", ["R00", "r08", "R30", "x", "R08%20"])
def test_a_rule_that_is_not_there_is_not_found(
    client: FlaskClient, refused: Any, rule: str
) -> None:
    refused(client.get(f"/v1/rules/{rule}/source-attributes"), 404, "not_found")


def test_an_instrument_that_is_not_there_is_answered_with_the_nearest(
    client: FlaskClient, refused: Any
) -> None:
    unknown = refused(
        client.get("/v1/instruments/phq9/source-attributes"), 404, "unknown_instrument"
    )
    assert "phq-9" in unknown["suggestions"]
    path = "/v1/instruments/phq-9/source-attributes?version=9.9.9"
    refused(client.get(path), 404, "unknown_version")


@pytest.mark.parametrize("path", ["/v1/instruments/phq-9", "/v1/rules/R08"])
def test_attributes_are_not_sent_again_to_who_has_them(client: FlaskClient, path: str) -> None:
    first = client.get(f"{path}/source-attributes")
    again = client.get(
        f"{path}/source-attributes", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def attributes_of(definition: Json) -> Json:
    checked = check_definition(definition)
    assert checked.instrument is not None, checked.faults
    assert checked.document is not None
    assert checked.scorer is not None
    entry = Entry(checked.instrument, checked.document, checked.scorer)
    told: Json = json.loads(json.dumps(attributes_of_instrument(entry)))
    return told


def use_of(definition: Json, name: str) -> Json:
    return attributes_of(definition)["attributes"][f"use_of_{name}"]["value"]


def test_sex_and_age_are_used_only_where_a_number_is_for_some() -> None:
    plain = make_definition()
    for system in plain["scales"][0]["cutoffs"]:
        assert "sex" not in system
    assert use_of(plain, "sex")["used"] is False
    by_sex = make_definition()
    by_sex["scales"][0]["precision"] = {
        "sd": 1.0,
        "reliability": 0.8,
        "kind": "alpha",
        "sex": "female",
        "source": "invented",
        "verification": "site",
    }
    assert use_of(by_sex, "sex") == {
        "used": True,
        "how": "Optional: `respondent.sex` chooses among numbers that are for some only: "
        "errors of measurement.",
    }


@pytest.mark.parametrize(("compared", "kept"), [("sex", "date_of_birth"), ("age", "sex")])
def test_what_a_criterion_compares_of_the_respondent_is_a_use_of_it(
    compared: str, kept: str
) -> None:
    rule = {"compare": {"respondent": compared, "op": "==", "value": 1}}
    uses = uses_of({"language": "en", "items": [{}], "criteria": [{"rule": {"any": [rule]}}]})
    name = {"sex": "sex", "age": "date_of_birth"}[compared]
    assert uses[f"use_of_{name}"]["value"]["used"] is True
    assert "criteria" in uses[f"use_of_{name}"]["value"]["how"]
    assert uses[f"use_of_{kept}"]["value"]["used"] is False


def test_the_page_of_a_form_tells_where_it_comes_from_and_what_was_not_found() -> None:
    lines = "\n".join(origin_lines({"source_attributes": STATED}))
    assert "- **developed by**: A. Inventor (`paper`)" in lines
    assert "- **funded by**: The paper names none." in lines
    assert "- Not found in the sources read: revised, intended use" in lines
    assert list(origin_lines({})) == []


def test_the_project_says_the_same_of_itself_everywhere() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert [author["name"] for author in declared["authors"]] == [project.AUTHORS]
    heading = re.search(r"^## \[(.*?)\].*", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heading is not None
    if heading[1] == "Unreleased":
        assert project.RELEASED is None
    else:
        assert str(project.RELEASED) in heading[0]


STATED = {
    "developer": {"value": "A. Inventor", "source": "paper"},
    "funding": {"reason": "The paper names none."},
    "released": {"value": "2001-09", "source": "invented"},
    "sources": [{"id": "paper", "citation": "Inventor 2001"}],
}


def with_attributes(**changes: object) -> Json:
    return make_definition() | {"source_attributes": {**STATED, **changes}}


def test_what_a_definition_states_is_answered_with_its_source() -> None:
    answer = attributes_of(with_attributes())
    assert_told(answer)
    attributes = answer["attributes"]
    developer = {"value": "A. Inventor", "reason": None, "sources": ["paper"], "paragraph": 2}
    assert attributes["developer"] == developer
    assert answer["sources"]["paper"] == {"citation": "Inventor 2001"}
    assert attributes["funding_of_form"]["reason"] == "The paper names none."
    assert attributes["release_date"]["value"] == "2001-09"
    assert attributes["intended_use"]["reason"] == "Not found in the sources read."


def test_who_made_a_form_is_its_holder_where_nothing_else_is_known() -> None:
    definition = make_definition()
    developer = attributes_of(definition)["attributes"]["developer"]["value"]
    assert developer == f"{definition['licence']['holder']}, as the holder of the rights"


FAULTY = {
    "source that is not there": (
        {"developer": {"value": "A", "source": "other"}},
        {("/source_attributes/developer/source", "unknown_source")}
        | {("/source_attributes/sources/0", "unused_source")},
    ),
    "source of no statement": (
        {"developer": {"value": "A", "source": "invented"}},
        {("/source_attributes/sources/0", "unused_source")},
    ),
    "source by a name that is taken": (
        {
            "developer": {"value": "A", "source": "invented"},
            "sources": [{"id": "invented", "citation": "Once more"}],
        },
        {("/source_attributes/sources/0/id", "duplicate_id")},
    ),
    "value without source": (
        {"intended_use": {"value": "Screening"}},
        {("/source_attributes/intended_use/source", "required")},
    ),
    "value and reason": (
        {"intended_use": {"value": "Screening", "source": "paper", "reason": "Not found"}},
        {("/source_attributes/intended_use", "wrong_shape")},
    ),
    "neither": ({"population": {}}, {("/source_attributes/population", "wrong_shape")}),
    "reason with a source": (
        {"population": {"reason": "Not told", "source": "paper"}},
        {("/source_attributes/population/source", "not_allowed")},
    ),
    "date in words": (
        {"released": {"value": "in 2001", "source": "paper"}},
        {("/source_attributes/released/value", "wrong_format")},
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_statement_is_refused_where_it_stands(case: str) -> None:
    changes, expected = FAULTY[case]
    faults = check_definition(with_attributes(**changes)).faults
    assert {(fault.pointer, fault.code) for fault in faults} == expected


def test_an_overlay_replaces_a_reason_by_what_the_site_knows() -> None:
    base = with_attributes()
    added = {"funding": {"value": "The clinic", "source": "paper", "reason": None}}
    merged = merge(base, {"version": "1.0.0+site.1", "source_attributes": added})
    assert check_definition(merged).faults == ()
    assert merged["source_attributes"]["funding"] == {"value": "The clinic", "source": "paper"}
    assert merged["source_attributes"]["developer"] == STATED["developer"]
