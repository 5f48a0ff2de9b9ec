"""All who may call: holders of keys, of tokens, or of both."""

from typing import Protocol

from service.access.caller import Caller, Refused
from service.access.credential import Credential
from service.access.keys import KeyFile


class Tokens(Protocol):
    """What accepts signed tokens."""

    def begin(self) -> None:
        """Start in a process that was forked from the one that made this."""

    def identify(self, credential: Credential) -> Caller:
        """Tell whose a token is. Raises Refused."""


class Callers:
    """Those who hold a key, where `keys` are given, and a token, where `tokens` are."""

    def __init__(self, keys: KeyFile | None, tokens: Tokens | None) -> None:
        self._keys = keys
        self._tokens = tokens

    def begin(self) -> None:
        """Start in a process that was forked from the one that made this."""
        for known in (self._keys, self._tokens):
            if known is not None:
                known.begin()

    def identify(self, credential: Credential) -> Caller:
        """Tell whose a credential is. Raises Refused, for a reason of tokens where it may be
        one.
        """
        if self._keys is not None:
            try:
                return self._keys.identify(credential.text)
            except Refused:
                if self._tokens is None or not credential.may_be_token:
                    raise
        if self._tokens is None:
            raise Refused("unknown_key")
        return self._tokens.identify(credential)
