"""The answer to a batch waits for its caller, and not for ever, nor for a trickle."""

import socket
import threading

import pytest

from service.operations import answering
from service.operations.answering import ANSWER_SECONDS, LEAST_RATE, MOST_UNSENT, LongAnswer


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
        while sum(map(len, taken)) < 10_000_000 - MOST_UNSENT:
            taken.append(callers.recv(65_536))

    reader = threading.Thread(target=take)
    reader.start()
    for piece in pieces:
        answer.sendall(piece)
        assert len(answer.data) <= MOST_UNSENT
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
    monkeypatch.setattr(answering, "ANSWER_SECONDS", 0.05)
    ours, _callers = ends
    answer = LongAnswer(ours)
    with pytest.raises(TimeoutError):
        answer.sendall(b"x" * 10_000_000)


class Slow:
    """A caller that takes `n_bytes` at a time, each after some seconds by its own clock."""

    def __init__(self, n_bytes: int, seconds: float) -> None:
        self.n_bytes, self.seconds, self.now, self.taken = n_bytes, seconds, 0.0, 0

    def send(self, data: bytes) -> int:
        self.now += self.seconds
        self.taken += self.n_bytes
        return min(self.n_bytes, len(data))

    def clock(self) -> float:
        return self.now


def answer_to(slow: Slow, ours: socket.socket) -> LongAnswer:
    """Return an answer whose caller can always take something."""
    answer = LongAnswer(ours, slow.clock)
    answer._caller = slow
    return answer


def test_a_caller_that_takes_a_little_each_time_ends_it(ends):
    """In time for each part, and hours for all of it: so a thread was held."""
    slow = Slow(n_bytes=1000, seconds=ANSWER_SECONDS - 1)
    answer = answer_to(slow, ends[0])
    with pytest.raises(TimeoutError):
        answer.sendall(b"x" * 10_000_000)
    assert slow.now < 3 * ANSWER_SECONDS


def test_a_caller_that_takes_as_much_as_is_asked_of_it_gets_all(ends):
    slow = Slow(n_bytes=LEAST_RATE, seconds=1)
    answer = answer_to(slow, ends[0])
    for _ in range(100):
        answer.sendall(b"x" * LEAST_RATE)
    assert slow.now > 2 * ANSWER_SECONDS
    assert len(answer.data) <= MOST_UNSENT


def test_a_caller_that_is_gone_ends_it(ends):
    ours, callers = ends
    callers.close()
    answer = LongAnswer(ours)
    with pytest.raises(BrokenPipeError):
        answer.sendall(b"x" * 10_000_000)
