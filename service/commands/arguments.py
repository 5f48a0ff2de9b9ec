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


def _write_manifest(options: Namespace) -> int:
    from service.commands.manifest import run

    return run(options.output)
