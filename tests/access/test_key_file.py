"""The file of keys is read again when it changes, and a broken one changes nothing."""

import logging
import os
from pathlib import Path

import pytest

from service.access.caller import Refused
from service.access.keys import KeyFile, line_of
from service.access.watched_file import LARGEST, LOOK_EVERY, UnusableFile

FIRST, SECOND = "1" * 40, "2" * 40


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(line_of("first", FIRST, ["score"]))
    return path


def write(path: Path, text: str) -> None:
    """Write as operators should: a new file in the place of the old one."""
    path.with_suffix(".new").write_text(text)
    os.replace(path.with_suffix(".new"), path)


def known(keys: KeyFile) -> list[str]:
    found = []
    for key in (FIRST, SECOND):
        try:
            found.append(keys.identify(key).name)
        except Refused:
            continue
    return found


def test_a_changed_file_is_read_again_after_a_second(path: Path, clock: Clock) -> None:
    keys = KeyFile(path, clock)
    write(path, line_of("second", SECOND, ["score"]))
    clock.seconds += LOOK_EVERY - 0.01
    assert known(keys) == ["first"]
    clock.seconds += 0.01
    assert known(keys) == ["second"]


def test_the_file_is_looked_at_once_a_second_at_most(path: Path, clock: Clock, monkeypatch) -> None:
    keys, looks, stat = KeyFile(path, clock), [], os.stat
    monkeypatch.setattr(os, "stat", lambda *a, **k: looks.append(a) or stat(*a, **k))
    for _ in range(30):
        clock.seconds += 0.1
        known(keys)
    assert len(looks) in (2, 3)


@pytest.mark.parametrize("change", ["time", "size", "inode"])
def test_time_size_or_inode_tells_that_a_file_has_changed(path: Path, clock, change: str) -> None:
    keys, before = KeyFile(path, clock), path.stat()
    text = line_of("secnd", SECOND, ["score"])
    assert len(text) == before.st_size
    if change == "inode":
        write(path, text)
    else:
        path.write_text(text + ("\n" if change == "size" else ""))
    later = before.st_mtime_ns + (10**9 if change == "time" else 0)
    os.utime(path, ns=(later, later))
    clock.seconds += LOOK_EVERY
    assert known(keys) == ["secnd"]


@pytest.mark.parametrize("text", ["", "nonsense", "first 00 score", None, "\udcff"])
def test_a_broken_file_keeps_the_last_good_one_and_says_so_once(
    path: Path, clock: Clock, caplog, text: str | None
) -> None:
    keys = KeyFile(path, clock)
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for _ in range(5):
        clock.seconds += LOOK_EVERY
        assert known(keys) == ["first"]
    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.getMessage().startswith("API_KEYS_FILE cannot be used")
    assert "stay in force" in told.getMessage()
    assert "nonsense" not in told.getMessage()
    write(path, line_of("second", SECOND, ["score"]))
    clock.seconds += LOOK_EVERY
    assert known(keys) == ["second"]


def test_a_worker_that_starts_late_accepts_what_the_file_says_now(path, clock) -> None:
    keys = KeyFile(path, clock)
    keys.begin()
    assert known(keys) == ["first"]
    write(path, line_of("second", SECOND, ["score"]))
    keys.begin()
    assert known(keys) == ["second"]


def test_a_worker_that_starts_with_a_broken_file_brings_no_withdrawn_key_back(
    path, clock, caplog
) -> None:
    keys = KeyFile(path, clock)
    write(path, "broken")
    keys.begin()
    assert known(keys) == []
    clock.seconds += LOOK_EVERY
    assert known(keys) == []
    assert [one.getMessage()[-28:] for one in caplog.records] == [". This worker accepts no key"]
    write(path, line_of("second", SECOND, ["score"]))
    clock.seconds += LOOK_EVERY
    assert known(keys) == ["second"]


@pytest.mark.parametrize("text", ["", "nonsense", "# " + "x" * LARGEST])
def test_a_service_does_not_start_with_a_broken_file(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(UnusableFile):
        KeyFile(path)


def test_a_service_does_not_start_without_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="cannot be read"):
        KeyFile(tmp_path / "none")
