"""Shape of what a definition says about the form itself: who made it, when, for whom, who paid."""

from typing import Any

from marshmallow import validates_schema

from service.definitions.shape.evidence import Identifier, SourceShape, Title, described
from service.strict.fields import ListOf, ObjectOf, Shape, Text, fault


class StatementShape(Shape):
    """One thing that is said of the form with its source, or why it is not known."""

    value = Title("What is known.")
    source = Identifier("Id of the source, of this member's own sources or of the definition's.")
    reason = Title("Why it is not known; instead of a value.")

    @validates_schema
    def check_statement(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a statement without source, and one that is known and not."""
        if ("value" in data) == ("reason" in data):
            raise fault("wrong_shape", 'must have either "value" or "reason"')
        if "value" in data and "source" not in data:
            raise fault("required", "is required: a statement needs a source", "source")
        if "reason" in data and "source" in data:
            raise fault("not_allowed", 'is only allowed with "value"', "source")


class DatedStatementShape(StatementShape):
    """A date with its source, or why it is not known."""

    value = Text(
        pattern=r"\d{4}(-\d{2}(-\d{2})?)?",
        meaning="a year, month or day, such as 2001 or 2001-09",
        metadata=described("Year, month or day."),
    )


class SourceAttributesShape(Shape):
    """What is said of the form beyond its numbers; each member with a source or a reason."""

    developer = ObjectOf(StatementShape, metadata=described("Who made the form."))
    funding = ObjectOf(StatementShape, metadata=described("Who paid for making the form."))
    released = ObjectOf(
        DatedStatementShape, metadata=described("When the form was first published.")
    )
    revised = ObjectOf(
        StatementShape, metadata=described("When it was revised, and what changed then.")
    )
    intended_use = ObjectOf(
        StatementShape, metadata=described("What it is for, in its makers' sense.")
    )
    population = ObjectOf(
        StatementShape, metadata=described("Among whom it was developed: who, where, how many.")
    )
    contact = ObjectOf(StatementShape, metadata=described("Whom to ask for a licence."))
    sources = ListOf(
        ObjectOf(SourceShape),
        longest=50,
        metadata=described("Sources of these statements, which no number is taken from."),
    )
