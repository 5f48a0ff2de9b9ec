"""Which errors `make mutants` puts into a module, and what it makes of the tests' answer."""

import ast
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tools.mutants import run
from tools.mutants.covering import MOST_CASES, MOST_TESTS, Covering, few_of_each
from tools.mutants.equivalent import EQUIVALENT
from tools.mutants.mutations import Mutant, mutants_of, mutated


@pytest.fixture
def errors(tmp_path):
    """Return what may stand in place of what, for a source."""

    def errors(source: str) -> set[tuple[str, str]]:
        (tmp_path / "module.py").write_text(source)
        return {(one.before, one.after) for one in mutants_of(tmp_path, tmp_path / "module.py")}

    return errors


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", {("a < b", "a <= b"), ("a < b", "a >= b")}),
        ("x = a >= b", {("a >= b", "a > b"), ("a >= b", "a < b")}),
        ("x = a == b", {("a == b", "a != b")}),
        ("x = a == b != c", {("a == b != c", "a != b != c"), ("a == b != c", "a == b == c")}),
        ("x = a is None", {("a is None", "a is not None")}),
        ("x = a not in b", {("a not in b", "a in b")}),
        ("x = a and b", {("a and b", "a or b")}),
        ("x = a + b", {("a + b", "a - b")}),
        ("x = a * b", {("a * b", "a / b")}),
        ("x = a // b", {("a // b", "a * b")}),
        ("a += b", {("a += b", "a -= b")}),
        ("x = not a", {("not a", "a")}),
        ("x = -a", {("-a", "a")}),
        ("x = 3", {("3", "4"), ("3", "2")}),
        ("x = True", {("True", "False")}),
        ("x = 'mean'", {("'mean'", "'mean_'")}),
        ("x = min(a)", {("min", "max")}),
        ("x = f(a, key=b)", {("f(a, key=b)", "f(a)")}),
        ("f(a)", {("f(a)", "pass")}),
        ("x = a if b else c", {("b", "not b")}),
        ("x = [a for a in b if a]", {("a", "not a")}),
        ("if a and b: pass", {("a and b", "a or b"), ("a and b", "not (a and b)")}),
        ("def f(): return a", {("return a", "return None")}),
        ("def f(a=1): pass", {("1", "2"), ("1", "0")}),
        ("for x in a: break", {("break", "continue")}),
    ],
)
def test_an_error_of_each_kind(errors, source, expected):
    assert errors(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Docstring."""',
        "import a",
        "x: int | None",
        "def f(a: Literal['x']) -> list['y']: pass",
        "Kind = Literal['mean', 'sum']",
        "@dataclass(frozen=True)\nclass A: pass",
        "x = 'A message to a reader'",
        "x = 'with blanks'",
        "x = zip(a, b, strict=True)",
        "x = 'some text ' + a",
        "def f(): return None",
        "def f(): return",
    ],
)
def test_what_no_program_notices_is_left_alone(errors, source):
    assert errors(source) == set()


def test_a_calculation_in_a_text_can_be_wrong(errors):
    assert ("100 * a", "100 / a") in errors("x = f'about {100 * a:g} of 100'")


def test_numbers_that_a_program_wrote_are_left_alone(tmp_path):
    (tmp_path / "calibrated.py").write_text("x = 1")
    assert mutants_of(tmp_path, tmp_path / "calibrated.py") == []


SOURCE = """
class A:
    def f(self, a):
        # why
        if a > 1:
            return 1
        return 1
"""


def test_a_mutant_is_known_without_its_line(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(SOURCE)
    before = mutants_of(tmp_path, module)
    module.write_text("\n\n# another comment\n" + SOURCE)
    after = mutants_of(tmp_path, module)
    assert before == after
    assert {two.line - one.line for one, two in zip(before, after, strict=True)} == {3}
    assert max(Counter(before).values()) == 1
    assert Mutant("module.py", "A.f", "return 1", "1", "2", 1, line=0) in before


def test_a_mutant_has_one_error_and_nothing_else(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(SOURCE)
    sound = ast.unparse(ast.parse(SOURCE)).splitlines()
    for one in mutants_of(tmp_path, module):
        wrong = mutated(tmp_path, one).splitlines()
        assert sum(a != b for a, b in zip(sound, wrong, strict=True)) == 1, one
    assert module.read_text() == SOURCE


def test_the_same_seed_draws_the_same():
    drawn = [
        run.sample(["service/scoring/interpretation/norms.py"], 20, seed) for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_whatever_is_called_equivalent_can_still_be_made():
    every = set(run.sample(run.PACKAGES, 10**6, 1))
    assert [mutant for mutant in EQUIVALENT if mutant not in every] == []
    assert all(len(why.split()) > 3 for why in EQUIVALENT.values())


def test_the_tests_named_after_a_module_come_first():
    first, second, *_ = run.stages(run.ROOT, "service/scoring/interpretation/norms.py")
    assert (first, second) == (("tests/scoring/interpretation/test_norms.py",), ("tests/scoring",))


def test_every_test_that_mutants_meet_exists():
    for groups in run.STAGES.values():
        assert [path for tests in groups for path in tests if not (run.ROOT / path).exists()] == []


def test_the_closest_tests_are_those_of_the_statement():
    known = Covering({("a.py", 3): ("one",), ("a.py", 5): ("two", "three"), ("b.py", 1): ()})
    assert known.closest("a.py", 5) == ("two", "three")
    assert known.closest("a.py", 4) == ("one",)  # its second line
    assert known.closest("a.py", 2) == known.closest("b.py", 4) == ()


def test_few_cases_of_a_test_and_not_too_many_tests_are_close():
    cases = [f"test_a[{number}]" for number in range(9)]
    assert [*few_of_each([*cases, "test_b"])] == [*cases[:MOST_CASES], "test_b"]
    assert len([*few_of_each([f"test_{number}" for number in range(99)])]) == MOST_TESTS


MUTANT = Mutant("service/scoring/doubling.py", "double", "return 2 * x", "2", "3", 0, line=2)


@pytest.mark.parametrize(
    ("counts", "enough"),
    [
        ({"killed": 19, "survived": 1}, True),
        ({"killed": 18, "timed out": 1, "survived": 1}, True),
        ({"killed": 18, "survived": 1}, False),
        ({"killed": 18, "survived": 1, "equivalent": 5}, False),
        ({}, True),
    ],
)
def test_95_of_100_that_make_a_difference_must_be_noticed(counts, enough):
    assert run.report(Counter(counts), [MUTANT] * counts.get("survived", 0)) is enough


@pytest.mark.parametrize(
    ("test", "fate"),
    [
        ("assert double(0) == 0", "survived"),
        ("assert double(1) == 2", "killed"),
        ("while double(1) == 3:\n        pass", "timed out"),
    ],
)
def test_what_becomes_of_a_mutant(tmp_path, monkeypatch, test, fate):
    files = {
        "service/scoring/doubling.py": "def double(x):\n    return 2 * x\n",
        "tests/scoring/test_doubling.py": (
            f"from service.scoring.doubling import double\n\n\ndef test_double():\n    {test}\n"
        ),
        "conftest.py": (
            "from hypothesis import settings\n\nsettings.register_profile('first-failure')\n"
        ),
        "pytest.ini": "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n",
    }
    for name, source in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    monkeypatch.setitem(run.STAGES, "scoring", (("tests/scoring",),))
    seconds = 2 if fate == "timed out" else 60
    closest = ("tests/scoring/test_doubling.py::test_double",) if fate == "killed" else ()
    with closing(run.Copy(tmp_path)) as copy:
        assert copy.run(["tests/scoring"])[0] == 0
        found = copy.with_error(MUTANT, {("tests/scoring",): seconds}, closest)
    assert (found.fate, found.by == "the closest") == (fate, fate == "killed")
    assert Path(tmp_path, MUTANT.module).read_text() == files[MUTANT.module]
