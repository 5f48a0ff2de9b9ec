"""What a line of `POST /v1/batch` costs, beside a loop that parses and dumps the lines sent
with orjson and does nothing else.

Run: python -m benchmarks.batch_http [--lines N]. CPU time of the worker over real connections.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from benchmarks.forms import SEED
from benchmarks.server import Server

NDJSON, CSV = "application/x-ndjson", "text/csv"
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=50_000)
    n_lines = parser.parse_args().lines
    drawn = random.Random(SEED)
    answers = [[drawn.randint(0, 3) for _ in range(9)] for _ in range(n_lines)]
    as_json = b"\n".join(
        orjson.dumps(
            {
                "instrument": "phq-9",
                "reference": f"p{number}",
                "answers": {str(item): value for item, value in enumerate(given, 1)},
            }
        )
        for number, given in enumerate(answers)
    )
    rows = (f"p{number},{','.join(map(str, given))}" for number, given in enumerate(answers))
    as_csv = "\n".join(["reference,1,2,3,4,5,6,7,8,9", *rows]).encode()

    with Server({"WORKERS": "1", "MAX_BATCH_BYTES": "1000000000"}) as server:

        def batch(body: bytes, sent: str, wanted: str) -> Callable[[], float]:
            def run() -> float:
                before = server.cpu_seconds()
                path = "/v1/batch?instrument=phq-9"
                status, answer = server.post(path, body, {"Content-Type": sent, "Accept": wanted})
                assert status == 200, status
                assert answer.count(b"\n") == n_lines + 1
                return server.cpu_seconds() - before

            return run

        _, answer = server.post("/v1/batch", as_json, {"Content-Type": NDJSON, "Accept": NDJSON})
        reports = [orjson.loads(line) for line in answer.splitlines()[:-1]]
        tasks = {
            "orjson: parse and dump the lines sent": lambda: _cpu(
                lambda: [orjson.dumps(orjson.loads(line)) for line in as_json.splitlines()]
            ),
            "orjson: parse the lines sent, dump their reports": lambda: _cpu(
                lambda: [
                    (orjson.loads(line), orjson.dumps(report))[0:0]
                    for line, report in zip(as_json.splitlines(), reports, strict=True)
                ]
            ),
            "batch, NDJSON to NDJSON": batch(as_json, NDJSON, NDJSON),
            "batch, NDJSON to CSV": batch(as_json, NDJSON, CSV),
            "batch, CSV to CSV": batch(as_csv, CSV, CSV),
        }
        least = {name: min(task() for _ in range(ROUNDS)) for name, task in tasks.items()}
        (worker,) = server.workers()
        peak = next(
            line
            for line in Path(f"/proc/{worker}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
    base = least["orjson: parse and dump the lines sent"]
    print(f"{n_lines} PHQ-9; {len(answer) // n_lines} bytes a report; least of {ROUNDS} rounds")
    for name, seconds in least.items():
        print(f"{name:50} {seconds / n_lines * 1e6:6.2f} us a line   {base / seconds:5.2f} x")
    print(f"greatest memory of the worker: {int(peak.split()[1]) // 1024} MiB")


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
