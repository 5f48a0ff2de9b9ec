"""From the checked document of a mapping to the mapping itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.definitions.catalog import Entry
from service.sources.answer import AnswerKey, token_of, tokens_of
from service.sources.mapping import (
    NO_BOXES,
    ONE_ROW,
    QUESTIONNAIRE_RESPONSE,
    Box,
    Boxes,
    Container,
    Finished,
    Json,
    Meta,
    Rater,
    Session,
    Signature,
    SourceMapping,
    Steps,
    Table,
    container_of,
)
from service.sources.pointer import parse_pointer


def build_mapping(loaded: Json, document: Json, entry: Entry) -> SourceMapping:
    """Return the mapping of a document without faults, loaded by its shape."""
    items = dict(loaded["items"])
    for edition in loaded["other_editions"]:
        items.update(edition)
    fhir = loaded["fhir"] or {"questionnaires": (), "codes": ()}
    signature = loaded["signature"]
    container = container_of(loaded["answers"] or QUESTIONNAIRE_RESPONSE)
    meta = _meta(loaded["meta"])
    tokens = map(token_of, loaded["missing"])
    missing = frozenset(token for token in tokens if token is not None)
    return SourceMapping(
        document,
        entry,
        container,
        items,
        loaded["scores"],
        frozenset(loaded["ignore"]).union(_keys_of(meta, container)),
        _answers(loaded, entry, dict.fromkeys(items.values()), missing),
        missing,
        meta,
        loaded["perspective"],
        ONE_ROW if loaded["table"] is None else Table(**loaded["table"]),
        None if signature is None else Signature(**signature),
        _boxes(loaded["boxes"]),
        frozenset(fhir["questionnaires"]),
        frozenset((code["system"], code["code"]) for code in fhir["codes"]),
    )


def _answers(
    loaded: Json, entry: Entry, mapped: Iterable[str], missing: frozenset[str]
) -> dict[str, AnswerKey]:
    values, instrument = loaded["values"], entry.instrument
    usual = _by_token(values["tokens"])
    of_all = {name: {} if name in instrument.clock_items else usual for name in mapped}
    return {
        name: AnswerKey(
            instrument.items[instrument.position[name]],
            _by_token(values["by_item"][name]) if name in values["by_item"] else of_all[name],
            missing,
            values["numeric"],
            values["offset"] or 0,
        )
        for name in mapped
    }


def _boxes(loaded: Json | None) -> Boxes:
    if loaded is None:
        return NO_BOXES
    ticked, unticked = (
        frozenset(token for one in loaded[name] if (token := token_of(one)) is not None)
        for name in ("ticked", "unticked")
    )
    return Boxes({key: Box(**told) for key, told in loaded["keys"].items()}, ticked, unticked)


def _by_token(numbers: Json) -> dict[str, Any]:
    return {token_of(text) or "": number for text, number in numbers.items()}


def _meta(loaded: Json) -> Meta:
    finished, rater = loaded.get("finished"), loaded.get("rater")
    return Meta(
        response_id=_steps(loaded.get("response_id")),
        completed_at=_steps(loaded.get("completed_at")),
        language=_steps(loaded.get("language")),
        session=_session(loaded.get("session")),
        finished=None
        if finished is None
        else Finished(
            parse_pointer(finished["at"]),
            frozenset(token for one in finished["values"] for token in tokens_of(one)),
        ),
        rater=None
        if rater is None
        else Rater(parse_pointer(rater["at"]), _by_token(rater["values"])),
    )


def _session(told: str | Json | None) -> Session | None:
    if told is None or isinstance(told, str):
        return None if told is None else Session(parse_pointer(told))
    return Session(parse_pointer(told["at"]), _by_token(told["values"]))


def _keys_of(meta: Meta, container: Container) -> Iterator[str]:
    """Yield the keys among the answers that say something of the response instead."""
    places = [meta.response_id, meta.completed_at, meta.language]
    places += [one.at for one in (meta.session, meta.finished, meta.rater) if one is not None]
    for steps in places:
        if steps and steps[:-1] == container.at and container.kind == "map":
            yield container.shorten(steps[-1])


def _steps(pointer: str | None) -> Steps | None:
    return None if pointer is None else parse_pointer(pointer)
