"""Definitions for tests: invented forms with invented numbers, none of which belongs to a published
questionnaire.
"""

import copy
from typing import Any

Json = dict[str, Any]

SITE = {"source": "invented", "verification": "site"}


def _example(
    answers: list[int],
    total: float,
    mean: float,
    *,
    half: bool,
    two_often: bool,
    third: bool,
    working: str,
) -> Json:
    """Return an example of the invented form; the band "high" starts at 4."""
    return {
        "title": f"Total {total}",
        "answers": answers,
        "expect": {
            "scores": {"total": total, "mean": mean},
            "bands": {"total": {"thirds": "high" if total >= 4 else "low"}},
            "cutoffs": {"total": {"half": half}},
            "criteria": {"two-often": two_often},
            "risks": {"third": third},
        },
        "source": "arithmetic",
        "working": working,
    }


_DEFINITION: Json = {
    "id": "invented-form",
    "version": "1.0.0",
    "title": "Invented form",
    "construct": "nothing",
    "perspective": "client",
    "counterpart": None,
    "language": "en",
    "licence": {
        "holder": "nobody",
        "terms": "invented for tests",
        "url": None,
        "text_included": False,
        "permission_required": False,
    },
    "submitted_as": "codes",
    "key_sources": {"sources": ["invented"], "verification": "site"},
    "response_sets": {
        "often": {"min": 0, "max": 3, "labels": ["never", "seldom", "often", "always"]},
        "yes-no": {"options": [{"value": 0, "label": "no"}, {"value": 1, "label": "yes"}]},
    },
    "items": [
        {"id": "1", "response_set": "often"},
        {"id": "2", "response_set": "often", "reverse": True},
        {"id": "3", "response_set": "often"},
        {"id": "4", "response_set": "yes-no", "scored": False},
    ],
    "gates": [
        {
            "id": "no-work",
            "items": ["3"],
            "when": {"compare": {"item": "4", "op": "==", "value": 0}},
            "treat_as": 0,
            **SITE,
        }
    ],
    "scales": [
        {
            "id": "total",
            "title": "Total",
            "items": ["1", "2", "3"],
            "aggregation": "sum",
            "metric": "sum",
            "missing": {"min_answered": 2, "method": "prorate", **SITE},
            "direction": "higher_is_worse",
            "reliability": [{"kind": "alpha", "value": 0.91, **SITE}],
            "precision": {"sd": 2, "reliability": 0.91, "kind": "alpha", **SITE},
            "bands": [
                {
                    "system": "thirds",
                    "bands": [
                        {"id": "low", "label": "Low", "min": 0, "max": 3},
                        {"id": "high", "label": "High", "min": 4, "max": 9},
                    ],
                    **SITE,
                }
            ],
            "cutoffs": [{"system": "half", "op": ">=", "value": 5, **SITE}],
            "change": {
                "method": "jacobson_truax",
                "sd": 2,
                "reliability": 0.91,
                "kind": "alpha",
                "level": 0.95,
                "clinical_cutoff": "half",
                **SITE,
            },
        },
        {
            "id": "mean",
            "title": "Mean",
            "items": ["1", "2"],
            "aggregation": "mean",
            "metric": "mean",
            "missing": {"min_answered": 2, "method": "none"},
            "direction": "higher_is_worse",
        },
    ],
    "norms": [
        {
            "id": "adults",
            "population": "Invented people",
            "setting": None,
            "country": None,
            "n": 100,
            "age": None,
            "sex": None,
            "default": True,
            "digital": False,
            "percentile_model": "quantiles",
            "scales": {
                "total": {
                    "mean": 4,
                    "sd": 2,
                    "metric": "sum",
                    "quantiles": [[25, 3], [50, 4], [75, 6]],
                }
            },
            **SITE,
        }
    ],
    "criteria": [
        {
            "id": "two-often",
            "title": "Two of the first two items often",
            "kind": "boolean",
            "rule": {
                "count": {
                    "of": [{"each": {"items": ["1", "2"], "op": ">=", "value": 2}}],
                    "at_least": 2,
                }
            },
            **SITE,
        }
    ],
    "risks": [
        {
            "id": "third",
            "item": "3",
            "op": ">=",
            "value": 1,
            "severity": "low",
            "message": "Item 3.",
            **SITE,
        }
    ],
    "sources": [{"id": "invented", "citation": "Invented for the tests of this project."}],
    "examples": [
        {
            "title": "Ramp",
            "answers": [1, 2, 3, 1],
            "expect": {
                "scores": {"total": 5, "mean": 1},
                "sums": {"mean": 2},
                "means": {"total": 1.6666666666666667},
                "bands": {"total": {"thirds": "high"}},
                "criteria": {"two-often": False},
                "risks": {"third": True},
            },
            "source": "arithmetic",
            "working": "1 + (0 + 3 - 2) + 3 = 5; 5 / 3; (1 + 1) / 2 = 1",
        },
        {
            "title": "Item 2 left blank",
            "answers": {"1": 1, "3": 0, "4": 1},
            "expect": {"scores": {"total": 1.5, "mean": None}, "risks": {"third": False}},
            "source": "arithmetic",
            "working": "(1 + 0) / 2 * 3 = 1.5; the mean needs both items",
        },
        _example(
            [1, 0, 0, 0],
            4,
            2,
            half=False,
            two_often=False,
            third=False,
            working="1 + 3 + 0 = 4; (1 + 3) / 2 = 2; items 1 and 2 are 1 and 0",
        ),
        _example(
            [0, 2, 2, 1],
            3,
            0.5,
            half=False,
            two_often=False,
            third=True,
            working="0 + 1 + 2 = 3; (0 + 1) / 2 = 0.5",
        ),
        _example(
            [2, 2, 2, 1],
            5,
            1.5,
            half=True,
            two_often=True,
            third=True,
            working="2 + 1 + 2 = 5; (2 + 1) / 2 = 1.5; items 1 and 2 are both 2",
        ),
        _example(
            [3, 3, 1, 0],
            4,
            1.5,
            half=False,
            two_often=True,
            third=True,
            working="3 + 0 + 1 = 4; (3 + 0) / 2 = 1.5",
        ),
    ],
}


