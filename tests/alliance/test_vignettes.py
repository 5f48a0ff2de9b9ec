"""What a careful supervisor would want said of thirty courses, and what the service as shipped
says: nothing but sessions is sent.

Each test holds what is said; where the wish is met in part only, it holds the shortfall as well,
so that a service that does better asks for a better verdict.
"""

import re
from collections import Counter
from typing import NamedTuple

import pytest

from tests.alliance import vignettes

GOOD, PARTLY, NOT = "good", "partly", "not"

VERDICTS = {
    "01 erosion": GOOD,
    "02 collapse then silence": GOOD,
    "03 fall and return": GOOD,
    "04 therapist blind": GOOD,
    "05 both fall": GOOD,
    "06 therapist alone falls": GOOD,
    "07 symptoms alone worsen": PARTLY,
    "08 alliance and symptoms worsen": GOOD,
    "09 step from the top": GOOD,
    "10 fall from the top": PARTLY,
    "11 weak then gone": PARTLY,
    "12 weak start": GOOD,
    "12b weak start on the wai s": GOOD,
    "13 new therapist": GOOD,
    "14 after a gap": GOOD,
    "15 one answer collapses": GOOD,
    "16 bond alone falls": PARTLY,
    "17 ceiling while symptoms worsen": GOOD,
    "18 steady below the cutoff": PARTLY,
    "19 ending announced": GOOD,
    "20 swings": GOOD,
    "21 fall after growth": GOOD,
    "22 fall again after repair": GOOD,
    "23 fall at the second session": PARTLY,
    "24 one answer throughout": GOOD,
    "25 far apart": GOOD,
    "26 small dip": GOOD,
    "27 low plateau": GOOD,
    "28 absence then low": GOOD,
    "29 symptoms return": GOOD,
}
"""Whether the wish is met. A test of the same name holds every verdict."""


class Told(NamedTuple):
    """What the service answers to a course."""

    patient: list[str]
    therapist: list[str]
    report: dict

    def fired(self, number, rater="client"):
        """Return the results of a rater's rules that fired in a session, by rule."""
        (session,) = (one for one in self.report["sessions"] if one["number"] == number)
        return {one["rule"]: one for one in session["rules"] if one["perspective"] == rater}

    def first(self, rule):
        """Return the first session in which a rule fired for the patient."""
        numbers = [one["number"] for one in self.report["sessions"]]
        return next((number for number in numbers if rule in self.fired(number)), None)

    def title(self, rule):
        """Return what a rule is called in the answer."""
        return self.report["rules"][rule]["title"]

    @property
    def alert(self):
        """Return the only alert."""
        (alert,) = self.report["alerts"]
        return alert


@pytest.fixture
def told(client):
    def ask(sessions):
        response = client.post("/v1/monitor", json={"sessions": sessions})
        assert response.status_code == 200, response.json
        signals = [session["signal"] for session in response.json["sessions"]]
        return Told(
            [signal["client"] for signal in signals],
            [signal["therapist"] for signal in signals],
            response.json,
        )

    return ask


def test_most_wishes_are_met_and_hardly_any_is_missed():
    counted = Counter(VERDICTS.values())
    assert counted.total() == 30
    assert counted[GOOD] >= 22
    assert counted[NOT] <= 3


def test_every_verdict_has_its_test():
    tests = {name for name in globals() if re.match(r"test_[0-9]", name)}
    assert tests == {f"test_{name.replace(' ', '_')}" for name in VERDICTS}


def test_the_page_of_methods_tells_the_same_verdicts(request):
    prose = (request.config.rootpath / "docs" / "methods.md").read_text(encoding="utf-8")
    (_, section) = prose.split("\n## Thirty courses ")
    rows = re.findall(r"^\| ([0-9]{2}b?) .* \| (\w+) \|$", section, re.MULTILINE)
    assert dict(rows) == {name.split()[0]: verdict for name, verdict in VERDICTS.items()}
    counted = Counter(VERDICTS.values())
    assert f"{counted[GOOD]} are good, {counted[PARTLY]} partly" in section


