"""The least that a Flask service could do with a JSON body: read it strictly, write it back.
Nothing else.

Its path has the shape of the scoring route's, so that both are found alike.
"""

import orjson
from flask import Flask, Response, request

from service.strict.reader import loads

app = Flask(__name__)


@app.post("/v1/instruments/<instrument_id>/echo")
def echo(instrument_id: str) -> Response:
    return Response(orjson.dumps(loads(request.get_data())), content_type="application/json")


@app.get("/readyz")
def readyz() -> Response:
    return Response(b"{}", content_type="application/json")
