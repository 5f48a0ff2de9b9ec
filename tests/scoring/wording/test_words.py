"""One language: wordings with their facts, translations of definitions, and numbers."""

import pytest

from service.scoring.wording.words import Words

GERMAN = Words({"told": "{count} von {all}"}, "de", {"Low": "Niedrig"}, ",", ("kein", "ein"), False)


def test_without_a_catalogue_everything_is_told_in_english():
    english = Words({})
    assert (english.language, english.decimal, english.lowers_titles) == ("en", ".", True)
    words = "none one two three four five six seven eight nine ten eleven twelve"
    assert " ".join(english.numbers) == words
    assert english.text("Low") == "Low"


def test_a_wording_takes_its_facts():
    assert GERMAN.say("told", count=2, all=9) == "2 von 9"
    for name, facts in (("told", {"count": 2}), ("untold", {})):
        with pytest.raises(KeyError):
            GERMAN.say(name, **facts)


def test_what_nobody_has_translated_stands_as_it_is():
    assert (GERMAN.text("Low"), GERMAN.text("High")) == ("Niedrig", "High")


@pytest.mark.parametrize(("written", "told"), [("1.5", "1,5"), ("-0.25", "-0,25"), ("12", "12")])
def test_a_number_has_the_decimal_sign_of_its_language(written, told):
    assert GERMAN.number(written) == told
    assert Words({}).number(written) == written
