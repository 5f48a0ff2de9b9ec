"""The least that a Flask service could do with a JSON body: read it strictly, write it back.
Nothing else, and a page of a browser that shows what came back.

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


PAGE = """<!doctype html>
<html lang="en"><title>Bare</title>
<script type="module" src="page.js"></script><output></output></html>
"""
SCRIPT = """
const button = document.createElement("button");
button.textContent = "Send";
button.onclick = async () => {
  const sent = { method: "POST", body: JSON.stringify({ answers: [2, 2, 2, 2, 0, 0, 0, 0, 1] }) };
  const echoed = await (await fetch("v1/instruments/phq-9/echo", sent)).json();
  const shown = document.createElement("b");
  shown.textContent = echoed.answers.length;
  document.querySelector("output").replaceChildren(shown);
};
document.body.append(button);
"""


@app.get("/")
def page() -> Response:
    return Response(PAGE, content_type="text/html; charset=utf-8")


@app.get("/page.js")
def script() -> Response:
    return Response(SCRIPT, content_type="text/javascript; charset=utf-8")
