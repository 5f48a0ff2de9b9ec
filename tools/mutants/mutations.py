"""The mutants of a module: its syntax tree with one small error in it.

What no program notices is left alone: docstrings, annotations, decorators, messages (strings with
blanks in them), and numbers that a program wrote.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

WRITTEN_BY_PROGRAM = frozenset({"calibrated.py"})

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
NAMED = (ast.FunctionDef, ast.ClassDef)
LONGEST_STATEMENT = 100
CODE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
NO_NUMBERS = (ast.JoinedStr, ast.Tuple, ast.List, ast.ListComp)
NOT_CODE = frozenset(
    {"annotation", "returns", "decorator_list", "bases", "format_spec", "msg", "ctx"}
)
CHECKS_ALONE = frozenset({"strict"})
"""Keywords that only make Python check what holds already."""


@dataclass(frozen=True)
class Mutant:
    """One error: where it is, the source it changes and what it makes of it.

    `nth` counts what else is the same in all that, from 0.
    """

    module: str
    function: str
    statement: str
    before: str
    after: str
    nth: int
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Say where it is and what it changes."""
        where = f"{self.module}:{self.line} {self.function or 'module'}"
        return f"{where}: {self.before}  ->  {self.after}  in  {self.statement}"


class _Site(NamedTuple):
    """A place in a tree and what to put there."""

    parent: ast.AST
    field: str
    place: int | None
    function: str
    statement: str
    replacement: ast.AST

    @property
    def node(self) -> ast.AST:
        value = getattr(self.parent, self.field)
        found: ast.AST = value if self.place is None else value[self.place]
        return found

    def put(self, node: ast.AST) -> None:
        if self.place is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.place] = node


def mutants_of(root: Path, module: Path) -> list[Mutant]:
    """Return the mutants of a module in the order of its source."""
    if module.name in WRITTEN_BY_PROGRAM:
        return []
    tree = ast.parse(module.read_text("utf-8"))
    name = module.relative_to(root).as_posix()
    return [mutant for mutant, _ in _mutants(tree, name)]


def mutated(root: Path, mutant: Mutant) -> str:
    """Return the source of a mutant's module with its error in it. Comments are lost."""
    tree = ast.parse((root / mutant.module).read_text("utf-8"))
    for found, site in _mutants(tree, mutant.module):
        if found == mutant:
            site.put(site.replacement)
            return ast.unparse(ast.fix_missing_locations(tree))
    raise LookupError(f"no such mutant: {mutant}")


def _mutants(tree: ast.Module, module: str) -> Iterator[tuple[Mutant, _Site]]:
    seen = Counter[tuple[str, ...]]()
    for site in _sites(tree):
        texts = ast.unparse(site.node), ast.unparse(site.replacement)
        change = (site.function, site.statement, *texts)
        yield Mutant(module, *change, seen[change], site.node.lineno), site  # type: ignore[attr-defined]
        seen[change] += 1


def _sites(node: ast.AST, function: str = "", statement: str = "") -> Iterator[_Site]:
    """Yield every place below a node where something can go wrong, and what."""
    if isinstance(node, ast.keyword) and node.arg in CHECKS_ALONE:
        return
    for name, value in ast.iter_fields(node):
        if name in NOT_CODE:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_no_code(child):
                continue
            at = index if isinstance(value, list) else None
            within = _first_line(child) if isinstance(child, ast.stmt) else statement
            for replacement in _errors(child, node, name):
                yield _Site(node, name, at, function, within, replacement)
            inner = f"{function}.{child.name}".lstrip(".") if isinstance(child, NAMED) else function
            yield from _sites(child, inner, within)


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0][:LONGEST_STATEMENT]


def _is_no_code(node: ast.AST) -> bool:
    """Tell whether a node is a docstring, an import, or speaks of types."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
        case ast.Subscript(value=ast.Name(id="Literal")) | ast.BinOp(op=ast.BitOr()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _errors(node: ast.AST, parent: ast.AST, name: str) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node by mistake."""
    if name in ("test", "ifs") and not isinstance(parent, ast.Assert):
        yield from _negated(node)
    if type(node) in ERRORS:
        yield from ERRORS[type(node)](node)


def _negated(test: ast.AST) -> Iterator[ast.AST]:
    """Yield the opposite of a condition that no other error negates."""
    is_negated_elsewhere = isinstance(test, ast.Compare) and len(test.ops) == 1
    if isinstance(test, ast.expr) and not is_negated_elsewhere and not _is_not(test):
        yield ast.UnaryOp(ast.Not(), test)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for other in COMPARED[type(op)]:
            yield _changed(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _calculated(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    is_text = isinstance(node, ast.BinOp) and _is_text(node)
    if type(node.op) in CALCULATED and not is_text:
        yield _changed(node, op=CALCULATED[type(node.op)]())


def _without_sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def _opposite(node: ast.Name) -> Iterator[ast.AST]:
    if node.id in OPPOSITES:
        yield _changed(node, id=OPPOSITES[node.id])


def _other_constants(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str) and CODE.fullmatch(value):
        yield ast.Constant(value + "_")


def _nothing_returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not _is_none(node.value):
        yield _changed(node, value=ast.Constant(None))


def _not_called(node: ast.Expr) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Call):
        yield ast.Pass()


def _without_keyword(node: ast.Call) -> Iterator[ast.AST]:
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in CHECKS_ALONE:
            yield _changed(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])


ERRORS: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _compared,
    ast.BoolOp: _joined,
    ast.BinOp: _calculated,
    ast.AugAssign: _calculated,
    ast.UnaryOp: _without_sign,
    ast.Name: _opposite,
    ast.Constant: _other_constants,
    ast.Return: _nothing_returned,
    ast.Expr: _not_called,
    ast.Call: _without_keyword,
    ast.Break: lambda _: iter([ast.Continue()]),
    ast.Continue: lambda _: iter([ast.Break()]),
}


def _changed(node: ast.AST, **members: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in members.items():
        setattr(other, name, value)
    return other


def _is_text(node: ast.BinOp) -> bool:
    """Tell whether a sum puts texts or lists together."""
    return any(
        isinstance(part, NO_NUMBERS)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in (node.left, node.right)
    )


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
