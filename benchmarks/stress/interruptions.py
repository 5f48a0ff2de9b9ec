"""Scenarios in which processes are killed, drained, restarted and reloaded under load."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from threading import Thread

from benchmarks.server import HOST, PATIENCE_SECONDS, Server
from benchmarks.stress.scenario import Row, Stress, at_least, at_most, exactly, told
from benchmarks.stress.traffic import Tally, Traffic, scoring_requests

AGAIN_SECONDS = 1.0
BATCHES = 2
BATCH_LINES = 3_000
BATCH = b'{"instrument":"phq-9","answers":[0,1,2,3,0,1,2,3,1]}\n' * BATCH_LINES
SENT_AGAIN = "of these sent again, because a kept connection had been ended"


def eventually(happens: Callable[[], bool], what: str) -> None:
    """Wait until something is true. Raises RuntimeError after a time."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not happen within {PATIENCE_SECONDS:.0f} s.")
        time.sleep(0.01)


def kill(stress: Stress) -> list[Row]:
    """Kill every worker at once, again and again, while callers go on asking."""
    waited, in_flight = [], 0
    with (
        stress.server() as server,
        Traffic([server.port], scoring_requests(), callers=4, kept=False) as traffic,
    ):
        for _ in range(stress.rounds):
            eventually(lambda: len(server.workers()) == 2, "A new pair of workers")
            time.sleep(0.3)
            lost = len(traffic.tally.lost)
            for pid in server.workers():
                os.kill(pid, signal.SIGKILL)
            killed = time.perf_counter()
            eventually(lambda: answers(server), "An answer")
            waited.append(time.perf_counter() - killed)
            time.sleep(0.2)
            in_flight = max(in_flight, len(traffic.tally.lost) - lost)
    return [
        told("times that all workers were killed", stress.rounds),
        at_most("longest until a request was answered again", max(waited), AGAIN_SECONDS, "s"),
        told("requests meanwhile", traffic.tally.sent),
        told("most that one kill left without an answer", in_flight),
        exactly("5xx", traffic.tally.faults, 0),
    ]


def answers(server: Server) -> bool:
    """Return whether a form is scored over a new connection."""
    with suppress(OSError, HTTPException):
        body = b'{"answers":[0,1,2,3,0,1,2,3,1]}'
        return server.post("/v1/instruments/phq-9/score", body)[0] == 200
    return False


class Batch(Thread):
    """A long batch whose answer has begun; the thread takes the rest of it."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
        self._connection.request(
            "POST", "/v1/batch", BATCH, {"Content-Type": "application/x-ndjson"}
        )
        self._response = self._connection.getresponse()
        self.is_whole = False
        self.start()

    def run(self) -> None:
        with suppress(OSError, HTTPException):
            last = self._response.read()[-200:]
            self.is_whole = b'"results":%d' % BATCH_LINES in last
        self._connection.close()


def drain(stress: Stress) -> list[Row]:
    """Stop the service with SIGTERM, unannounced, while forms and long batches are under way."""
    unanswered = sent = stops_with_code = 0
    batches: list[Batch] = []
    faults = 0
    for _ in range(stress.rounds):
        with stress.server() as server:
            with Traffic([server.port], scoring_requests()) as traffic:
                time.sleep(0.3)
                begun = [Batch(server.port) for _ in range(BATCHES)]
                stopped = time.perf_counter()
                stops_with_code += server.stop() != 0
            for batch in begun:
                batch.join()
            batches += begun
            sent += traffic.tally.statuses.total()
            unanswered += sum(one.sent < stopped for one in traffic.tally.lost)
            faults += traffic.tally.faults
    return [
        told("stops", stress.rounds),
        told("forms that were answered", sent),
        exactly("forms sent before the signal and not answered", unanswered, 0),
        exactly("5xx", faults, 0),
        told(f"batches of {BATCH_LINES:,} forms under way at the signal", len(batches)),
        exactly("of these not answered to the end", sum(not one.is_whole for one in batches), 0),
        exactly("stops with another exit code than 0", stops_with_code, 0),
    ]


def rolling(stress: Stress) -> list[Row]:
    """Replace two instances one after the other, as a balancer and its orchestrator do: no new
    requests, then SIGTERM, and a new instance is asked once it is ready.
    """
    batches: list[Batch] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(stress.server()) for _ in range(2)]
        ports = [server.port for server in servers]
        with Traffic(ports, scoring_requests()) as traffic:
            for _ in range(stress.rounds):
                old = servers.pop(0)
                begun = [Batch(old.port) for _ in range(BATCHES)]
                ports.remove(old.port)
                old.stop()
                servers.append(stack.enter_context(stress.server()))
                ports.append(servers[-1].port)
                for batch in begun:
                    batch.join()
                batches += begun
    return [
        told("instances replaced", stress.rounds),
        *_outcome(traffic.tally),
        told(f"batches of {BATCH_LINES:,} forms under way at the signal", len(batches)),
        exactly("of these not answered to the end", sum(not one.is_whole for one in batches), 0),
    ]


def reloads(stress: Stress) -> list[Row]:
    """Reload with SIGHUP while callers ask over kept connections and over new ones."""
    with stress.server() as server:
        ports, requests = [server.port], scoring_requests()
        with (
            Traffic(ports, requests, callers=4) as kept,
            Traffic(ports, requests, callers=4, kept=False) as fresh,
        ):
            for number in range(1, stress.rounds + 1):
                reload(server)
                least = number * stress.many / stress.rounds
                eventually(
                    partial(_have_sent, (kept, fresh), least),
                    "A number of requests",
                )
    return [
        told("reloads", stress.rounds),
        at_least("requests", kept.tally.sent + fresh.tally.sent, stress.many),
        *_outcome(kept.tally, "over kept connections: "),
        *_outcome(fresh.tally, "over a new connection each: "),
    ]


def _have_sent(traffics: Sequence[Traffic], least: float) -> bool:
    return sum(traffic.tally.sent for traffic in traffics) >= least


def reload(server: Server) -> None:
    """Send SIGHUP and wait until both workers are others."""
    before = set(server.workers())
    server.send(signal.SIGHUP)
    eventually(
        lambda: len(set(server.workers()) - before) == 2 and not before & set(server.workers()),
        "A reload",
    )


def _outcome(tally: Tally, of: str = "") -> list[Row]:
    return [
        told(f"{of}requests", tally.sent),
        exactly(f"{of}failed requests", tally.failed, 0),
        told(SENT_AGAIN, tally.again),
        exactly("5xx", tally.faults, 0),
    ]
