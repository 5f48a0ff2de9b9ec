"""Asking the FHIR face."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fhir.payloads import SCORE

Json = dict[str, Any]
Ask = Callable[..., Json]


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Score a body and return the resource that answers."""

    def ask(body: Json, query: str = "", status: int = 200, **headers: str) -> Json:
        answered = client.post(SCORE + query, json=body, headers=headers)
        assert answered.status_code == status, answered.text
        assert answered.content_type == "application/fhir+json"
        resource: Json = answered.json
        return resource

    return ask
