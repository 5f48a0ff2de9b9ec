"""Labels of answers in other languages, of every shipped instrument that has them."""

import pytest

from service.scoring.instrument import Item
from service.sources.drafting.meaning import meaning_of
from service.sources.drafting.sample import Choice, Question
from tests.shipped import CATALOG

EDITIONS = [
    (entry.instrument.id, name, one["language"], tuple(one["labels"]))
    for entry in CATALOG.entries()
    for name, part in entry.document["response_sets"].items()
    for one in part.get("translations", ())
]

# As the forms print them: by instrument, response set and language, value by label.
PRINTED = {
    # The German WHO-5, as a public R package reads it.
    ("who-5", "frequency", "de"): {"Zu keinem Zeitpunkt": 0, "Ab und zu": 1, "Die ganze Zeit": 5},
    # The WHO's manual of the AUDIT in Spanish; only 0, 2 and 4 exist for the last two questions.
    ("audit", "harm", "es"): {
        "No": 0,
        "Sí, pero no en el curso del último año": 2,
        "Sí, el último año": 4,
    },
    ("audit-c", "how-many", "es"): {"1 o 2": 0, "De 7 a 9": 3, "10 o más": 4},
    # The German WHOQOL-BREF with its scores, as HL7 Austria's CodeSystem has it.
    ("whoqol-bref", "frequency", "de"): {"Niemals": 1, "Nicht oft": 2, "Immer": 5},
    # Short forms of PROMIS from the Assessment Center.
    ("promis-fatigue-4a", "amount", "es"): {"Nada": 1, "Algo": 3, "Muchísimo": 5},
    # The European Spanish PSS of Remor and Carrobles.
    ("pss-10", "frequency", "es"): {"Nunca": 0, "De vez en cuando": 2, "Muy a menudo": 4},
    ("sdq-parent", "truth", "de"): {"Nicht zutreffend": 0, "Eindeutig zutreffend": 2},
    # Young people are asked in other words than their parents.
    ("sdq-self", "truth", "es"): {"No es verdad": 0, "Verdaderamente sí": 2},
}


def item_of(instrument: str, name: str) -> Item:
    items = CATALOG.get(instrument).instrument.items
    return next(item for item in items if item.response_set.name == name)


@pytest.mark.parametrize(("instrument", "name", "language"), PRINTED)
def test_a_label_stands_for_the_value_that_the_form_prints(instrument, name, language):
    options = item_of(instrument, name).response_set.options
    values = {option.translations[language]: option.value for option in options}
    printed = PRINTED[instrument, name, language]
    assert {label: values[label] for label in printed} == printed


@pytest.mark.parametrize(("instrument", "name", "language", "labels"), EDITIONS)
def test_the_labels_of_an_edition_alone_say_what_its_answers_mean(
    instrument, name, language, labels
):
    """Offered in any order and without numbers, each stands for one answer."""
    item = item_of(instrument, name)
    offered = tuple(Choice("", label) for label in reversed(labels))
    question = Question("q", choices=offered)
    form = CATALOG.get(instrument).instrument
    told = meaning_of([question], {"q": item.id}, form, counts_places=True)
    meant = {option.translations[language]: option.value for option in item.response_set.options}
    assert told.values == {"numeric": "none", "tokens": meant}
    assert told.remarks == ()
