"""The mappings of the service, loaded and checked once at start, and the one for a form."""

import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from service.definitions.catalog import Catalog, DefinitionError
from service.definitions.files import LARGEST_FILE, SUFFIX
from service.scoring.issue import Issue
from service.scoring.issue import Path as Place
from service.sources.check import CheckedMapping, check_mapping
from service.sources.mapping import SourceMapping
from service.strict.reader import UnreadableJSON, loads

FOLDER = "mappings"
"""The folder beside definitions that holds mappings."""

SCHEMA_FILE = "mapping.schema.json"


class MappingFile(NamedTuple):
    """A file with the result of its check."""

    path: Path
    checked: CheckedMapping

    def lines(self) -> list[str]:
        """Return one line for each fault: file, pointer and reason."""
        return self._lines(self.checked.faults)

    def warnings(self) -> list[str]:
        """Return one line for each warning, which says that it is one."""
        return self._lines(self.checked.warnings, "warning: ")

    def _lines(self, issues: Iterable[Issue], kind: str = "") -> list[str]:
        places = ((one.pointer or "(document)", one.detail) for one in issues)
        return [f"{self.path}: {place}: {kind}{detail}" for place, detail in places]


class Mappings:
    """Mappings by id, and by the addresses and codes of the FHIR forms that they are for."""

    def __init__(self, mappings: Iterable[SourceMapping] = ()) -> None:
        self._by_id = {one.id: one for one in sorted(mappings, key=lambda one: one.id)}
        self._by_address = {
            address: one for one in self._by_id.values() for address in one.questionnaires
        }
        self._by_code = {code: one for one in self._by_id.values() for code in one.codes}

    def __iter__(self) -> Iterator[SourceMapping]:
        """Return the mappings by id."""
        return iter(self._by_id.values())

    def get(self, name: str) -> SourceMapping | None:
        """Return the mapping of this id, None where there is none."""
        return self._by_id.get(name)

    def for_form(
        self, addresses: Iterable[str], codes: Iterable[tuple[str | None, str]]
    ) -> list[SourceMapping]:
        """Return the mappings that claim a form: by an address, in this version or in any, or else
        by a code. More than one: what the form says of itself is contradictory.
        """
        if not self._by_id:
            return []
        found = [self._by_address.get(one) or self._plain(one) for one in addresses]
        found = found if any(found) else [self._by_code.get(code) for code in codes]  # type: ignore[arg-type]
        return list({one.id: one for one in found if one is not None}.values())

    def _plain(self, address: str) -> SourceMapping | None:
        return self._by_address.get(address.partition("|")[0])


NO_MAPPINGS = Mappings()


def mapping_folders(directories: Iterable[Path | None]) -> list[Path]:
    """Return the folders with mappings beside definitions, those that exist."""
    beside = (place / FOLDER for place in directories if place is not None)
    return [folder for folder in beside if folder.is_dir()]


def mapping_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are mappings, by name. Raises OSError."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.name != SCHEMA_FILE and SUFFIX in path.name.casefold()
    )


def is_mapping(path: Path) -> bool:
    """Tell whether a file is a mapping: it lies in a folder of them or names an instrument, which
    no definition does.
    """
    if path.parent.name == FOLDER:
        return True
    content = _read(path)
    return isinstance(content, dict) and "instrument" in content


def check_mapping_files(paths: Sequence[Path], catalog: Catalog) -> list[MappingFile]:
    """Check files, and that no two of them have one id or claim one form."""
    files = [MappingFile(path, _check(path, catalog)) for path in paths]
    return _refuse_rivals(files)


def load_mappings(directories: Iterable[Path | None], catalog: Catalog) -> Mappings:
    """Load and check the mappings beside the shipped and the site's definitions.

    Raises DefinitionError with every fault of every file.
    """
    paths: list[Path] = []
    lines: list[str] = []
    for folder in mapping_folders(directories):
        try:
            paths += mapping_files(folder)
        except OSError as error:
            lines.append(f"{folder}: (document): the directory cannot be read: {error.strerror}")
    files = check_mapping_files(paths, catalog)
    lines += [line for file in files for line in file.lines()]
    if lines:
        raise DefinitionError(lines)
    return Mappings(file.checked.mapping for file in files if file.checked.mapping is not None)


def _check(path: Path, catalog: Catalog) -> CheckedMapping:
    content = _read(path)
    if isinstance(content, Issue):
        return CheckedMapping(None, (content,))
    return check_mapping(content, catalog)


def _read(path: Path) -> object:
    """Return the content of a file, or the fault that keeps it from being read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Issue((), "unreadable_file", "is not a file")
        if path.suffix.casefold() != SUFFIX:
            return Issue((), "misplaced_file", f"is not loaded: the name must end in {SUFFIX}")
        if status.st_size > LARGEST_FILE:
            return Issue((), "too_large", f"the file must have at most {LARGEST_FILE} bytes")
        return loads(path.read_bytes())
    except UnreadableJSON as unreadable:
        return Issue((), unreadable.code, unreadable.sentence)
    except OSError as error:
        return Issue((), "unreadable_file", f"the file cannot be read: {error.strerror}")


def _refuse_rivals(files: Sequence[MappingFile]) -> list[MappingFile]:
    first: dict[object, Path] = {}
    kept = []
    for file in files:
        mapping = file.checked.mapping
        faults = () if mapping is None else tuple(_rivals(mapping, file.path, first))
        kept.append(file._replace(checked=CheckedMapping(None, faults)) if faults else file)
    return kept


def _rivals(mapping: SourceMapping, path: Path, first: dict[object, Path]) -> Iterator[Issue]:
    fhir = mapping.document.get("fhir") or {}
    claims: list[tuple[Place, object]] = [(("id",), ("id", mapping.id))]
    for index, address in enumerate(fhir.get("questionnaires", ())):
        claims.append((("fhir", "questionnaires", index), address))
    for index, code in enumerate(fhir.get("codes", ())):
        claims.append((("fhir", "codes", index), (code["system"], code["code"])))
    for place, claim in claims:
        other = first.setdefault(claim, path)
        if other is not path:
            yield Issue(place, "duplicate_claim", f"is also in {other}")
