"""Designs of forms in JSON: questions of LimeSurvey, trials of jsPsych. They say which answer each
code or place stands for, which no response can.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from service.sources.drafting.sample import Choice, NoSample, Question, Sample
from service.sources.mapping import SourceMapping

Json = Mapping[str, Any]
_LIME_SURVEY, _JS_PSYCH = "LimeSurvey", "jsPsych"
_LAYOUT = ("answers", "missing", "ignore", "meta")


def design_of(document: object, templates: Iterable[SourceMapping]) -> Sample | None:
    """Return the design of a form as a sample, laid out as the template of its tool; None: the
    document is none. Raises NoSample.

    LimeSurvey: what `get_question_properties` returns for a question, or an array of it. jsPsych: a
    `survey-likert` trial with the labels of its questions, or an array of trials.
    """
    parts = [one for one in _listed(document) if isinstance(one, dict)]
    if asked := list(filter(_is_question, parts)):
        questions = list(chain.from_iterable(map(_of_lime_survey, asked)))
        return Sample(_LIME_SURVEY, questions, _layout(_LIME_SURVEY, templates))
    if trials := list(filter(_is_trial, parts)):
        questions = list(chain.from_iterable(map(_of_trial, trials)))
        return Sample(_JS_PSYCH, questions, _layout(_JS_PSYCH, templates), counts_places=True)
    return None


def _listed(document: object) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _layout(tool: str, templates: Iterable[SourceMapping]) -> Json:
    found = next(one.document for one in templates if one.document["tool"] == tool)
    return {name: found[name] for name in _LAYOUT if found.get(name)}


def _is_question(part: Json) -> bool:
    return isinstance(part.get("answeroptions"), dict) and isinstance(part.get("title"), str)


def _of_lime_survey(part: Json) -> Iterator[Question]:
    options = {code: one for code, one in part["answeroptions"].items() if isinstance(one, dict)}
    if len({str(one.get("scale_id")) for one in options.values()}) > 1:
        raise NoSample("The question has two scales: each has answers and columns of its own.")
    choices = tuple(Choice(code, _text(one.get("answer"))) for code, one in options.items())
    below = part.get("subquestions")
    titles = [one.get("title") for one in _values(below) if isinstance(one, dict)]
    for title in titles or [None]:
        key = part["title"] if title is None else f"{part['title']}[{title}]"
        yield Question(key, choices)


def _is_trial(part: Json) -> bool:
    asked = part.get("questions")
    return isinstance(asked, list) and any(
        isinstance(one, dict) and isinstance(one.get("labels"), list) for one in asked
    )


def _of_trial(part: Json) -> Iterator[Question]:
    for place, one in enumerate(part["questions"]):
        if isinstance(one, dict) and isinstance(one.get("labels"), list):
            name = one.get("name")
            choices = [Choice(str(at), _text(label)) for at, label in enumerate(one["labels"])]
            yield Question(name if isinstance(name, str) and name else f"Q{place}", tuple(choices))


def _values(part: object) -> list[Any]:
    return list(part.values()) if isinstance(part, dict) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
