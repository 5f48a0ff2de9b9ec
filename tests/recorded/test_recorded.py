"""The service answers as the recorded revision did, but for what `intended.py` lists."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from tests.recorded.differences import ABSENT, Difference, differences
from tests.recorded.intended import INTENDED, Intended
from tests.recorded.record import Recorded, ask, recorded

ANSWERS = defaultdict(list)
for answer in recorded():
    if answer.path == "/v1/rules":  # the battery of another policy
        continue
    ANSWERS[answer.subject].append(answer)
MOST_SHOWN = 25
LONGEST_SHOWN = 120


def found(client, one: Recorded) -> Iterator[Difference]:
    """Yield how the present answer differs from a recorded one."""
    if one.path == "/v1/monitor":  # recorded when every result was told, whatever was asked
        one = replace(one, path=f"{one.path}?rules=all")
    status, answer = ask(client, one)
    if status != one.status:
        yield Difference("status", "changed", one.status, status)
    else:
        yield from differences(compared(one, one.answer), compared(one, answer))


def compared(one: Recorded, answer):
    """Return what of an answer must stay. Of a course that is what it scored: the alert rules have
    other thresholds since, and their own worked examples (`tests/alliance/test_golden.py`,
    `test_trend.py`).
    """
    if not one.path.startswith("/v1/monitor"):
        return answer
    if "sessions" not in answer:  # the chart, or a problem
        return answer.get("errors")
    sessions = [
        {name: session[name] for name in ("number", "date", "scores", "forms")}
        for session in answer["sessions"]
    ]
    return {"sessions": sessions, "change": answer["change"], "reference": answer["reference"]}


def covers(row: Intended, one: Recorded, difference: Difference) -> bool:
    return (
        row.kind == difference.kind
        and is_about(row, one)
        and path_pattern(row.path).fullmatch(difference.path) is not None
    )


def is_about(row: Intended, one: Recorded) -> bool:
    names = (one.subject, f"{one.subject}: {one.name}")
    return any(fnmatchcase(name, part) for part in row.answers.split("|") for name in names)


def path_pattern(path: str) -> re.Pattern[str]:
    """Return the expression for a path in which `*` is one step and `**` any number."""
    steps = [re.escape(part).replace(r"\*", "[^/]*") for part in path.split("**")]
    return re.compile(".*".join(steps))


def listed(unmeant: Iterable[list[str]]) -> str:
    """Return a line for each path and kind: its first difference, and how many answers share it."""
    lines = [f"{first} (and in {len(more)} more)" for first, *more in unmeant]
    left_out = len(lines) - MOST_SHOWN
    lines[MOST_SHOWN:] = [f"… and {left_out} more"] if left_out > 0 else []
    return "\n" + "\n".join(lines)


def shown(one: Recorded, difference: Difference) -> str:
    was, now = difference.was, difference.now
    if isinstance(was, str) and isinstance(now, str):
        start = max(0, first_difference(was, now) - LONGEST_SHOWN // 2)
        was, now = was[start:], now[start:]
    was, now = (
        "nothing" if value is ABSENT else json.dumps(value, ensure_ascii=False)[:LONGEST_SHOWN]
        for value in (was, now)
    )
    return f"{one.subject}: {one.name} {difference.path} {difference.kind}: {was} -> {now}"


def first_difference(was: str, now: str) -> int:
    pairs = enumerate(zip(was, now, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(was), len(now)))


@pytest.mark.parametrize("subject", ANSWERS)
def test_every_answer_is_the_recorded_one_or_meant_to_differ(client, subject):
    unmeant = defaultdict(list)
    for one in ANSWERS[subject]:
        for difference in found(client, one):
            if not any(covers(row, one, difference) for row in INTENDED):
                unmeant[difference.path, difference.kind].append(shown(one, difference))
    assert not unmeant, listed(unmeant.values())


def test_every_row_still_says_something(client):
    answers = [one for of_subject in ANSWERS.values() for one in of_subject]
    dead = [
        row
        for row in INTENDED
        if not any(
            covers(row, one, difference)
            for one in answers
            if is_about(row, one)
            for difference in found(client, one)
        )
    ]
    assert not dead, "\n".join(map(str, dead))


def test_every_instrument_and_kind_of_request_is_recorded(catalog):
    """Instruments that came later are free of this record."""
    assert {"golden", "courses", "readme"} <= ANSWERS.keys()
    assert len(ANSWERS) >= 92 + 3
    names = {one.name for one in ANSWERS["phq-9"]}
    assert {"example 1", "minimum", "maximum", "ramp", "one blank", "one blank, working"} <= names
    assert {f"{name}, 34, female" for name in ("minimum", "maximum", "ramp", "one blank")} <= names


REVISED = {"instrument": {"id": "x", "version": "1", "digest": "a"}}


def kinds(was, now):
    return {(found.path, found.kind) for found in differences(was, now)}


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"a": 1, "b": None}, {"a": 1, "b": None}, set()),
        ({"a": 1}, {"a": 1.0}, {("/a", "changed")}),
        ({"a": 1}, {"a": True}, {("/a", "changed")}),
        ({"a": 0}, {"a": None}, {("/a", "changed")}),
        ({"a": 1}, {"b": 1}, {("/a", "dropped"), ("/b", "added")}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {("", "order")}),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}, {("/a/2", "added")}),
        (
            [{"id": "x"}, {"id": "y", "z": 2}],
            [{"id": "y", "z": 3}],
            {("/x", "dropped"), ("/y/z", "changed")},
        ),
        ([{"id": "x"}, {"id": "x", "z": 2}], [{"id": "x"}], {("/1", "dropped")}),
        ([{"id": "x"}, {"id": "y"}], [{"id": "y"}, {"id": "x"}], {("", "order")}),
        (
            {"service_version": "1", "result_id": "x"},
            {"service_version": "2", "result_id": "y"},
            set(),
        ),
        (REVISED, {"instrument": {"id": "x", "version": "2", "digest": "b"}}, set()),
        ({"version": "1"}, {"version": "2"}, {("/version", "changed")}),
    ],
)
def test_no_difference_goes_unseen(was, now, found):
    assert kinds(was, now) == found


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/risks/*/message", "/risks/suicidal-ideation/message", True),
        ("/risks/*/message", "/risks/message", False),
        ("/risks/*", "/risks/suicidal-ideation/message", False),
        ("/sessions/**/p", "/sessions/3/rules/R03:wai-sr:client:post:total/p", True),
        ("/scores/**", "/scores/total/bands", True),
        ("/scores", "/scores/total/bands", False),
    ],
)
def test_a_pattern_means_one_step_or_any_number(pattern, path, matches):
    assert bool(path_pattern(pattern).fullmatch(path)) is matches
