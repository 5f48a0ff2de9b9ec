"""Evaluates an expression over responses with fhirpathpy, for benchmarks.fhirpath.evaluators: a
line of JSON in, a line out.
"""

import json
import sys
import time
from typing import Any

from fhirpathpy import compile as compile_expression
from fhirpathpy.models import models


def result_of(evaluate: Any, response: Any) -> dict[str, Any]:
    try:
        return {"value": evaluate(response)}
    except Exception as error:
        return {"error": str(error)}


def main() -> None:
    evaluate: Any = None
    responses: list[Any] = []
    for line in sys.stdin:
        asked = json.loads(line)
        if asked:
            responses = asked["responses"]
            evaluate = compile_expression(asked["expression"], models["r4"])
            answer: Any = [result_of(evaluate, response) for response in responses]
        else:
            started = time.process_time()
            for response in responses:
                evaluate(response)
            answer = (time.process_time() - started) / len(responses) * 1e6
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
