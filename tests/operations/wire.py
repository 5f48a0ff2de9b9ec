"""Requests that no client sends, byte by byte, each with the statuses of the answers that it gets:
none where the connection is closed without a word.
"""

from typing import NamedTuple

FORM = b'{"answers":[1,1,1,1,1,1,1]}'
GET = b"GET /livez HTTP/1.1\r\n"
HOST = b"Host: x\r\n"
END = b"\r\n"
SCORE = (
    b"POST /v1/instruments/gad-7/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
)
CHUNKED = SCORE + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: 27\r\n"
CHUNK = b"1b\r\n" + FORM + b"\r\n"
ALIVE = GET + HOST + END
"""A request that would be answered: where it comes after one that is refused, it must not be."""


class Case(NamedTuple):
    """What is sent, and the statuses of what comes back; `stays`: the caller does not say that it
    sends no more.
    """

    sent: bytes
    statuses: tuple[int, ...]
    stays: bool = False


def line(first: bytes, *statuses: int) -> Case:
    """Return a request of this first line."""
    return Case(first + b"\r\n" + HOST + END, statuses)


def header(text: bytes, *statuses: int) -> Case:
    """Return a request with these header lines too."""
    return Case(GET + HOST + text + b"\r\n\r\n", statuses)


def framed(text: bytes, body: bytes, *statuses: int) -> Case:
    """Return a form whose length is told by these header lines."""
    return Case(SCORE + text + b"\r\n\r\n" + body, statuses)


def chunks(body: bytes, *statuses: int) -> Case:
    """Return a form in these chunks."""
    return Case(CHUNKED + body, statuses)


