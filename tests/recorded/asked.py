"""The requests whose answers are recorded, made from the files of a checkout."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MONITOR = "/v1/monitor?rules=all"
WOMAN_OF_34 = {"age": 34, "sex": "female"}
ASKED_BY_CURL = re.compile(r"^curl -s http://127.0.0.1:8000(\S+) \\\n.*?-d '(.*?)'$", re.M | re.S)


@dataclass(frozen=True)
class Request:
    """A request: `subject` is the instrument or part of the service that the answer is about."""

    subject: str
    name: str
    path: str
    body: Json | None = None
    accept: str | None = None


def requests(checkout: Path) -> Iterator[Request]:
    """Yield every request, in the order of the record."""
    files = sorted((checkout / "instruments").glob("*.json"))
    definitions = [json.loads(path.read_text("utf-8")) for path in files]
    definitions = [definition for definition in definitions if "scales" in definition]
    for definition in definitions:
        yield from forms(definition)
    by_id = {definition["id"]: definition for definition in definitions}
    for definition in definitions:
        if definition.get("alerts"):
            yield from courses(definition, by_id)
    yield from golden_courses()
    yield from chosen_courses(by_id)
    yield from readme(checkout)
    yield Request("rules", "the battery", "/v1/rules")


def readme(checkout: Path) -> Iterator[Request]:
    """Yield what the README asks with curl."""
    asked = ASKED_BY_CURL.findall((checkout / "README.md").read_text("utf-8"))
    for number, (path, body) in enumerate(asked, 1):
        yield Request("readme", f"command {number}", path, json.loads(body))


# One form


def forms(definition: Json) -> Iterator[Request]:
    """Yield the worked examples of an instrument, then answers that any form can be given."""
    name = definition["id"]
    path = f"/v1/instruments/{name}/score"
    rater = {"perspective": definition["perspectives"][0]} if "perspectives" in definition else {}
    told = ("answers", "perspective", "encoding", "not_applicable", "respondent")
    for number, example in enumerate(definition["examples"], 1):
        body = rater | {member: example[member] for member in told if member in example}
        yield Request(name, f"example {number}", path, body)
    if definition.get("key") == "required":
        yield Request(name, "no key", path, {"answers": {}, **rater})
        return
    ramp = ramp_of(definition)
    blank = ramp | {list(ramp)[len(ramp) // 2]: None}
    lowest, highest = ({item: found[end] for item, found in choices(definition)} for end in (0, -1))
    patterns = {"minimum": lowest, "maximum": highest, "ramp": ramp, "one blank": blank}
    for pattern, answers in patterns.items():
        body = {"answers": answers, **rater}
        yield Request(name, pattern, path, body)
        yield Request(name, f"{pattern}, 34, female", path, {**body, "respondent": WOMAN_OF_34})
    yield Request(name, "one blank, working", f"{path}?working=true", {"answers": blank, **rater})
    everything = {"respondent": WOMAN_OF_34, "norms": ["*"], "baseline": {"answers": highest}}
    body = {"answers": ramp, **rater, **everything}
    yield Request(name, "ramp after maximum, all norms", path, body)


def choices(definition: Json) -> Iterator[tuple[str, list[Any]]]:
    """Yield each item with its answers as submitted, ascending; eleven of a continuous line, and of
    clock times.
    """
    for item in definition["items"]:
        answers = definition["response_sets"][item["response_set"]]
        if "options" in answers:
            counting = [one for one in answers["options"] if not one.get("missing")]
            yield item["id"], sorted(option["value"] for option in counting)
            continue
        if "clock" in answers:
            yield item["id"], [f"{hour:02}:{5 * hour % 60:02}" for hour in range(0, 22, 2)]
            continue
        low, high = answers["min"], answers["max"]
        step = answers.get("step", 1) or (high - low) / 10
        yield item["id"], [low + index * step for index in range(round((high - low) / step) + 1)]


def ramp_of(definition: Json) -> dict[str, Any]:
    """Return answers that rise by one from item to item and start anew at the highest."""
    steps = cycle(range(max(len(found) for _, found in choices(definition))))
    return {
        item: found[step % len(found)]
        for (item, found), step in zip(choices(definition), steps, strict=False)
    }


# A course

DIP = (4.00, 4.17, 4.08, 4.25, 4.17, 3.33, 3.92, 4.17, 4.25)
"""The worked example of the alliance rules, on a scale from 1 to 5."""

# The alliance, session by session: 0 the worst score of a form, 1 the best; None: no form.
SHAPES: dict[str, tuple[float | None, ...]] = {
    "dip": tuple((score - 1) / 4 for score in DIP),
    "slow decline": (0.8, 0.82, 0.78, 0.8, 0.76, 0.72, None, 0.66, 0.62, 0.6, 0.52, 0.5),
    "fall that stays": (0.7, 0.75, 0.7, 0.7, 0.75, 0.7, 0.3, 0.25, 0.3, 0.35, 0.3, 0.3, 0.3),
    "ceiling": (0.95, 1, 1, 1, 1, 1, 1, 0.9, 1),
}


def courses(definition: Json, by_id: dict[str, Json]) -> Iterator[Request]:
    """Yield courses of one watched form; a form whose key is not public comes with its scores."""
    name = definition["id"]
    if definition.get("key") == "required":
        watched = definition["alerts"]["watch"][0]
        rater = {"perspective": "client"} if "perspectives" in definition else {}
        sessions = [[{"instrument": name, "scores": {watched: score}, **rater}] for score in DIP]
        yield course(name, "course of scores", sessions)
        return
    for shape, course_of in SHAPES.items():
        yield course(name, f"course, {shape}", [filled(definition, at) for at in course_of])
    other = by_id.get(definition.get("counterpart") or "") or definition
    both = [
        filled(definition, at) + filled(other, beside, last=True)
        for at, beside in zip(SHAPES["fall that stays"], reversed(SHAPES["ceiling"]), strict=False)
    ]
    if other is not definition or "perspectives" in definition:
        yield course(name, "course of two raters", both)


def filled(definition: Json, at: float | None, *, last: bool = False) -> list[Json]:
    """Return a form filled in so that its score lies at a share of its range, or none."""
    if at is None:
        return []
    form = {"instrument": definition["id"], "answers": answers_at(definition, at)}
    if "perspectives" in definition:
        form["perspective"] = definition["perspectives"][-1 if last else 0]
    return [form]


def answers_at(definition: Json, share: float) -> dict[str, float]:
    """Return answers whose keyed scores add up to a share of their range, as evenly as possible."""
    reverse = {item["id"] for item in definition["items"] if item.get("reverse")}
    found = dict(choices(definition))
    steps = sum(len(answers) - 1 for answers in found.values())
    taken, answered, so_far = 0, {}, 0
    for item, answers in found.items():
        so_far += len(answers) - 1
        step = round(share * so_far) - taken
        step = min(max(step, 0), len(answers) - 1)
        taken += step
        answered[item] = answers[-1 - step] if item in reverse else answers[step]
    assert abs(taken - share * steps) < 1
    return answered


def course(subject: str, name: str, sessions: list[list[Json]], **members: Any) -> Request:
    """Return the request to judge sessions, given by their forms and numbered from 1."""
    numbered = [{"number": number, "forms": forms} for number, forms in enumerate(sessions, 1)]
    return Request(subject, name, MONITOR, {"sessions": numbered, **members})


KNOWN = {"wai-sr": {"total": {"sem": 0.2, "within_person_sd": 0.3}}}


def scored(instrument: str, score: float) -> Json:
    return {"instrument": instrument, "scores": {"total": score}}


def golden_courses() -> Iterator[Request]:
    """Yield the worked example, alone and with what may stand beside it."""
    alone = [[scored("wai-sr", score)] for score in DIP]
    options = {"parameters": KNOWN}
    yield course("golden", "errors known", alone, options=options)
    yield course("golden", "errors not known", alone)
    chart = course("golden", "chart", alone, options=options)
    yield Request("golden", "chart", chart.path, chart.body, "image/svg+xml")
    worse = [
        [scored("wai-sr", score), scored("phq-9", symptoms)]
        for score, symptoms in zip(DIP, (8, 9, 8, 9, 8, 15, 16, 10, 8), strict=True)
    ]
    yield course("golden", "symptoms worsen", worse, options=options)
    therapist = (4.0, 4.0, 4.1, 4.0, 4.0, 3.0, 3.9, 4.0, 4.0)
    both = [
        [scored("wai-sr", score), scored("wai-srt", rated)]
        for score, rated in zip(DIP, therapist, strict=True)
    ]
    known = KNOWN | {"wai-srt": {"total": {"sem": 0.2, "within_person_sd": 0.3}}}
    yield course("golden", "therapist as well", both, options={"parameters": known})
    for alpha, planned in ((0.01, 20), (0.05, None), (0.3, 60)):
        members = {"alpha_family": alpha, "planned_sessions": planned}
        yield course("golden", f"alpha {alpha}, {planned}", alone, options=options | members)


def chosen_courses(by_id: dict[str, Json]) -> Iterator[Request]:
    """Yield courses with events, gaps, phases, intervals, two timings and named norms."""
    wai, shape = by_id["wai-sr"], SHAPES["fall that stays"]
    everybody = [filled(wai, at) for at in shape]
    for norms in ([], ["woebot-2021"], ["*"]):
        yield course("courses", f"norms {norms}", everybody, norms=norms, respondent=WOMAN_OF_34)
    watch = {"cutoff_alone": "watch", "assumed_kappa": 2}
    yield course("courses", "set otherwise", everybody, options=watch, reference="abc")
    srs = [filled(by_id["srs"], at) + filled(by_id["ors"], 0.5) for at in shape]
    yield course("courses", "srs and ors, cut-off to watch", srs, options=watch)
    timed = [
        [form | {"timing": timing} for timing in ("pre", "post") for form in filled(wai, at)]
        for at in shape
    ]
    yield course("courses", "before and after", timed)
    events = {4: ["frequency_change"], 9: ["therapist_change"], 13: ["termination_announced"]}
    marked = [
        {"number": number * 2, "events": events.get(number, []), "forms": filled(wai, at)}
        for number, at in enumerate(shape, 1)
    ]
    yield Request("courses", "events", MONITOR, {"sessions": marked})
    changed = [
        {"number": number, "therapist": "A" if number < 9 else "B", "forms": filled(wai, at)}
        for number, at in enumerate(shape, 1)
    ]
    ended = {"number": 20, "date": "2026-03-02", "events": ["treatment_ended"]}
    yield Request("courses", "two therapists", MONITOR, {"sessions": [*changed, ended]})
    outcomes = ("phq-9", "gad-7", "core-10", "ors", "k10", "who-5")
    declining = [
        filled(wai, at) + [form for name in outcomes for form in filled(by_id[name], number * 0.07)]
        for number, at in enumerate(SHAPES["slow decline"], 1)
    ]
    yield course("courses", "many outcomes", declining, respondent=WOMAN_OF_34)
