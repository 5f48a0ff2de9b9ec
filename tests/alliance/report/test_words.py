"""The English wordings, and how names, numbers and titles are written."""

import json

import pytest

from service.alliance.report.words import (
    IN_ENGLISH,
    TEMPLATES,
    capitalised,
    clipped,
    figure,
    fitted,
    listed,
    short_name,
    shown,
    spelled,
    uncapitalised,
)
from service.scoring.wording.words import Words


def test_every_wording_has_the_name_that_the_german_catalogue_translates(request):
    catalogue = request.config.rootpath / "service" / "languages" / "de.json"
    translated = json.loads(catalogue.read_text(encoding="utf-8"))["wordings"]
    assert set(TEMPLATES) - set(translated) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("client", "patient"),
        ("therapist", "therapist"),
        ("<", "below"),
        (">", "above"),
        ("of client", "patients"),
        ("of therapist", "courses"),
        ("others", "others"),
    ],
)
def test_single_words(name, text):
    assert IN_ENGLISH.say(name) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999_999, "999999"),
        (1_000_000, "1.00e+06"),
        (1_234_567, "1.23e+06"),
        (-1_000_000, "-1.00e+06"),
        (999_999.99, "999999.99"),
        (0.126, "0.13"),
        (10, "10"),
    ],
)
def test_scores_from_a_million_on_are_powers_of_ten(value, text):
    assert shown(value) == text


def test_a_figure_has_the_decimal_mark_of_its_language():
    assert figure(3.25, IN_ENGLISH) == "3.25"
    assert figure(3.25, Words(TEMPLATES, decimal=",")) == "3,25"


@pytest.mark.parametrize(
    ("name", "longest", "text"),
    [
        ("a" * 40, None, "a" * 40),
        ("a" * 41, None, "a" * 39 + "…"),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("ab cde", 4, "ab…"),  # no blank before the mark
    ],
)
def test_a_name_is_cut_at_its_length(name, longest, text):
    assert (clipped(name) if longest is None else clipped(name, longest)) == text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Scale of bonds (AB)", "AB"),
        ("Scale of bonds (Short)", "Scale of bonds"),  # one capital makes no abbreviation
        ("Scale of bonds (Short) (SB-2 long)", "SB-2"),
        ("Scale of bonds, short (x)", "Scale of bonds"),
        ("Scale (" + "A" * 41 + ")", "A" * 39 + "…"),
        (", whole title", ", whole title"),
    ],
)
def test_a_form_is_called_by_what_its_title_has_in_brackets(title, name):
    assert short_name(title) == name


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("A fall", "a fall"),
        ("ABc of it", "ABc of it"),
        ("AB", "AB"),
        ("Low Mood", "low Mood"),
        ("", ""),
    ],
)
def test_only_the_first_letter_of_a_title_is_made_small(text, small):
    assert uncapitalised(text, IN_ENGLISH) == small


@pytest.mark.parametrize(("text", "large"), [("a Fall", "A Fall"), ("ab", "Ab"), ("", "")])
def test_only_the_first_letter_of_a_sentence_is_made_large(text, large):
    assert capitalised(text) == large


@pytest.mark.parametrize(
    ("names", "phrase"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a and others")],
)
def test_names_are_told_as_one_phrase(names, phrase):
    assert listed(names, IN_ENGLISH) == phrase


def test_numbers_are_told_in_the_words_that_a_language_has():
    few = Words(TEMPLATES, numbers=("no", "one"))
    assert spelled("0 of 1 or 2 in 10", few) == "no of one or … in …"


def test_sentences_of_one_rank_are_kept_from_the_first_on():
    assert fitted([(0, "aaa"), (0, "bbb"), (0, "c")], 5) == "aaa c"
    assert fitted([(1, "aaa"), (0, "bbb")], 7) == "aaa bbb"
    assert fitted([(1, "aaa"), (0, "bbb")], 6) == "bbb"
    assert fitted([], 5) == ""
