"""A small site as the builder would write it."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.fixture
def packed(tmp_path: Path):
    """Return what writes files into one file, as the builder does."""

    def pack(files: Mapping[str, str | bytes], name: str = "manual.zip") -> Path:
        unfinished, target = tmp_path / f"{name}.new", tmp_path / name
        with ZipFile(unfinished, "w") as archive:
            for file, body in files.items():
                archive.writestr(file, body)
        return unfinished.replace(target)

    return pack
