"""The figures of `make structure`, from sources whose figures can be counted by eye."""

import ast
from pathlib import Path

import pytest

from tools import structure


def package(folder: Path, **sources: str) -> list[structure.Module]:
    """Write a package `inside`, `low__c` being c of the folder low, and return its modules."""
    for name, source in {"__init__": "", **sources}.items():
        path = (
            folder
            / "inside"
            / (f"{name}.py" if name[0] == "_" else f"{name.replace('__', '/')}.py")
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return structure.modules_below(folder / "inside")


@pytest.mark.parametrize(
    ("body", "ways"),
    [
        ("return 1", 1),
        ("return 1 if a else 2", 2),
        ("if a:\n  return 1\nelif b:\n  return 2\nelse:\n  return 3", 3),
        ("return a and b and c", 3),
        ("return [x for x in a if x if b]", 4),
        ("for x in a:\n  while x:\n    pass", 3),
        ("try:\n  a()\nexcept E:\n  b()\nfinally:\n  c()", 2),
        ("match a:\n  case 1:\n    b()\n  case _:\n    c()", 3),
        ("def inner():\n  return 1 if a else 2\nreturn inner", 1),
    ],
)
def test_a_function_is_as_complex_as_it_has_branches(body, ways):
    lines = "\n".join(f"  {line}" for line in body.splitlines())
    [function] = ast.parse(f"def f():\n{lines}").body
    assert structure.complexity(function) == ways


def test_imports_are_found_wherever_they_stand(tmp_path):
    modules = package(
        tmp_path,
        a="from inside import b\nimport inside.low.c",
        b="def f():\n  from inside.low import c",
        low__c="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  import inside.a",
        low__d="from ..b import f\nfrom . import c",
    )
    assert structure.imports(modules) == {
        "inside": set(),
        "inside.a": {"inside", "inside.b", "inside.low.c"},
        "inside.b": {"inside.low.c"},
        "inside.low.c": set(),
        "inside.low.d": {"inside.b", "inside.low.c"},
    }


def test_a_circle_is_what_comes_back_to_itself():
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert structure.in_circles(arrows) == {"b", "c"}
    assert structure.depth(arrows) is None


def test_the_depth_is_the_longest_chain():
    assert structure.depth({"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": set()}) == 3


def test_the_figures_of_a_package(tmp_path):
    source = '"""One."""\n# why\n\n\ndef f(a):\n    """Do."""\n    return 1 if a else 2\n'
    modules = package(
        tmp_path, one=source, two="x = 1\n" + "y" * 60 + " = " + "1" * 60 + "\n", tests__t=""
    )
    assert structure.figures(modules) == structure.Figures(
        modules=3,
        largest_folder=2,
        in_circles=0,
        import_depth=1,
        complexity_per_10_code_lines=10 * 2 / 2,
        greatest_complexity=2,
        too_complex=0,
        long_lines_percent=100 * 1 / 9,
        conditional_expressions_per_1000_lines=1000 * 1 / 9,
        comments_per_100_lines=100 * 1 / 9,
        function_length_median=3,
        function_length_p90=3,
    )


@pytest.mark.parametrize(
    ("line", "long"),
    [
        ("x = " + "1" * 96, False),
        ("x = " + "1" * 97, True),
        ("x" * 101, False),
        ("x = " + "1" * 96 + "  # type: ignore[misc]", False),
    ],
)
def test_a_line_is_long_where_it_can_be_broken(line, long):
    assert structure.is_long(line) is long


def test_every_folder_and_every_anchor_has_its_line(capsys):
    structure.main([])
    printed = capsys.readouterr().out
    for name in ("service", "alliance/rules", "scoring", *structure.ANCHORS):
        assert f"\n{name} " in printed
