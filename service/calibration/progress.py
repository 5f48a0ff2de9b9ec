"""A progress bar on standard error: a dozen lines, so that no library is needed for one command."""

import sys
import time

_WIDTH = 30


class Progress:
    """Shows how much of a known amount of work is done; silent where standard error is no terminal."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._started = time.monotonic()

    def advance(self, by: int) -> None:
        """Add finished work and draw the bar."""
        self._done += by
        if sys.stderr.isatty():
            share = self._done / self._total
            bar = "#" * round(_WIDTH * share)
            left = (time.monotonic() - self._started) * (1 / share - 1) if share else 0
            end = "\n" if self._done >= self._total else ""
            print(f"\r[{bar:{_WIDTH}}] {share:4.0%}, {left:4.0f} s left", end=end, file=sys.stderr, flush=True)
