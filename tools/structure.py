"""Print how the service is built, in figures, beside those of projects that are known to read well.

`python -m tools.structure [FOLDER]` looks at every module below a folder (default: service/).
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LINE = 100
MOST_COMPLEX = 12
NOTE_TO_CHECKER = re.compile(r"  # (type: ignore|noqa).*")
TESTS = {"tests", "_tests", "test"}

# What adds a way through a function; `and`, `or` and comprehensions do as well.
BRANCHES = (
    *(ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.Assert),
    *(ast.comprehension, ast.match_case),
)


@dataclass(frozen=True)
class Function:
    """A function: its length in lines with the docstring, and its complexity (McCabe 1976)."""

    name: str
    line: int
    length: int
    complexity: int


@dataclass(frozen=True)
class Module:
    """A module and what its source says."""

    path: Path
    name: str
    source: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.source.splitlines()

    @cached_property
    def imported(self) -> frozenset[str]:
        """Everything that it imports, by dotted name: modules and what is taken from them."""
        return frozenset(_imported(self))

    @cached_property
    def n_comments(self) -> int:
        """How many comments it has."""
        tokens = tokenize.generate_tokens(io.StringIO(self.source).readline)
        return sum(token.type == tokenize.COMMENT for token in tokens)

    @cached_property
    def n_code_lines(self) -> int:
        """How many lines of its functions are neither blank nor only comment or docstring."""
        texts = [node for node in ast.walk(self.tree) if _is_docstring(node)]
        code = _lines_of(node for _, node in _functions(self.tree)) - _lines_of(texts)
        return sum(
            number in code and bool(text.strip()) and not text.lstrip().startswith("#")
            for number, text in enumerate(self.lines, 1)
        )

    @cached_property
    def n_conditional_expressions(self) -> int:
        """How many times it says `a if b else c`."""
        return sum(isinstance(node, ast.IfExp) for node in ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[Function]:
        """Its functions and methods, inner ones too."""
        return [
            Function(
                name,
                node.lineno,
                (node.end_lineno or node.lineno) - node.lineno + 1,
                complexity(node),
            )
            for name, node in _functions(self.tree)
        ]


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _lines_of(nodes: Iterable[ast.AST]) -> set[int]:
    """Return the numbers of the lines that some nodes stand on."""
    return {
        line
        for node in nodes
        for line in range(node.lineno, node.end_lineno + 1)  # type: ignore[attr-defined]
    }


def _functions(
    node: ast.AST, within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{within}.{child.name}".lstrip(".")
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, child
        yield from _functions(child, name)


def complexity(function: ast.AST) -> int:
    """Return one more than the number of branches of a function, without its inner functions."""
    ways = 1
    nodes = list(ast.iter_child_nodes(function))
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        ways += isinstance(node, BRANCHES)
        ways += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        ways += len(node.ifs) if isinstance(node, ast.comprehension) else 0
        nodes.extend(ast.iter_child_nodes(node))
    return ways


def modules_below(folder: Path) -> list[Module]:
    """Return every module below a package's folder but its tests, named as it is imported."""
    top = folder
    while (top.parent / "__init__.py").exists():
        top = top.parent
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(top.parent).with_suffix("").parts
        if not TESTS & set(parts):
            name = ".".join(parts).removesuffix(".__init__")
            found.append(Module(path, name, path.read_text("utf-8")))
    return found


def imports(modules: Iterable[Module]) -> dict[str, set[str]]:
    """Return which of the modules each imports, wherever it does so but for types alone."""
    by_name = {module.name: module.imported for module in modules}
    return {name: (by_name.keys() & used) - {name} for name, used in by_name.items()}


def _imported(module: Module) -> Iterator[str]:
    parents = module.name.split(".")
    if module.path.name == "__init__.py":
        parents.append("__init__")
    nodes: list[ast.AST] = [module.tree]
    while nodes:
        node = nodes.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                continue
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                above = parents[: -node.level] if node.level else []
                name = ".".join([*above, node.module] if node.module else above)
                yield name
                yield from (f"{name}.{alias.name}" for alias in node.names)
        nodes.extend(ast.iter_child_nodes(node))


def in_circles(arrows: Mapping[str, set[str]]) -> set[str]:
    """Return the modules that import themselves by way of others."""
    return {name for name in arrows if name in _reached(arrows, name)}


