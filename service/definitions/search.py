"""By which words and codes an instrument is found in the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Findable:
    """What an instrument can be found by: text within its names, and whole codes, in any case."""

    names: str
    codes: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Findable":
        """Return what a resolved definition can be found by."""
        also_called = document.get("also_called", {"names": (), "hint": ""})
        names = [document["id"], document["title"], *also_called["names"], also_called["hint"]]
        names += [text for scale in document["scales"] for text in (scale["id"], scale["title"])]
        return cls("\n".join(names).casefold(), frozenset(_codes(document)))

    def fits(self, text: str) -> bool:
        """Tell whether a text stands in a name or is a code, alone or as `system|code`."""
        wanted = text.strip().casefold()
        return wanted in self.names or wanted in self.codes


def _codes(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield every code of an instrument, its scales, items and answers."""
    for part in (document, *document["scales"], *document["items"]):
        for code in part.get("codes", ()):
            yield code["code"].casefold()
            yield f"{code['system']}|{code['code']}".casefold()
    for answers in document["response_sets"].values():
        for option in answers.get("options", ()):
            if "code" in option:
                yield option["code"].casefold()
