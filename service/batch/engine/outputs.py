"""The output columns: their names, and how they are read off the report of one form."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal, get_args

from service.batch.engine.cases import Aspect, Output, Values
from service.scoring.instrument import Instrument, Scale
from service.scoring.missing import MISSING_METHODS
from service.scoring.report_shape import ScaleScore, ScoreReport
from service.scoring.rules import Criterion, Risk

Extra = Literal["bands", "criteria", "linked", "risks"]
EXTRAS: tuple[Extra, ...] = get_args(Extra)

COMPLETE, FILLED_IN = "complete", "prorated"
STATUSES = (
    COMPLETE,
    FILLED_IN,
    *dict.fromkeys(method.reason for method in MISSING_METHODS),
    "too_few_answered_in_form",
    "not_applicable",
    "component_not_scored",
    "no_table_fits",
    "raw_score_not_in_table",
    "impossible_ratio",
)
"""What a status column may say, as that of `POST /v1/batch`: that there is a score, of every item
or with a rule that filled in blanks, or why there is none."""

_COMPARED = ("z", "t", "percentile")
_RISK = "risks."


def scale_aspect(
    instrument: Instrument, scale: Scale, norms: Sequence[str], extras: Collection[str]
) -> Aspect:
    """Return what is told of a scale: value, sum, mean and status, and as far as they were asked
    for its comparison with norm groups and its bands.
    """
    name = scale.id
    held = {norm.id for norm in instrument.norms if scale.id in norm.scales}
    norms = [norm for norm in norms if norm in held]
    systems = list(_systems(scale)) if "bands" in extras else []
    targets = list(_targets(scale)) if "linked" in extras else []
    outputs = (
        *(Output(f"{name}.{figure}") for figure in ("value", "sum", "mean")),
        Output(f"{name}.status", "word", STATUSES),
        *(Output(f"{name}.{norm}.{figure}") for norm in norms for figure in _COMPARED),
        *(
            Output(f"{name}.{system}.band", "word", tuple(_bands(scale, system)))
            for system in systems
        ),
        *(Output(f"{name}.{target}.linked") for target in targets),
    )

    def extract(report: ScoreReport) -> Values:
        """Read the scale's columns off a report."""
        score = report["scores"][name]
        compared: dict[str, Any] = {one["id"]: one for one in score["norms"]}
        bands = {one["system"]: one["id"] for one in score["bands"]}
        linked = {one["target"]: one["value"] for one in score.get("linked", ())}
        return (
            *(score["value"], score["sum"], score["mean"]),
            _status(score),
            *(compared.get(norm, {}).get(figure) for norm in norms for figure in _COMPARED),
            *(bands.get(system) for system in systems),
            *(linked.get(target) for target in targets),
        )

    return Aspect(outputs, extract)


def criterion_aspect(criterion: Criterion) -> Aspect:
    """Return what is told of a criterion: true, false or a level; nothing where the answers do not
    decide it.
    """
    levels = [level for level, _ in criterion.levels]
    name = f"criteria.{criterion.id}"
    if isinstance(criterion.otherwise, bool):
        output = Output(name, "flag")
    else:
        words = dict.fromkeys(str(level) for level in (criterion.otherwise, *levels))
        output = Output(name, "word", tuple(words))
    return Aspect((output,), lambda report: (report["criteria"][criterion.id]["value"],))


def risk_aspect(risk: Risk) -> Aspect:
    """Return what is told of a safety flag: raised or not; nothing where its item is blank."""

    def extract(report: ScoreReport) -> Values:
        """Read the flag off a report."""
        return tuple(one["raised"] for one in report["risks"] if one["id"] == risk.id)

    return Aspect((Output(f"{_RISK}{risk.id}", "flag"),), extract)


def is_risk(output: Output) -> bool:
    """Tell whether a column tells a safety flag."""
    return output.name.startswith(_RISK)


def _status(score: ScaleScore) -> str:
    if score["reason"] is not None:
        return score["reason"]
    return COMPLETE if score["missing_rule"] is None else FILLED_IN


def _systems(scale: Scale) -> Iterator[str]:
    """Yield each set of bands once: those for several ages or sexes bear one name."""
    yield from dict.fromkeys(bands.system for bands in scale.bands)


def _targets(scale: Scale) -> Iterator[str]:
    """Yield each measure that the scale is linked to once."""
    yield from dict.fromkeys(table.target for table in scale.linked)


def _bands(scale: Scale, system: str) -> Iterator[str]:
    known = (band.id for bands in scale.bands if bands.system == system for band in bands.bands)
    yield from dict.fromkeys(known)
