"""How much a score moves by itself: measurement error and session-to-session variation, and where
each comes from.
"""

from dataclasses import dataclass
from typing import NamedTuple

from service.alliance.course import Errors
from service.alliance.policy import ASSUMED_SHARE_OF_RANGE, DEFAULT_KAPPA, WITHIN_SHARE
from service.scoring.instrument import (
    ExpectedRates,
    Instrument,
    NormGroup,
    NormScale,
    Number,
    Sample,
    Scale,
)
from service.scoring.interpretation.change import standard_error_of_measurement
from service.scoring.interpretation.score import choose_norms
from service.scoring.scales import Respondent

NOT_OWN = frozenset({"derived_digital", "assumed"})
"""Provenances of a session-to-session SD that cannot carry an alert before the dyad has sessions of
its own.
"""


class Quantity(NamedTuple):
    """A number with where it comes from: `provenance` caller, definition, derived, derived_digital
    or assumed.
    """

    value: float
    provenance: str
    source: str | None
    detail: str


class Norm(NamedTuple):
    """A norm group's mean and SD in the headline metric of a scale."""

    id: str
    population: str
    n: int | None
    digital: bool
    mean: float
    sd: float
    source: str


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """The error figures that one series is judged with, in the headline metric.

    `margin` is the SEM, or where that is unknown within_sd / kappa: the least that the score is
    taken to vary by. `rates` are those that the definition expects of rules that were told these
    figures.
    """

    sem: Quantity | None
    within_person_sd: Quantity | None
    sd: Quantity | None
    margin: float | None
    norm: Norm | None
    limits: tuple[Number, Number] | None
    rates: ExpectedRates | None = None

    def described(self) -> dict[str, object]:
        """Return the figures for a report."""
        named = {"sem": self.sem, "within_person_sd": self.within_person_sd, "sd": self.sd}
        return {
            name: found._asdict() if found is not None else None for name, found in named.items()
        }


def error_model(
    instrument: Instrument,
    scale: Scale,
    limits: tuple[Number, Number] | None,
    given: Errors,
    norms: tuple[str, ...] | None,
    respondent: Respondent,
    rater: str | None,
    kappa: float,
) -> ErrorModel:
    """Collect what is known of a scale's errors, the best source first.

    Session-to-session SD: the caller's; the definition's; 0.48 times the caller's SD; kappa times
    the caller's SEM; 0.48 times a human-therapy norm's SD (dependability .77, Crits-Christoph
    2011); 0.48 times a digital cohort's SD; 0.08 times the scale's range. Internal consistency
    never stands in for it.
    """
    ready = _instrument_norms(instrument, scale, respondent)
    chosen = _chosen_norm(instrument, ready, norms, respondent, rater)
    human = (
        chosen if chosen is not None and not chosen.digital else _first(ready, rater, digital=False)
    )
    sem = _sem(instrument, scale, given, respondent)
    digital = _first(ready, rater, digital=True)
    within = _within_sd(instrument, scale, given, human, digital, limits, kappa, respondent)
    sd = (
        Quantity(given.sd, "caller", None, "standard deviation")
        if given.sd is not None
        else _sd_of(human)
    )
    margin = sem.value if sem is not None else within.value / kappa if within is not None else None
    own = given == Errors()
    rates = _expected_rates(scale, sem, within, kappa, respondent) if own else None
    return ErrorModel(sem, within, sd, margin, chosen, limits, rates)


def _expected_rates(
    scale: Scale,
    sem: Quantity | None,
    within: Quantity | None,
    kappa: float,
    respondent: Respondent,
) -> ExpectedRates | None:
    """Return the rates of the definition where its figures, which they were simulated with, are
    those that this respondent is judged by; kappa stands in for an SEM that is not known.
    """
    rates = scale.expected_rates
    if rates is None or within is None or not rates.applies_to.fits(*respondent):
        return None
    is_told = scale.within_person_sd is not None and scale.within_person_sd_for.fits(*respondent)
    knows_as_much = (sem is None) == (rates.sem is None)
    usual = sem is not None or kappa == DEFAULT_KAPPA
    return rates if is_told and knows_as_much and usual else None


def _sem(
    instrument: Instrument, scale: Scale, given: Errors, respondent: Respondent
) -> Quantity | None:
    if given.sem is not None:
        return Quantity(given.sem, "caller", None, "standard error of measurement")
    if scale.precision is not None and scale.precision.applies_to.fits(*respondent):
        detail = "standard error of measurement of the definition"
        if scale.precision.reliability is not None:
            detail = f"from a reliability ({scale.precision.kind}) and SD of one sample"
        source = f"{instrument.id}/{scale.precision.source}"
        return _observed(scale.precision.sem, source, detail, scale.precision.sample)
    reliabilities = [one for one in scale.reliabilities if one.applies_to.fits(*respondent)]
    if given.sd is not None and reliabilities:
        used = reliabilities[0]
        detail = f"the caller's SD times √(1 − {used.value:g}), the reliability ({used.kind})"
        return Quantity(
            standard_error_of_measurement(given.sd, used.value),
            "derived",
            f"{instrument.id}/{used.source}",
            detail,
        )
    return None


