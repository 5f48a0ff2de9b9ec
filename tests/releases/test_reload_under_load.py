"""Ten reloads of a real server under load: no request fails, none is answered by two sets."""

import http.client
import json
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from service.definitions.build.digest import digest_of
from tests.builders import make_definition
from tests.test_gunicorn import Server, eventually

SERVICE = "from service.app import application as create_app"
NAMES = ("one", "two")
FAULTY_AT, N_RELOADS = 4, 10
MIXED_BATCH = "".join(
    json.dumps({"instrument": name, "answers": make_definition()["examples"][0]["answers"]}) + "\n"
    for name in NAMES * 10
)


def turn(folder: Path, generation: int, faulty: bool = False) -> dict[str, int]:
    """Put a generation of both definitions in place as Kubernetes turns a volume; return whose
    digest is of which generation.
    """
    place = folder / f"..{generation}"
    place.mkdir()
    digests = {}
    for name in NAMES:
        document = make_definition(id=name, title=f"{name} of {generation}")
        digests[digest_of(document)] = generation
        text = json.dumps(document)
        (place / f"{name}.json").write_text(text[:-1] if faulty and name == "two" else text)
    (folder / "..turned").symlink_to(place.name)
    (folder / "..turned").rename(folder / "..data")
    return digests


class Caller(threading.Thread):
    """Asks again and again, over one connection or a new one each time."""

    def __init__(self, server: Server, keeps: bool, path: str, body: str | None) -> None:
        super().__init__()
        self.server, self.keeps, self.path, self.body = server, keeps, path, body
        self.goes_on = True
        self.statuses: Counter[object] = Counter()
        self.digests: set[frozenset[str]] = set()

    def run(self) -> None:
        connection = None
        while self.goes_on:
            connection = connection or http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=20
            )
            headers = {"Content-Type": "application/x-ndjson"} if self.body else {}
            try:
                connection.request("POST" if self.body else "GET", self.path, self.body, headers)
                answer = connection.getresponse()
                self.note(answer.status, answer.read())
            except (OSError, http.client.HTTPException) as failed:
                self.statuses[repr(failed)] += 1
                connection = None
            else:
                if not self.keeps:
                    connection.close()
                    connection = None
                time.sleep(0.005)
        if connection is not None:
            connection.close()

    def note(self, status: int, body: bytes) -> None:
        self.statuses[status] += 1
        if self.body:
            lines = [json.loads(line) for line in body.splitlines()]
            reports = [line for line in lines if "instrument" in line]
            assert len(reports) == 20
            self.digests.add(frozenset(one["instrument"]["digest"] for one in reports))


def test_ten_reloads_fail_no_request_and_mix_no_sets(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name in NAMES:
        (site / f"{name}.json").symlink_to(f"..data/{name}.json")
    generations = turn(site, 0)
    server = Server(tmp_path, SERVICE, INSTRUMENTS_DIR=str(site))
    callers = [Caller(server, keeps, "/v1/batch", MIXED_BATCH) for keeps in (True, False)] + [
        Caller(server, False, "/v1/instruments", None)
    ]
    try:
        eventually(lambda: server.get("/livez"))
        for caller in callers:
            caller.start()
        memory = []
        for generation in range(1, N_RELOADS + 1):
            generations |= turn(site, generation, faulty=generation == FAULTY_AT)
            reload(server)
            memory.append(max(private(pid) for pid in server.workers()))
        eventually(lambda: server.samples()["scoring_definitions_set_info"] == 1)
    finally:
        for caller in callers:
            caller.goes_on = False
        for caller in callers:
            caller.join()
        samples: dict[str, Any] = server.samples()
        server.stop()
    assert [set(caller.statuses) for caller in callers] == [{200}, {200}, {200}]
    served = {frozenset(generations[one] for one in both) for c in callers for both in c.digests}
    assert all(len(both) == 1 for both in served)
    assert {one for both in served for one in both} == {*range(N_RELOADS + 1)} - {FAULTY_AT}
    n_batches = sum(caller.statuses[200] for caller in callers[:2])
    assert samples["scoring_responses_scored_total"] == 20 * n_batches
    assert samples["scoring_definitions_reloads_total"] == N_RELOADS
    assert samples["scoring_definitions_rejected"] == 0
    assert max(memory) < 24 << 20
    lines = [one["message"] for one in server.lines("stderr") if "efinitions" in one["message"]]
    assert ["not reloaded" in line for line in lines] == [
        generation == FAULTY_AT for generation in range(1, N_RELOADS + 1)
    ]
    assert lines[0].endswith("changed one 1.0.0, two 1.0.0")


def reload(server: Server) -> None:
    """Send the signal and wait until no worker is left of those before it."""
    before = set(server.workers())
    server.process.send_signal(signal.SIGHUP)
    eventually(lambda: not before & set(server.workers()) and len(server.workers()) == 2, 30)


def private(pid: int) -> int:
    """Return the bytes that a process shares with no other."""
    return int(psutil.Process(pid).memory_full_info().uss)