LINES = {
    "no method": line(b" /livez HTTP/1.1", 400),
    "no target": line(b"GET HTTP/1.1", 400),
    "no version": line(b"GET /livez", 400),
    "only a method": line(b"GET", 400),
    "HTTP/0.9": Case(b"GET /livez\r\n", (400,)),
    "a blank first": Case(b"\r\n" + ALIVE, (200,)),
    "two blanks first": Case(b"\r\n\r\n" + ALIVE, (400,)),
    "only blanks": Case(b"\r\n" * 50, (400,)),
    "spaces before": line(b"   GET /livez HTTP/1.1", 400),
    "two spaces": line(b"GET  /livez HTTP/1.1", 400),
    "a tab between": line(b"GET\t/livez\tHTTP/1.1", 400),
    "a space behind": line(b"GET /livez HTTP/1.1 ", 400),
    "a space in the target": line(b"GET /li vez HTTP/1.1", 400),
    "a null in the target": line(b"GET /li\0vez HTTP/1.1", 400),
    "a null in the method": line(b"GE\0T /livez HTTP/1.1", 400),
    "a null in the version": line(b"GET /livez HTTP/1.1\0", 400),
    "a carriage return": line(b"GET /li\rvez HTTP/1.1", 400),
    "a form feed": line(b"GET /livez\x0cHTTP/1.1", 400),
    "DEL in the target": line(b"GET /li\x7fvez HTTP/1.1", 400),
    "bytes above 127": line(b"GET /li\xffvez HTTP/1.1", 400),
    "UTF-8": line("GET /Zoë HTTP/1.1".encode(), 400),
    "HTTP/1.0": line(b"GET /livez HTTP/1.0", 200),
    "HTTP/1.2": line(b"GET /livez HTTP/1.2", 200),
    "HTTP/1.9": line(b"GET /livez HTTP/1.9", 200),
    "HTTP/2.0": line(b"GET /livez HTTP/2.0", 400),
    "HTTP/3": line(b"GET /livez HTTP/3", 400),
    "HTTP/0.9 in words": line(b"GET /livez HTTP/0.9", 400),
    "HTTP/1.10": line(b"GET /livez HTTP/1.10", 400),
    "HTTP/-1.1": line(b"GET /livez HTTP/-1.1", 400),
    "HTTP/01.1": line(b"GET /livez HTTP/01.1", 400),
    "HTTP/1,1": line(b"GET /livez HTTP/1,1", 400),
    "http/1.1": line(b"GET /livez http/1.1", 400),
    "HTTP/1.1 in other digits": line("GET /livez HTTP/١.١".encode(), 400),
    "another protocol": line(b"GET /livez SIP/2.0", 400),
    "ICY": line(b"GET /livez ICY", 400),
    "an answer": line(b"HTTP/1.1 200 OK", 400),
    "TLS": Case(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40, ()),
    "SSH": Case(b"SSH-2.0-OpenSSH_9.9\r\n", (400,)),
    "Redis": Case(b"*1\r\n$4\r\nPING\r\n", (400,)),
    "SMTP": Case(b"EHLO x\r\n\r\n", (400,)),
    "PROXY": Case(b"PROXY TCP4 10.0.0.1 10.0.0.2 1 80\r\n" + ALIVE, (400,)),
    "PROXY in binary": Case(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + b"\1" * 12 + ALIVE, (400,)),
    "HTTP/2 at once": Case(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", (400,)),
    "noise": Case(bytes(range(256)) * 4, (400,)),
    "nulls": Case(b"\0" * 1000, ()),
    "one byte": Case(b"G", ()),
    "nothing": Case(b"", ()),
    "half a line": Case(b"GET /livez HT", ()),
    "half a head": Case(GET + b"Host: x", ()),
    "half a head that stays": Case(GET + b"Host: x", (408,), stays=True),
    "line feeds alone": Case(ALIVE.replace(b"\r\n", b"\n"), (400,)),
    "carriage returns alone": Case(ALIVE.replace(b"\r\n", b"\r"), ()),
    "line feed before carriage return": Case(ALIVE.replace(b"\r\n", b"\n\r"), (400,)),
}

METHODS = {
    "TRACE": line(b"TRACE /livez HTTP/1.1", 405),
    "CONNECT": line(b"CONNECT x:80 HTTP/1.1", 404),
    "CONNECT and more": Case(b"CONNECT /livez HTTP/1.1\r\nHost: x\r\n\r\n" + ALIVE, (405,)),
    "TRACK": line(b"TRACK /livez HTTP/1.1", 405),
    "PROPFIND": line(b"PROPFIND / HTTP/1.1", 405),
    "DELETE": line(b"DELETE /v1/score HTTP/1.1", 405),
    "a method in small letters": line(b"get /livez HTTP/1.1", 400),
    "a method of one letter": line(b"G /livez HTTP/1.1", 400),
    "a method of signs": line(b"G!T /livez HTTP/1.1", 405),
    "a method with a hash": line(b"GE# /livez HTTP/1.1", 400),
    "a method with a slash": line(b"GE/T /livez HTTP/1.1", 400),
    "a long method": line(b"A" * 20 + b" /livez HTTP/1.1", 405),
    "a longer method": line(b"A" * 21 + b" /livez HTTP/1.1", 400),
    "a method without end": line(b"A" * 9000 + b" /livez HTTP/1.1", 414),
    "HEAD": Case(b"HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n", (200,)),
    "GET with a form": Case(GET + HOST + LENGTH + END + FORM, (200,)),
    "OPTIONS with a form": Case(b"OPTIONS / HTTP/1.1\r\nHost: x\r\n" + LENGTH + END + FORM, (200,)),
}

TARGETS = {
    "a star": line(b"OPTIONS * HTTP/1.1", 404),
    "a star that is got": line(b"GET * HTTP/1.1", 400),
    "no slash": line(b"GET livez HTTP/1.1", 400),
    "absolute": line(b"GET http://x/livez HTTP/1.1", 200),
    "absolute, of another host": line(b"GET http://elsewhere/livez HTTP/1.1", 200),
    "absolute with a person": line(b"GET http://a:b@x/livez HTTP/1.1", 200),
    "absolute without a host": line(b"GET http:///livez HTTP/1.1", 200),
    "absolute IPv6": line(b"GET http://[::1]/livez HTTP/1.1", 200),
    "absolute IPv6 without end": line(b"GET http://[::1/livez HTTP/1.1", 400),
    "a file": line(b"GET file:///etc/passwd HTTP/1.1", 404),
    "gopher": line(b"GET gopher://x/livez HTTP/1.1", 200),
    "two slashes": line(b"GET //livez HTTP/1.1", 200),
    "three slashes": line(b"GET ///livez HTTP/1.1", 200),
    "a host after two slashes": line(b"GET //elsewhere/livez HTTP/1.1", 404),
    "upwards": line(b"GET /console/../../etc/passwd HTTP/1.1", 404),
    "upwards in per cent": line(b"GET /console/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1", 404),
    "upwards twice in per cent": line(b"GET /console/%252e%252e%252fpasswd HTTP/1.1", 404),
    "upwards with backslashes": line(rb"GET /console/..\..\passwd HTTP/1.1", 404),
    "a null in per cent": line(b"GET /livez%00 HTTP/1.1", 404),
    "a line break in per cent": line(b"GET /livez%0d%0aX:%20y HTTP/1.1", 404),
    "half of a per cent": line(b"GET /livez%2 HTTP/1.1", 404),
    "no hexadecimal": line(b"GET /livez%zz HTTP/1.1", 404),
    "overlong UTF-8": line(b"GET /%c0%ae%c0%ae/livez HTTP/1.1", 404),
    "a fragment": line(b"GET /livez#x HTTP/1.1", 200),
    "a semicolon": line(b"GET /livez;x=1 HTTP/1.1", 404),
    "a query of nothing": line(b"GET /livez? HTTP/1.1", 200),
    "a query of questions": line(b"GET /livez???? HTTP/1.1", 422),
    "4000 characters": line(b"GET /" + b"x" * 4000 + b" HTTP/1.1", 404),
    "one character too many": line(b"GET /" + b"x" * 4081 + b" HTTP/1.1", 414),
    "100000 characters": line(b"GET /" + b"x" * 100_000 + b" HTTP/1.1", 414),
    "100000 characters without end": Case(b"GET /" + b"x" * 100_000, (414,)),
    "a query of 4000 parameters": line(b"GET /livez?" + b"a&" * 2000 + b" HTTP/1.1", 422),
    "2000 slashes": line(b"GET " + b"/" * 2000 + b" HTTP/1.1", 200),
    "brackets": line(b"GET /[::1]/livez HTTP/1.1", 404),
    "markup": line(b"GET /<script>alert(1)</script> HTTP/1.1", 404),
}

HEADERS = {
    "a null in a value": header(b"X-A: a\0b", 400),
    "a null in a name": header(b"X\0A: b", 400),
    "a line break in a value": header(b"X-A: a\rb", 400),
    "DEL in a value": header(b"X-A: a\x7fb", 400),
    "an escape in a value": header(b"X-A: \x1b[2J", 400),
    "latin-1 in a value": header("X-A: Zoë".encode("latin-1"), 200),
    "latin-1 in a name": header("X-Zoë: a".encode("latin-1"), 400),
    "no colon": header(b"X-A", 400),
    "no name": header(b": a", 400),
    "no value": header(b"X-A:", 200),
    "a space before the colon": header(b"X-A : a", 400),
    "a tab before the colon": header(b"X-A\t: a", 400),
    "a space before the name": header(b" X-A: a", 400),
    "a folded value": header(b"X-A: a\r\n b", 400),
    "a value folded by a tab": header(b"X-A: a\r\n\tb", 400),
    "a name in brackets": header(b"(X): a", 400),
    "an underscore": header(b"X_A: b", 200),
    "a line feed alone": Case(GET + HOST + b"X-A: a\nX-B: b\r\n\r\n", (400,)),
    "a blank in the middle": Case(GET + HOST + b"\n\nX-A: a\r\n\r\n", (400,)),
    "99 headers": header(b"\r\n".join(b"X-%d: a" % n for n in range(99)), 200),
    "100 headers": header(b"\r\n".join(b"X-%d: a" % n for n in range(100)), 431),
    "5000 headers": header(b"\r\n".join([b"X: a"] * 5000), 431),
    "a long value": header(b"X-A: " + b"a" * 8000, 200),
    "a longer value": header(b"X-A: " + b"a" * 8200, 431),
    "a long name": header(b"A" * 8200 + b": a", 431),
    "a value without end": Case(GET + HOST + b"X-A: " + b"a" * 900_000, (431,)),
    "headers without end": Case(GET + HOST + b"X: a\r\n" * 150_000, (431,)),
    "no host": Case(GET + END, (200,)),
    "two hosts": header(b"Host: y", 400),
    "an empty host": Case(GET + b"Host:\r\n\r\n", (200,)),
    "a host of dots": Case(GET + b"Host: ..\r\n\r\n", (400,)),
    "a host with a space": Case(GET + b"Host: a b\r\n\r\n", (200,)),
    "a host with a path": Case(GET + b"Host: x/livez\r\n\r\n", (200,)),
    "a host with a person": Case(GET + b"Host: a@x\r\n\r\n", (200,)),
    "a host of IPv6": Case(GET + b"Host: [::1]:80\r\n\r\n", (200,)),
    "a host of half an IPv6": Case(GET + b"Host: [::1\r\n\r\n", (200,)),
    "a host of IPv6 with a zone": Case(GET + b"Host: [fe80::1%25eth0]\r\n\r\n", (200,)),
    "a port of letters": Case(GET + b"Host: x:http\r\n\r\n", (200,)),
    "a host in UTF-8": Case(GET + "Host: zoë\r\n\r\n".encode(), (200,)),
    "a host of 300 letters": Case(GET + b"Host: " + b"x" * 300 + b"\r\n\r\n", (400,)),
    "connection that names others": header(b"Connection: close, X-Request-Id", 200),
    "h2c": header(
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM", 200
    ),
    "a websocket": header(
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x", 400
    ),
    "something expected": header(b"Expect: 200-ok", 417),
    "a word expected twice": header(b"Expect: 100-continue\r\nExpect: 100-continue", 200),
    "a request id of markup": header(b"X-Request-Id: <script>", 200),
    "a request id too long": header(b"X-Request-Id: " + b"a" * 1000, 200),
    "a range": header(b"Range: bytes=0-0,1-1,2-2", 200),
    "an Accept without end": header(b"Accept: " + b"a/b," * 2000, 200),
    "a signed date": header(b"If-Modified-Since: -1", 200),
}

FRAMES = {
    "two lengths that agree": framed(b"Content-Length: 27\r\nContent-Length: 27", FORM, 400),
    "two lengths that do not": framed(b"Content-Length: 27\r\nContent-Length: 0", FORM, 400),
    "a list of lengths": framed(b"Content-Length: 27, 27", FORM, 400),
    "a negative length": framed(b"Content-Length: -1", FORM, 400),
    "a signed length": framed(b"Content-Length: +27", FORM, 400),
    "a length in hexadecimal": framed(b"Content-Length: 0x1b", FORM, 400),
    "a fraction of a length": framed(b"Content-Length: 27.0", FORM, 400),
    "a length with a space": framed(b"Content-Length: 2 7", FORM, 400),
    "a length of nothing": framed(b"Content-Length:", FORM, 400),
    "a length in superscript": framed("Content-Length: ²7".encode("latin-1"), FORM, 400),
    "a length of letters": framed(b"Content-Length: many", FORM, 400),
    "a length of 100 digits": framed(b"Content-Length: " + b"9" * 100, FORM, 413),
    "a length of 5000 digits": framed(b"Content-Length: " + b"9" * 5000, FORM, 400),
    "a length with zeros before": framed(b"Content-Length: 0000000000027", FORM, 200),
    "a length too long": framed(b"Content-Length: 28", FORM, 400),
    "a length too short": framed(b"Content-Length: 26", FORM, 400),
    "no length": framed(b"X-A: a", FORM, 400),
    "a length and chunks": framed(
        LENGTH + b"Transfer-Encoding: chunked", CHUNK + b"0\r\n\r\n", 400
    ),
    "chunks and a length": framed(
        b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n" + ALIVE, 400
    ),
    "a length and chunks that hide a request": framed(
        b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n" + ALIVE, 400
    ),
    "chunked twice": framed(
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", CHUNK + b"0\r\n\r\n", 400
    ),
    "chunked, chunked": framed(b"Transfer-Encoding: chunked, chunked", CHUNK + b"0\r\n\r\n", 400),
    "chunked and another": framed(b"Transfer-Encoding: chunked, gzip", CHUNK + b"0\r\n\r\n", 400),
    "chunked, identity": framed(b"Transfer-Encoding: chunked, identity", CHUNK, 400),
    "identity": framed(b"Transfer-Encoding: identity", FORM, 400),
    "gzip": framed(b"Transfer-Encoding: gzip", FORM, 400),
    "an unknown coding": framed(b"Transfer-Encoding: xchunked", CHUNK + b"0\r\n\r\n", 400),
    "an unknown coding first": framed(b"Transfer-Encoding: x, chunked", CHUNK + ALIVE, 400),
    "a coding of nothing": framed(b"Transfer-Encoding:", FORM, 400),
    "a coding in quotes": framed(b'Transfer-Encoding: "chunked"', CHUNK + b"0\r\n\r\n", 400),
    "a coding with a parameter": framed(b"Transfer-Encoding: chunked;x=1", CHUNK + ALIVE, 400),
    "a coding behind a vertical tab": framed(b"Transfer-Encoding: \x0bchunked", CHUNK, 400),
    "a coding before a colon with a space": framed(b"Transfer-Encoding : chunked", CHUNK, 400),
    "a coding in capitals": framed(b"Transfer-Encoding: CHUNKED", CHUNK + b"0\r\n\r\n", 200),
    "a coding with an underscore": framed(LENGTH + b"Transfer_Encoding: chunked", FORM, 200),
    "chunks in HTTP/1.0": Case(
        CHUNKED.replace(b"1.1", b"1.0") + CHUNK + b"0\r\n\r\n" + ALIVE, (400,)
    ),
    "a length beside a folded coding": framed(
        LENGTH + b"X: a\r\n Transfer-Encoding: chunked", FORM, 400
    ),
}

CHUNKS = {
    "one chunk": chunks(CHUNK + b"0\r\n\r\n", 200),
    "a chunk with an extension": chunks(b"1b;a=b\r\n" + FORM + b"\r\n0\r\n\r\n", 200),
    "an extension with a line feed": chunks(b"1b;a=\nb\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "an extension without end": chunks(b"1b;" + b"a" * 20_000, 400),
    "zeros before": chunks(b"000000000001b\r\n" + FORM + b"\r\n0\r\n\r\n", 200),
    "a size in capitals": chunks(b"1B\r\n" + FORM + b"\r\n0\r\n\r\n", 200),
    "a size with 0x": chunks(b"0x1b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a signed size": chunks(b"+1b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a negative size": chunks(b"-1b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size with an underscore": chunks(b"1_b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size of nothing": chunks(b"\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size of 100 digits": chunks(b"f" * 100 + b"\r\n" + FORM, 400),
    "a size beyond 64 bits": chunks(b"1000000000000001b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size with a space": chunks(b"1 b\r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size with a space behind": chunks(b"1b \r\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a size and a line feed": chunks(b"1b\n" + FORM + b"\r\n0\r\n\r\n", 400),
    "a chunk that goes on": chunks(b"1b\r\n" + FORM + b"xx0\r\n\r\n" + ALIVE, 400),
    "a chunk that ends early": chunks(b"1c\r\n" + FORM + b"\r\n0\r\n\r\n" + ALIVE, 400),
    "no last chunk": chunks(CHUNK, 400),
    "half of the last chunk": chunks(CHUNK + b"0\r\n", 400),
    "no chunk": chunks(b"0\r\n\r\n", 400),
    "trailers": chunks(CHUNK + b"0\r\nX-A: b\r\n\r\n", 200),
    "a trailer of the framing": chunks(CHUNK + b"0\r\nContent-Length: 3\r\n\r\n" + ALIVE, 400),
    "a trailer with a null": chunks(CHUNK + b"0\r\nX-A: \0\r\n\r\n" + ALIVE, 400),
    "a trailer without a colon": chunks(CHUNK + b"0\r\nX-A\r\n\r\n" + ALIVE, 400),
    "trailers without end": chunks(CHUNK + b"0\r\n" + b"X: a\r\n" * 150_000, 400),
    "two last chunks": chunks(CHUNK + b"0\r\n\r\n0\r\n\r\n", 200, 400),
    "chunks that nobody reads": Case(
        GET + HOST + b"Transfer-Encoding: chunked\r\n\r\n1b\r\n" + FORM + b"xx0\r\n\r\n" + ALIVE,
        (200,),
    ),
    "chunks of nonsense that nobody reads": Case(
        GET + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + ALIVE, (200,)
    ),
}

ROWS = {
    "three requests": Case(ALIVE * 3, (200, 200, 200)),
    "a hundred requests": Case(ALIVE * 100, (200,) * 100),
    "a good one and nonsense": Case(ALIVE + b"\0\1\2\r\n\r\n", (200, 400)),
    "nonsense and a good one": Case(b"\0\1\2\r\n\r\n" + ALIVE, (400,)),
    "a good one and half of one": Case(ALIVE + GET, (200,)),
    "a good one and half of one that stays": Case(ALIVE + GET, (200, 408), stays=True),
    "a form and a request": Case(SCORE + LENGTH + END + FORM + ALIVE, (200, 200)),
    "a form that is refused and a request": Case(
        SCORE + b"Content-Length: 1\r\n\r\n{" + ALIVE, (400, 200)
    ),
    "a form that is too long and a request": Case(
        SCORE + b"Content-Length: 999999\r\n\r\n" + ALIVE, (413,)
    ),
    "chunks and a request": Case(CHUNKED + CHUNK + b"0\r\n\r\n" + ALIVE, (200, 200)),
    "the last one and another": Case(GET + HOST + b"Connection: close\r\n\r\n" + ALIVE, (200,)),
    "HTTP/1.0 and another": Case(ALIVE.replace(b"1.1", b"1.0") + ALIVE, (200,)),
    "an upgrade and a request": Case(
        GET + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + ALIVE, (200, 200)
    ),
    "two hosts and a request": Case(GET + HOST + HOST + END + ALIVE, (400,)),
    "an unknown method and a request": Case(
        b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n" + ALIVE, (405, 200)
    ),
    "half a form that stays": Case(SCORE + LENGTH + END + FORM[:9], (408,), stays=True),
    "half a chunk that stays": Case(CHUNKED + b"1b\r\n{", (408,), stays=True),
    "half a FHIR form": Case(
        b"POST /fhir/QuestionnaireResponse/$score HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/fhir+json\r\nContent-Length: 9\r\n\r\n{",
        (400,),
    ),
    "a FHIR form with a null": Case(
        b"POST /fhir/QuestionnaireResponse/$score HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n", (400,)
    ),
}

GROUPS = (LINES, METHODS, TARGETS, HEADERS, FRAMES, CHUNKS, ROWS)
CASES: dict[str, Case] = {name: case for group in GROUPS for name, case in group.items()}
assert len(CASES) == sum(map(len, GROUPS))
