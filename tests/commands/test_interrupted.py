"""Whoever interrupts a command gets a word and an exit code, wherever the command was."""

import pytest

import service.__main__ as command_line


def interrupted() -> int:
    raise KeyboardInterrupt


def test_an_interrupted_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "show_settings", interrupted)
    assert command_line.main(["settings"]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted."
