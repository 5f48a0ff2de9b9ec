"""The console for every eye: each view in every guise, looked at by axe (WCAG 2.2 AA)."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.console.conftest import Walk
from tests.console.views import VIEWS

Begin = Callable[..., Walk]

EYES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
    "320 pixels": {"viewport": {"width": 320, "height": 640}},
    "200 % zoom": {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2},
}

RULES = {"rules": {"target-size": {"enabled": True}}}
"""All that are on, and what WCAG 2.2 added to level AA."""


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("view", VIEWS)
def test_no_view_has_a_fault_of_accessibility_or_a_page_that_scrolls_sideways(
    walk: Begin, view: str, eyes: str
) -> None:
    begun = walk(**EYES[eyes])
    VIEWS[view](begun)
    found = Axe().run(begun.page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert begun.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
