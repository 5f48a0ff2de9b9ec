"""Where the service is meant to answer otherwise than the recorded revision did.

To add a row: change the code, run `pytest tests/recorded`, read the differences that it prints, and
say for each that is meant which answers it is in, where, of which kind, and why:

- answers: the subject of the request (an instrument's id, `golden`, `courses`, `readme`, `rules`),
  or subject and name (`phq-9: example 2`); `*` stands for anything, `a|b` for either;
- path: of the member, as printed; `*` stands for one step, `**` for any number of steps;
  `status` is the HTTP status, and covers all that the answer says;
- kind: `added`, `dropped`, `changed`, or `order` of members;
- why: a sentence.

The narrowest row that covers a change is the best one. A row that nothing matches any more fails.
Once a version is released, record it (`record.py`) and empty the table.
"""

from typing import NamedTuple

from tests.recorded.differences import Kind


class Intended(NamedTuple):
    """A change that is meant."""

    answers: str
    path: str
    kind: Kind
    why: str


FORMS: tuple[Intended, ...] = ()

COURSES: tuple[Intended, ...] = ()

RULES: tuple[Intended, ...] = ()

INTENDED = (*FORMS, *COURSES, *RULES)
