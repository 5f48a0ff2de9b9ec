"""The file of issuers: what it may say, and that every fault of it is told at once."""

import json
from pathlib import Path

import pytest

from service.access.tokens.issued import IssuedTokens
from service.access.tokens.issuers import Issuer, read_issuers
from service.access.watched_file import UnusableFile
from tests.tokens import ISSUER, PUBLIC_URL, Json, cds_record, record, write_issuers


def read(*records: Json, public_url: str | None = PUBLIC_URL) -> list[Issuer]:
    return read_issuers(json.dumps({"issuers": records}).encode(), public_url=public_url)


def faults(*records: Json, public_url: str | None = PUBLIC_URL) -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as refused:
        read(*records, public_url=public_url)
    assert str(refused.value).startswith("JWT_ISSUERS_FILE cannot be used: ")
    return refused.value.faults


def without(document: Json, *members: str) -> Json:
    return {name: value for name, value in document.items() if name not in members}


def test_what_a_record_does_not_say_has_a_usual_value() -> None:
    (issuer,) = read(without(record(), "lifetime"))
    assert issuer.algorithms == {"RS384", "ES384"}
    assert (issuer.lifetime, issuer.clock_skew) == (300, 30)
    assert (issuer.jku, issuer.tenants) == (None, None)
    address = "https://ehr.example.org/jwks.json"
    assert [one.jku for one in read(cds_record(jwks=address))] == [address]
    assert [one.jku for one in read(cds_record(jwks=address, jku="https://x.org"))] == [
        "https://x.org"
    ]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (record(algorithms=["HS256"]), "/issuers/0/algorithms/0 must be one of"),
        (record(algorithms=["none"]), "/issuers/0/algorithms/0 must be one of"),
        (record(algorithms=[]), "/issuers/0/algorithms must have at least 1"),
        (record(scopes=["admin"]), "/issuers/0/scopes/0 must be one of"),
        (record(scopes=[]), "/issuers/0/scopes must have at least 1"),
        (record(lifetime=0), "/issuers/0/lifetime must be at least 1"),
        (record(lifetime=86_401), "/issuers/0/lifetime must be at most 86400"),
        (record(lifetime="300"), "/issuers/0/lifetime must be a whole number"),
        (record(clock_skew=61), "/issuers/0/clock_skew must be at most 60"),
        (record(clock_skew=-1), "/issuers/0/clock_skew must be at least 0"),
        (record(name="Hospital"), "/issuers/0/name must be"),
        (record(kind="client"), "/issuers/0/kind must be one of"),
        (record(issuer=""), "/issuers/0/issuer must not be empty"),
        (record(issuer=[ISSUER]), "/issuers/0/issuer must be a string"),
        (record(secret="x"), "/issuers/0/secret is not a member"),
        (record(jku="https://x.org"), "/issuers/0/jku is for CDS clients only"),
        (record(tenants=["a"]), "/issuers/0/tenants is for CDS clients only"),
        (without(record(), "audience"), "/issuers/0/audience is required"),
        (without(record(), "scopes"), "/issuers/0/scopes is required"),
        (without(cds_record(), "scopes"), "/issuers/0/scopes is required"),
        (cds_record(audience=PUBLIC_URL), "/issuers/0/audience is always the address called"),
        *(
            (record(jwks=address), "/issuers/0/jwks must be a file, or an https address")
            for address in (
                *("http://auth.example.org/jwks", "ftp://auth.example.org/", "file:///etc/keys"),
                *("https://", "https://user@auth.example.org/", "https://[::1/", "https://a:b/"),
                *("http://localhost.example.org/", "http://127.0.0.1@evil.example.org/"),
                *("http://0.0.0.0/jwks", "https://auth.example.org/#keys", "https://aüth.org/"),
            )
        ),
    ],
)
def test_a_faulty_record_is_refused_with_its_place(document: Json, told: str) -> None:
    (fault,) = faults(document)
    assert fault.startswith(told)


@pytest.mark.parametrize(
    "address",
    [
        *("https://auth.example.org/jwks.json?version=1", "http://127.0.0.1:8080/jwks"),
        *("http://localhost/jwks", "http://[::1]:8080/jwks"),
    ],
)
def test_keys_come_from_an_address_that_nobody_can_change_on_the_way(address: str) -> None:
    assert [one.jwks for one in read(record(jwks=address))] == [address]


def test_a_cds_client_wants_the_public_address() -> None:
    assert faults(cds_record(), public_url=None) == (
        "/issuers/0/kind needs the setting PUBLIC_URL: these tokens name the address called",
    )
    assert read(record(), public_url=None)


def test_no_two_records_are_alike() -> None:
    assert faults(record(), record()) == (
        "/issuers/0/name is the name of another record too",
        "/issuers/0/issuer is in another record of this kind too",
        "/issuers/1/name is the name of another record too",
        "/issuers/1/issuer is in another record of this kind too",
    )
    assert len(read(record(), cds_record(issuer=ISSUER))) == 2


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    told = faults(
        without(record(lifetime=0), "audience"),
        cds_record(jwks="http://ehr.example.org/", scopes=["all"], name="secret name"),
    )
    assert [one.split()[0] for one in told] == [
        "/issuers/0/audience",
        "/issuers/0/lifetime",
        "/issuers/1/name",
        "/issuers/1/jwks",
        "/issuers/1/scopes/0",
    ]
    assert "secret" not in " ".join(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not valid JSON"),
        ("[]", "the document must be an object"),
        ("{}", "/issuers is required"),
        ('{"issuers": []}', "/issuers must have at least 1"),
        ('{"issuers": {}}', "/issuers must be an array"),
        ('{"issuers": [1, null]}', "/issuers/0 must be an object"),
        ('{"issuers": [], "issuers": []}', "names the same member twice"),
        (json.dumps({"issuers": [{}] * 101}), "/issuers must have at most 100"),
        ('{"issuers": [{"name": ["a"], "kind": {}}]}', "/issuers/0/name must be a string"),
    ],
)
def test_what_is_no_list_of_issuers_is_refused(text: str, told: str) -> None:
    with pytest.raises(UnusableFile, match=told):
        read_issuers(text.encode(), public_url=PUBLIC_URL)


def test_faults_of_every_key_file_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("{")
    path = write_issuers(
        tmp_path, record(jwks="broken"), cds_record(jwks="absent"), record(name="b", issuer="b")
    )
    with pytest.raises(UnusableFile) as refused:
        IssuedTokens(path, PUBLIC_URL)
    assert refused.value.faults == (
        "/issuers/0/jwks it is not JSON: The text is not valid JSON",
        "/issuers/1/jwks it cannot be read",
    )
