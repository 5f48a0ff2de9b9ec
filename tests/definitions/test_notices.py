"""The notice of a code system goes wherever its codes go."""

import json
import re

import pytest
from flask.testing import FlaskClient

from service.definitions.build.digest import digest_of
from service.definitions.check import check_definition
from service.settings import REPOSITORY
from tests.builders import make_definition

LINES = (REPOSITORY / "NOTICE").read_text().splitlines()
NOTICES = {
    system: next(line for line in LINES if line.startswith("This material") and named in line)
    for system, named in (
        ("http://loinc.org", "LOINC"),
        ("http://ncicb.nci.nih.gov", "NCI Thesaurus"),
        ("https://www.medizininformatik-initiative.de/fhir/ext/modul-pro/CodeSystem", "module PRO"),
        ("urn:oid:2.16.756.5.30.1.126.3.1", "CHOP"),
    )
}
LOINC = NOTICES["http://loinc.org"]
FILES = {
    definition["id"]: text
    for path in sorted((REPOSITORY / "instruments").glob("*.json"))
    if "response_sets" in (definition := json.loads(text := path.read_text()))
}
CODED = {
    name: [
        notice
        for system, notice in NOTICES.items()
        if f'"system": "{system}' in text or (notice == LOINC and re.search(r'"LA\d+-\d"', text))
    ]
    for name, text in FILES.items()
}


def test_the_notice_is_what_the_licence_of_loinc_asks_for() -> None:
    assert LOINC.startswith("This material contains content from LOINC (http://loinc.org).")
    assert "copyright © Regenstrief Institute, Inc." in LOINC
    assert "available at no cost under the license at http://loinc.org/license" in LOINC


@pytest.mark.parametrize("name", FILES)
def test_a_definition_has_a_notice_exactly_where_it_has_codes_of_its_system(
    client: FlaskClient, name: str
) -> None:
    definition = client.get(f"/v1/instruments/{name}").json
    assert definition.get("notices", []) == CODED[name]
    form = client.get(f"/fhir/Questionnaire/{name}").json
    assert [one for one in NOTICES.values() if one in form["copyright"]] == CODED[name]
    told = client.get(f"/v1/instruments/{name}/source-attributes").json["attributes"]
    assert told["notices"]["value"] == (CODED[name] or None)


def test_there_are_definitions_with_and_without_codes_of_each_system() -> None:
    assert CODED["gad-7"] == list(NOTICES.values())[:3]
    assert CODED["ham-a"] == [NOTICES["http://ncicb.nci.nih.gov"]]
    assert CODED["honos"] == [NOTICES["urn:oid:2.16.756.5.30.1.126.3.1"]]
    assert CODED["mdq"] == [LOINC]
    assert CODED["wai-sr"] == []


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


@pytest.mark.parametrize("own", [["A notice of the site."], [LOINC], []])
def test_a_notice_of_its_own_stays_and_none_comes_twice(own: list[str]) -> None:
    definition = make_definition() | {"notices": own}
    definition["items"][0]["codes"] = [
        {"system": "http://loinc.org", "code": "44250-9", "display": "An item"}
    ]
    checked = check_definition(definition)
    assert checked.document is not None
    assert checked.document["notices"] == [*(text for text in own if text != LOINC), LOINC]
