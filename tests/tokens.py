"""Signed tokens for tests: keys, issuers, and a token for each way in which one can be wrong."""

import base64
import hmac
import json
import random
import string
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Json = dict[str, Any]

ISSUER = "https://auth.example.org"
EHR = "https://ehr.example.org"
AUDIENCE = "https://scores.example.org/api"
PUBLIC_URL = "https://scores.example.org"
LIFETIME = 3600
KINDS = {"ES384": ec.SECP384R1, "ES256": ec.SECP256R1}

RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP384R1())
STRANGER = ec.generate_private_key(ec.SECP384R1())


def jwk(key: Any, kid: str | None = None, **members: Any) -> Json:
    """Return the public half of a key as a JWK."""
    rsa_key = isinstance(key, rsa.RSAPrivateKey)
    algorithm = RSAAlgorithm if rsa_key else ECAlgorithm
    document = algorithm.to_jwk(key.public_key(), as_dict=True)
    document.pop("key_ops", None)
    return {**document, **({} if kid is None else {"kid": kid}), **members}


JWKS = {"keys": [jwk(RSA_KEY, "rsa"), jwk(EC_KEY, "ec", use="sig", alg="ES384")]}


def record(**members: Any) -> Json:
    """Return a record of the file of issuers, for access tokens."""
    return {
        "name": "auth",
        "kind": "access",
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": "jwks.json",
        "scopes": ["score", "monitor", "definitions", "metrics"],
        "lifetime": LIFETIME,
        **members,
    }


def cds_record(**members: Any) -> Json:
    """Return a record of a CDS Hooks client."""
    usual = record(name="ehr", kind="cds-client", issuer=EHR, scopes=["monitor"])
    del usual["audience"]
    return {**usual, **members}


def write_issuers(folder: Path, *records: Json, jwks: Json | None = None) -> Path:
    """Write a file of issuers and their key file; return its path."""
    (folder / "jwks.json").write_text(json.dumps(jwks or JWKS))
    path = folder / "issuers.json"
    path.write_text(json.dumps({"issuers": list(records) or [record(), cds_record()]}))
    return path


_serial = iter(range(10**9))


def claims(**members: Any) -> Json:
    """Return the claims of an access token that began ten seconds ago; None leaves one out."""
    now = int(time.time())
    told = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now - 10,
        "exp": now + LIFETIME - 100,
        "jti": f"token-{next(_serial)}",
        "scope": "score monitor definitions metrics",
        **members,
    }
    return {name: value for name, value in told.items() if value is not None}


def token(
    told: Json, key: Any = EC_KEY, algorithm: str = "ES384", kid: Any = "ec", **header: Any
) -> str:
    """Sign a token."""
    fields = {"alg": algorithm, "typ": "JWT", "kid": kid, **header}
    fields = {name: value for name, value in fields.items() if value is not None}
    return signed(json.dumps(fields).encode(), json.dumps(told).encode(), key, algorithm)


def signed(header: bytes, body: bytes, key: Any, algorithm: str) -> str:
    """Sign any two texts: the libraries' own functions would refuse to make some of them."""
    content = f"{segment(header)}.{segment(body)}"
    if algorithm == "none":
        return f"{content}."
    if isinstance(key, bytes):
        signature = hmac.digest(key, content.encode(), "sha384")
    else:
        signature = jwt.get_algorithm_by_name(algorithm).sign(content.encode(), key)
    return f"{content}.{segment(signature)}"


def segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


PUBLIC_PEM = EC_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def cds_claims(path: str, **members: Any) -> Json:
    """Return the claims of a CDS Hooks client that calls a path."""
    return claims(iss=EHR, aud=PUBLIC_URL + path, scope=None, **members)


