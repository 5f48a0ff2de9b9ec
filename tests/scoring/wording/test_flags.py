"""A safety flag is told in the language of its reader, and stays the same flag."""

from service.scoring.rules import Risk
from service.scoring.wording.flags import flag_in_language
from service.scoring.wording.words import Words
from tests.scoring.forms import instrument, items, score

FORM = instrument(
    items(3), risks=(Risk("ideation", 2, ">=", 1, "high", "Ask about it.", "source"),)
)
DUTCH = Words({"risk.not_answered": "Vraag {item} ?"}, "nl", {"Ask about it.": "Vraag ernaar."})


def flag(answer):
    (found,) = score(FORM, [0, 0, answer])["risks"]
    return found


def test_a_raised_flag_has_its_message_translated():
    assert flag_in_language(flag(1), DUTCH) == {**flag(1), "message": "Vraag ernaar."}


def test_a_flag_that_was_not_answered_names_its_item():
    assert flag_in_language(flag(None), DUTCH) == {**flag(None), "message": "Vraag 3 ?"}


def test_what_is_not_raised_or_told_in_english_stays_as_it_is():
    assert flag_in_language(flag(0), DUTCH) is not None
    for answer in (0, 1, None):
        found = flag(answer)
        assert flag_in_language(found, Words({})) is found
    silent = flag(0)
    assert flag_in_language(silent, DUTCH) is silent
