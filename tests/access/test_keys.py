"""Keys: what is kept of them, whose they are, and which files are refused."""

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.access.caller import SCOPES, Caller, Refused
from service.access.credential import credential_of
from service.access.keys import (
    MOST_KEYS,
    Key,
    KeyFileError,
    KeyRing,
    line_of,
    new_key,
    read_keys,
)

# printf %s abcdefghijklmnopqrstuvwxyz0123456789 | sha256sum
KEY = "abcdefghijklmnopqrstuvwxyz0123456789"
DIGEST = "011fc2994e39d251141540f87a69092b3f22a86767f7283de7eeedb3897bedf6"
OTHER = sha256(b"other" * 8).hexdigest()
THIRD = sha256(b"third" * 8).hexdigest()


def reason_of(credential: str, ring: KeyRing) -> str:
    with pytest.raises(Refused) as refused:
        ring.identify(credential)
    return refused.value.reason


def faults(text: str) -> str:
    with pytest.raises(KeyFileError) as refused:
        read_keys(text)
    return str(refused.value)


def test_a_key_is_known_by_its_sha256() -> None:
    ring = read_keys(f"# ours\n\n  ehr   {DIGEST}\tscore,metrics \r\n")
    assert ring.identify(KEY) == Caller("ehr", frozenset({"score", "metrics"}))
    for wrong in (KEY[:-1], KEY + "0", KEY.upper(), DIGEST, "ehr"):
        assert reason_of(wrong, ring) == "unknown_key"


def test_a_client_has_at_most_two_keys_at_the_same_time() -> None:
    second = "z" * 32
    two = f"{line_of('ehr', KEY, ['score'])}\n{line_of('ehr', second, ['monitor'])}"
    ring = read_keys(two)
    assert [ring.identify(key).name for key in (KEY, second)] == ["ehr", "ehr"]
    assert ring.identify(second).scopes == {"monitor"}, "each key has scopes of its own"
    third = f"{two}\nehr {THIRD} score"
    assert "a client has more than 2 keys" in faults(third)
    read_keys(third.replace(f"ehr {THIRD}", f"lab {THIRD}"))


def test_a_word_that_can_be_remembered_is_no_key_even_when_its_sha256_is_in_the_file() -> None:
    for length, known in ((31, False), (32, True)):
        ring = read_keys(line_of("ehr", "k" * length, ["score"]))
        if known:
            assert ring.identify("k" * length).name == "ehr"
        else:
            assert reason_of("k" * length, ring) == "unknown_key"


@pytest.mark.parametrize("held", [0, 1, 4])
def test_every_key_is_compared_in_constant_time_whichever_fits(monkeypatch, held: int) -> None:
    keys = [f"{number}" * 40 for number in range(5)]
    ring = KeyRing(
        Key(sha256(key.encode()).digest(), Caller(f"c{key[0]}", frozenset())) for key in keys
    )
    compared = []

    def compare(one: bytes, two: bytes) -> bool:
        assert (len(one), len(two)) == (32, 32), "digests, so that lengths say nothing either"
        compared.append(one)
        return one == two

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert ring.identify(keys[held]).name == f"c{held}"
    assert compared == [key.digest for key in ring.keys]
    compared.clear()
    assert reason_of("w" * 40, ring) == "unknown_key"
    assert compared == [key.digest for key in ring.keys]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it holds no key"),
        ("# ehr later\n", "it holds no key"),
        (f"ehr {DIGEST}", "line 1: must be client, SHA-256 and scopes"),
        (f"# a\nehr {DIGEST} score monitor", "line 2: must be client, SHA-256 and scopes"),
        (f"Ehr {DIGEST} score", "line 1: the client must be"),
        (f"{'e' * 65} {DIGEST} score", "line 1: the client must be"),
        (f"ehr {DIGEST[:-1]} score", "line 1: the SHA-256 must be"),
        (f"ehr {DIGEST.upper()} score", "line 1: the SHA-256 must be"),
        (f"ehr {DIGEST} score,admin", "line 1: scopes must be some of"),
        (f"ehr {DIGEST} score,score", "line 1: scopes must be some of"),
        (f"ehr {DIGEST} score,", "line 1: scopes must be some of"),
        (f"ehr {DIGEST} score\nlab {DIGEST} score", "a SHA-256 comes twice"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line_and_never_quoted(text: str, fault: str) -> None:
    told = faults(text)
    assert fault in told
    assert DIGEST not in told
    assert "admin" not in told


def test_all_faults_of_a_file_are_told_at_once() -> None:
    told = faults(f"E {DIGEST} score\nehr {OTHER} all")
    assert "line 1" in told
    assert "line 2" in told


def test_the_number_of_keys_is_bounded() -> None:
    lines = [f"c{number} {number:064x} score" for number in range(MOST_KEYS + 1)]
    assert len(read_keys("\n".join(lines[:-1])).keys) == MOST_KEYS
    assert f"more than {MOST_KEYS} keys" in faults("\n".join(lines))


@given(st.sets(st.sampled_from(SCOPES), min_size=1))
def test_a_new_key_is_admitted_by_its_line_which_does_not_hold_it(scopes) -> None:
    key = new_key()
    line = line_of("ehr", key, scopes)
    assert read_keys(line).identify(key) == Caller("ehr", frozenset(scopes))
    assert len(key) == 43, "32 random bytes, six bits in each character"
    assert key not in line
    assert credential_of({"HTTP_X_API_KEY": key}).text == key


def test_no_two_keys_are_alike() -> None:
    assert len({new_key() for _ in range(100)}) == 100


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
def test_a_credential_comes_as_bearer_or_as_api_key(scheme: str) -> None:
    asked = {"SCRIPT_NAME": "/scores", "PATH_INFO": "/v1/score", "QUERY_STRING": "working=true"}
    found = credential_of({"HTTP_AUTHORIZATION": f"{scheme}{KEY}", **asked})
    assert found == (KEY, True, "/scores/v1/score")
    assert credential_of({"HTTP_X_API_KEY": KEY}) == (KEY, False, "")


MALFORMED = [
    {"HTTP_AUTHORIZATION": text}
    for text in (
        *("", "Bearer", "Bearer ", KEY, f"Basic {KEY}", f"Bearer{KEY}", f"Bearer {KEY} {KEY}"),
        *(f"Bearer {KEY},Bearer {KEY}", f" Bearer {KEY}", f"Bearer {KEY}\n", f"Bearer {KEY}é"),
        *(f"Bearer\u00a0{KEY}", f"Bearer {KEY}\x00", "Bearer =", f"Bearer {KEY};x"),
    )
] + [
    {"HTTP_X_API_KEY": text}
    for text in ("", f"{KEY},{KEY}", f" {KEY}", f"{KEY}\r\nX: y", f"{KEY}\x00", f"Bearer {KEY}")
]


@pytest.mark.parametrize("environ", MALFORMED)
def test_anything_else_is_malformed(environ: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        credential_of(environ)
    assert refused.value.reason == "malformed"


def test_two_headers_are_one_too_many_also_when_they_agree() -> None:
    with pytest.raises(Refused) as refused:
        credential_of({"HTTP_X_API_KEY": KEY, "HTTP_AUTHORIZATION": f"Bearer {KEY}"})
    assert refused.value.reason == "malformed"


def test_nothing_is_taken_from_elsewhere() -> None:
    with pytest.raises(Refused) as refused:
        credential_of({"QUERY_STRING": f"api_key={KEY}", "HTTP_COOKIE": f"X-API-Key={KEY}"})
    assert refused.value.reason == "no_credential"
