"""The answers of a course, form by form, for drawing."""

from service.alliance.course import Course, Rating
from service.chart.english import IN_ENGLISH
from service.chart.items.matrix import Column, FormOfCourse, Row
from service.scoring.instrument import Instrument, Item
from service.scoring.wording.words import Words

_RATERS = {"therapist": "drawn.by the therapist", "observer": "drawn.by an observer"}


def answers_of(course: Course, language: Words = IN_ENGLISH) -> list[FormOfCourse]:
    """Return every form of a course of which answers came, with its items and its sessions."""
    found: dict[tuple[str, str, str | None, str], list[tuple[int, Rating]]] = {}
    for session in course.sessions:
        for rating in session.ratings:
            form = rating.instrument
            key = form.id, form.version, rating.perspective, rating.timing
            found.setdefault(key, []).append((session.number, rating))
    names = [(key[0], key[2], key[3]) for key in found]
    return [
        _form(ratings, language, several=names.count((key[0], key[2], key[3])) > 1)
        for key, ratings in found.items()
        if any(rating.answers is not None for _, rating in ratings)
    ]


def _form(ratings: list[tuple[int, Rating]], language: Words, *, several: bool) -> FormOfCourse:
    _, one = ratings[0]
    name = one.instrument.id.upper() + (f" {one.instrument.version}" if several else "")
    rater = _RATERS.get(one.perspective or "")
    name += language.say(rater) if rater is not None else ""
    name += f", {language.say('drawn.before')}" if one.timing == "pre" else ""
    columns = [Column(number, rating.answers) for number, rating in ratings]
    return FormOfCourse(name, _rows(one.instrument), columns)


def _rows(instrument: Instrument) -> list[Row]:
    safety = {risk.item for risk in instrument.risks}
    return [
        Row(item.id, *_range(item), item.reverse, at in safety, item.response_set.clock)
        for at, item in enumerate(instrument.items)
    ]


def _range(item: Item) -> tuple[float, float]:
    """Return the lowest and the highest answer, as it is submitted; of clock times there is
    neither.
    """
    if item.response_set.clock:
        return 0, 0
    values = [option.value for option in item.response_set.counting]
    ends = values or [item.response_set.minimum, item.response_set.maximum]
    return min(ends), max(ends)
