"""Changes JSON as JSON: raw bytes hardly get past the reader."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.fuzz.claims import CANARY

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -0.0, 1, -1, 2, 3, 7, 100, 0.5, 1.5, 1e-9, -1e-300, 5e-324, 1e16),
    *(
        1e308,
        -1.7e308,
        10**15 - 1,
        2**53,
        131,
        501,
        "",
        "0",
        "1",
        "01",
        "x",
        "a/b~c",
        "Zoë",
        "\x7f",
    ),
    *(CANARY, CANARY, "x" * 65, "__proto__", "2026-02-30", "9999-12-31", [], {}, [[]], [None]),
    {"1": 1},
)
TORN = (
    *(b"NaN", b"-Infinity", b"1e999", b"1e-999", b"01", b"\\ud800", b"\\u0000", b"\0", b"\xff"),
    *(
        b"\xef\xbb\xbf",
        b"{",
        b"}",
        b"[" * 40,
        b'"',
        b",",
        b":",
        b"null",
        b"1" * 20,
        b'{"a":1,"a":2}',
    ),
)


def parts_of(value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield every object or array with each of its keys, after the name of the member that it is,
    or is in.
    """
    ahead = [("", value)]
    while ahead:
        name, part = ahead.pop()
        keys: Iterable[Any] = part if isinstance(part, dict) else range(len(part))
        for key in keys:
            yield name, part, key
            if isinstance(part[key], dict | list):
                ahead.append((key if isinstance(part, dict) else name, part[key]))


def copy_of(value: Any) -> Any:
    """Return a copy of plain JSON."""
    return json.loads(json.dumps(value))


class Mutator:
    """Changes a document by the names and values that valid ones have."""

    def __init__(self, seeds: Sequence[Any]) -> None:
        self.seeds = seeds
        known: dict[str, dict[str, Any]] = {}
        members: dict[str, dict[str, None]] = {}
        for seed in seeds:
            for name, part, key in parts_of(seed):
                if isinstance(part, dict):
                    known.setdefault(key, {})[json.dumps(part[key])[:300]] = part[key]
                    members.setdefault(name, {})[key] = None
        self._members = {name: list(keys) for name, keys in members.items()}
        self._known = {key: list(values.values())[:200] for key, values in known.items()}
        self._names = sorted(self._known)

    def mutate(self, data: bytes, seed: int, torn: Callable[[bytes], bytes]) -> bytes:
        """Return other bytes, the same for the same seed; `torn` changes them as bytes."""
        chance = random.Random(seed)
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            document = copy_of(chance.choice(self.seeds))
        if chance.random() < 0.35 or not isinstance(document, dict | list) or not document:
            document = copy_of(chance.choice(self.seeds))
        for _ in range(chance.choice((1, 1, 1, 1, 2, 3, 6))):
            self._change(document, chance)
        text = self._written(document, chance)
        if chance.random() < 0.08:
            text = torn(text) if chance.random() < 0.5 else self._tear(text, chance)
        return text

    def _change(self, document: Any, chance: random.Random) -> None:
        places = list(parts_of(document))
        if not places:
            return
        name, part, key = chance.choice(places)
        kind = chance.random()
        if kind < 0.55:
            part[key] = self._another(part, key, chance)
        elif kind < 0.7:
            del part[key]
        elif isinstance(part, list):
            times = chance.choice((1, 1, 2, 30))
            part[key:key] = [copy_of(part[key]) for _ in range(times)]
            if kind < 0.8:
                chance.shuffle(part)
        elif kind < 0.78:
            part[chance.choice((*self._names, CANARY, "1", "8", "total"))] = part.pop(key)
        else:
            names = self._members.get(name, self._names)
            added = chance.choice(names if chance.random() < 0.8 else self._names)
            part[added] = copy_of(chance.choice(self._known[added]))

    def _alike(self, part: Any, value: float, chance: random.Random) -> float:
        """Return a number that may well be right here: one beside it, or one nearby."""
        beside = list(part.values()) if isinstance(part, dict) else part
        numbers = [one for one in beside if type(one) in (int, float)]
        if len(numbers) > 1 and chance.random() < 0.7:
            return chance.choice(numbers)
        return chance.choice((value + 1, value - 1, round(value + chance.uniform(-1, 1), 2)))

    def _another(self, part: Any, key: Any, chance: random.Random) -> Any:
        value = part[key]
        if type(value) in (int, float) and chance.random() < 0.6:
            return self._alike(part, value, chance)
        kind = chance.random()
        if kind < 0.45 and isinstance(part, dict) and key in self._known:
            return copy_of(chance.choice(self._known[key]))
        if kind < 0.75 and type(value) in (int, float):
            return chance.choice((value + 1, value - 1, -value, value / 2, value * 10, str(value)))
        if kind < 0.55 and isinstance(value, str):
            return chance.choice((value[:-1], value + "x", value.upper(), f" {value}", CANARY))
        return copy_of(chance.choice(ODD))

    def _written(self, document: Any, chance: random.Random) -> bytes:
        if chance.random() < 0.7:
            return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
        return json.dumps(document, indent=chance.choice((None, 1))).encode()

    def _tear(self, text: bytes, chance: random.Random) -> bytes:
        at = chance.randrange(len(text))
        to = at + chance.choice((0, 0, 1, 5))
        return text[:at] + chance.choice(TORN) + text[to:]
