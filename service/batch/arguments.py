"""What the commands for whole tables take. Loads nothing that they need to run."""

import os
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from service.definitions.catalog import load_catalog
from service.settings import Settings

MOST_WORKERS = 256


def add_table_commands(commands: Any) -> None:
    """Add the commands that score files and compare scores."""
    _add_score(commands)
    _add_rescore(commands)
    _add_monitor(commands)


def _add_score(commands: Any) -> None:
    scoring = commands.add_parser(
        "score", help="score a file of forms: CSV, NDJSON or Parquet, by the end of its name"
    )
    scoring.add_argument("input", type=Path, metavar="INPUT", help="a row or line for each form")
    named = "of the catalogue, such as phq-9"
    scoring.add_argument("-i", "--instrument", metavar="ID", help=named)
    _add_mapping(scoring)
    output = "a file; its name may end otherwise than the input's"
    scoring.add_argument("-o", "--output", type=Path, required=True, metavar="OUTPUT", help=output)
    _add_options(scoring)
    version = "of the instrument; default: the highest"
    scoring.add_argument("--version", metavar="VERSION", help=version)
    processes = "processes (default 1); the output is the same"
    scoring.add_argument("--workers", type=_whole, default=1, metavar="N", help=processes)
    scoring.set_defaults(run=partial(_run_score, scoring.error))


def _add_rescore(commands: Any) -> None:
    rescoring = commands.add_parser(
        "rescore", help="score a file by two versions of a definition and say what differs, and why"
    )
    named = "ID, ID@VERSION or a definition file"
    rescoring.add_argument("old", metavar="OLD", help=named)
    rescoring.add_argument("new", metavar="NEW", help=named)
    rescoring.add_argument("input", type=Path, metavar="INPUT", help="as of the command score")
    output = "a file with a row for each result that differs"
    rescoring.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUTPUT", help=output
    )
    _add_mapping(rescoring)
    _add_options(rescoring)
    rescoring.set_defaults(run=partial(_run_rescore, rescoring.error))


def _add_monitor(commands: Any) -> None:
    monitoring = commands.add_parser(
        "monitor", help="judge the courses in a file: CSV, NDJSON or Parquet, a row for each form"
    )
    monitoring.add_argument("input", type=Path, metavar="INPUT", help="as of the command score")
    output = "NDJSON: a line for each course, its report or its problem"
    monitoring.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUTPUT", help=output
    )
    for name, metavar, what in (
        ("--by", "COLUMN", "whose form it is; with --mapping by default the id of the response"),
        ("--session", "COLUMN", "number of the session; a mapping says it in `meta`"),
        ("--items", "MAP", "columns of answers, as of the command score"),
        ("--scores", "MAP", "columns of scores: COLUMN=SCALE or COLUMN=INSTRUMENT:SCALE, …"),
        ("--perspective", "RATER", "whose answers they are, where two raters use one form"),
        ("--mapping", "NAME", "id or file of a mapping, as of the command score"),
        ("--missing", "CODES", "with --mapping: codes that mean not answered, as of score"),
    ):
        monitoring.add_argument(name, metavar=metavar, help=what)
    named = "of the catalogue, such as wai-sr"
    monitoring.add_argument("-i", "--instrument", metavar="ID", help=named)
    monitoring.set_defaults(run=partial(_run_monitor, monitoring.error))


def _run_monitor(refuse: Callable[[str], Any], options: Namespace) -> int:
    """Judge the courses of a file, of columns or through a mapping."""
    if options.mapping:
        unused = ("instrument", "session", "items", "scores", "perspective")
        _refuse_given(refuse, options, unused, "the mapping says it")
    elif options.missing is not None:
        refuse("leave out --missing: it is for --mapping only")
    elif not options.by or not options.session:
        refuse("--by COLUMN and --session COLUMN are needed")
    elif options.scores and options.items:
        refuse("--items and --scores: one of them")
    elif not options.scores and not options.instrument:
        refuse("-i ID is needed")
    return _run("monitor", options)


def _refuse_given(
    refuse: Callable[[str], Any], options: Namespace, names: Sequence[str], why: str
) -> None:
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]
    if given:
        refuse(f"leave out {', '.join(given)}: {why}")


def _add_mapping(command: Any) -> None:
    named = "id or file of a mapping, which names the instrument and reads CSV and NDJSON"
    command.add_argument("--mapping", metavar="NAME", help=named)
    strict = "with --mapping: a key that it does not name is a problem"
    command.add_argument("--strict", action="store_true", help=strict)
    partial_too = "with --mapping: score responses that are not finished too"
    command.add_argument("--allow-partial", action="store_true", help=partial_too)


def _add_options(command: Any) -> None:
    for name, metavar, what in (
        ("--items", "MAP", "columns: phq9_{item}, or q1=1,q2=2,…; default: named like the items"),
        ("--by", "COLUMN", "becomes `reference`; default: a column of that name, if there is one"),
        ("--age", "COLUMN", "years"),
        ("--sex", "COLUMN", "female, male, other or unknown"),
        ("--perspective", "RATER", "whose answers they are, where two raters use one form"),
        ("--norms", "IDS", "norm groups, joined by commas; default, or * for all that fit"),
        ("--extras", "NAMES", "of bands, criteria, linked, risks, joined by commas"),
        ("--missing", "CODES", "codes that mean not answered, joined by commas: --missing=-1,99"),
    ):
        command.add_argument(name, metavar=metavar, help=what)


_OF_A_MAPPING = ("strict", "allow_partial")
_SAID_BY_A_MAPPING = ("items", "by", "age", "sex", "perspective")


def _check_mapping(refuse: Callable[[str], Any], options: Namespace, said: Sequence[str]) -> None:
    """Refuse options that a mapping says already, and those that need one."""
    if options.mapping:
        _refuse_given(refuse, options, said, "the mapping says it")
    else:
        _refuse_given(refuse, options, _OF_A_MAPPING, "it is for --mapping only")


def _run_rescore(refuse: Callable[[str], Any], options: Namespace) -> int:
    """Compare two versions on a file, of columns or through a mapping."""
    _check_mapping(refuse, options, _SAID_BY_A_MAPPING)
    return _run("rescore", options)


def _run_score(refuse: Callable[[str], Any], options: Namespace) -> int:
    """Score a file, of an instrument or through a mapping, which says what options say else."""
    _check_mapping(refuse, options, ("instrument", "version", *_SAID_BY_A_MAPPING))
    if not options.mapping and not options.instrument:
        refuse("-i ID or --mapping NAME is needed")
    return _run("score", options)


def _run(name: str, options: Namespace) -> int:
    """Run a command with the configured definitions."""
    try:
        from service.batch import command, monitoring
    except ModuleNotFoundError as missing:
        print(f"{missing.name} is needed: pip install '.[batch]' in the clone.", file=sys.stderr)
        return 2
    settings = Settings.from_environ(os.environ)
    catalog = load_catalog(settings.instruments_dir, settings.instruments_extra_dir)
    places = (settings.instruments_dir, settings.instruments_extra_dir)
    run = {
        "score": command.score,
        "rescore": command.rescore,
        "monitor": monitoring.monitor,
    }[name]
    return run(options, catalog, places)


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise ArgumentTypeError(f"a whole number from 1 to {MOST_WORKERS} is needed")
    return int(text)
