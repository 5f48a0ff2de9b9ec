"""What the commands say to whoever runs them. Where nobody listens any more, the work goes on."""

import os
import sys
from typing import TextIO


def tell(text: str) -> None:
    """Say what came of the work."""
    _say(sys.stdout, text, "\n")


def warn(text: str, end: str = "\n") -> None:
    """Say what is wrong, or how far the work is."""
    _say(sys.stderr, text, end)


def is_watched() -> bool:
    """Tell whether somebody looks on at a terminal."""
    stream: TextIO | None = sys.stderr
    return stream is not None and stream.isatty()


def _say(stream: TextIO | None, text: str, end: str) -> None:
    if stream is None:  # closed before the start
        return
    try:
        print(text, end=end, file=stream, flush=True)
    except OSError:  # a closed pipe, a full disk: what is held back must not fail again at the end
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
