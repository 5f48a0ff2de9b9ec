"""The worst courses of treatment: as JSON, as drawings, as FHIR and as calls of hooks."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

from benchmarks.limits.calls import Call, post
from benchmarks.limits.filled import filled
from service.definitions.catalog import Catalog, Entry
from tests.cds import calls as cds
from tests.definitions.costly import COURSES
from tests.fhir.payloads import SCORE, item, ours, parameters, phq_9, response

Json = dict[str, Any]
DRAWINGS = (
    "",
    "scale=percentile",
    "scale=raw&theme=dark",
    "drawing=items",
)
FULL = "/v1/monitor?rules=all"
_SVG = {"Accept": "image/svg+xml", "Accept-Language": "de"}


def course(entries: list[Entry], n_sessions: int, n_forms: int, **members: Any) -> Json:
    """Return a course that moves up and down, each session with `n_forms` of these forms, first
    all after the session and then all before it.
    """
    sessions = []
    for number in range(1, n_sessions + 1):
        forms = [_timed(_form, entries, place, number) for place in range(n_forms)]
        sessions.append({"number": number, "forms": forms})
    return {"sessions": sessions, **members}


def scored(entries: list[Entry], n_sessions: int, n_forms: int, **members: Any) -> Json:
    """Return a course of scores that were worked out elsewhere: many scales in few bytes."""
    sessions = []
    for number in range(1, n_sessions + 1):
        forms = [_timed(_scores, entries, place, number) for place in range(n_forms)]
        sessions.append({"number": number, "forms": forms})
    return {"sessions": sessions, **members}


def _timed(make: Any, entries: list[Entry], place: int, number: int) -> Json:
    form: Json = make(entries[place % len(entries)], number + place % len(entries))
    return form if place < len(entries) else form | {"timing": "pre"}


def _form(entry: Entry, number: int) -> Json:
    instrument = entry.instrument
    sets = [one.response_set for one in instrument.items]
    answers = [
        one.minimum if (number * 7 + k) % 5 < 2 else one.maximum for k, one in enumerate(sets)
    ]
    form: Json = {"instrument": instrument.id, "answers": answers}
    if instrument.perspectives:
        form["perspective"] = instrument.perspectives[0]
    return form


def _scores(entry: Entry, number: int) -> Json:
    form = _form(entry, number)
    del form["answers"]
    ranges = entry.scorer.ranges
    scales = {one.id: ranges[one.id] for one in entry.instrument.scales}
    low_or_high = number * 7 % 5 < 2
    form["scores"] = {name: ends[0] if low_or_high else ends[1] for name, ends in scales.items()}
    return form


def longest(make: Any, n_forms: int) -> Json:
    """Return a course of as many sessions as are allowed and fit."""
    return filled(lambda n: make(n, n_forms), most=300)


def courses(catalog: Catalog) -> Iterator[tuple[str, Callable[[], Json]]]:
    """Yield how courses are made: each instrument alone, and those with most scales or fewest items
    together.
    """
    entries = [one for one in catalog.entries() if not one.instrument.key_required]
    short = sorted(entries, key=lambda one: len(one.instrument.items))[:20]
    scales = sorted(entries, key=lambda one: -len(one.instrument.scales))[:20]
    alliance = [one for one in entries if one.instrument.construct == "therapeutic-alliance"][:20]
    for entry in {one.instrument.id: one for one in [*alliance, *scales[:8], *short[:8]]}.values():
        alone = partial(course, [entry])
        yield f"{entry.instrument.id}, before and after", partial(longest, alone, 2)
    norms = {"norms": ["*"], "respondent": {"age": 30, "sex": "female"}}
    groups = {"short": short, "with many scales": scales, "of the alliance": alliance}
    for (name, group), n_forms in product(groups.items(), (3, 8, 14, 20)):
        together = f"{n_forms} forms {name}"
        yield together, partial(longest, partial(course, group), n_forms)
        yield f"{together}, norms", partial(longest, partial(course, group, **norms), n_forms)
        yield f"{together}, scores", partial(longest, partial(scored, group, **norms), n_forms)
    yield from COURSES.items()
    yield "options", partial(_with_options, short)


def _with_options(entries: list[Entry]) -> Json:
    errors = {"sem": 0.5, "within_person_sd": 0.7, "sd": 2}
    told = {
        one.instrument.id: {scale.id: errors for scale in one.instrument.scales} for one in entries
    }
    options = {
        "alpha_family": 0.3,
        "planned_sessions": 60,
        "assumed_kappa": 3,
        "cutoff_alone": "watch",
        "parameters": told,
    }
    return longest(lambda n, k: course(entries, n, k, options=options), 20)


def monitored(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield every course judged, and drawn in every way."""
    for name, make in courses(catalog):
        made = make()
        yield f"course: {name}", post(FULL, made, {"Accept-Language": "de"})
        for query in DRAWINGS:
            path = f"/v1/monitor?{query}" if query else "/v1/monitor"
            yield f"drawing {query}: {name}", post(path, made, _SVG)
    noted = course(
        [catalog.get("phq-2")], 1, 1, options={"parameters": {f"x{k}": {} for k in range(16_000)}}
    )
    yield "unknown instruments in options", post(FULL, noted)
    events = [{"number": n, "events": ["rupture"] * 80, "forms": []} for n in range(1, 301)]
    yield "events", post(FULL, {"sessions": events})
    faults = filled(
        lambda n: {"sessions": [{"number": -1, "x": 1, "forms": [{}] * 20}] * min(n, 300)}
    )
    yield "faulty sessions", post(FULL, faults)
    yield (
        "faulty forms",
        post(FULL, filled(lambda n: {"sessions": [{"number": 1, "forms": [{"a": 1}] * n}]})),
    )


