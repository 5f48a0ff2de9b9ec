"""How long a client of CDS Hooks waits for its cards: 50 responses come along with each call, at a
steady rate, through the shipped server.

Run `python -m benchmarks.cds`.
"""

import argparse
import random
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import Any

import orjson

from benchmarks.measuring import print_goal, print_table
from benchmarks.server import HOST, PATIENCE_SECONDS, Server

SERVICE = "/cds-services/alliance-monitor"
FORMS = {"wai-sr": (12, 3, 5), "phq-9": (9, 0, 2)}
"""Number of items, and the least and greatest usual answer."""
N_SESSIONS, N_BODIES = 25, 20
RATE, SECONDS = 20, 30
GOAL_P99_MS = 50.0


def make_body(seed: int) -> bytes:
    """Return a call with both forms of 25 sessions, the alliance low in the last one."""
    draw = random.Random(seed)
    entries = [
        {"resource": _response(name, session, draw)}
        for session in range(N_SESSIONS, 0, -1)
        for name in FORMS
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "1990-05-01"}
    return orjson.dumps(
        {
            "hook": "patient-view",
            "hookInstance": f"d1577c69-dfbe-44ad-ba6d-{seed:012d}",
            "context": {"userId": "Practitioner/t7", "patientId": "p1"},
            "prefetch": {"responses": bundle, "patient": patient},
        }
    )


def _response(name: str, session: int, draw: random.Random) -> dict[str, Any]:
    n_items, low, high = FORMS[name]
    is_low = name == "wai-sr" and session == N_SESSIONS
    answers = [1 if is_low else draw.randint(low, high) for _ in range(n_items)]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"{name}-{session}",
        "status": "completed",
        "questionnaire": f"urn:questionnaire-scoring:Questionnaire:{name}",
        "subject": {"reference": "Patient/p1"},
        "authored": f"2026-{session // 5 + 1:02d}-{session % 5 + 1:02d}T10:00:00Z",
        "item": [
            {"linkId": str(number), "answer": [{"valueInteger": answer}]}
            for number, answer in enumerate(answers, 1)
        ],
    }


def call_at(port: int, due: float, body: bytes) -> tuple[float, float]:
    """Call at a moment. Return the ms from then to the whole answer, whenever it was sent: a late
    call is not forgiven; and how late it was, which is what else the machine does.
    """
    time.sleep(max(0.0, due - time.perf_counter()))
    late = 1000 * (time.perf_counter() - due)
    connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", SERVICE, body, {"Content-Type": "application/json"})
        answered = connection.getresponse()
        content = answered.read()
    finally:
        connection.close()
    if answered.status != 200 or not orjson.loads(content)["cards"]:
        raise RuntimeError(f"{SERVICE} answers {answered.status}.")
    return 1000 * (time.perf_counter() - due), late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    n_calls = RATE * parser.parse_args().seconds
    bodies = [make_body(seed) for seed in range(N_BODIES)]
    with Server() as server, ThreadPoolExecutor(RATE) as callers:
        for body in bodies:
            call_at(server.port, time.perf_counter(), body)  # what workers remember is filled
        before = server.cpu_seconds()
        started = time.perf_counter() + 0.1
        sent = [
            callers.submit(call_at, server.port, started + n / RATE, bodies[n % N_BODIES])
            for n in range(n_calls)
        ]
        waits, late = zip(*(one.result() for one in sent), strict=True)
        cpu = 1000 * (server.cpu_seconds() - before) / n_calls
    p99 = quantiles(waits, n=100)[-1]
    what = f"{N_SESSIONS * len(FORMS)} responses"
    busy = quantiles(late, n=100)[-1]
    row = (what, len(bodies[0]), cpu, median(waits), p99, busy)
    title = f"Cards at {RATE} calls a second, {n_calls} calls, each on a connection of its own"
    print_table(title, ("call", "bytes", "CPU ms", "p50 ms", "p99 ms", "sent late, p99 ms"), [row])
    print_goal("cards for 50 responses, p99 in ms", p99, GOAL_P99_MS)


if __name__ == "__main__":
    main()
