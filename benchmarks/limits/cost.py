"""What a call costs, in a process of its own: processor seconds, and memory beyond the base."""

import json
import os
import resource
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.limits.calls import Call, send
from service.app import Service

MOST_SECONDS = 60
"""Processor seconds after which the system ends a call."""
MOST_MEMORY = 4 << 30
_RESET_PEAK = "5"


class Cost(NamedTuple):
    """Processor seconds and MB beyond the base, the status, and MB of the response; status 0: the
    system ended the call.
    """

    seconds: float
    megabytes: float
    status: int
    answered: float


def cost_of(app: Service, call: Call) -> Cost:
    """Return what a call costs in a copy of this process, as its first."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _measure(app, call, writer)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Cost(*json.loads(told)) if told else Cost(MOST_SECONDS, 0.0, 0, 0.0)


def _measure(app: Service, call: Call, writer: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
        started = time.process_time()
        answered = send(app, call)
        seconds = time.process_time() - started
        grown = _memory("VmHWM") - before
        told = [seconds, grown, answered.status, answered.n_bytes / 1e6]
        os.write(writer, json.dumps(told).encode())
    finally:
        os._exit(0)


def _memory(name: str) -> float:
    """Return a figure of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError(name)
