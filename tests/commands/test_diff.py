"""What `python -m service diff` says of two sets: in which words, and which scores change."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import __main__ as commands
from service.commands.differences import ORDER, differences
from service.definitions.differing import PARTS
from tests.builders import SITE, make_definition, make_key_overlay, make_keyless_definition
from tests.definitions.edits import edited

Json = dict[str, Any]

# Item 1 reverse-keyed too: 3 - 1 = 2, 3 - 2 = 1; 2 + 1 + 3 = 6. All 3: 0 + 0 + 3 = 3.
OTHER_KEY = make_definition(
    items=[{"id": "1", "response_set": "often", "reverse": True}, *make_definition()["items"][1:]],
    examples=[
        {
            "title": "Ramp, by the other key",
            "answers": {"1": 1, "2": 2, "3": 3, "4": 1},
            "expect": {"scores": {"total": 6, "mean": 1.5}},
            "source": "arithmetic",
            "working": "2 + 1 + 3 = 6",
        },
        {
            "title": "All 3",
            "answers": [3, 3, 3, 1],
            "expect": {"scores": {"total": 3, "mean": 0}},
            "source": "arithmetic",
            "working": "0 + 0 + 3 = 3",
        },
    ],
)


def save(folder: Path, *documents: Json) -> Path:
    folder.mkdir(exist_ok=True)
    for document in documents:
        name = f"{document.get('id', 'overlay')}-{document['version']}.json"
        (folder / name).write_text(json.dumps(document))
    return folder


@pytest.fixture(autouse=True)
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The service's own definitions: one whose key a site has to supply."""
    place = save(tmp_path / "configured", make_keyless_definition())
    monkeypatch.setenv("INSTRUMENTS_DIR", str(place))
    for variable in ("INSTRUMENTS_EXTRA_DIR", "LANGUAGES_EXTRA_DIR", "DEFINITIONS_MANIFEST"):
        monkeypatch.delenv(variable, raising=False)
    return place


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Callable[[Path, Path], tuple[int, list[str]]]:
    """Run the command; return its exit code and what it prints, on either stream."""

    def diff(before: Path, after: Path) -> tuple[int, list[str]]:
        code = commands.main(["diff", str(before), str(after)])
        out, err = capsys.readouterr()
        return code, (out + err).splitlines()

    return diff


Diff = Callable[[Path, Path], tuple[int, list[str]]]


def test_the_same_sets_are_said_to_be_the_same(diff: Diff, tmp_path: Path) -> None:
    one = save(tmp_path / "one", make_definition())
    other = tmp_path / "other"
    other.mkdir()
    reordered = dict(reversed(make_definition().items()))
    (other / "named-otherwise.json").write_text(json.dumps(reordered, indent=4))
    assert diff(one, other) == (0, ["The sets are the same."])


def test_a_changed_key_is_told_with_the_scores_of_every_example_of_both(
    diff: Diff, tmp_path: Path
) -> None:
    old = save(tmp_path / "old", make_definition(examples=make_definition()["examples"][:2]))
    code, lines = diff(old, save(tmp_path / "new", OTHER_KEY))
    assert code == 1
    assert lines[:3] == ["invented-form 1.0.0 differs:", "  key", "    item 1 is reverse-keyed now"]
    start = lines.index("  of 4 examples 4 come out otherwise")
    told = lines[start + 1 :]
    # 1 + 1 + 3 = 5 before, (1 + 1) / 2 = 1; z = (5 - 4) / 2 and (6 - 4) / 2.
    ramp = told.index("    Ramp, by the other key")
    assert told[ramp + 1 : ramp + 3] == [
        "      total: 5 → 6 (key)",
        "      total, z in adults: 0.5 → 1 (key)",
    ]
    assert "      mean: 1 → 1.5 (key)" in told[ramp:]
    # All 3: 3 + 0 + 3 = 6 before, 3 now; the band "high" begins at 4, the cut-off is 5.
    all_3 = told[told.index("    All 3") :]
    assert all_3[1:4] == [
        "      total: 6 → 3 (key)",
        "      total, band of thirds: high → low (key)",
        "      total, cut-off half >=: met → not met (key)",
    ]
    # Item 2 left blank: (1 + 0) / 2 * 3 = 1.5 before, (2 + 0) / 2 * 3 = 3 now.
    assert "      total: 1.5 → 3 (key)" in told[told.index("    Item 2 left blank") :]


def test_examples_that_both_have_count_once(diff: Diff, tmp_path: Path) -> None:
    old = save(tmp_path / "old", make_definition())
    new = save(tmp_path / "new", make_definition(title="Otherwise"))
    assert diff(old, new) == (
        1,
        [
            "invented-form 1.0.0 differs:",
            "  texts",
            '    title is "Otherwise", was "Invented form"',
            f"  of {len(make_definition()['examples'])} examples 0 come out otherwise",
        ],
    )


