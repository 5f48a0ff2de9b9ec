"""Three validators read everything that is written: two that others wrote and our own checker of
the profiles. Each is shown to refuse what it should.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import Service
from service.definitions.catalog import Entry
from service.scoring.instrument import Item
from tests.fhir.checker import faults, published_faults
from tests.fhir.payloads import PHQ_9, SCORE, coded, item, ours, parameters, phq_9, response
from tests.fhir.seeded import SEEDED, spoiled
from tests.fhir.test_courses import COURSE, HIGH, bundle_of, phq, wai
from tests.fhir.test_goals import goal, points
from tests.fhir.test_observations import answered, observed, panel
from tests.fhir.validators import medplum_faults, missing_medplum, model_faults
from tests.scoring.forms import ends

pytest.importorskip("fhir.resources.R4B", reason="a tool of the developers")

Json = dict[str, Any]

TWELVE = [2, 2, 2, 2, 1, 1, 2, 0, 0]
WITH_ITEM_9 = [2, 2, 1, 2, 1, 1, 1, 0, 1]


def our_faults(resource: Json) -> list[str]:
    """Return what our own checker finds: a transaction is one of scores."""
    is_of_scores = resource["resourceType"] == "Bundle" and resource.get("type") != "searchset"
    return faults(resource) if is_of_scores else published_faults(resource)


def answers_of(question: Item) -> list[Json]:
    """Return answers that an item allows, from the lowest to the highest."""
    if question.response_set.clock:
        return [{"valueTime": f"{time}:00"} for time in ends(question)]
    options = [option.value for option in question.response_set.counting]
    return [{"valueDecimal": value} for value in options or ends(question)]


def filled_in(entry: Entry, *, every: int, highest: bool) -> Json:
    """Return a response in which every n-th item is answered, with its last or its first answer."""
    items = [
        item(question.id, answers_of(question)[-1 if highest else 0])
        for question in entry.instrument.items[::every]
    ]
    return response(items, ours(entry.instrument.id))


def bodies(service: Service) -> Iterator[tuple[str, str, Json]]:
    """Yield a name, a query and a body for every kind of answer of `$score`."""
    for entry in service.catalog.entries():
        if entry.instrument.key_required:
            continue
        name, raters = entry.instrument.id, entry.instrument.perspectives
        query = f"?perspective={raters[0]}" if raters else ""
        for how, every, highest in (
            ("complete, highest", 1, True),
            ("complete, lowest", 1, False),
            ("every other item", 2, True),
        ):
            form = filled_in(entry, every=every, highest=highest)
            aged = parameters(
                ("questionnaire-response", {"resource": form}),
                ("subject-age", {"valueInteger": 34}),
                ("subject-sex", {"valueCode": "female"}),
                ("norms", {"valueString": "*"}),
            )
            yield f"{name}, {how}", query, aged
            yield f"{name}, {how}, with answers", f"{query or '?'}&items=true", aged
    course = [wai(day, answers) for day, answers in enumerate(COURSE, 1)]
    yield "a course with an alert", "", bundle_of([*course, phq(1, 1), phq(3, 1), phq(5, 2)])
    back = [wai(day, HIGH) for day in range(len(COURSE) + 1, len(COURSE) + 6)]
    yield "a course whose alert is over", "", bundle_of([*course, *back])
    now = ("questionnaire-response", {"resource": phq_9(TWELVE)})
    target = goal({"detailQuantity": points(9)})
    yield "a goal", "", parameters(now, ("goal", {"resource": target}))
    before = phq_9([3, 3, 2, 3, 2, 2, 3, 1, 0], id="form-0")
    yield "a change", "", parameters(now, ("previous", {"resource": before}))
    scores = [
        observed(
            "44261-6",
            {"valueQuantity": points(value)},
            name=f"s{day}",
            effectiveDateTime=f"2026-03-{day:02d}T09:00:00Z",
        )
        for day, value in ((1, 4), (8, 9), (15, 20))
    ]
    yield "scores alone", "", bundle_of(scores)
    parts = answered(PHQ_9, TWELVE)
    yield "item Observations", "", bundle_of([panel(parts), *parts])
    yield "a safety item", "", phq_9(WITH_ITEM_9)
    yield "a form in progress", "?allow-partial=true", phq_9(TWELVE, status="in-progress")
    told_little = phq_9([*TWELVE[:8], None], authored=None, subject=None)
    yield "neither day nor subject", "", told_little
    yield "an assignment as subject", "", phq_9(WITH_ITEM_9, subject={"identifier": {"value": "7"}})
    unread = [item("1", coded("x")), item("2", {"valueInteger": 1}), item("zzz")]
    yield "what cannot be read", "", response(unread, ours("phq-9"))
    mismatch = phq_9(TWELVE)
    mismatch["item"].append(item("/44261-6", {"valueDecimal": 13}))
    yield "a total that differs", "", mismatch


def written(service: Service) -> Iterator[tuple[str, Json]]:
    """Yield a name and a resource for everything that the FHIR face says."""
    client: FlaskClient = service.test_client()
    for name, query, body in bodies(service):
        answered = client.post(SCORE + query, json=body)
        assert answered.status_code == 200, (name, answered.text)
        yield name, answered.json
    refused = client.post(SCORE, json=response([item("1", {"valueInteger": 9})], ours("phq-9")))
    assert refused.status_code == 422
    yield "a refusal", refused.json
    paths = ["metadata", "OperationDefinition/score", "Questionnaire?_count=3"]
    for entry in service.catalog.entries():
        instrument = entry.instrument
        paths += [f"Questionnaire/{instrument.id}", f"Questionnaire/{instrument.id}?weights=false"]
        paths += [f"ObservationDefinition/{instrument.id}-{one.id}" for one in instrument.scales]
    for path in paths:
        yield path, client.get(f"/fhir/{path}").json


@pytest.fixture(scope="session")
def everything(app: Service) -> dict[str, Json]:
    return dict(written(app))


def test_the_models_of_fhir_r4b_read_everything(everything):
    found = {name: model_faults(resource) for name, resource in everything.items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_medplum_finds_nothing_wrong(everything):
    if reason := missing_medplum():
        pytest.skip(reason)
    found = dict(zip(everything, medplum_faults([*everything.values()]), strict=True))
    assert {name: said for name, said in found.items() if said} == {}


def test_the_profiles_and_required_codes_are_kept(everything):
    found = {name: our_faults(resource) for name, resource in everything.items()}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.fixture(scope="session")
def refusals(everything: dict[str, Json]) -> dict[str, set[str]]:
    """By whom each seeded fault is refused."""
    bad = {
        name: spoiled(everything[base], place, value)
        for name, (base, place, value, _) in SEEDED.items()
    }
    found = {
        name: {
            who for who, said in (("models", model_faults(one)), ("ours", our_faults(one))) if said
        }
        for name, one in bad.items()
    }
    if missing_medplum() is None:
        for name, said in zip(bad, medplum_faults([*bad.values()]), strict=True):
            found[name] |= {"medplum"} if said else set()
    return found


@pytest.mark.parametrize("name", SEEDED)
def test_a_fault_is_refused_by_those_who_refuse_it_today(name: str, refusals: dict[str, set[str]]):
    expected = set(SEEDED[name][-1].split())
    assert expected, "a fault that nobody refuses"
    if missing_medplum():
        expected -= {"medplum"}
    assert refusals[name] == expected
