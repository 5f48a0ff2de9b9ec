"""Definition files on disk: found, read strictly, resolved and checked together."""

import stat
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from service.definitions.apart import check_apart
from service.definitions.check import Checked, check_definition, noticed
from service.definitions.counterparts import check_counterpart, latest
from service.definitions.shared_items import check_shared_items
from service.scoring.issue import Issue
from service.strict.reader import UnreadableJSON, loads

LARGEST_FILE = 1_048_576
"""Bytes of the longest definition file."""

SCHEMA_FILE = "instrument.schema.json"
"""The file in a directory of definitions that is none itself."""

SUFFIX = ".json"

NOT_SEARCHED = ("mappings",)
"""Folders beside definitions whose JSON files are something else."""


class CheckedFile(NamedTuple):
    """A file with the result of its check; `extends` is the base that it names, if it is an
    overlay.
    """

    path: Path
    checked: Checked
    extends: str | None = None

    def lines(self) -> list[str]:
        """Return one line for each fault: file, pointer and reason."""
        return [
            f"{self.path}: {fault.pointer or '(document)'}: {fault.detail}"
            for fault in self.checked.faults
        ]

    def warnings(self) -> list[str]:
        """Return no line: nothing of a definition is merely doubtful."""
        return []


def definition_files(directory: Path) -> list[Path]:
    """Return what a directory holds of definitions, by name. Raises OSError where it cannot be
    read.

    These are the files whose name ends in .json, in any case, and with them what `misplaced`
    refuses, so that nothing that is meant as a definition is passed over.
    """
    return sorted(
        path
        for path in directory.iterdir()
        if path.name != SCHEMA_FILE and (_is_like_json(path) or misplaced(path))
    )


def misplaced(path: Path) -> str | None:
    """Say why something in a directory of definitions is not loaded although it seems to be one."""
    if path.is_dir():
        if _is_like_json(path):
            return "is a directory, not a file"
        if path.name in NOT_SEARCHED or path.name.startswith("."):
            return None
        if any(map(_is_like_json, path.rglob("*"))):
            return "holds JSON files that are not loaded: definitions lie in the directory itself"
    elif _is_like_json(path) and path.suffix.casefold() != SUFFIX:
        return f"is not loaded: the name of a definition file ends in {SUFFIX}"
    return None


def _is_like_json(path: Path) -> bool:
    return SUFFIX in path.name.casefold()


def check_files(
    paths: Sequence[Path],
    shipped: Sequence[Path] = (),
    *,
    for_author: bool = False,
    n_processes: int = 0,
) -> list[CheckedFile]:
    """Check files together, so that overlays find their bases among them and among the `shipped`
    ones; `for_author` also against their counterparts, and whether examples would notice errors.

    Only the results of `paths` are returned, in their order. An overlay whose base has faults is
    not checked itself. Definitions that stand on their own are checked in `n_processes` processes,
    where 0 is this one.
    """
    contents = {path: _read(path) for path in (*paths, *shipped)}
    plain = partial(check_apart, n_processes=n_processes) if n_processes else map
    results = dict(zip(contents, plain(_plain, [*contents.values()]), strict=True))
    bases = _by_name([results[path] for path in (*shipped, *paths)])
    _check_overlays(contents, results, bases)
    files = [
        CheckedFile(path, checked, _extends(contents[path]))
        for path in paths
        if (checked := results[path])
    ]
    files = _refuse_duplicates(files)
    if not for_author:
        return files
    ids = [_id(content) for content in contents.values()]
    files = _with_counterparts(files, bases, ids)
    return [file._replace(checked=noticed(file.checked)) for file in files]


