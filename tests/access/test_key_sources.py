"""Keys at an address: fetched in time, kept through an outage, asked for seldom."""

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from service.access.credential import Credential
from service.access.tokens import sources
from service.access.tokens.fetch import LARGEST, NotFetched, fetch
from service.access.tokens.issued import IssuedTokens
from service.access.tokens.sources import COOLDOWN, PATIENCE, REFRESH_EVERY, AddressKeys
from tests.tokens import JWKS, STRANGER, claims, jwk, record, token, write_issuers

DAY = 86_400.0
KEYS = json.dumps(JWKS).encode()
OTHER_KEYS = json.dumps({"keys": [jwk(STRANGER, "other")]}).encode()


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Address:
    """An address with keys, which may be out of reach; it counts how often it is asked."""

    def __init__(self) -> None:
        self.answer = KEYS
        self.fault: Exception | None = None
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def address() -> Address:
    return Address()


def nothing(run: Callable[[], None]) -> None:
    """Run nothing: the test itself looks when it is time."""


@pytest.fixture
def keys(address: Address, clock: Clock) -> AddressKeys:
    """Keys that were fetched once, and nothing that runs by itself."""
    keys = AddressKeys("auth", address, DAY, clock, nothing)
    keys.begin()
    keys.refresh()
    return keys


@pytest.fixture
def running(address: Address, clock: Clock) -> Iterator[AddressKeys]:
    """The same with its thread."""
    keys = AddressKeys("auth", address, DAY, clock)
    keys.begin()
    assert eventually(lambda: len(keys.current()) > 0)
    yield keys
    keys.close()


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.01)
    return False


def pass_time(keys: AddressKeys, clock: Clock, seconds: float) -> Iterator[None]:
    """Let time pass as the thread sees it: it looks whenever that is due."""
    until = clock.seconds + seconds
    while clock.seconds < until:
        clock.seconds += min(keys.seconds_to_next(), until - clock.seconds)
        if not keys.seconds_to_next():
            keys.refresh()
        yield


def test_the_address_is_asked_every_five_minutes_ahead_of_any_request(keys, clock, address) -> None:
    for _ in pass_time(keys, clock, 3600):
        assert "ec" in keys.current()
    assert address.asked == 1 + 3600 / REFRESH_EVERY


@pytest.mark.parametrize("fault", [NotFetched("it answered 500"), RuntimeError("a bug")])
def test_an_outage_of_an_hour_fails_no_known_key_and_is_told_once(
    keys: AddressKeys, clock: Clock, address: Address, fault: Exception, caplog
) -> None:
    caplog.set_level("INFO")
    known, address.fault = keys.current(), fault
    for _ in pass_time(keys, clock, 3600):
        assert keys.current() is known
    assert 3600 / COOLDOWN / 2 < address.asked <= 3600 / COOLDOWN + 2
    address.fault = None
    for _ in pass_time(keys, clock, REFRESH_EVERY):
        assert keys.current() is known
    first, last = (one.getMessage() for one in caplog.records)
    assert first.startswith("The keys of auth could not be fetched")
    assert "a bug" not in first
    assert last == "The keys of auth were fetched again"


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"keys": []}', b'{"keys": [{"kty": "oct"}]}'])
def test_an_answer_without_keys_is_an_outage(keys, clock, address, answer: bytes) -> None:
    address.answer = answer
    for _ in pass_time(keys, clock, 3600):
        assert "ec" in keys.current()


def test_keys_are_used_no_longer_than_the_setting_says(keys, clock, address) -> None:
    address.fault = NotFetched("it answered 500")
    clock.seconds += REFRESH_EVERY + DAY
    assert "ec" in keys.current()
    clock.seconds += 1
    assert len(keys.current()) == 0


def test_a_withdrawn_key_is_gone_with_the_next_look(keys, clock, address) -> None:
    address.answer = OTHER_KEYS
    for _ in pass_time(keys, clock, REFRESH_EVERY):
        pass
    assert "ec" not in keys.current()
    assert "other" in keys.current()


