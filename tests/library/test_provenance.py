"""What the definitions say of their sources: licences, codes, and which numbers are confirmed."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.definitions.glance import glance
from service.definitions.notices import CHOP, LOINC, NCIT
from tests.shipped import CATALOG, document


@pytest.mark.parametrize(
    ("instrument", "permission", "words"),
    [
        ("core-om", False, "NonCommercial-NoDerivatives"),
        ("wemwbs", True, "All rights reserved"),
        ("who-5", True, "CC BY-NC-SA 3.0 IGO"),
        ("pss-10", True, "permission of the author"),
        ("pss-4", True, "permission of the author"),
        ("epds", True, "written permission"),
        ("audit", True, "not for sale"),
    ],
)
def test_licence_taken_from_the_more_generous_page(instrument, permission, words):
    licence = document(instrument)["licence"]
    assert words in licence["terms"]
    assert (licence["text_included"], licence["permission_required"]) == (False, permission)


def test_codes_whose_source_is_not_named():
    """A panel, item or score with a code, of a form without sources of its codes: those that had
    codes before sources were asked for, which key sources and notes tell.
    """
    coded = {
        entry.instrument.id
        for entry in CATALOG.entries()
        for part in (entry.document, *entry.document["items"], *entry.document["scales"])
        if part.get("codes") and "code_sources" not in entry.document
    }
    assert coded <= {"phq-9", "phq-15", "phq-2", "audit-c"}


def test_a_norm_of_another_year_than_its_source():
    """A year stands in the source or in what the population is called; a survey of 2014-15 ended in
    2015.
    """
    told = 0
    for entry in CATALOG.entries():
        sources = {source["id"]: source for source in entry.document["sources"]}
        for norm in entry.document.get("norms", ()):
            source = sources[norm["source"]]
            words = f"{norm['population']} {source['citation']} {source.get('where', '')}"
            years = {int(year) for year in re.findall(r"(?<![0-9/])[12][0-9]{3}(?![0-9])", words)}
            years |= {int(a + c) for a, _, c in re.findall(r"(20)([0-9]{2})-([0-9]{2})\b", words)}
            given = {norm[name] for name in ("collected", "published") if name in norm}
            assert given <= years, (entry.instrument.id, norm["id"])
            told += bool(given)
    assert told >= 57


def test_codes_of_cdisc_follow_the_order_of_the_form():
    """The name of a code of the NCI Thesaurus is CDISC's: the form's short name and the number of
    the item. Items of one form were coded in one row. Those of the MHI-5 are items of the RAND-36.
    """
    seen = set()
    elsewhere = {"mhi-5": (24, 25, 26, 28, 30)}
    for entry in CATALOG.entries():
        places = elsewhere.get(entry.instrument.id, range(1, 200))
        for place, item in zip(places, entry.document["items"], strict=False):
            for code in item.get("codes", []):
                if code["system"] == NCIT:
                    seen.add(entry.instrument.id)
                    numbered = code["display"].endswith((f"{place:02}", f"S{place}"))
                    assert numbered, (entry.instrument.id, item["id"])
    assert {"hads", "ham-a", "ham-d-17", "qids-sr16", "rand-36", "eq-5d-5l", "phq-9"} <= seen
    assert {"swls", "whodas-12", "epds", "pcl-5", "phq-2", "phq-8", "mhi-5"} <= seen


def codes_of(part: dict[str, Any], system: str = LOINC) -> list[str]:
    """Return the codes of one system."""
    return [code["code"] for code in part.get("codes", []) if code["system"] == system]


def test_the_items_of_the_mhi_5_are_coded_as_in_the_rand_36():
    rand = [codes_of(item, NCIT) for item in document("rand-36")["items"]]
    mhi = [codes_of(item, NCIT) for item in document("mhi-5")["items"]]
    assert mhi == [rand[place - 1] for place in (24, 25, 26, 28, 30)]


def test_codes_of_another_questionnaire():
    """44261-6 is the PHQ-9 total, 44249-1 its panel; 68517-2 is another question than AUDIT-C item
    1.
    """
    for entry in CATALOG.entries():
        written = json.dumps({**entry.document, "notes": []})  # a note may warn of a code
        assert ("44261-6" in written) is ("44249-1" in written) is (entry.instrument.id == "phq-9")
        assert not any(code in written for code in ("68517-2", "44261-8", "77040-1", "96762-0"))
    gad = CATALOG.get("gad-7").document
    assert (codes_of(gad), codes_of(gad["scales"][0])) == (["69737-5"], ["70274-6"])


@pytest.mark.parametrize("instrument", ["pcl-5", "epds", "c-ssrs-screener"])
def test_loinc_codes_on_which_sources_disagree(instrument):
    """93245-9 is the whole C-SSRS, the others are no code of these forms."""
    coded = document(instrument)
    given = {code for part in (coded, *coded["items"], *coded["scales"]) for code in codes_of(part)}
    assert given.isdisjoint(("77040-1", "96762-0", "93245-9", "73831-0"))


def test_the_code_of_a_form_taken_for_that_of_its_score():
    """LOINC's 71354-5, 72110-0, 82666-9, 48543-3 and 100766-5 are panels; much software sends them
    with a total.
    """
    coded = {
        "epds": ("71354-5", "99046-5"),
        "audit": ("72110-0", "75624-7"),
        "dast-10": ("82666-9", "82667-7"),
        "gds-15": ("48543-3", "48545-8"),
        "ces-d": ("100766-5", "100787-1"),
        "ies-r": ("100232-8", "100255-9"),
    }
    for name, (form, score) in coded.items():
        definition = document(name)
        (total,) = (scale for scale in definition["scales"] if scale["id"] == "total")
        assert (codes_of(definition), codes_of(total)) == ([form], [score])


def test_codes_of_items_in_the_order_of_the_form():
    """LOINC 72110-0 lists the AUDIT, 100767-3 (bothered) to 100786-3 (lack of energy) the CES-D.
    100777-2 is restless sleep, item 11, 100782-2 enjoying life, item 16.
    """
    items = {
        name: document(name)["items"] for name in ("audit", "audit-c", "ces-d", "gad-2", "gad-7")
    }
    asked = {name: [codes_of(item) for item in listed] for name, listed in items.items()}
    assert asked["audit"][:3] == asked["audit-c"]
    assert asked["audit"][3:] == [
        ["97734-8"], ["97735-5"], ["97736-3"], ["97737-1"], ["97738-9"], ["97739-7"], ["97740-5"],
    ]  # fmt: skip
    assert (asked["ces-d"][10], asked["ces-d"][15]) == (["100777-2"], ["100782-2"])
    assert asked["gad-2"] == asked["gad-7"][:2]


def test_codes_of_items_that_loinc_gives_in_the_order_of_the_form():
    """LOINC names 100233-6 to 100254-2 in the order of the IES-R (100234-4 trouble staying asleep,
    item 2; 100252-6 dreams, item 20), 100361-5 to 100366-4 in that of the BRS. Of fifteen codes of
    its FFMQ these six are of one item each: food, sounds, a pause, smells, what is seen, emotions.
    """
    numbers = {
        name: [code for item in document(name)["items"] for code in codes_of(item)]
        for name in ("ies-r", "brs")
    }
    assert [int(code[:6]) for code in numbers["ies-r"]] == list(range(100233, 100255))
    assert [int(code[:6]) for code in numbers["brs"]] == list(range(100361, 100367))
    mindful = {item["id"]: codes_of(item) for item in document("ffmq-39")["items"]}
    assert {item: codes[0] for item, codes in mindful.items() if codes} == {
        "11": "100265-8", "20": "100267-4", "21": "100268-2",
        "26": "100271-6", "31": "100272-4", "36": "100273-2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("instrument", "form", "last"),
    [("honos", "94.A1", "C"), ("honos-65", "94.A1", "C"), ("honosca", "94.A2", "D")],
)
def test_the_swiss_codes_of_the_honos_go_on_with_letters(instrument, form, last):
    """The CHOP numbers scales 1 to 9 and goes on with A: HoNOS 12 is C, HoNOSCA 13 is D, and the
    HoNOSCA's scales 14 and 15 have none.
    """
    coded = document(instrument)
    assert codes_of(coded, CHOP) == [form]
    given = [code for item in coded["items"] for code in codes_of(item, CHOP)]
    assert given == [f"{form}.{sign}" for sign in "123456789ABCD"[: 12 if last == "C" else 13]]
    assert given[-1] == f"{form}.{last}"


def test_the_codes_of_the_pss_4_are_not_those_of_the_pss_10():
    """Its four items are items 2, 4, 5 and 10 of the long form, under codes of their own."""
    system = "https://fhir.hl7.at/prenudge/appdata/r4/CodeSystem/at-prenudge-pss-codes-codesystem"
    for name, prefix in (("pss-4", "pss4"), ("pss-10", "pss10")):
        items = document(name)["items"]
        numbered = [[f"{prefix}-q{place}"] for place in range(1, len(items) + 1)]
        assert [codes_of(item, system) for item in items] == numbered


def test_how_many_definitions_have_codes():
    coded = [entry for entry in CATALOG.entries() if glance(entry.document)["codes"] != "not_found"]
    assert len(coded) >= 61


# Sites that hold the work of many authors.
SHARED_HOSTS = {"github.com", "pmc.ncbi.nlm.nih.gov"}
SECOND_HAND = re.compile(
    r"\b(quoting|as quoted|citing|reprint\w+|(after|from) (the (publisher|authors)|[A-Z]))"
)


def confirmed(part: Any) -> Iterator[tuple[str, str]]:
    """Yield the two sources of every number, at any depth, that is said to have two."""
    if isinstance(part, dict):
        if "confirmed_by" in part:
            yield part["source"], part["confirmed_by"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from confirmed(inner)


def second_hand(source: Any, first: Any) -> bool:
    """Tell whether a source says that it quotes another, by the name of its first author."""
    citation = source["citation"]
    return (
        SECOND_HAND.search(citation) is not None
        and first["citation"].split()[0].strip(",") in citation
    )


@pytest.mark.parametrize("instrument", sorted(entry.instrument.id for entry in CATALOG.entries()))
def test_a_number_confirmed_by_another_page_of_its_source(instrument):
    """Two pages of one site are not two sources, nor a paper and its quotation, nor two
    quotations.
    """
    sources = {source["id"]: source for source in document(instrument)["sources"]}
    for pair in set(confirmed(document(instrument))):
        one, other = (sources[name] for name in pair)
        hosts = [
            urlsplit(source.get("url", "")).netloc.removeprefix("www.") for source in (one, other)
        ]
        assert hosts[0] != hosts[1] or hosts[0] in SHARED_HOSTS | {""}, pair
        assert not second_hand(one, other), pair
        assert not second_hand(other, one), pair
        assert not all(SECOND_HAND.search(source["citation"]) for source in (one, other)), pair