def _observed(value: float, source: str | None, detail: str, sample: Sample) -> Quantity:
    """Return a number of the definition with whom it was found in, or how it was derived."""
    if sample.derived:
        return Quantity(value, "derived", source, f"{detail}, {sample.note}")
    if sample.n is not None:
        detail = f"{detail}: {sample.n} people"
    return Quantity(value, "definition", source, detail)


def _within_sd(
    instrument: Instrument,
    scale: Scale,
    given: Errors,
    human: Norm | None,
    digital: Norm | None,
    limits: tuple[Number, Number] | None,
    kappa: float,
    respondent: Respondent,
) -> Quantity | None:
    if given.within_person_sd is not None:
        return Quantity(given.within_person_sd, "caller", None, "session-to-session SD")
    if scale.within_person_sd is not None and scale.within_person_sd_for.fits(*respondent):
        source = (
            f"{instrument.id}/{scale.within_person_sd_source}"
            if scale.within_person_sd_source
            else None
        )
        detail = "session-to-session SD of the definition"
        return _observed(scale.within_person_sd, source, detail, scale.within_person_sd_sample)
    share = f"{WITHIN_SHARE} times"
    if given.sd is not None:
        return Quantity(
            WITHIN_SHARE * given.sd, "derived", DEPENDABILITY, f"{share} the caller's SD"
        )
    if given.sem is not None:
        return Quantity(
            kappa * given.sem,
            "derived",
            None,
            f"the assumed kappa {kappa:g} times the caller's SEM",
        )
    if human is not None:
        return Quantity(
            WITHIN_SHARE * human.sd, "derived", DEPENDABILITY, f"{share} the SD of norm {human.id}"
        )
    if digital is not None:
        detail = f"{share} the SD of {digital.id}, a digital-therapy cohort"
        return Quantity(WITHIN_SHARE * digital.sd, "derived_digital", DEPENDABILITY, detail)
    if limits is not None and limits[0] < limits[1]:
        detail = f"{ASSUMED_SHARE_OF_RANGE} times the scale's range: nothing better is known"
        return Quantity(ASSUMED_SHARE_OF_RANGE * (limits[1] - limits[0]), "assumed", None, detail)
    return None


DEPENDABILITY = "crits-christoph-2011"


def _sd_of(norm: Norm | None) -> Quantity | None:
    return (
        Quantity(norm.sd, "definition", norm.source, f"SD of norm {norm.id}")
        if norm is not None
        else None
    )


def _instrument_norms(
    instrument: Instrument, scale: Scale, respondent: Respondent
) -> list[tuple[NormGroup, Norm]]:
    """Return the norms of a scale without those of people whom the respondent is known not to
    belong to: what is not known leaves a group in, as its SD says how much scores differ.
    """
    found = []
    for group in instrument.norms:
        if group.applies_to.misfit(*respondent) in ("other_age", "other_sex"):
            continue
        part = group.scales.get(scale.id)
        ready = _in_headline(group, part, scale) if part is not None else None
        if ready is not None:
            found.append((group, ready))
    return found


def _in_headline(group: NormGroup, part: NormScale, scale: Scale) -> Norm | None:
    """Return a norm in the scale's headline metric: sums and means of the same items differ by
    their number.
    """
    if part.mean is None or part.sd is None or part.sd <= 0:
        return None
    factor: float | None = None
    if part.metric in ("value", scale.metric):
        factor = 1
    elif scale.is_plain and scale.transform is None:
        factor = {("sum", "mean"): 1 / len(scale.items), ("mean", "sum"): len(scale.items)}.get(
            (part.metric, scale.metric)
        )
    if factor is None:
        return None
    return Norm(
        group.id,
        group.population,
        group.n,
        group.digital,
        part.mean * factor,
        part.sd * factor,
        group.source,
    )


def _chosen_norm(
    instrument: Instrument,
    ready: list[tuple[NormGroup, Norm]],
    norms: tuple[str, ...] | None,
    respondent: Respondent,
    rater: str | None,
) -> Norm | None:
    """Return the norm for the norm rules: of human therapy, or a digital cohort that the caller
    names.
    """
    if norms not in (None, ("*",)):
        norms = tuple(
            name for name in norms or () if any(name == group.id for group in instrument.norms)
        )
    fitting = {group.id for group in choose_norms(instrument, norms, respondent, rater).norms}
    by_name = norms not in (None, ("*",))
    for group, norm in ready:
        if group.id in fitting and (by_name or not group.digital):
            return norm
    return None


def _first(ready: list[tuple[NormGroup, Norm]], rater: str | None, *, digital: bool) -> Norm | None:
    for group, norm in ready:
        if group.digital == digital and group.perspective in (None, rater):
            return norm
    return None
