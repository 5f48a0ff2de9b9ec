"""All figures of a site: every series and every pair of raters, estimated."""

from collections.abc import Callable
from typing import NamedTuple

from service.learning.estimation.course_model import course_estimates
from service.learning.estimation.gap import gap_estimates
from service.learning.estimation.interval import NO_ANSWERS, Estimate, refused
from service.learning.estimation.precision import standard_error
from service.learning.estimation.scores import Window, missing_share, single_score_sd, windows
from service.learning.estimation.starting import Expected, expected_courses, start_levels
from service.learning.gathering import Gathered, Key, Pair, Series


class SeriesFigures(NamedTuple):
    """What was learned of one series, in the headline metric of its scale."""

    key: Key
    metric: str
    n_patients: int
    n_scores: int
    estimates: dict[str, Estimate]
    windows: list[Window]
    starts: dict[int, float]
    expected: list[Expected]

    def value(self, name: str) -> float | None:
        """Return the value of an estimate, None where it was refused."""
        return self.estimates[name].value

    @property
    def sem(self) -> float | None:
        """Return the SEM that the rules may be told; None where it was refused or exceeds what
        scores vary by, of which it is a part.
        """
        sem, sd, within = (self.value(name) for name in ("sem", "sd", "within_person_sd"))
        if not sem or not sd or sem >= min(sd, within or sd):
            return None
        return sem


class SiteFigures(NamedTuple):
    """What was learned of a site."""

    n_courses: int
    series: list[SeriesFigures]
    gaps: dict[Pair, dict[str, Estimate]]


def site_figures(gathered: Gathered, advance: Callable[[int], None]) -> SiteFigures:
    """Return every figure of a site; `advance` is told how many scores were done."""
    series = []
    for key, one in sorted(gathered.series.items(), key=lambda pair: _order(pair[0])):
        series.append(series_figures(key, one))
        advance(one.n_scores)
    gaps = {
        pair: gap_estimates(dyads)
        for pair, dyads in sorted(gathered.dyads.items(), key=lambda one: _order(one[0].client))
    }
    return SiteFigures(gathered.n_courses, series, gaps)


def _order(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


def series_figures(key: Key, series: Series) -> SeriesFigures:
    """Return every figure of one series."""
    patients = series.patients
    estimates = course_estimates(patients, series.step)
    estimates["sd"] = single_score_sd(patients)
    estimates["sem"] = _standard_error(series)
    estimates["missing"] = missing_share(patients, series.held)
    return SeriesFigures(
        key,
        series.scale.metric,
        len(patients),
        series.n_scores,
        estimates,
        windows(patients),
        start_levels(patients),
        expected_courses(patients),
    )


def _standard_error(series: Series) -> Estimate:
    """Return the SEM in the metric of the scale; that of a sum is as many times larger as it has
    items.
    """
    if not series.n_items:
        return refused(NO_ANSWERS, 0, 0)
    found = standard_error(series.forms, series.n_items)
    if found.value is None or found.interval is None or series.scale.metric != "sum":
        return found
    low, high = found.interval
    n = series.n_items
    ends = None if low is None else n * low, None if high is None else n * high
    return found._replace(value=n * found.value, interval=ends)
