"""The check of a definition: every fault at once, and the instrument when there is none."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from marshmallow import ValidationError

from service.definitions.build.instrument import build_instrument
from service.definitions.checks.alerts import check_alerts
from service.definitions.checks.attainable import AttainableScores
from service.definitions.checks.bands import check_bands, check_cutoffs
from service.definitions.checks.codes import check_codes
from service.definitions.checks.figures import check_figures
from service.definitions.checks.filled import check_filled
from service.definitions.checks.groups import check_respondents
from service.definitions.checks.items import check_items
from service.definitions.checks.norms import check_norms
from service.definitions.checks.parts import Parts, member_object, objects, sound_parts
from service.definitions.checks.recoded import check_recoded
from service.definitions.checks.references import check_references
from service.definitions.checks.scales import check_scales
from service.definitions.checks.tables import check_linked, check_tables
from service.definitions.counterparts import check_counterpart, latest
from service.definitions.examples.noticing import check_noticing
from service.definitions.examples.run import check_examples
from service.definitions.limits import check_size, check_work
from service.definitions.notices import with_notices
from service.definitions.overlay import merge
from service.definitions.shape.definition import SCHEMA_MEMBER, Definition, OverlayShape
from service.definitions.shared_items import check_shared_items
from service.definitions.skeleton import unfilled
from service.definitions.versions import release_of
from service.scoring.instrument import Instrument
from service.scoring.issue import Issue
from service.scoring.report import Scorer
from service.strict.faults import in_document_order, shape_faults
from service.strict.fields import schema_of

Bases = Mapping[str, Mapping[str, Any]]


class Checked(NamedTuple):
    """The result of a check: the resolved document with its instrument and scorer, or the
    faults.
    """

    instrument: Instrument | None
    faults: tuple[Issue, ...]
    document: dict[str, Any] | None = None
    scorer: Scorer | None = None


def check_definition(document: object, bases: Bases | None = None) -> Checked:
    """Check a definition, or an overlay on one of the `bases` (resolved definitions by
    "id@version").

    Refuses what would take too long to look at. Checks the shape, then everything that its members
    say about each other as far as their shape is sound, and, where all that is right, runs the
    examples. Pointers of an overlay's faults lead into the resolved definition. Never raises.
    """
    if too_large := tuple(check_size(document)):
        return Checked(None, too_large)
    if isinstance(document, dict) and "extends" in document:
        document, faults = resolve(document, bases or {})
        if faults := faults or tuple(check_size(document)):
            return Checked(None, faults)
    loaded, found = _shape(document)
    document = _of_the_instrument(document)
    found = _with_unfilled(found, document)
    found += _contradictions(document, found)
    if found or loaded is None or not isinstance(document, dict):
        return Checked(None, in_document_order(found, document))
    document = with_notices(document)
    instrument = build_instrument(loaded, document)
    scorer = Scorer(instrument)
    if not instrument.key_required:
        found += check_examples(scorer, loaded["examples"])
    if found:
        return Checked(None, in_document_order(found, document))
    return Checked(instrument, (), document, scorer)


def check_for_author(document: object, bases: Bases | None = None) -> Checked:
    """Check a definition as `check_definition` does, and whether its examples would notice errors.

    That takes longer than loading allows, and says nothing of a form that is scored.
    """
    checked = noticed(check_definition(document, bases))
    if checked.document is None:
        return checked
    others = latest(bases or {})
    faults = (
        *check_counterpart(checked.document, others),
        *check_shared_items(checked.document, others),
    )
    return Checked(None, faults) if faults else checked


def noticed(checked: Checked) -> Checked:
    """Check whether the examples of a definition without faults would notice errors in it."""
    if checked.document is None or checked.scorer is None or checked.scorer.instrument.key_required:
        return checked
    parts = Parts(checked.document)
    examples = schema_of(Definition).load(checked.document)["examples"]
    found = check_noticing(checked.scorer, examples, parts, AttainableScores(parts))
    faults = in_document_order(found, checked.document)
    return Checked(None, faults) if faults else checked


def _with_unfilled(found: list[Issue], document: object) -> list[Issue]:
    """Add what is still to be filled in; that it is no number, or none of some words, says less."""
    left = list(unfilled(document))
    places = {one.path for one in left}
    return [*(one for one in found if one.path not in places), *left]


def _of_the_instrument(document: object) -> object:
    """Return a document without what only its editor looks at."""
    if not isinstance(document, dict):
        return document
    return {name: part for name, part in document.items() if name != SCHEMA_MEMBER}


def _contradictions(document: object, found: list[Issue]) -> list[Issue]:
    """Return what the members say against each other, as far as they are sound."""
    sound = sound_parts(document, found) if found else document
    if not isinstance(sound, dict):
        return []
    parts = Parts(sound)
    if too_much := list(check_work(parts)):
        return too_much
    attainable = AttainableScores(parts)
    return [
        *check_references(parts),
        *check_codes(sound),
        *check_items(parts, attainable),
        *check_scales(parts),
        *_numbers(parts, attainable),
        *check_filled(parts, attainable),
        *check_recoded(parts, attainable),
        *check_respondents(parts),
    ]


def resolve(
    overlay: Mapping[str, Any], bases: Bases
) -> tuple[dict[str, Any] | None, tuple[Issue, ...]]:
    """Return the definition that an overlay makes of its base, or the faults that keep it from
    being merged.
    """
    about_itself = (SCHEMA_MEMBER, "extends", "version")
    own = {name: overlay[name] for name in about_itself if name in overlay}
    try:
        schema_of(OverlayShape).load(own)
    except ValidationError as error:
        return None, tuple(shape_faults(error.messages))
    base = bases.get(overlay["extends"])
    if base is None:
        return None, (
            Issue(("extends",), "unknown_base", f'there is no definition "{overlay["extends"]}"'),
        )
    faults = []
    if overlay.get("id", base["id"]) != base["id"]:
        faults.append(
            Issue(
                ("id",),
                "not_allowed",
                f'must be "{base["id"]}", the id of the definition it extends',
            )
        )
    release = release_of(base["version"])
    if release_of(overlay["version"]) != release or overlay["version"] in (
        release,
        base["version"],
    ):
        text = f'must be "{release}" with a build suffix of its own, such as "{release}+site.1"'
        faults.append(Issue(("version",), "overlay_version", text))
    return (None if faults else merge(base, overlay)), tuple(faults)


def _shape(document: object) -> tuple[dict[str, Any] | None, list[Issue]]:
    try:
        loaded: dict[str, Any] = schema_of(Definition).load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        return None, list(shape_faults(error.messages))
    return loaded, []


def _numbers(parts: Parts, attainable: AttainableScores) -> Iterator[Issue]:
    """Yield a fault for every published number that does not fit the scores of its scale."""
    for where, scale in objects(parts.document, "scales"):
        if not isinstance(scale.get("id"), str):
            continue
        scores = attainable.headline(scale["id"])
        yield from check_bands(scale, where, scores)
        yield from check_cutoffs(scale, where, scores)
        yield from check_figures(scale, where, scores, parts)
        if member_object(scale, "transform").get("type") == "lookup":
            yield from check_tables(scale, where, attainable.raw(scale["id"]))
        yield from check_linked(scale, where, attainable.raw(scale["id"]))
    yield from check_norms(parts, attainable)
    yield from check_alerts(parts, attainable)
