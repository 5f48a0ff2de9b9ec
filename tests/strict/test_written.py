"""Numbers and clock times in cells of text: the same in files, tables and requests."""

import pytest

from service.strict.written import clock_in, clock_in_file, number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        (" 3 ", 3),
        ("-1", -1),
        ("2.0", 2.0),
        ("0.30000000000000004", 0.30000000000000004),
        ("", None),
        (" \t", None),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, number: float | None) -> None:
    found = number_in(text)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    "text", ["03", "+3", "3,5", "1e0", ".5", "5.", "٣", "1 2", "nan", "1" * 16]
)
def test_what_json_does_not_write_so_stays_text(text: str) -> None:
    assert number_in(text) == text


def test_a_clock_time_stays_as_it_stands_and_blank_is_nothing() -> None:
    assert (clock_in("23:15"), clock_in(" "), clock_in("7")) == ("23:15", None, "7")
    assert (clock_in_file("23:15"), clock_in_file(" "), clock_in_file("7")) == ("23:15", None, 7)