def respelt(text: str) -> str:
    """Return a token of an RSA key of 2048 bits with another last character, whose last four bits
    stand for nothing (RFC 4648, section 3.5): a lenient reader has the same signature.
    """
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def wrong_tokens() -> dict[str, tuple[str, str]]:
    """Return tokens that must not be accepted, by what is wrong, each with the reason counted."""
    now = int(time.time())
    right = claims()
    header = b'{"alg":"ES384","kid":"ec"}'
    text = json.dumps(right)
    far = text.replace(str(right["exp"]), "1" + "0" * 400)
    huge = text.replace(str(right["exp"]), "1e308")
    twice = text.replace('{"iss"', '{"exp": 1, "iss"')
    nested = b"[" * 100_000
    return {
        "expired": (token(claims(iat=now - 400, exp=now - 100)), "expired"),
        "expiry as text": (token(claims(exp=str(now + 100))), "bad_token"),
        "expiry true": (token(claims(exp=True)), "bad_token"),
        "expiry with a fraction": (token(claims(exp=now + 100.5)), "bad_token"),
        "expiry 1e308": (signed(header, huge.encode(), EC_KEY, "ES384"), "bad_token"),
        "expiry 10 to the 400": (signed(header, far.encode(), EC_KEY, "ES384"), "bad_token"),
        "expiry twice": (signed(header, twice.encode(), EC_KEY, "ES384"), "bad_token"),
        "far expiry": (token(claims(exp=now + 10**9)), "lives_too_long"),
        "no expiry": (token(claims(exp=None)), "bad_token"),
        "no beginning": (token(claims(iat=None)), "bad_token"),
        "issued later": (token(claims(iat=now + 1000, exp=now + 2000)), "not_yet_valid"),
        "begins later": (token(claims(nbf=now + 1000)), "not_yet_valid"),
        "beginning as text": (token(claims(nbf=str(now))), "bad_token"),
        "no id": (token(claims(jti=None)), "bad_token"),
        "empty id": (token(claims(jti="")), "bad_token"),
        "long id": (token(claims(jti="x" * 256)), "bad_token"),
        "wrong audience": (token(claims(aud=AUDIENCE + "/")), "wrong_audience"),
        "no audience": (token(claims(aud=None)), "bad_token"),
        "audience a number": (token(claims(aud=[AUDIENCE, 1])), "bad_token"),
        "wrong issuer": (token(claims(iss=ISSUER + "/")), "wrong_issuer"),
        "issuer a list": (token(claims(iss=[ISSUER])), "wrong_issuer"),
        "unknown kid": (token(right, kid="other"), "unknown_kid"),
        "no kid": (token(right, kid=None), "bad_token"),
        "empty kid": (token(right, kid=""), "bad_token"),
        "kid a number": (token(right, kid=1), "bad_token"),
        "kid of another algorithm": (token(right, kid="rsa"), "wrong_algorithm"),
        "none": (token(right, algorithm="none"), "bad_token"),
        "none with a signature": (token(right, EC_KEY, "none") + "AA", "wrong_algorithm"),
        "HMAC with the public key": (token(right, PUBLIC_PEM, "HS384"), "wrong_algorithm"),
        "HMAC called ES384": (token(right, PUBLIC_PEM, "ES384"), "bad_signature"),
        "RS256, not listed": (token(right, RSA_KEY, "RS256", "rsa"), "wrong_algorithm"),
        "stranger's key": (token(right, STRANGER), "bad_signature"),
        "crit": (token(right, crit=["exp"]), "bad_token"),
        "scope a list": (token(claims(scope=["score"])), "bad_token"),
        "header a list": (signed(b"[]", text.encode(), EC_KEY, "ES384"), "bad_token"),
        "header nested": (signed(nested[:3000], text.encode(), EC_KEY, "ES384"), "bad_token"),
        "claims a list": (signed(header, b"[]", EC_KEY, "ES384"), "bad_token"),
        "claims not UTF-8": (signed(header, b'{"iss": "\xff"}', EC_KEY, "ES384"), "bad_token"),
        "too long": (token(claims(more="x" * 6000)), "bad_token"),
        "padded": (token(right) + "=", "bad_token"),
        "signature spelt otherwise": (respelt(token(right, RSA_KEY, "RS384", "rsa")), "bad_token"),
    }


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def mutated(text: str, chance: random.Random) -> str:
    """Change, drop, double or swap a few characters."""
    letters = list(text)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place = chance.randrange(len(letters))
        kind = chance.randrange(4)
        if kind == 0:
            letters[place] = chance.choice(ALPHABET.replace(letters[place], ""))
        elif kind == 1:
            del letters[place]
        elif kind == 2:
            letters.insert(place, chance.choice(ALPHABET))
        else:
            other = chance.randrange(len(letters))
            letters[place], letters[other] = letters[other], letters[place]
    return "".join(letters)
