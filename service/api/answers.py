"""The shape of what the routes answer with: every member with its type and a sentence.

The description of the service is written from these types.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NewType, NotRequired, TypedDict

from service.alliance.report import report_shape as course_shape
from service.alliance.report.report_shape import RuleProvenance, Severity
from service.api.problems import TITLES
from service.definitions.glance import LEGEND
from service.scoring import report_shape
from service.scoring.instrument import Direction, Metric, Perspective
from service.scoring.report_shape import DIGEST, Choices, InstrumentIdentity, Pattern, ReportSource

LicenceOfDefinition = NewType("LicenceOfDefinition", Mapping[str, Any])
CodeOfDefinition = NewType("CodeOfDefinition", Mapping[str, Any])
"""Parts of a definition that answers hold as they stand in the file."""


class ScoreReport(report_shape.ScoreReport):
    """Everything that can honestly be said about one completed form.

    The same request to the same version gives the same bytes.
    """

    service_version: Annotated[str, "Version of the service."]


class CourseReport(course_shape.CourseReport):
    """Everything that can honestly be said about a course of treatment.

    The same request to the same version gives the same bytes.
    """

    instruments: Annotated[list[InstrumentIdentity], "The definitions that were used."]
    service_version: Annotated[str, "Version of the service."]
    result_id: Annotated[
        str, "Digest of definitions and input. As confidential as the answers.", DIGEST
    ]


class AlertRule(TypedDict):
    """One rule of the battery."""

    id: Annotated[str, "Rule id.", Pattern(r"^[RP][0-9]{2}$")]
    name: Annotated[str, "Name."]
    title: Annotated[str, "In a few words."]
    formula: Annotated[str, "When it fires."]
    minimum_data: Annotated[str, "What it needs; with less it is null."]
    severity: Annotated[Severity, "What it alone amounts to."]
    provenance: Annotated[RuleProvenance, "Where it comes from."]
    parameters: Annotated[Mapping[str, Any], "Default thresholds."]
    sources: Annotated[list[str], "Ids of sources, see `sources`."]
    rates: Annotated[Mapping[str, Any] | None, "Simulated rates; null where it was not simulated."]


class AlertRules(TypedDict):
    """The battery with its simulated error rates."""

    rules: Annotated[list[AlertRule], "The alert rules."]
    repairs: Annotated[list[AlertRule], "The repair states."]
    policy: Annotated[
        Mapping[str, Any], "Simulated rates of the whole policy, and what was simulated."
    ]
    sources: Annotated[Mapping[str, ReportSource], "Sources by id."]


class ProblemFault(TypedDict):
    """One fault of a request."""

    pointer: Annotated[
        str,
        "JSON Pointer (RFC 6901) to the member of the body that is at fault; empty: the whole "
        "body, or the query.",
    ]
    code: Annotated[str, "What is wrong, as a code that does not change."]
    detail: Annotated[str, "What is wrong, as a sentence. It never repeats what was sent."]
    allowed: NotRequired[Annotated[Any, "What is allowed there, where that can be said."]]


class Hint(TypedDict):
    """One instrument that goes by the name that was asked for."""

    id: Annotated[str, "Instrument id."]
    hint: Annotated[str, "What tells it from the others."]


class Problem(TypedDict):
    """A request that was not answered (RFC 9457)."""

    type: Annotated[str, "`/problems/` and the code.", Pattern(r"^/problems/[a-z_]+$")]
    title: Annotated[str, "What kind of problem this is."]
    status: Annotated[int, "The HTTP status."]
    detail: Annotated[str, "A sentence about this request. It never repeats what was sent."]
    code: Annotated[
        str,
        "The kind of problem, as a code that does not change.",
        Choices(*zip(*sorted(TITLES.items()), strict=True)),
    ]
    errors: Annotated[list[ProblemFault], "Every fault of the request, all at once."]
    request_id: Annotated[str, "The X-Request-Id of this response, for asking about it."]
    parameter: NotRequired[Annotated[str, "The query parameter that is at fault."]]
    suggestions: NotRequired[
        Annotated[list[str], "Instrument ids that are close to the unknown one."]
    ]
    hints: NotRequired[
        Annotated[list[Hint], "What tells apart the instruments that go by this name."]
    ]


class DefinitionFault(TypedDict):
    """One fault of a definition."""

    pointer: Annotated[
        str,
        "JSON Pointer (RFC 6901) into the definition, after an overlay has been merged into its "
        "base.",
    ]
    code: Annotated[str, "What is wrong, as a code that does not change."]
    detail: Annotated[str, "What is wrong and what is allowed."]


class CheckResult(TypedDict):
    """The result of checking a definition."""

    valid: Annotated[bool, "Whether the definition can be used."]
    digest: Annotated[
        str | None, "Digest of the definition, as reports name it; null with faults.", DIGEST
    ]
    errors: Annotated[list[DefinitionFault], "Every fault, in the order of the document."]


class Alive(TypedDict):
    """The process answers."""

    status: Annotated[Literal["alive"], "Always `alive`."]


class Ready(TypedDict):
    """The process should get requests."""

    status: Annotated[Literal["ready"], "Always `ready`."]
    instruments: Annotated[int, "Number of definitions."]


class Version(TypedDict):
    """What is running."""

    service: Annotated[str, "Version of the service."]
    revision: Annotated[str, "Revision of the source code that it was built from."]
    python: Annotated[str, "Version of Python."]
    definitions_digest: Annotated[
        str,
        "Digest of everything that is loaded: definitions, mappings and languages, as "
        "`python -m service manifest` writes it. The same in every process of one set.",
        DIGEST,
    ]
    instruments: Annotated[list[InstrumentIdentity], "Every definition that is loaded."]


class CatalogueScale(TypedDict):
    """One scale of an instrument."""

    id: Annotated[str, "Scale id."]
    title: Annotated[str, "Title of the scale."]
    metric: Annotated[Metric, "Metric of the headline value."]
    unit: Annotated[str | None, "Plain name of the metric."]
    direction: Annotated[Direction, "Which way is better."]


class CatalogueNorm(TypedDict):
    """One norm group of an instrument."""

    id: Annotated[str, "Norm group id."]
    default: Annotated[bool, "Used when the caller names no norms."]
    digital: Annotated[bool, "A cohort of a digital therapy; never default."]
    collected: Annotated[int | None, "Year in which the last of them was asked."]
    published: Annotated[int | None, "Year in which these numbers came out."]


OF_LEGEND = Choices(*zip(*LEGEND.items(), strict=True))


class Glance(TypedDict):
    """What an instrument has and lacks, each as a code that `legend` explains."""

    key: Annotated[str, "The scoring key.", OF_LEGEND]
    labels: Annotated[str, "Words of the answers.", OF_LEGEND]
    codes: Annotated[str, "Codes of a terminology: of the form, its items, its answers.", OF_LEGEND]
    norms: Annotated[str, "Norm groups.", OF_LEGEND]
    percentiles: Annotated[str, "Percentile ranks in a norm group.", OF_LEGEND]
    change: Annotated[str, "Which change is beyond error.", OF_LEGEND]
    bands: Annotated[str, "Bands of severity.", OF_LEGEND]


class CatalogueEntry(TypedDict):
    """One version of one instrument."""

    id: Annotated[str, "Instrument id."]
    version: Annotated[str, "Semantic version; `+` marks a site's own overlay."]
    digest: Annotated[str, "Digest of the definition, as reports name it.", DIGEST]
    title: Annotated[str, "Name of the instrument."]
    construct: Annotated[str, "What it measures."]
    perspective: Annotated[Perspective | None, "Who rates."]
    perspectives: Annotated[
        list[Annotated[Perspective, "Who may rate."]],
        "Where one form serves several raters: which.",
    ]
    counterpart: Annotated[str | None, "Id of the form for the other rater."]
    language: Annotated[str, "Language of the form whose key this is."]
    timeframe: Annotated[str | None, "The time that the answers are about."]
    licence: Annotated[LicenceOfDefinition, "Who holds the rights and what they allow."]
    submitted_as: Annotated[
        Literal["codes", "scores"], "Whether answers are the printed codes or item scores."
    ]
    key: Annotated[
        Literal["included", "required"], "`required`: a site has to supply the scoring key."
    ]
    key_instructions: Annotated[str | None, "What has to be supplied."]
    extends: Annotated[str | None, "The definition that this overlay adds to, as `id@version`."]
    n_items: Annotated[int, "Number of items."]
    scales: Annotated[list[CatalogueScale], "The scales."]
    norms: Annotated[list[CatalogueNorm], "The norm groups."]
    criteria: Annotated[list[str], "Ids of the criteria."]
    risks: Annotated[list[str], "Ids of the safety flags."]
    codes: Annotated[list[CodeOfDefinition], "Codes of the instrument."]
    notes: Annotated[list[str], "What a user of the numbers must know."]
    notices: Annotated[list[str], "Texts that must go along with the definition."]
    at_a_glance: Annotated[Glance, "What it has and lacks."]


class Catalogue(TypedDict):
    """The instruments that match."""

    instruments: Annotated[list[CatalogueEntry], "By id, then version."]
    legend: Annotated[Mapping[str, str], "What the codes of `at_a_glance` say."]


class ShortEntry(TypedDict):
    """What one needs to choose an instrument."""

    id: Annotated[str, "Instrument id."]
    version: Annotated[str, "Semantic version; `+` marks a site's own overlay."]
    title: Annotated[str, "Name of the instrument."]
    construct: Annotated[str, "What it measures."]
    perspective: Annotated[Perspective | None, "Who rates."]
    perspectives: Annotated[
        list[Annotated[Perspective, "Who may rate."]],
        "Where one form serves several raters: which.",
    ]
    key: Annotated[
        Literal["included", "required"], "`required`: a site has to supply the scoring key."
    ]
    n_items: Annotated[int, "Number of items."]
    text_included: Annotated[bool, "Whether the definition has the wording of the items."]
    permission_required: Annotated[bool, "Whether using the form needs permission."]
    n_norms: Annotated[int, "Number of norm groups."]
    n_default_norms: Annotated[int, "How many of them are used when the caller names no norms."]
    at_a_glance: Annotated[Glance, "What it has and lacks."]


class ShortCatalogue(TypedDict):
    """The instruments that match, in short."""

    instruments: Annotated[list[ShortEntry], "By id, then version."]
    legend: Annotated[Mapping[str, str], "What the codes of `at_a_glance` say."]
