"""English: every wording by its name, and every text of a definition or rule that is shown. Other
languages are translations of these, and speak English where they have none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from service.alliance.report.words import TEMPLATES
from service.alliance.rules.battery import BATTERY
from service.cds.wording import CARDS
from service.chart.english import DRAWN
from service.scoring.instrument import Instrument
from service.scoring.wording.words import ENGLISH, Words

OF_FORMS: Mapping[str, str] = {
    "risk.not_answered": "Item {item} was not answered.",
    "warning.answers_contradict_gate": "By the form's rule something does not apply that was"
    " answered otherwise ({items}). The answers count as given; what was left blank there counts as"
    " not answered.",
    "warning.gated_answer_replaced": "By the form's rule an answer does not apply ({items}); the"
    " rule was used instead.",
    "warning.items_not_asked": "By the form's rule this respondent is not asked some items"
    " ({items}): scored on the other items, with the range that goes with them.",
    "warning.not_applicable_not_excused": "These items were sent as not applicable, but the form"
    " has no rule that excuses them; they count as not answered ({items}).",
    "warning.norm_does_not_fit": "This norm group was not used: the respondent is not known to"
    " belong to it ({norm}).",
}
"""What score reports say; the engine says the same in English, of warnings with more of the rule
behind them.
"""

PARTS = (TEMPLATES, OF_FORMS, DRAWN, CARDS)
WORDINGS: Mapping[str, str] = {name: said for part in PARTS for name, said in part.items()}
IN_ENGLISH = Words(WORDINGS)


PAGE: Mapping[str, str] = json.loads(
    (Path(__file__).resolve().parents[1] / "console" / "texts" / "en.json").read_bytes()
)
"""What the console says, by key."""


class Languages(dict[str, Words]):
    """Languages by tag in small letters; English is always one of them. `pages` holds what the
    console says in the others, as far as somebody has put it into them.
    """

    def __init__(self, words: Mapping[str, Words]) -> None:
        super().__init__(words)
        self.pages: dict[str, Mapping[str, str]] = {}


ENGLISH_ONLY = Languages({ENGLISH: IN_ENGLISH})


def shown_texts(instruments: Iterable[Instrument]) -> list[str]:
    """Return every English text of rules and definitions that is shown to readers, once."""
    titles = [rule.title for rule in (*BATTERY.rules, *BATTERY.repairs)]
    return list(dict.fromkeys([*titles, *(text for one in instruments for text in _texts_of(one))]))


def _texts_of(instrument: Instrument) -> Iterator[str]:
    for risk in instrument.risks:
        yield from (risk.title, risk.message)
    yield from (criterion.title for criterion in instrument.criteria)
    for scale in instrument.scales:
        yield scale.title
        if scale.unit:
            yield scale.unit
        yield from (link.title for link in scale.linked)
        yield from (band.label for system in scale.bands for band in system.bands)
        yield from (cutoff.label for cutoff in scale.cutoffs if cutoff.label is not None)
