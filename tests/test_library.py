"""The instrument library as a whole: what it holds, its pages, and how it answers to the wrong
name.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from service.__main__ import main
from service.definitions.catalog import Catalog, UnknownInstrument
from service.definitions.check import check_definition
from service.definitions.skeleton import skeleton
from service.description.pages.library import pages
from service.scoring.answers import Submission
from tests.definitions.edits import edited

ROOT = Path(__file__).resolve().parent.parent

# The ids that callers rely on.
IDS = [
    "wai-sr", "wai-srt", "wai-s-client", "wai-s-therapist", "wai-client", "wai-therapist",
    "calpas-p", "calpas-t",
    "srs", "haq-ii", "arm-5", "sai", "seq-5", "tasc-r", "gcq-s", "ors", "phq-2", "phq-4", "phq-8",
    "phq-9",
    "phq-15", "gad-2", "gad-7", "dass-21", "dass-42", "k6", "k10", "core-10", "core-om", "ces-d",
    "qids-sr16",
    "epds", "promis-depression-4a", "promis-depression-8a", "promis-depression-8b",
    "promis-anxiety-4a",
    "promis-anxiety-8a", "mhi-5", "who-5", "wemwbs", "swemwbs", "wsas", "whodas-12", "rand-36",
    "whoqol-bref",
    "swls", "gse", "rses-umd", "rses-1965", "pss-10", "pss-4", "brs", "ucla-3", "pcl-5",
    "pc-ptsd-5", "ies-r",
    "oci-r", "spin", "mini-spin", "pdss-sr", "pswq", "isi", "audit", "audit-c", "dast-10", "mdq",
    "asrs-6", "ede-q",
    "scoff", "sdq-parent", "sdq-teacher", "sdq-self", "rcads-47", "rcads-25", "psc-17",
    "c-ssrs-screener",
    "mini-ipip"
]  # fmt: skip


SCALES = {
    "wai-sr": "goal task bond total",
    "gcq-s": "engaged avoiding conflict",
    "phq-4": "anxiety depression total",
    "dass-42": "depression anxiety stress",
    "core-om": "wellbeing problems functioning risk non-risk total",
    "pcl-5": "cluster-b cluster-c cluster-d cluster-e total",
    "ies-r": "intrusion avoidance hyperarousal total",
    "oci-r": "hoarding checking ordering neutralising washing obsessing total",
    "ede-q": "restraint eating-concern shape-concern weight-concern global",
    "rand-36": "physical-functioning role-physical role-emotional energy emotional-wellbeing "
    "social-functioning pain "
    "general-health",
    "whoqol-bref": "physical psychological social environment",
    "sdq-self": (
        "emotional conduct hyperactivity peer prosocial externalising internalising impact total"
    ),
    "rcads-47": "separation-anxiety generalised-anxiety panic social-phobia obsessive-compulsive "
    "depression "
    "total-anxiety total",
    "rcads-25": "depression anxiety total",
    "psc-17": "internalising attention externalising total",
    "mini-ipip": "extraversion agreeableness conscientiousness neuroticism intellect",
}


def test_every_promised_instrument_is_there(catalog: Catalog) -> None:
    shipped = {entry.instrument.id for entry in catalog.entries()}
    assert set(IDS) <= shipped
    assert len(shipped) >= 75


@pytest.mark.parametrize(("instrument", "scales"), SCALES.items())
def test_the_scales_have_their_promised_ids(instrument: str, scales: str, catalog: Catalog) -> None:
    assert set(catalog.get(instrument).instrument.scale) == set(scales.split())


def test_every_scorable_definition_has_two_worked_examples(catalog: Catalog) -> None:
    for entry in catalog.entries():
        assert entry.instrument.key_required or len(entry.document["examples"]) >= 2, (
            entry.instrument.id
        )


def test_no_definition_carries_item_texts_without_saying_so(catalog: Catalog) -> None:
    for entry in catalog.entries():
        has_texts = any(item.text for item in entry.instrument.items)
        assert has_texts == entry.document["licence"]["text_included"], entry.instrument.id


def test_counterparts_are_shipped_and_point_back(catalog: Catalog) -> None:
    for entry in catalog.entries():
        other = entry.document["counterpart"]
        assert other is None or catalog.get(other).document["counterpart"] == entry.instrument.id, (
            entry.instrument.id
        )


# Unknown ids that people use, and the forms that must not be confused.
CONFUSABLE = {
    "rses": {"rses-umd", "rses-1965"},
    "kessler-10": {"k10", "k10-us"},
    "whodas": {"whodas-12"},
    "promis-depression-8": {"promis-depression-8a", "promis-depression-8b"},
    "wai-12": {"wai-sr", "wai-s-client", "wai-s-therapist"},
    "sdq": {"sdq-parent", "sdq-teacher", "sdq-self"},
    "WAI_12": {"wai-sr", "wai-s-client", "wai-s-therapist"},
}


@pytest.mark.parametrize(("name", "forms"), CONFUSABLE.items())
def test_a_name_of_several_forms_is_answered_with_what_tells_them_apart(
    name: str, forms: set[str], catalog: Catalog
) -> None:
    with pytest.raises(UnknownInstrument) as unknown:
        catalog.get(name)
    assert set(unknown.value.hints) == forms
    assert set(unknown.value.suggestions) == forms
    assert len(set(unknown.value.hints.values())) == len(forms)


def test_a_slip_of_the_pen_is_answered_with_the_nearest_ids(catalog: Catalog) -> None:
    with pytest.raises(UnknownInstrument) as unknown:
        catalog.get("phq9")
    assert "phq-9" in unknown.value.suggestions


def test_no_other_name_hides_an_instrument(catalog: Catalog) -> None:
    ids = {entry.instrument.id for entry in catalog.entries()}
    for entry in catalog.entries():
        assert ids.isdisjoint(entry.document.get("also_called", {"names": []})["names"]), (
            entry.instrument.id
        )


def test_norms_of_one_rater_are_not_used_for_the_other(catalog: Catalog) -> None:
    form = [4] * 19
    scorer = catalog.get("haq-ii").scorer
    by_client = scorer.score(Submission(form, perspective="client", norms=("*",)))
    by_therapist = scorer.score(Submission(form, perspective="therapist", norms=("*",)))
    named = scorer.score(Submission(form, perspective="therapist", norms=("us-veterans-ptsd-cpt",)))
    assert len(by_client["scores"]["total"]["norms"]) == 2
    assert (
        by_therapist["scores"]["total"]["norms"],
        by_therapist["scores"]["total"]["norms_note"],
    ) == (
        [],
        "no_norm_fits",
    )
    assert [(warning["norm"], warning["reason"]) for warning in named["warnings"]] == [
        ("us-veterans-ptsd-cpt", "other_rater")
    ]


def test_the_pages_are_up_to_date(catalog: Catalog) -> None:
    folder = ROOT / "docs" / "instruments"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == pages(catalog), "run `make pages`"


def test_a_page_names_every_source_scale_and_gap(catalog: Catalog) -> None:
    for entry in catalog.entries():
        page = (
            pages(catalog)[f"{entry.instrument.id}.md"]
            if entry.instrument.id in ("wai-sr", "core-om")
            else None
        )
        if page is None:
            continue
        for source in entry.document["sources"]:
            assert source["citation"] in page
        for scale in entry.instrument.scales:
            assert f"| `{scale.id}` |" in page
        assert "## What is not known" in page


def test_the_index_has_a_row_for_every_instrument(catalog: Catalog) -> None:
    rows = re.findall(
        r"^\| \[`([a-z0-9-]+)`\]\(\1\.md\) ", pages(catalog)["README.md"], re.MULTILINE
    )
    assert Counter(rows) == Counter(entry.instrument.id for entry in catalog.entries())


def test_the_index_says_how_many_instruments_have_a_percentile_rank(catalog: Catalog) -> None:
    models = [
        {norm["percentile_model"] for norm in entry.document.get("norms", [])} - {None}
        for entry in catalog.entries()
    ]
    ranked = sum(bool(found) for found in models)
    shares = models.count({"cumulative"})
    told = f"Of {ranked} there is a percentile rank: of {ranked - shares} from quantiles of a group"
    assert f"{told}, of {shares} at single scores only" in pages(catalog)["README.md"]


def filled_in(text: str) -> str:
    text = text.replace("TODO depression, therapeutic-alliance, ...", "depression")
    text = text.replace("10.TODO/TODO", "10.1000/1").replace("https://TODO", "https://example.org")
    return text.replace("TODO", "Filled in:")


@pytest.mark.parametrize("n_items", [1, 2, 12])
def test_a_skeleton_passes_the_check_once_it_is_filled_in_and_not_before(n_items: int) -> None:
    text = skeleton("my-form", n_items)
    assert check_definition(json.loads(text)).instrument is None
    checked = check_definition(json.loads(filled_in(text)))
    assert (checked.faults, checked.instrument is not None) == ((), True)


@pytest.mark.parametrize(
    ("pointer", "left"),
    [
        ("/title", "TODO full name (abbreviation)"),
        ("/timeframe", "TODO last 2 weeks"),
        ("/licence/holder", "TODO who owns the wording"),
        (
            "/notes/0",
            "TODO what a user of the numbers must know; delete this line if there is nothing",
        ),
        ("/sources/0/citation", "TODO authors, year, title, journal"),
        ("/sources/1/url", "https://TODO"),
        ("/examples/1/working", "TODO"),
    ],
)
def test_one_text_left_as_the_skeleton_has_it_is_a_fault(pointer: str, left: str) -> None:
    document = edited(json.loads(filled_in(skeleton("my-form", 3))), {pointer: left})
    assert [(fault.pointer, fault.code) for fault in check_definition(document).faults] == [
        (pointer, "to_fill_in")
    ]


def test_a_form_may_hold_the_word_that_marks_a_skeleton() -> None:
    """In Spanish it means everything."""
    document = edited(
        json.loads(filled_in(skeleton("my-form", 3))), {"/title": "TODO LO QUE SIENTO"}
    )
    assert check_definition(document).faults == ()


def test_the_command_writes_a_skeleton_and_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "my-form.json"
    assert main(["new-instrument", "my-form", "--items", "7", "--output", str(file)]) == 0
    assert len(json.loads(file.read_text())["items"]) == 7
    assert main(["new-instrument", "my-form", "--output", str(file)]) == 2
    assert main(["new-instrument", "My Form"]) == 2
    file.write_text(filled_in(file.read_text()))
    command = [sys.executable, "-m", "service", "check", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
