"""Whom the service trusts to sign tokens: the file JWT_ISSUERS_FILE."""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from service.access.caller import SCOPES, Scope
from service.access.keys import CLIENT
from service.access.tokens.token import ALGORITHMS
from service.access.watched_file import UnusableFile
from service.scoring.issue import Issue
from service.strict.faults import in_document_order, shape_faults
from service.strict.fields import ListOf, ObjectOf, Shape, Text, Whole, schema_of
from service.strict.reader import UnreadableJSON, loads

SETTING = "JWT_ISSUERS_FILE"
USUAL_ALGORITHMS = ("RS384", "ES384")
USUAL_LIFETIME = 300
USUAL_SKEW = 30
LONGEST_LIFETIME = 86_400
LARGEST_SKEW = 60

Purpose = Literal["access", "cds-client"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One record: who signs tokens, with which keys, for whom, and what they allow at most.

    `lifetime` and `clock_skew` are in seconds; `jwks` is a path or an address.
    """

    name: str
    kind: Purpose
    issuer: str
    audience: str | None
    jwks: str
    jku: str | None
    algorithms: frozenset[str]
    scopes: frozenset[Scope]
    tenants: tuple[str, ...] | None
    lifetime: int
    clock_skew: int

    @property
    def is_cds_client(self) -> bool:
        """Whether its tokens are those of a CDS Hooks client: for one address, once, no scopes."""
        return self.kind == "cds-client"


class _IssuerShape(Shape):
    name = Text(required=True, pattern=CLIENT.pattern, meaning="lower-case letters, digits or ._-")
    kind = Text(required=True, choices=("access", "cds-client"))
    issuer = Text(required=True)
    audience = Text()
    jwks = Text(required=True)
    jku = Text()
    algorithms = ListOf(Text(choices=ALGORITHMS), shortest=1)
    scopes = ListOf(Text(choices=SCOPES), shortest=1, required=True)
    tenants = ListOf(Text(), shortest=1)
    lifetime = Whole(at_least=1, at_most=LONGEST_LIFETIME)
    clock_skew = Whole(at_least=0, at_most=LARGEST_SKEW)


class _FileShape(Shape):
    issuers = ListOf(ObjectOf(_IssuerShape), required=True, shortest=1, longest=100)


def read_issuers(raw: bytes, *, public_url: str | None) -> list[Issuer]:
    """Read the file: a JSON object `{"issuers": [...]}`.

    Raises UnusableFile naming every fault at once, each with its JSON Pointer; so is a record of a
    CDS client where `public_url`, the address that callers see, is not known.
    """
    try:
        document: Any = loads(raw)
    except UnreadableJSON as refused:
        raise UnusableFile(SETTING, [refused.sentence.rstrip(".")]) from None
    shape = schema_of(_FileShape).validate(document)
    faults = [*shape_faults(shape), *_rules(document, public_url)]
    if faults:
        ordered = in_document_order(faults, document)
        told = [f"{one.pointer or 'the document'} {one.detail}" for one in ordered]
        raise UnusableFile(SETTING, told)
    return [_issuer(record) for record in document["issuers"]]


def is_address(jwks: str) -> bool:
    """Say whether keys are fetched from an address, not read from a file."""
    return "://" in jwks


def _issuer(record: dict[str, Any]) -> Issuer:
    algorithms, tenants = record.get("algorithms", USUAL_ALGORITHMS), record.get("tenants")
    return Issuer(
        name=record["name"],
        kind=record["kind"],
        issuer=record["issuer"],
        audience=record.get("audience"),
        jwks=record["jwks"],
        jku=record.get("jku", record["jwks"] if is_address(record["jwks"]) else None),
        algorithms=frozenset(algorithms),
        scopes=frozenset(record["scopes"]),
        tenants=None if tenants is None else tuple(tenants),
        lifetime=int(record.get("lifetime", USUAL_LIFETIME)),
        clock_skew=int(record.get("clock_skew", USUAL_SKEW)),
    )


def _rules(document: Any, public_url: str | None) -> Iterator[Issue]:
    """Yield what is wrong between members, of whatever has been sent."""
    records = document.get("issuers") if isinstance(document, dict) else None
    if not isinstance(records, list):
        return
    found = [
        (("issuers", place), one) for place, one in enumerate(records) if isinstance(one, dict)
    ]
    for path, record in found:
        for member, detail in _faults_of(record, public_url):
            yield Issue((*path, member), "not_allowed", detail)
    for members, text in (
        (("name",), "is the name of another record too"),
        (("issuer", "kind"), "is in another record of this kind too"),
    ):
        told = Counter(_of(record, members) for _, record in found)
        for path, record in found:
            if told[_of(record, members)] > 1:
                yield Issue((*path, members[0]), "not_allowed", text)


def _of(record: dict[str, Any], members: tuple[str, ...]) -> str:
    return repr([record.get(member) for member in members])


def _faults_of(record: dict[str, Any], public_url: str | None) -> Iterator[tuple[str, str]]:
    kind, jwks = record.get("kind"), record.get("jwks")
    if isinstance(jwks, str) and is_address(jwks) and not _is_safe(jwks):
        yield "jwks", "must be a file, or an https address (http on this machine only)"
    if kind == "access":
        if "audience" not in record:
            yield "audience", "is required: what these tokens name this service in `aud`"
        for member in {"jku", "tenants"} & record.keys():
            yield member, "is for CDS clients only"
    if kind == "cds-client":
        if "audience" in record:
            yield "audience", "is always the address called; leave it out"
        if public_url is None:
            yield "kind", "needs the setting PUBLIC_URL: these tokens name the address called"


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or not address.isascii():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