def test_an_unknown_key_has_the_address_asked_once_in_thirty_seconds(running, clock, address):
    asked = address.asked
    slowest = 0.0
    for minute in range(4):
        clock.seconds += COOLDOWN
        for _ in range(1000):
            started = time.monotonic()
            assert "unknown" not in running.renewed()
            slowest = max(slowest, time.monotonic() - started)
        assert address.asked == asked + minute + 1
        clock.seconds += COOLDOWN - 0.1
        running.renewed()
        assert address.asked == asked + minute + 1
        clock.seconds -= COOLDOWN - 0.1
    assert slowest < PATIENCE + 0.5


def test_failures_count_for_the_pause_too(running: AddressKeys, clock, address) -> None:
    asked, address.fault = address.asked, NotFetched("it answered 500")
    clock.seconds += COOLDOWN
    for _ in range(1000):
        assert "ec" in running.renewed()
    assert address.asked == asked + 1


def test_a_new_key_is_found_by_the_first_token_that_names_it(running, clock, address) -> None:
    address.answer = OTHER_KEYS
    assert "other" not in running.renewed(), "the last look was just now"
    clock.seconds += COOLDOWN
    assert "other" in running.renewed()


def test_all_requests_that_wait_for_one_look_have_its_keys(running, clock, address) -> None:
    may_answer, found = threading.Event(), []

    def slow() -> bytes:
        address.asked += 1
        may_answer.wait(5)
        return OTHER_KEYS

    running._fetch = slow
    asked = address.asked
    clock.seconds += COOLDOWN
    waiting = [
        threading.Thread(target=lambda: found.append("other" in running.renewed()))
        for _ in range(8)
    ]
    for thread in waiting:
        thread.start()
    assert eventually(lambda: address.asked > asked)
    assert "ec" in running.current(), "who has a known key waits for nothing"
    may_answer.set()
    for thread in waiting:
        thread.join()
    assert found == [True] * 8
    assert address.asked == asked + 1


