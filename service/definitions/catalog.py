"""The catalogue: every definition of the service, loaded and checked once at start."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import orjson

from service.definitions.files import CheckedFile, check_files, definition_files
from service.definitions.glance import glance
from service.definitions.search import Findable
from service.definitions.versions import precedence
from service.scoring.instrument import Instrument
from service.scoring.remembering import Memory
from service.scoring.report import Scorer


class DefinitionError(ValueError):
    """Definitions cannot be loaded; `lines` holds every fault of every file as "file: path:
    reason".
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(
            "\n".join(["The definitions cannot be loaded:", *(f"  - {line}" for line in lines)])
        )
        self.lines = tuple(lines)


class UnknownInstrument(LookupError):
    """No instrument has this id. `hints` tell apart those that go by the name; `suggestions` are
    they or the nearest ids, which are looked for when they are asked for: that takes long.
    """

    def __init__(self, find: Callable[[], tuple[Sequence[str], Mapping[str, str]]]) -> None:
        super().__init__("unknown instrument")
        self._find = find

    @cached_property
    def _found(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return self._find()

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The ids that may have been meant."""
        return tuple(self._found[0])

    @property
    def hints(self) -> dict[str, str]:
        """What tells forms of one name apart, by id."""
        return dict(self._found[1])


class UnknownVersion(LookupError):
    """The instrument has no such version; `available` are those it has, in ascending order."""

    def __init__(self, available: Sequence[str]) -> None:
        super().__init__("unknown version")
        self.available = tuple(available)


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one instrument: its model, resolved JSON document and scorer, and its
    overlay's base.

    `summary` is its line in the catalogue, `short` what of it one needs to choose, `body` the
    compact JSON of the document, `findable` what a search looks at; all are made once.
    """

    instrument: Instrument
    document: Mapping[str, Any]
    scorer: Scorer
    extends: str | None = None
    summary: Mapping[str, Any] = field(init=False)
    short: Mapping[str, Any] = field(init=False)
    body: bytes = field(init=False)
    findable: Findable = field(init=False)

    def __post_init__(self) -> None:
        """Make what is read off the document."""
        object.__setattr__(self, "summary", _summary(self))
        object.__setattr__(self, "short", _short(self.summary))
        object.__setattr__(self, "findable", Findable.of(self.document))
        object.__setattr__(self, "body", orjson.dumps(self.document))


class Catalog:
    """Instruments by id and version. The default version of an instrument is the highest one."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        ordered = sorted(
            entries, key=lambda entry: (entry.instrument.id, precedence(entry.instrument.version))
        )
        self._entries = tuple(ordered)
        self._by_id: dict[str, dict[str, Entry]] = {}
        for entry in ordered:
            self._by_id.setdefault(entry.instrument.id, {})[entry.instrument.version] = entry
        self._also_called: dict[str, dict[str, str]] = {}
        for entry in ordered:
            known = entry.document.get("also_called", {"names": ()})
            for name in known["names"]:
                self._also_called.setdefault(name, {})[entry.instrument.id] = known["hint"]
        self._latest = {name: list(versions.values())[-1] for name, versions in self._by_id.items()}

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def get(self, instrument_id: str, version: str | None = None) -> Entry:
        """Return the entry of an instrument in a version, by default its highest.

        A site's overlay ranks above the release that it extends. Raises UnknownInstrument or
        UnknownVersion.
        """
        latest = self._latest.get(instrument_id)
        if latest is None:
            raise UnknownInstrument(partial(self._nearest, instrument_id))
        if version is None:
            return latest
        entry = self._by_id[instrument_id].get(version)
        if entry is None:
            raise UnknownVersion(self.versions(instrument_id))
        return entry

    def _nearest(self, name: str) -> tuple[list[str], Mapping[str, str]]:
        """Return the instruments that go by a name or else the nearest ids, and what tells them
        apart.
        """
        asked = name[:64].casefold().replace("_", "-").replace(" ", "-")
        hints = self._also_called.get(asked)
        if hints is None:
            near = difflib.get_close_matches(asked, [*self._by_id, *self._also_called], n=3)
            hints = {}
            for close in near:
                hints.update(self._also_called.get(close, {}))
            return list(dict.fromkeys([*(c for c in near if c in self._by_id), *hints])), hints
        return list(hints), hints

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, by id and then version."""
        return self._entries

    def versions(self, instrument_id: str) -> tuple[str, ...]:
        """Return the versions of an instrument in ascending order, none where there is no such
        instrument.
        """
        return tuple(self._by_id.get(instrument_id, ()))

    def documents(self) -> dict[str, Mapping[str, Any]]:
        """Return every resolved document by "id@version": what overlays can extend."""
        return {
            f"{entry.instrument.id}@{entry.instrument.version}": entry.document
            for entry in self._entries
        }


def load_catalog(
    directory: Path, extra_directory: Path | None = None, *, n_processes: int = 0
) -> Catalog:
    """Load and fully check every definition of the shipped and the site's directory, in so many
    processes of their own, where 0 is this one.

    Raises DefinitionError with every fault of every file.
    """
    paths: list[Path] = []
    lines: list[str] = []
    for place in (directory, extra_directory):
        if place is None:
            continue
        try:
            found = definition_files(place)
        except OSError as error:
            lines.append(f"{place}: (document): the directory cannot be read: {error.strerror}")
            continue
        if not found and place is directory:
            lines.append(f"{place}: (document): the directory holds no definition")
        paths += found
    files = check_files(paths, n_processes=n_processes)
    lines += [line for file in files for line in file.lines()]
    if lines:
        raise DefinitionError(lines)
    return catalog_of(files)


def catalog_of(files: Iterable[CheckedFile]) -> Catalog:
    """Return the definitions without faults of some files."""
    memory = Memory()
    return Catalog(entry for file in files if (entry := _entry(file, memory)) is not None)


def _entry(file: CheckedFile, memory: Memory) -> Entry | None:
    checked = file.checked
    if checked.instrument is None or checked.document is None:
        return None
    scorer = Scorer(checked.instrument, memory)
    return Entry(checked.instrument, checked.document, scorer, file.extends)


def _summary(entry: Entry) -> dict[str, Any]:
    document, instrument = entry.document, entry.instrument
    as_written = (
        "title",
        "construct",
        "perspective",
        "counterpart",
        "language",
        "licence",
        "submitted_as",
    )
    return {
        "id": instrument.id,
        "version": instrument.version,
        "digest": instrument.digest,
        **{name: document[name] for name in as_written},
        "perspectives": list(instrument.perspectives),
        "timeframe": document.get("timeframe"),
        "key": document.get("key", "included"),
        "key_instructions": instrument.key_instructions,
        "extends": entry.extends,
        "n_items": len(instrument.items),
        "scales": [
            {
                "id": scale.id,
                "title": scale.title,
                "metric": scale.metric,
                "unit": scale.unit,
                "direction": scale.direction,
            }
            for scale in instrument.scales
        ],
        "norms": [
            {
                "id": norm.id,
                "default": norm.default,
                "digital": norm.digital,
                "collected": norm.collected,
                "published": norm.published,
            }
            for norm in instrument.norms
        ],
        "criteria": [criterion.id for criterion in instrument.criteria],
        "risks": [risk.id for risk in instrument.risks],
        "codes": document.get("codes", []),
        "notes": document.get("notes", []),
        "notices": document.get("notices", []),
        "at_a_glance": glance(document),
    }


def _short(summary: Mapping[str, Any]) -> dict[str, Any]:
    as_told = ("id", "version", "title", "construct", "perspective", "perspectives", "key")
    licence = summary["licence"]
    return {
        **{name: summary[name] for name in as_told},
        "n_items": summary["n_items"],
        "text_included": licence["text_included"],
        "permission_required": licence["permission_required"],
        "n_norms": len(summary["norms"]),
        "n_default_norms": sum(norm["default"] for norm in summary["norms"]),
        "at_a_glance": summary["at_a_glance"],
    }
