"""Tokens: which are accepted, for what, and why the others are refused."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from service.access.caller import REASONS, Caller, Refused
from service.access.credential import Credential
from service.access.tokens import remembering
from service.access.tokens.issued import IssuedTokens
from service.access.tokens.key_set import UnusableKeys, read_key_set
from service.access.tokens.remembering import UsedTokens
from service.access.tokens.scopes import granted
from service.access.tokens.sources import COOLDOWN
from service.access.tokens.token import LONGEST_TOKEN, read_token
from tests.tokens import (
    AUDIENCE,
    EC_KEY,
    EHR,
    JWKS,
    PUBLIC_URL,
    RSA_KEY,
    STRANGER,
    cds_claims,
    cds_record,
    claims,
    jwk,
    mutated,
    record,
    token,
    write_issuers,
    wrong_tokens,
)

SERVICE = "/cds-services/some-service"


class Clock:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def accepted(tmp_path: Path) -> IssuedTokens:
    return IssuedTokens(write_issuers(tmp_path), PUBLIC_URL)


def accepting(folder: Path, *records, jwks=None, **how) -> IssuedTokens:
    return IssuedTokens(write_issuers(folder, *records, jwks=jwks), PUBLIC_URL, **how)


def identify(tokens: IssuedTokens, text: str, path: str = "/v1/score") -> Caller:
    return tokens.identify(Credential(text, True, path))


def reason(tokens: IssuedTokens, text: str, path: str = "/v1/score") -> str:
    with pytest.raises(Refused) as refused:
        identify(tokens, text, path)
    assert refused.value.caller is None
    return refused.value.reason


def test_a_token_of_an_issuer_is_accepted_with_either_kind_of_key(accepted) -> None:
    everything = frozenset({"score", "monitor", "definitions", "metrics"})
    assert identify(accepted, token(claims())) == Caller("auth", everything)
    assert identify(accepted, token(claims(), RSA_KEY, "RS384", "rsa")).name == "auth"
    assert identify(accepted, token(claims(aud=["x", AUDIENCE]), typ="at+jwt")).name == "auth"


WRONG = wrong_tokens()


@pytest.fixture(scope="module")
def everyone(tmp_path_factory: pytest.TempPathFactory) -> IssuedTokens:
    """One that accepts tokens of both kinds, for tests that try many."""
    records = record(), cds_record(tenants=["north"])
    return IssuedTokens(write_issuers(tmp_path_factory.mktemp("all"), *records), PUBLIC_URL)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_is_refused_for_its_reason(accepted, wrong: str) -> None:
    text, why = WRONG[wrong]
    assert reason(accepted, text) == why
    assert why in REASONS


def test_other_algorithms_are_accepted_where_the_record_lists_them(tmp_path: Path) -> None:
    tokens = accepting(tmp_path, record(algorithms=["RS256"]))
    assert identify(tokens, token(claims(), RSA_KEY, "RS256", "rsa")).name == "auth"
    assert reason(tokens, token(claims(), RSA_KEY, "RS384", "rsa")) == "wrong_algorithm"


def test_two_keys_of_one_id_that_fit_are_as_bad_as_none(tmp_path: Path) -> None:
    twice = {"keys": [*JWKS["keys"], jwk(STRANGER, "ec")]}
    tokens = accepting(tmp_path, record(), jwks=twice)
    assert reason(tokens, token(claims())) == "unknown_kid"
    # RFC 7517, section 4.5: keys of different types may share an id.
    shared = {"keys": [jwk(EC_KEY, "one"), jwk(RSA_KEY, "one")]}
    tokens = accepting(tmp_path, record(), jwks=shared)
    assert identify(tokens, token(claims(), kid="one")).name == "auth"
    assert identify(tokens, token(claims(), RSA_KEY, "RS384", "one")).name == "auth"


@pytest.mark.parametrize("skew", [0, 60])
def test_times_hold_to_the_second_with_the_clock_skew(tmp_path: Path, skew: int) -> None:
    clock = Clock(1_000_000)
    tokens = accepting(tmp_path, record(clock_skew=skew, lifetime=300), now=clock)
    text = token(claims(iat=1_000_100, nbf=1_000_110, exp=1_000_400))
    for seconds, told in (
        (1_000_110 - skew - 1, "not_yet_valid"),
        (1_000_110 - skew, None),
        (1_000_400 + skew - 1, None),
        (1_000_400 + skew, "expired"),
    ):
        clock.seconds = seconds
        if told is None:
            assert identify(tokens, text).name == "auth"
        else:
            assert reason(tokens, text) == told
    clock.seconds = 1_000_200
    assert reason(tokens, token(claims(iat=1_000_100, exp=1_000_401))) == "lives_too_long"


@pytest.mark.parametrize("length", [LONGEST_TOKEN, LONGEST_TOKEN + 1])
def test_a_token_is_not_looked_into_beyond_a_length(length: int) -> None:
    text = token(claims())
    filled = token(claims(more="x" * ((length - len(text)) * 3 // 4 - 20)))
    filled = filled.replace(".", "." + "A" * (length - len(filled)), 1)
    assert len(filled) == length
    with pytest.raises(Refused) as refused:
        read_token(filled)
    assert refused.value.reason == "bad_token"
    assert len(text) < LONGEST_TOKEN
    assert read_token(text).text == text


# Scopes


@pytest.mark.parametrize(
    ("claim", "allowed"),
    [
        ("score", {"score"}),
        ("score metrics", {"score", "metrics"}),
        ("system/QuestionnaireResponse.r", {"score", "monitor"}),
        ("system/QuestionnaireResponse.rs", {"score", "monitor"}),
        ("user/QuestionnaireResponse.read", {"score", "monitor"}),
        ("patient/QuestionnaireResponse.*", {"score", "monitor"}),
        ("system/QuestionnaireResponse.cruds", {"score", "monitor"}),
        ("system/QuestionnaireResponse.write", set()),
        ("system/QuestionnaireResponse.cud", set()),
        ("system/QuestionnaireResponse.s", set()),
        ("system/QuestionnaireResponse.sr", set()),
        ("system/QuestionnaireResponse.", set()),
        ("system/QuestionnaireResponse", set()),
        ("system/QuestionnaireResponse.rs?status=completed", set()),
        ("system/Questionnaire.rs", {"definitions"}),
        ("system/Questionnaire.read", {"definitions"}),
        ("system/Questionnaire.r", set()),
        ("system/*.rs", {"score", "monitor", "definitions"}),
        ("system/*.read", {"score", "monitor", "definitions"}),
        ("system/*.*", {"score", "monitor", "definitions"}),
        ("system/*.rs?a=b", set()),
        ("system/Observation.rs", set()),
        ("admin/*.rs", set()),
        ("SCORE scored system/*.RS", set()),
        ("system/*.rs\n", set()),
        ("", set()),
        ("openid fhirUser  launch score", {"score"}),
    ],
)
def test_a_scope_grants_no_more_than_it_says(claim: str, allowed: set[str]) -> None:
    assert granted(claim) == allowed


@given(st.text(max_size=60))
def test_no_text_grants_the_metrics_but_their_own_name(claim: str) -> None:
    assert ("metrics" in granted(claim)) == ("metrics" in claim.split(" "))


def test_an_issuer_grants_no_more_than_its_record_lists(tmp_path: Path) -> None:
    tokens = accepting(tmp_path, record(scopes=["score"]))
    assert identify(tokens, token(claims())).scopes == {"score"}
    assert identify(tokens, token(claims(scope="monitor"))).scopes == set()
    assert identify(tokens, token(claims(scope=None))).scopes == set()


# CDS Hooks clients


def test_a_cds_client_is_accepted_at_the_address_that_its_token_names(accepted) -> None:
    for told in (PUBLIC_URL + SERVICE, [PUBLIC_URL + SERVICE]):
        text = token(cds_claims("") | {"aud": told})
        assert identify(accepted, text, SERVICE) == Caller("ehr", frozenset({"monitor"}))
    for path in ("/cds-services", SERVICE + "/", SERVICE + "/feedback", "/v1/monitor"):
        assert reason(accepted, token(cds_claims(SERVICE)), path) == "wrong_audience"


def test_the_scopes_of_a_cds_client_are_those_of_its_record_whatever_it_says(accepted) -> None:
    text = token(cds_claims(SERVICE) | {"scope": "score metrics"})
    assert identify(accepted, text, SERVICE).scopes == {"monitor"}


def test_a_token_of_a_cds_client_is_good_for_one_call(tmp_path: Path) -> None:
    clock = Clock(time.time())
    tokens = accepting(tmp_path, record(), cds_record(), now=clock)
    told = cds_claims(SERVICE)
    text = token(told)
    assert identify(tokens, text, SERVICE).name == "ehr"
    assert reason(tokens, text, SERVICE) == "replayed"
    assert reason(tokens, token(told), SERVICE) == "replayed", "signed anew, the same id"
    assert identify(tokens, token(cds_claims(SERVICE)), SERVICE).name == "ehr"
    clock.seconds = told["exp"] + 29
    assert reason(tokens, text, SERVICE) == "replayed"
    access = token(claims(jti=told["jti"], iat=told["exp"], exp=told["exp"] + 60))
    assert identify(tokens, access).name == identify(tokens, access).name == "auth"


def test_a_refused_token_of_a_cds_client_is_not_used_up(accepted) -> None:
    told = cds_claims(SERVICE)
    assert reason(accepted, token(told, STRANGER), SERVICE) == "bad_signature"
    assert identify(accepted, token(told), SERVICE).name == "ehr"


def test_what_is_remembered_of_used_tokens_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(remembering, "MOST_USED", 3)
    used = UsedTokens()
    assert [used.use(EHR, str(number), 100.0, 0.0) for number in range(4)] == [True] * 4
    assert len(used) == 3
    assert used.use(EHR, "3", 100.0, 0.0) is False
    assert used.use("other", "3", 100.0, 0.0)
    assert used.use(EHR, "3", 200.0, 100.0), "its token has expired, so the id is free"
    assert len(used) == 1


def test_a_used_id_is_free_when_its_own_token_has_expired() -> None:
    used = UsedTokens()
    assert used.use(EHR, "long", 300.0, 0.0)
    assert used.use(EHR, "short", 50.0, 0.0)
    assert not used.use(EHR, "short", 150.0, 49.0)
    assert used.use(EHR, "short", 150.0, 50.0)
    assert not used.use(EHR, "long", 400.0, 299.0)


def test_jku_must_be_the_registered_one(tmp_path: Path) -> None:
    address = "https://ehr.example.org/jwks.json"
    registered = accepting(tmp_path, cds_record(jku=address))
    assert identify(registered, token(cds_claims(SERVICE), jku=address), SERVICE).name == "ehr"
    assert identify(registered, token(cds_claims(SERVICE)), SERVICE).name == "ehr"
    for jku in (address + "/", "https://evil.example.org/", 1, None, [address]):
        text = token(cds_claims(SERVICE), **({"jku": jku} if jku is not None else {"jku": ""}))
        assert reason(registered, text, SERVICE) == "wrong_issuer"
    unregistered = accepting(tmp_path, cds_record())
    assert reason(unregistered, token(cds_claims(SERVICE), jku=address), SERVICE) == "wrong_issuer"


def test_a_tenant_is_held_to_the_list_where_there_is_one(tmp_path: Path) -> None:
    tokens = accepting(tmp_path, cds_record(tenants=["north"]))
    assert identify(tokens, token(cds_claims(SERVICE, tenant="north")), SERVICE).name == "ehr"
    for tenant in ("south", None, ["north"]):
        text = token(cds_claims(SERVICE, tenant=tenant))
        assert reason(tokens, text, SERVICE) == "wrong_tenant"


def test_one_issuer_may_sign_both_kinds_and_each_is_held_to_its_own_record(tmp_path: Path) -> None:
    tokens = accepting(tmp_path, record(issuer=EHR), cds_record())
    assert identify(tokens, token(claims(iss=EHR))).name == "auth"
    assert identify(tokens, token(cds_claims(SERVICE)), SERVICE).name == "ehr"


# CDS Hooks, "Trusting CDS Clients", Example (https://cds-hooks.hl7.org): header, claims, public
# key and the token made of them. The key is known to everyone; it is trusted here only.
EXAMPLE_KEY = {
    "kty": "EC",
    "use": "sig",
    "crv": "P-384",
    "kid": "example-kid",
    "x": "46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y": "XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI",
    "alg": "ES384",
}
EXAMPLE = (
    "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVo"
    "ci5leGFtcGxlLmNvbS9qd2tfdXJpIn0.eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsInN1YiI6"
    "ImNsaWVudF9pZCIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2Nkcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2Ui"
    "LCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjExLWJhNWItOGVl"
    "YzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0.CUFPkplnWd6Y"
    "GIvzoHolWCQBDsCL8QtTWKGg_QFpS169WrqDGzktRi-_we6-6rVzbjerU27ZKww_SW0-b9RTz-dPJNcqsueMio8r6EqX"
    "UXhbLm_ch3XFSbDlGHDl_tqo"
)


def test_the_example_of_the_cds_hooks_specification_verifies_and_has_expired(tmp_path) -> None:
    keys = {"keys": [EXAMPLE_KEY]}
    example = read_token(EXAMPLE)
    read_key_set(json.dumps(keys).encode()).verify(example)
    assert example.claims["iss"] == "https://fhir-ehr.example.com/"
    about = {"issuer": example.claims["iss"], "jku": "https://fhir-ehr.example.com/jwk_uri"}
    path = write_issuers(tmp_path, cds_record(**about), jwks=keys)
    tokens = IssuedTokens(path, "https://cds.example.org")
    assert reason(tokens, EXAMPLE, SERVICE) == "expired"
    during = IssuedTokens(path, "https://cds.example.org", now=lambda: 1_311_280_971)
    assert reason(during, EXAMPLE, SERVICE) == "lives_too_long"


# Keys


def test_only_public_keys_for_signatures_are_taken() -> None:
    private = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY))
    keys = [
        jwk(EC_KEY),
        jwk(EC_KEY, "encryption", use="enc"),
        jwk(EC_KEY, "signing only", key_ops=["sign"]),
        {**private, "kid": "private"},
        jwk(EC_KEY, "other algorithm", alg="ES256"),
        jwk(ec.generate_private_key(ec.SECP521R1()), "other curve"),
        jwk(rsa.generate_private_key(65537, 1024), "short"),
        {**jwk(EC_KEY, "off the curve"), "x": jwk(STRANGER)["x"]},
        {**jwk(EC_KEY, "no number"), "x": 7},
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": ["EC"], "kid": "list"},
        "none",
    ]
    found = read_key_set(json.dumps({"keys": [*keys, jwk(RSA_KEY, "good")]}).encode())
    assert len(found) == 1
    assert "good" in found
    with pytest.raises(UnusableKeys, match="no public RSA key"):
        read_key_set(json.dumps({"keys": keys}).encode())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "no JWK Set"),
        (b'{"keys": {}}', "no JWK Set"),
        (b'{"keys": [], "keys": []}', "not JSON"),
        (json.dumps({"keys": [{}] * 101}).encode(), "more than 100"),
        (b"<html>", "not JSON"),
    ],
)
def test_what_is_no_key_set_is_refused(text: bytes, told: str) -> None:
    with pytest.raises(UnusableKeys, match=told):
        read_key_set(text)


# What is remembered


def counting(monkeypatch) -> list[str]:
    """Count the signatures that are verified."""
    from service.access.tokens.key_set import KeySet

    verified: list[str] = []
    verify = KeySet.verify

    def count(keys: KeySet, one) -> None:
        verified.append(one.text)
        verify(keys, one)

    monkeypatch.setattr(KeySet, "verify", count)
    return verified


def test_an_access_token_is_verified_once_a_minute(tmp_path: Path, monkeypatch) -> None:
    clock, verified = Clock(time.time()), counting(monkeypatch)
    tokens = accepting(tmp_path, now=clock)
    text = token(claims(exp=int(clock.seconds) + 90))
    for later, times in ((0, 1), (59, 1), (2, 2), (28, 2)):
        clock.seconds += later
        identify(tokens, text)
        assert len(verified) == times
    clock.seconds += 60
    assert reason(tokens, text) == "expired", "not remembered beyond its end"


def test_what_is_remembered_of_access_tokens_is_bounded(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(remembering, "MOST_VERIFIED", 2)
    verified, tokens = counting(monkeypatch), accepting(tmp_path)
    texts = [token(claims()) for _ in range(3)]
    for text in (*texts, texts[2], texts[0]):
        identify(tokens, text)
    assert verified == [*texts, texts[0]]
    assert len(tokens._verified) == 2


@pytest.mark.parametrize("change", ["issuers", "keys"])
def test_a_changed_file_of_issuers_or_keys_forgets_the_tokens(tmp_path, change: str) -> None:
    clock = Clock(100.0)
    tokens = accepting(tmp_path, record(), clock=clock)
    text = token(claims())
    assert "score" in identify(tokens, text).scopes
    if change == "issuers":
        document = {"issuers": [record(scopes=["monitor"])]}
        (tmp_path / "issuers.json").write_text(json.dumps(document))
        clock.seconds += 1
        assert identify(tokens, text).scopes == {"monitor"}
    else:
        document = {"keys": [jwk(STRANGER, "ec")]}
        (tmp_path / "jwks.json").write_text(json.dumps(document))
        clock.seconds += 1
        assert reason(tokens, text) == "bad_signature"


@pytest.mark.parametrize(
    ("file", "why"), [("issuers.json", "wrong_issuer"), ("jwks.json", "no_issuer_keys")]
)
def test_a_broken_file_keeps_those_who_were_trusted_until_a_worker_starts(
    tmp_path: Path, file: str, why: str
) -> None:
    clock = Clock(100.0)
    running, forked = (accepting(tmp_path, record(), clock=clock) for _ in range(2))
    (tmp_path / file).write_text("{")
    clock.seconds += 1
    assert identify(running, token(claims())).name == "auth"
    forked.begin()
    assert reason(forked, token(claims())) == why
    write_issuers(tmp_path, record())
    clock.seconds += 1
    assert identify(forked, token(claims())).name == "auth"


def test_a_thousand_unknown_keys_have_an_address_asked_once(tmp_path: Path) -> None:
    clock, asked = Clock(100.0), []

    def answer(address: str) -> bytes:
        asked.append(address)
        return json.dumps(JWKS).encode()

    there = "https://auth.example.org/jwks"
    tokens = accepting(tmp_path, record(jwks=there), clock=clock, fetch=answer)
    assert identify(tokens, token(claims())).name == "auth"
    told, slowest = claims(), 0.0
    for turn in range(3):
        clock.seconds += COOLDOWN
        for number in range(1000):
            text = token(told, b"any", "HS384", f"{turn}-{number}", alg="ES384")
            started = time.monotonic()
            assert reason(tokens, text) == "unknown_kid"
            slowest = max(slowest, time.monotonic() - started)
        assert asked == [there] * (turn + 2)
    assert slowest < 2.5


def test_a_token_comes_as_bearer_only(accepted) -> None:
    with pytest.raises(Refused) as refused:
        accepted.identify(Credential(token(claims()), False, "/v1/score"))
    assert refused.value.reason == "unknown_key"


# Anything else

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below),
    max_leaves=5,
)
MEMBERS = ("iss", "aud", "exp", "iat", "nbf", "jti", "scope", "tenant")


@given(
    told=st.dictionaries(st.sampled_from(MEMBERS), ANYTHING, max_size=2),
    header=st.dictionaries(st.sampled_from(("alg", "kid", "jku", "typ", "crit")), ANYTHING),
    cds=st.booleans(),
)
def test_whatever_a_signed_token_says_it_is_accepted_or_refused(
    everyone: IssuedTokens, told, header, cds: bool
) -> None:
    right = cds_claims(SERVICE) if cds else claims()
    text = token({**right, **told}, **{"kid": "ec", **header})
    try:
        caller = identify(everyone, text, SERVICE)
    except Refused as refused:
        assert refused.reason in REASONS  # noqa: PT017 - either may happen
    else:
        assert caller.name in ("auth", "ehr")


def test_a_thousand_mutated_tokens_are_refused_and_nothing_breaks(accepted) -> None:
    chance = random.Random(7)
    rights = [token(claims()), token(claims(), RSA_KEY, "RS384", "rsa")]
    for _ in range(1000):
        right = chance.choice(rights)
        text = mutated(right, chance)
        if text != right:
            assert reason(accepted, text) in REASONS
    assert identify(accepted, rights[0]).name == "auth"


LOADED = """
import sys
import service.app
service.app.create_app(log_fd=None)
print([name for name in ("jwt", "cryptography") if name in sys.modules])
"""


def test_what_verifies_tokens_is_loaded_only_where_they_are_accepted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
