"""The notice that LOINC asks for goes wherever its codes go."""

import json
import re

import pytest
from flask.testing import FlaskClient

from service.definitions.check import check_definition
from service.definitions.digest import digest_of
from service.settings import REPOSITORY
from tests.builders import make_definition

NOTICE = (REPOSITORY / "NOTICE").read_text().splitlines()[-1]
FILES = {
    definition["id"]: text
    for path in sorted((REPOSITORY / "instruments").glob("*.json"))
    if "response_sets" in (definition := json.loads(text := path.read_text()))
}
CODED = {
    name
    for name, text in FILES.items()
    if "loinc.org" in re.sub(r'"url": "[^"]*"', "", text) or re.search(r'"LA\d+-\d"', text)
}


def test_the_notice_is_what_the_licence_of_loinc_asks_for() -> None:
    assert NOTICE.startswith("This material contains content from LOINC (http://loinc.org).")
    assert "copyright © Regenstrief Institute, Inc." in NOTICE
    assert "available at no cost under the license at http://loinc.org/license" in NOTICE


@pytest.mark.parametrize("name", FILES)
def test_a_definition_has_the_notice_exactly_where_it_has_codes_of_loinc(
    client: FlaskClient, name: str
) -> None:
    definition = client.get(f"/v1/instruments/{name}").json
    assert definition.get("notices", []) == ([NOTICE] if name in CODED else [])
    form = client.get(f"/fhir/Questionnaire/{name}").json
    assert (NOTICE in form["copyright"]) == (name in CODED)
    told = client.get(f"/v1/instruments/{name}/source-attributes").json["attributes"]
    assert told["notices"]["value"] == ([NOTICE] if name in CODED else None)


def test_there_are_definitions_with_and_without_codes_of_loinc() -> None:
    assert {"phq-9", "gad-7", "phq-4"} <= CODED
    assert "wai-sr" in FILES.keys() - CODED


def test_a_definition_that_was_fetched_is_the_one_that_reports_name(client: FlaskClient) -> None:
    fetched = client.get("/v1/instruments/phq-9").json
    (listed,) = (
        one
        for one in client.get("/v1/instruments?q=phq-9").json["instruments"]
        if one["id"] == "phq-9"
    )
    assert digest_of(fetched) == listed["digest"]
    checked = client.post("/v1/definitions/check", json=fetched).json
    assert (checked["valid"], checked["digest"]) == (True, listed["digest"])


@pytest.mark.parametrize("own", [["A notice of the site."], [NOTICE], []])
def test_a_notice_of_its_own_stays_and_none_comes_twice(own: list[str]) -> None:
    definition = make_definition() | {"notices": own}
    definition["items"][0]["codes"] = [
        {"system": "http://loinc.org", "code": "44250-9", "display": "An item"}
    ]
    checked = check_definition(definition)
    assert checked.document is not None
    assert checked.document["notices"] == [*(text for text in own if text != NOTICE), NOTICE]