def _check_overlays(
    contents: Mapping[Path, Any],
    results: dict[Path, Checked | None],
    bases: dict[str, Mapping[str, Any]],
) -> None:
    """Fill in the results of overlays, each after its base, which may be an overlay itself; those
    without faults become bases.
    """
    waiting = {path for path, checked in results.items() if checked is None}
    while ready := [path for path in waiting if _extends(contents[path]) in bases]:
        for path in ready:
            results[path] = check_definition(contents[path], bases)
            bases.update(_by_name([results[path]]))
        waiting.difference_update(ready)
    faulty = {_name(content) for path, content in contents.items() if _has_faults(results[path])}
    for path in waiting:
        base, content = _extends(contents[path]), contents[path]
        results[path] = _unchecked(base) if base in faulty else check_definition(content, bases)


def _with_counterparts(
    files: Sequence[CheckedFile], bases: Mapping[str, Mapping[str, Any]], ids: Collection[object]
) -> list[CheckedFile]:
    """Check the highest version of every form against its counterpart, unless that has faults of
    its own.
    """
    highest = latest(bases)
    checked = []
    for file in files:
        document = file.checked.document
        if document is not None and highest[document["id"]] is document:
            faults = tuple(check_counterpart(document, highest))
            if faults and (
                document["counterpart"] in highest or document["counterpart"] not in ids
            ):
                file = file._replace(checked=Checked(None, faults))
            elif shared := _shared_faults(document, highest, ids):
                file = file._replace(checked=Checked(None, shared))
        checked.append(file)
    return checked


def _shared_faults(
    document: Mapping[str, Any], highest: Mapping[str, Mapping[str, Any]], ids: Collection[object]
) -> tuple[Issue, ...]:
    """Return the faults of shared items, but none for forms that have faults of their own."""
    named = {item["same_as"]["instrument"] for item in document["items"] if "same_as" in item}
    if any(name in ids and name not in highest for name in named):
        return ()
    return tuple(check_shared_items(document, highest))


def _id(content: object) -> object:
    return content.get("id") if isinstance(content, dict) else None


def _read(path: Path) -> object:
    """Return the content of a file, or the fault that keeps it from being read."""
    refused = misplaced(path)
    if refused is not None:
        return Issue((), "misplaced_file", refused)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Issue((), "unreadable_file", "is not a file")
        if status.st_size > LARGEST_FILE:
            return Issue((), "too_large", f"the file must have at most {LARGEST_FILE} bytes")
        return loads(path.read_bytes())
    except UnreadableJSON as unreadable:
        return Issue((), unreadable.code, unreadable.sentence)
    except OSError as error:
        return Issue((), "unreadable_file", f"the file cannot be read: {error.strerror}")


def _plain(content: object) -> Checked | None:
    """Check a file that stands on its own; None for an overlay."""
    if isinstance(content, Issue):
        return Checked(None, (content,))
    return None if _extends(content) is not None else check_definition(content)


def _extends(content: object) -> str | None:
    base = content.get("extends") if isinstance(content, dict) else None
    return base if isinstance(base, str) else None


def _name(content: object) -> str | None:
    if not isinstance(content, dict):
        return None
    own_id = content.get("id") or str(_extends(content)).partition("@")[0]
    return f"{own_id}@{content.get('version')}"


def _unchecked(base: str | None) -> Checked:
    return Checked(
        None, (Issue(("extends",), "base_has_faults", f"{base} has faults; correct them first"),)
    )


def _has_faults(checked: Checked | None) -> bool:
    return checked is not None and bool(checked.faults)


def _by_name(results: Iterable[Checked | None]) -> dict[str, Mapping[str, Any]]:
    documents = [
        checked.document
        for checked in results
        if checked is not None and checked.document is not None
    ]
    return {f"{document['id']}@{document['version']}": document for document in documents}


def _refuse_duplicates(files: Sequence[CheckedFile]) -> list[CheckedFile]:
    first: dict[tuple[str, str], Path] = {}
    unique = []
    for file in files:
        instrument = file.checked.instrument
        if instrument is not None:
            other = first.setdefault((instrument.id, instrument.version), file.path)
            if other is not file.path:
                text = f"{instrument.id} {instrument.version} is also in {other}"
                file = file._replace(
                    checked=Checked(None, (Issue(("version",), "duplicate_definition", text),))
                )
        unique.append(file)
    return unique
