"""Progress is a bar on a terminal and a few plain lines elsewhere."""

import io
import sys

import pytest

from service.calibration.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "expected"),
    [(io.StringIO, " 50%,"), (Terminal, "\r[" + "#" * 15 + " " * 15 + "]  50%,")],
)
def test_the_bar_is_drawn_on_a_terminal_only(stream, expected, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream())
    Progress(10).advance(5)
    assert sys.stderr.getvalue().startswith(expected)


def test_elsewhere_each_tenth_of_the_work_gives_one_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    progress = Progress(40)
    for _ in range(40):
        progress.advance(1)
    shown = [line.split("%")[0].strip() for line in sys.stderr.getvalue().splitlines()]
    assert shown == ["10", "20", "30", "40", "50", "60", "70", "80", "90", "100"]
    assert "\r" not in sys.stderr.getvalue()


def test_the_finished_bar_ends_its_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    progress = Progress(3)
    progress.advance(1)
    progress.advance(2)
    assert sys.stderr.getvalue().count("\n") == 1
