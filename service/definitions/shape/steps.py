"""The shape of a recoding in steps: what numbers are worth between published limits."""

from itertools import pairwise
from typing import Any

from service.definitions.shape.evidence import described
from service.strict.fields import ListOf, Number, ObjectOf, Shape, fault

MOST_STEPS = 50


class StepShape(Shape):
    """What numbers are worth from a limit on, as far as the next step. The first step has no limit,
    every other has one.
    """

    worth = Number(required=True, metadata=described("What a number on this step is worth."))
    at_least = Number(metadata=described("The limit; a number equal to it is on this step."))
    above = Number(metadata=described("The limit; a number equal to it is on the step below."))


class StepsField(ListOf):
    """The steps of a recoding, ascending by their limits."""

    def __init__(self, text: str, **kwargs: Any) -> None:
        steps = ObjectOf(StepShape)
        super().__init__(steps, shortest=2, longest=MOST_STEPS, metadata=described(text), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        steps: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        limits = [_limits(step) for step in steps]
        for place, told in enumerate(limits):
            if place and len(told) != 1:
                text = 'must have one limit, "at_least" or "above"'
                raise fault("wrong_shape", text, place)
            if not place and told:
                text = "must be left out of the first step, which begins with the lowest number"
                raise fault("not_allowed", text, place, *told)
        known = [limit for told in limits for limit in told.values()]
        for place, (limit, following) in enumerate(pairwise(known), 2):
            if following <= limit:
                text = "must be greater than the limit of the step before"
                raise fault("wrong_order", text, place, *limits[place])
        return steps


def _limits(step: dict[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in ("at_least", "above") if name in step}
