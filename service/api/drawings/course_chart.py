"""The chart of a course: its report with what the drawing needs of the definitions, in the metric
that was asked for.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from service.alliance.judging.monitor import Monitor
from service.alliance.report.report import write_report
from service.api.drawings.units import Unit, unit_of
from service.chart.course import draw_course
from service.chart.scale import compared
from service.chart.style import Theme
from service.scoring.instrument import Scale
from service.scoring.wording.words import Words

Json = Mapping[str, Any]
Metric = Literal["raw", "percentile", "sd"]
_SPREAD = 2.0
"""The least that an axis of SDs reaches to either side of the mean."""


def course_chart(monitor: Monitor, metric: Metric, theme: Theme, language: Words) -> str:
    """Return the chart of a course as SVG text."""
    report = write_report(monitor, "fired", words=language)
    ratings = [one for session in monitor.course.sessions for one in session.ratings]
    known = {(one.instrument.id, one.instrument.version): one.instrument for one in ratings}
    drawn, remarks = [], []
    for series in report["series"]:
        instrument = known[series["instrument"], series["version"]]
        marked = _marked(series, instrument.scale[series["scale"]], monitor, language)
        if metric == "raw":
            drawn.append(marked)
        elif series["watched"] or series["kind"] == "outcome":
            unit = unit_of(metric, series, instrument, monitor.course, language)
            remarks.append((series["kind"], _remark(series, unit, language)))
            drawn += [_converted(marked, unit)] if isinstance(unit, Unit) else []
    if metric == "sd":
        drawn = _on_one_axis(drawn)
    return draw_course({**report, "series": drawn}, theme, remarks, language)


def _marked(series: Json, scale: Scale, monitor: Monitor, language: Words) -> Json:
    """Return a series with the cut-offs and the first set of bands that are for the patient."""
    respondent = monitor.course.respondent
    cutoffs = [
        {"text": compared(one.op, one.value, language), "value": one.value}
        for one in scale.cutoffs
        if one.applies_to.fits(*respondent)
    ]
    systems = [one for one in scale.bands if one.applies_to.fits(*respondent)]
    bands = [
        {"label": language.text(band.label), "minimum": band.minimum}
        for one in systems[:1]
        for band in one.bands
    ]
    return {**series, "cutoffs": cutoffs, "bands": bands}


def _remark(series: Json, unit: Unit | str, language: Words) -> str:
    form = series["instrument"].upper()
    if series["scale"] != "total":
        form += f" {series['title']}"
    said = unit.said if isinstance(unit, Unit) else unit
    return language.say("drawn.remark", form=form, said=said)


def _converted(series: Json, unit: Unit) -> Json:
    """Return a series with every figure in another unit; bands, which are of the raw score, are
    left out.
    """
    points = []
    for point in series["points"]:
        value, beyond = unit.convert(point["value"])
        limits = point.get("limits") or {}
        points.append(
            {
                **point,
                "value": value,
                "beyond": beyond,
                "baseline": _figure(unit, point.get("baseline")),
                "limits": {name: _figure(unit, limit) for name, limit in limits.items()},
            }
        )
    cutoffs = [
        {**one, "value": unit.convert(one["value"])[0]}
        for one in series["cutoffs"]
        if unit.convert(one["value"])[1] is None
    ]
    low, high = unit.ends
    return {
        **series,
        "metric": unit.name,
        "minimum": low,
        "maximum": high,
        "points": points,
        "cutoffs": cutoffs,
        "bands": [],
    }


def _figure(unit: Unit, value: float | None) -> float | None:
    """Return a figure in another unit, None where the norm does not reach so far."""
    if value is None:
        return None
    converted, beyond = unit.convert(value)
    return converted if beyond is None else None


def _on_one_axis(found: Sequence[Json]) -> list[Json]:
    """Return series in SDs with one range for each panel, which has all of their figures."""
    ends = {}
    for kind in ("alliance", "outcome"):
        own = [figure for one in found if one["kind"] == kind for figure in _figures(one)]
        ends[kind] = math.floor(min([-_SPREAD, *own])), math.ceil(max([_SPREAD, *own]))
    return [
        {**one, "minimum": ends[one["kind"]][0], "maximum": ends[one["kind"]][1]} for one in found
    ]


def _figures(series: Json) -> Iterator[float]:
    """Yield scores, limits and cut-offs."""
    for point in series["points"]:
        yield point["value"]
        yield from (limit for limit in point["limits"].values() if limit is not None)
    yield from (cutoff["value"] for cutoff in series["cutoffs"])
