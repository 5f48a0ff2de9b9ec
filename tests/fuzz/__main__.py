"""Send inputs that a coverage-guided fuzzer makes up; end with 0 where every claim held.

Run `python -m tests.fuzz form --runs 10000`. An input that breaks a claim is kept in build/fuzz/;
`python -m tests.fuzz form build/fuzz/form-…` sends it again.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import atheris
import orjson

with atheris.instrument_imports(include=["service"]):
    from service.app import create_app
    from service.settings import Settings

from tests.fuzz.claims import Caller, dumps
from tests.fuzz.mutator import Mutator
from tests.fuzz.targets import TARGETS

FOUND = Path(__file__).resolve().parents[2] / "build" / "fuzz"
HANGS_SECONDS = 20
TELLS_EVERY = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("inputs", nargs="*", help="files to send, instead of making inputs up")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3_600, help="after which it ends anyway")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--figures", type=Path, help="file that figures are written to")
    chosen = parser.parse_args()
    target, caller = TARGETS[chosen.target], Caller(create_app(Settings(), log_fd=None))
    seeds = list(target.seeds(caller.app))
    orjson.dumps = dumps
    n_runs = 0

    def run(data: bytes) -> None:
        nonlocal n_runs
        try:
            target.look(caller, data)
        except Exception:
            keep(data, chosen.target)
            raise
        n_runs += 1
        if chosen.figures and (n_runs % TELLS_EVERY == 0 or n_runs == chosen.runs):
            told = {"runs": n_runs, "slowest": caller.slowest, "answers": caller.n_answers}
            chosen.figures.write_text(json.dumps(told))

    for name in chosen.inputs:
        run(Path(name).read_bytes())
    if not chosen.inputs:
        fuzz(run, Mutator(seeds), chosen, target.longest)


def keep(data: bytes, name: str) -> None:
    """Keep an input that broke a claim."""
    FOUND.mkdir(parents=True, exist_ok=True)
    (FOUND / f"{name}-{sha256(data).hexdigest()[:12]}").write_bytes(data)


def fuzz(
    run: Callable[[bytes], None], mutator: Mutator, chosen: argparse.Namespace, longest: int
) -> None:
    """Make inputs up from the seeds, and from what became of them; never returns."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        made = mutator.mutate(data, seed, lambda text: atheris.Mutate(text, len(text)))
        return made if len(made) <= most else data

    folder = tempfile.mkdtemp(prefix="fuzz-")
    for number, seed in enumerate(mutator.seeds):
        Path(folder, f"{number:04}").write_bytes(json.dumps(seed).encode()[:longest])
    words = {
        "runs": chosen.runs,
        "seed": chosen.seed,
        "max_total_time": chosen.seconds,
        "max_len": longest,
        "timeout": HANGS_SECONDS,
        "rss_limit_mb": 2048,
        "reload": 0,  # from the folder, which depends on how fast it is
        "artifact_prefix": f"{folder}/",
    }
    options = [f"-{name}={value}" for name, value in words.items()]
    atheris.Setup([sys.argv[0], folder, *options], run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
