"""The digest by which every report names the exact definition it was scored with."""

import hashlib
import json
from collections.abc import Mapping


def digest_of(document: Mapping[str, object]) -> str:
    """Return "sha256:" and the hex digest of a resolved definition.

    It is taken over canonical JSON: UTF-8, members sorted by name, no spaces. The order of members
    in the file does not matter; the order of elements in arrays does.
    """
    canonical = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return "sha256:" + hashlib.sha256(canonical.encode("utf-8")).hexdigest()
