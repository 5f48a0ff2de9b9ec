"""Addresses and times: what the resources rest on."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fhir.canonical import Canonical, Names
from service.fhir.datetimes import is_datetime
from service.fhir.writing.parts import urn


@given(st.text(), st.text())
def test_an_address_is_a_uuid_of_version_5(identity: str, role: str):
    name = f"{identity}#{role}"
    expected = uuid5(NAMESPACE_URL, name.encode("utf-8", "backslashreplace").decode())
    assert urn(identity, role) == expected.urn


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("urn:questionnaire-scoring", "urn:questionnaire-scoring:Questionnaire:phq-9"),
        ("https://example.org/fhir", "https://example.org/fhir/Questionnaire/phq-9"),
    ],
)
def test_a_canonical_address_is_read_as_it_is_written(base: str, address: str):
    names = Names(base)
    assert names.questionnaire("phq-9") == address
    assert names.read(address) == Canonical("phq-9", None)
    assert names.read(f"{address}|1.0.0") == Canonical("phq-9", "1.0.0")
    assert names.read(names.unweighted("phq-9")) == Canonical("phq-9", None)
    assert names.read("http://example.org/Questionnaire/phq-9") is None


@pytest.mark.parametrize(
    "text",
    ["2024", "2024-02", "2024-02-29", "2024-02-29T23:59:59Z", "2024-02-29T23:59:59.999-13:00"],
)
def test_what_is_a_time(text: str):
    assert is_datetime(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2023-02-29",
        "2024-2-9",
        "0000-01-01",
        "2024-02-29T23:59:60Z",
        "2024-02-29T23:59:59+15:00",
    ],
)
def test_what_is_none(text: str):
    assert not is_datetime(text)
