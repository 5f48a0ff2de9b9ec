"""Worked examples of a draft: forms whose sums would be wrong with another key."""

from collections.abc import Sequence
from typing import Any

from service.definitions.skeleton import to_confirm
from service.fhir.importing.response_sets import Numbers, Use
from service.scoring.instrument import Number

Json = dict[str, Any]

_PATTERNS = (
    ("Every answer in turn", 0, 1),
    ("Every answer in turn, from the highest", -1, 1),
    ("Every answer the lowest", 0, 0),
    ("Every answer the highest", -1, 0),
)
"""Title of an example, the answer of its first item, and how far it goes on with each."""


def examples_of(items: Sequence[tuple[str, Use]]) -> list[Json]:
    """Return forms in which every answer comes in turn, and all are the lowest or the highest, with
    their sums; none where a number is left open.
    """
    choices = {item_id: _scores(use) for item_id, use in items}
    if not all(choices.values()):
        return []
    working = to_confirm("write the sum out, from the paper's key and not from the file")
    examples = []
    for title, first, step in _PATTERNS:
        picked = {
            item_id: scores[first if step == 0 else (first + place) % len(scores)]
            for place, (item_id, scores) in enumerate(choices.items())
        }
        examples.append(
            {
                "title": title,
                "answers": {item_id: value for item_id, (value, _) in picked.items()},
                "expect": {"scores": {"total": sum(score for _, score in picked.values())}},
                "source": "arithmetic",
                "working": working,
            }
        )
    return examples


def _scores(use: Use) -> list[tuple[Number, Number]]:
    """Return pairs of what is submitted and what it is worth, from the lowest on; none where that
    is not known.
    """
    base = use.base
    if isinstance(base, Numbers):
        return [(base.lowest, base.lowest), (base.highest, base.highest)]
    if not base.is_known:
        return []
    values = sorted(weight for weight in base.weights if weight is not None)
    ends = values[0] + values[-1]
    return [(value, ends - value if use.reverse else value) for value in values]
