"""The Python client against the service: every operation, every problem."""

import inspect
import re
from typing import Any

import pytest
from questionnaire_scoring_client import Client, Problem

from service.api.problems import TITLES
from tests.clients.calls import (
    CALLS,
    COURSE,
    DOCUMENT,
    FORM,
    MAPPING,
    OPERATIONS,
    PAYLOAD,
    PROBLEMS,
    RESPONSE,
    Call,
)
from tests.clients.conftest import KEYS

# Methods beside the one of the operation's name: for another media type, or another answer.
FURTHER = {
    "scoreForm": ["draw_form"],
    "scoreNamedForm": ["draw_named_form"],
    "monitorCourse": ["draw_course"],
    "scoreBatch": ["score_payloads", "score_table"],
    "scoreSource": ["try_source"],
    "scoreSourceInline": ["try_source_inline"],
}
OF_THE_METHOD = {"dry_run"}  # told by the method's name


def in_python(name: str) -> str:
    """Return a name of the description as Python's: `_count`, `allow-partial`, `scoreForm`."""
    name = name.strip("_").replace("-", "_")
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[0].lower()}", name).lower()


def client_of(services: dict[str, str], call: Call) -> Client:
    key = None if call.key is None else KEYS[call.key]
    return Client(services[call.service], key=key, retries=0)


def made(client: Client, call: Call) -> Any:
    """Return what a call returns."""
    method = getattr(client, call.method or in_python(call.operation))
    positional = [*call.path.values(), *([] if call.body is None else [call.body])]
    named = {in_python(name): value for name, value in call.query.items()}
    if call.headers:
        named["headers"] = call.headers
    answer = method(*positional, **named)
    return list(answer) if inspect.isgenerator(answer) else answer


def test_there_is_a_call_for_every_operation_and_for_every_problem():
    assert {call.operation for call in CALLS} == OPERATIONS.keys()
    assert PROBLEMS.keys() == TITLES.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_methods_of_an_operation_take_its_parameters(operation: str):
    methods = [in_python(operation), *FURTHER.get(operation, [])]
    taken = {
        name
        for method in methods
        for name, parameter in inspect.signature(getattr(Client, method)).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    taken |= OF_THE_METHOD if operation in FURTHER else set()
    parameters = [_resolved(part) for part in OPERATIONS[operation][2]["parameters"]]
    wanted = {in_python(one["name"]) for one in parameters if one["in"] in ("query", "header")}
    # Nothing is kept, there is JSON only, and a client is told its language once.
    wanted -= {"if_none_match", "format", "accept_language"}
    in_path = {"mapping"} if operation == "scoreBatch" else set()
    assert wanted - in_path <= taken


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: dict[str, Any] = DOCUMENT["components"]["parameters"][part["$ref"].rpartition("/")[2]]
    return found


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.operation)
def test_every_operation_answers(services: dict[str, str], call: Call):
    with client_of(services, call) as client:
        answer = made(client, call)
    assert answer is not None
    if isinstance(answer, list):
        assert len(answer) == len(call.body)
        assert not any(isinstance(one, Problem) for one in answer)


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_raised_with_its_code(services: dict[str, str], code: str):
    status, call = PROBLEMS[code]
    with client_of(services, call) as client, pytest.raises(Problem) as caught:
        made(client, call)
    problem = caught.value
    assert (problem.status, problem.code) == (status, code)
    assert problem.detail
    assert problem.document["type"] == f"/problems/{code}"
    assert problem.errors == problem.document["errors"]


def test_a_problem_tells_every_fault_in_its_text(services: dict[str, str]):
    with Client(services["sound"]) as service, pytest.raises(Problem) as caught:
        service.score_form("phq-9", {"answers": {"1": 7, "12": 0}})
    first, *faults = str(caught.value).splitlines()
    assert first.startswith("422 invalid_request. Nothing was scored")
    assert {fault.split(":")[0] for fault in faults} == {"  /answers/1", "  /answers/12"}


