"""The shape of what the routes of sources answer with."""

from typing import Annotated, TypedDict

from service.api.answers import DefinitionFault, ProblemFault, ScoreReport
from service.scoring.instrument import Perspective
from service.scoring.report_shape import InstrumentIdentity
from service.sources.mapping import Scheme
from service.sources.reading import Outcome


class SourceField(TypedDict):
    """One key of a source."""

    key: Annotated[str, "The key, after what the mapping takes off."]
    item: Annotated[str, "The item that it leads to."]


class ListedMapping(TypedDict):
    """One mapping."""

    id: Annotated[str, "Name of the mapping."]
    title: Annotated[str, "Which source form and edition."]
    tool: Annotated[str, "The kind of source."]
    template: Annotated[bool, "The keys are examples that a copy replaces."]
    instrument: Annotated[str, "Id of the instrument."]
    version: Annotated[str, "Its version."]
    fields: Annotated[list[SourceField], "The keys of the source, those of other editions too."]
    signature: Annotated[
        Scheme | None,
        "How its payloads have to be signed; null: they need not be.",
    ]
    questionnaires: Annotated[list[str], "The FHIR forms that it is for."]
    sources: Annotated[list[str], "Where it is published what the payload holds."]
    notes: Annotated[list[str], "What a user must know."]


class Sources(TypedDict):
    """The mappings that are loaded."""

    sources: Annotated[list[ListedMapping], "By id."]


class SourceResponse(TypedDict):
    """What the payload says of its response, and how it was read."""

    mapping: Annotated[str, "Name of the mapping."]
    completed_at: Annotated[str | None, "Time of completion, as the source writes it."]
    language: Annotated[str | None, "Language, as the source writes it."]
    session: Annotated[int | None, "Number of the session."]
    finished: Annotated[
        bool | None, "Whether the response is finished; null: the mapping cannot tell."
    ]
    perspective: Annotated[Perspective | None, "Who answered, as the mapping tells it."]
    declared_missing: Annotated[
        list[str], "Items whose answer is a code that the mapping or the request calls missing."
    ]


class SourceReport(ScoreReport):
    """A score report of a source's payload, with what the payload says of its response.

    `warnings` also has `unknown_key`, `declared_missing`, `looks_shifted`,
    `supplied_total_mismatch` and `supplied_total_without_score`.
    """

    source_response_id: Annotated[
        str | None, "The source's own id of the response, by which a repeat is known."
    ]
    source: Annotated[SourceResponse, "The response."]


class MappedKey(TypedDict):
    """What became of one key of a payload."""

    key: Annotated[str | None, "The key, after what the mapping takes off; null: it has none."]
    pointer: Annotated[str, "JSON Pointer to it in the payload."]
    outcome: Annotated[Outcome, "What became of it."]
    leads_to: Annotated[str | None, "The item, or the scale of a score; null: nothing."]
    value: Annotated[
        float | str | None, "The answer that would be submitted, or the number that is compared."
    ]


class DryRun(TypedDict):
    """What a mapping makes of a payload, key by key. Nothing was scored."""

    instrument: Annotated[InstrumentIdentity, "What would be scored."]
    source_response_id: Annotated[str | None, "The source's own id of the response."]
    source: Annotated[SourceResponse, "The response."]
    keys: Annotated[list[MappedKey], "Every key that came, in the payload's order."]
    not_sent: Annotated[list[str], "Items that no key of the payload leads to."]
    errors: Annotated[list[ProblemFault], "What would keep it from being scored."]
    warnings: Annotated[list[ProblemFault], "What would be told beside the scores."]


class MappingCheck(TypedDict):
    """The result of checking a mapping."""

    valid: Annotated[bool, "Whether the mapping can be used."]
    errors: Annotated[list[DefinitionFault], "Every fault, in the order of the document."]
    warnings: Annotated[list[DefinitionFault], "What may be meant otherwise."]
