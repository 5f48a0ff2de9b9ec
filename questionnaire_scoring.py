"""Score tables of completed questionnaires: pandas, polars, pyarrow, DuckDB or anything else that
speaks Arrow in, the same kind of table out.

    import questionnaire_scoring as qs

    scores = qs.score(frame, "phq-9", by="patient", items={"phq1": "1", "phq2": "2", …})

Each number is what the service would say of that form alone. docs/batch.md has the columns.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from service import __version__
from service.alliance.policy import policy_for
from service.batch import tables
from service.batch.courses import CourseColumns
from service.batch.engine.columns import Columns, UnusableTable
from service.batch.engine.engine import Asked
from service.batch.long import LongColumns
from service.definitions.catalog import (
    Catalog,
    Entry,
    UnknownInstrument,
    UnknownVersion,
    load_catalog,
)
from service.settings import Settings

__all__ = ["UnusableTable", "__version__", "instruments", "monitor", "score"]

_DIRECTORIES = ("INSTRUMENTS_DIR", "INSTRUMENTS_EXTRA_DIR")


def instruments() -> list[dict[str, Any]]:
    """Return what is known: a line of the catalogue for each instrument and version, with its id,
    title, scales and norm groups, and its items in order.

    A site's own definitions are among them where INSTRUMENTS_EXTRA_DIR names their directory.
    """
    return [
        {**entry.summary, "items": list(entry.instrument.item_ids)}
        for entry in _catalog().entries()
    ]


def score(
    table: Any,
    instrument: str,
    *,
    items: Mapping[str, str] | None = None,
    by: str | None = None,
    item: str | None = None,
    value: str | None = None,
    age: str | None = None,
    sex: str | None = None,
    norms: Sequence[str] = (),
    extras: Sequence[str] = (),
    perspective: Literal["client", "therapist", "observer"] | None = None,
    missing: Sequence[str | float] = (),
    version: str | None = None,
    text: bool = False,
) -> Any:
    """Score every form of a table.

    A wide table has a row for each form: `items` maps its columns to item ids, and without it the
    columns are named like the items. A long table has a row for each answer: `item` and `value`
    name the columns of item and answer, `by` whose form it is, `items` maps what the item column
    says. Null and NaN are not answered. `by` becomes the column `reference`; `age` (years) and
    `sex` name columns, for norms and cut-offs that depend on them.

    `norms`: ids of norm groups, ("default",) or ("*",) for all that fit; `extras`: of "bands",
    "criteria", "linked", "risks". `perspective` says whose answers they are where two raters use a
    form. `missing` are codes that mean *not answered*, such as (99, -1); the column
    `declared_missing` then counts those of a row. With `text` numbers may be written out, as a CSV
    file has them.

    Returns a table of the same kind (else of pyarrow; a RecordBatchReader is read as it is asked
    for), in the order of the rows. A row with a fault has no scores and says in `problem` what is
    wrong; nothing that a cell holds raises. Raises UnusableTable (a ValueError) where the table or
    what is asked cannot be used at all.
    """
    scorer = _entry(instrument, version).scorer
    codes = (missing,) if isinstance(missing, str | int | float) else tuple(missing)
    asked = Asked(_several(norms), _several(extras), perspective, codes)
    if item is None and value is None:
        columns = Columns.named(scorer.instrument, items, by, age, sex, text)
        return tables.score_wide(table, scorer, columns, asked)
    if item is None or value is None or by is None:
        raise UnusableTable(["A long table needs all of by, item and value."])
    long = LongColumns(by, item, value, items, age, sex)
    return tables.score_long(table, scorer, long, asked, text)


def monitor(
    table: Any,
    instrument: str,
    *,
    by: str,
    session: str,
    items: Mapping[str, str] | None = None,
    scores: Mapping[str, str] | None = None,
    perspective: Literal["client", "therapist", "observer"] | None = None,
    version: str | None = None,
    alpha_family: float | None = None,
    planned_sessions: int | None = None,
    text: bool = False,
) -> Any:
    """Watch the courses of a table, with a row for each person and session, and return their
    alerts, one a row.

    `by` and `session` name the columns of person and session number. Each row holds the answers of
    a form (`items` maps columns to item ids, as in `score`) or, with `scores`, scores that are
    there already (column to scale id). `alpha_family` and `planned_sessions` are those of
    `POST /v1/monitor`.

    A person without an alert has no row; one whose course has a fault has a row that says so in
    `problem`. Raises UnusableTable where the table cannot be used at all.
    """
    scorer = _entry(instrument, version).scorer
    answers = Columns.named(scorer.instrument, items, text=text).items if not scores else {}
    by_scale = {scale: column for column, scale in (scores or {}).items()}
    columns = CourseColumns(by, session, answers, by_scale, perspective, text)
    policy = policy_for(alpha_family, planned_sessions)
    return tables.monitor(table, scorer, columns, policy)


def _several(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _catalog() -> Catalog:
    """Return the catalogue of the configured directories, loaded once for each."""
    known = {name: os.environ[name] for name in _DIRECTORIES if name in os.environ}
    settings = Settings.from_environ(known)
    return _loaded(settings.instruments_dir, settings.instruments_extra_dir)


@cache
def _loaded(directory: Path, extra_directory: Path | None) -> Catalog:
    return load_catalog(directory, extra_directory)


def _entry(instrument: str, version: str | None) -> Entry:
    try:
        return _catalog().get(instrument, version)
    except UnknownInstrument as unknown:
        near = ", ".join(unknown.suggestions)
        hint = f" Did you mean {near}?" if near else ""
        raise UnusableTable([f"There is no such instrument.{hint}"]) from None
    except UnknownVersion as unknown:
        known = ", ".join(unknown.available)
        raise UnusableTable([f"The instrument has no such version; it has {known}."]) from None
