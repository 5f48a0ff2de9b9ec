"""The worked examples of two versions of a definition, scored by both: which results change, and by
which part of the definition.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from service.definitions.catalog import Entry
from service.definitions.differing import OTHER, are_comparable, with_each_part
from service.definitions.examples.run import is_equal, submission_of
from service.definitions.shape.definition import ExampleShape
from service.scoring.instrument import Instrument
from service.scoring.issue import InvalidSubmission
from service.scoring.report import Scorer
from service.strict.fields import schema_of

Results = Mapping[str, Any]

REFUSED = "form"
"""What is named where a version takes no answers such as these."""
_MET = {True: "met", False: "not met", None: None}
_SUBMITTED = ("answers", "respondent", "not_applicable", "encoding", "perspective")


class Change(NamedTuple):
    """One result of an example that differs, and why."""

    result: str
    before: Any
    after: Any
    why: tuple[str, ...]


class Example(NamedTuple):
    """A worked case with what changes of it."""

    title: str
    changes: tuple[Change, ...]


def rescored(before: Entry, after: Entry) -> list[Example]:
    """Return every worked example of either version, once, with its results that differ; none where
    the key of one is not there.
    """
    if before.instrument.key_required or after.instrument.key_required:
        return []
    mixed = _mixed(before.instrument, after.instrument)
    return [
        Example(raw["title"], _changes(before.scorer, after.scorer, mixed, raw))
        for raw in _examples(before, after)
    ]


def _mixed(before: Instrument, after: Instrument) -> dict[str, Scorer]:
    """Return the old version with each part of the new one that differs, as far as that can be."""
    if not are_comparable(before, after):
        return {}
    return {part: Scorer(mixed) for part, mixed in with_each_part(before, after).items()}


def _changes(
    before: Scorer, after: Scorer, mixed: Mapping[str, Scorer], raw: Mapping[str, Any]
) -> tuple[Change, ...]:
    example = schema_of(ExampleShape).load(raw)
    was, now = (_results(scorer, example) for scorer in (before, after))
    differing = _differing(was, now)
    if not differing:
        return ()
    moved = {part: _differing(was, _results(scorer, example)) for part, scorer in mixed.items()}
    return tuple(
        Change(
            name,
            was.get(name),
            now.get(name),
            tuple(part for part, names in moved.items() if name in names) or (OTHER,),
        )
        for name in differing
    )


def _examples(before: Entry, after: Entry) -> list[Mapping[str, Any]]:
    """Return the examples of both, those with the same answers once."""
    both = [*after.document["examples"], *before.document["examples"]]
    by_form = {
        json.dumps([one.get(member) for member in _SUBMITTED], sort_keys=True): one
        for one in reversed(both)
    }
    return list(reversed(by_form.values()))


def _results(scorer: Scorer, example: dict[str, Any]) -> Results:
    try:
        report = scorer.score(submission_of(scorer.instrument, example))
    except InvalidSubmission as invalid:
        return {REFUSED: f"refused ({', '.join(sorted({one.code for one in invalid.issues}))})"}
    return dict(_told(report))


def _told(report: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a clinician reads of a report, by name."""
    for scale, score in report["scores"].items():
        yield scale, score["value"] if score["status"] == "scored" else score["reason"]
        for band in score["bands"]:
            yield f"{scale}, band of {band['system']}", band["id"]
        for cutoff in score["cutoffs"]:
            yield f"{scale}, cut-off {cutoff['system']} {cutoff['op']}", _MET[cutoff["met"]]
        for linked in score.get("linked", ()):
            yield f"{scale}, as {linked['target']}", _first(linked["value"], linked["reason"])
        for norm in score["norms"]:
            yield f"{scale}, z in {norm['id']}", norm["z"]
            yield f"{scale}, percentile in {norm['id']}", norm["percentile"]
    for name, criterion in report["criteria"].items():
        yield f"criterion {name}", criterion["value"]
    for risk in report["risks"]:
        yield f"safety flag {risk['id']}", risk["raised"]


def _first(value: Any, reason: str | None) -> Any:
    return reason if value is None else value


def _differing(before: Results, after: Results) -> list[str]:
    names = dict.fromkeys([*before, *after])
    return [name for name in names if not is_equal(before.get(name), after.get(name))]
