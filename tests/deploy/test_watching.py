"""A real server with two workers, watched by a real Prometheus: what it counts is what was sent,
and rules and dashboards say something of it.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from service.settings import Settings
from tests.alliance.courses import DIP
from tests.cds.calls import FEEDBACK, SERVICE, accepted, call, phq_9, searched
from tests.chart.courses import ERRORS
from tests.deploy.test_alerts import EVERY, metrics_in
from tests.test_gunicorn import REPOSITORY, Server, eventually
from tests.test_survival import SERVICE as APPLICATION

Json = dict[str, Any]
DASHBOARDS = sorted((REPOSITORY / "deploy/grafana/dashboards").glob("*.json"))
VARIABLES = {"$__rate_interval": "1m", "$__range": "1m"}


pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="no Prometheus here")


class Prometheus:
    """A Prometheus that runs, with the shipped rules."""

    def __init__(self, directory: Path, target: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "prometheus.yml").write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"},
                    "rule_files": [str(REPOSITORY / "deploy/prometheus/rules/*.yml")],
                    "scrape_configs": [
                        {
                            "job_name": "questionnaire-scoring",
                            "static_configs": [{"targets": [f"127.0.0.1:{target}"]}],
                        }
                    ],
                }
            )
        )
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={directory}/prometheus.yml",
                f"--storage.tsdb.path={directory}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=error",
            ]
        )

    def get(self, path: str, **query: str) -> Any:
        """Return the data of an answer of its API."""
        address = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.load(answer)["data"]

    def vector(self, expression: str) -> list[Json]:
        """Return what an expression gives now."""
        result: list[Json] = self.get("query", query=expression)["result"]
        return result

    def totals(self) -> dict[tuple[str, ...], float]:
        """Return every counter of the service that is not zero, by name and label values."""
        return {
            (one["metric"].pop("__name__").removeprefix("scoring_"), *labels(one)): value
            for one in self.vector(COUNTED)
            if (value := float(one["value"][1]))
        }


COUNTED = '{__name__=~"scoring_.*_total",route!="/metrics",route!="/livez"}'


def labels(one: Json) -> list[str]:
    named = one["metric"].items()
    return [value for name, value in sorted(named) if name not in ("instance", "job")]


class Sent(NamedTuple):
    """A request, and what is counted of it besides the request itself."""

    method: str
    path: str
    body: str
    route: str
    status: int
    counted: dict[tuple[str, ...], int]


def course(scores: tuple[float, ...]) -> str:
    forms = [[{"instrument": "wai-sr", "scores": {"total": one}}] for one in scores]
    sessions = [{"number": number, "forms": one} for number, one in enumerate(forms, 1)]
    return json.dumps({"sessions": sessions, "options": {"parameters": ERRORS}})


def form(answers: list[int | None]) -> str:
    return json.dumps({"answers": answers})


BY_PATH = "/v1/instruments/<instrument_id>/score"
SCORED, REJECTED = "responses_scored_total", "responses_rejected_total"
JUDGED, SIGNALS = "courses_judged_total", "course_signals_total"
LINE = json.dumps({"instrument": "gad-7", "answers": [1] * 7})
SENDING = [
    Sent(
        "POST",
        "/v1/instruments/phq-9/score",
        form([1] * 9),
        BY_PATH,
        200,
        {(SCORED, "complete", "phq-9", "1.0.0"): 1},
    ),
    Sent(
        "POST",
        "/v1/instruments/phq-9/score",
        form([9] * 9),
        BY_PATH,
        422,
        {(REJECTED, "phq-9", "value_not_allowed"): 1},
    ),
    Sent(
        "POST",
        "/v1/instruments/phq-9/score",
        "{",
        BY_PATH,
        400,
        {("malformed_requests_total", "bad_json"): 1},
    ),
    Sent("GET", "/nobody/there", "", "unmatched", 404, {}),
    Sent(
        "POST",
        "/v1/batch",
        f"{LINE}\n{LINE}\n{LINE}\n",
        "/v1/batch",
        200,
        {(SCORED, "complete", "gad-7", "1.0.0"): 3},
    ),
    Sent(
        "POST",
        "/v1/monitor",
        course(DIP[:6]),
        "/v1/monitor",
        200,
        {
            (JUDGED, "enough"): 1,
            (SIGNALS, "client", "alert"): 1,
            **{("alerts_raised_total", rule, "alert"): 1 for rule in ("R03", "R04", "R06", "R07")},
        },
    ),
    Sent(
        "POST",
        "/v1/monitor",
        course(DIP),
        "/v1/monitor",
        200,
        {(JUDGED, "enough"): 1, (SIGNALS, "client", "none"): 1, ("repairs_total", "P02"): 1},
    ),
    Sent(
        "POST",
        SERVICE,
        json.dumps(call(responses=searched([phq_9("2026-01-05", 3), {"resourceType": "Basic"}]))),
        "/cds-services/alliance-monitor",
        200,
        {
            (JUDGED, "no_scores"): 1,
            ("cds_cards_total", "critical", "safety"): 1,
            ("cds_left_out_total",): 1,
        },
    ),
    Sent(
        "POST",
        FEEDBACK,
        json.dumps({"feedback": [accepted()]}),
        "/cds-services/alliance-monitor/feedback",
        200,
        {("cds_feedback_total", "accepted", "none"): 1},
    ),
]


class Watched:
    """A service under watch, and what it has been sent so far."""

    def __init__(self, server: Server, prometheus: Prometheus) -> None:
        self.server, self.prometheus = server, prometheus
        self.sent: dict[tuple[str, ...], float] = {}

    def send(self, times: int) -> None:
        """Send each request some times, over a new connection each, so that all workers get some
        of them.
        """
        for one in SENDING * times:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
            with closing(connection):
                kind = "application/x-ndjson" if one.path == "/v1/batch" else "application/json"
                connection.request(one.method, one.path, one.body, {"Content-Type": kind})
                answer = connection.getresponse()
                assert answer.status == one.status, answer.read()
                answer.read()
            request = ("http_requests_total", one.method, one.route, str(one.status))
            for key, number in {request: 1, **one.counted}.items():
                self.sent[key] = self.sent.get(key, 0) + number

    def check(self, **also: int) -> None:
        """Wait until Prometheus has seen all that was sent; then it must have seen no more."""
        expected = self.sent | {(name,): number for name, number in also.items()}
        with suppress(AssertionError):
            eventually(lambda: self.prometheus.totals() == expected, 8)
        time.sleep(0.6)  # another scrape
        assert self.prometheus.totals() == expected


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, few: Settings) -> Iterator[Watched]:
    directory = tmp_path_factory.mktemp("watched")
    server = Server(directory, APPLICATION, INSTRUMENTS_DIR=str(few.instruments_dir))
    prometheus = Prometheus(directory, server.port)
    try:
        eventually(lambda: server.get("/livez"))
        eventually(lambda: len(server.workers()) == 2)
        eventually(lambda: prometheus.vector("scoring_build_info"))
        yield Watched(server, prometheus)
    finally:
        for process in (server.process, prometheus.process):
            process.terminate()
            process.wait(timeout=30)


def test_counters_are_what_was_sent_also_after_a_kill_and_a_reload(watched: Watched) -> None:
    watched.send(4)
    watched.check()
    before = watched.server.workers()
    os.kill(before[0], signal.SIGKILL)
    eventually(lambda: set(watched.server.workers()) - set(before))
    watched.send(3)
    watched.check(workers_lost_total=1)
    before = watched.server.workers()
    watched.server.process.send_signal(signal.SIGHUP)
    eventually(lambda: not set(watched.server.workers()) & set(before))
    eventually(lambda: len(watched.server.workers()) == 2)
    watched.sent["definitions_reloads_total", "loaded"] = 1
    watched.send(2)
    watched.check(workers_lost_total=1)
    started = watched.prometheus.vector("process_start_time_seconds")
    assert len(started) == 3  # the parent and two workers
    assert sum(time.time() - float(one["value"][1]) < 60 for one in started) >= 2


def test_every_rule_can_be_evaluated(watched: Watched) -> None:
    def states() -> list[str]:
        groups = watched.prometheus.get("rules")["groups"]
        return [rule["health"] for group in groups for rule in group["rules"]]

    assert len(states()) == len(EVERY)
    # Groups that are looked at every five minutes may not have had their turn.
    assert set(states()) <= {"ok", "unknown"}
    eventually(lambda: states().count("ok") > len(EVERY) / 2)


def expressions(dashboard: Path) -> list[tuple[str, str]]:
    """Return title and expression of every target of a dashboard."""
    found = []
    for panel in json.loads(dashboard.read_text())["panels"]:
        for target in panel.get("targets", ()):
            expression = target["expr"]
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            found.append((panel["title"], expression))
    return found


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_expression_of_a_dashboard_gives_something(watched: Watched, dashboard: Path) -> None:
    if not watched.sent:  # run alone
        watched.send(2)
        watched.check()
    known = set(watched.prometheus.get("label/__name__/values"))
    found = expressions(dashboard)
    assert len(found) > 10
    for title, expression in found:
        assert "$" not in expression, title
        named = {
            name
            for name in metrics_in(expression)
            if name not in ("topk", "time", "vector", "group", "max", "min")
        }
        assert named
        assert named <= known, title
        eventually(lambda asked=expression: watched.prometheus.vector(asked))


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_is_one_and_its_panels_do_not_overlap(dashboard: Path) -> None:
    content = json.loads(dashboard.read_text())
    panels = content["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        if panel["type"] not in ("row", "text"):
            assert panel["datasource"]["uid"] == "prometheus"
    provisioned = (REPOSITORY / "deploy/grafana/provisioning/datasources").glob("*.yml")
    assert any("uid: prometheus" in file.read_text() for file in provisioned)
    assert re.fullmatch(r"scoring-[a-z]+", content["uid"])
