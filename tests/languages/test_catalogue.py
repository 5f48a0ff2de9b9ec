"""A language is a file: it is read strictly, and speaks English where it has no words."""

import json
import os
import re
import shutil

import pytest

from service.commands.texts import english_file
from service.languages.catalogue import FOLDER, LARGEST_FILE, LanguageError, load_languages
from service.languages.english import ENGLISH_ONLY, PARTS, WORDINGS


def written(folder, name="fr", **members):
    folder.joinpath(f"{name}.json").write_text(json.dumps(members), encoding="utf-8")
    return folder


def test_what_a_language_lacks_it_says_in_english(tmp_path):
    french = load_languages(written(tmp_path, wordings={"client": "patient·e"}))["fr"]
    assert french.say("client") == "patient·e"
    assert french.say("therapist") == "therapist"
    assert french.text("Bond") == "Bond"
    assert french.number("3.5") == "3.5"


def test_a_later_folder_takes_the_place_of_a_language(tmp_path):
    site = written(tmp_path, "de", wordings={"client": "Klient/in"})
    assert load_languages(FOLDER, None, site)["de"].say("client") == "Klient/in"
    assert set(load_languages(FOLDER)) == {"en", "de"}
    assert set(ENGLISH_ONLY) == {"en"}


@pytest.mark.parametrize(
    ("name", "members", "fault"),
    [
        ("english!", {}, "The name must be the tag of a language"),
        ("en", {}, "The name must be the tag of a language"),
        ("fr", {"texte": {}}, "texte: there is no such member"),
        ("fr", {"wordings": {"check in": "x"}}, "check in: there is no such wording"),
        (
            "fr",
            {"wordings": {"now": "Séance {session}."}},
            "facts as in English: {score}, {session}",
        ),
        ("fr", {"wordings": {"client": "{who}"}}, "facts as in English: nothing in braces"),
        ("fr", {"wordings": {"also": "{title!r} {session}"}}, "facts as in English"),
        ("fr", {"wordings": {"also": "{title.x} {session}"}}, "facts as in English"),
        ("fr", {"wordings": {"also": "{title:>9} {session}"}}, "facts as in English"),
        ("fr", {"wordings": {"also": "{title} {session"}}, "facts as in English"),
        ("fr", {"wordings": ["x"]}, "wordings: an object of texts is needed"),
        ("fr", {"texts": {"Bond": 1}}, "texts: an object of texts is needed"),
        ("fr", {"texts": {"Bond": ""}}, "'Bond': a text is needed"),
        ("fr", {"page": "x"}, "page: an object of texts is needed"),
        ("fr", {"page": {"page.nothing": "x"}}, "page.nothing: the console has no such text"),
        ("fr", {"page": {"page.title": " "}}, "page.title: a text is needed"),
        ("fr", {"page": {"page.title": "{x}"}}, "facts as in English: nothing in braces"),
        ("fr", {"decimal": ";"}, "decimal: a point or a comma"),
        ("fr", {"numbers": ["un"]}, "numbers: 13 words are needed"),
        ("fr", {"lowers_titles": "no"}, "lowers_titles: true or false"),
        ("fr", {"wordings": {"client": "x" * 40}}, "a summary has at most 140 characters"),
        ("fr", {"wordings": {"signal": "x" * 240}}, "a message has at most 400 characters"),
    ],
)
def test_every_fault_of_a_file_is_told(tmp_path, name, members, fault):
    with pytest.raises(LanguageError) as refused:
        load_languages(written(tmp_path, name, **members))
    (line,) = refused.value.lines
    assert fault in line
    assert f"{name}.json" in line


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "must hold one JSON object"),
        (b'{"texts": {}, "texts": {}}', "names the same member twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, body, fault):
    tmp_path.joinpath("fr.json").write_bytes(body)
    with pytest.raises(LanguageError, match=fault):
        load_languages(tmp_path)


def test_the_faults_of_all_files_are_told_at_once(tmp_path):
    written(tmp_path, "fr", decimal=";")
    written(tmp_path, "it", decimal=";")
    with pytest.raises(LanguageError) as refused:
        load_languages(tmp_path)
    assert len(refused.value.lines) == 2


def test_the_wordings_of_all_parts_have_names_of_their_own():
    assert len(WORDINGS) == sum(map(len, PARTS))


def test_english_as_a_file_says_what_english_says(tmp_path, few):
    """What a translator starts from is whole, and free of faults."""
    document = json.loads(english_file(few))
    started = load_languages(written(tmp_path, "xx", **document))["xx"]
    assert started.wordings == WORDINGS
    assert all(started.text(text) == text for text in document["texts"])
    assert "Item 9 (thoughts of death or self-harm)" in "".join(document["texts"])


def test_a_language_is_found_however_its_ending_is_written(tmp_path):
    tmp_path.joinpath("FR.JSON").write_text('{"wordings": {"client": "patient·e"}}', "utf-8")
    assert load_languages(tmp_path)["fr"].say("client") == "patient·e"


@pytest.mark.parametrize(
    ("put", "fault"),
    [
        (lambda site: written(site, "DE"), "de.json: is the same language as DE.json"),
        (lambda site: site.joinpath("fr.json.bak").touch(), "fr.json.bak: is not loaded"),
        (lambda site: os.mkfifo(site / "fr.json"), "fr.json: This is not a file"),
        (
            lambda site: site.joinpath("fr.json").write_bytes(b" " * (LARGEST_FILE + 1)),
            "fr.json: The file must have at most",
        ),
        (shutil.rmtree, "the directory cannot be read: No such file or directory"),
    ],
)
def test_nothing_that_is_meant_as_a_language_is_passed_over(tmp_path, put, fault):
    site = tmp_path / "site"
    site.mkdir()
    put(written(site, "de"))
    with pytest.raises(LanguageError, match=re.escape(fault)):
        load_languages(FOLDER, site)
