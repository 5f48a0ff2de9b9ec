"""The four ways in: what is sent where, valid examples of it made from the shipped definitions,
and what holds of an answer beside the claims that hold of all.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from service.app import Service
from service.definitions.catalog import Entry
from service.description.examples import examples
from service.fhir.canonical import Names
from service.scoring.ranges import score_ranges
from service.settings import Settings
from tests.alliance import vignettes
from tests.fhir.payloads import coded, item, parameters, phq_9
from tests.fuzz.claims import (
    CANARY,
    Caller,
    assert_places,
    assert_problem,
    assert_report,
    assert_within,
)

Json = dict[str, Any]

_FORM = ("answers", "respondent", "not_applicable", "perspective", "encoding")
FHIR = "/fhir/QuestionnaireResponse/$score"


class Target(NamedTuple):
    """A way in; `look` is at what is sent and what comes back, `longest` how many bytes."""

    seeds: Callable[[Service], Iterator[Json]]
    look: Callable[[Caller, bytes], None]
    longest: int


def forms(app: Service) -> Iterator[Json]:
    """Yield every worked example of every instrument as a form."""
    for entry, example in _examples(app):
        yield {"instrument": entry.instrument.id, **example}
    yield {
        "instrument": "phq-9",
        "answers": [1] * 9,
        "norms": ["*"],
        "respondent": {"age": 34, "sex": "female"},
        "baseline": {"scores": {"total": 19}, "answers": [2] * 9, "not_applicable": []},
        "reference": CANARY,
        "version": None,
    }
    yield from (one.body for one in examples() if one.operation == "scoreNamedForm")


def look_at_form(caller: Caller, sent: bytes) -> None:
    """Score a form that names its instrument, or brings a definition along."""
    answer = caller.post("/v1/score", sent)
    if answer.status == 200:
        assert_report(answer.read())
    else:
        assert_problem(answer, sent)


def definitions(app: Service) -> Iterator[Json]:
    """Yield the definitions that are short enough to be changed in many places."""
    documents = app.catalog.documents()
    yield from (one for one in documents.values() if len(json.dumps(one)) < 9_000)
    yield from (one.body for one in examples() if one.operation == "checkDefinition")
    yield {"extends": "gad-7@1.0.0", "version": "1.0.0+site.1", "title": "Ours"}


def look_at_definition(caller: Caller, sent: bytes) -> None:
    """Check a definition; what is sound scores its own examples."""
    answer = caller.post("/v1/definitions/check", sent)
    if answer.status != 200:
        assert_problem(answer, sent)
        return
    checked = answer.read()
    assert checked["valid"] is (not checked["errors"]) is (checked["digest"] is not None)
    document = json.loads(sent)
    if "extends" not in document:  # otherwise faults are about what comes of it and its base
        assert_places(checked["errors"], document)
    if not checked["valid"] or "extends" in document or document.get("key") == "required":
        return
    for example in document["examples"][:3]:
        form = {name: example[name] for name in _FORM if name in example}
        if document.get("perspectives"):  # an example that names no rater is of the first
            form["perspective"] = form.get("perspective") or document["perspectives"][0]
        told = json.dumps({"definition": document, **form}).encode()
        scored = caller.post("/v1/score", told)
        assert scored.status == 200, scored.body
        assert_report(scored.read())


def courses(app: Service) -> Iterator[Json]:
    """Yield courses of scores, of answers, and of forms of every family of the alliance."""
    for name in dir(vignettes):
        course = getattr(vignettes, name)
        if name.isupper() and isinstance(course, list):
            yield {"sessions": course}
    known = {"wai-sr": {"total": {"sem": 0.2, "within_person_sd": 0.3, "sd": 0.8}}}
    sessions = vignettes.EROSION
    dates = [f"2026-01-{2 * number:02}" for number in range(1, len(sessions) + 1)]
    yield {
        "sessions": [
            {**one, "date": date, "events": ["no_show"], "therapist": "t"}
            for one, date in zip(sessions, dates, strict=True)
        ],
        "options": {"parameters": known, "alpha_family": 0.1, "planned_sessions": 20},
        "respondent": {"age": 34, "sex": "female"},
        "norms": [],
        "reference": CANARY,
    }
    by_instrument: dict[str, list[Json]] = {}
    for entry, example in _examples(app):
        form = {name: example[name] for name in _FORM if name in example and name != "respondent"}
        by_instrument.setdefault(entry.instrument.id, []).append(form)
    for name, of_one in by_instrument.items():
        sessions = [
            {"number": number, "forms": [{"instrument": name, "timing": "post", **form}]}
            for number, form in enumerate(of_one[:6])
        ]
        yield {"sessions": sessions}
    yield from (one.body for one in examples() if one.operation == "monitorCourse")


def look_at_course(caller: Caller, sent: bytes) -> None:
    """Judge a course."""
    answer = caller.post("/v1/monitor", sent)
    if answer.status != 200:
        assert_problem(answer, sent)
        return
    for session in answer.read()["sessions"]:
        assert set(session["signal"]) == {"client", "therapist"}
        for name, scores in session["scores"].items():
            ranges = _ranges(caller.app)[name]
            for scale, value in scores.items():
                assert_within(value, *ranges[scale])


def _in_fhir(answer: float | str) -> Json:
    if isinstance(answer, str):
        return {"valueTime": f"{answer}:00"}
    return {"valueDecimal" if isinstance(answer, float) else "valueInteger": answer}


def resources(app: Service) -> Iterator[Json]:
    """Yield responses to every instrument, and the other bodies that the operation reads."""
    names = Names(Settings().canonical_base)
    for entry, example in _examples(app):
        answers = example["answers"]
        pairs = answers.items() if isinstance(answers, dict) else enumerate(answers, 1)
        items = [
            item(str(name), *([] if value is None else [_in_fhir(value)])) for name, value in pairs
        ]
        yield {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "questionnaire": names.questionnaire(entry.instrument.id),
            "authored": "2026-01-05T10:00:00Z",
            "item": items,
        }
    form = phq_9([0, 1, 2, 3, 0, 1, 2, 3, 1])
    observed = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "44250-9"}]},
        "effectiveDateTime": "2026-01-05",
        **coded("LA6568-5"),
    }
    yield form
    yield {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": form}] * 3}
    yield {"resourceType": "Bundle", "entry": [{"resource": observed, "fullUrl": "urn:uuid:1"}]}
    yield parameters(
        ("questionnaire-response", {"resource": form}),
        ("previous", {"resource": phq_9([3] * 9, authored="2026-01-01")}),
        ("subject-age", {"valueQuantity": {"value": 34, "unit": "a"}}),
        ("subject-sex", {"valueCode": "female"}),
        ("instrument", {"valueString": "phq-9|1.0.0"}),
        ("norms", {"valueString": "*"}),
        ("perspective", {"valueCode": "self-report"}),
        ("allow-partial", {"valueBoolean": True}),
        ("item-observations", {"valueBoolean": True}),
        ("goal", {"resource": {"resourceType": "Goal", "target": [{"detailInteger": 5}]}}),
    )


def look_at_resource(caller: Caller, sent: bytes) -> None:
    """Score a FHIR resource."""
    answer = caller.post(FHIR, sent, "application/fhir+json")
    assert answer.media_type == "application/fhir+json"
    resource = answer.read()
    if answer.status == 200:
        for entry in resource.get("entry", ()):
            _look_at_observation(caller.app, entry["resource"])
        return
    assert resource["resourceType"] == "OperationOutcome"
    assert CANARY not in answer.body.decode()
    for issue in resource["issue"]:
        assert issue["severity"] == "error"
        assert issue["details"]["coding"][0]["code"]
        assert issue["details"]["text"]
        assert answer.status == 400 or issue.get("expression") != []


def _look_at_observation(app: Service, resource: Json) -> None:
    value = resource.get("valueQuantity", {}).get("value")
    codings = resource.get("code", {}).get("coding", ())
    for coding in codings:
        name = str(coding.get("system")).rpartition(":")[2]
        if value is not None and coding["code"] in _ranges(app).get(name, {}):
            assert_within(value, *_ranges(app)[name][coding["code"]])


def _examples(app: Service) -> Iterator[tuple[Entry, Json]]:
    documents = app.catalog.documents()
    for entry in app.catalog.entries():
        instrument = entry.instrument
        document: Mapping[str, Any] = documents[f"{instrument.id}@{instrument.version}"]
        for example in document["examples"]:
            yield entry, {name: example[name] for name in _FORM if name in example}


_RANGES: dict[str, dict[str, tuple[float | None, float | None]]] = {}


def _ranges(app: Service) -> Mapping[str, Mapping[str, tuple[float | None, float | None]]]:
    """Return the range of every scale by instrument, of its whole form."""
    if not _RANGES:
        for entry in app.catalog.entries():
            found = score_ranges(entry.instrument)
            known = {name: one or (None, None) for name, one in found.items()}
            _RANGES[entry.instrument.id] = known
    return _RANGES


TARGETS = {
    "form": Target(forms, look_at_form, 8_000),
    "definition": Target(definitions, look_at_definition, 12_000),
    "course": Target(courses, look_at_course, 12_000),
    "resource": Target(resources, look_at_resource, 12_000),
}
