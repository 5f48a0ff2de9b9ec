"""English as a file: what a translator starts from."""

import json

from service.definitions.catalog import load_catalog
from service.languages.english import PAGE, WORDINGS, shown_texts
from service.scoring.wording.words import NUMBERS
from service.settings import Settings


def english_file(settings: Settings) -> str:
    """Return the file of a language that says everything in English, with the texts of the
    configured definitions. Raises DefinitionError.
    """
    catalog = load_catalog(settings.instruments_dir, settings.instruments_extra_dir)
    texts = shown_texts(entry.instrument for entry in catalog.entries())
    said = {
        "decimal": ".",
        "lowers_titles": True,
        "numbers": NUMBERS,
        "wordings": WORDINGS,
        "texts": {text: text for text in texts},
        "page": PAGE,
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