def _reached(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    nodes = list(arrows[start])
    while nodes:
        name = nodes.pop()
        if name not in reached:
            reached.add(name)
            nodes.extend(arrows[name])
    return reached


def depth(arrows: Mapping[str, set[str]]) -> int | None:
    """Return how many modules the longest chain of imports has, None where there is a circle."""
    if in_circles(arrows):
        return None
    floors: dict[str, int] = {}
    while len(floors) < len(arrows):
        for name, uses in arrows.items():
            if uses <= floors.keys():
                floors[name] = 1 + max((floors[used] for used in uses), default=0)
    return max(floors.values(), default=0)


def flat_sizes(modules: Iterable[Module]) -> dict[Path, int]:
    """Return how many modules each folder holds itself, `__init__` not counted."""
    sizes: dict[Path, int] = {}
    for module in modules:
        sizes.setdefault(module.path.parent, 0)
        sizes[module.path.parent] += module.path.name != "__init__.py"
    return sizes


@dataclass(frozen=True)
class Figures:
    """How a set of modules is built. Lines are all lines, code lines those of functions alone."""

    modules: int
    largest_folder: int
    in_circles: int
    import_depth: int | None
    complexity_per_10_code_lines: float
    greatest_complexity: int
    too_complex: int
    long_lines_percent: float
    conditional_expressions_per_1000_lines: float
    comments_per_100_lines: float
    function_length_median: float
    function_length_p90: float


def figures(modules: Sequence[Module]) -> Figures:
    """Return the figures of some modules, and of the imports among them."""
    arrows = imports(modules)
    functions = [function for module in modules for function in module.functions]
    lengths = sorted(function.length for function in functions) or [0]
    ways = [function.complexity for function in functions]
    lines = [line for module in modules for line in module.lines]
    n_lines = len(lines) or 1
    n_conditional = sum(module.n_conditional_expressions for module in modules)
    return Figures(
        modules=len(modules),
        largest_folder=max(flat_sizes(modules).values(), default=0),
        in_circles=len(in_circles(arrows)),
        import_depth=depth(arrows),
        complexity_per_10_code_lines=10 * sum(ways) / (sum(m.n_code_lines for m in modules) or 1),
        greatest_complexity=max(ways, default=0),
        too_complex=sum(way > MOST_COMPLEX for way in ways),
        long_lines_percent=100 * sum(map(is_long, lines)) / n_lines,
        conditional_expressions_per_1000_lines=1000 * n_conditional / n_lines,
        comments_per_100_lines=100 * sum(m.n_comments for m in modules) / n_lines,
        function_length_median=statistics.median(lengths),
        function_length_p90=lengths[int(0.9 * len(lengths))],
    )


def is_long(line: str) -> bool:
    """Tell whether a line is too long: one that can be broken, without a checker's note."""
    text = NOTE_TO_CHECKER.sub("", line)
    return len(text) > LONGEST_LINE and " " in text.strip()


# Packages that read well, measured with this program as they were released, without their tests.
ANCHORS = {
    "flask 3.1": Figures(24, 17, 12, None, 3.1, 23, 8, 0.1, 1.4, 8.0, 12, 42),
    "flask-smorest 0.47": Figures(14, 10, 2, None, 2.8, 17, 2, 0.0, 2.1, 7.3, 13, 44),
    "h11 0.16": Figures(11, 10, 0, 7, 3.6, 16, 3, 0.0, 1.2, 26.9, 7, 39),
    "httpx 0.28": Figures(23, 16, 2, None, 2.6, 48, 4, 0.0, 9.3, 5.1, 9, 34),
    "kinto 26.5": Figures(99, 15, 10, None, 2.5, 39, 20, 0.1, 1.7, 6.9, 9, 38),
    "marshmallow 4.4": Figures(14, 11, 3, None, 3.2, 24, 6, 0.4, 7.5, 4.7, 7.5, 30),
    "openfisca-core 46": Figures(142, 11, 61, None, 2.8, 32, 13, 1.0, 1.5, 4.9, 8, 43),
    "referencing 0.37": Figures(7, 6, 3, None, 3.4, 13, 1, 0.1, 0.6, 4.1, 8, 29),
    "structlog 26.1": Figures(21, 20, 11, None, 3.0, 24, 5, 0.1, 2.1, 4.0, 7, 29),
}

HEADS = {
    "modules": "modules",
    "largest_folder": "largest\nfolder",
    "in_circles": "in import\ncircles",
    "import_depth": "import\ndepth",
    "complexity_per_10_code_lines": "complexity /\n10 code lines",
    "greatest_complexity": "greatest\ncomplexity",
    "too_complex": f"functions\nover {MOST_COMPLEX}",
    "long_lines_percent": f"% of lines\nover {LONGEST_LINE}",
    "conditional_expressions_per_1000_lines": "a if b else c\n/ 1,000 lines",
    "comments_per_100_lines": "comments /\n100 lines",
    "function_length_median": "function:\nmedian",
    "function_length_p90": "90th\npercentile",
}


def table(packages: Mapping[str, Figures]) -> str:
    """Return the figures of packages, a line each below two lines of heads."""
    heads = [head.split("\n") for head in HEADS.values()]
    rows = [["", *(head[0] if len(head) > 1 else "" for head in heads)]]
    rows.append(["", *(head[-1] for head in heads)])
    rows += [
        [package, *(_shown(getattr(found, name)) for name in HEADS)]
        for package, found in packages.items()
    ]
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(
        row[0].ljust(first)
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], others, strict=True))
        for row in rows
    )


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}".removesuffix(".0")


def main(arguments: Sequence[str]) -> None:
    """Print the figures of a package, of its folders, and of the anchors."""
    package = Path(arguments[0]).resolve() if arguments else ROOT / "service"
    modules = modules_below(package)
    print(table({package.name: figures(modules), **ANCHORS}), end="\n\n")
    folders = [folder for folder in flat_sizes(modules) if folder != package]
    below = {
        str(folder.relative_to(package)): [m for m in modules if m.path.is_relative_to(folder)]
        for folder in folders
    }
    print(table({name: figures(found) for name, found in below.items()}), end="\n\n")
    print(f"Functions over {MOST_COMPLEX}:")
    for module in modules:
        for function in module.functions:
            if function.complexity > MOST_COMPLEX:
                print(f"  {function.complexity:3} {module.name}.{function.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
