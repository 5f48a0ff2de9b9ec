"""What a first visit costs: how much comes over the wire, and how many clicks lead to a result."""

import json
import random
from collections.abc import Callable
from pathlib import Path

from tests.console.conftest import Walk
from tests.console.views import show_find
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
