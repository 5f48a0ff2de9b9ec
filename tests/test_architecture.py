"""Imports point inward, and the scoring engine stands on the standard library alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[1] / "service"
MODULES = sorted(SERVICE.rglob("*.py"))

# What each package may import besides itself. Every other module is a leaf: it knows other leaves
# at most.
PACKAGES = {
    "strict": {"scoring"},
    "scoring": set(),
    "alliance": {"scoring"},
    "calibration": {"alliance", "scoring"},
    "definitions": {"scoring", "strict"},
    "chart": set(),
    "operations": set(),
    "api": {"alliance", "chart", "definitions", "operations", "scoring", "settings", "strict"},
    "description": {
        "alliance",
        "api",
        "definitions",
        "operations",
        "scoring",
        "settings",
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


@pytest.mark.parametrize("part", ["calibration", "description"])
def test_the_server_never_loads_what_only_commands_need(part):
    users = {name_of(module) for module in MODULES if part in own_parts(module)}
    assert users == {"__main__.py"}


def modules_imported_by(module: Path) -> set[Path]:
    """Return the modules of the service that a module imports from."""
    names = {name for name in imported(module) if name.startswith("service.")}
    paths = [SERVICE.joinpath(*name.split(".")[1:]) for name in names]
    return {path.with_suffix(".py") for path in paths if path.with_suffix(".py") in MODULES}


def test_no_module_imports_itself_in_a_circle():
    remaining = {module: modules_imported_by(module) for module in MODULES}
    while free := [module for module, uses in remaining.items() if not uses & remaining.keys()]:
        for module in free:
            del remaining[module]
    assert sorted(map(name_of, remaining)) == []


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
