"""Shapes of rules, criteria and risks."""

from typing import Any

from marshmallow import validates_schema

from service.definitions.shape.evidence import ForWhom, Identifier, Sourced, Title, described
from service.scoring.rules import OPERATORS
from service.strict.fields import (
    ByType,
    ListOf,
    Number,
    ObjectOf,
    OneShapeOf,
    Shape,
    Text,
    Whole,
    fault,
)


def Operator() -> Text:
    """Return the field of a comparison operator."""
    return Text(choices=OPERATORS, required=True)


def rule_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of a rule by the member that tells them apart."""
    return {
        "all": AllRule,
        "any": AnyRule,
        "not": NotRule,
        "count": CountRule,
        "compare": CompareRule,
    }


def counted_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of what can be counted."""
    return {"each": EachRule, **rule_shapes()}


class RuleField(OneShapeOf):
    """A rule over items, scales and the respondent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rule_shapes, **kwargs)


class CountedField(OneShapeOf):
    """A rule, or one comparison for each of several items."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(counted_shapes, **kwargs)


class Comparison(Shape):
    """A comparison of an item, a scale, or the respondent's age or sex with a value."""

    item = Identifier("Item id; compared by the value as submitted.")
    scale = Identifier("Scale id; compared by its headline value.")
    respondent = Text(choices=("age", "sex"))
    op = Operator()
    value = ByType({"number": Number(), "string": Text(choices=("female", "male"))}, required=True)

    @validates_schema
    def check_subject(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a comparison of nothing or of several things, and a value that does not fit the
        subject.
        """
        subjects = [name for name in ("item", "scale", "respondent") if name in data]
        if len(subjects) != 1:
            raise fault(
                "wrong_shape", 'must have exactly one of the members "item", "scale", "respondent"'
            )
        about_sex = data.get("respondent") == "sex"
        if about_sex != isinstance(data["value"], str):
            allowed = '"female" or "male"' if about_sex else "a number"
            raise fault("wrong_type", f"must be {allowed}", "value")
        if about_sex and data["op"] not in ("==", "!="):
            raise fault("not_allowed", 'must be one of "==", "!=" for sex', "op")


class AllRule(Shape):
    """True when every rule is."""

    all = ListOf(RuleField(), required=True, shortest=1)


class AnyRule(Shape):
    """True when at least one rule is."""

    any = ListOf(RuleField(), required=True, shortest=1)


class CompareRule(Shape):
    """A single comparison."""

    compare = ObjectOf(Comparison, required=True)


class CountBounds(Shape):
    """Rules and how many of them must be true."""

    of = ListOf(CountedField(), required=True, shortest=1)
    at_least = Whole(at_least=0, required=True)
    at_most = Whole(at_least=0)


class CountRule(Shape):
    """True when the number of true rules is within the bounds."""

    count = ObjectOf(CountBounds, required=True)


class EachItem(Shape):
    """The same comparison for each of several items."""

    items = ListOf(Identifier("Item id."), required=True, shortest=1)
    op = Operator()
    value = Number(required=True)


class EachRule(Shape):
    """One comparison for each item."""

    each = ObjectOf(EachItem, required=True)


# "not" is no name for an attribute in Python.
NotRule: type[Shape] = type(
    "NotRule",
    (Shape,),
    {"__doc__": "True when the rule is false.", "not": RuleField(required=True)},
)


class BooleanCriterion(ForWhom, Sourced):
    """A criterion that is met or not."""

    id = Identifier("Name of the criterion.", required=True)
    title = Title("Title of the criterion.", required=True)
    kind = Text(choices=("boolean",), required=True)
    rule = RuleField(required=True)


class Level(Shape):
    """One level of a criterion and the rule under which it is reached."""

    level = Identifier("Name of the level.", required=True)
    rule = RuleField(required=True)


class LevelCriterion(ForWhom, Sourced):
    """A criterion with levels; the first whose rule holds is the result."""

    id = Identifier("Name of the criterion.", required=True)
    title = Title("Title of the criterion.", required=True)
    kind = Text(choices=("level",), required=True)
    levels = ListOf(ObjectOf(Level), required=True, shortest=1, longest=50)
    otherwise = Identifier("The level when no rule holds.", required=True)


def criterion_shapes() -> dict[str, type[Shape]]:
    """Return the shapes of a criterion by kind."""
    return {"boolean": BooleanCriterion, "level": LevelCriterion}


class RiskShape(Sourced):
    """A safety flag on one item, by the value as submitted."""

    id = Identifier("Name of the flag.", required=True)
    item = Identifier("Item id.", required=True)
    op = Operator()
    value = Number(required=True)
    severity = Text(choices=("high", "moderate", "low"), required=True)
    message = Text(required=True, metadata=described("Neutral wording, shown to the clinician."))