def test_01_erosion(told):
    """An alert by session 10, told as a development and no single fall."""
    said = told(vignettes.EROSION)
    assert set(said.patient[:6]) == {"none"}
    assert "alert" in said.patient[6:]
    assert "lower than usual over several sessions" in said.alert["summary"]
    assert "over several sessions" in said.alert["message"]


def test_02_collapse_then_silence(told):
    """An alert at once; every missed form keeps the signal up and is counted in the words."""
    said = told(vignettes.COLLAPSE_THEN_SILENCE)
    assert said.patient == ["none"] * 5 + ["alert", "watch", "watch"]
    assert {"R19"} == set(said.fired(7)) == set(said.fired(8))
    assert said.alert["status"] == "open"
    assert said.alert["summary"].endswith("; no form since")
    assert "No form came at 2 sessions after a signal, last at session 8." in said.alert["message"]


def test_03_fall_and_return(told):
    """An alert, closed as repaired by two scores at the earlier level, with no advice left."""
    said = told(vignettes.REPAIRED)
    assert said.patient == ["none"] * 5 + ["alert"] + ["none"] * 3
    assert (said.alert["status"], said.alert["closed_session"]) == ("repaired", 9)
    assert "By session 9 two scores running were back" in said.alert["message"]
    assert "check-in" not in said.alert["message"]


def test_04_therapist_blind(told):
    """Urgent, because the therapist's own rating shows nothing of the fall."""
    said = told(vignettes.THERAPIST_BLIND)
    assert said.patient == ["none"] * 5 + ["urgent"]
    assert set(said.therapist) == {"none"}
    assert "R14" in said.fired(6)
    assert "The therapist's own rating does not share the fall." in said.alert["message"]


def test_05_both_fall(told):
    """An alert that says both, and not urgent: the therapist sees it too."""
    said = told(vignettes.BOTH_FALL)
    assert said.patient == ["none"] * 5 + ["alert"]
    assert said.therapist[-1] in ("watch", "alert")
    patient, therapist = said.report["alerts"]
    assert (patient["perspective"], therapist["perspective"]) == ("client", "therapist")
    assert "The therapist's score fell too." in patient["message"]
    assert "therapist's score too" in patient["summary"]


def test_06_therapist_alone_falls(told):
    """Told on the therapist's side, and nothing on the patient's."""
    said = told(vignettes.THERAPIST_ALONE)
    assert set(said.patient) == {"none"}
    assert said.therapist[:5] == ["none"] * 5
    assert said.therapist[5] in ("watch", "alert")
    assert said.alert["perspective"] == "therapist"
    assert "R15" in said.fired(6, "therapist")


def test_07_symptoms_alone_worsen(told):
    """Wished: said prominently. Said by itself from the session on in which it is reliable, with
    scores. Missing: it stays information, without a line for a card.
    """
    said = told(vignettes.SYMPTOMS_ALONE)
    assert said.first("R23") == 7
    worse = said.fired(8)["R23"]["evidence"]
    assert (worse["instrument"], worse["previous"], worse["value"]) == ("phq-9", 8, 17)
    assert worse["kind"] == "deterioration"
    assert said.patient[6:] == ["info", "info"]
    assert said.report["alerts"] == []


def test_08_alliance_and_symptoms_worsen(told):
    """Urgent, with the symptoms in the words, once."""
    said = told(vignettes.BOTH_WORSEN)
    assert said.patient == ["none"] * 5 + ["urgent"]
    assert "symptoms worse" in said.alert["summary"]
    assert said.alert["message"].count("Symptoms worsened reliably") == 1


def test_09_step_from_the_top(told):
    """Information that this is the first step down, and no more."""
    said = told(vignettes.A_STEP_FROM_THE_TOP)
    assert set(said.patient) == {"none", "info"}
    assert set(said.fired(7)) == {"R29"}
    assert said.title("R29") == "First step down from the ceiling"
    assert said.report["alerts"] == []


def test_10_fall_from_the_top(told):
    """Wished: an alert. Said: a watch with the ceiling in its note. Missing: six scores of 5 do
    not tell how much this dyad varies, so that even a whole point is no alert.
    """
    said = told(vignettes.A_FALL_FROM_THE_TOP)
    assert said.patient[6] == "watch"
    assert "fell more than usual" in said.alert["summary"]
    assert said.alert["note"].startswith("6 of 7 scores up to session 7 were the best possible")


