"""The shipped alliance forms, followed from what a caller sends to the answer."""

import orjson
import pytest

from service.alliance.reading import read_course
from service.alliance.report.report import report_course
from service.alliance.report.words import short_name
from service.scoring.ranges import score_range
from tests.alliance.courses import policy

ALLIANCE = [
    "arm-12", "arm-28", "arm-5", "calpas-p", "calpas-t", "cgsrs", "csrs", "gcq-s", "gsrs", "haq-ii",
    "risq", "sai", "seq-5",
    "sparq", "srs", "star-c", "star-p",
    "tasc-r", "wai-client", "wai-s-client", "wai-s-therapist", "wai-sr", "wai-srt", "wai-therapist",
]  # fmt: skip


def answered(catalog, sessions, **members):
    return report_course(
        read_course(
            sessions, lambda name, version: catalog.get(name, version).scorer, policy(), **members
        )
    )


def test_these_are_the_shipped_alliance_forms(catalog):
    assert [
        entry.instrument.id for entry in catalog.entries() if entry.instrument.alerts
    ] == ALLIANCE


@pytest.mark.parametrize("name", [name for name in ALLIANCE if name != "risq"])
def test_a_deep_fall_after_eight_steady_sessions_is_an_alert(catalog, name):
    """From near the best of each scale to its worst; a form without public key may lie from 0 to
    100.
    """
    form = catalog.get(name).instrument
    steady, worst = {}, {}
    for scale in form.scales:
        low, high = score_range(form, scale) or (0, 100)
        ends = (low, high) if scale.direction == "higher_is_better" else (high, low)
        near_best = ends[0] + 0.95 * (ends[1] - ends[0])
        steady[scale.id] = round(near_best) if scale.metric == "sum" else near_best
        worst[scale.id] = ends[0]
    rater = {"perspective": "client"} if form.perspectives else {}
    sent = [
        {"number": number, "forms": [{"instrument": name, "scores": scores, **rater}]}
        for number, scores in enumerate([steady] * 9 + [worst], 1)
    ]
    known = {name: {scale.id: {"sd": 10} for scale in form.scales}} if form.key_required else {}
    report = answered(catalog, sent, errors=known)
    perspective = form.perspective or "client"
    signals = [session["signal"][perspective] for session in report["sessions"]]
    assert set(signals[:9]) == {"none"}
    assert signals[9] in ("alert", "urgent")  # urgent where the score is low for its norm as well
    (alert,) = report["alerts"]
    assert alert["scale"] in (form.alerts.watch)
    assert f" {short_name(form.title)} score" in alert["message"]
    orjson.dumps(report)


def test_patient_therapist_and_symptoms_together(catalog):
    """Answers of 4 to twelve items make 4, answers of 1 make 1; nine times 3 is 27 on the PHQ-9,
    from 9.
    """
    sent = []
    for number in range(1, 11):
        last = number == 10
        sent.append(
            {
                "number": number,
                "forms": [
                    {"instrument": "wai-sr", "answers": [1 if last else 4] * 12},
                    {"instrument": "wai-srt", "scores": {"total": 4}},
                    {"instrument": "phq-9", "answers": [3 if last else 1] * 9},
                ],
            }
        )
    last = answered(
        catalog,
        sent,
        errors={"wai-sr": {"total": {"sem": 0.2}}, "wai-srt": {"total": {"sem": 0.2}}},
    )["sessions"][-1]
    assert last["scores"]["wai-sr"]["total"] == 1
    assert last["scores"]["phq-9"]["total"] == 27
    assert last["signal"] == {"client": "urgent", "therapist": "none"}
    fired = {one["rule"] for one in last["rules"] if one["fired"]}
    assert {"R03", "R04", "R06", "R07", "R14", "R16"} <= fired


@pytest.mark.parametrize(("score", "fires"), [(36.0, False), (35.9, True), (36.1, False)])
def test_a_session_rating_below_36_is_low_and_36_is_not(catalog, score, fires):
    """Three sources say below 36; the one page that counts 36 itself is not followed."""
    (session,) = answered(
        catalog, [{"number": 1, "forms": [{"instrument": "srs", "scores": {"total": score}}]}]
    )["sessions"]
    (rule,) = (one for one in session["rules"] if one["rule"] == "R01")
    assert rule["fired"] is fires
    assert {one["system"]: one["met"] for one in rule["evidence"]["cutoffs"]} == {
        "below-36": score < 36,
    }
    assert session["signal"]["client"] == ("info" if fires else "none")


def test_a_rift_is_reported_from_the_first_session_on_and_its_end_later(catalog):
    """RISQ: one yes of four is a direct report; four times no after it says that it is over."""
    sent = [
        {"number": number, "forms": [{"instrument": "risq", "answers": answers}]}
        for number, answers in enumerate(([0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]), 1)
    ]
    report = answered(catalog, sent)
    assert [session["signal"]["client"] for session in report["sessions"]] == [
        "watch",
        "none",
        "none",
    ]
    (alert,) = report["alerts"]
    assert (alert["rules"], alert["repair"]["reported_session"]) == (["R20"], 2)
    assert "reported tension in the relationship" in alert["message"]
    assert "At session 2 the patient reported no tension any more." in alert["message"]
