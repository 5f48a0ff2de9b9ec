"""Scores of a course in another unit: percentile ranks or SDs of a norm, or why there are none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.alliance.course import Course
from service.chart.reasons import why
from service.scoring.instrument import Instrument, NormGroup
from service.scoring.interpretation.norms import quantile_percentile, z_score
from service.scoring.interpretation.score import choose_norms
from service.scoring.wording.words import Words

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with the norm that it is of, in words. `convert` returns a figure in it and, where the
    norm does not reach, the side (`<`, `>`) on which the figure lies beyond; `ends` are the ends of
    its axis, None where they follow from the scores.
    """

    name: str
    said: str
    ends: tuple[float | None, float | None]
    convert: Callable[[float], tuple[float, str | None]]


def unit_of(
    metric: Literal["percentile", "sd"],
    series: Json,
    instrument: Instrument,
    course: Course,
    language: Words,
) -> Unit | str:
    """Return the unit for a series, or why it cannot be drawn in one, in words."""
    if metric == "sd":
        return _in_sds(series, language)
    chosen = choose_norms(instrument, course.norms, course.respondent, series["perspective"])
    groups = [one for one in chosen.norms if series["scale"] in one.scales]
    scale = instrument.scale[series["scale"]]
    for group in groups:
        norm = group.scales[scale.id]
        # Shares of a group are known at few scores: no course can be drawn in them.
        has_ranks = group.percentile_model == "quantiles" and norm.quantiles
        if has_ranks and norm.metric in ("value", scale.metric):
            return _in_percentiles(group, norm.quantiles, language)
    note = "skewed_no_quantiles" if groups else chosen.note or "no_norm_for_scale"
    return language.say("drawn.no percentiles", why=why(note, language))


def _in_sds(series: Json, language: Words) -> Unit | str:
    norm = series["parameters"]["norm"]
    if norm is None:
        return language.say("drawn.no SDs")
    mean, sd = norm["mean"], norm["sd"]
    return Unit(
        language.say("drawn.unit.sd"),
        language.say("drawn.norm", norm=_named(norm["population"], norm["n"])),
        (None, None),
        lambda value: (z_score(value, mean, sd), None),
    )


def _in_percentiles(
    group: NormGroup, quantiles: tuple[tuple[float, float], ...], language: Words
) -> Unit:
    lowest, highest = quantiles[0][0], quantiles[-1][0]

    def convert(value: float) -> tuple[float, str | None]:
        """Return a score as its percentile rank."""
        rank = quantile_percentile(value, quantiles)
        if rank.value is not None:
            return rank.value, None
        return (lowest, "<") if value < quantiles[0][1] else (highest, ">")

    said = language.say(
        "drawn.norm, published",
        norm=_named(group.population, group.n),
        low=language.number(f"{lowest:g}"),
        high=language.number(f"{highest:g}"),
    )
    return Unit(language.say("drawn.unit.percentile"), said, (0, 100), convert)


def _named(population: str, n: int | None) -> str:
    return population if n is None else f"{population}, n = {n}"
