"""Which cards there are, what they say, and what they must not."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.cds.codes import OVERRIDE_REASONS
from service.cds.wording import CARDS
from service.definitions.catalog import Catalog
from service.scoring.ranges import score_range
from service.settings import Settings
from tests.cds import checker
from tests.cds.calls import (
    FALL,
    HIGH,
    INSTANCE,
    LOW,
    SERVICE,
    STEADY,
    call,
    course,
    day_of,
    form,
    paged,
    phq_9,
    score,
    searched,
)
from tests.cds.conftest import Cards, topics

Json = dict[str, Any]


def native_alerts(client: FlaskClient, answers: list[list[int]]) -> list[Json]:
    sessions = [
        {
            "number": number,
            "date": day_of(number),
            "forms": [{"instrument": "wai-sr", "answers": given}],
        }
        for number, given in enumerate(answers, 1)
    ]
    alerts: list[Json] = client.post("/v1/monitor", json={"sessions": sessions}).json["alerts"]
    return alerts


def test_a_card_says_what_the_native_route_says(cards: Cards, client: FlaskClient):
    (native,) = native_alerts(client, FALL)
    (card,) = cards(call(responses=searched(course(FALL))))
    assert card["summary"] == native["summary"]
    assert card["detail"].startswith(native["message"])
    assert native["note"] in card["detail"]


def test_a_steady_course_has_no_card(cards: Cards):
    assert cards(call(responses=searched(course(STEADY)))) == []


def test_an_alert_that_is_mended_has_no_card(cards: Cards, client: FlaskClient):
    answers = [*FALL, HIGH, HIGH]
    (native,) = native_alerts(client, answers)
    assert native["status"] == "repaired"
    assert cards(call(responses=searched(course(answers)))) == []


def test_a_score_that_is_back_once_is_information(cards: Cards, client: FlaskClient):
    answers = [*FALL, HIGH]
    (native,) = native_alerts(client, answers)
    assert (native["status"], native["closed_session"]) == ("provisional", None)
    assert topics(cards(call(responses=searched(course(answers))))) == [("alliance", "info")]


INDICATORS = {"watch": "info", "alert": "warning", "urgent": "critical"}


@pytest.mark.parametrize(
    ("latest", "severity"),
    [([3] * 6 + [4] * 6, "watch"), ([3] * 8 + [4] * 4, "alert"), (LOW, "urgent")],
)
def test_the_severity_of_an_alert_is_how_urgent_its_card_is(
    latest: list[int], severity: str, cards: Cards, client: FlaskClient
):
    answers = [HIGH, HIGH, HIGH, HIGH, latest]
    (native,) = native_alerts(client, answers)
    assert native["severity"] == severity
    assert topics(cards(call(responses=searched(course(answers))))) == [
        ("alliance", INDICATORS[severity])
    ]


def rated_by_both(patient: list[list[int]], therapist: list[list[int]]) -> list[Json]:
    forms = [form("wai-srt", day_of(n), given) for n, given in enumerate(therapist, 1)]
    return [*course(patient), *forms]


WATCHED = [3] * 6 + [4] * 6
THERAPIST_HIGH, THERAPIST_LOW = [4, 5] * 5, [1] * 10


@pytest.mark.parametrize(
    ("patient", "therapist", "indicators"),
    [
        (
            [*[HIGH] * 4, WATCHED, WATCHED],
            [*[THERAPIST_HIGH] * 4, THERAPIST_LOW, THERAPIST_LOW],
            [("therapist", "critical"), ("patient", "warning")],
        ),
        (
            [*[HIGH] * 3, LOW, HIGH],
            [*[THERAPIST_HIGH] * 4, THERAPIST_LOW],
            [("therapist", "warning"), ("patient", "info")],
        ),
    ],
    ids=["more severe", "not back"],
)
def test_the_more_severe_alert_of_two_raters_comes_first(
    patient: list[list[int]],
    therapist: list[list[int]],
    indicators: list[tuple[str, str]],
    cards: Cards,
):
    found = cards(call(responses=searched(rated_by_both(patient, therapist))))
    told = [(re.findall(r"\((\w+)\)", one["summary"])[0], one["indicator"]) for one in found]
    assert told == indicators


def test_scores_alone_give_the_card_that_they_give_natively(cards: Cards, client: FlaskClient):
    values = [4.2, 4.1, 4.2, 4.3, 3.5]
    sessions = [
        {"number": n, "forms": [{"instrument": "wai-sr", "scores": {"total": value}}]}
        for n, value in enumerate(values, 1)
    ]
    (native,) = client.post("/v1/monitor", json={"sessions": sessions}).json["alerts"]
    observations = [score(day_of(n), value) for n, value in enumerate(values, 1)]
    (card,) = cards(call(observations=searched(observations[::-1])))
    assert card["summary"] == native["summary"]
    assert card["indicator"] == INDICATORS[native["severity"]]


def test_the_evidence_is_that_of_the_native_series(cards: Cards, client: FlaskClient):
    sessions = [
        {"number": n, "forms": [{"instrument": "wai-sr", "answers": given}]}
        for n, given in enumerate(FALL, 1)
    ]
    native = client.post("/v1/monitor", json={"sessions": sessions}).json
    point = native["series"][0]["points"][-1]
    (card,) = cards(call(responses=searched(course(FALL))))
    (row,) = re.findall(r"^\| 5 .*$", card["detail"], re.MULTILINE)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:2] == ["5 (2026-03-05)", "WAI-SR (patient)"]
    shown = [float(cell) for cell in cells[2:5]]
    expected = [point["value"], point["expected"], point["limits"]["alert"]]
    assert shown == [pytest.approx(value, abs=0.005) for value in expected]
    assert re.findall(r"\((R[0-9]{2})\)", cells[5]) == sorted(native["alerts"][0]["rules"])
    rate = native["alerts"][0]["false_alarm"]["family_rate"]
    (told,) = re.findall(r"\*\*False alarms\*\*: about ([0-9.]+) of 100", card["detail"])
    assert float(told) == pytest.approx(100 * rate, abs=0.005)


def test_the_latest_score_stands_in_the_evidence_though_no_rule_fired(
    cards: Cards, client: FlaskClient
):
    answers = [*FALL, HIGH]
    (native,) = native_alerts(client, answers)
    sessions = {n for found in native["evidence"]["fired_in"].values() for n in found}
    assert (native["updated_session"], sessions) == (5, {5})
    (card,) = cards(call(responses=searched(course(answers))))
    rows = re.findall(r"^\| ([0-9]+) \(.*?\) \| .*? \| (.*?) \|", card["detail"], re.MULTILINE)
    assert rows == [("5", "1.75"), ("6", "4.33")]


def test_a_raised_safety_item_comes_first_and_interrupts(cards: Cards):
    found = cards(call(responses=searched([phq_9(day_of(5), 1), *course(FALL)])))
    assert topics(found) == [("safety", "critical"), ("alliance", "critical")]
    assert "| 2026-03-05 | PHQ-9 | 9 | high |" in found[0]["detail"]
    assert not re.search("[0-9]", found[0]["summary"])


@pytest.mark.parametrize(
    ("forms", "topics_of_cards"),
    [
        ([phq_9(day_of(1), 3), phq_9(day_of(2), 0)], []),
        ([phq_9(day_of(1), 0), phq_9(day_of(2), 1)], ["safety"]),
        ([phq_9(day_of(2), 1), form("wai-sr", day_of(3), HIGH)], ["safety"]),
        ([phq_9(day_of(2), 1), form("gad-7", day_of(3), [0] * 7)], ["safety"]),
        ([form("phq-9", day_of(1), [1] * 8 + [None])], []),
        ([phq_9(day_of(1), 1), form("phq-9", day_of(2), [1] * 8 + [None])], ["safety"]),
        ([phq_9(day_of(1), 1, authored="2026-03")], ["safety"]),
        ([phq_9(day_of(1), 1, authored="2026-03"), phq_9(day_of(2), 0)], ["safety"]),
    ],
    ids=[
        "taken back",
        "raised since",
        "another form since",
        "another symptom form",
        "not answered",
        "not answered since",
        "no day",
        "no day, beside a later one",
    ],
)
def test_safety_items_of_the_latest_form_of_each_instrument_count(
    forms: list[Json], topics_of_cards: list[str], cards: Cards
):
    found = cards(call(responses=searched(forms)))
    assert [topic for topic, _ in topics(found)] == topics_of_cards


def test_one_card_holds_the_safety_items_of_all_forms(cards: Cards):
    core = form("core-10", day_of(5), [0, 0, 0, 0, 0, 4, 0, 0, 0, 0])
    (card,) = cards(call(responses=searched([phq_9(day_of(5), 2), core])))
    assert "| PHQ-9 | 9 |" in card["detail"]
    assert "| CORE-10 | 6 |" in card["detail"]


def test_a_card_can_be_accepted_and_set_aside(cards: Cards):
    (card,) = cards(call("encounter-start", responses=searched(course(FALL))))
    (suggestion,) = card["suggestions"]
    (action,) = suggestion["actions"]
    task = action["resource"]
    assert (task["for"], task["encounter"]) == (
        {"reference": "Patient/p1"},
        {"reference": "Encounter/e1"},
    )
    assert {one["code"]: one["display"] for one in card["overrideReasons"]} == {
        code: CARDS[f"cds.reason.{code}"] for code in OVERRIDE_REASONS
    }
    assert {one["system"] for one in card["overrideReasons"]} == {
        "urn:questionnaire-scoring:CodeSystem:override-reasons"
    }
    assert "links" not in card
    assert "url" not in card["source"]


def test_a_task_names_no_encounter_that_was_not_named(cards: Cards):
    about = {"userId": "Practitioner/t7", "patientId": "p1"}
    (card,) = cards(call(context=about, responses=searched(course(FALL))))
    assert "encounter" not in card["suggestions"][0]["actions"][0]["resource"]


@pytest.mark.parametrize("kind", ["absolute", "smart"])
def test_a_site_adds_its_page_and_its_chart(kind: str, few: Settings):
    settings = replace(
        few,
        cds_source_url="https://clinic.example/alliance",
        cds_chart_link="https://clinic.example/chart",
        cds_chart_link_type=kind,
    )
    client = create_app(settings, log_fd=None).test_client()
    answer = client.post(SERVICE, json=call(responses=searched(course(FALL)))).json
    assert checker.of_response(answer) == []
    (card,) = answer["cards"]
    assert card["source"]["url"] == "https://clinic.example/alliance"
    (link,) = card["links"]
    assert (link["type"], link["url"]) == (kind, "https://clinic.example/chart")


def test_cards_of_other_calls_have_other_names(cards: Cards):
    bodies = [
        call(responses=searched(course(FALL))),
        call("encounter-start", responses=searched(course(FALL))),
        call(responses=searched(course(FALL))) | {"hookInstance": INSTANCE[:-1] + "f"},
    ]
    found = [cards(body)[0] for body in bodies]
    assert len({one["uuid"] for one in found}) == 3
    assert len({one["suggestions"][0]["uuid"] for one in found}) == 3


def test_an_incomplete_course_is_called_so_in_every_card_about_it(cards: Cards):
    found = cards(call(responses=paged(course(FALL))))
    assert topics(found) == [("alliance", "warning"), ("course-data", "info")]
    for card in found:
        assert "incomplete" in card["summary"].lower()
        assert "**Incomplete course**" in card["detail"]
        assert not re.search("[0-9]", card["summary"])
    assert "suggestions" not in found[1]


def test_an_incomplete_course_without_alerts_is_not_silent(cards: Cards):
    (card,) = cards(call(responses=paged(course(STEADY))))
    assert card["source"]["topic"]["code"] == "course-data"
    assert "does not mean that there is no signal" in card["detail"]


def test_a_safety_item_of_an_incomplete_course_still_interrupts(cards: Cards):
    found = cards(call(responses=paged([phq_9(day_of(5), 1)])))
    assert topics(found) == [("safety", "critical"), ("course-data", "info")]


def test_a_latest_session_that_was_rated_twice_is_said_and_not_judged(cards: Cards):
    twice = [*course(FALL), form("wai-sr", day_of(5), HIGH, id="again")]
    (card,) = cards(call(responses=searched(twice)))
    assert topics([card]) == [("course-data", "info")]
    assert "could not be judged" in card["summary"]
    assert card["detail"].startswith(f"On {day_of(5)} one rater rated the alliance twice")
    assert "2 forms or Observations were left out" in card["detail"]


def test_an_earlier_session_that_was_rated_twice_is_left_out(cards: Cards):
    whole = course([*FALL[:4], HIGH, LOW])
    twice = [*whole, form("wai-sr", day_of(2), LOW, id="again")]
    without = [one for one in whole if not one["authored"].startswith(day_of(2))]
    (card,) = cards(call(responses=searched(twice)))
    (expected,) = cards(call(responses=searched(without)))
    assert card["summary"] == expected["summary"]
    assert card["detail"].startswith(expected["detail"])
    assert "2 forms or Observations were left out" in card["detail"]


def test_symptoms_that_were_rated_twice_on_a_day_keep_nothing_from_being_judged(cards: Cards):
    symptoms = [phq_9(day_of(5), 0), phq_9(day_of(5), 0, item=phq_9(day_of(5), 0)["item"][:8])]
    found = cards(call(responses=searched([*symptoms, *course(FALL)])))
    assert topics(found) == [("alliance", "critical")]


def test_a_safety_item_is_raised_by_either_of_two_forms_of_a_day(cards: Cards):
    forms = [phq_9(day_of(5), 0), phq_9(day_of(5), 1, id="again")]
    assert topics(cards(call(responses=searched(forms)))) == [("safety", "critical")]


def answers_of_phq_9(day: str, last: int) -> list[Json]:
    """Return the answers to a PHQ-9 in the evening of a day, an Observation each."""
    system = "urn:questionnaire-scoring:CodeSystem:phq-9-items"
    return [
        {
            "resourceType": "Observation",
            "status": "final",
            "subject": {"reference": "Patient/p1"},
            "code": {"coding": [{"system": system, "code": str(number)}]},
            "effectiveDateTime": f"{day}T18:00:00Z",
            "valueInteger": last if number == 9 else 1,
        }
        for number in range(1, 10)
    ]


def test_other_answers_of_a_day_than_those_of_its_response_are_another_form(cards: Cards):
    response = searched([phq_9(day_of(1), 0)])
    same = call(responses=response, observations=searched(answers_of_phq_9(day_of(1), 0)))
    assert cards(same) == []
    other = call(responses=response, observations=searched(answers_of_phq_9(day_of(1), 3)))
    assert topics(cards(other)) == [("safety", "critical")]


def test_a_form_of_a_later_moment_is_not_taken_back_by_an_earlier_one(cards: Cards):
    """Half past eleven at night, five hours west, is after one in the morning in UTC."""
    raised = phq_9(day_of(1), 1, authored=f"{day_of(1)}T23:30:00-05:00")
    earlier = phq_9(day_of(2), 0, authored=f"{day_of(2)}T01:00:00Z")
    later = phq_9(day_of(2), 0, authored=f"{day_of(2)}T05:00:00Z")
    assert topics(cards(call(responses=searched([raised, earlier])))) == [("safety", "critical")]
    assert cards(call(responses=searched([raised, later]))) == []


def test_a_course_of_more_forms_than_can_be_judged_is_said(cards: Cards, catalog: Catalog):
    """Twenty forms of a session are the most."""
    lowest = {}
    for entry in catalog.entries():
        instrument = entry.instrument
        if "total" in instrument.scale and not instrument.perspectives and not instrument.gates:
            limits = score_range(instrument, instrument.scale["total"])
            if limits is not None:
                lowest[instrument.id] = limits[0]
    scores = [score(day_of(1), value, name) for name, value in list(lowest.items())[:21]]
    (card,) = cards(call(observations=searched(scores)))
    assert topics([card]) == [("course-data", "info")]
    assert "make no course that can be judged" in card["detail"]
    assert cards(call(observations=searched(scores[:20]))) == []
