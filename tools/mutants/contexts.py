"""A plugin of pytest that tells coverage.py which test is running.

What is set up for several tests belongs to none of them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run a test under its name."""
    _name(item.nodeid)
    try:
        return (yield)
    finally:
        _name("")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Set up what several tests share under no name."""
    if fixturedef.scope == "function":
        return (yield)
    _name("")
    try:
        return (yield)
    finally:
        _name(request._pyfuncitem.nodeid)


def _name(context: str) -> None:
    coverage = Coverage.current()
    assert coverage is not None
    coverage.switch_context(context)