def test_a_fault_of_a_resource_is_a_problem_with_its_issues(services: dict[str, str]):
    wrong = {**RESPONSE, "item": [{"linkId": "1", "answer": [{"valueInteger": 7}]}]}
    with Client(services["sound"]) as service, pytest.raises(Problem) as caught:
        service.score_responses(wrong)
    problem = caught.value
    assert (problem.status, problem.code) == (422, "value_not_allowed")
    assert problem.errors[0]["expression"] == ["QuestionnaireResponse.item[0].answer[0]"]
    assert problem.detail


def test_a_batch_has_a_report_or_a_problem_for_each_form(services: dict[str, str]):
    forms = [FORM, {"answers": {"1": 7}}, {**FORM, "reference": "last"}]
    with Client(services["sound"]) as service:
        first, second, third = service.score_batch(forms, instrument="phq-9")
    assert not isinstance(first, Problem)
    assert first["scores"]["total"]["value"] == 13
    assert isinstance(second, Problem)
    assert (second.line, second.status, second.code) == (2, 422, "invalid_request")
    assert not isinstance(third, Problem)
    assert third["reference"] == "last"


def test_a_batch_of_any_length_goes_in_parts_and_keeps_its_numbers(
    services: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("questionnaire_scoring_client.batches.PART_BYTES", 200)
    forms = [{"answers": [0] * 9, "reference": f"r{number}"} for number in range(20)]
    forms[17] = {"answers": [0] * 8}
    taken = []
    with Client(services["sound"]) as service:
        for answer in service.score_batch(forms, instrument="phq-9"):
            taken.append(answer.line if isinstance(answer, Problem) else answer["reference"])
    assert taken == [*(f"r{number}" for number in range(17)), 18, "r18", "r19"]


def test_a_large_batch_is_answered_while_it_is_read(services: dict[str, str]):
    with Client(services["sound"]) as service:
        answers = service.score_batch([FORM] * 5_000, instrument="phq-9")
        assert sum(not isinstance(answer, Problem) for answer in answers) == 5_000


def test_forms_and_courses_are_drawn_in_a_theme(services: dict[str, str]):
    named = {"instrument": "phq-9", **FORM}
    with Client(services["sound"]) as service:
        light, dark = (service.draw_form("phq-9", FORM, theme=name) for name in ("light", "dark"))
        assert light.startswith("<svg")
        assert light != dark
        assert service.draw_named_form(named, theme="dark") == dark
        assert service.draw_course(COURSE).startswith("<svg")
        assert service.draw_course(COURSE, theme="dark") != service.draw_course(COURSE)
        drawn = {
            service.draw_course(COURSE),
            service.draw_course(COURSE, drawing="items"),
            service.draw_course(COURSE, scale="sd"),
            service.draw_course(COURSE, scale="percentile"),
        }
        assert len(drawn) == 4


def test_payloads_tables_and_trials_have_methods_of_their_own(services: dict[str, str]):
    with Client(services["sound"]) as service:
        (report,) = service.score_payloads("surveyjs-phq-9", [PAYLOAD])
        assert not isinstance(report, Problem)
        assert report["scores"]["total"]["value"] == 13
        table = service.score_table("1,2,3,4,5,6,7,8,9\n0,1,2,3,0,1,2,3,1\n", instrument="phq-9")
        assert table.splitlines()[1].startswith(",13,13,")
        tried = service.try_source("surveyjs-phq-9", PAYLOAD)
        assert {key["outcome"] for key in tried["keys"]} == {"answer"}
        inline = {"mapping": MAPPING, "payload": {"interest": "often"}}
        assert service.try_source_inline(inline)["not_sent"] == ["2"]


def test_a_number_that_is_not_finite_is_never_sent(services: dict[str, str]):
    with Client(services["sound"]) as service, pytest.raises(ValueError, match="JSON compliant"):
        service.score_form("phq-9", {"answers": [float("nan")]})
