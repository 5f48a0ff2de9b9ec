"""Calls a questionnaire scoring service.

::

    with Client("https://scoring.example.org", key=key) as service:
        report = service.score_form("phq-9", {"answers": [1, 0, 2, 1, 0, 1, 0, 0, 0]})
        report["scores"]["total"]["value"]

`questionnaire_scoring_client.types` has the types of what is sent and answered.
"""

from questionnaire_scoring_client.client import Client
from questionnaire_scoring_client.transport import Problem

__all__ = ["Client", "Problem"]
