"""The answer to a batch waits for its caller, and not for ever."""

import socket
import threading

import pytest

from service.operations import worker
from service.operations.worker import LongAnswer


@pytest.fixture
def ends():
    ours, callers = socket.socketpair()
    ours.setblocking(False)
    yield ours, callers
    ours.close()
    callers.close()


def test_no_more_is_held_than_allowed_and_all_of_it_arrives(ends):
    ours, callers = ends
    answer, taken = LongAnswer(ours), []
    pieces = [bytes([number]) * 100_000 for number in range(100)]

    def take() -> None:
        while sum(map(len, taken)) < 10_000_000 - worker._MOST_UNSENT:
            taken.append(callers.recv(65_536))

    reader = threading.Thread(target=take)
    reader.start()
    for piece in pieces:
        answer.sendall(piece)
        assert len(answer.data) <= worker._MOST_UNSENT
    reader.join()
    callers.setblocking(False)
    assert b"".join([*taken, *drained(callers), answer.data]) == b"".join(pieces)


def drained(callers: socket.socket):
    while True:
        try:
            yield callers.recv(65_536)
        except BlockingIOError:
            return


def test_a_caller_that_takes_nothing_ends_it(ends, monkeypatch):
    monkeypatch.setattr(worker, "_ANSWER_SECONDS", 0.05)
    ours, _callers = ends
    answer = LongAnswer(ours)
    with pytest.raises(TimeoutError):
        answer.sendall(b"x" * 10_000_000)


def test_a_caller_that_is_gone_ends_it(ends):
    ours, callers = ends
    callers.close()
    answer = LongAnswer(ours)
    with pytest.raises(BrokenPipeError):
        answer.sendall(b"x" * 10_000_000)
