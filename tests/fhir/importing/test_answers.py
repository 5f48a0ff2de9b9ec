"""Answers that an item binds by a value set, contained or in the same Bundle."""

from typing import Any

import pytest

from service.fhir.importing.draft import draft_of
from tests.fhir.importing.forms import bundle, choice, form, option, weight

Json = dict[str, Any]

URL = "http://example.org/ValueSet/often"
SYSTEM = "http://example.org/CodeSystem/often"
PROPERTY = "http://hl7.org/fhir/concept-properties#itemWeight"
BACKPORT = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion"


def bound(address: str, **members: object) -> Json:
    """Return a form of two items with the answers of a value set."""
    items = [{"linkId": link, "type": "choice", "answerValueSet": address} for link in ("a", "b")]
    return form(*items, **members)


def composed(*concepts: Json, **members: object) -> Json:
    include = {"system": SYSTEM, **({"concept": list(concepts)} if concepts else {})}
    return {"resourceType": "ValueSet", "compose": {"include": [include]}, **members}


def expanded(*concepts: Json, **expansion: object) -> Json:
    contains = [{"system": SYSTEM, **one} for one in concepts]
    return {
        "resourceType": "ValueSet",
        "url": URL,
        "expansion": {"contains": contains, **expansion},
    }


def code_system(name: str = "itemWeight", uri: str | None = PROPERTY) -> Json:
    """Return a code system with the weights 0 and 4 as properties."""
    return {
        "resourceType": "CodeSystem",
        "url": SYSTEM,
        "property": [{"code": name, "type": "decimal", **({"uri": uri} if uri else {})}],
        "concept": [
            {"code": code, "property": [{"code": name, "valueDecimal": value}]}
            for code, value in (("no", 0.0), ("yes", 4.0))
        ],
    }


def brought_back(code: str, value: float, name: str = "itemWeight") -> Json:
    """Return a concept of an expansion with its weight as R4 has properties of R5."""
    parts = [{"url": "code", "valueCode": name}, {"url": "value", "valueDecimal": value}]
    return {
        "code": code,
        "extension": [{"url": f"{BACKPORT}.contains.property", "extension": parts}],
    }


def declared(name: str, uri: str) -> Json:
    parts = [{"url": "code", "valueCode": name}, {"url": "uri", "valueUri": uri}]
    return {"url": f"{BACKPORT}.property", "extension": parts}


def weighed(document: Json) -> list[tuple[object, str]]:
    """Return number and code of each answer of the only response set."""
    draft = draft_of(document)
    assert draft.definition is not None, draft.faults
    (made,) = draft.definition["response_sets"].values()
    return [(one["value"], one["code"]) for one in made["options"]]


