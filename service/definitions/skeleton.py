"""A skeleton of a definition, with a text marked TODO wherever its author has something to fill
in.
"""

import re
from collections.abc import Iterator

from service.scoring.issue import Issue, Path

SKELETON = """\
{
  "id": "%(id)s",
  "version": "1.0.0",
  "title": "TODO full name (abbreviation)",
  "construct": "TODO depression, therapeutic-alliance, ...",
  "perspective": null,
  "counterpart": null,
  "language": "en",
  "timeframe": "TODO last 2 weeks",
  "licence": {
    "holder": "TODO who owns the wording",
    "terms": "TODO in one sentence, as the holder puts it",
    "url": null,
    "text_included": false,
    "permission_required": true
  },
  "submitted_as": "codes",
  "key_sources": {"sources": ["paper", "second-source"], "verification": "two-sources"},
  "response_sets": {
    "answers": {"min": 0, "max": 3}
  },
  "items": [
%(items)s
  ],
  "scales": [
    {
      "id": "total",
      "title": "Total",
      "items": [%(item_ids)s],
      "aggregation": "sum",
      "metric": "sum",
      "missing": {"min_answered": %(n_items)d, "method": "none"},
      "direction": "higher_is_worse"
    }
  ],
  "norms": [],
  "criteria": [],
  "risks": [],
  "notes": ["TODO what a user of the numbers must know; delete this line if there is nothing"],
  "sources": [
    {"id": "paper", "citation": "TODO authors, year, title, journal", "doi": "10.TODO/TODO",
     "where": "TODO page"},
    {"id": "second-source",
     "citation": "TODO another implementation or a validation paper that agrees",
     "url": "https://TODO"}
  ],
  "examples": [
    {
      "title": "All lowest",
      "answers": [%(lowest)s],
      "expect": {"scores": {"total": 0}},
      "source": "arithmetic",
      "working": "TODO write the sum out, from the paper's key and not from this service"
    },
    {
      "title": "All highest",
      "answers": [%(highest)s],
      "expect": {"scores": {"total": %(top)d}},
      "source": "arithmetic",
      "working": "TODO"
    }
  ]
}
"""


_TO_FILL_IN = frozenset(re.findall(r'"([^"]*TODO[^"]*)"', SKELETON))


def unfilled(document: object) -> Iterator[Issue]:
    """Yield a fault for every text that still stands as the skeleton has it."""
    for path in _unfilled(document):
        yield Issue(
            path,
            "to_fill_in",
            "still stands as in the skeleton: fill it in, or leave it out",
        )


def _unfilled(part: object) -> Iterator[Path]:
    if isinstance(part, str):
        if part in _TO_FILL_IN:
            yield ()
    elif isinstance(part, dict | list):
        for step, below in part.items() if isinstance(part, dict) else enumerate(part):
            for path in _unfilled(below):
                yield step, *path


def skeleton(instrument_id: str, n_items: int) -> str:
    """Return the text of a definition of `n_items` items answered 0 to 3.

    It passes the check once everything marked TODO is filled in, and not before.
    """
    ids = [f'"{number}"' for number in range(1, n_items + 1)]
    return SKELETON % {
        "id": instrument_id,
        "items": ",\n".join(f'    {{"id": {name}, "response_set": "answers"}}' for name in ids),
        "item_ids": ", ".join(ids),
        "n_items": n_items,
        "lowest": ", ".join(["0"] * n_items),
        "highest": ", ".join(["3"] * n_items),
        "top": 3 * n_items,
    }
