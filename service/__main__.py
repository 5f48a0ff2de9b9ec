"""Commands of the service: check definitions, show the settings, write the generated files."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.batch.arguments import add_table_commands
from service.commands.arguments import add_set_commands
from service.definitions.catalog import DefinitionError
from service.definitions.files import SCHEMA_FILE
from service.settings import REPOSITORY, Settings, SettingsError, describe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 a fault was found, 2 it could not be
    run, 130 it was interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    return code


Commands = Any
"""What `add_subparsers` returns; its class has no public name."""


INSTALLED = "questionnaire-scoring"
"""The command that stands for `python -m service` where the package is installed."""


def _parser() -> argparse.ArgumentParser:
    called = INSTALLED if Path(sys.argv[0]).stem == INSTALLED else "python -m service"
    parser = argparse.ArgumentParser(prog=called, description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="check definition files and list every fault")
    places = "default: the configured directories"
    check.add_argument("paths", nargs="*", type=Path, metavar="DIR|FILE", help=places)
    older = "list norms of people asked, or else published, before this year or of no known year"
    check.add_argument("--norms-since", type=int, metavar="YEAR", help=older)
    check.set_defaults(run=lambda options: check_given(options.paths, options.norms_since))
    settings = commands.add_parser("settings", help="show every setting with its value")
    settings.set_defaults(run=lambda _: show_settings())
    texts = commands.add_parser("texts", help="print English as a file of a language to start from")
    texts.set_defaults(run=lambda _: print_texts())
    _add_generators(commands)
    _add_calibrate(commands)
    _add_learn(commands)
    add_table_commands(commands)
    add_set_commands(commands)
    _add_new_instrument(commands)
    _add_import_fhir(commands)
    _add_map(commands)
    _add_new_key(commands)
    return parser


def _add_generators(commands: Commands) -> None:
    for name, what, run in (
        ("schema", "the schema files", write_schema),
        ("openapi", "the openapi file", write_openapi),
        ("pages", "docs/instruments/ and docs/problems.md", write_pages),
    ):
        command = commands.add_parser(name, help=f"write {what} or compare it")
        only_compare = "only compare; exit 1 where a file is out of date"
        command.add_argument("--check", action="store_true", help=only_compare)
        command.set_defaults(run=lambda options, run=run: run(options.check))


def _add_calibrate(commands: Commands) -> None:
    rates = commands.add_parser(
        "calibrate", help="simulate the alert rules' error rates and write them (ten minutes)"
    )
    only = rates.add_mutually_exclusive_group()
    only.add_argument(
        "--check",
        action="store_true",
        help="only simulate a few again; exit 1 where they or the page differ",
    )
    only.add_argument(
        "--docs", action="store_true", help="only write page and plot anew from the committed rates"
    )
    courses = "courses for each condition (default 2000; 700 to check)"
    rates.add_argument("--series", type=int, metavar="N", help=courses)
    cores = os.cpu_count() or 1
    every = "default: every core"
    rates.add_argument("--processes", type=int, default=cores, metavar="N", help=every)
    rates.set_defaults(run=calibrate)


def _add_learn(commands: Commands) -> None:
    learning = commands.add_parser(
        "learn", help="estimate from a site's own courses what the alert rules need to know"
    )
    courses = "NDJSON, each line a body of POST /v1/monitor, or a long table (.csv)"
    learning.add_argument("courses", type=Path, metavar="COURSES", help=courses)
    output = "directory for overlays, estimates.json, report.md and plots"
    learning.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help=output)
    simulated = "simulated courses for each rate (default 2000)"
    learning.add_argument("--series", type=int, default=2000, metavar="N", help=simulated)
    cores = os.cpu_count() or 1
    every = "default: every core"
    learning.add_argument("--processes", type=int, default=cores, metavar="N", help=every)
    learning.set_defaults(run=learn)


def _add_new_instrument(commands: Commands) -> None:
    new = commands.add_parser(
        "new-instrument", help="print a skeleton definition, or write it to a file"
    )
    new.add_argument("id", help="lower case letters, digits and hyphens")
    for name, default, what in (
        ("--items", 10, "number of items"),
        ("--lowest", 0, "lowest printed answer"),
        ("--highest", 3, "highest printed answer"),
    ):
        told = f"{what} (default {default})"
        new.add_argument(name, type=int, default=default, metavar="N", help=told)
    new.add_argument("--output", type=Path, metavar="FILE", help="a new file; default: print")
    new.set_defaults(run=new_instrument)


def _add_import_fhir(commands: Commands) -> None:
    new = commands.add_parser(
        "import-fhir", help="make the draft of a definition of a FHIR Questionnaire"
    )
    form = "a Questionnaire (R4 or R5), or a Bundle of one with its value sets"
    new.add_argument("file", type=Path, metavar="FILE", help=form)
    new.add_argument("--id", metavar="ID", help="id of the instrument; default: made of the name")
    wording = "take the wording of items and answers along, where the form says whose it is"
    new.add_argument("--with-text", action="store_true", help=wording)
    output = "a new file; default: print"
    new.add_argument("-o", "--output", type=Path, metavar="FILE", help=output)
    new.set_defaults(run=import_fhir)


def _add_map(commands: Commands) -> None:
    new = commands.add_parser("map", help="propose a mapping of what a survey tool sends")
    sample = (
        "one payload or an export (JSON or CSV), a REDCap data dictionary (CSV), or a FHIR "
        "QuestionnaireResponse or Questionnaire"
    )
    new.add_argument("sample", type=Path, metavar="SAMPLE", help=sample)
    instrument = "id of the instrument that it is a form of"
    new.add_argument("-i", "--instrument", required=True, metavar="ID", help=instrument)
    output = "a new file; default: print"
    new.add_argument("-o", "--output", type=Path, metavar="FILE", help=output)
    new.set_defaults(run=map_source)


def _add_new_key(commands: Commands) -> None:
    new = commands.add_parser("new-key", help="print an API key, once, and its line for the file")
    new.add_argument("client", metavar="CLIENT", help="lower-case name, which the log shows")
    allowed = "what the client may do, joined by commas: score,monitor,definitions,metrics"
    new.add_argument("--scopes", required=True, metavar="SCOPES", help=allowed)
    new.set_defaults(run=lambda options: print_new_key(options.client, options.scopes))


def check_given(paths: Sequence[Path], norms_since: int | None) -> int:
    """Check files, together with those of the configured directories."""
    from service.commands.check import check_definitions

    settings = Settings.from_environ(os.environ)
    places = (settings.instruments_dir, settings.instruments_extra_dir)
    configured = [place for place in places if place is not None]
    return check_definitions(paths, configured, norms_since)


def show_settings() -> int:
    """Print every setting with its value, secrets hidden."""
    rows = describe(Settings.from_environ(os.environ))
    width = max(len(row.variable) for row in rows)
    for row in rows:
        print(f"{row.variable:{width}}  {row.value}  (default: {row.default}) {row.description}")
    return 0


def print_texts() -> int:
    """Print every wording and text that a language may translate."""
    from service.commands.texts import english_file

    print(english_file(Settings.from_environ(os.environ)))
    return 0


def write_schema(only_compare: bool) -> int:
    """Write the JSON Schemas of definitions and of mappings, or compare the files with them."""
    from service.description.json_schema import definition_schema, mapping_schema, schema_text
    from service.sources import catalogue

    instruments = REPOSITORY / "instruments"
    mappings = instruments / catalogue.FOLDER
    codes = [
        _write_or_compare(path, schema_text(schema), only_compare)
        for path, schema in (
            (instruments / SCHEMA_FILE, definition_schema()),
            (mappings / catalogue.SCHEMA_FILE, mapping_schema()),
        )
    ]
    return max(codes)


def write_openapi(only_compare: bool) -> int:
    """Write the OpenAPI description and the types of its Python client, or compare the files with
    them.
    """
    from service.description.openapi import build, openapi_text
    from service.description.python_types import python_types_text

    document = build()
    types = REPOSITORY / "clients" / "python" / "questionnaire_scoring_client" / "types.py"
    codes = [
        _write_or_compare(path, text, only_compare)
        for path, text in (
            (REPOSITORY / "openapi.yaml", openapi_text(document)),
            (types, python_types_text(document["components"]["schemas"])),
        )
    ]
    return max(codes)


def write_pages(only_compare: bool) -> int:
    """Write the pages of all shipped instruments and that of all problem codes, or compare them;
    pages of no instrument are faults too.
    """
    from service.definitions.catalog import load_catalog
    from service.description.pages.library import pages
    from service.description.problems_page import problems_page

    folder = REPOSITORY / "docs" / "instruments"
    wanted = pages(load_catalog(REPOSITORY / "instruments"))
    stale = [path for path in sorted(folder.glob("*.md")) if path.name not in wanted]
    for path in stale:
        if not only_compare:
            path.unlink()
        print(f"{path} {'belongs to no instrument' if only_compare else 'removed'}")
    folder.mkdir(parents=True, exist_ok=True)
    codes = [_write_or_compare(folder / name, text, only_compare) for name, text in wanted.items()]
    codes.append(_write_or_compare(folder.parent / "problems.md", problems_page(), only_compare))
    return max([*codes, int(bool(stale and only_compare))])


def calibrate(options: argparse.Namespace) -> int:
    """Simulate the error rates of the alert rules and write them, or compare a small part with what
    is written.
    """
    from service.calibration import command, grid

    series: int | None = options.series
    processes: int = options.processes
    if processes < 1 or (series is not None and series < 1):
        print("At least one course and one process are needed.", file=sys.stderr)
        return 2
    docs = REPOSITORY / "docs"
    if options.check:
        return command.check(series or command.CHECKED_SERIES, processes, docs)
    try:
        if options.docs:
            return command.write_documents(command.committed(), docs)
        return command.write(series or grid.SERIES, processes, docs)
    except OSError as error:
        print(f"{error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2


def learn(options: argparse.Namespace) -> int:
    """Learn from a site's own courses, with the configured definitions."""
    from service.definitions.catalog import load_catalog
    from service.learning import command

    if options.processes < 1 or options.series < 1:
        print("At least one course and one process are needed.", file=sys.stderr)
        return 2
    settings = Settings.from_environ(os.environ)
    catalog = load_catalog(settings.instruments_dir, settings.instruments_extra_dir)
    try:
        return command.learn(
            options.courses, catalog, options.series, options.processes, options.output
        )
    except UnicodeDecodeError:
        print(f"{options.courses}: is not UTF-8", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2


def new_instrument(options: argparse.Namespace) -> int:
    """Print a skeleton definition or write it to a file that does not exist yet."""
    from service.definitions.skeleton import skeleton

    output: Path | None = options.output
    if not 1 <= options.items <= 500 or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", options.id):
        print(
            "The id is lower case letters, digits and hyphens; an instrument has 1 to 500 items.",
            file=sys.stderr,
        )
        return 2
    if not 1 <= options.highest - options.lowest <= 100:
        print("The highest answer is 1 to 100 above the lowest.", file=sys.stderr)
        return 2
    text = skeleton(options.id, options.items, options.lowest, options.highest)
    if output is None:
        print(text, end="")
        return 0
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"{output}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{output} written. Fill in what is marked TODO, then: python -m service check {output}")
    return 0


