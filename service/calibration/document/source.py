"""The text of the generated modules."""

import json
from collections.abc import Mapping
from typing import Any

from service.calibration.tables import QUOTED

WIDTH = 100


def source(tables: Mapping[str, Any], *, quoted: bool) -> str:
    """Return the text of a generated module, laid out as the formatter does.

    `quoted`: the tables that the service quotes; else those that only the page does.
    """
    title = "Simulated rates" if quoted else "Rates of docs/calibration.md alone"
    lines = [f'"""{title}. Written by `python -m service calibrate`; do not edit."""', ""]
    lines += [
        f"{name} = {_literal(value, len(name) + 3, 0)}"
        for name, value in tables.items()
        if (name in QUOTED) == quoted
    ]
    return "\n".join(lines) + "\n"


def _literal(value: Any, used: int, indent: int) -> str:
    """Return a value as source text: on one line where it fits, else one member per line."""
    flat = _flat(value)
    if used + len(flat) <= WIDTH or not isinstance(value, dict | tuple):
        return flat
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        members = []
        for key, member in value.items():
            start = f"{inner}{_flat(key)}: "
            members.append(start + _literal(member, len(start) + 1, indent + 4))
        return "{\n" + ",\n".join(members) + ",\n" + " " * indent + "}"
    members = [inner + _literal(member, len(inner) + 1, indent + 4) for member in value]
    return "(\n" + ",\n".join(members) + ",\n" + " " * indent + ")"


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_flat(key)}: {_flat(member)}" for key, member in value.items()) + "}"
        )
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_flat, value)) + ("," if len(value) == 1 else "") + ")"
    return json.dumps(value) if isinstance(value, str) else repr(value)