def make_definition(**changes: Any) -> Json:
    """Return a definition without faults, with top-level members replaced; None leaves a member as
    null.
    """
    return {**copy.deepcopy(_DEFINITION), **changes}


def make_keyless_definition() -> Json:
    """Return a definition whose key cannot be published: items are known, their scales are not."""
    definition = make_definition(
        id="invented-keyless",
        key="required",
        key_instructions="Supply the items of the scale total.",
        key_sources={"sources": [], "verification": "one-source"},
        examples=[],
        sources=[{"id": "invented", "citation": "Invented for the tests of this project."}],
    )
    for optional in ("gates", "norms", "criteria", "risks"):
        del definition[optional]
    total = definition["scales"][0]
    definition["scales"] = [
        {name: total[name] for name in ("id", "title", "aggregation", "metric", "direction")}
    ]
    definition["scales"][0] |= {"items": [], "missing": {"min_answered": 0, "method": "none"}}
    definition["min_answered"] = {"items": 3, **SITE}
    return definition


def make_key_overlay() -> Json:
    """Return an overlay that supplies an invented key to the keyless definition."""
    return {
        "extends": "invented-keyless@1.0.0",
        "version": "1.0.0+site.1",
        "key": "included",
        "key_instructions": None,
        "key_sources": {"sources": ["invented-key"], "verification": "site"},
        "scales": [{"id": "total", "items": ["1", "2", "3"], "missing": {"min_answered": 3}}],
        "sources": [
            {"id": "invented-key", "citation": "Invented key, for the tests of this project."}
        ],
        "examples": [
            {
                "title": "Ramp",
                "answers": [1, 2, 3, 1],
                "expect": {"scores": {"total": 5}},
                "source": "arithmetic",
                "working": "1 + (0 + 3 - 2) + 3 = 5",
            },
            {
                "title": "Lowest",
                "answers": [0, 3, 0, 0],
                "expect": {"scores": {"total": 0}},
                "source": "arithmetic",
                "working": "0 + (0 + 3 - 3) + 0 = 0",
            },
        ],
    }
