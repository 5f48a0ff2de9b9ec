"""The HTTP server's own messages as JSON lines that repeat nothing a caller sent."""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson
from gunicorn.glogging import Logger

from service.operations.log_writer import LogWriter

_SIGNAL = re.compile(r"(SIG[A-Z0-9+]+|signal [0-9]+)", re.ASCII)
_INNERMOST_FRAMES = 5


class JSONFormatter(logging.Formatter):
    """Formats a message of the server; of an exception only type and place, since its text may
    quote input.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object on one line."""
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "event": "server",
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-_INNERMOST_FRAMES:]
            line["exception"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()


def _message(record: logging.LogRecord) -> str:
    if record.levelno <= logging.INFO:
        return record.getMessage()
    template = str(record.msg)
    if template.startswith("Invalid request"):
        return "A request whose head or framing the server does not take was refused"
    arguments = record.args if isinstance(record.args, tuple) else ()
    harmless = tuple(
        argument if isinstance(argument, int | float) or _SIGNAL.fullmatch(str(argument)) else "…"
        for argument in arguments
    )
    return template % harmless if harmless else template


class PatientHandler(logging.Handler):
    """Hands lines to a writer that never waits for their reader."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._writer = LogWriter(descriptor)

    def emit(self, record: logging.LogRecord) -> None:
        """Queue one line."""
        self._writer.write(f"{self.format(record)}\n".encode())

    def flush(self) -> None:
        """Wait a little until all lines are written."""
        self._writer.flush()


class ServerLog(Logger):  # type: ignore[misc]  # the server has no types
    """gunicorn's logger with that format; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up as the server does, then change their format."""
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        if sys.__stderr__ is not None:
            patient = PatientHandler(sys.__stderr__.fileno())
            patient.setFormatter(JSONFormatter())
            self.error_log.addHandler(patient)
