"""Alerts in German say what they say in English, within the same limits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alliance.policy import policy_for
from service.alliance.report.words import figure
from service.alliance.rules.battery import BATTERY
from service.languages.catalogue import FOLDER, load_languages
from service.languages.english import WORDINGS, shown_texts
from tests.alliance.report.test_told import kinds
from tests.alliance.report.told import FORMS, KINDS, everything, reported

TEXTS = ("summary", "message", "note")
FORBIDDEN = re.compile(
    r"ruptur|erkannt|entdeckt|\bSie\b|\bIhre?\b|\bSD\b|signifikan|bewies|beweis|diagnos|sicher"
    r"|alliance|session|score|patient's|None",
)
OPENS = re.compile(r"^In Sitzung ([0-9]+) lag der .+?-Wert \((?:Patient|Therapeut)/in[^)]*\)")


@pytest.fixture(scope="session")
def german():
    return load_languages(FOLDER)["de"]


def test_german_has_every_wording_and_every_rule(german):
    assert [name for name in WORDINGS if german.wordings[name] is WORDINGS[name]] == []
    titles = [rule.title for rule in (*BATTERY.rules, *BATTERY.repairs)]
    assert [text for text in titles if text not in german.texts] == []


def test_german_has_most_flags_titles_and_labels(german, catalog):
    """A new definition is told in English until somebody puts its labels into German."""
    texts = shown_texts(entry.instrument for entry in catalog.entries())
    known = [text for text in texts if text in german.texts]
    assert len(known) >= 0.7 * len(texts), [text for text in texts if text not in german.texts]


def told(report):
    """Return a report without anything that is said in words."""
    alerts = [
        {name: value for name, value in one.items() if name not in (*TEXTS, "false_alarm")}
        | {"false_alarm": {**one["false_alarm"], "assumption": None}}
        for one in report["alerts"]
    ]
    series = [{**one, "title": None} for one in report["series"]]
    untold = [{**one, "message": None} for one in report["risks_not_told"]]
    return {**report, "alerts": alerts, "series": series, "risks_not_told": untold}


def judge(alert, words):
    assert 0 < len(alert["summary"]) <= 140
    assert 0 < len(alert["message"]) <= 400
    assert alert["note"] is None or 0 < len(alert["note"]) <= 400
    for text in (alert["summary"], alert["message"], alert["note"] or ""):
        assert not FORBIDDEN.search(text), text
    assert re.findall(r"[0-9]+", alert["summary"]) == [str(alert["opened_session"])]
    assert "…" not in alert["summary"]
    assert ("Gespräch anbieten" in alert["message"]) == (alert["closed_session"] is None)
    if alert["instrument"] not in ("risq", "sparq"):
        found = OPENS.match(alert["message"])
        assert found, alert["message"]
        assert int(found[1]) == alert["opened_session"]
        score = figure(alert["evidence"]["score"], words)
        assert f" bei {score} " in alert["message"] or f" bei {score}." in alert["message"]


def test_every_kind_of_course_on_every_form_is_told_in_german(catalog, german):
    found = [alert for _, alert in everything(catalog, german)]
    assert len(found) > 200
    for alert in found:
        judge(alert, german)


@given(
    kind=kinds(),
    form=st.sampled_from(FORMS),
    known=st.booleans(),
    alpha=st.sampled_from([None, 0.01, 0.1]),
    seed=st.integers(0, 99),
)
def test_the_language_changes_words_and_nothing_else(
    catalog, german, kind, form, known, alpha, seed
):
    asked = catalog, form, kind, known, policy_for(alpha, alpha and 12), seed
    report = reported(*asked, words=german)
    assert told(report) == told(reported(*asked))
    for alert in report["alerts"]:
        judge(alert, german)


def test_a_dip_in_german(catalog, german):
    report = reported(catalog, "wai-sr", KINDS["dip"], True, policy_for(), words=german)
    (alert,) = report["alerts"]
    assert alert["summary"] == (
        "Allianz (Patient/in): in Sitzung 8 stärker gesunken als üblich; kein späterer Wert"
    )
    assert alert["message"].startswith(
        "In Sitzung 8 lag der WAI-SR-Wert (Patient/in) bei 2,63 im Bereich 1 bis 5 (Mittel aus 7 "
        "früheren Sitzungen: 4,21). Der Allianzwert ist um mehr als den Messfehler und die hier "
        "übliche Schwankung gesunken; Gespräch anbieten. In etwa 4 von 100 stabilen Behandlungen "
    )
    assert alert["message"].endswith(
        "Die Ursache sagt der Wert nicht, und eine niedrige Sitzung ist kein Muster."
    )
