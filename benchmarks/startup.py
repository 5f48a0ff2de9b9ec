"""How long the service takes from the start of gunicorn until it is ready, and what memory its
workers hold.

Run `python -m benchmarks.startup`.
"""

import argparse
from pathlib import Path
from statistics import median

import orjson

from benchmarks.forms import INSTRUMENTS, complete_forms, fourteen, load_scorer
from benchmarks.measuring import print_goal, print_table
from benchmarks.server import Server

FORMS_PER_INSTRUMENT = 20
GOAL_SECONDS = 1.5
GOAL_MEBIBYTES_OF_14 = 12.0
GOAL_MEBIBYTES_OF_ALL = 20.0


def memory_of(pid: int) -> tuple[float, float]:
    """Return a process's private and resident memory in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kibibytes = {
        line.split()[0].rstrip(":"): int(line.split()[1]) for line in lines if line.endswith(" kB")
    }
    private = kibibytes["Private_Clean"] + kibibytes["Private_Dirty"]
    return private / 1024, kibibytes["Rss"] / 1024


def use(server: Server, folder: Path) -> int:
    """Score forms of every instrument, over many connections so that each worker gets some; return
    how many.
    """
    sent = 0
    for path in sorted(folder.glob("*.json")):
        if path.name == "instrument.schema.json":
            continue
        scorer = load_scorer(path.stem)
        if scorer.instrument.key_required:
            continue
        perspective = next(iter(scorer.instrument.perspectives), None)
        for form in complete_forms(scorer.instrument, FORMS_PER_INSTRUMENT):
            body = orjson.dumps({"answers": form, "norms": ["*"], "perspective": perspective})
            status, _ = server.post(f"/v1/instruments/{path.stem}/score", body)
            if status != 200:
                raise RuntimeError(f"{path.stem} answers {status}.")
            sent += 1
    return sent


def measure(folder: Path, rounds: int, goal_mebibytes: float) -> None:
    """Print start and memory with the definitions of a directory, after forms of every
    instrument.
    """
    seconds, cpu, ready, private, resident, count, sent = [], [], [], [], [], 0, 0
    for _ in range(rounds):
        with Server({"WORKERS": "2", "INSTRUMENTS_DIR": str(folder)}) as server:
            seconds.append(server.seconds_to_ready)
            cpu.append(server.cpu_seconds(with_parent=True))
            count = orjson.loads(server.get("/readyz")[1])["instruments"]
            ready += [memory_of(pid)[0] for pid in server.workers()]
            sent = use(server, folder)
            for pid in server.workers():
                of_private, of_resident = memory_of(pid)
                private.append(of_private)
                resident.append(of_resident)
    rows = [
        ["start to ready, s", median(seconds), max(seconds)],
        ["CPU time of all processes until then, s", median(cpu), max(cpu)],
        ["private memory of a worker that is ready, MiB", median(ready), max(ready)],
        ["private memory of a worker after all forms, MiB", median(private), max(private)],
        ["resident memory of a worker, MiB", median(resident), max(resident)],
    ]
    title = f"{count} definitions, 2 workers, {rounds} starts, {sent} requests each"
    print_table(title, ["", "median", "most"], rows)
    print_goal("Start to ready", median(seconds), GOAL_SECONDS, " s")
    print_goal(
        "Private memory of a worker after all forms", median(private), goal_mebibytes, " MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with fourteen() as folder:
        measure(folder, rounds, GOAL_MEBIBYTES_OF_14)
    measure(INSTRUMENTS, rounds, GOAL_MEBIBYTES_OF_ALL)


if __name__ == "__main__":
    main()
