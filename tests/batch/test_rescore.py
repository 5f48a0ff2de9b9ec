"""`python -m service rescore`: which results two definitions differ in, and by which part."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from service.__main__ import main
from service.settings import Settings
from tests.sources.mappings import flat

SHIPPED = Path(Settings().instruments_dir)
ITEMS = [str(item) for item in range(1, 11)]
CORE = json.loads((SHIPPED / "core-10.json").read_text())

FORMS = "\n".join(
    [
        ",".join(["reference", *ITEMS]),
        "all-zero," + ",".join(["0"] * 10),
        "ramp,0,1,2,3,4,0,1,2,3,4",
        "blank,1,1,1,1,1,1,1,1,1,",
        "fault,9,1,1,1,1,1,1,1,1,1",
    ]
)


# Answers in the middle, which no change below alters.
EXAMPLES = [
    {
        "title": f"Total {total}",
        "answers": [2] * 9 + [last],
        "expect": {"scores": {"total": total}},
        "source": "arithmetic",
        "working": f"9 x 2 + {last}",
    }
    for last, total in ((2, 20), (1, 19))
]


@pytest.fixture(autouse=True)
def few_instruments(few: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command start at once."""
    shutil.copy(SHIPPED / "core-10.json", few.instruments_dir)
    monkeypatch.setenv("INSTRUMENTS_DIR", str(few.instruments_dir))


def compared(folder: Path, capsys: Any, change: Any, *options: str) -> tuple[int, Any, str]:
    """Compare the shipped CORE-10 with a changed one; return code, rows and what was said."""
    changed = json.loads(json.dumps(CORE))
    changed["version"] = "9.0.0"
    changed["examples"] = EXAMPLES
    change(changed)
    new, forms = folder / "new.json", folder / "forms.csv"
    new.write_text(json.dumps(changed))
    forms.write_text(FORMS)
    output = folder / "changes.ndjson"
    code = main(["rescore", "core-10", str(new), str(forms), "-o", str(output), *options])
    said = capsys.readouterr()
    rows = [json.loads(line) for line in output.read_text().splitlines()] if code < 2 else []
    return code, rows, said.out + said.err


def turned(definition: Any) -> None:
    item = definition["items"][0]
    item["reverse"] = not item.get("reverse", False)


def strict(definition: Any) -> None:
    for scale in definition["scales"]:
        scale["missing"] |= {"min_answered": 10, "method": "none"}


