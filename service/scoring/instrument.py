"""The instrument model: what a definition file says, resolved once and ready to score with.

Everything here is frozen. The objects are built by `service.definitions` from checked JSON, so this
module does not validate; it only derives, once, what scoring would otherwise compute for every
form.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, Literal, get_args

from service.scoring.alert_settings import AlertSettings
from service.scoring.applicability import EVERYBODY, Applicability, Misfit
from service.scoring.missing import NONE, MissingMethod
from service.scoring.recoding.clock import CLOCK, KEYED_CLOCK
from service.scoring.recoding.ratio import Ratio
from service.scoring.recoding.steps import Steps
from service.scoring.rules import Criterion, CutoffOperator, Gate, Risk
from service.scoring.sums import exact_sum

Number = int | float
Answer = Number | str
"""What is submitted for an item: a number, or a clock time as "HH:MM"."""
Sex = Literal["female", "male", "other", "unknown"]
Direction = Literal["higher_is_better", "higher_is_worse"]
Perspective = Literal["client", "therapist", "observer"]
Aggregation = Literal["sum", "mean", "max", "count", "composite", "ratio"]
Metric = Literal["sum", "mean", "max", "count", "ratio", "transformed"]
PercentileModel = Literal["quantiles", "cumulative", "normal"]
ChangeDirection = Literal["improvement", "deterioration", "either"]

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)
METRICS: tuple[Metric, ...] = get_args(Metric)
CHANGE_DIRECTIONS: tuple[ChangeDirection, ...] = get_args(ChangeDirection)
PERSPECTIVES: tuple[Perspective, ...] = get_args(Perspective)
OLDEST = 150
"""Years that no age exceeds."""


def picker(positions: Sequence[int] | Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that picks the values at some positions of a sequence, or keys of a
    mapping, as a tuple.
    """
    if len(positions) > 1:
        return itemgetter(*positions)
    return partial(_pick, positions)


def _pick(positions: Sequence[Any], values: Any) -> tuple[Any, ...]:
    return tuple([values[position] for position in positions])


