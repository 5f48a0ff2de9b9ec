"""The chart of a course: well-formed, in place, readable without colour, and silent about who it
is.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.chart.course import draw_course
from service.chart.document import WIDTH
from service.definitions.catalog import Catalog
from tests.alliance.courses import DIP
from tests.chart.courses import report_on, sessions

Json = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"
Report = Callable[..., Json]


@pytest.fixture(scope="module")
def report(catalog: Catalog) -> Report:
    return lambda course, reference=None: report_on(catalog, course, reference)


def parse(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def all_of(picture: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Return the elements of a style class, outside the legends."""
    legends = {
        part
        for group in picture.iter(f"{SVG}g")
        if "transform" in group.attrib
        for part in group.iter()
    }
    return [
        part
        for part in picture.iter()
        if kind in part.get("class", "").split() and part not in legends
    ]


def texts(picture: ElementTree.Element) -> str:
    return " ".join(part.text or "" for part in picture.iter(f"{SVG}text"))


def test_the_picture_has_a_name_and_a_description_for_those_who_cannot_see_it(report: Report):
    picture = parse(draw_course(report(sessions(), "Jane-Roe")))
    assert picture.tag == f"{SVG}svg"
    assert picture.get("role") == "img"
    title, description = picture[0], picture[1]
    assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Course of treatment"
    said = description.text or ""
    assert said.startswith("9 sessions, numbers 1 to 9.")
    assert "lowest 3.33 at session 6" in said
    assert (
        "Patient on WAI-SR, alert from session 6: "
        "back at the earlier level twice running by session 9." in said
    )
    assert "Jane-Roe" not in ElementTree.tostring(picture, encoding="unicode")


def test_nothing_is_run_or_fetched(report: Report):
    text = draw_course(report(sessions(therapist=DIP, symptoms=(9,) * 9)))
    assert not re.search(r"<script|href|url\(|@import|<image|<foreignObject|\son\w+=", text)
    assert "@media (prefers-color-scheme:dark)" in text


def test_the_same_report_gives_the_same_picture(report: Report):
    assert draw_course(report(sessions())) == draw_course(report(sessions()))


def test_two_charts_in_one_page_share_no_id(report: Report):
    one, other = (report(sessions(scores)) for scores in (DIP, DIP[:8]))
    found = [set(re.findall(r'id="([^"]+)"', draw_course(drawn))) for drawn in (one, other)]
    assert [len(ids) for ids in found] == [2, 2]
    assert not found[0] & found[1]
    assert found[0] == set(re.findall(r'id="([^"]+)"', draw_course(one)))


def test_scores_stand_where_session_and_scale_put_them(report: Report):
    """Nine sessions between 66 and 584: 57.556 px each, so session n stands at 66 + (n - 0.5)
    57.556. On the scale from 1 to 5, a point more is a quarter of the panel higher.
    """
    picture = parse(draw_course(report(sessions())))
    spots = [part for part in all_of(picture, "spot") if "client" in part.get("class", "")]
    places = [(float(spot.get("cx", "")), float(spot.get("cy", ""))) for spot in spots]
    pitch = (584 - 66) / 9
    assert [x for x, _ in places] == pytest.approx(
        [66 + (n + 0.5) * pitch for n in range(9)], abs=0.06
    )
    heights = [y for _, y in places]
    assert heights[0] - heights[3] == pytest.approx(230 * 0.25 / 4, abs=0.11)
    assert heights[5] - heights[4] == pytest.approx(230 * 0.84 / 4, abs=0.11)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (DIP[:5], set()),
        (DIP[:6], {"alert"}),
        (DIP[:8], {"alert", "P01"}),
        (DIP, {"alert", "P01", "P02"}),
        ((*DIP[:5], *(3.33,) * 6), {"watch", "alert", "urgent", "P04"}),
    ],
)
def test_a_sign_stands_where_the_report_has_one_and_nowhere_else(
    report: Report, scores: Any, expected: set[str]
):
    found = report(sessions(scores))
    told = {session["signal"]["client"] for session in found["sessions"]} - {"none", "info"}
    told |= {repair["state"] for session in found["sessions"] for repair in session["repairs"]}
    assert told == expected
    picture = parse(draw_course(found))
    drawn = {
        name
        for name in ("watch", "alert", "urgent", "P01", "P02", "P03", "P04")
        if all_of(picture, f"mark-{name}")
    }
    assert drawn == expected


