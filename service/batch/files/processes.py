"""Give work to processes and take the results in order; one that is ended ends the work.

`concurrent.futures.ProcessPoolExecutor` can wait for ever where a process is killed while the pool
starts another (seen with Python 3.11), so each process has a pipe of its own, whose end is noticed.
"""

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

Make = Callable[[Any], Any]


class ProcessEnded(Exception):
    """A process was ended from outside before its result came."""


def in_processes(
    count: int, begin: Callable[[], Make], given: Iterable[Any]
) -> Iterator[tuple[Any, Any]]:
    """Yield what is given with what is made of it, in order, made by `count` processes.

    `begin` is called once in each process and returns what makes the results; it, what is given
    and what is made are pickled. Raises what `begin` and making raise, and ProcessEnded.
    """
    # The processes end before the threads that wait for them.
    with ThreadPoolExecutor(count) as callers, _processes(count, begin) as idle:
        waiting: deque[tuple[Any, Future[Any]]] = deque()
        for one in given:
            waiting.append((one, callers.submit(_ask, idle, one)))
            if len(waiting) > 2 * count:
                first, future = waiting.popleft()
                yield first, future.result()
        for last, future in waiting:
            yield last, future.result()


@contextmanager
def _processes(count: int, begin: Callable[[], Make]) -> Iterator["SimpleQueue[Connection]"]:
    """Hold processes that wait for work, each behind its pipe."""
    context = get_context("spawn")
    idle: SimpleQueue[Connection] = SimpleQueue()
    begun = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(begin, theirs), daemon=True)
            process.start()
            theirs.close()  # so that its end is noticed
            begun.append((process, ours))
            idle.put(ours)
        yield idle
    finally:
        for process, _ in begun:
            process.terminate()
        for process, ours in begun:
            process.join()
            ours.close()


def _ask(idle: "SimpleQueue[Connection]", given: Any) -> Any:
    """Return what a process makes of what is given."""
    process = idle.get()
    try:
        process.send(given)
        made, error = process.recv()
    except (EOFError, OSError):
        raise ProcessEnded from None
    finally:
        idle.put(process)
    if error is not None:
        raise error
    return made


def _serve(begin: Callable[[], Make], parent: Connection) -> None:
    """Make what is asked for until the parent is gone, which cannot always say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends this
    gc.disable()
    make: Make | None = None
    while True:
        try:
            given = parent.recv()
        except (EOFError, OSError):  # at any byte
            return
        try:
            make = make or begin()
            answer: tuple[Any, Exception | None] = (make(given), None)
        except Exception as error:  # for the parent to raise
            answer = (None, error)
        try:
            parent.send(answer)
        except OSError:
            return
