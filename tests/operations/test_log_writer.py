"""The log takes lines in order, and never keeps anybody waiting."""

import os
import time
import weakref
from pathlib import Path

from service.operations.log_writer import LogWriter


def test_lines_are_written_whole_and_in_order():
    reader, writer = os.pipe()
    log = LogWriter(writer)
    lines = [f"{number}\n".encode() for number in range(1000)]
    assert {log.write(line) for line in lines} == {True}
    assert log.flush()
    assert os.read(reader, 1 << 16) == b"".join(lines)


def test_a_pipe_that_nobody_reads_costs_lines_and_no_time():
    reader, writer = os.pipe()
    log = LogWriter(writer, most_bytes=1 << 17)
    line = b"x" * 1023 + b"\n"
    started = time.monotonic()
    taken = [log.write(line) for _ in range(1000)]
    assert time.monotonic() - started < 5
    assert taken[0]
    assert not taken[-1]
    assert not log.flush(seconds=0.1)
    n_written = 0
    while n_written < sum(taken):  # once somebody reads, what was taken comes, and nothing else
        n_written += os.read(reader, 1 << 16).count(b"\n")
    assert log.flush()
    assert log.write(b"last\n")
    assert log.flush()
    assert os.read(reader, 100) == b"last\n"


def test_a_log_that_cannot_be_written_is_no_fault():
    reader, writer = os.pipe()
    os.close(reader)
    log = LogWriter(writer)
    assert log.write(b"lost\n")
    assert log.flush()


def test_a_forked_process_writes_its_own_lines_and_none_of_its_parent(tmp_path: Path):
    file = os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    log = LogWriter(file)
    log.write(b"parent\n")
    child = os.fork()
    if child == 0:
        log.write(b"child\n")
        log.flush()
        os._exit(0)
    os.waitpid(child, 0)
    log.flush()
    assert sorted((tmp_path / "log").read_text().split()) == ["child", "parent"]


def test_a_log_that_nobody_holds_is_gone():
    """Each reload of the definitions makes one."""
    log = LogWriter(os.open(os.devnull, os.O_WRONLY))
    gone = weakref.ref(log)
    del log
    assert gone() is None
