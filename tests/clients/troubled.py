"""The service, shutting down, with a route that fails and one that is asked too often.

What a caller seldom meets, for tests that run it by gunicorn.
"""

from flask import request
from werkzeug.exceptions import TooManyRequests

from service.app import Service, create_app


def application() -> Service:
    app = create_app()
    app.readiness.draining = True

    @app.before_request
    def trouble() -> None:
        if request.path == "/v1/rules":
            raise LookupError("a fault of the service")
        if request.path == "/version":
            raise TooManyRequests

    return app
