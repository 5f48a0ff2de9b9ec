"""Checks of the settings of the alliance rules: each is heeded, and none fires always, never or on
good scores.
"""

from collections.abc import Iterator

from service.definitions.checks.attainable import AttainableScores, exact, is_number, shown
from service.definitions.checks.parts import Json, Parts, member_object, objects, strings
from service.scoring.issue import Issue, Path


def check_alerts(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every setting of the alliance rules that fires never, always or on good
    scores.
    """
    alerts = member_object(parts.document, "alerts")
    yield from _good_side(alerts, parts)
    yield from _repeated(strings(alerts, "watch", ("alerts",)), "watch", "duplicate_value")
    yield from _direct_report(alerts)
    watched = alerts.get("watch", ["total"])
    for where, settings in objects(alerts, "parameters", ("alerts",)):
        if isinstance(watched, list) and where[-1] in parts.scales and where[-1] not in watched:
            yield Issue(where, "not_watched", "changes nothing: watch does not name this scale")
        floor = member_object(settings, "item_floor").get("value")
        scale = parts.scales.get(str(where[-1]), {})
        for group in parts.terms(scale) or ():
            scores = attainable.of_item(group[0])
            if scores and is_number(floor) and not scores.low <= exact(floor) < scores.high:
                text = (
                    f"must be at least {shown(scores.low)} and below {shown(scores.high)}, the "
                    f'keyed scores of item "{group[0]}"'
                )
                yield Issue((*where, "item_floor", "value"), "out_of_range", text)
                break


def _good_side(alerts: Json, parts: Parts) -> Iterator[Issue]:
    """A cut-off that marks the better side is no sign of a poor score (R01)."""
    if "alerts" not in parts.document:
        return
    parameters = member_object(alerts, "parameters")
    for _, name in strings({"watch": alerts.get("watch", ["total"])}, "watch", ()):
        named = member_object(parameters, name).get("cutoff")
        for _, cutoff in objects(parts.scales.get(name, {}), "cutoffs"):
            if cutoff.get("marks") == "better" and named in (None, cutoff.get("system")):
                text = (
                    f'"{cutoff.get("system")}" marks the better side: name the cut-off system of '
                    "poor scores"
                )
                path = ("alerts", "parameters", name, "cutoff")
                yield Issue(path, "direction_conflict", text)


def _repeated(named: Iterator[tuple[Path, str]], member: str, code: str) -> Iterator[Issue]:
    seen = set()
    for where, name in named:
        if name in seen:
            yield Issue(where, code, f'"{name}" is already in {member}')
        seen.add(name)


def _direct_report(alerts: Json) -> Iterator[Issue]:
    """Nothing else is read beside a direct report alone, and no answer says two things."""
    if alerts.get("only_direct_report") is True and alerts.get("parameters"):
        text = "must be left out with only_direct_report: nothing else is read from this form"
        yield Issue(("alerts", "parameters"), "not_allowed", text)
    reports = dict(objects(alerts, "direct_report", ("alerts",)))
    for where, report in reports.items():
        yield from _repeated(strings(report, "items", where), "items", "repeated_item")
    asked = ("item", "items", "every", "op", "value")
    told = [tuple(str(report.get(name)) for name in asked) for report in reports.values()]
    if len(set(told)) < len(told):
        text = "must not be the answer that reports tension"
        yield Issue(("alerts", "direct_report", "resolution"), "duplicate_value", text)