def test_11_weak_then_gone(told):
    """Wished: a signal while the patient still comes. Said at once, as information: both scores
    are low in the norm. Missing: two such scores are no watch yet, and so nobody misses the forms
    that do not come.
    """
    said = told(vignettes.WEAK_THEN_GONE)
    assert {"R02", "R12"} <= set(said.fired(1)) & set(said.fired(2))
    assert said.patient == ["info", "info", "none", "none"]
    assert said.report["alerts"] == []


def test_12_weak_start(told):
    """A watch once two of sessions 3 to 5 are low, compared with others, and never an alert."""
    said = told(vignettes.WEAK_START)
    assert said.patient == ["info", "info", "info", "watch", "watch"]
    assert said.alert["rules"] == ["R12"]
    assert "low in the early sessions" in said.alert["summary"]
    assert "compared with other patients; consider a check-in" in said.alert["message"]


def test_12b_weak_start_on_the_wai_s(told):
    """The same on a form from 1 to 7."""
    said = told(vignettes.WEAK_START_WAI_S)
    assert said.patient == ["info", "info", "info", "watch", "watch"]
    assert "on a scale of 1 to 7" in said.alert["message"]
    assert said.alert["rules"] == ["R12"]


def test_13_new_therapist(told):
    """The level with the new therapist held against the one before, and no fall in it."""
    said = told(vignettes.NEW_THERAPIST)
    assert set(said.patient) == {"none", "info"}
    assert said.report["alerts"] == []
    assert said.title("R26") == "Another level with another therapist"
    for number in (6, 7, 8):
        found = said.fired(number)["R26"]["evidence"]
        assert found["kind"] == "weaker"
        assert found["mean_before"] == pytest.approx(sum(vignettes.STEADY) / 5)


def test_14_after_a_gap(told):
    """A signal, with the gap in its words."""
    said = told(vignettes.AFTER_HOLIDAYS)
    assert said.patient[5] in ("watch", "alert")
    assert "after a gap" in said.alert["summary"]
    assert "There was a gap at session 6." in said.alert["message"]


def test_15_one_answer_collapses(told):
    """The item is named with both answers, as information: single answers jump by chance."""
    said = told(vignettes.ONE_ANSWER)
    assert said.patient == ["none"] * 4 + ["info"]
    (fell,) = said.fired(5)["R22"]["evidence"]["items"]
    assert (fell["item"], fell["before"], fell["after"]) == ("3", 5, 1)


def test_16_bond_alone_falls(told):
    """Wished: a watch that names the side. Said after eight sessions. Missing: after five a fall
    of the bond from 4.5 to 3 passes unseen, because its limit, shared among three sides, is high
    with so few scores.
    """
    said = told(vignettes.BOND_ALONE)
    assert said.patient == ["none"] * 8 + ["watch"]
    assert said.alert["summary"].startswith("Alliance (patient): Bond fell more than usual")
    assert "Bond, part of the alliance, dropped by more than measurement" in said.alert["message"]
    assert set(told(vignettes.BOND_ALONE_EARLY).patient) == {"none"}


def test_17_ceiling_while_symptoms_worsen(told):
    """A watch that says both in one, once; the ceiling in its note."""
    said = told(vignettes.FORTY_FOREVER)
    assert said.patient[2:] == ["info", "info", "watch", "info", "info", "info"]
    assert said.alert["evidence"]["fired_in"]["R24"][0] == 5
    assert "best possible scores while symptoms worsened" in said.alert["summary"]
    assert "so they may not tell how the patient sees it; consider a" in said.alert["message"]
    assert "such a form shows no rise, and small falls late" in said.alert["note"]


def test_18_steady_below_the_cutoff(told):
    """Wished: information. Said: a watch of the weak start, with its cut-off, and again as its
    window ends without a rise. Missing: three watches of a course in which nothing happens. It is
    never an alert.
    """
    said = told(vignettes.STEADY_SRS)
    watches = [number for number, one in enumerate(said.patient, 1) if one != "info"]
    assert watches == [4, 5, 9]
    assert {said.patient[number - 1] for number in watches} == {"watch"}
    assert "(cut-off: below 36)" in said.alert["message"]


