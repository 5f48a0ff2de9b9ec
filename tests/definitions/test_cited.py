"""A report names the sources of its numbers, not those of words and codes."""

from service.definitions.build.cited import sources_of_numbers

SOURCES = [{"id": name, "citation": name.upper()} for name in ("key", "words", "codes", "german")]


def definition(**members: object) -> dict:
    """Return what matters here of a definition whose key, labels and codes have sources."""
    return {
        "sources": SOURCES,
        "key_sources": {"sources": ["key"]},
        "label_sources": {"sources": ["words"]},
        "code_sources": {"sources": ["codes", "key"]},
        "response_sets": {"one": {"translations": [{"source": "german", "labels": ["nie"]}]}},
        **members,
    }


def test_what_labels_and_codes_come_from_is_left_out():
    assert sources_of_numbers(definition()) == {"key": {"citation": "KEY"}}


def test_what_a_number_comes_from_as_well_stays():
    scales = [{"bands": [{"source": "words", "confirmed_by": "codes"}]}]
    assert list(sources_of_numbers(definition(scales=scales))) == ["key", "words", "codes"]
