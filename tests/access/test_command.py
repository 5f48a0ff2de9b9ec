"""`python -m service new-key`."""

import pytest

from service.__main__ import main
from service.access.keys import read_keys


def test_a_new_key_is_printed_once_with_the_line_that_admits_it(capsys) -> None:
    assert main(["new-key", "ehr.north", "--scopes", "monitor,score"]) == 0
    _, key, _, line = capsys.readouterr().out.splitlines()
    caller = read_keys(line).identify(key)
    assert (caller.name, caller.scopes) == ("ehr.north", {"score", "monitor"})
    assert main(["new-key", "ehr.north", "--scopes", "score"]) == 0
    assert key not in capsys.readouterr().out


@pytest.mark.parametrize(
    "asked",
    [
        ["EHR", "--scopes", "score"],
        ["ehr north", "--scopes", "score"],
        ["", "--scopes", "score"],
        ["ehr", "--scopes", "all"],
        ["ehr", "--scopes", "score, monitor"],
        ["ehr", "--scopes", ""],
    ],
)
def test_what_the_file_could_not_hold_makes_no_key(capsys, asked: list[str]) -> None:
    assert main(["new-key", *asked]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(("The client is", "The scopes must be"))


def test_scopes_have_to_be_named(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["new-key", "ehr"])
    assert capsys.readouterr().out == ""
