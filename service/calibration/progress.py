"""A progress bar on standard error: two dozen lines, so that no library is needed for one
command.
"""

import sys
import time

_WIDTH = 30
_LINES = 10


class Progress:
    """Shows how much of a known amount of work is done: a bar on a terminal, elsewhere a line for
    each tenth.
    """

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._started = time.monotonic()

    def advance(self, by: int) -> None:
        """Add finished work and show it."""
        before, self._done = self._done, self._done + by
        share = self._done / self._total
        left = (time.monotonic() - self._started) * (1 / share - 1) if share else 0
        text = f"{share:4.0%}, {left:4.0f} s left"
        if sys.stderr.isatty():
            bar = "#" * round(_WIDTH * share)
            end = "\n" if self._done >= self._total else ""
            print(f"\r[{bar:{_WIDTH}}] {text}", end=end, file=sys.stderr, flush=True)
        elif self._tenths(before) < self._tenths(self._done):
            print(text, file=sys.stderr, flush=True)

    def _tenths(self, done: int) -> int:
        return _LINES * done // self._total