def test_signals_are_told_apart_by_shape_and_letter(report: Report):
    picture = parse(draw_course(report(sessions((*DIP[:5], *(3.33,) * 6)))))
    shapes = {
        name: [
            part.tag.removeprefix(SVG) + "".join(part.itertext())[:1]
            for part in all_of(picture, f"mark-{name}")[0]
        ]
        for name in ("alert", "urgent")
    }
    letters = {
        name: [shape for shape in found if shape.startswith("text")]
        for name, found in shapes.items()
    }
    assert letters == {"alert": ["textA"], "urgent": ["textU"]}
    corners = {
        name: all_of(picture, f"mark-{name}")[0][0].get("points", "").split()
        for name in ("alert", "urgent")
    }
    assert {name: len(found) for name, found in corners.items()} == {"alert": 4, "urgent": 8}


def test_a_missing_score_is_bridged_by_dots_only(report: Report):
    whole = parse(draw_course(report(sessions((4, 4.1, 4, 4.1)))))
    gapped = parse(draw_course(report(sessions((4, 4.1, None, 4.1)))))
    assert not all_of(whole, "gap")
    (dots,) = all_of(gapped, "gap")
    assert dots.get("d", "").count("L") == 1
    (drawn,) = all_of(gapped, "course")
    assert drawn.get("d", "").count("L") == 1
    assert "no score in between" in texts(gapped)


def test_another_therapist_begins_a_new_curve(report: Report):
    course = sessions((4, 4.1, 4, 4.1))
    course[2]["events"] = ["therapist_change"]
    picture = parse(draw_course(report(course)))
    (drawn,) = all_of(picture, "course")
    assert drawn.get("d", "").count("M") == 2
    assert len(all_of(picture, "phase")) == 1
    assert "new therapist" in texts(picture)
    assert not all_of(parse(draw_course(report(sessions((4, 4.1, 4, 4.1))))), "phase")


def test_the_early_sessions_are_shaded(report: Report):
    (window,) = all_of(parse(draw_course(report(sessions()))), "early")
    pitch = (584 - 66) / 9
    assert float(window.get("x", "")) == pytest.approx(
        66 + 2 * pitch, abs=0.06
    )  # from the left of session 3
    assert float(window.get("width", "")) == pytest.approx(3 * pitch, abs=0.11)
    assert not all_of(parse(draw_course(report(sessions((4, 4))))), "early")


def test_the_baseline_comes_with_what_is_usual_for_the_dyad(report: Report):
    assert not all_of(parse(draw_course(report(sessions(DIP[:1])))), "usual")
    picture = parse(draw_course(report(sessions())))
    (band,) = all_of(picture, "usual")
    assert band.get("d", "").count("H") == 2 * 8  # sessions 2 to 9, upper and lower limit
    assert len(all_of(picture, "mean")) == 1


def test_symptoms_have_a_panel_of_their_own(report: Report):
    alone = parse(draw_course(report(sessions())))
    both = parse(draw_course(report(sessions(symptoms=(9,) * 9))))
    assert float(both.get("height", "")) > float(alone.get("height", ""))
    assert "Symptoms: sum, 0 to 27; lower is better" in texts(both)
    assert len([spot for spot in all_of(both, "spot") if "outcome" in spot.get("class", "")]) == 9


def test_scales_of_different_ranges_share_an_axis_in_percent(report: Report):
    course = sessions((4, 4.1))
    course[0]["forms"].append({"instrument": "srs", "scores": {"total": 38}})
    picture = parse(draw_course(report(course)))
    assert "percent of the possible range" in texts(picture)
    assert "100 %" in texts(picture)


