"""What the routes that draw have in common: their query parameters and their answer."""

from typing import cast, get_args

from werkzeug.wrappers import Request, Response

from service.alliance.judging.monitor import Monitor
from service.api.drawings.course_chart import Metric, course_chart
from service.api.drawings.items import answers_of
from service.api.negotiation import SVG
from service.chart.items import draw_items
from service.chart.style import THEMES, Theme
from service.scoring.wording.words import Words

THEME = {"theme": THEMES}
COURSE = {"drawing": ("course", "items"), "scale": get_args(Metric), **THEME}


def theme_of(asked: Request) -> Theme:
    """Return the theme that a request asks for; without one the viewer's own."""
    return cast(Theme, asked.args.get("theme", "auto"))  # the routes take no other value


def draw(monitor: Monitor, asked: Request, language: Words) -> Response:
    """Answer with the drawing of a course that a request asks for, in a language."""
    theme = theme_of(asked)
    if asked.args.get("drawing") == "items":
        return drawn(draw_items(answers_of(monitor.course, language), theme, language))
    metric = cast(Metric, asked.args.get("scale", "raw"))  # the routes take no other value
    return drawn(course_chart(monitor, metric, theme, language))


def drawn(picture: str) -> Response:
    """Return the answer with a drawing."""
    return Response(picture, content_type=f"{SVG}; charset=utf-8")
