"""What the whole service costs over HTTP, against a bare Flask view under the same server settings.

Run `python -m benchmarks.http`, or with `--settings` to compare the shipped server settings with
others. Needs wrk.
"""

import argparse
from pathlib import Path
from statistics import median

from benchmarks.forms import complete_forms, load_scorer
from benchmarks.load import (
    CONNECTIONS,
    Choice,
    figures_of,
    load_fresh_servers,
    load_in_turns,
    need_wrk,
    print_loads,
    written_bodies,
)
from benchmarks.measuring import paired_ratio, print_goal
from service.settings import Settings

BODIES = 500
INSTRUMENT = "wai-sr"
ECHO_PATH = f"/v1/instruments/{INSTRUMENT}/echo"
SCORE_PATH = f"/v1/instruments/{INSTRUMENT}/score"
GOAL_THROUGHPUT = 0.80
GOAL_SETTINGS = 0.90
FINALISTS = 4


def form_bodies() -> list[dict[str, object]]:
    """Return different complete forms, with every norm group asked for."""
    forms = complete_forms(load_scorer(INSTRUMENT).instrument, BODIES)
    return [{"answers": form, "norms": ["*"]} for form in forms]


def compare_with_bare_view(bodies: Path, rounds: int, seconds: int) -> None:
    """Print both servers' figures and the ratios of the same round."""
    choices = {
        "bare view": Choice(ECHO_PATH, bodies, ("benchmarks.bare:app",)),
        "service": Choice(SCORE_PATH, bodies),
    }
    loaded = load_fresh_servers(choices, rounds, seconds)
    print_loads(
        f"{CONNECTIONS} connections, shipped settings, {rounds} turns of {seconds} s", loaded
    )
    bare, service = loaded.values()
    for name, what in (("p50", "p50"), ("p99", "p99"), ("cpu", "worker CPU per request")):
        print(
            f"\nservice / bare view, {what}: "
            f"{paired_ratio(figures_of(service, name), figures_of(bare, name)):.2f}"
        )
    ratio = paired_ratio(figures_of(service, "rate"), figures_of(bare, "rate"))
    print_goal("service / bare view, requests per second", ratio, GOAL_THROUGHPUT, at_least=True)


def other_settings(bodies: Path) -> dict[str, Choice]:
    """Return the server settings to try beside the shipped ones."""
    choices = {}
    for workers in ("1", "2", "3"):
        for pinned in ("false", "true"):
            common = {"WORKERS": workers, "PIN_WORKERS": pinned}
            suffix = " pinned" if pinned == "true" else ""
            sync = ("--worker-class=sync", "--threads=1")
            choices[f"sync {workers} w{suffix}"] = Choice(SCORE_PATH, bodies, sync, common)
            for threads in ("1", "2", "4"):
                name = f"gthread {workers} w x {threads}{suffix}"
                choices[name] = Choice(SCORE_PATH, bodies, (), {**common, "THREADS": threads})
    return choices


def compare_settings(bodies: Path, rounds: int, seconds: int) -> None:
    """Print the service's figures under other server settings and the shipped setting's ratio to
    the best.
    """
    shipped = Settings()
    others = other_settings(bodies)
    others.pop(
        f"gthread {shipped.workers} w x {shipped.threads}", None
    )  # they are the shipped ones
    choices = {"shipped": Choice(SCORE_PATH, bodies), **others}
    loaded = load_in_turns(choices, rounds, seconds)
    print_loads(f"Settings, {CONNECTIONS} connections, {rounds} turns of {seconds} s", loaded)
    # The best of many short turns is partly luck: the first few meet the shipped settings again.
    by_rate = sorted(others, key=lambda name: -median(figures_of(loaded[name], "rate")))
    finalists = {name: choices[name] for name in ("shipped", *by_rate[:FINALISTS])}
    final = load_fresh_servers(finalists, 4 * rounds, 2 * seconds)
    print_loads(
        f"The best of them again, {4 * rounds} turns of {2 * seconds} s, each with a new server",
        final,
    )
    rates = {name: figures_of(loads, "rate") for name, loads in final.items()}
    best = max(rates, key=lambda name: median(rates[name]))
    print_goal(
        f"shipped settings / best ({best}), requests per second",
        paired_ratio(rates["shipped"], rates[best]),
        GOAL_SETTINGS,
        at_least=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", action="store_true", help="compare server settings instead")
    parser.add_argument(
        "--rounds", type=int, help="turns of each server (default 10; with --settings 2)"
    )
    parser.add_argument(
        "--seconds", type=int, help="length of a turn (default 4; with --settings 1)"
    )
    arguments = parser.parse_args()
    need_wrk()
    with written_bodies(form_bodies()) as bodies:
        if arguments.settings:
            compare_settings(bodies, arguments.rounds or 2, arguments.seconds or 1)
        else:
            compare_with_bare_view(bodies, arguments.rounds or 10, arguments.seconds or 4)


if __name__ == "__main__":
    main()
