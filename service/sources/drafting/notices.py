"""Notices: they say that there is a response, and not what was answered."""

from urllib.parse import parse_qsl

from service.sources.drafting.sample import NoSample

_FEWEST_PAIRS = 2
_OF_SURVEY_MONKEY = frozenset({"event_type", "object_id", "resources"})
_SENTENCE = (
    "It is a notice without answers, as {} sends it: give a response that you fetch from the tool, "
    "or the design of the form."
)


def refuse_form_encoded(text: str) -> None:
    """Raise NoSample where a text is form-encoded, as the notices of REDCap and Qualtrics are."""
    line = text.strip()
    if any(map(str.isspace, line)) or "=" not in line.partition("&")[0]:
        return
    try:
        pairs = parse_qsl(line, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return
    if len(pairs) >= _FEWEST_PAIRS:
        raise NoSample(_SENTENCE.format("a Data Entry Trigger of REDCap"))


def refuse_event(document: object) -> None:
    """Raise NoSample where a document is a webhook of SurveyMonkey, which has ids only."""
    if isinstance(document, dict) and document.keys() >= _OF_SURVEY_MONKEY:
        raise NoSample(_SENTENCE.format("a webhook of SurveyMonkey"))
