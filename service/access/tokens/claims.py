"""What a token says of itself, held against the record of its issuer."""

from typing import Any

from service.access.caller import Refused, Scope
from service.access.tokens.issuers import Issuer
from service.access.tokens.scopes import granted
from service.access.tokens.token import Token, is_name


def audiences(claims: dict[str, Any]) -> list[str]:
    """Return for whom a token is (`aud`). Raises Refused `bad_token`."""
    told = claims.get("aud")
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused("bad_token")
    return names


def check_claims(token: Token, issuer: Issuer, now: float) -> float:
    """Check times, the id of the token and, of a CDS client, where its keys are and whose it is.

    `now` is Unix time. Returns until when the token can be used, as Unix time with the clock skew.
    Raises Refused.
    """
    expires = _check_times(token.claims, issuer, now)
    if not is_name(token.claims.get("jti")):
        raise Refused("bad_token")
    if issuer.is_cds_client:
        if token.header.get("jku", issuer.jku) != issuer.jku:
            raise Refused("wrong_issuer")
        if issuer.tenants is not None and token.claims.get("tenant") not in issuer.tenants:
            raise Refused("wrong_tenant")
    return expires + issuer.clock_skew


def _check_times(claims: dict[str, Any], issuer: Issuer, now: float) -> int:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if expires + issuer.clock_skew <= now:
        raise Refused("expired")
    if max(issued, begins) - issuer.clock_skew > now:
        raise Refused("not_yet_valid")
    if expires - issued > issuer.lifetime:
        raise Refused("lives_too_long")
    return expires


def _seconds(claims: dict[str, Any], name: str) -> int:
    """Return a time: a whole number, written as one."""
    value = claims.get(name)
    if type(value) is not int:
        raise Refused("bad_token")
    return value


def scopes_of(token: Token, issuer: Issuer) -> frozenset[Scope]:
    """Return what a token allows: for access tokens what its `scope` grants of what the record
    lists, for CDS clients, whose tokens have none, the list. Raises Refused `bad_token`.
    """
    if issuer.is_cds_client:
        return issuer.scopes
    claim = token.claims.get("scope", "")
    if not isinstance(claim, str):
        raise Refused("bad_token")
    return granted(claim) & issuer.scopes