def test_before_and_after_a_session_are_told_apart(report: Report):
    forms = [
        {"instrument": "wai-sr", "timing": timing, "scores": {"total": 4}}
        for timing in ("pre", "post")
    ]
    picture = parse(draw_course(report([{"number": 1, "forms": forms}])))
    assert "before session" in texts(picture)
    kinds = {spot.get("class") for spot in all_of(picture, "spot")}
    assert kinds == {"spot client hollow", "spot client full"}


@pytest.mark.parametrize(
    "course",
    [
        [{"number": 1}],
        [{"number": 7, "forms": [{"instrument": "phq-9", "scores": {"total": 27}}]}],
        sessions((1, 5, 1, 5)),
        sessions((4, 4, 4, 4, 4, 4)),
        [{"number": 1, "forms": [{"instrument": "wai-sr", "answers": [4] * 11 + [None]}]}],
    ],
    ids=["empty session", "symptoms alone", "both ends", "constant", "not scored"],
)
def test_little_data_makes_a_picture_too(report: Report, course: list[Json]):
    inside(parse(draw_course(report(course))))


def test_a_long_course_stays_small_and_readable(report: Report):
    course = sessions(tuple(4 + (number % 7) / 10 for number in range(300)))
    text = draw_course(report(course))
    assert len(text) < 40_000
    picture = parse(text)
    inside(picture)
    rows: dict[str, list[float]] = {}
    for part in picture.iter(f"{SVG}text"):
        if part.get("text-anchor") == "middle" and (part.text or "").isdigit():
            rows.setdefault(part.get("y", ""), []).append(float(part.get("x", "")))
    for places in rows.values():
        assert all(later - earlier >= 20 for earlier, later in pairwise(places))


def test_a_hostile_title_is_only_text(report: Report):
    found = report(sessions())
    for series in found["series"]:
        series["scale"] = "x"
        series["title"] = '</text><script>alert("1")</script>&\x00\u202e'
        series["instrument"] = "<b>"
    text = draw_course(found)
    assert "<script" not in text
    assert "\u202e" not in text
    parse(text)


def inside(picture: ElementTree.Element) -> None:
    """Check that everything drawn lies within the view box."""
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    assert width == WIDTH
    for part in picture.iter():
        for name, limit in (("x", width), ("cx", width), ("x1", width), ("x2", width)):
            assert -20 <= float(part.get(name, 0)) <= limit, (part.tag, name)
        for name, limit in (("y", height), ("cy", height), ("y1", height), ("y2", height)):
            assert -20 <= float(part.get(name, 0)) <= limit, (part.tag, name)


scores = st.one_of(st.none(), st.integers(12, 60).map(lambda total: total / 12))


