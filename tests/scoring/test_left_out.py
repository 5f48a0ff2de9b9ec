"""What a definition or a caller leaves out: what it then means."""

import pytest

from service.scoring.alert_settings import AlertSettings, DirectAnswer, ScaleAlerts
from service.scoring.answers import Baseline, Form, Submission
from service.scoring.applicability import Applicability
from service.scoring.instrument import (
    BandSystem,
    ChangeRule,
    Cutoff,
    ExpectedRates,
    Growth,
    Instrument,
    Item,
    LinkedTable,
    MinimalImportantDifference,
    MissingRule,
    NormGroup,
    NormScale,
    Precision,
    Reliability,
    ResponseOption,
    ResponseSet,
    Sample,
    Scale,
    SessionFigure,
    Term,
    Transform,
)
from service.scoring.missing import NONE, MissingMethod
from service.scoring.recoding.steps import Step
from service.scoring.rules import Criterion, Gate
from tests.scoring.forms import items, scale, steps

ALL = Applicability(None, None, None, of_unknown_age=False)
NOBODY_IN_PARTICULAR = Sample(n=None, population=None, note=None, derived=False)
FOR_ALL = {"applies_to": ALL, "sample": NOBODY_IN_PARTICULAR}
FOUR = steps(0, 3)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Applicability, {"minimum_age": None, "maximum_age": None, "sex": None}),
        (Sample, {"n": None, "population": None, "note": None, "derived": False}),
        (
            lambda **told: ResponseOption(1, 2, **told),
            {
                "label": None,
                "code": None,
                "other_codes": (),
                "missing": False,
                "translations": {},
            },
        ),
        (
            lambda **told: ResponseSet("line", 0, 10, **told),
            {"options": (), "steps": None, "clock": False},
        ),
        (
            lambda **told: Item("1", FOUR, **told),
            {
                "reverse": False,
                "mirrored": False,
                "scored": True,
                "optional": False,
                "text": None,
                "codes": (),
            },
        ),
        (lambda **told: Term((0,), **told), {"min_answered": 1}),
        (
            lambda **told: MissingRule(3, **told),
            {"method": NONE, "round": False, "source": None},
        ),
        (
            lambda **told: MissingMethod("x", "r", None, "w", "p", frozenset(), **told),
            {"fill": None, "by_count_alone": True, "may_round": False},
        ),
        (
            lambda **told: Transform("sum", **told),
            {"factor": 1, "offset": 0, "tables": (), "source": None, "steps": None},
        ),
        (lambda **told: Step(1, 2, **told), {"above": False}),
        (lambda **told: Precision(1, None, None, "s", **told), FOR_ALL),
        (lambda **told: LinkedTable("t", "T", "u", "m", {}, "s", **told), FOR_ALL),
        (lambda **told: Growth(1, 2, "s", **told), FOR_ALL),
        (lambda **told: SessionFigure(0.3, "s", **told), FOR_ALL),
        (lambda **told: ExpectedRates((5,), {}, {}, 1.0, None, "s", **told), FOR_ALL),
        (
            lambda **told: Reliability("alpha", 0.9, "s", **told),
            {"sample": None, "applies_to": ALL},
        ),
        (lambda **told: BandSystem("b", (), "s", **told), {"applies_to": ALL}),
        (lambda **told: Cutoff("c", ">=", 1, "s", **told), {"label": None, "applies_to": ALL}),
        (
            lambda **told: MinimalImportantDifference("m", 1, "s", **told),
            {"direction": "improvement", "applies_to": ALL},
        ),
        (
            lambda **told: ChangeRule(None, **told),
            {
                "reliable_change": None,
                "standard_error_of_difference": None,
                "level": None,
                "source": None,
                "minimal_important": (),
                "clinical_cutoff": None,
                "applies_to": ALL,
            },
        ),
        (
            lambda **told: Scale("s", "S", "sum", "sum", "higher_is_worse", MissingRule(1), **told),
            {
                "terms": (),
                "weights": None,
                "at_least": (),
                "components": (),
                "composite_method": "sum",
                "ratio": None,
                "unit": None,
                "within_person_sd": None,
                "within_person_sd_for": ALL,
                "within_person_sd_sample": NOBODY_IN_PARTICULAR,
            },
        ),
        (lambda **told: NormScale(1, 2, "sum", **told), {"quantiles": (), "skew": None}),
        (
            lambda **told: NormGroup("n", "N", 1, True, False, None, {}, "s", **told),
            {
                "setting": None,
                "country": None,
                "warning": None,
                "applies_to": ALL,
                "perspective": None,
                "collected": None,
                "published": None,
            },
        ),
        (
            lambda **told: Instrument("i", "1", "sha256:0", "I", items(1), (scale([0]),), **told),
            {
                "perspective": None,
                "perspectives": (),
                "submitted_as": "codes",
                "key_required": False,
                "key_instructions": None,
                "min_answered": 0,
                "gates": (),
                "norms": (),
                "criteria": (),
                "risks": (),
                "sources": {},
                "alerts": None,
            },
        ),
        (lambda **told: Criterion("c", "C", (), False, "s", **told), {"applies_to": ALL}),
        (lambda **told: Gate("g", (), None, 0, False, False, "s", **told), {"unasked": False}),
        (
            lambda **told: DirectAnswer((0,), ">=", 1, **told),
            {"every": False},
        ),
        (ScaleAlerts, {"fixed_drop": None, "item_floor": None, "cutoff": None}),
        (
            AlertSettings,
            {
                "watch": ("total",),
                "scales": {},
                "tension": None,
                "resolution": None,
                "only_direct": False,
            },
        ),
        (Baseline, {"answers": None, "scores": None, "not_applicable": ()}),
        (
            lambda **told: Submission([1], **told),
            {
                "not_applicable": (),
                "encoding": "value",
                "perspective": None,
                "age": None,
                "sex": None,
                "reference": None,
                "norms": None,
                "baseline": None,
            },
        ),
        (
            lambda **told: Form([1], [1], **told),
            {
                "not_applicable": frozenset(),
                "excluded": frozenset(),
                "gated": {},
                "warnings": (),
                "answered": 0,
                "unasked": frozenset(),
                "not_known": frozenset(),
            },
        ),
    ],
)
def test_what_a_definition_or_a_caller_leaves_out_says_nothing(one, said):
    assert one() == one(**said)
    for name, value in said.items():
        assert getattr(one(), name) == value


def test_a_scale_is_watched_by_settings_of_its_own_or_by_none():
    own = ScaleAlerts(fixed_drop=5)
    settings = AlertSettings(scales={"total": own})
    assert settings.of_scale("total") is own
    assert settings.of_scale("bond") == ScaleAlerts()
