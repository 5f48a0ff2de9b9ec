"""The answers of a course, item by item: a blank is not a zero, and no wording stands there."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from flask.testing import FlaskClient

from service.api.drawings.items import answers_of
from service.chart.document import WIDTH
from service.chart.items import draw_items
from service.chart.items.matrix import COLUMNS, Column, FormOfCourse, Row
from service.chart.svg import width_of
from service.definitions.catalog import Catalog
from tests.chart.courses import course_of
from tests.scoring.forms import ends

Json = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[str]:
    return [part.text or "" for part in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def paths(drawn: str) -> dict[str, int]:
    """Return how many cells have each ground."""
    found = ElementTree.fromstring(drawn).iter(f"{SVG}path")
    return {part.get("class", ""): part.get("d", "").count("M") for part in found}


def form(*columns: list[float | None] | None, low: float = 0, high: float = 3) -> FormOfCourse:
    items = max(len(answers) for answers in columns if answers is not None)
    rows = [Row(str(at + 1), low, high) for at in range(items)]
    return FormOfCourse("FORM", rows, [Column(at + 1, one) for at, one in enumerate(columns)])


def test_not_answered_is_not_zero():
    """Its cell has a dash and an outline in place of a shade."""
    drawn = draw_items([form([0, None])])
    assert paths(drawn) == {"shade0": 1, "blank": 1}
    assert texts(drawn)[-4:] == ["1", "0", "2", "–"]
    assert "not answered, which is not zero" in texts(drawn)


def clock(*answers: str | float | None) -> FormOfCourse:
    """A form whose first item is a clock time."""
    rows = [Row("1", 0, 0, is_clock=True), Row("2", 0, 3)]
    return FormOfCourse("CLOCK", rows, [Column(at + 1, [one, 3]) for at, one in enumerate(answers)])


def test_a_clock_time_is_written_in_full_and_has_no_shade():
    """None is more than another, and 23:15 is neither the lowest answer nor 23:45."""
    drawn = draw_items([clock("23:15", "00:05", None)])
    assert paths(drawn) == {"shade4": 3, "blank": 1}
    assert {"23:15", "00:05"} <= set(texts(drawn))
    assert "a clock time has no shade" in texts(drawn)
    assert "a clock time has no shade" not in texts(draw_items([form([0, 1])]))


def test_clock_times_side_by_side_do_not_touch():
    drawn = ElementTree.fromstring(draw_items([clock(*["23:15"] * 40)]))
    places = [float(part.get("x", "")) for part in drawn.iter(f"{SVG}text") if part.text == "23:15"]
    assert len(places) > 10
    assert places[-1] + width_of("23:15") / 2 <= WIDTH
    assert all(later - one >= width_of("23:15") + 4 for one, later in pairwise(places))


def test_the_shade_follows_the_place_of_the_answer_in_its_range():
    drawn = draw_items([form([1, 2, 3, 4, 5], low=1, high=5)])
    assert paths(drawn) == {f"shade{shade}": 1 for shade in range(5)}


def test_a_session_with_scores_only_has_no_cells_and_says_so():
    drawn = draw_items([form([1, 1], None, [2, 2])])
    assert sum(paths(drawn).values()) == 4
    assert "2*" in texts(drawn)
    assert "*: only scores came" in texts(drawn)


def test_of_a_long_course_the_last_sessions_are_drawn_and_the_rest_is_told():
    drawn = draw_items([form(*([1] for _ in range(COLUMNS + 8)))])
    assert sum(paths(drawn).values()) == COLUMNS
    assert f"the last {COLUMNS} of {COLUMNS + 8} sessions" in texts(drawn)


def test_forms_without_room_are_named():
    forms = [form([1] * 200), FormOfCourse("OTHER", form([1] * 200).rows, form([1] * 200).columns)]
    assert "Left out for want of room: OTHER." in texts(draw_items(forms))


def test_a_course_of_scores_alone_says_that_there_are_no_answers(catalog: Catalog):
    sessions = [{"number": 1, "forms": [{"instrument": "phq-9", "scores": {"total": 9}}]}]
    assert "No form with answers." in texts(draw_items(answers_of(course_of(catalog, sessions))))


def test_items_have_numbers_and_never_their_wording(catalog: Catalog):
    """Of every shipped form whose definition has wording."""
    for entry in catalog.entries():
        instrument = entry.instrument
        wording = [item.text for item in instrument.items if item.text]
        if not wording or instrument.key_required:
            continue
        answers = {item.id: ends(item)[1] for item in instrument.items}
        one = {"instrument": instrument.id, "answers": answers}
        if instrument.perspectives:
            one["perspective"] = instrument.perspectives[0]
        found = answers_of(course_of(catalog, [{"number": 1, "forms": [one]}]))
        drawn = draw_items(found)
        assert not [text for text in wording if text in drawn]
        assert [row.item for row in found[0].rows] == list(instrument.item_ids)


def test_reversed_and_safety_items_are_marked(catalog: Catalog):
    """CORE-10 reverses items 2 and 3; item 6 asks for plans to end one's life."""
    one = {"instrument": "core-10", "answers": [0] * 10}
    drawn = draw_items(answers_of(course_of(catalog, [{"number": 1, "forms": [one]}])))
    assert {"2 r", "3 r", "6 !"} <= set(texts(drawn))


def test_the_route_draws_items_when_asked_to(client: FlaskClient):
    forms = [{"instrument": "phq-2", "answers": [1, 2]}]
    response = client.post(
        "/v1/monitor?drawing=items&theme=dark",
        json={"sessions": [{"number": 1, "forms": forms}]},
        headers={"Accept": "image/svg+xml"},
    )
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert "PHQ-2: 2 items in 1 sessions, all answered." in response.text
