"""The progress bar draws on a terminal and nowhere else."""

import io
import sys

import pytest

from service.calibration.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "expected"), [(io.StringIO, ""), (Terminal, "[" + "#" * 15 + " " * 15 + "]  50%")])
def test_the_bar_is_drawn_on_a_terminal_only(stream, expected, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream())
    Progress(10).advance(5)
    assert sys.stderr.getvalue().strip("\r").startswith(expected)
    assert bool(sys.stderr.getvalue()) is bool(expected)


def test_the_finished_bar_ends_its_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    progress = Progress(3)
    progress.advance(1)
    progress.advance(2)
    assert sys.stderr.getvalue().count("\n") == 1
