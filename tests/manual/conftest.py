"""A small site as the builder would write it."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest


@pytest.fixture
def packed(tmp_path: Path):
    """Return what writes files into one file, as the builder does."""

    def pack(files: Mapping[str, str | bytes], *, deflated: bool = False) -> Path:
        unfinished, target = tmp_path / "manual.new", tmp_path / "manual.zip"
        with ZipFile(unfinished, "w", ZIP_DEFLATED if deflated else ZIP_STORED) as archive:
            for file, body in files.items():
                archive.writestr(file, body)
        return unfinished.replace(target)

    return pack
