"""The service, shutting down, with a route that fails, one that is asked too often, one full.

What a caller seldom meets, for tests that run it by gunicorn.
"""

from flask import request
from werkzeug.exceptions import TooManyRequests

from service.api.problems import busy
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
        if request.path == "/v1/batch":
            raise busy()

    return app