def test_the_same_definition_changes_nothing(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that neither version can score is told all the same: nobody knows of it."""
    code, rows, said = compared(tmp_path, capsys, lambda _: None)
    assert (code, rows) == (1, [])
    assert "nothing that counts" in said
    assert "of 4 rows 0 come out otherwise" in said
    assert "rows with a problem in both: 1;" in said
    monkeypatch.setattr(f"{__name__}.FORMS", FORMS.rpartition("\n")[0])
    code, rows, said = compared(tmp_path, capsys, lambda _: None)
    assert (code, rows) == (0, [])
    assert "problem" not in said


def test_a_key_that_was_turned_is_the_reason_of_the_rows_that_it_changes(
    tmp_path: Path, capsys: Any
) -> None:
    code, rows, said = compared(tmp_path, capsys, turned)
    assert code == 1
    values = {row["reference"]: row for row in rows if row["column"] == "total.sum"}
    # All zero: item 1 turned gives 4 more (0 to 4); the form with 1 in item 1 gives 3 - 1 = 2 more.
    before = {name: float(row["before"]) for name, row in values.items()}
    after = {name: float(row["after"]) for name, row in values.items()}
    assert after["all-zero"] == before["all-zero"] + 4
    assert after["ramp"] == before["ramp"] + 4
    assert {row["why"] for row in rows} == {"key"}
    assert {row["row"] for row in rows} == {1, 2, 3}
    assert "differ in: key" in said
    assert "of 4 rows 3 come out otherwise" in said


def test_a_missing_rule_changes_only_who_left_something_out(tmp_path: Path, capsys: Any) -> None:
    code, rows, _ = compared(tmp_path, capsys, strict)
    assert code == 1
    assert {(row["reference"], row["why"]) for row in rows} == {("blank", "missing rule")}
    status = next(row for row in rows if row["column"] == "total.status")
    assert (status["before"], status["after"]) == ("prorated", "missing_items")


def test_two_parts_are_told_apart_row_by_row(tmp_path: Path, capsys: Any) -> None:
    def both(definition: Any) -> None:
        turned(definition)
        strict(definition)

    _, rows, said = compared(tmp_path, capsys, both)
    why = {(row["reference"], row["why"]) for row in rows if row["column"] == "total.sum"}
    assert ("all-zero", "key") in why
    assert ("blank", "key, missing rule") in why
    assert "key, missing rule" in said


def test_norms_and_bands_are_parts_of_their_own(tmp_path: Path, capsys: Any) -> None:
    def moved(definition: Any) -> None:
        for norm in definition["norms"]:
            for scale in norm["scales"].values():
                scale["mean"] += 0.5

    code, rows, _ = compared(tmp_path, capsys, moved, "--norms", "*")
    assert code == 1
    assert {row["why"] for row in rows} == {"norms"}
    assert all(row["column"].endswith((".z", ".t", ".percentile")) for row in rows)


def test_safety_flags_are_told_as_everywhere(tmp_path: Path, capsys: Any) -> None:
    def laxer(definition: Any) -> None:
        definition["risks"][0]["value"] = 2

    _, rows, _ = compared(tmp_path, capsys, laxer, "--extras", "risks")
    told = {(row["reference"], row["column"], row["before"], row["after"]) for row in rows}
    assert told == {("blank", "risks.plans-to-end-life", "true", "false")}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("core-10", "phq-9", "different instruments"),
        ("core-10", "core-10@9.9.9", "no such version"),
        ("core-10", "nowhere.json", "No such file"),
    ],
)
def test_what_cannot_be_compared_is_said(
    tmp_path: Path, capsys: Any, old: str, new: str, said: str
) -> None:
    forms, output = tmp_path / "forms.csv", tmp_path / "out.csv"
    forms.write_text(FORMS)
    assert main(["rescore", old, new, str(forms), "-o", str(output)]) == 2
    assert said in capsys.readouterr().err
    assert not output.exists()


MAPPING = flat(
    id="ours",
    instrument="core-10",
    items={f"q{item}": item for item in ITEMS},
    meta={"response_id": "/who"},
    values={"numeric": "string"},
    missing=[99],
)


def mapped(folder: Path, capsys: Any, *options: str, mapping: Any = MAPPING) -> tuple[int, str]:
    """Compare the shipped CORE-10 and one with item 1 turned on an export; return code and text."""
    changed = {**json.loads(json.dumps(CORE)), "version": "9.0.0", "examples": EXAMPLES}
    turned(changed)
    (folder / "new.json").write_text(json.dumps(changed))
    (folder / "ours.json").write_text(json.dumps(mapping))
    names = [f"q{item}" for item in ITEMS]
    rows = [["who", *names], ["a", *["0"] * 10], ["b", "99", *["1"] * 9], ["c", "x", *["1"] * 9]]
    (folder / "export.csv").write_text("\n".join(map(",".join, rows)))
    files = [str(folder / name) for name in ("new.json", "export.csv", "changes.csv")]
    command = ["rescore", "core-10", *files[:2], "-o", files[2]]
    code = main([*command, "--mapping", str(folder / "ours.json"), *options])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_an_export_of_a_survey_tool_is_read_by_its_mapping(tmp_path: Path, capsys: Any) -> None:
    """Item 1 turned: 0 becomes 4 for a; b did not answer it; the answer of c is none."""
    code, said = mapped(tmp_path, capsys)
    assert code == 1, said
    assert "of 3 rows 1 come out otherwise" in said
    assert "rows with a problem in both: 1;" in said
    rows = csv.DictReader((tmp_path / "changes.csv").read_text().splitlines())
    changed = [row for row in rows if row["column"] == "total.sum"]
    assert [(row["reference"], row["before"], row["after"], row["why"]) for row in changed] == [
        ("a", "8", "12", "key")
    ]


def test_a_fault_of_a_definition_is_said_of_its_file_and_not_of_the_table(
    tmp_path: Path, capsys: Any
) -> None:
    def unnamed(definition: Any) -> None:
        del definition["title"]

    code, _, said = compared(tmp_path, capsys, unnamed)
    assert code == 2
    assert said == f"{tmp_path / 'new.json'}: /title: is required\n"


def test_a_mapping_of_another_form_is_refused(tmp_path: Path, capsys: Any) -> None:
    items = {f"q{item}": str(item) for item in range(1, 10)}
    other = {**MAPPING, "instrument": "phq-9", "items": items}
    code, said = mapped(tmp_path, capsys, mapping=other)
    assert code == 2
    assert "The mapping leads to phq-9 1." in said
    assert not (tmp_path / "changes.csv").exists()


def test_what_a_mapping_says_is_not_said_again(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        mapped(tmp_path, capsys, "--by", "who", "--items", "q{item}")
    assert "leave out --items, --by: the mapping says it" in capsys.readouterr().err
