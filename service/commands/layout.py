"""How a definition is written to a file: what fits into a line stands in one."""

import json
from typing import Any

_LINE = 120


def text_of(definition: dict[str, Any]) -> str:
    """Return a definition as the text of a file."""
    return _in_lines(definition, "") + "\n"


def _in_lines(part: object, indent: str) -> str:
    flat = json.dumps(part, ensure_ascii=False)
    if (len(indent) + len(flat) <= _LINE and indent) or not isinstance(part, dict | list):
        return flat
    deeper = f"{indent}  "
    if isinstance(part, dict):
        named = [(f"{json.dumps(key, ensure_ascii=False)}: ", one) for key, one in part.items()]
        ends = "{}"
    else:
        named = [("", one) for one in part]
        ends = "[]"
    lines = ",\n".join(f"{deeper}{name}{_in_lines(one, deeper)}" for name, one in named)
    return f"{ends[0]}\n{lines}\n{indent}{ends[1]}"
