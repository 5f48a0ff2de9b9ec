"""Who calls, what they may do, and why they are refused."""

from typing import Literal, NamedTuple, get_args

Scope = Literal["score", "monitor", "definitions", "metrics"]
"""What a caller may do: score forms, watch courses, read and check definitions, read metrics."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

Reason = Literal[
    "no_credential",
    "malformed",
    "unknown_key",
    "missing_scope",
    "bad_token",
    "wrong_issuer",
    "wrong_audience",
    "wrong_tenant",
    "expired",
    "not_yet_valid",
    "lives_too_long",
    "wrong_algorithm",
    "unknown_kid",
    "no_issuer_keys",
    "bad_signature",
    "replayed",
]
"""Why a request is refused. It is counted and never told; all from `bad_token` on are of tokens."""

REASONS: tuple[Reason, ...] = get_args(Reason)


class Caller(NamedTuple):
    """A client that is known: its name, which the log shows, and what it may do."""

    name: str
    scopes: frozenset[Scope]


class Refused(Exception):
    """A credential that does not admit; `caller` is whose it is where it lacks a scope only."""

    def __init__(self, reason: Reason, caller: str | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.caller = caller