def test_19_ending_announced(told):
    """An alert, with the announced ending in its words."""
    said = told(vignettes.ENDING)
    assert said.patient == ["none"] * 8 + ["alert"]
    assert "ending announced" in said.alert["summary"]
    assert "The ending was announced at session 8." in said.alert["message"]


def test_20_swings(told):
    """No alarm, and a word that this dyad is very variable."""
    said = told(vignettes.SWINGS)
    assert set(said.patient) == {"none", "info"}
    assert said.report["alerts"] == []
    assert said.first("R28") == 6
    assert said.title("R28") == "Very variable from session to session"


def test_21_fall_after_growth(told):
    """An alert, though the score is hardly below the mean of the lower early ones."""
    said = told(vignettes.GROWN_THEN_FALLEN)
    assert said.patient == ["info", "info"] + ["none"] * 6 + ["alert"]
    assert "was 3.33 on a scale of 1 to 5 (session 8: 4.17)" in said.alert["message"]


def test_22_fall_again_after_repair(told):
    """Two alerts, the second told as a relapse of the first."""
    said = told(vignettes.AGAIN)
    first, second = said.report["alerts"]
    assert (first["status"], second["relapse_of"]) == ("repaired", first["id"])
    assert said.patient[8] == "alert"
    assert "It follows soon after an earlier drop" in second["message"]


def test_23_fall_at_the_second_session(told):
    """Wished: a watch at the second session, and no getting used to the low level. Said: from the
    third on an alert, which stays open. Missing: after one score a fall of 1.2 points is
    information only.
    """
    assert told(vignettes.FALL_AT_THE_SECOND).patient == ["none", "info"]
    said = told(vignettes.LOW_FROM_THE_THIRD)
    assert said.patient[:4] == ["none", "none", "alert", "alert"]
    assert said.alert["status"] == "open"
    assert said.alert["note"] == "This rests on 2 earlier scores only."


def test_24_one_answer_throughout(told):
    """One whole step of a form filled in without a difference is not urgent, and the words say
    how it was filled in.
    """
    said = told(vignettes.STRAIGHT)
    assert said.patient[:6] == ["none"] * 6
    assert said.patient[6] in ("watch", "alert")
    assert said.alert["note"] == "In 7 of 7 forms up to session 7 all answers were the same."


def test_25_far_apart(told):
    """The lasting gap is said, and who rates higher."""
    said = told(vignettes.FAR_APART)
    assert said.first("R25") == 3
    assert {said.fired(number)["R25"]["evidence"]["higher"] for number in (3, 4, 5)} == {
        "therapist"
    }
    assert said.title("R25") == "A lasting gap between patient and therapist"


def test_26_small_dip(told):
    """One dip of half a point that comes back raises nothing."""
    said = told(vignettes.SMALL_DIP)
    assert set(said.patient) <= {"none", "info"}
    assert said.report["alerts"] == []


def test_27_low_plateau(told):
    """The alert ends unresolved, and the session after it still says that scores stay low."""
    said = told(vignettes.PLATEAU)
    assert said.patient[5] == "alert"
    assert said.alert["status"] == "unresolved"
    assert said.patient[said.alert["closed_session"] :] == ["info", "info"]
    assert len(said.fired(13)["R21"]["evidence"]["low_sessions"]) == 8


def test_28_absence_then_low(told):
    """An alert at the first form after two sessions without any, as without the absence."""
    said = told(vignettes.ABSENT_THEN_LOW)
    assert said.patient == ["none"] * 7 + ["alert"]
    assert said.alert["opened_session"] == 8


def test_29_symptoms_return(told):
    """The return of symptoms after a reliable improvement is told as such, since the best score,
    though the first score was worse still.
    """
    said = told(vignettes.SYMPTOMS_AGAIN)
    assert said.first("R23") == 8
    for number in (8, 9):
        found = said.fired(number)["R23"]["evidence"]
        assert (found["kind"], found["best_session"], found["best"]) == ("relapse", 6, 4)
    assert said.patient[7:] == ["info", "info"]