def fhir(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield FHIR bodies: forms of many days, item-level Observations, what is none."""
    entries = [one for one in catalog.entries() if not one.instrument.key_required]
    for entry in entries:
        yield (
            f"fhir {entry.instrument.id}",
            post(SCORE, filled(lambda n, e=entry: _bundle(e, n), most=200)),
        )
    many = filled(
        lambda n: _of_all([_response(entries[k % len(entries)], k) for k in range(n)]), most=200
    )
    yield "fhir every instrument", post(SCORE, many)
    yield "fhir partial", post(f"{SCORE}?item_observations=true", many)
    loinc = filled(
        lambda n: _of_all([phq_9([k % 4] * 9, authored=_time(k)) for k in range(n)]), most=200
    )
    yield "fhir recognised by codes", post(SCORE, loinc)
    unknown = filled(lambda n: response([item(f"x{k}", {"valueInteger": 1}) for k in range(n)]))
    yield "fhir unknown items", post(SCORE, unknown)
    empty = filled(lambda n: response([item(str(k)) for k in range(n)], ours("phq-9")))
    yield "fhir unknown linkIds", post(SCORE, empty)
    answers = filled(lambda n: response([item("1", *[{"valueInteger": 1}] * n)], ours("phq-9")))
    yield "fhir many answers", post(SCORE, answers)
    entries_ = filled(lambda n: {"resourceType": "Bundle", "type": "collection", "entry": [{}] * n})
    yield "fhir empty entries", post(SCORE, entries_)
    observed = filled(lambda n: _of_all([_observation(k) for k in range(n)]))
    yield "fhir observations", post(SCORE, observed)
    alone = filled(lambda n: _of_all([_item_observation(k) for k in range(n)]))
    yield "fhir item observations", post(SCORE, alone)
    same = filled(lambda n: _of_all([_item_observation(k, day="2026-03-01") for k in range(n)]))
    yield "fhir item observations of one day", post(SCORE, same)
    unnamed = filled(lambda n: parameters(*[("x", {"valueString": "y"})] * n))
    yield "fhir unknown parameters", post(SCORE, unnamed)
    yield (
        "fhir extensions",
        post(SCORE, filled(lambda n: response([], ours("phq-9"), extension=[{"url": "x"}] * n))),
    )
    goals = [("goal", {"resource": {"resourceType": "Goal", "target": [{}] * 80}})] * 50
    form = ("responses", {"resource": phq_9([1] * 9)})
    yield "fhir goals", post(SCORE, parameters(*goals, form))
    questions = filled(_questionnaires, most=50)
    yield "fhir questionnaires", post(SCORE, questions)
    yield "fhir one questionnaire", post(SCORE, filled(_long_questionnaire))


def _bundle(entry: Entry, count: int) -> Json:
    return _of_all([_response(entry, number) for number in range(count)])


def _of_all(resources: list[Json]) -> Json:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _time(number: int) -> str:
    return f"20{10 + number // 336:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}T10:00:00Z"


def _response(entry: Entry, number: int) -> Json:
    form = _form(entry, number)
    items = [
        {"linkId": one.id, "answer": [{"valueDecimal": value}]}
        for one, value in zip(entry.instrument.items, form["answers"], strict=True)
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"r{number}",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": _time(number),
        "questionnaire": ours(entry.instrument.id),
        "item": items,
    }


def _observation(number: int) -> Json:
    return cds.score(_time(number)[:10], 2 + number % 3, id=f"o{number}")


def _item_observation(number: int, day: str = "") -> Json:
    names = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2")
    return {
        "resourceType": "Observation",
        "id": f"i{number}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": names[number % 6]}]},
        "effectiveDateTime": day or _time(number // 6),
        "valueInteger": number % 4,
    }


def _questionnaires(count: int) -> Json:
    options = [{"valueInteger": k} for k in range(10)]
    items = [{"linkId": str(k), "type": "choice", "answerOption": options} for k in range(1, 10)]
    sent = [
        {"resourceType": "Questionnaire", "url": f"http://x/{k}", "status": "active", "item": items}
        for k in range(count)
    ]
    forms = [
        phq_9([1] * 9, authored=_time(k)) | {"questionnaire": f"http://x/{k}"} for k in range(count)
    ]
    return _of_all([*sent, *forms])


def _long_questionnaire(count: int) -> Json:
    items = [{"linkId": f"q{k}", "type": "integer"} for k in range(count)]
    sent = {"resourceType": "Questionnaire", "url": "http://x", "status": "active", "item": items}
    asked = [{"linkId": f"q{k}", "answer": [{"valueInteger": 1}]} for k in range(count)]
    return _of_all([sent, response(asked, "http://x")])


def hooks(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield calls of the hook with as much as fits."""
    entries = [one for one in catalog.entries() if not one.instrument.key_required]
    for entry in entries:
        made = filled(lambda n, e=entry: _called([_response(e, k) for k in range(n)]), most=300)
        yield f"hook {entry.instrument.id}", post(cds.SERVICE, made)
    scores = filled(lambda n: _called(observations=[_observation(k) for k in range(n)]))
    yield "hook scores", post(cds.SERVICE, scores)
    both = filled(
        lambda n: _called(
            [_response(entries[k % len(entries)], k) for k in range(n)],
            [_observation(k) for k in range(n)],
        )
    )
    yield "hook both", post(cds.SERVICE, both)
    yield "hook empty entries", post(cds.SERVICE, filled(lambda n: _called([{}] * n)))
    feedback = filled(lambda n: {"feedback": [{"card": cds.CARD, "outcome": "accepted"}] * n})
    yield "feedback", post(cds.FEEDBACK, feedback)


def _called(responses: Any = (), observations: Any = ()) -> Json:
    found = {"responses": cds.searched(responses)}
    if observations:
        found["observations"] = cds.searched(observations)
    return cds.call(**found)
