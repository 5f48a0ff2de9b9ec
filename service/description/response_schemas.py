"""What every route but scoring answers with, described for the OpenAPI document. Nothing is loaded
with these.
"""

from marshmallow import fields

from service.api.problems import TITLES
from service.definitions.shape.definition import PERSPECTIVES
from service.definitions.shape.evidence import Code, Licence
from service.description.report_schemas import DIGEST, InstrumentIdentity
from service.description.response_fields import Answer, boolean, listing, one, text, whole
from service.scoring.instrument import DIRECTIONS, METRICS


class ProblemFault(Answer):
    """One fault of a request."""

    pointer = text(
        "JSON Pointer (RFC 6901) to the member of the body that is at fault; empty: the whole body."
    )
    code = text("What is wrong, as a code that does not change.")
    detail = text("What is wrong, as a sentence. It never repeats what was sent.")
    allowed = fields.Raw(metadata={"description": "What is allowed there, where that can be said."})


class Hint(Answer):
    """One instrument that goes by the name that was asked for."""

    id = text("Instrument id.")
    hint = text("What tells it from the others.")


class Problem(Answer):
    """A request that was not answered (RFC 9457)."""

    type = text("`/problems/` and the code.", pattern=r"^/problems/[a-z_]+$")
    title = text("What kind of problem this is.")
    status = whole("The HTTP status.")
    detail = text("A sentence about this request. It never repeats what was sent.")
    code = fields.String(
        required=True,
        metadata={
            "description": "The kind of problem, as a code that does not change.",
            "oneOf": [{"const": code, "title": title} for code, title in sorted(TITLES.items())],
        },
    )
    errors = listing(fields.Nested(ProblemFault), "Every fault of the request, all at once.")
    request_id = text("The X-Request-Id of this answer, for asking about it.")
    parameter = text("The query parameter that is at fault.", required=False)
    suggestions = listing(
        fields.String(), "Instrument ids that are close to the unknown one.", required=False
    )
    hints = listing(
        fields.Nested(Hint),
        "What tells apart the instruments that go by this name.",
        required=False,
    )


class DefinitionFault(Answer):
    """One fault of a definition."""

    pointer = text(
        "JSON Pointer (RFC 6901) into the definition, after an overlay has been merged into "
        "its "
        "base."
    )
    code = text("What is wrong, as a code that does not change.")
    detail = text("What is wrong and what is allowed.")


class CheckResult(Answer):
    """The result of checking a definition."""

    valid = boolean("Whether the definition can be used.")
    digest = text(
        "Digest of the definition, as reports name it; null with faults.", pattern=DIGEST, null=True
    )
    errors = listing(fields.Nested(DefinitionFault), "Every fault, in the order of the document.")


class Alive(Answer):
    """The process answers."""

    status = text("Always `alive`.", choices=("alive",))


class Ready(Answer):
    """The process should get requests."""

    status = text("Always `ready`.", choices=("ready",))
    instruments = whole("Number of definitions.")


class Version(Answer):
    """What is running."""

    service = text("Version of the service.")
    revision = text("Revision of the source code that it was built from.")
    python = text("Version of Python.")
    instruments = listing(fields.Nested(InstrumentIdentity), "Every definition that is loaded.")


class CatalogueScale(Answer):
    """One scale of an instrument."""

    id = text("Scale id.")
    title = text("Title of the scale.")
    metric = text("Metric of the headline value.", choices=METRICS)
    unit = text("Plain name of the metric.", null=True)
    direction = text("Which way is better.", choices=DIRECTIONS)


class CatalogueNorm(Answer):
    """One norm group of an instrument."""

    id = text("Norm group id.")
    default = boolean("Used when the caller names no norms.")
    digital = boolean("A cohort of a digital therapy; never default.")


class CatalogueEntry(Answer):
    """One version of one instrument."""

    id = text("Instrument id.")
    version = text("Semantic version; `+` marks a site's own overlay.")
    digest = text("Digest of the definition, as reports name it.", pattern=DIGEST)
    title = text("Name of the instrument.")
    construct = text("What it measures.")
    perspective = text("Who rates.", choices=PERSPECTIVES, null=True)
    perspectives = listing(
        text("Who may rate.", choices=PERSPECTIVES), "Where one form serves several raters: which."
    )
    counterpart = text("Id of the form for the other rater.", null=True)
    language = text("Language of the form whose key this is.")
    timeframe = text("The time that the answers are about.", null=True)
    licence = one(Licence, "Who holds the rights and what they allow.")
    submitted_as = text(
        "Whether answers are the printed codes or item scores.", choices=("codes", "scores")
    )
    key = text(
        "`required`: a site has to supply the scoring key.", choices=("included", "required")
    )
    key_instructions = text("What has to be supplied.", null=True)
    extends = text("The definition that this overlay adds to, as `id@version`.", null=True)
    n_items = whole("Number of items.")
    scales = listing(fields.Nested(CatalogueScale), "The scales.")
    norms = listing(fields.Nested(CatalogueNorm), "The norm groups.")
    criteria = listing(fields.String(), "Ids of the criteria.")
    risks = listing(fields.String(), "Ids of the safety flags.")
    codes = listing(fields.Nested(Code), "Codes of the instrument.")
    notes = listing(fields.String(), "What a user of the numbers must know.")


class Catalogue(Answer):
    """The instruments that match."""

    instruments = listing(fields.Nested(CatalogueEntry), "By id, then version.")
