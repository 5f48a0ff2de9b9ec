"""`python -m service diff A B`: what differs between two sets of definitions, in words, and which
scores of their worked examples it changes.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from service.commands.differences import differences
from service.commands.examples import Change, Example, rescored
from service.definitions.catalog import (
    Catalog,
    DefinitionError,
    Entry,
    UnknownInstrument,
    UnknownVersion,
    catalog_of,
)
from service.definitions.files import check_files, definition_files
from service.releases.manifest import (
    DEFINITION,
    Manifest,
    ManifestError,
    Part,
    manifest_of,
    read_manifest,
)
from service.settings import Settings
from service.sources.catalogue import Mappings
from service.strict.reader import UnreadableJSON, loads

SAME, DIFFERENT, UNUSABLE = 0, 1, 2
_DIGITS = 10
"""Significant digits of a number that is shown: fewer than those that rounding disturbs."""


class Side(NamedTuple):
    """One of the two sets: what is in it, and as much of it as there are files of. `is_whole`: it
    says which mappings and languages belong to it.
    """

    manifest: Manifest
    catalog: Catalog
    is_whole: bool = False

    def definitions(self) -> "Side":
        """Return the set without its mappings and languages."""
        kept = {part: digest for part, digest in self.manifest if part.kind == DEFINITION}
        return self._replace(manifest=Manifest(kept))

    def entry(self, part: Part) -> Entry | None:
        """Return a definition of the set, None where its file is not there."""
        try:
            entry = self.catalog.get(part.id, part.version)
        except (UnknownInstrument, UnknownVersion):
            return None
        return entry if entry.instrument.digest == self.manifest.digests[part] else None

    def highest(self, name: str) -> Part | None:
        """Return the version of an instrument that is used where none is asked for."""
        versions = [part for part, _ in self.manifest if part[:2] == (DEFINITION, name)]
        return versions[-1] if versions else None


def run(before: Path, after: Path) -> int:
    """Print what differs between two folders, files or manifests. Return 0 where they are the same,
    1 where they differ, 2 where one cannot be used.
    """
    try:
        old, new = (_side(path) for path in (before, after))
    except (DefinitionError, ManifestError) as refused:
        print(refused, file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        print(f"{error.filename}: cannot be read: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    if not (old.is_whole and new.is_whole):
        old, new = old.definitions(), new.definitions()
    lines = list(_told(old, new))
    print("\n".join(lines) if lines else "The sets are the same.")
    return DIFFERENT if lines else SAME


def _side(path: Path) -> Side:
    """Read a folder, a definition, or a manifest with the definitions that lie beside it."""
    if path.is_dir():
        return _of_files(definition_files(path))
    if not _is_manifest(path):
        return _of_files([path])
    manifest = read_manifest(path)
    beside = [file for file in definition_files(path.parent) if file.resolve() != path.resolve()]
    # What else lies there is none of the manifest's business.
    return Side(manifest, catalog_of(check_files(beside, _shipped(beside))), is_whole=True)


def _of_files(files: Sequence[Path]) -> Side:
    checked = check_files(files, _shipped(files))
    if lines := [line for file in checked for line in file.lines()]:
        raise DefinitionError(lines)
    catalog = catalog_of(checked)
    return Side(manifest_of(catalog, Mappings()), catalog)


def _shipped(files: Sequence[Path]) -> list[Path]:
    """Return what overlays among files may extend beside them: the configured definitions."""
    own = {file.resolve() for file in files}
    configured = definition_files(Settings.from_environ(os.environ).instruments_dir)
    return [file for file in configured if file.resolve() not in own]


def _is_manifest(path: Path) -> bool:
    try:
        content = loads(path.read_bytes())
    except UnreadableJSON:
        return False
    return isinstance(content, dict) and "definitions" in content


def _told(old: Side, new: Side) -> Iterator[str]:
    changes = new.manifest.changes_since(old.manifest)
    for part in changes.added:
        yield f"{part} is new"
    for part in changes.removed:
        yield f"{part} is gone"
    pairs = [(part, part) for part in changes.changed]
    for name in dict.fromkeys(part.id for part in changes.added + changes.removed):
        before, after = old.highest(name), new.highest(name)
        if before is not None and after is not None and before != after:
            pairs.append((before, after))
    for before, after in pairs:
        yield from _of_a_pair(old, new, before, after)


def _of_a_pair(old: Side, new: Side, before: Part, after: Part) -> Iterator[str]:
    named = f"{before} differs"
    if before != after:
        named = f"{after.id} is {after.version} where no version is asked for, was {before.version}"
    was, now = old.entry(before), new.entry(after)
    if was is None or now is None:
        yield f"{named}; its files are not there to be compared"
        return
    yield f"{named}:"
    for part, found in groupby(differences(was.document, now.document), key=lambda one: one.part):
        yield f"  {part}"
        yield from (f"    {one.sentence}" for one in found)
    yield from map(partial("  {}".format), _of_examples(rescored(was, now)))


def _of_examples(examples: Sequence[Example]) -> Iterator[str]:
    changed = [one for one in examples if one.changes]
    if not examples:
        yield "no example can be scored by both: a key is missing"
        return
    yield f"of {len(examples)} examples {len(changed)} come out otherwise"
    for example in changed:
        yield f"  {example.title}"
        yield from (f"    {_sentence(change)}" for change in example.changes)


def _sentence(change: Change) -> str:
    was, now = (_shown(value) for value in (change.before, change.after))
    return f"{change.result}: {was} → {now} ({', '.join(change.why)})"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    return "nothing" if value is None else str(value)
