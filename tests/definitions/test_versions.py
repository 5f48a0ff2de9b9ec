"""The order of semantic versions, and which texts are none."""

import re

import pytest

from service.definitions.versions import SEMVER, precedence, release_of

# semver.org 2.0.0, section 11; a build suffix ranks above its release, which is our own rule for
# overlays.
ASCENDING = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.0+site.1",
    "1.0.0+site.2",
    "1.0.0+site.10",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0-alpha",
    "2.0.0",
]


def test_versions_ascend():
    shuffled = ASCENDING[1::2] + ASCENDING[::2]
    assert sorted(shuffled, key=precedence) == ASCENDING


@pytest.mark.parametrize("version", [*ASCENDING, "0.0.0", "1.0.0-0A.is.legal", "1.0.0+001"])
def test_what_is_a_version(version):
    assert re.fullmatch(SEMVER, version)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "1.0.0 ", "1.0.0.0"],
)
def test_what_is_no_version(text):
    assert not re.fullmatch(SEMVER, text)


def test_the_release_is_what_stands_before_the_build_suffix():
    assert [release_of(version) for version in ("1.0.0", "1.0.0+site.1", "1.0.0-rc.1+a")] == [
        "1.0.0",
        "1.0.0",
        "1.0.0-rc.1",
    ]
