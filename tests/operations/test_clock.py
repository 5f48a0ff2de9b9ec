"""The wall clock of a running service is set: it jumps, ahead or back, under workers that run."""

import time
from pathlib import Path

from service.settings import Settings
from tests.test_survival import serving, wait_until

# Read by Python before anything else, in every process of the server: once there is a shift, every
# second look at the clock is off by it, so that jumps fall into requests too.
SHIFTED = """
import itertools
import time
from pathlib import Path
shift, told, looks = Path({shift!r}), time.time, itertools.count()
time.time = lambda: told() + float(shift.read_text()) * (next(looks) % 2)
"""
YEAR = 365.25 * 86400
JUMPS = (YEAR, -10 * YEAR)  # a year ahead, then ten years back
PATH = "/v1/instruments/phq-9"


def test_a_clock_that_jumps_ends_no_worker_and_spoils_no_counter(
    tmp_path: Path, few: Settings
) -> None:
    shift, hooks = tmp_path / "shift", tmp_path / "hooks"
    shift.write_text("0")
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(SHIFTED.format(shift=str(shift)))
    with serving(tmp_path / "run", few, PYTHONPATH=str(hooks), WORKERS="2") as server:
        wait_until(lambda: len(server.workers()) == 2)
        before, counted = server.workers(), server.samples()
        definition = server.get(PATH)
        for jump in JUMPS:
            (tmp_path / "next").write_text(str(jump))
            (tmp_path / "next").rename(shift)
            for _ in range(10):
                assert server.get(PATH) == definition
            time.sleep(1.5)  # more than a heartbeat
            assert server.get("/readyz").startswith(b'{"status":"ready"')
        after = server.samples()
        assert server.workers() == before
        durations = "scoring_http_request_duration_seconds"
        answered = after[f"{durations}_count"] - counted[f"{durations}_count"]
        assert answered == 24  # with the first definition and the first look at the counters
        assert 0 <= after[f"{durations}_sum"] - counted[f"{durations}_sum"] < 10
        assert after["scoring_workers_lost_total"] == 0
    years = {int(line["ts"][:4]) for line in server.lines("stdout")}
    assert max(years) - min(years) in (10, 11)