def test_another_missing_rule_moves_forms_with_blanks(diff: Diff, tmp_path: Path) -> None:
    before = make_definition(examples=[*make_definition()["examples"][:2]])
    after = copy.deepcopy(before)
    after["scales"][0]["missing"] = {"min_answered": 3, "method": "none"}
    after["examples"][1]["expect"] = {"scores": {"total": None, "mean": None}}
    code, lines = diff(save(tmp_path / "old", before), save(tmp_path / "new", after))
    assert code == 1
    assert lines[1:4] == [
        "  missing rule",
        "    scale total missing min_answered is 3, was 2",
        '    scale total missing method is "none", was "prorate"',
    ]
    assert "  of 2 examples 1 come out otherwise" in lines
    assert "      total: 1.5 → missing_items (missing rule)" in lines


def test_another_version_takes_the_place_of_the_one_before(diff: Diff, tmp_path: Path) -> None:
    old = save(tmp_path / "old", make_definition())
    new = save(tmp_path / "new", make_definition(), make_definition(version="1.10.0"))
    save(new, make_definition(version="1.9.0"), make_definition(id="another"))
    code, lines = diff(old, new)
    assert code == 1
    assert lines[:4] == [
        "another 1.0.0 is new",
        "invented-form 1.9.0 is new",
        "invented-form 1.10.0 is new",
        "invented-form is 1.10.0 where no version is asked for, was 1.0.0:",
    ]
    assert diff(new, old)[1][:3] == [one.replace("new", "gone") for one in lines[:3]]


def test_other_items_are_told_and_scores_by_several_parts(diff: Diff, tmp_path: Path) -> None:
    old = save(tmp_path / "old", make_definition())
    document = edited(make_definition(), {"/items/3/id": "5", "/gates/0/when/compare/item": "5"})
    document["examples"] = [
        {
            "title": title,
            "answers": {"1": 1, "2": 2, "3": value, "5": 1},
            "expect": {"scores": {"total": 2 + value}},
            "source": "arithmetic",
            "working": f"1 + 1 + {value}",
        }
        for title, value in (("Low", 0), ("High", 3))
    ]
    code, lines = diff(old, save(tmp_path / "new", document))
    assert code == 1
    assert lines[1:4] == ["  items", "    item 4 is gone", "    item 5 is new"]
    low = lines[lines.index("    Low") :]
    assert low[1] == "      form: refused (unknown_item) → nothing (several parts together)"


def test_a_site_s_overlays_are_compared_on_the_configured_definitions(
    diff: Diff, tmp_path: Path
) -> None:
    old = save(tmp_path / "old", make_key_overlay())
    new = save(tmp_path / "new", make_key_overlay() | {"title": "A site's own"})
    code, lines = diff(old, new)
    assert code == 1
    assert lines[2].endswith('title is "A site\'s own", was "Invented form"')
    code, lines = diff(tmp_path / "configured", old)
    assert lines[-1] == "  no example can be scored by both: a key is missing"


