"""Age and sex of the patient: only what is certain."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.cds.person import ages_on, read_respondents
from service.fhir.reading.node import Node
from service.scoring.scales import ANYBODY, Respondent
from service.settings import Settings
from tests.cds.calls import FALL, SERVICE, call, course, day_of, form, searched
from tests.cds.conftest import Cards, topics

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("born", "day", "ages"),
    [
        ("1990-03-05", "2026-03-05", (36,)),
        ("1990-03-06", "2026-03-05", (35,)),
        ("2026-03-05", "2026-03-05", (0,)),
        ("2026-03-06", "2026-03-05", ()),
        ("1896-03-05", "2026-03-05", (130,)),
        ("1895-03-05", "2026-03-05", ()),
        ("2008-02-29", "2026-02-28", (17,)),
        ("2008-02-29", "2026-03-01", (18,)),
        ("1990-02", "2026-03-05", (36,)),
        ("1990-04", "2026-03-05", (35,)),
        ("1990-03", "2026-03-05", (35, 36)),
        ("1990-03", "2026-03-31", (36,)),
        ("1990", "2026-03-05", (35, 36)),
        ("1990", "2026-12-31", (36,)),
        ("2026", "2026-03-05", (0,)),
        ("1990-13", "2026-03-05", ()),
        ("1990-02-30", "2026-03-05", ()),
        ("1990-03-05T10:00:00Z", "2026-03-05", ()),
        ("90", "2026-03-05", ()),
        ("", "2026-03-05", ()),
    ],
)
def test_the_ages_are_those_that_a_birth_date_allows(born: str, day: str, ages: tuple[int, ...]):
    assert ages_on(day, born) == ages


def respondents(day: str | None = "2026-03-05", **members: object) -> tuple[Respondent, ...]:
    return read_respondents(Node({"resourceType": "Patient", **members}, ()), "p1", day)


def test_who_is_not_told_is_anybody():
    assert read_respondents(None, "p1", "2026-03-05") == (ANYBODY,)
    assert respondents() == (ANYBODY,)
    assert respondents(id="p2", gender="female", birthDate="1990-01-01") == (ANYBODY,)
    assert respondents(birthDate=1990, gender=2) == (ANYBODY,)
    assert respondents(gender="nonsense") == (ANYBODY,)
    assert respondents(None, birthDate="1990-01-01") == (ANYBODY,)


def test_a_year_of_birth_leaves_two_ages():
    assert respondents(id="p1", birthDate="1990-01-01") == (Respondent(36, None),)
    assert respondents(birthDate="1990", gender="other") == (
        Respondent(35, "other"),
        Respondent(36, "other"),
    )


LOW_START = [[2, 2, 2, 3, 2, 2, 2, 2, 2, 2, 2, 3]] * 4


@pytest.mark.parametrize(
    ("born", "has_card"),
    [
        (None, True),
        ("1990-03-04", True),
        ("1990", True),
        ("2008-03-04", True),
        ("2008-03-05", False),
        ("2008-03", False),
        ("2008", False),
        ("2015-03-04", False),
        ("2015", False),
    ],
)
def test_a_norm_of_adults_is_used_where_the_patient_is_one_at_the_latest_form_for_certain(
    born: str | None, has_card: bool, cards: Cards
):
    """The norm of the WAI-SR is of adults; a start below it opens an alert. The latest form is of
    the 4th of March.
    """
    assert day_of(len(LOW_START)) == "2026-03-04"
    patient: Json | None = None
    if born is not None:
        patient = {"resourceType": "Patient", "id": "p1", "birthDate": born}
    found = cards(call(responses=searched(course(LOW_START)), patient=patient))
    assert topics(found) == [("alliance", "info")] * has_card


@pytest.mark.parametrize(("born", "has_card"), [("2012", True), ("2013", False), ("2015", False)])
def test_a_cut_off_is_used_where_every_age_that_may_be_is_in_its_range(
    born: str, has_card: bool, cards: Cards
):
    """The cut-off of the SRS is for 13 years and more."""
    forms = [form("srs", day_of(number), [5, 5, 5, 5]) for number in range(1, 5)]
    patient = {"resourceType": "Patient", "birthDate": born}
    found = cards(call(responses=searched(forms), patient=patient))
    assert topics(found) == [("alliance", "info")] * has_card


def indicator(client: FlaskClient, born: str) -> str:
    patient = {"resourceType": "Patient", "birthDate": born}
    answered = client.post(SERVICE, json=call(responses=searched(course(FALL)), patient=patient))
    (card,) = answered.json["cards"]
    found: str = card["indicator"]
    return found


def test_where_two_ages_bring_alerts_of_different_severity_the_milder_one_is_certain(
    client: FlaskClient,
):
    """At 18 the norm of adults makes the alert urgent; at 17 it is a watch."""
    days = [indicator(client, born) for born in ("2008-03-05", "2008-03-06")]
    assert days == ["critical", "info"]
    assert indicator(client, "2008") == "info"
    assert indicator(client, "1990") == "critical"


def test_the_milder_one_may_be_that_of_the_older_age(few: Settings, tmp_path: Path):
    """A site whose norm is of minors: at 17 the alert is urgent, at 18 it is an alert."""
    shipped = json.loads((few.instruments_dir / "wai-sr.json").read_text())
    norms = [
        {**norm, "age": {"min": None, "max": 17}} if norm["default"] else norm
        for norm in shipped["norms"]
    ]
    extended = f"wai-sr@{shipped['version']}"
    overlay = {"extends": extended, "version": f"{shipped['version']}+site.1", "norms": norms}
    (tmp_path / "wai-sr.json").write_text(json.dumps(overlay))
    service = create_app(replace(few, instruments_extra_dir=tmp_path), log_fd=None)
    client = service.test_client()
    days = [indicator(client, born) for born in ("2008-03-05", "2008-03-06")]
    assert days == ["warning", "critical"]
    assert indicator(client, "2008") == "warning"