@dataclass(frozen=True, slots=True)
class ResponseOption:
    """One printed answer: the value that is submitted and the score that it is worth.

    `other_codes` are codes of the same answer in other editions of the form. `missing`: the answer
    says that nothing is known (9 on a HoNOS); it has no score and counts as not answered.
    `translations` are its labels by language.
    """

    value: Number
    score: Number
    label: str | None = None
    code: str | None = None
    other_codes: tuple[str, ...] = ()
    missing: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """The answers an item allows: listed options, or (`options` empty) any number from minimum to
    maximum. Both are of answers that count.

    `steps` are what numbers between are worth, where that differs. `clock`: a clock time, which is
    worth the minutes from midnight to it. `counting`: the listed answers that have a score;
    `columns`, `mirrored`: all listed values from left to right, and from right to left.
    """

    name: str
    minimum: Number
    maximum: Number
    options: tuple[ResponseOption, ...] = ()
    steps: Steps | None = None
    clock: bool = False
    counting: tuple[ResponseOption, ...] = field(init=False, repr=False)
    keyed: "Keying" = field(init=False, repr=False)
    reverse_keyed: "Keying" = field(init=False, repr=False)
    not_known: frozenset[Answer] = field(init=False, repr=False)
    columns: tuple[Number, ...] = field(init=False, repr=False)
    mirrored: tuple[Number, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        counting = tuple(option for option in self.options if not option.missing)
        worth: dict[Any, Number] = {option.value: option.score for option in counting}
        scores = list(worth.values()) or [self.minimum, self.maximum]
        lowest, highest = min(scores), max(scores)
        if self.steps is not None:
            lowest, highest = self.steps.between(lowest, highest)
        keyed = Keying(CLOCK, KEYED_CLOCK, lowest, highest)
        turned = keyed
        if not self.clock:
            keyed = Keying(worth, {**worth, None: None}, lowest, highest)
            back = {value: turn(score, lowest, highest) for value, score in worth.items()}
            turned = Keying(back, {**back, None: None}, lowest, highest)
        printed = tuple(option.value for option in self.options)
        object.__setattr__(self, "counting", counting)
        object.__setattr__(self, "keyed", keyed)
        object.__setattr__(self, "reverse_keyed", turned)
        object.__setattr__(self, "not_known", frozenset(printed).difference(worth))
        object.__setattr__(self, "columns", printed)
        object.__setattr__(self, "mirrored", printed[::-1])


@dataclass(frozen=True, slots=True)
class Keying:
    """What answers are worth: `score_of` maps each submitted value that counts to its keyed score
    (empty for a range of numbers), `answered` does the same and None to None. `lowest`, `highest`:
    of all keyed scores. The items of a response set share it, since all that they do differently is
    to reverse it.
    """

    score_of: Mapping[Any, Number]
    answered: Mapping[Any, Number | None]
    lowest: Number
    highest: Number


def turn(score: Number, lowest: Number, highest: Number) -> Number:
    """Return the score of a reversed item."""
    return exact_sum((lowest, highest, -score))


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `score_of` maps each submitted value that counts to its keyed score (empty for a
    continuous item), `keying` does the same and None to None; `not_known` are the values that are
    allowed and count as not answered.
    """

    id: str
    response_set: ResponseSet
    reverse: bool = False
    mirrored: bool = False
    scored: bool = True
    optional: bool = False
    text: str | None = None
    codes: tuple[Mapping[str, str], ...] = ()
    score_of: Mapping[Answer, Number] = field(init=False)
    keying: Mapping[Answer | None, Number | None] = field(init=False)
    not_known: frozenset[Answer] = field(init=False)
    lowest: Number = field(init=False)
    highest: Number = field(init=False)
    columns: tuple[Number, ...] = field(init=False)

    def __post_init__(self) -> None:
        answers = self.response_set
        worth = answers.reverse_keyed if self.reverse else answers.keyed
        object.__setattr__(self, "score_of", worth.score_of)
        object.__setattr__(self, "keying", worth.answered)
        object.__setattr__(self, "not_known", answers.not_known)
        object.__setattr__(self, "lowest", worth.lowest)
        object.__setattr__(self, "highest", worth.highest)
        object.__setattr__(self, "columns", answers.mirrored if self.mirrored else answers.columns)

    def allows(self, value: Answer) -> bool:
        """Tell whether an answer may be submitted."""
        return (
            value in self.score_of
            or value in self.not_known
            or self.key_continuous(value) is not None
        )

    def key_continuous(self, value: Answer) -> Number | None:
        """Return the keyed score of a number on a continuous item, or None when it is out of range
        or no number.
        """
        answers = self.response_set
        if self.score_of or isinstance(value, str):
            return None
        if not answers.minimum <= value <= answers.maximum:
            return None
        score = value if answers.steps is None else answers.steps.worth_of(value)
        return turn(score, self.lowest, self.highest) if self.reverse else score


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a scale: an item, or the highest of a group of items (`items` are positions in
    the form).
    """

    items: tuple[int, ...]
    min_answered: int = 1


@dataclass(frozen=True, slots=True)
class MissingRule:
    """What a scale does about unanswered items. With fewer than `min_answered` it is not scored,
    never under-scored.
    """

    min_answered: int
    method: MissingMethod = NONE
    round: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A published conversion of raw scores: `values[raw] = (value, standard error or None)`."""

    applies_to: Applicability
    values: Mapping[Number, tuple[Number, Number | None]]


@dataclass(frozen=True, slots=True)
class Transform:
    """A published transform of the raw sum, mean or ratio: linear (factor, offset), with `tables` a
    lookup, or in `steps`.
    """

    of: Literal["sum", "mean", "ratio"]
    factor: Number = 1
    offset: Number = 0
    tables: tuple[LookupTable, ...] = ()
    source: str | None = None
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Whom a number was found in: how many, who they were, and what to keep in mind; None where
    the source does not say. `derived` marks a number that was taken over from another form.
    """

    n: int | None = None
    population: str | None = None
    note: str | None = None
    derived: bool = False


UNDESCRIBED = Sample()


@dataclass(frozen=True, slots=True)
class Precision:
    """Standard error of measurement in the headline metric, with the reliability it was derived
    from.
    """

    sem: float
    reliability: float | None
    kind: str | None
    source: str
    applies_to: Applicability = EVERYBODY
    sample: Sample = UNDESCRIBED


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """A published conversion of raw sums into the metric of another measure, the `target`:
    `values[raw] = (value, standard error or None)`.
    """

    target: str
    title: str
    unit: str
    method: str
    values: Mapping[Number, tuple[Number, Number | None]]
    source: str
    applies_to: Applicability = EVERYBODY
    sample: Sample = UNDESCRIBED


@dataclass(frozen=True, slots=True)
class Growth:
    """How scores change by themselves: the mean of people's slopes and their SD, in points of the
    headline metric a session.
    """

    mean: Number
    sd: Number
    source: str
    applies_to: Applicability = EVERYBODY
    sample: Sample = UNDESCRIBED


@dataclass(frozen=True, slots=True)
class SessionFigure:
    """One number about how a person's scores go from session to session: the correlation of
    neighbouring deviations, or the degrees of freedom of people's variances.
    """

    value: Number
    source: str
    applies_to: Applicability = EVERYBODY
    sample: Sample = UNDESCRIBED


@dataclass(frozen=True, slots=True)
class ExpectedRates:
    """How often the alert rules are wrong, and what they notice, in courses simulated with figures
    of one site: shares from 0 to 1.

    `by_severity`: courses in which nothing happens with such a signal or worse by each of
    `sessions`; `detection`: changes noticed in time, by name and severity. The rules were told
    `within_person_sd` and `sem` (None: not known), in the headline metric.
    """

    sessions: tuple[int, ...]
    by_severity: Mapping[str, tuple[float, ...]]
    detection: Mapping[str, Mapping[str, float]]
    within_person_sd: float
    sem: float | None
    source: str
    applies_to: Applicability = EVERYBODY
    sample: Sample = UNDESCRIBED


@dataclass(frozen=True, slots=True)
class Reliability:
    """A published reliability coefficient, its kind (alpha, retest, omega …) and its sample."""

    kind: str
    value: float
    source: str
    sample: str | None = None
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class Band:
    """One severity band; both ends inclusive, in the headline metric."""

    id: str
    label: str
    minimum: Number
    maximum: Number


@dataclass(frozen=True, slots=True)
class BandSystem:
    """A named, sourced set of bands, in ascending order."""

    system: str
    bands: tuple[Band, ...]
    source: str
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A named, sourced cut-off in the headline metric."""

    system: str
    op: CutoffOperator
    value: Number
    source: str
    label: str | None = None
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class MinimalImportantDifference:
    """A named, sourced smallest difference that matters, in the direction it was published for."""

    name: str
    value: Number
    source: str
    direction: ChangeDirection = "improvement"
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """How a difference between two scores is judged.

    Either a published fixed `reliable_change`, or `standard_error_of_difference` (Jacobson and
    Truax 1991), or neither.
    """

    method: Literal["fixed", "jacobson_truax"] | None
    reliable_change: Number | None = None
    standard_error_of_difference: float | None = None
    level: float | None = None
    source: str | None = None
    minimal_important: tuple[MinimalImportantDifference, ...] = ()
    clinical_cutoff: str | None = None
    applies_to: Applicability = EVERYBODY


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale (subscale or total) with everything that can be said about its score."""

    id: str
    title: str
    aggregation: Aggregation
    metric: Metric
    direction: Direction
    missing: MissingRule
    terms: tuple[Term, ...] = ()
    weights: tuple[Number, ...] | None = None
    at_least: tuple[Number, ...] = ()
    components: tuple[str, ...] = ()
    composite_method: Literal["sum", "mean"] = "sum"
    ratio: Ratio | None = None
    unit: str | None = None
    transform: Transform | None = None
    linked: tuple[LinkedTable, ...] = ()
    reliabilities: tuple[Reliability, ...] = ()
    precision: Precision | None = None
    within_person_sd: Number | None = None
    within_person_sd_source: str | None = None
    within_person_sd_for: Applicability = EVERYBODY
    within_person_sd_sample: Sample = UNDESCRIBED
    growth: Growth | None = None
    autocorrelation: SessionFigure | None = None
    unevenness: SessionFigure | None = None
    expected_rates: ExpectedRates | None = None
    bands: tuple[BandSystem, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    changes: tuple[ChangeRule, ...] = ()
    codes: tuple[Mapping[str, str], ...] = ()
    items: tuple[int, ...] = field(init=False)
    is_plain: bool = field(init=False)
    needs_whole: bool = field(init=False)
    pick: Callable[[Sequence[Any]], tuple[Any, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        items = tuple(position for term in self.terms for position in term.items)
        object.__setattr__(self, "items", items)
        # A plain scale is an unweighted sum or mean of single items: complete answers need one
        # `sum` and nothing else.
        plain = (
            self.aggregation in ("sum", "mean")
            and self.weights is None
            and len(items) == len(self.terms) > 0
        )
        object.__setattr__(self, "is_plain", plain)
        # What a table, steps or a ratio say is for the scale with all its items.
        transform = self.transform
        converted = transform is not None and bool(transform.tables or transform.steps)
        object.__setattr__(self, "needs_whole", converted or self.ratio is not None)
        object.__setattr__(self, "pick", picker(items))


@dataclass(frozen=True, slots=True)
class NormScale:
    """Mean, SD and quantiles of one scale in one norm group; `metric` says which reported number
    they refer to.
    """

    mean: Number | None
    sd: Number | None
    metric: Literal["sum", "mean", "value"]
    quantiles: tuple[tuple[Number, Number], ...] = ()
    skew: Number | None = None


@dataclass(frozen=True, slots=True)
class NormGroup:
    """One reference group with its scales. Never used for a respondent who is not known to fit.

    `collected`, `published`: years in which its last member was asked and its numbers came out.
    """

    id: str
    population: str
    n: int | None
    default: bool
    digital: bool
    percentile_model: PercentileModel | None
    scales: Mapping[str, NormScale]
    source: str
    setting: str | None = None
    country: str | None = None
    warning: str | None = None
    applies_to: Applicability = EVERYBODY
    perspective: str | None = None
    collected: int | None = None
    published: int | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument, checked and resolved.

    `scales` has every composite after its components. `items_beneath` names, for each scale, the
    positions of the items that it rests on; `keying` maps, item by item, each allowed submitted
    value (None: not answered) to its keyed score.
    """

    id: str
    version: str
    digest: str
    title: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    perspective: Perspective | None = None
    perspectives: tuple[Perspective, ...] = ()
    construct: str | None = None
    counterpart: str | None = None
    submitted_as: Literal["codes", "scores"] = "codes"
    key_required: bool = False
    key_instructions: str | None = None
    min_answered: int = 0
    gates: tuple[Gate, ...] = ()
    norms: tuple[NormGroup, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    risks: tuple[Risk, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alerts: AlertSettings | None = None
    position: Mapping[str, int] = field(init=False)
    scale: Mapping[str, Scale] = field(init=False)
    groups: tuple[Applicability, ...] = field(init=False)
    item_ids: tuple[str, ...] = field(init=False)
    items_beneath: Mapping[str, tuple[int, ...]] = field(init=False)
    pick_items: Callable[[Any], tuple[Any, ...]] = field(init=False, repr=False, compare=False)
    keying: tuple[Mapping[Answer | None, Number | None], ...] = field(init=False)
    has_not_known: bool = field(init=False)
    clock_items: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "item_ids", tuple(item.id for item in self.items))
        object.__setattr__(self, "pick_items", picker(self.item_ids))
        object.__setattr__(self, "keying", tuple(item.keying for item in self.items))
        clocks = frozenset(item.id for item in self.items if item.response_set.clock)
        object.__setattr__(self, "clock_items", clocks)
        object.__setattr__(self, "has_not_known", any(item.not_known for item in self.items))
        object.__setattr__(
            self, "position", {item.id: index for index, item in enumerate(self.items)}
        )
        object.__setattr__(self, "scale", {scale.id: scale for scale in self.scales})
        object.__setattr__(self, "groups", tuple(dict.fromkeys(_restricted(self))))

        object.__setattr__(self, "items_beneath", self._items_beneath())

    def _items_beneath(self) -> dict[str, tuple[int, ...]]:
        """Return the positions of all items that each scale rests on, through its components where
        it has them.
        """
        found: dict[str, tuple[int, ...]] = {}
        for scale in self.scales:  # a composite comes after its components
            through = [position for part in scale.components for position in found.get(part, ())]
            found[scale.id] = tuple(sorted({*scale.items, *through}))
        return found

    def misfits(self, age: Number | None, sex: str | None) -> tuple[Misfit | None, ...]:
        """Return for each group of people that has numbers of its own why a respondent is not one
        of them. Respondents with the same misfits are held against the same numbers.
        """
        return tuple([group.misfit(age, sex) for group in self.groups])


def _restricted(instrument: Instrument) -> Iterator[Applicability]:
    """Yield for whom numbers are that are not for everybody."""
    numbers: list[Any] = [*instrument.norms, *instrument.criteria]
    groups = []
    for scale in instrument.scales:
        numbers += [*scale.bands, *scale.cutoffs, *scale.changes, *scale.reliabilities]
        numbers += [known for rule in scale.changes for known in rule.minimal_important]
        single = (scale.precision, scale.growth, scale.autocorrelation, scale.unevenness)
        numbers += [number for number in (*single, scale.expected_rates) if number is not None]
        numbers += [] if scale.transform is None else scale.transform.tables
        numbers += scale.linked
        groups.append(scale.within_person_sd_for)
    groups += [number.applies_to for number in numbers]
    yield from (group for group in groups if not group.is_open)
