"""A request is complete when its last byte has come, however it was cut on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.operations.arrival import HEAD_LIMIT, Arrival

LIMIT = 100


def limit_of(path: bytes) -> int:
    return LONGER if path == b"/longer" else LIMIT


LONGER = 105
GET = b"GET /livez?deep=1 HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"
CHUNKED = (
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
)
TRAILERS = (
    b"POST / HTTP/1.1\r\nTRANSFER-ENCODING: Chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n"
)


@pytest.mark.parametrize("request_bytes", [GET, POST, CHUNKED, TRAILERS])
@given(data=st.data())
def test_a_request_is_complete_with_its_last_byte_and_not_before(request_bytes, data):
    last = len(request_bytes)
    cuts = sorted(data.draw(st.sets(st.integers(1, last - 1), max_size=6)))
    arrival = Arrival(limit_of)
    for start, end in zip([0, *cuts], [*cuts, last], strict=True):
        assert arrival.feed(request_bytes[start:end]) is (end == last)
    assert bytes(arrival.data) == request_bytes
    assert arrival.is_whole


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n",  # will be refused unread
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + b"x" * 101,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n65\r\n" + b"x" * 98,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"1;aaaaaaaaaa\r\na\r\n" * 50
        + b"1;"
        + b"a" * 7700,  # more around the chunks than in them
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",  # malformed: the parser's
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 9000,
        b"A" * (HEAD_LIMIT + 1),
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_what_would_be_refused_anyway_is_not_waited_for(request_bytes):
    arrival = Arrival(limit_of)
    assert arrival.feed(request_bytes)
    assert arrival.is_whole is (b"many" in request_bytes)  # the server's parser refuses that


def test_a_body_of_the_limit_is_waited_for():
    arrival = Arrival(limit_of)
    assert not arrival.feed(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
    assert arrival.feed(b"x" * 100)
    chunked = Arrival(limit_of)
    assert not chunked.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n")
    assert not chunked.feed(b"x" * 100)
    assert chunked.feed(b"\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "path"),
    [(GET, b"/livez"), (b"HEAD /readyz HTTP/1.1\r\n\r\n", b"/readyz"), (POST, b"/v1/score")],
)
def test_the_path_is_known(request_bytes, path):
    arrival = Arrival(limit_of)
    arrival.feed(request_bytes)
    assert arrival.path == path


@pytest.mark.parametrize("framing", [b"Content-Length: 105", b"Transfer-Encoding: chunked"])
def test_a_path_may_have_a_limit_of_its_own(framing):
    body = b"x" * LONGER if b"Length" in framing else b"69\r\n" + b"x" * LONGER + b"\r\n0\r\n\r\n"
    for path, is_waited_for in ((b"/longer?a=b", True), (b"/", False)):
        arrival = Arrival(limit_of)
        arrival.feed(b"POST " + path + b" HTTP/1.1\r\n" + framing + b"\r\n\r\n")
        arrival.feed(body)
        assert arrival.is_whole is is_waited_for


def test_a_caller_that_waits_before_its_body_is_recognised_once_the_head_is_there():
    arrival = Arrival(limit_of)
    arrival.feed(b"POST / HTTP/1.1\r\nContent-Length: 1\r\nExpect: 100-continue\r\n")
    assert not arrival.has_head
    arrival.feed(b"\r\n")
    assert arrival.has_head
    assert arrival.expects_continue


@pytest.mark.parametrize(
    ("request_bytes", "n_decoded"),
    [
        (POST, None),  # told by its head
        (CHUNKED, 5),
        (CHUNKED[:-1], -1),
        (CHUNKED.replace(b"2\r\nde", b"zz"), -1),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + b"x" * 101, LIMIT + 1),
    ],
    ids=["no chunks", "whole", "cut", "malformed", "too long"],
)
def test_how_long_a_body_in_chunks_is_is_known_before_it_is_read(request_bytes, n_decoded):
    arrival = Arrival(limit_of)
    arrival.feed(request_bytes)
    assert arrival.n_decoded == n_decoded


def test_how_much_is_to_come_is_known_with_the_head():
    arrival = Arrival(limit_of)
    arrival.feed(POST[:20])
    assert arrival.n_needed == 0
    arrival.feed(POST[20:-5])
    assert arrival.n_needed == len(POST)
