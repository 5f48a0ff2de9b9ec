"""Two services behind gunicorn: a sound one, and one in trouble that asks for keys."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from service.access.caller import SCOPES
from service.access.keys import line_of
from tests.pasted import serving

TROUBLED = "tests.clients.troubled:application()"
KEYS = {"all": "a" * 43, "score": "s" * 43}


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the addresses by name."""
    file = tmp_path_factory.mktemp("keys") / "keys"
    lines = [line_of("all", KEYS["all"], SCOPES), line_of("score", KEYS["score"], ["score"])]
    file.write_text("\n".join(lines))
    troubled = {"AUTH_MODE": "api_key", "API_KEYS_FILE": str(file), "REQUEST_TIMEOUT": "1"}
    with ExitStack() as running:
        sound = running.enter_context(serving())
        other = running.enter_context(serving(troubled, TROUBLED))
        yield {"sound": f"http://{sound}", "troubled": f"http://{other}"}
