"""The plot of one series: what single scores are by session, and what follows on which start."""

from collections.abc import Iterable, Sequence

from service.chart.svg import element, line, words
from service.learning.estimation.scores import Window
from service.learning.figures import SeriesFigures

WIDTH, HEIGHT = 760, 330
TOP, BOTTOM = 50, 270
LEFT, SIDE, BETWEEN = 60, 290, 80
N_TICKS = 5
STYLE = """
text { font: 12px sans-serif; fill: #1a1a1a } .head { font-weight: bold }
.axis { stroke: #767676 } .outer { fill: #cfe2f5 } .inner { fill: #93bfe8 }
.middle { fill: none; stroke: #0060a8; stroke-width: 2 }
.start { fill: none; stroke: #8a5a00; stroke-width: 1.6 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 } .axis { stroke: #9a9a9a } .outer { fill: #1d3a55 }
  .inner { fill: #2f5f8c } .middle { stroke: #79b8ff } .start { stroke: #f0a35e }
}
"""

Point = tuple[float, float]


def plot(one: SeriesFigures) -> str | None:
    """Return the plot as an SVG document without script; None where no window has quantiles."""
    shown = [window for window in one.windows if window.quantiles[50].value is not None]
    if not shown:
        return None
    courses = _courses(one)
    values = [
        of.value for window in shown for of in window.quantiles.values() if of.value is not None
    ]
    values += [value for points in courses.values() for _, value in points]
    frame = _Frame(shown[-1].last, min(values), max(values))
    label = "Left: quantiles of single scores by session. Right: expected course by start score."
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', f"<style>{STYLE}</style>"]
    parts += frame.axes(LEFT, "single scores: 10, 25, 50, 75, 90 %")
    parts += _bands(frame, shown)
    parts += frame.axes(LEFT + SIDE + BETWEEN, "expected course by start")
    for percent, points in courses.items():
        parts.append(frame.path("start", points, LEFT + SIDE + BETWEEN))
        x, y = frame.place(points[-1], LEFT + SIDE + BETWEEN)
        parts.append(words(f"{percent} %", x + 4, y + 4))
    return "\n".join([*parts, "</svg>", ""])


class _Frame:
    """Both panels share their scales."""

    def __init__(self, last: int, low: float, high: float) -> None:
        self.last = last
        self.low, self.high = low, high if high > low else low + 1

    def place(self, point: Point, left: float) -> Point:
        session, value = point
        across = left + SIDE * session / (self.last + 1)
        return across, BOTTOM - (BOTTOM - TOP) * (value - self.low) / (self.high - self.low)

    def axes(self, left: float, title: str) -> list[str]:
        """Return the axes of a panel that begins at `left`, with its title."""
        parts = [words(title, left, 24, "head")]
        parts.append(line("axis", left, TOP, left, BOTTOM))
        parts.append(line("axis", left, BOTTOM, left + SIDE, BOTTOM))
        for at in range(N_TICKS):
            value = self.low + (self.high - self.low) * at / (N_TICKS - 1)
            _, y = self.place((0, value), left)
            parts.append(words(f"{value:.3g}", left - 6, y + 4, anchor="end"))
        for session in range(0, self.last + 1, max(1, self.last // 6)):
            x, _ = self.place((session, self.low), left)
            parts.append(words(str(session), x, BOTTOM + 18, anchor="middle"))
        parts.append(words("session", left + SIDE / 2, BOTTOM + 38, anchor="middle"))
        return parts

    def path(self, kind: str, points: Iterable[Point], left: float, close: str = "") -> str:
        placed = [self.place(point, left) for point in points]
        drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        return element("path", kind, d=f"M{drawn}{close}")


def _bands(frame: _Frame, windows: Sequence[Window]) -> list[str]:
    parts = []
    for kind, low, high in (("outer", 10, 90), ("inner", 25, 75)):
        below, above = _quantile_line(windows, low), _quantile_line(windows, high)
        if below and above:
            parts.append(frame.path(kind, [*below, *reversed(above)], LEFT, "Z"))
    parts.append(frame.path("middle", _quantile_line(windows, 50), LEFT))
    return parts


def _quantile_line(windows: Sequence[Window], percent: int) -> list[Point]:
    return [
        ((window.first + window.last) / 2, value)
        for window in windows
        if (value := window.quantiles[percent].value) is not None
    ]


def _courses(one: SeriesFigures) -> dict[int, list[Point]]:
    found = {}
    for percent, start in one.starts.items():
        later = [
            ((expected.first + expected.last) / 2, value)
            for expected in one.expected
            if (value := expected.means[percent].value) is not None
        ]
        if later:
            found[percent] = [(1.0, start), *later]
    return found
