"""The chart in percentile ranks or SDs: of a norm that is named, and why where there is none."""

from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from service.api.drawings.course_chart import _figure
from service.api.drawings.units import Unit
from service.chart.course.traces import outcome_panel
from service.chart.english import IN_ENGLISH

Json = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(client: FlaskClient, scale: str, *sessions: Json) -> ElementTree.Element:
    course = [
        {
            "number": at,
            "forms": [
                {"instrument": name, "scores": {"total": score}} for name, score in one.items()
            ],
        }
        for at, one in enumerate(sessions, 1)
    ]
    headers = {"Accept": "image/svg+xml"}
    response = client.post(f"/v1/monitor?scale={scale}", json={"sessions": course}, headers=headers)
    assert response.status_code == 200
    return ElementTree.fromstring(response.data)


def texts(picture: ElementTree.Element) -> str:
    return " ".join(part.text or "" for part in picture.iter(f"{SVG}text"))


def tips(picture: ElementTree.Element) -> list[str]:
    found = [part.text or "" for part in picture.iter(f"{SVG}title")]
    return [text for text in found if text.startswith("Session")]


def test_percentiles_are_those_of_the_score_report(client: FlaskClient):
    """The case of README: a mean of 4.1667 is at 65.72."""
    picture = drawn(client, "percentile", {"wai-sr": 50 / 12})
    assert tips(picture) == ["Session 1: 65.72 (Patient, WAI-SR)"]
    assert "percentile rank, 0 to 100; higher is better" in texts(picture)
    told = "published from 5 to 90, no range or cut-off beyond is drawn."
    assert told in " ".join(texts(picture).split())


def test_a_form_without_quantiles_says_why_it_has_no_percentiles(client: FlaskClient):
    picture = drawn(client, "percentile", {"wai-sr": 4, "phq-9": 9, "srs": 36})
    said = texts(picture)
    assert "PHQ-9: no percentiles: scores are skewed and no percentiles were published." in said
    assert "SRS: no percentiles: no norm is known for this form." in said
    assert len(tips(picture)) == 1


def test_beyond_the_published_percentiles_nothing_is_made_up(client: FlaskClient):
    """A mean of 1 is below the lowest of them, the fifth; 5 is above the highest, the 90th."""
    picture = drawn(client, "percentile", {"wai-sr": 1}, {"wai-sr": 5})
    assert tips(picture) == [
        "Session 1: <5 (Patient, WAI-SR)",
        "Session 2: >90 (Patient, WAI-SR)",
    ]
    assert "beyond what the norm reaches" in texts(picture)


def test_sds_are_those_of_the_score_report(client: FlaskClient):
    """The case of README: a PHQ-9 of 9 is 1.74 SD above the mean of 2.91, SD 3.5."""
    picture = drawn(client, "sd", {"phq-9": 9})
    assert tips(picture) == ["Session 1: 1.74 (PHQ-9)"]
    assert "Symptoms: SDs from the mean of the norm, -2 to 3; lower is better" in texts(picture)
    assert "PHQ-9: norm: German general population." in texts(picture)
    assert "≥ 10" in texts(picture)  # the cut-off keeps the number that people know


def test_a_form_without_a_norm_says_why_it_has_no_sds(client: FlaskClient):
    said = texts(drawn(client, "sd", {"srs": 36}))
    assert "SRS: no SDs: no norm with mean and SD is used for it." in said


def test_raw_scores_are_drawn_without_a_word_about_norms(client: FlaskClient):
    assert "norm" not in texts(drawn(client, "raw", {"wai-sr": 4, "phq-9": 9}))


def test_bands_and_cutoffs_stand_where_they_were_published(client: FlaskClient):
    """110 px for 0 to 27: the line of 10 stands 40.7 px above the ground, moderate is 5 wide."""
    picture = drawn(client, "raw", {"phq-9": 9})
    (cutoff,) = [
        part for part in picture if part.get("class") == "cutoff" and part.tag == f"{SVG}line"
    ]
    bands = [part for part in picture if part.get("class", "").startswith("band")]
    assert len(bands) == 5
    ground = float(bands[0].get("y", "")) + float(bands[0].get("height", ""))
    assert ground - float(cutoff.get("y1", "")) == pytest.approx(110 * 10 / 27, abs=0.11)
    assert float(bands[2].get("height", "")) == pytest.approx(110 * 5 / 27, abs=0.11)
    assert "Moderately severe" in texts(picture)


def test_bands_of_several_forms_do_not_lie_over_each_other(client: FlaskClient):
    picture = drawn(client, "raw", {"phq-9": 9, "gad-7": 12})
    assert not [part for part in picture if part.get("class", "").startswith("band")]
    assert "published cut-off: PHQ-9 ≥ 10, GAD-7 ≥ 10" in texts(picture)
    assert "≥ 10" not in [part.text for part in picture.iter(f"{SVG}text")]


def test_what_is_written_of_cutoffs_and_bands_is_never_over_a_score(client: FlaskClient):
    """A score that stands in the band of its label, first and last, and on the cut-off."""
    for scores in ((9, 9), (9, 20), (20, 9), (10, 10)):
        picture = drawn(client, "raw", *({"phq-9": score} for score in scores))
        spots = [
            (float(part.get("cx", "")), float(part.get("cy", "")))
            for part in picture.iter(f"{SVG}circle")
            if part.get("cx") != "13"  # that of the legend
        ]
        labels = ("Minimal", "Mild", "Moderate", "Moderately severe", "Severe", "≥ 10")
        for part in picture.iter(f"{SVG}text"):
            if part.text not in labels:
                continue
            x, y = float(part.get("x", "")), float(part.get("y", ""))
            wide = 7 * len(part.text) * (-1 if part.get("text-anchor") == "end" else 1)
            for spot_x, spot_y in spots:
                beside = not min(x, x + wide) <= spot_x <= max(x, x + wide)
                assert beside or not y - 12 <= spot_y <= y + 4


def test_what_was_published_for_adults_is_not_drawn_for_a_child(client: FlaskClient):
    sessions = [{"number": 1, "forms": [{"instrument": "phq-9", "scores": {"total": 9}}]}]
    body = {"sessions": sessions, "respondent": {"age": 12}}
    response = client.post("/v1/monitor", json=body, headers={"Accept": "image/svg+xml"})
    picture = ElementTree.fromstring(response.data)
    assert not [part for part in picture if part.get("class", "").startswith("band")]
    assert not [part for part in picture if part.get("class") == "cutoff"]


@pytest.mark.parametrize(("ways", "said"), [(("lower",) * 2, "lower"), (("lower", "higher"), "")])
def test_an_axis_is_shared_whichever_way_is_better(ways: Any, said: str):
    series = [
        {
            "kind": "outcome",
            "instrument": way,
            "perspective": None,
            "timing": "post",
            "scale": "total",
            "title": "Total",
            "metric": "sum",
            "minimum": 0,
            "maximum": 10,
            "direction": f"{way}_is_better".replace("lower_is_better", "higher_is_worse"),
            "points": [{"session": 1, "value": 3}],
        }
        for way in ways
    ]
    panel = outcome_panel({"series": series}, IN_ENGLISH)
    assert panel.span == (0, 10)
    assert panel.name.endswith("is better") == bool(said)


def test_a_limit_beyond_the_published_percentiles_is_not_drawn_at_the_last_of_them():
    unit = Unit("percentile rank", "", (0, 100), lambda value: (5.0, "<" if value < 2 else None))
    assert (_figure(unit, 3), _figure(unit, 1), _figure(unit, None)) == (5.0, None, None)
