"""A safety flag is told in the language of its reader, and stays the same flag."""

from service.scoring.rules import Risk
from service.scoring.wording.flags import flag_in_language
from service.scoring.wording.words import Words
from tests.scoring.forms import instrument, items, score

FORM = instrument(
    items(3), risks=(Risk("wish-to-die", 2, ">=", 1, "high", "Ask about it.", "source"),)
)
DUTCH = Words(
    {"risk.not_answered": "Vraag {item} ?"},
    "nl",
    {"Ask about it.": "Vraag ernaar.", "wish to die": "doodswens"},
)


def flag(answer):
    (found,) = score(FORM, [0, 0, answer])["risks"]
    return found


def test_a_flag_says_what_it_is_about():
    assert flag(0)["title"] == "wish to die"


def test_a_raised_flag_has_its_title_and_message_translated():
    told = {"title": "doodswens", "message": "Vraag ernaar."}
    assert flag_in_language(flag(1), DUTCH) == {**flag(1), **told}


def test_a_flag_that_was_not_answered_names_its_item():
    told = {"title": "doodswens", "message": "Vraag 3 ?"}
    assert flag_in_language(flag(None), DUTCH) == {**flag(None), **told}


def test_a_flag_that_is_not_raised_has_no_message_in_any_language():
    assert flag_in_language(flag(0), DUTCH) == {**flag(0), "title": "doodswens"}


def test_what_is_told_in_english_stays_as_it_is():
    for answer in (0, 1, None):
        found = flag(answer)
        assert flag_in_language(found, Words({})) is found
