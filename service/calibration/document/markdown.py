"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def shares(percentages: Iterable[float]) -> tuple[str, ...]:
    """Return percentages as a table shows them."""
    return tuple(f"{percentage:.1f}" for percentage in percentages)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
