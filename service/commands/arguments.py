"""What the commands about whole sets of definitions take. Loads nothing that they need to run."""

from argparse import Namespace
from pathlib import Path
from typing import Any


def add_set_commands(commands: Any) -> None:
    """Add the commands that write the manifest of a set and compare two sets."""
    manifest = commands.add_parser(
        "manifest", help="list the configured definitions, mappings and languages by their digests"
    )
    output = "a file, for DEFINITIONS_MANIFEST; default: print"
    manifest.add_argument("-o", "--output", type=Path, metavar="FILE", help=output)
    manifest.set_defaults(run=_write_manifest)
    diff = commands.add_parser(
        "diff",
        help="say in words what differs between two sets of definitions, and in which scores",
    )
    named = "a folder, a definition file, or a manifest with its files beside it"
    diff.add_argument("before", type=Path, metavar="A", help=named)
    diff.add_argument("after", type=Path, metavar="B", help="likewise")
    diff.set_defaults(run=_tell_differences)


def _write_manifest(options: Namespace) -> int:
    from service.commands.manifest import run

    return run(options.output)


def _tell_differences(options: Namespace) -> int:
    from service.commands.diff import run

    return run(options.before, options.after)
