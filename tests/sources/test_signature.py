"""Signatures over the bytes of a payload: right ones are known, all others refused, none breaks."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.check import check_mapping
from service.sources.mapping import Signature
from service.sources.signature import TOLERANCE, is_signed, secret_faults, secrets_of
from tests.sources.mappings import flat

TYPEFORM = Signature("typeform", "A", None)
STANDARD = Signature("standard-webhooks", "A", None)
HEXADECIMAL = Signature("hmac-sha256-hex", "A", "X-Hub-Signature")
BASE64 = Signature("hmac-sha256-base64", "A", "X-Hub-Signature")

# The published test vector of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT = 1_614_265_330
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(SENT),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def standard(headers=HEADERS, body=BODY, now=SENT, secret=SECRET) -> bool:
    return is_signed(STANDARD, secret, headers.get, body, now)


def test_the_published_vector_of_standard_webhooks_is_right():
    assert standard()
    assert standard(now=SENT + TOLERANCE)
    assert standard(now=SENT - TOLERANCE)
    several = {"webhook-signature": f"v1,AAAA {HEADERS['webhook-signature']} v1a,BBBB"}
    assert standard(HEADERS | several)


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(SENT + 1)},
        {"webhook-timestamp": f" {SENT}"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-signature": HEADERS["webhook-signature"][3:]},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,\u00e4\u00f6"},
        {"webhook-signature": ""},
    ],
)
def test_a_wrong_signature_of_standard_webhooks_is_refused(wrong):
    assert not standard(HEADERS | wrong)


def test_another_body_time_or_secret_is_refused():
    assert not standard(body=BODY + b" ")
    assert not standard(now=SENT + TOLERANCE + 1)
    assert not standard(now=SENT - TOLERANCE - 1)
    assert not standard(secret="whsec_" + b64encode(b"another").decode())
    assert not standard(secret=None)
    assert not standard(secret="whsec_no base64")
    assert not standard(headers={})


# RFC 4231, test case 2.
RFC_KEY, RFC_DATA = "Jefe", b"what do ya want for nothing?"
RFC_DIGEST = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_the_test_case_of_rfc_4231_is_right_in_both_writings():
    plain = b64encode(bytes.fromhex(RFC_DIGEST)).decode()
    as_base64 = f"sha256={plain}"
    assert is_signed(TYPEFORM, RFC_KEY, {"Typeform-Signature": as_base64}.get, RFC_DATA, 0)
    for text in (plain, as_base64):
        assert is_signed(BASE64, RFC_KEY, {"X-Hub-Signature": text}.get, RFC_DATA, 0)
    assert not is_signed(BASE64, RFC_KEY, {"X-Hub-Signature": plain.lower()}.get, RFC_DATA, 0)
    assert not is_signed(BASE64, RFC_KEY, {"X-Hub-Signature": RFC_DIGEST}.get, RFC_DATA, 0)
    for text in (RFC_DIGEST, RFC_DIGEST.upper(), f"sha256={RFC_DIGEST}"):
        assert is_signed(HEXADECIMAL, RFC_KEY, {"X-Hub-Signature": text}.get, RFC_DATA, 0)


def test_a_secret_is_the_bytes_that_the_environment_holds():
    """Those that are no UTF-8 stand there as lone surrogates."""
    right = hmac.new(b"\xff-\xc3\xa4", BODY, sha256).hexdigest()
    assert is_signed(HEXADECIMAL, "\udcff-\u00e4", {"X-Hub-Signature": right}.get, BODY, 0)


@pytest.mark.parametrize("signature", [TYPEFORM, HEXADECIMAL, BASE64])
@pytest.mark.parametrize("text", [None, "", "sha256=", "\u00e4", "sha1=00", RFC_DIGEST[:-1]])
def test_what_is_no_signature_of_the_body_is_refused(signature, text):
    header = {"Typeform-Signature": text, "X-Hub-Signature": text}.get
    assert not is_signed(signature, RFC_KEY, header, RFC_DATA, 0)
    assert not is_signed(signature, None, header, RFC_DATA, 0)


ANY_HEADER = st.none() | st.text(st.characters(max_codepoint=255), max_size=40)


@given(
    signature=st.sampled_from([TYPEFORM, STANDARD, HEXADECIMAL, BASE64]),
    texts=st.lists(ANY_HEADER, min_size=5, max_size=5),
    secret=st.none() | st.text(max_size=20),
    body=st.binary(max_size=40),
)
def test_whatever_the_headers_hold_the_answer_is_no(signature, texts, secret, body):
    names = ["Typeform-Signature", "X-Hub-Signature", *HEADERS]
    header = dict(zip(names, texts, strict=True)).get
    assert not is_signed(signature, secret, header, body, SENT)


def test_secrets_are_those_of_the_environment_that_begin_so():
    environ = {"MAPPING_SECRET_A": "x", "MAPPING_SECRET_B": "", "SECRET_C": "y"}
    assert secrets_of(environ) == {"A": "x"}


def test_a_mapping_needs_its_secret_and_a_template_does_not(catalog):
    def mapped(scheme, **members):
        signature = {"scheme": scheme, "secret": "A"}
        checked = check_mapping(flat(signature=signature, **members), catalog)
        assert checked.mapping is not None, checked.faults
        return checked.mapping

    standard_one = mapped("standard-webhooks")
    assert secret_faults([standard_one], {}) == [
        "MAPPING_SECRET_A is not set, and the mapping flat-phq-9 needs it"
    ]
    assert len(secret_faults([standard_one], {"A": "no base64"})) == 1
    assert secret_faults([mapped("typeform")], {"A": "from a file\n"}) == [
        "MAPPING_SECRET_A begins or ends with white space, such as the line break of a file"
    ]
    assert secret_faults([standard_one], {"A": SECRET}) == []
    assert secret_faults([mapped("typeform")], {"A": "any text"}) == []
    template = mapped("typeform", template=True, title="A template")
    assert secret_faults([template], {}) == []


def signed(secret: str, body: bytes) -> str:
    """Return the header of Typeform for a body."""
    digest = hmac.new(secret.encode(), body, sha256).digest()
    return "sha256=" + b64encode(digest).decode()


def test_a_signature_is_of_the_bytes_and_not_of_what_they_mean():
    body = json.dumps({"a": 1}).encode()
    header = {"Typeform-Signature": signed("s", body)}.get
    assert is_signed(TYPEFORM, "s", header, body, 0)
    assert not is_signed(TYPEFORM, "s", header, b'{"a":1}', 0)
