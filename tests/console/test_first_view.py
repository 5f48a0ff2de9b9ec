"""What a first visit costs: how much comes over the wire, and how many clicks lead to a result."""

import json
import random
from collections.abc import Callable
from pathlib import Path

from tests.console.conftest import Walk
from tests.console.views import show_find, wait_for_drawing
from tests.pasted import ROOT, serving

Begin = Callable[..., Walk]
MOST_BYTES = 60_000


def second_library(folder: Path) -> int:
    """Write every shipped definition once more, by another id and a title in other letters, and
    return how many there are.
    """
    shuffled = random.Random(7)
    written = 0
    for path in sorted((ROOT / "instruments").glob("*.json")):
        definition = json.loads(path.read_text())
        if "response_sets" not in definition:
            continue
        letters = list(definition["title"])
        shuffled.shuffle(letters)
        definition |= {"id": f"x{path.stem}", "title": "".join(letters), "counterpart": None}
        definition.pop("also_called", None)
        (folder / f"{path.stem}.json").write_text(json.dumps(definition))
        written += 1
    return written


def test_the_first_view_of_a_library_twice_as_large_is_at_most_sixty_kilobytes(
    walk: Begin, tmp_path: Path
) -> None:
    added = second_library(tmp_path)
    with serving({"INSTRUMENTS_EXTRA_DIR": str(tmp_path)}) as served:
        begun = walk(f"http://{served}/")
        show_find(begun)
        listed = begun.page.locator(".forms > li").count()
        assert listed == 2 * added >= 150
        sizes = {one.url: one.request.sizes() for one in begun.responses}
        bodies = {url: size["responseBodySize"] for url, size in sizes.items()}
        assert len(bodies) > 10
        assert sum(bodies.values()) <= MOST_BYTES, bodies
        begun.assert_clean()


def test_every_form_says_what_is_there_and_why_the_rest_is_not(walk: Begin) -> None:
    page = walk().go()
    told = page.locator(".forms > li", has_text="patient form (CALPAS-P)").inner_text()
    assert "Not there: key, norms, reliable change, bands (a site supplies it)" in told
    assert "percentiles (no norm groups)" in told
    told = page.locator(".forms > li", has_text="client form (WAI-SR)").inner_text()
    assert "There: key, labels, norms, percentiles" in told


COUNT_CLICKS = """
window.clicks = 0;
document.addEventListener("click", (event) => { if (event.isTrusted) window.clicks += 1; }, true);
"""


def clicks(walk: Walk) -> int:
    told: int = walk.page.evaluate("window.clicks")
    return told


def test_a_stranger_scores_a_form_within_three_clicks_and_reads_why_a_number_is_missing(
    walk: Begin,
) -> None:
    begun = walk()
    begun.context.add_init_script(COUNT_CLICKS)
    page = begun.go()
    page.get_by_role("link", name="Patient Health Questionnaire-9 (PHQ-9)", exact=True).click()
    page.get_by_role("button", name="Fill in").click()
    page.get_by_role("button", name="Score", exact=True).click()
    page.locator(".score").wait_for()
    assert clicks(begun) <= 3
    why = page.locator(".why").all_inner_texts()
    assert "not known: no sample with both SD and reliability was published" in why
    assert any(one.startswith("no percentile: such scores are skewed") for one in why)


def test_a_stranger_sees_the_chart_of_a_course_within_three_clicks(walk: Begin) -> None:
    begun = walk()
    begun.context.add_init_script(COUNT_CLICKS)
    page = begun.go()
    page.get_by_role("link", name="A course of treatment").click()
    page.get_by_role("button", name="Show the sample").click()
    wait_for_drawing(page)
    assert clicks(begun) <= 3
