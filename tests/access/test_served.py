"""Tokens at a real server: each worker has keys of its own, and keeps them."""

import contextlib
import http.client
from pathlib import Path

from service.settings import Settings
from tests.access.test_key_sources import Behaviour
from tests.access.test_key_sources import serving as keys_at
from tests.test_gunicorn import Server
from tests.test_survival import serving, wait_until
from tests.tokens import STRANGER, claims, record, token, write_issuers


def status(server: Server, path: str, text: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Authorization": f"Bearer {text}"})
        return connection.getresponse().status


def test_each_worker_fetches_keys_once_and_keeps_them_through_an_outage(
    few: Settings, tmp_path: Path
) -> None:
    behaviour = Behaviour()
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(keys_at(behaviour))
        issuers = write_issuers(tmp_path, record(jwks=address))
        chosen = {"AUTH_MODE": "jwt", "JWT_ISSUERS_FILE": str(issuers), "WORKERS": "2"}
        server = stack.enter_context(serving(tmp_path / "server", few, **chosen))
        wait_until(lambda: len(behaviour.asked) == 2)
        for _ in range(20):
            assert status(server, "/v1/rules", token(claims())) == 200
            assert status(server, "/v1/rules", token(claims(), STRANGER)) == 401
        assert len(behaviour.asked) == 2, "by each worker once, and not by who forks them"
        behaviour.status = 500
        for _ in range(20):
            assert status(server, "/v1/rules", token(claims())) == 200
    assert "Traceback" not in (tmp_path / "server" / "stderr").read_text()
