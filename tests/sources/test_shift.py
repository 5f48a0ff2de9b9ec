"""Numbers that look shifted by one against the answers of a form are said to be."""

import pytest

from service.sources.check import check_mapping
from service.sources.reading import read_payload
from tests.sources.mappings import NINE, flat, payload


@pytest.fixture
def read(catalog):
    def read(*values, **members):
        mapping = check_mapping(flat(**members), catalog).mapping
        assert mapping is not None
        return read_payload(mapping, payload(*values))

    return read


def told(result) -> tuple[list[str], list[str]]:
    """Return the codes of faults and of warnings."""
    return [one.code for one in result.faults], [one.code for one in result.warnings]


def test_a_number_above_the_answers_and_none_below_looks_counted_from_1(read):
    assert told(read(1, 2, 4)) == (["value_not_allowed", "looks_shifted"], [])
    assert told(read(1, 4)) == (["value_not_allowed"], [])
    assert told(read(0, 2, 4)) == (["value_not_allowed"], [])
    assert told(read(1, 2, 5)) == (["value_not_allowed"], [])


def test_a_number_below_the_answers_and_none_above_looks_counted_from_0(read):
    wai = {"instrument": "wai-sr", "items": {f"q{n}": n for n in NINE}}
    assert told(read(0, 3, 4, **wai)) == (["value_not_allowed", "looks_shifted"], [])
    assert told(read(0, 3, 5, **wai)) == (["value_not_allowed"], [])


def test_five_answers_without_a_0_are_a_warning(read):
    assert told(read(1, 1, 2, 3, 1)) == ([], ["looks_shifted"])
    assert told(read(1, 1, 2, 3)) == ([], [])
    assert told(read(1, 1, 2, 3, 0)) == ([], [])


def test_answers_that_tokens_gave_never_look_shifted(read):
    tokens = {str(n): n - 1 for n in (1, 2, 3, 4)}
    values = {"numeric": "none", "tokens": tokens}
    assert told(read(2, 2, 3, 4, 2, values=values)) == ([], [])
