"""A skeleton of a definition, with a text marked TODO wherever its author has something to fill
in; drafts that were made of something else have such texts too.
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
    "answers": {"min": %(low)d, "max": %(high)d, "labels": [%(labels)s]}
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
      "title": "Every answer in turn",
      "answers": [%(ramp)s],
      "expect": {"scores": {"total": %(ramp_sum)d}},
      "source": "arithmetic",
      "working": "TODO write the sum out, from the paper's key and not from this service"
    },
    {
      "title": "Every answer in turn, from the highest",
      "answers": [%(other_ramp)s],
      "expect": {"scores": {"total": %(other_sum)d}},
      "source": "arithmetic",
      "working": "TODO"
    }
  ]
}
"""


_TO_FILL_IN = frozenset(re.findall(r'"([^"]*TODO[^"]*)"', SKELETON))
_TO_CONFIRM = "TODO confirm: "
_LABEL = "TODO what %d means"
_LABEL_TO_FILL_IN = re.compile(r"TODO what -?[0-9]+ means", re.ASCII)


def unfilled(document: object) -> Iterator[Issue]:
    """Yield a fault for every text that still stands as the skeleton or a draft has it."""
    for path in _unfilled(document):
        yield Issue(
            path,
            "to_fill_in",
            "still stands as in the skeleton or draft: fill it in, or leave it out",
        )


def _unfilled(part: object) -> Iterator[Path]:
    if isinstance(part, str):
        is_marked = part in _TO_FILL_IN or part.startswith(_TO_CONFIRM)
        if is_marked or _LABEL_TO_FILL_IN.fullmatch(part):
            yield ()
    elif isinstance(part, dict | list):
        for step, below in part.items() if isinstance(part, dict) else enumerate(part):
            for path in _unfilled(below):
                yield step, *path


def to_confirm(text: str) -> str:
    """Return a text of a draft that its author has to replace: the check refuses it."""
    return f"{_TO_CONFIRM}{text}"


def skeleton(instrument_id: str, n_items: int, lowest: int = 0, highest: int = 3) -> str:
    """Return the text of a definition of `n_items` items answered from `lowest` to `highest`.

    It passes the check once everything marked TODO is filled in, and not before. Its examples would
    notice any item left out and any key reversed, as those of every definition must.
    """
    ids = [f'"{number}"' for number in range(1, n_items + 1)]
    answers = range(lowest, highest + 1)
    # No item has the same answer in both, so that none is 0 or the mid-point in both.
    ramp = [answers[item % len(answers)] for item in range(n_items)]
    other = [answers[(item - 1) % len(answers)] for item in range(n_items)]
    return SKELETON % {
        "id": instrument_id,
        "items": ",\n".join(f'    {{"id": {name}, "response_set": "answers"}}' for name in ids),
        "item_ids": ", ".join(ids),
        "n_items": n_items,
        "low": lowest,
        "high": highest,
        "labels": ", ".join(f'"{_LABEL % answer}"' for answer in answers),
        "ramp": ", ".join(map(str, ramp)),
        "ramp_sum": sum(ramp),
        "other_ramp": ", ".join(map(str, other)),
        "other_sum": sum(other),
    }
