"""From courses of a site to an alert that quotes the site's own rate."""

import json
from dataclasses import replace
from random import Random
from statistics import fmean

import pytest

from service.__main__ import main
from service.app import create_app
from service.definitions.catalog import load_catalog
from service.learning.figures import series_figures
from service.learning.gathering import gather
from service.learning.output.overlay import overlays
from service.learning.reading.lines import Finder
from service.learning.reading.ndjson import read_ndjson
from service.settings import REPOSITORY
from tests.learning.sites import body

SHIPPED = REPOSITORY / "instruments"
N = 45
COURSES = 500


def of_patient(seed):
    """Return a course with the patient's form only."""
    sent = body(seed)
    for session in sent["sessions"]:
        session["forms"] = [one for one in session["forms"] if one["instrument"] == "wai-sr"]
    return sent


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    text = "\n".join(json.dumps(of_patient(seed)) for seed in range(N))
    (folder / "courses.ndjson").write_text(text, encoding="utf-8")
    command = ["learn", str(folder / "courses.ndjson"), "-o", str(folder)]
    assert main([*command, "--series", str(COURSES), "--processes", "1"]) == 0
    return folder


@pytest.fixture(scope="module")
def rates(learned):
    """Return the simulated percentages of estimates.json."""
    document = json.loads((learned / "estimates.json").read_text(encoding="utf-8"))
    (total,) = (one for one in document["series"] if one["scale"] == "total")
    return total["expected_rates"]


@pytest.fixture(scope="module")
def client(learned, few):
    return create_app(replace(few, instruments_extra_dir=learned / "overlays")).test_client()


def monitored(client, **options):
    """Return the alert of a course that falls from about 4 to 3 at session 8."""
    draw = Random(7)
    scores = [4 + draw.choice((-0.1, 0, 0.1)) for _ in range(7)]
    sent = {
        "respondent": {"age": 41},
        "sessions": [
            {"number": at, "forms": [{"instrument": "wai-sr", "scores": {"total": score}}]}
            for at, score in enumerate([*scores, 3.0], 1)
        ],
        **options,
    }
    (alert,) = client.post("/v1/monitor", json=sent).json["alerts"]
    return alert


def test_an_alert_quotes_what_the_site_can_expect(client, rates):
    alert = monitored(client)
    label = alert["false_alarm"]
    assert (alert["severity"], label["severity"], label["n_sessions"]) == ("alert", "alert", 8)
    expected = rates["stable"]["alert"]["8"]
    assert label["family_rate"] == pytest.approx(expected / 100)
    assert label["source"] == "wai-sr/site-courses"
    assert label["detection"] == {
        change: pytest.approx(found["alert"] / 100) for change, found in rates["changes"].items()
    }
    count = "Fewer than 1" if expected < 1 else f"About {expected:.0f}"
    said = f"{count} of 100 steady patients show such an alert within 8 sessions."
    assert said in alert["message"]


def test_own_figures_bring_back_the_rate_of_the_service(client):
    own = {"wai-sr": {"total": {"sem": 0.16, "within_person_sd": 0.27}}}
    label = monitored(client, options={"parameters": own})["false_alarm"]
    assert label["source"] is None
    assert "this site" not in label["assumption"]


def test_the_overlay_holds_the_rates_and_what_the_rules_were_told(learned, rates):
    total = load_catalog(SHIPPED, learned / "overlays").get("wai-sr").instrument.scale["total"]
    quoted = total.expected_rates
    assert quoted.sessions == (4, 6, 8, 12)
    for severity, shares in quoted.by_severity.items():
        percentages = rates["stable"][severity]
        assert shares == pytest.approx([percentages[str(by)] / 100 for by in quoted.sessions])
    assert quoted.within_person_sd == total.within_person_sd
    assert quoted.sem == pytest.approx(total.precision.sem, rel=1e-3)
    assert quoted.sample.n == N


def learned_again(learned, patient):
    """Return the overlay learned beside the earlier one, with invented rates of the total."""
    catalog = load_catalog(SHIPPED, learned / "overlays")
    lines = [json.dumps(patient(seed)).encode() for seed in range(N)]
    gathered = gather(read_ndjson(lines, Finder(catalog)))
    figures = [series_figures(key, one) for key, one in gathered.series.items()]
    shares = {str(by): 5.0 for by in (4, 6, 8, 12)}
    noticed = {"watch": 50.0, "alert": 30.0}
    simulated = {
        "n_courses": 2000,
        "stable": {"watch": shares, "alert": shares},
        "changes": {"dip_3": noticed},
    }
    rates = {one.key: simulated for one in figures if one.key.scale == "total"}
    return overlays(catalog, figures, rates)["wai-sr.json"]


def scores_only(seed):
    sent = of_patient(seed)
    for session in sent["sessions"]:
        for form in session["forms"]:
            form["scores"] = {"total": round(fmean(form.pop("answers")), 2)}
    return sent


@pytest.mark.parametrize(("patient", "has_rates"), [(of_patient, True), (scores_only, False)])
def test_no_rate_goes_with_an_sem_that_the_new_overlay_does_not_bring(
    learned, tmp_path, patient, has_rates
):
    """Courses without answers were simulated with the SEM of the earlier overlay; the new one
    extends the shipped definition, and has that one's.
    """
    (tmp_path / "wai-sr.json").write_text(learned_again(learned, patient), encoding="utf-8")
    total = load_catalog(SHIPPED, tmp_path).get("wai-sr").instrument.scale["total"]
    assert (total.expected_rates is not None) == has_rates
    assert (total.precision.source == "site-courses") == has_rates
