"""`python -m service check`: every fault of definition and mapping files."""

from collections.abc import Sequence
from itertools import filterfalse
from pathlib import Path

from service.definitions.catalog import catalog_of
from service.definitions.files import CheckedFile, check_files, definition_files
from service.definitions.glance import norms_before
from service.sources.catalogue import (
    MappingFile,
    check_mapping_files,
    is_mapping,
    mapping_files,
    mapping_folders,
)


def check_definitions(
    paths: Sequence[Path], configured: Sequence[Path], norms_since: int | None = None
) -> int:
    """Check definitions and mappings, and those of directories, together with those of the
    configured directories (these alone if no path is given); print every fault, and norms that are
    older than a year where one is given.
    """
    try:
        files = _files_of(paths or configured)
        shipped = _files_of(configured) if paths else []
    except OSError as error:
        print(f"{error.filename}: (document): cannot be read: {error.strerror}")
        return 1
    results = _check(files, shipped)
    if norms_since is not None:
        _tell_old_norms(results, norms_since)
    return _tell(results)


def _tell_old_norms(results: Sequence[CheckedFile | MappingFile], year: int) -> None:
    for result in results:
        if isinstance(result, CheckedFile) and result.checked.document is not None:
            for sentence in norms_before(result.checked.document, year):
                print(f"{result.path}: {sentence}")


def _tell(results: Sequence[CheckedFile | MappingFile]) -> int:
    """Print faults, warnings and how many there are; return the exit code."""
    lines = [line for result in results for line in result.lines()]
    warnings = [line for result in results for line in result.warnings()]
    faulty = sum(bool(result.checked.faults) for result in results)
    for line in (*lines, *warnings):
        print(line)
    print(f"{len(results)} file(s) checked, {faulty} with faults, {len(lines)} fault(s)")
    return 1 if lines or not results else 0


def _check(files: Sequence[Path], shipped: Sequence[Path]) -> list[CheckedFile | MappingFile]:
    """Check definitions, and then mappings against them and the shipped ones."""
    shipped = list(filterfalse(is_mapping, shipped))
    definitions = list(filterfalse(is_mapping, files))
    results: list[CheckedFile | MappingFile] = []
    results += check_files(definitions, shipped, for_author=True)
    mappings = list(filter(is_mapping, files))
    if mappings:
        known = catalog_of(check_files(list(dict.fromkeys([*shipped, *definitions]))))
        results += check_mapping_files(mappings, known)
    return results


def _files_of(paths: Sequence[Path]) -> list[Path]:
    """Return files, and those in directories."""
    return [file for path in paths for file in (_files_in(path) if path.is_dir() else [path])]


def _files_in(directory: Path) -> list[Path]:
    """Return the definitions of a directory and the mappings beside them."""
    beside = [file for folder in mapping_folders([directory]) for file in mapping_files(folder)]
    return [*definition_files(directory), *beside]
