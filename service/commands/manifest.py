"""`python -m service manifest`: the digest of everything that a service would load."""

import os
import sys
from pathlib import Path

from service.definitions.catalog import load_catalog
from service.languages.catalogue import FOLDER, LanguageError, load_languages
from service.releases.manifest import manifest_of
from service.settings import Settings
from service.sources.catalogue import load_mappings


def run(output: Path | None) -> int:
    """Write the manifest of the configured set, or print it. Return 0; 1 where it has faults, 2
    where the file cannot be written.
    """
    settings = Settings.from_environ(os.environ)
    places = (settings.instruments_dir, settings.instruments_extra_dir)
    language_folders = (FOLDER, settings.languages_extra_dir)
    catalog = load_catalog(*places)
    mappings = load_mappings(places, catalog)
    try:
        load_languages(*language_folders)
    except LanguageError as refused:
        print(refused, file=sys.stderr)
        return 1
    manifest = manifest_of(catalog, mappings, *language_folders)
    if output is None:
        print(manifest.text(), end="")
        return 0
    try:
        output.write_text(manifest.text(), encoding="utf-8")
    except OSError as error:
        print(f"{output}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{output} written: {len(manifest.digests)} parts, {manifest.digest}")
    return 0
