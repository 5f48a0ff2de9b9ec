"""What becomes of the HTTP server's own messages."""

import json
import logging
import sys
from typing import Any

import pytest

from service.operations.server_log import JSONFormatter

CANARY = "Jane-Roe-1970"


def logged(
    level: int, template: str, *arguments: object, fault: Exception | None = None
) -> dict[str, Any]:
    exc_info = (type(fault), fault, fault.__traceback__) if fault else None
    record = logging.LogRecord("gunicorn.error", level, "file.py", 1, template, arguments, exc_info)
    record.created = 1_700_000_000.25
    return json.loads(JSONFormatter().format(record))  # type: ignore[no-any-return]


def test_an_informative_message_is_one_json_line_with_its_values() -> None:
    assert logged(logging.INFO, "Listening at: %s (%s)", "http://127.0.0.1:8000", 7) == {
        "ts": "2023-11-14T22:13:20.250000Z",
        "level": "info",
        "event": "server",
        "message": "Listening at: http://127.0.0.1:8000 (7)",
    }


@pytest.mark.parametrize(
    ("template", "arguments", "message"),
    [
        (
            "Worker (pid:%s) was sent %s! Perhaps out of memory?",
            (7, "SIGKILL"),
            "was sent SIGKILL!",
        ),
        ("Worker (pid:%s) exited with code %s.", (7, 3), "Worker (pid:7) exited with code 3."),
        ("Error handling request %s %s", ("GET", f"/{CANARY}?q=1"), "Error handling request … …"),
        (
            f"Invalid request from ip=127.0.0.1: {CANARY}",
            (),
            "A request whose head or framing the server does not take was refused",
        ),
        ("100 % of nothing", (), "100 % of nothing"),
        ("Error %s, again in %.2fs", (CANARY, 0.954), "Error …, again in 0.95s"),
    ],
)
@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_a_warning_keeps_numbers_and_signals_and_nothing_else(
    level: int, template: str, arguments: tuple[object, ...], message: str
) -> None:
    line = logged(level, template, *arguments)
    assert message in line["message"]
    assert CANARY not in json.dumps(line)


def test_of_an_exception_only_type_and_place_are_told() -> None:
    try:
        raise LookupError(CANARY)
    except LookupError as fault:
        place = f"{__file__}:{sys.exc_info()[2].tb_lineno} "  # type: ignore[union-attr]
        line = logged(logging.ERROR, "Error handling request", fault=fault)
    assert line["exception"] == "LookupError"
    assert [frame.startswith(place) for frame in line["where"]] == [True]
    assert CANARY not in json.dumps(line)
