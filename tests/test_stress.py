"""The scenarios of `make stress`, in short: no request is lost. The load generator notices what
becomes of each, and the page says what was measured. Goals of time and memory are for `make stress`
alone.
"""

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.stress import engine, interruptions, page, steady
from benchmarks.stress.commands import command
from benchmarks.stress.scenario import (
    Row,
    Scenario,
    Spent,
    Stress,
    at_least,
    at_most,
    exactly,
    told,
)
from benchmarks.stress.scenarios import SCENARIOS
from benchmarks.stress.traffic import Tally, Traffic, request
from service.settings import REPOSITORY, Settings
from tools.mutants.mutations import Mutant
from tools.mutants.run import Fate, Result

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def short(few: Settings) -> Stress:
    environ = {"INSTRUMENTS_DIR": str(few.instruments_dir)}
    return Stress(seconds=2, rounds=1, many=300, slow=100, environ=environ)


@pytest.mark.parametrize(
    "scenario",
    [
        steady.soak,
        interruptions.kill,
        interruptions.drain,
        interruptions.rolling,
        interruptions.reloads,
    ],
    ids=lambda scenario: scenario.__name__,
)
def test_in_short_nothing_is_lost_and_nothing_counted_twice(
    scenario: Callable[[Stress], list[Row]], short: Stress
) -> None:
    rows = scenario(short)
    assert sum(row.met is not None for row in rows) >= 2
    assert [row for row in rows if row.goal == "0" and not row.met] == []


@contextmanager
def answering(*turns: bytes) -> Iterator[int]:
    """Answer a request on a connection with the first of some bytes, the next one with the second,
    and end the connection after the last; the value is the port.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                with connection:
                    for turn in turns:
                        if not connection.recv(65536):
                            break
                        connection.sendall(turn)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def driven(port: int, *, kept: bool = True) -> Tally:
    with Traffic([port], [request("/")], callers=1, kept=kept) as traffic:
        until = time.monotonic() + 10
        while traffic.tally.sent < 10 and time.monotonic() < until:
            time.sleep(0.01)
    assert traffic.tally.sent >= 10
    return traffic.tally


def test_a_connection_that_ends_between_two_requests_is_opened_anew_and_told() -> None:
    with answering(OK) as port:
        tally = driven(port)
        assert (tally.failed, tally.statuses[200]) == (0, tally.sent)
        assert tally.again >= tally.sent - 2
        assert driven(port, kept=False).again == 0


@pytest.mark.parametrize("turn", [b"", b"HTTP/1.1 200", OK[:-1]], ids=["no", "half a head", "half"])
def test_a_connection_that_ends_within_an_answer_is_a_failure(turn: bytes) -> None:
    with answering(turn) as port:
        tally = driven(port)
        assert tally.failed == tally.sent == len(tally.lost)
    with answering(OK, turn or OK[:1]) as port:
        assert driven(port).failed > 0


def test_nobody_who_listens_is_a_failure() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert driven(bound.getsockname()[1]).statuses.total() == 0


def test_other_statuses_are_failures_and_those_of_the_service_are_told() -> None:
    with answering(OK, OK.replace(b"200", b"404"), OK.replace(b"200", b"503")) as port:
        tally = driven(port)
    assert tally.failed == tally.statuses[404] + tally.statuses[503] > tally.faults > 0


def test_latency_counts_from_when_a_request_was_due() -> None:
    late = Tally()
    with answering(*[OK] * 1000) as port, Traffic([port], [request("/")], callers=1, rate=200) as t:
        with t._lock:  # nobody gets on for a while
            time.sleep(0.3)
        time.sleep(0.3)
        late = t.tally
    assert late.milliseconds(1.0) > 200
    assert late.milliseconds(0.0) < 100


def test_a_figure_at_its_goal_has_reached_it() -> None:
    assert at_most("a", 1.0, 1.0, "s") == Row("a", "1 s", "≤ 1 s", True)
    assert at_most("a", 1.01, 1.0).met is False
    assert at_least("a", 800.0, 800.0).met is True
    assert at_least("a", 799.9, 800.0).met is False
    assert exactly("a", 0, 0).met is True
    assert exactly("a", 1, 0).met is False
    assert told("a", 12_345) == Row("a", "12,345")


def test_the_page_says_plainly_what_was_missed_and_how_busy_the_machine_was() -> None:
    def record(measured: float, others: float) -> page.Record:
        return page.as_record([at_most("p99", measured, 20.0, "ms")], "2026-01-05", others)

    one = Scenario("soak", "A steady load", "Something happens.", lambda stress: [])
    good = page.page([one], {"soak": record(9, 0.05)})
    bad = page.page([one], {"soak": record(21, 0.4)})
    assert "**1 of 1 goals reached.**" in good
    assert "**0 of 1 goals reached.**" in bad
    assert "- Missed in “A steady load”: p99 21 ms, goal ≤ 20 ms." in bad
    assert "| p99 | 21 ms | ≤ 20 ms | **missed** |" in bad
    assert "busy" not in good
    assert "busy**: other things took 40 % of all cores" in bad


def test_what_others_take_of_the_cores_is_told_apart_from_what_we_take() -> None:
    before = Spent(all_processes=100, ours=10, now=0)
    cores = os.cpu_count() or 1
    assert Spent(100 + 6 * cores, 10 + 2 * cores, 10).by_others_since(before) == pytest.approx(0.4)
    real = Spent.so_far()
    assert 0 < real.ours < real.all_processes


def test_the_page_is_written_from_the_record_of_every_scenario() -> None:
    names = [one.name for one in SCENARIOS]
    assert len(set(names)) == len(names)
    assert set(page.read_record()) == set(names)
    assert page.PAGE.read_text() == page.page(SCENARIOS, page.read_record())


@pytest.mark.parametrize(
    ("fates", "share", "met"),
    [
        (["killed"] * 37 + ["timed out", "survived", "survived", "equivalent"], "95 %", True),
        (["killed"] * 18 + ["survived"], "94.7 %", False),
        (["killed"] * 1999 + ["survived"], "99.9 %", True),
    ],
    ids=["enough", "too few", "never rounded to all"],
)
def test_errors_that_no_test_notices_count_and_those_that_change_nothing_do_not(
    fates: list[Fate], share: str, met: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(drawn: list[Mutant], jobs: int, known: object) -> Iterator[Result]:
        return (Result(mutant, fate) for mutant, fate in zip(drawn, fates, strict=True))

    monkeypatch.setattr(engine, "judge", judged)
    monkeypatch.setattr(engine, "covering", lambda *_: None)
    rows = {row.figure: row for row in engine.mutants(Stress(seconds=len(fates)))}
    assert rows["errors put in"].measured == f"{len(fates):,}"
    assert rows["not noticed"].measured == str(fates.count("survived"))
    noticed = rows["of those that make a difference, noticed"]
    assert (noticed.measured, noticed.goal, noticed.met) == (share, "≥ 95 %", met)


def test_a_command_that_fails_misses_its_goal() -> None:
    assert [row.met for row in command("it", ["true"])(Stress())] == [True]
    assert [row.met for row in command("it", ["false"])(Stress())] == [False]


def test_every_test_that_a_scenario_names_exists() -> None:
    text = (REPOSITORY / "benchmarks/stress/scenarios.py").read_text()
    named = re.findall(r'"(tests/\w[\w/]*\.py)(?:::(\w+))?"', text)
    named += [("tests/test_survival.py", f"test_{name}") for name in re.findall(r"}(\w+)\"", text)]
    assert len(named) > 8
    for path, test in named:
        assert f"def {test}" in Path(REPOSITORY / path).read_text()
