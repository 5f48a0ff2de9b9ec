"""Whatever the course: a summary is short and has no score and no answer, and the same call gives
the same bytes.
"""

import re
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cds import checker
from tests.cds.calls import SERVICE, call, day_of, form, searched

Json = dict[str, Any]

LENGTHS = {"wai-sr": (12, 1, 5), "srs": (4, 0, 10), "phq-9": (9, 0, 3), "core-10": (10, 0, 4)}


@st.composite
def forms_of_a_day(draw: st.DrawFn, day: str) -> list[Json]:
    made = []
    for name in draw(st.sets(st.sampled_from(sorted(LENGTHS)), min_size=1)):
        n_items, lowest, highest = LENGTHS[name]
        level = draw(st.integers(lowest, highest))
        other = draw(st.integers(lowest, highest))
        n_other = draw(st.integers(0, n_items))
        made.append(form(name, day, [other] * n_other + [level] * (n_items - n_other)))
    return made


@st.composite
def calls(draw: st.DrawFn) -> Json:
    n_days = draw(st.integers(1, 9))
    forms = [one for day in range(1, n_days + 1) for one in draw(forms_of_a_day(day_of(day)))]
    more = draw(st.sampled_from([{}, {"total": 99}]))
    hook = draw(st.sampled_from(["patient-view", "encounter-start"]))
    return call(hook, responses=searched(forms, **more))


SESSION = re.compile(r"\bsessions? ([0-9]+)\b")


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(body=calls())
def test_summaries_are_short_and_have_no_number_but_that_of_a_session(body, client: FlaskClient):
    answered = client.post(SERVICE, json=body)
    assert answered.status_code == 200
    assert checker.of_response(answered.json) == []
    assert client.post(SERVICE, json=body).data == answered.data
    found = answered.json["cards"]
    incomplete = "total" in body["prefetch"]["responses"]
    assert ("Incomplete course" in " ".join(one["summary"] for one in found)) is incomplete
    indicators = [one["indicator"] for one in found]
    assert indicators == sorted(indicators, key=["critical", "warning", "info"].index)
    uuids = [one["uuid"] for one in found]
    assert len(set(uuids)) == len(uuids)
    for card in found:
        sessions = SESSION.findall(card["summary"])
        assert re.findall(r"[0-9]+", card["summary"]) == sessions
        assert all(1 <= int(number) <= 9 for number in sessions)
        assert not (incomplete and sessions)
        assert "<" not in card["detail"]