def test_manifests_are_compared_by_the_files_beside_them(
    diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifests = []
    for name, document in (("old", make_definition()), ("new", make_definition(title="Otherwise"))):
        folder = save(tmp_path / name, document)
        monkeypatch.setenv("INSTRUMENTS_DIR", str(folder))
        manifests.append(folder / "manifest")
        assert commands.main(["manifest", "-o", str(manifests[-1])]) == 0
    code, lines = diff(*manifests)
    assert code == 1
    assert '    title is "Otherwise", was "Invented form"' in lines
    next((tmp_path / "new").glob("*.json")).unlink()
    monkeypatch.setenv("INSTRUMENTS_DIR", str(tmp_path / "configured"))
    assert diff(*manifests)[1][-1] == (
        "invented-form 1.0.0 differs; its files are not there to be compared"
    )
    assert diff(manifests[0], manifests[0])[0] == 0


def test_a_manifest_is_compared_with_a_folder_by_their_definitions(
    diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder does not say which mappings and languages are used with it: none of them is gone."""
    folder = save(tmp_path / "old", make_definition())
    monkeypatch.setenv("INSTRUMENTS_DIR", str(folder))
    manifest = folder / "manifest"
    assert commands.main(["manifest", "-o", str(manifest)]) == 0
    assert '"id": "de"' in manifest.read_text()
    for pair in ((manifest, folder), (folder, manifest)):
        code, lines = diff(*pair)
        assert (code, lines[-1]) == (0, "The sets are the same.")
    other = save(tmp_path / "new", make_definition(title="Otherwise"))
    assert diff(manifest, other)[1][0] == "invented-form 1.0.0 differs:"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not valid JSON"),
        ('{"id": "x"}', "/title: is required"),
        ('{"definitions": 3}', "must be an array"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said(
    diff: Diff, tmp_path: Path, content: str | None, told: str
) -> None:
    sound = save(tmp_path / "sound", make_definition())
    file = tmp_path / "other.json"
    if content is not None:
        file.write_text(content)
    code, lines = diff(sound, file)
    assert code == 2
    assert any(told in line for line in lines), lines


SENTENCES = [
    ({"/items/0/scored": False}, "key", "item 1 belongs to no scale now"),
    ({"/items/1/reverse": False}, "key", "item 2 is not reverse-keyed now"),
    ({"/response_sets/often/max": 4}, "key", "answers often max is 4, was 3"),
    (
        {"/response_sets/yes-no/options/1/label": "y"},
        "texts",
        'answers yes-no 1 label is "y", was "yes"',
    ),
    ({"/response_sets/yes-no/options/1/score": 2}, "key", "answers yes-no 1 score is new: 2"),
    ({"/scales/0/items": ["1", "2"]}, "items", 'scale total items: without "3"'),
    (
        {"/scales/0/items": ["3", "2", "1"]},
        "items",
        'scale total items: in another order: ["3", "2", "1"]',
    ),
    (
        {"/scales/0/aggregation": "mean"},
        "aggregation",
        'scale total aggregation is "mean", was "sum"',
    ),
    (
        {"/scales/0/direction": "x"},
        "direction",
        'scale total direction is "x", was "higher_is_worse"',
    ),
    ({"/scales/0/bands/0/bands/0/max": 2}, "bands", "scale total thirds low max is 2, was 3"),
    ({"/scales/0/cutoffs/0/value": 6}, "cut-offs", "scale total half value is 6, was 5"),
    (
        {"/scales/0/reliability/0/value": 0.8},
        "precision and change",
        "scale total reliability alpha value is 0.8, was 0.91",
    ),
    (
        {"/scales/0/cutoffs/0/source": "x"},
        "sources",
        f'scale total half source is "x", was "{SITE["source"]}"',
    ),
    ({"/norms/0/scales/total/sd": 3}, "norms", "norm adults total sd is 3, was 2"),
    ({"/norms/0/sex": "male"}, "norms", 'norm adults sex is "male", was null'),
    ({"/gates/0/treat_as": 1}, "skip rules", "skip rule no-work treat_as is 1, was 0"),
    (
        {"/criteria/0/title": "x"},
        "criteria",
        'criterion two-often title is "x", was "Two of the first two items often"',
    ),
    ({"/risks/0/value": 2}, "safety flags", "safety flag third value is 2, was 1"),
    (
        {"/sources/0/citation": "x"},
        "sources",
        'source invented citation is "x", was "Invented for the tests of this project."',
    ),
    ({"/licence/holder": "x"}, "texts", 'licence holder is "x", was "nobody"'),
    ({"/perspective": None}, "for whom", 'perspective is null, was "client"'),
]


@pytest.mark.parametrize(("edits", "part", "sentence"), SENTENCES)
def test_each_member_has_its_part_and_its_words(edits: Json, part: str, sentence: str) -> None:
    before = make_definition()
    assert differences(before, edited(before, edits)) == [(part, sentence)]


def test_a_member_that_is_left_out_is_said_to_be_gone() -> None:
    before = make_definition()
    after = copy.deepcopy(before)
    del after["norms"], after["items"][1]["reverse"]
    first, second = (one.sentence for one in differences(before, after))
    assert first == "item 2 is not reverse-keyed now"
    assert second.startswith('norms is gone; it was [{"id": "adults"')
    assert differences(after, before)[0].sentence == "item 2 is reverse-keyed now"


def test_an_item_moved_to_another_place_is_told() -> None:
    before = make_definition()
    after = make_definition(items=[before["items"][one] for one in (1, 0, 2, 3)])
    assert differences(before, after) == [
        ("items", 'item order is ["2", "1", "3", "4"], was ["1", "2", "3", "4"]')
    ]


@given(st.permutations(list(make_definition())), st.data())
def test_the_order_of_members_is_no_difference(names: list[str], data: Any) -> None:
    before = make_definition()
    assert differences(before, {name: before[name] for name in names}) == []
    gone = data.draw(st.sampled_from([one for one in names if one != "version"]))
    assert differences(before, {name: before[name] for name in names if name != gone})


def test_parts_are_called_as_reasons_of_changed_scores_are() -> None:
    assert set(PARTS) <= set(ORDER)


def test_limits_of_recodings_and_ratios_are_told(diff: Diff, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "instruments" / "psqi.json"
    before = json.loads(shipped.read_text(encoding="utf-8"))
    after = edited(
        before,
        {
            "/scales/3/transform/steps/3/at_least": 84.9,
            "/scales/7/ratio/at_most": 100.05,
            "/response_sets/minutes/recode/3/above": 60.5,
        },
    )
    code, lines = diff(save(tmp_path / "old", before), save(tmp_path / "new", after))
    assert code == 1
    assert lines[1:] == [
        "  items",
        "    scale sleep-efficiency ratio at_most is 100.05, was 100",
        "  key",
        "    answers minutes recode 4 above is 60.5, was 60",
        "  transform",
        "    scale habitual-sleep-efficiency transform steps 4 at_least is 84.9, was 85",
        f"  of {len(before['examples'])} examples 0 come out otherwise",
    ]
