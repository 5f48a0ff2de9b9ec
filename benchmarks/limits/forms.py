"""The worst bodies of single forms, of definitions, and of mappings with their payloads."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from benchmarks.limits.calls import Call, post
from benchmarks.limits.filled import filled
from service.definitions.catalog import Catalog
from tests.definitions.costly import COSTLY
from tests.sources.mappings import deep_walk, flat, listed

Json = dict[str, Any]
_WORDS = ["Not at all", "Several days", "More than half the days", "Nearly every day"]


def forms(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield every instrument with everything that a request can ask of it."""
    for entry in catalog.entries():
        instrument = entry.instrument
        answers = {
            item.id: "00:00" if item.response_set.clock else item.response_set.minimum
            for item in instrument.items
        }
        first = instrument.item_ids[0]
        about = {"respondent": {"age": 30.5, "sex": "female"}, "norms": ["*"]}
        if instrument.perspectives:
            about["perspective"] = instrument.perspectives[0]
        sent = {"answers": answers, "baseline": {"answers": answers}, **about}
        path = f"/v1/instruments/{instrument.id}/score"
        yield f"form {instrument.id}", post(f"{path}?working=true", sent)
        yield (
            f"card {instrument.id}",
            post(path, {"answers": answers, **about}, {"Accept": "image/svg+xml"}),
        )
        blank = {"answers": {first: None}, **about}
        yield f"blank form {instrument.id}", post(f"{path}?working=true", blank)


def faulty_forms(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield forms with as many faults as fit."""
    for name in ("rcads-47", "phq-9", "sdq-parent"):
        path = f"/v1/instruments/{name}/score"
        unknown = filled(lambda n: {"answers": {f"x{k}": 1 for k in range(n)}})
        yield f"unknown answers {name}", post(path, unknown)
        excused = filled(lambda n: {"answers": {}, "not_applicable": [f"x{k}" for k in range(n)]})
        yield f"unknown items excused {name}", post(path, excused)
        listed_ = filled(lambda n: {"answers": [[]] * n})
        yield f"answers in order {name}", post(path, listed_)
        scores = filled(
            lambda n: {"answers": {}, "baseline": {"scores": {f"x{k}": 1 for k in range(n)}}}
        )
        yield f"unknown baseline scores {name}", post(path, scores)
        norms = filled(lambda n: {"answers": {}, "norms": [f"x{k}" for k in range(n)]})
        yield f"unknown norms {name}", post(path, norms)
    members = filled(lambda n: {f"m{k}": 0 for k in range(n)})
    yield "unknown members", post("/v1/score", members)
    yield "long instrument id", post("/v1/score", {"instrument": "a-" * 130_000, "answers": {}})
    yield "deep arrays", Call("POST", "/v1/score", b"[" * 262_000)
    yield "escapes", Call("POST", "/v1/score", b'{"answers": "' + b"\\u00e9" * 43_000 + b'"}')
    yield "many numbers", post("/v1/score", filled(lambda n: {"answers": [1.25] * n}))
    yield (
        "duplicate keys",
        Call("POST", "/v1/score", b'{"answers":{' + b'"1":1,' * 43_000 + b'"1":1}}'),
    )
    yield "long numbers", Call("POST", "/v1/score", b'{"answers":[' + b"9" * 262_000 + b"]}")


def definitions() -> Iterator[tuple[str, Call]]:
    """Yield inline definitions, checked, scored with everything, and drawn."""
    for name, make in COSTLY.items():
        definition = make()
        answers = definition["examples"][0]["answers"]
        form = {"definition": definition, "answers": answers}
        full = {**form, "norms": ["*"], "baseline": {"answers": answers}}
        yield f"check {name}", post("/v1/definitions/check", definition)
        yield f"score {name}", post("/v1/score?working=true", full)
        yield f"draw {name}", post("/v1/score", form, {"Accept": "image/svg+xml"})


def mappings() -> Iterator[tuple[str, Call]]:
    """Yield mappings and payloads that are as large, as deep or as ambiguous as they may be."""
    for name, mapping in _mappings():
        yield f"mapping check: {name}", post("/v1/mappings/check", mapping)
    for (name, mapping), (kind, payload) in product(_mappings(), _payloads()):
        room = 262_144 - len(post("", {"mapping": mapping, "payload": {}}).body)
        if room < 1000:
            continue
        body = {"mapping": mapping, "payload": filled(payload, room)}
        for query in ("", "?dry_run=true&strict=true"):
            call = post(f"/v1/sources/score{query}", body)
            yield f"mapping {name}, payload of {kind}{query}", call


def _mappings() -> Iterator[tuple[str, Json]]:
    tokens = {f"{k:03}" + "é" * 297: k % 4 for k in range(199)}
    numbered = {str(k): k % 4 for k in range(199)}
    many = {f"k{k}": str(k % 9 + 1) for k in range(500)}
    yield "plain", flat()
    yield "listed", listed()
    yield "many keys", flat(items=many)
    yield "long tokens", flat(values={"numeric": "none", "tokens": tokens})
    yield "short tokens", flat(values={"numeric": "none", "tokens": numbered}, items=many)
    by_item = {str(k): dict(numbered) for k in range(1, 10)}
    yield "tokens by item", flat(values={"numeric": "none", "by_item": by_item})
    yield "tokens of unknown items", filled(partial(_by_unknown, numbered), 200_000)
    yield "deep walk", deep_walk()
    yield (
        "map descending",
        flat(
            answers={
                "at": "",
                "kind": "map",
                "value": [f"/v{k}" for k in range(20)],
                "descend": ["a"],
            }
        ),
    )
    long_pointer = "/a" * 60_000
    yield (
        "long pointers",
        flat(answers={"at": "/answers", "kind": "list", "key": ["/k"], "value": [long_pointer]}),
    )
    boxes = {f"b{k}": {"item": str(k % 9 + 1), "value": k % 4} for k in range(500)}
    ticks = {"ticked": [True], "unticked": [False], "keys": boxes}
    yield "boxes", {**flat(boxes=ticks), "items": {}}


def _by_unknown(tokens: Json, count: int) -> Json:
    return flat(values={"numeric": "none", "by_item": {f"u{k}": tokens for k in range(count)}})


def _element(number: int) -> Json:
    return {"question": f"q{number % 9 + 1}", "answer": "x"}


def _payloads() -> Iterator[tuple[str, Any]]:
    yield "known keys", lambda n: {f"q{k % 9 + 1}{' ' * (k // 9)}": "x" for k in range(min(n, 400))}
    yield "unknown keys", lambda n: {f"k{k}": "x" for k in range(n)}
    yield "objects", lambda n: {f"k{k}": {} for k in range(n)}
    yield (
        "elements",
        lambda n: {"answers": [_element(k) for k in range(n)]},
    )
    yield "empty elements", lambda n: {"answers": [{"d0": []}] * n}
    yield "small elements", lambda n: {"answers": [{"k0": 1}] * n}
    yield "deep elements", lambda n: {"answers": [_deep(6)] * n}
    yield "long words", lambda n: {f"k{k}": "ﷺ" * 90 for k in range(n)}
    yield "nothing", lambda n: {"answers": [{}] * n}


def _deep(depth: int) -> Json:
    return {"k0": 1, "d0": [_deep(depth - 1)]} if depth else {"v0": {"v": {"v": {"v": "x"}}}}