@given(
    patient=st.lists(scores, min_size=1, max_size=25),
    therapist=st.lists(st.integers(12, 60).map(lambda total: total / 12), max_size=25),
    symptoms=st.lists(st.integers(0, 27), max_size=25),
    change=st.integers(1, 25),
    step=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_every_course_has_a_picture_that_stays_on_the_page(
    catalog: Catalog, patient: Any, therapist: Any, symptoms: Any, change: int, step: int
):
    course = sessions(tuple(patient), tuple(therapist), tuple(symptoms))
    for session in course:
        session["number"] *= step
        session["events"] = ["therapist_change"] if session["number"] == change else []
    inside(parse(draw_course(report_on(catalog, course))))


def test_no_sign_lies_over_another(report: Report):
    """518 px for 100 sessions: a sign, 18 px wide, needs four of them, and the worst of a group may
    come last in it.
    """
    found = report(sessions((4,) * 100))
    for number, signal in ((1, "watch"), (4, "urgent"), (5, "watch")):
        found["sessions"][number - 1]["signal"] = {"client": signal, "therapist": "none"}
    picture = parse(draw_course(found))
    centres = [
        float(all_of(picture, f"on-{name}")[0].get("x", ""))  # the letter stands at the centre
        for name in ("urgent", "watch")
    ]
    assert centres[1] - centres[0] >= 18


def test_curves_in_opposite_directions_each_say_which_way_is_better(report: Report):
    forms = [
        {"instrument": "phq-9", "scores": {"total": 9}},
        {"instrument": "ors", "scores": {"total": 30}},
    ]
    written = texts(parse(draw_course(report([{"number": 1, "forms": forms}]))))
    assert "PHQ-9, lower is better" in written
    assert "ORS, higher is better" in written


def test_the_smaller_panel_has_scores_between_the_ends_of_its_axis(report: Report):
    written = [
        part.text
        for part in parse(draw_course(report(sessions(symptoms=(9, 8, 7))))).iter(f"{SVG}text")
    ]
    assert [written[at : at + 4] for at, text in enumerate(written) if text == "0"] == [
        ["0", "10", "20", "27"]
    ]


def test_what_became_of_a_drop_stands_on_the_side_of_the_therapist_whose_it_was(report: Report):
    """The therapist changes at session 7 while the score of session 6 is still low: the sign is
    left of the line.
    """
    course = sessions(patient=(4.0, 4.1, 4.0, 4.1, 4.0, 3.1, 4.0, 4.1))
    course[6]["events"] = ["therapist_change"]
    picture = parse(draw_course(report(course)))
    (change,) = all_of(picture, "phase")
    (still_low,) = all_of(picture, "mark-P04")
    places = [float(found) for found in re.findall(r"[ML](-?[0-9.]+)", still_low[0].get("d", ""))]
    assert max(places) < float(change.get("x1", "0"))
    assert "Session 6: still low" in "".join(still_low.itertext())


def test_notes_stay_readable_where_a_line_crosses_them(report: Report):
    """Each has an edge in the colour of the ground, and is drawn after the lines."""
    course = sessions(patient=(4.0,) * 9)
    for at in (5, 7):
        course[at]["events"] = ["therapist_change"]
    drawn = draw_course(report(course))
    assert "paint-order:stroke" in drawn
    notes = all_of(parse(drawn), "note")
    assert [note.text for note in notes] == ["early sessions", "new therapist", "new therapist"]
    assert drawn.rindex('class="phase"') < drawn.index('class="quiet note"')


def test_among_several_forms_the_usual_range_says_whose_it_is(report: Report):
    course = sessions()
    for one in course:
        one["forms"].append({"instrument": "srs", "scores": {"total": 36}})
    assert "usual for this patient, WAI-SR" in texts(parse(draw_course(report(course))))
    assert "usual for this patient," not in texts(parse(draw_course(report(sessions()))))


def marks_of(sign: ElementTree.Element, picture: ElementTree.Element) -> list[str]:
    """Return the shapes that stand below a sign, which follow it."""
    found = list(picture)
    at = found.index(sign)
    below = []
    for part in found[at + 1 :]:
        if "spot" not in part.get("class", "").split():
            break
        below.append(part.tag.removeprefix(SVG))
    return below


def two_forms() -> list[Json]:
    """A fall on the WAI-SR at session 6, and a steady SRS beside it."""
    course = sessions()
    for one in course:
        one["forms"].append({"instrument": "srs", "scores": {"total": 36}})
    return course


def test_among_several_forms_each_sign_shows_which_it_is_about(report: Report):
    """The curve of the WAI-SR has discs, that of the SRS triangles."""
    picture = parse(draw_course(report(two_forms())))
    (alert,) = all_of(picture, "mark-alert")
    assert marks_of(alert, picture) == ["circle"]
    assert "Session 6: alert (WAI-SR)" in "".join(alert.itertext())
    (back,) = all_of(picture, "mark-P01")
    assert marks_of(back, picture) == ["circle"]
    alone = parse(draw_course(report(sessions())))
    assert marks_of(all_of(alone, "mark-alert")[0], alone) == []


def test_forms_of_one_rater_have_marks_of_their_own(report: Report):
    names = ("wai-sr", "srs", "haq-ii", "arm-5")
    forms = [
        {"instrument": name, "perspective": "client", "scores": {"total": score}}
        if name in ("haq-ii", "arm-5")
        else {"instrument": name, "scores": {"total": score}}
        for name, score in zip(names, (4, 36, 5, 6), strict=True)
    ]
    picture = parse(draw_course(report([{"number": 1, "forms": forms}])))
    shapes = [
        (part.tag, len(part.get("points", "").split()), part.get("points", "").split()[:1])
        for part in all_of(picture, "spot")
    ]
    assert len(shapes) == 4
    kinds = {(tag, corners) for tag, corners, _ in shapes}
    assert kinds == {(f"{SVG}circle", 0), (f"{SVG}polygon", 3), (f"{SVG}polygon", 12)}


def test_events_are_written_where_they_happened(report: Report):
    course = sessions()
    course[3]["events"] = ["frequency_change"]
    course[5]["events"] = ["gap"]
    course[8]["events"] = ["termination_announced", "treatment_ended"]
    text = draw_course(report(course))
    picture = parse(text)
    pitch = (584 - 66) / 9
    places = sorted(float(one.get("x1", "")) for one in all_of(picture, "event"))
    assert places == pytest.approx([66 + 3.5 * pitch, 66 + 5 * pitch, 66 + 8.5 * pitch], abs=0.06)
    for said in ("frequency changed", "gap", "ending announced", "end of treatment"):
        assert said in texts(picture)
    assert "Gap at session 6." in (picture[1].text or "")


def test_a_note_at_the_right_end_stands_before_its_own_line_and_not_behind_another(report: Report):
    """Two events in the last two of ten sessions: each note touches the line that it is about."""
    course = sessions((4,) * 10)
    course[8]["events"] = ["termination_announced"]
    course[9]["events"] = ["treatment_ended"]
    picture = parse(draw_course(report(course)))
    lines = {float(line.get("x1", "")) for line in all_of(picture, "event")}
    assert len(lines) == 2
    for note, line in zip(all_of(picture, "note")[1:], sorted(lines), strict=True):
        assert note.get("text-anchor") == "end"
        assert line - float(note.get("x", "")) == pytest.approx(3, abs=0.1)


def test_no_note_stands_over_a_score_at_the_upper_end(report: Report):
    """A mark reaches 4.7 px above its score, letters some 3 px below their line."""
    picture = parse(draw_course(report(sessions((5,) * 5))))
    tops = [float(spot.get("cy", "")) - 4.7 for spot in all_of(picture, "spot")]
    (note,) = all_of(picture, "note")
    assert note.text == "early sessions"
    assert float(note.get("y", "")) + 3 <= min(tops)


def test_a_late_return_is_marked_as_late(report: Report):
    """Low from session 6 until the window has ended, then back twice running."""
    found = report(sessions((*DIP[:5], *(2.9,) * 6, 4.1, 4.1, 4.2)))
    states = [repair["state"] for one in found["sessions"] for repair in one["repairs"]]
    assert states == ["P04", "P07"]
    picture = parse(draw_course(found))
    (late,) = all_of(picture, "mark-P07")
    assert "back late" in "".join(late.itertext())
    assert "back late, after the end of the window" in texts(picture)


def test_dated_sessions_stand_true_to_time(report: Report):
    """7 and 28 days after the first, between 82 and 568: 486 px are 28 days."""
    course = sessions((4, 4.1, 4.2))
    for one, day in zip(course, ("2026-01-05", "2026-01-12", "2026-02-02"), strict=True):
        one["date"] = day
    picture = parse(draw_course(report(course)))
    places = [float(spot.get("cx", "")) for spot in all_of(picture, "spot")]
    assert places == pytest.approx([82, 82 + 486 / 4, 82 + 486], abs=0.06)
    assert "2026-01-19" in texts(picture)