def test_nobody_waits_long_for_an_address_that_hangs(running, clock, address, monkeypatch) -> None:
    monkeypatch.setattr(sources, "PATIENCE", 0.2)
    may_end = threading.Event()
    running._fetch = lambda: may_end.wait(10) and b""
    clock.seconds += COOLDOWN
    started = time.monotonic()
    assert "unknown" not in running.renewed()
    assert 0.2 <= time.monotonic() - started < 5.0
    clock.seconds += 0.2  # the look is still under way
    started = time.monotonic()
    for _ in range(100):
        running.renewed()
    assert time.monotonic() - started < 5.0, "and not 0.2 seconds each"
    may_end.set()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_looks_for_itself(running: AddressKeys, address: Address) -> None:
    with running._changed:  # as it may be held while another thread forks
        child = os.fork()
        if child == 0:
            address.answer = OTHER_KEYS
            found = eventually(lambda: "other" in running.current())
            os._exit(0 if found else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert "ec" in running.current()


def test_keys_that_are_the_same_stay_the_same_object(keys, clock, address) -> None:
    known = keys.current()
    keys.refresh()
    assert keys.current() is known
    address.answer = KEYS + b" "
    keys.refresh()
    assert keys.current() is not known


# From a real server


class Behaviour:
    """What a server answers: status, headers, body, and with which pause between two bytes."""

    def __init__(self) -> None:
        self.status, self.body, self.pause = 200, KEYS, 0.0
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []


@contextmanager
def serving(behaviour: Behaviour, certificate: Path | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behaviour.asked.append(self.path)
            self.send_response(behaviour.status)
            headers = {"Content-Length": str(len(behaviour.body)), **behaviour.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                if not behaviour.pause:
                    self.wfile.write(behaviour.body)
                for place in range(len(behaviour.body) if behaviour.pause else 0):
                    self.wfile.write(behaviour.body[place : place + 1])
                    time.sleep(behaviour.pause)
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/jwks"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


def test_what_an_address_answers_is_fetched(behaviour: Behaviour) -> None:
    with serving(behaviour) as address:
        assert fetch(address) == KEYS
    assert behaviour.asked == ["/jwks"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_refused(behaviour: Behaviour, status: int) -> None:
    behaviour.status, behaviour.headers = status, {"Location": "/elsewhere"}
    with serving(behaviour) as address, pytest.raises(NotFetched, match=str(status)):
        fetch(address)
    assert behaviour.asked == ["/jwks"]


@pytest.mark.parametrize("status", [204, 404, 500])
def test_any_other_status_is_refused(behaviour: Behaviour, status: int) -> None:
    behaviour.status, behaviour.body = status, b""
    with serving(behaviour) as address, pytest.raises(NotFetched, match=str(status)):
        fetch(address)


def test_more_than_is_allowed_is_not_read(behaviour: Behaviour) -> None:
    behaviour.body = b" " * LARGEST
    with serving(behaviour) as address:
        assert len(fetch(address)) == LARGEST
        behaviour.body += b" "
        with pytest.raises(NotFetched, match="more than"):
            fetch(address)


def test_half_an_answer_is_none(behaviour: Behaviour) -> None:
    behaviour.headers = {"Content-Length": str(len(KEYS) + 10)}
    with serving(behaviour) as address, pytest.raises(NotFetched):
        fetch(address)


def test_an_answer_that_drips_is_given_up(behaviour: Behaviour) -> None:
    behaviour.pause = 0.05
    started = time.monotonic()
    with serving(behaviour) as address, pytest.raises(NotFetched, match="too long"):
        fetch(address, seconds=0.3)
    assert time.monotonic() - started < 10.0, "and not until all of it has come"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a key and a certificate of its own for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def test_keys_come_over_tls_only_from_whom_a_certificate_names(
    behaviour: Behaviour, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(behaviour, certificate) as address:
        port = urlsplit(address).port
        with pytest.raises(NotFetched):
            fetch(f"https://localhost:{port}")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch(f"https://localhost:{port}") == KEYS
        with pytest.raises(NotFetched):
            fetch(f"https://127.0.0.1:{port}")


@contextmanager
def dripping(drop: bytes) -> Iterator[int]:
    """Give the port of a server that sends a drop every 20 ms and never an end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            caller, _ = listener.accept()
            with caller, suppress(OSError):
                while drop and not over.wait(0.02):
                    caller.sendall(drop)
                over.wait(10)

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("scheme", "drop"),
    [("http", b"HTTP/1.1 100 Continue\r\n\r\n"), ("http", b"H"), ("https", b"")],
    ids=["heads", "half a head", "silence where TLS should begin"],
)
def test_a_head_that_drips_is_given_up_in_the_same_time(scheme: str, drop: bytes) -> None:
    """Each drop is in time for the socket: 15 s went by before the last of them."""
    started = time.monotonic()
    with dripping(drop) as port, pytest.raises(NotFetched, match=r"too long|in time"):
        fetch(f"{scheme}://127.0.0.1:{port}/jwks", seconds=0.3)
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://127.0.0.1:99999/", "http://"])
def test_where_nobody_answers_nothing_is_fetched(address: str) -> None:
    with pytest.raises(NotFetched):
        fetch(address)


def test_a_token_is_verified_with_keys_from_an_address(
    behaviour: Behaviour, tmp_path: Path
) -> None:
    with serving(behaviour) as address:
        tokens = IssuedTokens(write_issuers(tmp_path, record(jwks=address)))
        credential = Credential(token(claims()), True, "/v1/score")
        assert behaviour.asked == [], "the process that only forks others asks nobody"
        tokens.begin()
        assert tokens.identify(credential).name == "auth", "the first request waits for the keys"
        assert len(behaviour.asked) == 1
        behaviour.status = 500
    again = Credential(token(claims()), True, "/v1/score")
    assert tokens.identify(again).name == "auth"


def test_an_edited_file_of_issuers_keeps_the_keys_of_those_that_stay(tmp_path: Path) -> None:
    clock, asked = Clock(), []

    def answers(address: str) -> bytes:
        asked.append(address)
        if asked.count(address) > 1:
            raise NotFetched("it answered 500")
        return KEYS

    there = "https://auth.example.org/jwks"
    path = write_issuers(tmp_path, record(jwks=there))
    tokens = IssuedTokens(path, clock=clock, fetch=answers)
    assert tokens.identify(Credential(token(claims()), True, "/")).name == "auth"
    write_issuers(tmp_path, record(jwks=there, scopes=["score"]), record(name="b", issuer="b"))
    clock.seconds += 1
    assert tokens.identify(Credential(token(claims()), True, "/")).scopes == {"score"}
    assert asked == [there]
    (source,) = [one for name, one in tokens._sources.items() if name == there]
    write_issuers(tmp_path, record())
    clock.seconds += 1
    assert tokens.identify(Credential(token(claims()), True, "/")).name == "auth"
    assert source._closed, "nobody asks for these keys any more"