ORDINAL = [
    {"code": "no", "extension": [weight(0, "ordinalValue")]},
    {"code": "yes", "extension": [weight(4, "ordinalValue")]},
]
PLAIN = [{"code": "no"}, {"code": "yes"}]
SHAPES = {
    "contained, weights in the value set": bound(
        "#often", contained=[composed(*ORDINAL, id="often")]
    ),
    "in the Bundle by address": bundle(bound(URL), composed(*ORDINAL, url=URL)),
    "in the Bundle before the form": bundle(composed(*ORDINAL, url=URL), bound(URL)),
    "by address and version": bundle(
        bound(f"{URL}|2.0"), composed(*ORDINAL, url=URL, version="2.0")
    ),
    "by a relative reference": bundle(bound("ValueSet/often"), composed(*ORDINAL, id="often")),
    "weights in the code system": bundle(bound(URL), composed(*PLAIN, url=URL), code_system()),
    "all of the code system": bundle(bound(URL), composed(url=URL), code_system()),
    "a property of another name": bundle(
        bound(URL), composed(*PLAIN, url=URL), code_system("points")
    ),
    "a property without an address": bundle(
        bound(URL), composed(*PLAIN, url=URL), code_system(uri=None)
    ),
    "contained code system": bound(
        "#often", contained=[composed(*PLAIN, id="often"), code_system()]
    ),
    "expanded, weights of the code system": bundle(bound(URL), expanded(*PLAIN), code_system()),
    "expanded, properties of R5": bundle(
        bound(URL),
        expanded(
            {"code": "no", "property": [{"code": "weight", "valueDecimal": 0}]},
            {"code": "yes", "property": [{"code": "weight", "valueDecimal": 4}]},
            property=[{"code": "weight", "uri": PROPERTY}],
        ),
    ),
    "expanded, properties brought back to R4": bundle(
        bound(URL), expanded(brought_back("no", 0), brought_back("yes", 4))
    ),
    "expanded, declared properties brought back to R4": bundle(
        bound(URL),
        expanded(
            brought_back("no", 0, "w"),
            brought_back("yes", 4, "w"),
            extension=[declared("w", PROPERTY)],
        ),
    ),
    "expanded, extensions": bundle(bound(URL), expanded(*ORDINAL)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_weights_are_found_wherever_the_file_has_them(name: str):
    assert weighed(SHAPES[name]) == [(0, "no"), (4, "yes")]


@pytest.mark.parametrize(
    "other",
    [
        bundle(bound(URL), composed(*PLAIN, url=URL), code_system(uri="http://example.org/other")),
        bundle(
            bound(URL),
            expanded(
                brought_back("no", 0),
                brought_back("yes", 4),
                extension=[declared("itemWeight", "http://example.org/other")],
            ),
        ),
        bundle(bound(URL), composed(*PLAIN, url=URL)),
        bundle(bound(URL), composed(*PLAIN, url=URL), code_system("points", None)),
    ],
)
def test_a_property_that_is_declared_as_something_else_is_no_weight(other: Json):
    draft = draft_of(other)
    assert draft.definition is not None
    assert [one.code for one in draft.remarks] == ["no_weights", "no_weights"]
    assert all(str(value).startswith("TODO") for value, _ in weighed(other))


def test_a_value_set_that_did_not_come_along_is_told_and_the_item_has_to_be_confirmed():
    document = form(choice("x"), {"linkId": "a", "type": "choice", "answerValueSet": URL})
    draft = draft_of(document)
    assert draft.definition is not None
    assert [one.code for one in draft.remarks] == ["value_set_missing"]
    assert draft.definition["notes"][0].endswith(": a")


@pytest.mark.parametrize("narrowed", [{"filter": [{}]}, {"valueSet": ["http://example.org/x"]}])
def test_a_part_of_a_code_system_is_not_taken_for_all_of_it(narrowed: Json):
    value_set = composed(url=URL)
    value_set["compose"]["include"][0] |= narrowed
    draft = draft_of(bundle(bound(URL), value_set, code_system()))
    assert [one.code for one in draft.faults] == ["no_items"]


def test_an_answer_with_neither_code_nor_words_is_left_out_and_told():
    answers = [*(option(code, weight(n)) for n, code in enumerate("ab")), {"valueCoding": {}}]
    draft = draft_of(form(choice("a", answers)))
    assert [one.code for one in draft.remarks] == ["answer_left_out"]
    assert not draft.is_whole


def test_whole_numbers_and_texts_are_answers_too():
    numbers = [{"valueInteger": value} for value in (0, 1)]
    texts = [{"valueString": text, "extension": [weight(n)]} for n, text in enumerate("xy")]
    for answers, codes in ((numbers, ["0", "1"]), (texts, [None, None])):
        draft = draft_of(form(choice("a", answers)))
        assert draft.definition is not None
        (made,) = draft.definition["response_sets"].values()
        assert [one["value"] for one in made["options"]] == [0, 1]
        assert [one.get("code") for one in made["options"]] == codes


def test_a_number_whose_weight_is_another_is_left_to_the_author():
    draft = draft_of(form(choice("a", [{"valueInteger": 1, "extension": [weight(2)]}])))
    assert [one.code for one in draft.remarks] == ["weight_left_open"]


def test_another_kind_of_answer_is_left_out_and_told():
    draft = draft_of(
        form(choice("a", [{"valueInteger": 0}, {"valueInteger": 1}, {"valueDate": "x"}]))
    )
    assert [one.code for one in draft.remarks] == ["answer_left_out"]
