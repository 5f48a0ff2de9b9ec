"""Work in several processes comes back in order, and never waits for one that is gone."""

import multiprocessing
import os
import signal
import struct
import time

import pytest

from service.batch.files.processes import Make, ProcessEnded, _serve, in_processes

MOMENTS = (0.0, 0.05, 0.1, 0.2)  # of a start that takes about as long


def double() -> Make:
    return lambda number: 2 * number


def slowly() -> Make:
    return lambda seconds: time.sleep(seconds) or seconds


def refuse() -> Make:
    raise ValueError("no 7")


def refuse_seven() -> Make:
    return lambda number: refuse() if number == 7 else number


def die() -> Make:
    os.kill(os.getpid(), signal.SIGKILL)
    return double()


def die_at_seven() -> Make:
    return lambda number: die() if number == 7 else number


def test_the_order_stays_whatever_takes_longer() -> None:
    seconds = [0.2, 0.0, 0.1, 0.0, 0.0, 0.05, 0.0]
    assert [*in_processes(2, slowly, seconds)] == [(one, one) for one in seconds]


def test_more_work_than_waits_at_once_is_done() -> None:
    assert [made for _, made in in_processes(3, double, range(100))] == [*range(0, 200, 2)]


@pytest.mark.parametrize("begin", [refuse, refuse_seven])
def test_what_making_raises_is_raised(begin: Make) -> None:
    with pytest.raises(ValueError, match="no 7"):
        list(in_processes(2, begin, range(20)))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("begin", [die, die_at_seven])
def test_a_process_that_dies_ends_the_work(begin: Make) -> None:
    with pytest.raises(ProcessEnded):
        list(in_processes(2, begin, range(20)))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_is_killed_at_any_moment_ends_the_work(moment: float) -> None:
    def given():
        yield 0
        time.sleep(moment)
        multiprocessing.active_children()[0].kill()
        yield from range(1000)

    with pytest.raises(ProcessEnded):
        list(in_processes(2, double, given()))
    assert multiprocessing.active_children() == []


def test_whoever_stops_asking_leaves_no_process() -> None:
    work = in_processes(2, slowly, [0.0, 600.0, 600.0])
    assert next(work) == (0.0, 0.0)
    work.close()
    assert multiprocessing.active_children() == []


def test_a_process_whose_parent_dies_in_the_middle_of_its_word_ends_without_a_fault() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(double, theirs))
    process.start()
    theirs.close()
    os.write(ours.fileno(), struct.pack("!i", 100) + b"cut")  # of a hundred bytes
    ours.close()
    process.join()
    assert process.exitcode == 0
