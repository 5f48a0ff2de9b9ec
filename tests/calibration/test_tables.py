"""The committed tables: their goals, the engine that made them, the files written from them, the look-ups."""

import ast
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from service.__main__ import main
from service.alliance import calibrated, rates
from service.calibration import command, drift, grid, tables
from service.calibration.goals import Goal, goals, standard_error
from service.calibration.methods import KNOWN, UNKNOWN
from service.settings import REPOSITORY

COMMITTED = command.committed()
DOCS = REPOSITORY / "docs"


@pytest.mark.parametrize("goal", goals(COMMITTED), ids=lambda goal: goal.title)
def test_the_policy_reaches_its_goals_by_more_than_a_standard_error(goal):
    assert goal.reached
    assert goal.margin > 1


@pytest.mark.parametrize(
    ("goal", "reached", "margin"),
    [
        (Goal("", 9.0, 0.5, 10.0, at_most=True), True, 2),
        (Goal("", 10.5, 0.5, 10.0, at_most=True), False, -1),
        (Goal("", 71.0, 0.5, 70.0), True, 2),
        (Goal("", 69.0, 0.5, 70.0), False, -2),
    ],
)
def test_a_goal_is_a_bound_on_one_side(goal, reached, margin):
    assert (goal.reached, goal.margin) == (reached, margin)


def test_the_standard_error_of_a_share():
    assert standard_error(10, 900) == pytest.approx(1)  # 100 * sqrt(0.1 * 0.9 / 900)


def test_goals_rest_on_twenty_thousand_courses_and_others_on_five_thousand():
    assert COMMITTED["SERIES"] == tables.series_of(grid.SERIES)
    assert all(COMMITTED["COMPARED_COURSES"][what] >= 20_000 for what in ("stable", "dip_3", "lasting_2"))
    assert COMMITTED["SERIES"]["main"] >= 20_000
    assert COMMITTED["SERIES"]["usual"] >= 5_000


def test_every_method_is_compared_at_the_policys_rate_of_false_alarms():
    ours = COMMITTED["COMPARISON"]["policy"]["stable"]
    for name in (*KNOWN, *UNKNOWN):
        assert COMMITTED["COMPARISON"][name]["stable"] == pytest.approx(ours, abs=0.02)


def test_wanted_shares_of_false_alerts_are_not_exceeded():
    for (_, alpha), found in COMMITTED["ALPHA_REACHED"].items():
        assert found <= 100 * alpha + 2 * standard_error(100 * alpha, COMMITTED["SERIES"]["verified"])


def test_the_engine_still_does_what_the_tables_say():
    differing = [figure for figure in drift.figures(COMMITTED, command.CHECKED_SERIES, 1) if figure.differs]
    assert differing == []


@pytest.mark.parametrize(
    ("found", "differs"),
    [(10.0, False), (13.8, False), (14.3, True), (6.2, False), (5.7, True)],
)
def test_figures_differ_beyond_four_standard_errors(found, differs):
    # 100 * sqrt(0.1 * 0.9 * (1/1000 + 1/10000)) = 0.995
    assert drift.Figure("", found, 1000, 10.0, 10_000).differs is differs


def test_a_small_simulation_has_the_shape_of_the_committed_tables():
    made = tables.simulate(2, 2)
    assert shape_of(made) == shape_of(COMMITTED)


def shape_of(value):
    """Return the names of a table, all the way down."""
    return {key: shape_of(one) for key, one in value.items()} if isinstance(value, dict) else type(value)


def test_the_generated_module_says_what_the_tables_say():
    text = tables.source(COMMITTED)
    assert text == (REPOSITORY / "service/alliance/calibrated.py").read_text(encoding="utf-8")
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    assert {node.targets[0].id: ast.literal_eval(node.value) for node in nodes} == COMMITTED


def test_shares_come_from_counts():
    tally = Counter({("series", 0): 200, ("alert", 5): 10, ("alert", 12): 10, ("alert", 13): 10})
    assert tables.by_session(tally, "alert", 12) == 10.0


@pytest.mark.parametrize("name", ["calibration.md", "calibration.svg"])
def test_page_and_plot_are_written_from_the_committed_tables(name):
    assert (DOCS / name).read_text(encoding="utf-8") == command.documents(COMMITTED)[name]


def test_the_page_states_every_goal_and_method():
    text = (DOCS / "calibration.md").read_text(encoding="utf-8")
    for goal in goals(COMMITTED):
        assert f"| {goal.title} |" in text
    assert "not reached" not in text
    assert "{" not in text


