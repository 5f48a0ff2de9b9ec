"""Calling hooks: every answer passes the checker."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cds import checker
from tests.cds.calls import SERVICE

Json = dict[str, Any]
Cards = Callable[[Json], list[Json]]


@pytest.fixture
def cards(client: FlaskClient) -> Cards:
    """Call a hook and return its cards."""

    def cards(body: Json) -> list[Json]:
        assert checker.of_request(body) == []
        answered = client.post(SERVICE, json=body)
        assert answered.status_code == 200, answered.text
        assert answered.content_type == "application/json"
        answer: Json = answered.json
        assert answer.keys() == {"cards"}
        assert checker.of_response(answer) == []
        found: list[Json] = answer["cards"]
        return found

    return cards


def topics(cards: list[Json]) -> list[tuple[str, str]]:
    """Return topic and indicator of each card."""
    return [(one["source"]["topic"]["code"], one["indicator"]) for one in cards]
