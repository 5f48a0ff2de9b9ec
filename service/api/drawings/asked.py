"""What the routes that draw have in common: their query parameters and their answer."""

from typing import cast

from werkzeug.wrappers import Request, Response

from service.api.negotiation import SVG
from service.chart.style import THEMES, Theme

THEME = {"theme": THEMES}


def theme_of(asked: Request) -> Theme:
    """Return the theme that a request asks for; without one the viewer's own."""
    return cast(Theme, asked.args.get("theme", "auto"))  # the routes take no other value


def drawn(picture: str) -> Response:
    """Return the answer with a drawing."""
    return Response(picture, content_type=f"{SVG}; charset=utf-8")
