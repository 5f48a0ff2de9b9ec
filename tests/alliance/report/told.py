"""Courses of every kind on shipped forms, to read what alerts say of them.

`python -m tests.alliance.report.told` prints every message that they bring about, sorted by its
template: numbers and names of forms are blotted out, so that each wording is read once.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.alliance.policy import Policy, policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import judge_course, write_report
from service.alliance.report.words import IN_ENGLISH, short_name
from service.definitions.catalog import Catalog, load_catalog
from service.scoring.ranges import score_range
from service.scoring.wording.words import Words
from service.settings import Settings

Json = dict[str, Any]

FORMS = ("wai-sr", "srs", "haq-ii", "sparq", "gcq-s", "star-p")
THERAPISTS = {"wai-sr": "wai-srt"}
RANGE = (0.0, 100.0)
"""Of a scale whose key is not public."""


@dataclass(frozen=True)
class Kind:
    """A course as levels from 0 (worst) to 1 (best) by session, None for no form."""

    patient: list[float | None]
    therapist: list[float | None] = field(default_factory=list)
    symptoms: list[int | None] = field(default_factory=list)
    events: dict[int, str] = field(default_factory=dict)
    timing: str = "post"
    answers: bool = False


STEADY = [0.8, 0.82, 0.79, 0.81, 0.8, 0.82, 0.8]
KINDS: dict[str, Kind] = {
    "dip": Kind([*STEADY, 0.4]),
    "dip, back": Kind([*STEADY, 0.4, 0.8, 0.81, 0.8]),
    "dip, back once": Kind([*STEADY, 0.4, 0.8]),
    "dip, back, then lower": Kind([*STEADY, 0.4, 0.8, 0.4, 0.4, 0.4, 0.4]),
    "dip, late return": Kind([*STEADY, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.8, 0.8, 0.8]),
    "relapse": Kind([*STEADY, 0.4, 0.8, 0.81, 0.35]),
    "lasting": Kind([*STEADY, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    "half way back": Kind([*STEADY, 0.3, 0.3, 0.4, 0.4, 0.5, 0.62]),
    "erosion": Kind([0.9 - 0.04 * session for session in range(14)]),
    "growth, then a fall": Kind([0.3 + 0.06 * session for session in range(9)] + [0.5, 0.5]),
    "therapist alone": Kind([*STEADY, 0.8], [*STEADY, 0.3, 0.3]),
    "therapist blind": Kind([*STEADY, 0.35], [*STEADY, 0.8]),
    "both": Kind([*STEADY, 0.4], [*STEADY, 0.4]),
    "symptoms too": Kind([*STEADY, 0.45], symptoms=[8] * 7 + [17]),
    "symptoms after": Kind([*STEADY, 0.45, 0.5], symptoms=[8] * 8 + [17]),
    "symptoms alone": Kind([*STEADY, 0.8], symptoms=[8] * 7 + [19]),
    "weak start": Kind([0.2] * 9),
    "weak start, risen": Kind([0.2] * 4 + [0.9] * 4),
    "silence": Kind([*STEADY, 0.4, None, None, None], [0.7] * 11),
    "ceiling, then a fall": Kind([1.0] * 7 + [0.5]),
    "ceiling, symptoms worse": Kind([1.0] * 8, symptoms=[8] * 7 + [19]),
    "before the session": Kind([*STEADY, 0.4], timing="pre"),
    "after a gap": Kind([*STEADY, 0.4], events={8: "gap"}),
    "ending announced": Kind([*STEADY, 0.4], events={7: "termination_announced"}),
    "new therapist": Kind([*STEADY, 0.5, 0.5, 0.5, 0.2], events={8: "therapist_change"}),
    "ended": Kind([*STEADY, 0.4], events={8: "treatment_ended"}),
    "few scores": Kind([0.8, 0.8, 0.8, 0.2, 0.2]),
    "second score": Kind([0.8, 0.1, 0.1]),
    "all answers the same": Kind([0.75] * 6 + [0.25], answers=True),
    "swings": Kind([0.3, 0.9] * 6),
    "one deep score": Kind([0.8] * 12 + [0.0]),
}


def everything(catalog: Catalog, words: Words = IN_ENGLISH) -> Iterator[tuple[str, Json]]:
    """Yield every alert of every kind of course on every form, with the kind's name: with and
    without known errors, by the default rules and by a share of false alarms.
    """
    rules = (policy_for(), policy_for(alpha_family=0.1, planned_sessions=12))
    for name, kind in KINDS.items():
        for form in FORMS:
            for known, policy in ((True, rules[0]), (False, rules[0]), (form != "srs", rules[1])):
                report = reported(catalog, form, kind, known, policy, words=words)
                for alert in report["alerts"]:
                    yield name, {**alert, "report": report}
    for answers in ([[0, 0, 1, 0]], [[0, 0, 1, 0], [0, 0, 0, 0]], [[1, 1, 0, 0]] * 4):
        sent = [
            {"number": number, "forms": [{"instrument": "risq", "answers": given}]}
            for number, given in enumerate(answers, 1)
        ]
        report = answered(catalog, sent, rules[0], words=words)
        for alert in report["alerts"]:
            yield "reported outright", {**alert, "report": report}


def reported(
    catalog: Catalog,
    form: str,
    kind: Kind,
    known: bool,
    policy: Policy,
    seed: int = 1,
    words: Words = IN_ENGLISH,
) -> Json:
    """Return the report of a kind of course on a form."""
    chance = random.Random(seed)
    sessions = []
    longest = max(len(kind.patient), len(kind.therapist), len(kind.symptoms))
    other = THERAPISTS.get(form, form)
    for place in range(longest):
        forms = []
        level = _at(kind.patient, place)
        if level is not None:
            forms.append(_form(catalog, form, level, kind, chance))
        level = _at(kind.therapist, place)
        if level is not None and catalog.get(other).instrument.perspective != "client":
            forms.append(_scored(catalog, other, level, "therapist", "post", chance))
        symptoms = _at(kind.symptoms, place)
        if symptoms is not None:
            forms.append({"instrument": "phq-9", "scores": {"total": symptoms}})
        event = kind.events.get(place + 1)
        sessions.append({"number": place + 1, "forms": forms, "events": [event] if event else []})
    errors = _errors(catalog, {form, other}) if known else {}
    return answered(catalog, sessions, policy, errors, words)


def answered(
    catalog: Catalog,
    sessions: list[Json],
    policy: Policy,
    errors: Json | None = None,
    words: Words = IN_ENGLISH,
) -> Json:
    """Return the report of a course as a caller sends it."""
    found = read_course(
        sessions,
        lambda name, version: catalog.get(name, version).scorer,
        policy,
        errors=errors or {},
    )
    return write_report(judge_course(found), words=words)


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _form(catalog: Catalog, form: str, level: float, kind: Kind, chance: random.Random) -> Json:
    instrument = catalog.get(form).instrument
    if not kind.answers or instrument.key_required:
        return _scored(catalog, form, level, "client", kind.timing, chance)
    given = {}
    for item in instrument.items:
        allowed = sorted(item.score_of) or [item.lowest, item.highest]
        given[item.id] = allowed[round(level * (len(allowed) - 1))]
    rater = {} if instrument.perspective else {"perspective": "client"}
    return {"instrument": form, "answers": given, "timing": kind.timing, **rater}


def _scored(
    catalog: Catalog, form: str, level: float, rater: str, timing: str, chance: random.Random
) -> Json:
    instrument = catalog.get(form).instrument
    scores = {}
    for scale in instrument.scales:
        low, high = score_range(instrument, scale) or RANGE
        share = min(1.0, max(0.0, level + (chance.gauss(0, 0.01) if level < 1 else 0)))
        if scale.direction == "higher_is_worse":
            share = 1 - share
        value = low + share * (high - low)
        scores[scale.id] = round(value) if scale.metric == "sum" else round(value, 2)
    named = {} if instrument.perspective else {"perspective": rater}
    return {"instrument": form, "scores": scores, "timing": timing, **named}


def _errors(catalog: Catalog, forms: set[str]) -> Json:
    """Return a twentieth of each scale's range as SEM, and half as much again from session to
    session.
    """
    errors: Json = {}
    for form in forms:
        instrument = catalog.get(form).instrument
        errors[form] = {}
        for scale in instrument.scales:
            low, high = score_range(instrument, scale) or RANGE
            sem = (high - low) / 20
            errors[form][scale.id] = {"sem": sem, "within_person_sd": 1.5 * sem}
    return errors


def template(text: str, title: str) -> str:
    """Return a text with numbers and the form's name blotted out."""
    return re.sub(r"-?[0-9]+(\.[0-9]+)?", "#", text.replace(short_name(title), "FORM"))


def main() -> None:
    """Print every message, note and summary once for each template, with how many there were."""
    catalog = load_catalog(Path(Settings().instruments_dir))
    for member in ("summary", "message", "note"):
        found: dict[str, list[str]] = defaultdict(list)
        for kind, alert in everything(catalog):
            text = alert[member]
            if text is not None:
                title = catalog.get(alert["instrument"]).instrument.title
                found[template(text, title)].append(f"[{kind}, {alert['instrument']}] {text}")
        print(f"\n== {member}: {len(found)} templates")
        for _, texts in sorted(found.items()):
            print(f"{len(texts):4} {texts[0]}")


if __name__ == "__main__":
    main()
