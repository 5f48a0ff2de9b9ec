"""What the text of a setting may be, and the value that it is."""

import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


def boolean(text: str) -> bool:
    """Return the truth value. Raises ValueError that says what is allowed, as all here do."""
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within limits."""

    def parse(text: str) -> int:
        """Return the number. Raises ValueError that says what is allowed."""
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def parse(text: str) -> str:
        """Return the text. Raises ValueError that says what is allowed."""
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return parse


def matching(pattern: re.Pattern[str], requirement: str) -> Callable[[str], str]:
    """Return a reader of what a pattern fits as a whole; `requirement` says it in words."""

    def parse(text: str) -> str:
        """Return the text. Raises ValueError that says what is allowed."""
        if not pattern.fullmatch(text):
            raise ValueError(requirement)
        return text

    return parse


def host_name(text: str) -> str:
    """Return an IP address or the name of a host."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST_NAME.fullmatch(text):
            raise ValueError("must be an IP address or a host name") from None
    return text


def origins(text: str) -> tuple[str, ...]:
    """Return origins of pages (scheme, host and port), with commas between."""
    named = tuple(text.split(","))
    if not all(map(_ORIGIN.fullmatch, named)):
        raise ValueError(
            "must be origins such as https://ehr.example.org, in small letters and without a path, "
            "with commas between them"
        )
    return named


def directory(text: str) -> Path:
    """Return the path of a directory that exists, without links."""
    path = Path(text)
    if not path.is_dir():
        raise ValueError("must be an existing directory")
    return path.resolve()


def existing_file(text: str) -> Path:
    """Return the path of a file that exists."""
    path = Path(text)
    if not path.is_file():
        raise ValueError("must be an existing file")
    return path.absolute()  # where it is a link, what it leads to may be replaced


def available_cpus(cpu_max: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return how many whole CPUs this process may use: its cores or its control group's quota, at
    least 1.
    """
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    try:
        quota, period = cpu_max.read_text().split()
        if quota != "max":
            cores = min(cores, int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        pass  # no control groups (or another version of them): the cores alone decide
    return max(1, cores)
