"""Imports point inward, and the scoring engine stands on the standard library alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import structure

SERVICE = Path(__file__).parents[1] / "service"
MODULES = sorted(SERVICE.rglob("*.py"))
ROOMS = structure.modules_below(SERVICE)
ARROWS = structure.imports(ROOMS)

# What each package may import besides itself. Every other module is a leaf: it knows other leaves
# at most.
PACKAGES = {
    "access": {"scoring", "strict"},
    "batch": {
        "alliance",
        "definitions",
        "scoring",
        "settings",
        "sources",
        "spreadsheet",
        "strict",
    },
    "strict": {"scoring"},
    "scoring": set(),
    "alliance": {"scoring"},
    "calibration": {"alliance", "scoring"},
    "learning": {"alliance", "api", "calibration", "chart", "definitions", "scoring", "strict"},
    "definitions": {"scoring", "strict"},
    "attributes": {"alliance", "definitions", "scoring"},
    "chart": {"scoring"},
    "languages": {"alliance", "cds", "chart", "scoring", "strict"},
    "commands": {
        "definitions",
        "fhir",
        "languages",
        "releases",
        "scoring",
        "settings",
        "sources",
        "strict",
    },
    "sources": {"definitions", "scoring", "strict"},
    "fhir": {"alliance", "definitions", "scoring", "sources"},
    "cds": {"alliance", "definitions", "fhir", "scoring", "sources"},
    "operations": set(),
    "releases": {"definitions", "languages", "scoring", "sources", "strict"},
    "api": {
        "access",
        "alliance",
        "attributes",
        "cds",
        "chart",
        "definitions",
        "fhir",
        "languages",
        "operations",
        "scoring",
        "settings",
        "sources",
        "spreadsheet",
        "strict",
    },
    "description": {
        "alliance",
        "api",
        "attributes",
        "cds",
        "definitions",
        "fhir",
        "operations",
        "scoring",
        "settings",
        "sources",
        "strict",
    },
}
ROOTS = {"app", "__main__", "__init__"}


def part_of(module: Path) -> str:
    """Return the part of the service that a module belongs to: a package, or the module itself."""
    first = module.relative_to(SERVICE).parts[0]
    return first.removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever it does so."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            name = node.module or ""
            yield from (
                (f"{name}.{alias.name}" for alias in node.names) if name == "service" else [name]
            )


def own_parts(module: Path) -> set[str]:
    """Return the parts of the service that a module imports, without its own."""
    names = {name.split(".")[1] for name in imported(module) if name.startswith("service.")}
    return names - {part_of(module), "__version__"}


def name_of(module: Path) -> str:
    return str(module.relative_to(SERVICE))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_inward(module):
    part, uses = part_of(module), own_parts(module)
    if part in PACKAGES:
        assert uses <= PACKAGES[part]
    elif part not in ROOTS:
        assert not uses & (PACKAGES.keys() | ROOTS), "a leaf imports a package"


COMMANDS = {"batch", "calibration", "commands", "learning", "description"}


def test_the_server_never_loads_what_only_commands_need():
    users = {
        name_of(module)
        for module in MODULES
        if own_parts(module) & COMMANDS and part_of(module) not in COMMANDS
    }
    assert users == {"__main__.py"}


# Packages with folders of their own: what each folder may import of the others.
FOLDERS = {
    "access": {"tokens": set()},
    "alliance": {
        "reading": set(),
        "series": set(),
        "rules": {"series"},
        "judging": {"series", "rules"},
        "report": {"series", "rules", "judging"},
    },
    "api": {
        "batch_routes": {"source_routes"},
        "drawings": set(),
        "fhir_routes": set(),
        "cds_routes": {"fhir_routes"},
        "console_routes": set(),
        "documentation_routes": set(),
        "source_routes": set(),
    },
    "batch": {"engine": set(), "files": {"engine"}},
    "calibration": {"document": set()},
    "chart": {"card": set(), "course": set(), "items": set()},
    "description": {"pages": set()},
    "fhir": {
        "importing": {"reading"},
        "reading": set(),
        "writing": {"reading"},
        "publishing": {"reading", "writing"},
    },
    "learning": {"estimation": set(), "reading": set(), "output": {"estimation"}},
    "definitions": {
        "build": set(),
        "checks": {"build"},
        "examples": {"build", "checks"},
        "shape": {"build"},
    },
    "scoring": {
        "form": {"recoding"},
        "interpretation": set(),
        "recoding": set(),
        "wording": set(),
    },
    "sources": {"checks": set(), "drafting": set()},
}


def folder_of(name: str) -> tuple[str, str] | None:
    """Return package and folder of a module named as imported, None outside any folder."""
    _, *steps = name.split(".")
    inside = len(steps) > 1 and SERVICE.joinpath(*steps[:2]).is_dir()
    return (steps[0], steps[1]) if inside else None


def test_folders_of_a_package_import_each_other_one_way():
    arrows: dict[tuple[str, str], set[str]] = {}
    for name, uses in ARROWS.items():
        if of := folder_of(name):
            within = {folder_of(used) for used in uses}
            arrows.setdefault(of, set()).update(
                to[1] for to in within if to and to[0] == of[0] and to != of
            )
    for (package, folder), used in arrows.items():
        assert used <= FOLDERS[package][folder], f"{package}/{folder}"


def test_no_module_imports_itself_in_a_circle():
    assert structure.in_circles(ARROWS) == set()


WITHOUT_BOUND = {
    "_none_at_best",
    "_unit",
    "document",
    "document_as_json",
    "explanations",
    "page",
    "settings_of_this_process",
    "unknown",
}
"""Functions that keep every result: their arguments come from fixed lists or loaded definitions."""


def kept_results() -> Iterator[tuple[str, str]]:
    """Yield each decorator of the service that keeps results, with the name of its function."""
    for module in MODULES:
        if part_of(module) in ("calibration", "learning", "batch", "commands"):
            continue  # no server
        for node in ast.walk(ast.parse(module.read_text())):
            for decorator in getattr(node, "decorator_list", ()):
                if "cache" in ast.unparse(decorator):
                    yield ast.unparse(decorator), node.name


def test_every_cache_has_a_bound_and_a_row_in_the_page_of_limits():
    page = (SERVICE.parent / "docs" / "limits.md").read_text()
    found = list(kept_results())
    assert len(found) >= 15
    assert [name for _, name in found if f"`{name}`" not in page] == []
    bounded = ("lru_cache(maxsize=", "cached_property")
    unbounded = {name for how, name in found if not how.startswith(bounded) or "None" in how}
    assert unbounded == WITHOUT_BOUND


MOST_MODULES = 14


def test_folders_are_small_enough_to_take_in():
    sizes = structure.flat_sizes(ROOMS)
    large = {name_of(folder): size for folder, size in sizes.items() if size > MOST_MODULES}
    assert large == {}


# Lines of prose and of a style sheet, as they are written.
PROSE = {
    "calibration/document/conflicts.py",
    "calibration/document/page.py",
    "calibration/document/plot.py",
    "calibration/document/prose.py",
}


def test_lines_fit_on_a_screen():
    long = {name_of(one.path) for one in ROOMS if any(map(structure.is_long, one.lines))}
    assert long == PROSE


def test_functions_can_be_followed():
    """At most 12 ways through each (`make structure` lists the longest)."""
    complex_ones = [
        f"{module.name}.{function.name}"
        for module in ROOMS
        for function in module.functions
        if function.complexity > structure.MOST_COMPLEX
    ]
    assert complex_ones == []


CORE = [module for module in MODULES if part_of(module) in ("scoring", "alliance")]


@pytest.mark.parametrize("module", CORE, ids=name_of)
def test_the_core_imports_only_itself_and_the_standard_library(module):
    for name in imported(module):
        top = name.split(".")[0]
        assert (
            name.startswith(("service.scoring", "service.alliance"))
            or top in sys.stdlib_module_names
        ), name


FORBIDDEN = {
    "datetime",
    "logging",
    "io",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "time",
    "uuid",
}


@pytest.mark.parametrize("module", CORE, ids=name_of)
def test_the_core_has_no_clock_no_chance_and_no_io(module):
    assert not {name.split(".")[0] for name in imported(module)} & FORBIDDEN
    called = {
        node.func.id
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print", "input", "eval", "exec", "__import__"}


LOADED = """
import sys
before = set(sys.modules)
import service.alliance.report.report
import service.scoring.report
for name in sorted(set(sys.modules) - before):
    top = name.split(".")[0]
    ours = name == "service" or name.startswith(("service.scoring", "service.alliance"))
    if top not in sys.stdlib_module_names and not ours:
        print(name)
"""


def test_importing_the_core_loads_nothing_else():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=SERVICE.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
