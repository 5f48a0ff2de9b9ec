"""All pages: one for each instrument, and the index."""

from collections import Counter
from collections.abc import Sequence

from service.definitions.catalog import Catalog, Entry
from service.definitions.glance import LEGEND, languages_of_labels
from service.description.pages.one_form import page
from service.description.pages.words import code, key_state, perspective, table


def pages(catalog: Catalog) -> dict[str, str]:
    """Return every page by file name: `{id}.md` for the default version of each instrument,
    `README.md` the index.
    """
    entries = [
        catalog.get(name)
        for name in dict.fromkeys(entry.instrument.id for entry in catalog.entries())
    ]
    return {
        "README.md": _index(entries),
        **{f"{entry.instrument.id}.md": page(entry) for entry in entries},
    }


def _index(entries: Sequence[Entry]) -> str:
    rows = [
        [
            f"[`{entry.instrument.id}`]({entry.instrument.id}.md)",
            entry.instrument.title,
            str(entry.document["construct"]),
            perspective(entry.document),
            str(len(entry.instrument.items)),
            code(scale.id for scale in entry.instrument.scales),
            key_state(entry.document),
            str(len(entry.instrument.norms)) if entry.instrument.norms else "none",
            *_glance(entry),
        ]
        for entry in entries
    ]
    header = ["id", "title", "construct", "rater", "items", "scales", "key", "norm groups"]
    header += _GLANCED
    lines = [
        "# Instruments",
        "",
        (
            f"{len(entries)} instruments. These pages are written by `make pages`; change the "
            "definition, not the page."
        ),
        "",
        _ranked(entries),
        "",
        *table(header, rows),
        "",
        "What the words of the last five columns say:",
        "",
        *(f"- {_in_words(code)}: {text}" for code, text in LEGEND.items()),
        "- a language in brackets: the labels are there in it too, each with its source",
    ]
    return "\n".join(lines) + "\n"


def _ranked(entries: Sequence[Entry]) -> str:
    found = Counter(entry.summary["at_a_glance"]["percentiles"] for entry in entries)
    return (
        f"Of {found['yes'] + found['shares']} there is a percentile rank: of {found['yes']} from "
        f"quantiles of a group, of {found['shares']} at single scores only, where a survey says "
        "how many people have such a score or a lower one. Of the others the column says why "
        "there is none."
    )


_GLANCED = ["labels", "codes", "percentiles", "change", "bands"]


def _glance(entry: Entry) -> list[str]:
    parts = entry.summary["at_a_glance"]
    labels, *others = (_in_words(parts[name]) for name in _GLANCED)
    languages = ", ".join(languages_of_labels(entry.document))
    return [f"{labels} ({languages})" if languages else labels, *others]


def _in_words(code: str) -> str:
    return code.replace("_", " ")
