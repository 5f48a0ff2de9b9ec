"""A site says how its courses are judged; faults of the file stop the start, all at once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.settings import Settings, SettingsError
from tests.cds.calls import HIGH, SERVICE, call, course, searched

Json = dict[str, Any]

BARELY = call(responses=searched(course([HIGH, HIGH, HIGH, HIGH, [3] * 6 + [4] * 6])))
CLEARLY = call(responses=searched(course([HIGH, HIGH, HIGH, HIGH, [3] * 12])))


@pytest.fixture
def judged(few: Settings, tmp_path: Path) -> Callable[[object], list[Json]]:
    """Return the cards of a course, by default one that barely has any, with options of a site."""

    def judged(options: object, body: Json = BARELY) -> list[Json]:
        path = tmp_path / "options.json"
        path.write_text(options if isinstance(options, str) else json.dumps(options))
        service = create_app(replace(few, cds_monitor_options=path), log_fd=None)
        found: list[Json] = service.test_client().post(SERVICE, json=body).json["cards"]
        return found

    return judged


def test_without_options_the_defaults_hold(judged):
    assert len(judged({})) == 1


def test_error_figures_of_the_site_are_used(judged):
    assert judged({"parameters": {"wai-sr": {"total": {"within_person_sd": 1.5}}}}) == []
    (card,) = judged({"parameters": {"wai-sr": {"total": {"within_person_sd": 0.1}}}})
    assert card["indicator"] == "warning"
    assert "session-to-session SD is 0.1 (caller)" in card["detail"]


def test_a_promised_rate_is_quoted_as_a_limit(judged):
    figures = {"wai-sr": {"total": {"within_person_sd": 0.1}}}
    options = {"alpha_family": 0.05, "planned_sessions": 20, "parameters": figures}
    (card,) = judged(options, CLEARLY)
    assert "**False alarms**: at most 5 of 100" in card["detail"]
    assert "within 20 sessions" in card["detail"]


FAULTS: dict[str, tuple[object, list[str]]] = {
    "no JSON": ("{", ["JSON"]),
    "a member twice": ('{"alpha_family": 0.1, "alpha_family": 0.2}', ["twice"]),
    "an array": ([], ["one JSON object"]),
    "members": ({"alpha": 0.1, "planned_sessions": 1}, ["/alpha", "/planned_sessions"]),
    "figures": (
        {"alpha_family": 2, "parameters": {"wai-sr": {"total": {"sd": -1}, "bonds": {}}}},
        ["/alpha_family", "/parameters/wai-sr/total/sd", "/parameters/wai-sr"],
    ),
    "an instrument": ({"parameters": {"wai": {}}}, ["/parameters"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_stop_the_start(name: str, judged):
    options, places = FAULTS[name]
    with pytest.raises(SettingsError) as refused:
        judged(options)
    assert len(refused.value.faults) == len(places)
    assert all(one.startswith("CDS_MONITOR_OPTIONS: ") for one in refused.value.faults)
    for place in places:
        assert any(place in sentence for sentence in refused.value.faults), place