def import_fhir(options: argparse.Namespace) -> int:
    """Make the draft of a definition: 0 all found its place, 1 something is left to the author, 2
    there is none.
    """
    from service.commands.import_fhir import run

    return run(options.file, options.id, options.output, with_text=options.with_text)


def map_source(options: argparse.Namespace) -> int:
    """Make the draft of a mapping: 0 all found its place, 1 something is left to the author, 2
    there is none.
    """
    from service.commands.map_source import run
    from service.definitions.catalog import load_catalog
    from service.sources.catalogue import load_mappings

    settings = Settings.from_environ(os.environ)
    catalog = load_catalog(settings.instruments_dir, settings.instruments_extra_dir)
    templates = load_mappings([settings.instruments_dir], catalog)
    return run(options.sample, options.instrument, options.output, catalog, templates)


def print_new_key(client: str, scopes: str) -> int:
    """Print a new API key, which is kept nowhere, and the line of API_KEYS_FILE that admits it."""
    from service.access import keys

    if not keys.CLIENT.fullmatch(client):
        print("The client is 1 to 64 lower-case letters, digits or . _ -", file=sys.stderr)
        return 2
    try:
        allowed = keys.read_scopes(scopes)
    except ValueError as fault:
        print(f"The {fault}.", file=sys.stderr)
        return 2
    key = keys.new_key()
    print(f"For the client, shown only now:\n{key}")
    print(f"For API_KEYS_FILE:\n{keys.line_of(client, key, allowed)}")
    return 0


def _write_or_compare(path: Path, text: str, only_compare: bool) -> int:
    if not only_compare:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path} written")
        return 0
    current = path.read_text(encoding="utf-8") if path.exists() else None
    print(f"{path} is {'up to date' if current == text else 'out of date'}")
    return 0 if current == text else 1


if __name__ == "__main__":
    sys.exit(main())
