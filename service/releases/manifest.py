"""The manifest of a set of definitions: what is in it, each by its digest, and a digest of it all.

A set is everything from outside the code that decides a score, an alert or its wording: the
definitions with a site's own, the mappings, the files of languages.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from marshmallow import ValidationError

from service.definitions.build.digest import digest_of
from service.definitions.catalog import Catalog
from service.languages.catalogue import language_files
from service.sources.catalogue import Mappings
from service.strict.faults import shape_faults
from service.strict.fields import ListOf, ObjectOf, Shape, Text, schema_of
from service.strict.reader import UnreadableJSON, loads

DEFINITION, MAPPING, LANGUAGE = "definition", "mapping", "language"
_MEMBERS = {"definitions": DEFINITION, "mappings": MAPPING, "languages": LANGUAGE}
_SHOWN = 12
"""Hexadecimal digits by which a sentence names a digest."""


class ManifestError(ValueError):
    """A manifest cannot be read, or is not of the set that is loaded; `lines` holds a sentence for
    each difference.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        head = "The definitions are not those of the manifest:"
        super().__init__("\n".join([head, *(f"  - {line}" for line in lines)]))
        self.lines = tuple(lines)


class Part(NamedTuple):
    """One thing of a set: a version of an instrument, a mapping or a language (both without a
    version).
    """

    kind: str
    id: str
    version: str | None

    def __str__(self) -> str:
        """Return how a sentence names it."""
        named = self.id if self.version is None else f"{self.id} {self.version}"
        return named if self.kind == DEFINITION else f"{self.kind} {named}"


class Changes(NamedTuple):
    """What one set has that another had not, has otherwise, and has no more."""

    added: tuple[Part, ...]
    changed: tuple[Part, ...]
    removed: tuple[Part, ...]

    def __str__(self) -> str:
        """Return it in one line."""
        told = [
            f"{word} {', '.join(map(str, parts))}"
            for word, parts in zip(self._fields, self, strict=True)
            if parts
        ]
        return "; ".join(told) or "nothing changed"


@dataclass(frozen=True)
class Manifest:
    """The digest (`sha256:…`) of each part of a set, in the order of a catalogue."""

    digests: Mapping[Part, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """The digest of the whole set: of the list of its parts with their digests."""
        rows = sorted([*part._replace(version=part.version or ""), one] for part, one in self)
        return digest_of({"set": rows})

    def __iter__(self) -> Iterator[tuple[Part, str]]:
        """Return every part with its digest."""
        return iter(self.digests.items())

    def text(self) -> str:
        """Return the file: JSON with a line for each part, so that two of them can be compared."""
        lists = []
        for member, kind in _MEMBERS.items():
            rows = [f"    {json.dumps(_row(part, one))}" for part, one in self if part.kind == kind]
            listed = "[\n" + ",\n".join(rows) + "\n  ]" if rows else "[]"
            lists.append(f'  "{member}": {listed}')
        return f'{{\n  "digest": "{self.digest}",\n' + ",\n".join(lists) + "\n}\n"

    def changes_since(self, earlier: "Manifest") -> Changes:
        """Return what differs from an earlier set."""
        now, then = self.digests, earlier.digests
        return Changes(
            tuple(part for part in now if part not in then),
            tuple(part for part in now if part in then and now[part] != then[part]),
            tuple(part for part in then if part not in now),
        )

    def hold_to(self, pinned: "Manifest") -> None:
        """Raise ManifestError where this set is not the pinned one."""
        changes = self.changes_since(pinned)
        lines = [f"{part} is loaded and not in the manifest" for part in changes.added]
        lines += [
            f"{part} differs: {_short(self.digests[part])} is loaded, "
            f"the manifest has {_short(pinned.digests[part])}"
            for part in changes.changed
        ]
        lines += [f"{part} is in the manifest and not loaded" for part in changes.removed]
        if lines:
            raise ManifestError(lines)


def manifest_of(catalog: Catalog, mappings: Mappings, *language_folders: Path | None) -> Manifest:
    """Return the manifest of what is loaded; the folders are those that languages came from."""
    digests = {
        Part(DEFINITION, entry.instrument.id, entry.instrument.version): entry.instrument.digest
        for entry in catalog.entries()
    }
    digests |= {Part(MAPPING, one.id, None): digest_of(one.document) for one in mappings}
    digests |= {
        Part(LANGUAGE, tag, None): digest_of(loads(path.read_bytes()))  # type: ignore[arg-type]
        for tag, path in sorted(language_files(*language_folders).items())
    }
    return Manifest(digests)


def _row(part: Part, digest: str) -> dict[str, str]:
    version = {} if part.version is None else {"version": part.version}
    return {"id": part.id, **version, "digest": digest}


def _short(digest: str) -> str:
    kind, _, digits = digest.partition(":")
    return f"{kind}:{digits[:_SHOWN]}"


def _digest() -> Text:
    return Text(pattern="sha256:[0-9a-f]{64}", meaning="sha256: and 64 digits", required=True)


class _Unversioned(Shape):
    id = Text(required=True)
    digest = _digest()


class _Versioned(_Unversioned):
    version = Text(required=True)


class _ManifestShape(Shape):
    digest = _digest()
    definitions = ListOf(ObjectOf(_Versioned), required=True)
    mappings = ListOf(ObjectOf(_Unversioned), required=True)
    languages = ListOf(ObjectOf(_Unversioned), required=True)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest that `Manifest.text` wrote. Raises ManifestError with every fault."""
    try:
        document: Any = loads(path.read_bytes())
        schema_of(_ManifestShape).load(document)
    except OSError as error:
        raise ManifestError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnreadableJSON as unreadable:
        raise ManifestError([f"{path}: {unreadable.sentence}"]) from None
    except ValidationError as error:
        faults = shape_faults(error.messages)
        raise ManifestError(
            [f"{path}: {one.pointer or '(document)'}: {one.detail}" for one in faults]
        ) from None
    manifest = _manifest_in(document, path)
    if manifest.digest != document["digest"]:
        raise ManifestError([f"{path}: its digest is not that of what it lists: it was edited"])
    return manifest


def _manifest_in(document: Any, path: Path) -> Manifest:
    """Return what a document lists. Raises ManifestError where a part stands twice."""
    rows = [
        (Part(kind, row["id"], row.get("version")), row["digest"])
        for member, kind in _MEMBERS.items()
        for row in document[member]
    ]
    if repeated := [part for part, n in Counter(part for part, _ in rows).items() if n > 1]:
        raise ManifestError([f"{path}: {part} is listed more than once" for part in repeated])
    return Manifest(dict(rows))