def test_the_plot_is_a_picture_without_script_for_light_and_dark():
    text = (DOCS / "calibration.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "style", "text", "path", "polyline", "rect"}
    assert "prefers-color-scheme: dark" in text
    width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    for polyline in root.iter("{http://www.w3.org/2000/svg}polyline"):
        points = [tuple(map(float, point.split(","))) for point in polyline.attrib["points"].split()]
        assert len(points) == len(COMMITTED["SESSIONS"])
        assert all(0 < x < width and 0 < y < height for x, y in points)
    assert not re.search(r"\bon\w+=|href|javascript", text)


class TestLookUps:
    def test_rates_are_those_of_the_table(self):
        table = calibrated.POLICY["sem", 1.5]["alert"]
        at_12 = calibrated.SESSIONS.index(12)
        found = rates.family_rate("alert", 12, 1.5, True)
        assert found.rate == table[at_12] / 100
        assert found.rate_if_sd_half_again == calibrated.POLICY["half_again", 1.5]["alert"][at_12] / 100

    def test_half_again_follows_kappa(self):
        for kappa in (1.0, 1.5, 2.0):
            expected = calibrated.POLICY["half_again", kappa]["watch"][0] / 100
            assert rates.family_rate("watch", 4, kappa, True).rate_if_sd_half_again == expected

    def test_a_wrong_sd_is_never_said_to_give_fewer_false_signals(self):
        for severity in ("watch", "alert", "urgent"):
            for n_sessions in range(1, 30):
                found = rates.family_rate(severity, n_sessions, 1.5, n_sessions % 2 == 0)
                assert found.rate_if_sd_half_again >= found.rate

    def test_beyond_the_table_its_last_session_is_named(self):
        assert rates.family_rate("alert", 99, 1.5, True).n_sessions == calibrated.SESSIONS[-1]
        assert rates.family_rate("alert", 3, 1.5, True).rate == 0

    def test_chance_of_return_is_a_share(self):
        assert rates.chance_of_return(1.5) == calibrated.CHANCE_REPAIR[1.5] / 100
        assert rates.chance_of_return(9) == calibrated.CHANCE_REPAIR[2.0] / 100

    def test_a_rule_has_false_alarms_by_session_and_detection_by_change(self):
        found = rates.rates_of_rule("R08")
        assert found["false_alarms"]["12"] == calibrated.RULES["R08"][1.5][3]
        assert found["detection"]["lasting_2"] == calibrated.RULE_DETECTION["R08"]["lasting_2"]

    def test_a_lifting_rule_has_what_it_makes_of_stable_courses(self):
        assert rates.rates_of_rule("R16")["lifted"]["symptoms"] == calibrated.DYADS["symptoms"]

    @pytest.mark.parametrize("rule", ["R01", "R05", "R13", "R20", "P02"])
    def test_what_was_not_simulated_has_no_rates(self, rule):
        assert rates.rates_of_rule(rule) is None

    def test_the_policy_has_both(self):
        found = rates.rates_of_policy()
        assert found["false_alarms"]["alert"]["4"] == calibrated.POLICY["sem", 1.5]["alert"][0]
        assert found["detection"]["dip_3"] == calibrated.DETECTION["sem", 1.5]["dip_3"]


class TestCommand:
    def test_check_finds_the_committed_files_fresh(self, capsys):
        assert main(["calibrate", "--check", "--series", "100", "--processes", "1"]) == 0
        assert "0 differ" in capsys.readouterr().out

    def test_check_finds_stale_files_and_rates(self, tmp_path, monkeypatch, capsys):
        wrong = {**COMMITTED, "RULES": {**COMMITTED["RULES"], "R03": {1.5: (1.0,) * 6}}}
        monkeypatch.setattr(command, "committed", lambda: wrong)
        monkeypatch.setattr(command, "documents", lambda _: {"calibration.md": "new\n"})
        assert command.check(100, 1, tmp_path) == 1
        out = capsys.readouterr().out
        assert "calibration.md is out of date" in out
        assert re.search(r"R03: \d\d\.\d % of 100 courses, the tables say 1.0 %", out)

    def test_docs_are_written_anew_without_simulating(self, tmp_path):
        assert command.write_documents(COMMITTED, tmp_path) == 0
        written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
        assert written == command.documents(COMMITTED)

    @pytest.mark.parametrize("arguments", [["--series", "0"], ["--processes", "0"]])
    def test_nothing_is_simulated_with_nothing(self, arguments, capsys):
        assert main(["calibrate", *arguments]) == 2
        assert "At least one" in capsys.readouterr().err
