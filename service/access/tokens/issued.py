"""Callers with a signed token: whose it is, by what the file of issuers says now."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from service.access.caller import Caller, Refused
from service.access.credential import Credential
from service.access.tokens.claims import audiences, check_claims, scopes_of
from service.access.tokens.fetch import fetch
from service.access.tokens.issuers import SETTING, Issuer, is_address, read_issuers
from service.access.tokens.key_set import KeySet
from service.access.tokens.remembering import (
    LONGEST_REMEMBERED,
    UsedTokens,
    Verified,
    VerifiedTokens,
)
from service.access.tokens.sources import AddressKeys, FileKeys, KeySource
from service.access.tokens.token import Token, read_token
from service.access.watched_file import Kind, UnusableFile, WatchedFile


class Trusted(NamedTuple):
    """An issuer, and where its keys are."""

    issuer: Issuer
    source: KeySource


_Trust = Mapping[str, tuple[Trusted, ...]]
"""Whom the service trusts, by what tokens call them (`iss`)."""


class IssuedTokens:
    """Tokens of the issuers in a file as it stands now.

    `public_url` is what callers put before a path of the service; `max_stale` for how many seconds
    keys are used while their address cannot be reached. `now` gives Unix time, `clock` seconds,
    `fetch` what an address answers.
    """

    def __init__(
        self,
        path: Path,
        public_url: str | None = None,
        max_stale: float = 86_400,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        fetch: Callable[[str], bytes] = fetch,
    ) -> None:
        """Read the file and the key files that it names. Raises UnusableFile."""
        self._folder = path.parent
        self._public_url = public_url
        self._max_stale = max_stale
        self._now = now
        self._clock = clock
        self._fetch = fetch
        self._sources: dict[str, KeySource] = {}
        self._verified = VerifiedTokens()
        self._used = UsedTokens()
        kind = Kind(setting=SETTING, content="issuers", admits="token")
        nobody: _Trust = {}
        self._file = WatchedFile(path, kind, self._read, nobody, clock)

    def begin(self) -> None:
        """Start in a process that was forked from the one that read the file."""
        self._file.begin()
        for source in self._sources.values():
            source.begin()

    def identify(self, credential: Credential) -> Caller:
        """Tell whose a token is. Raises Refused."""
        if not credential.is_bearer:
            raise Refused("unknown_key")
        trust = self._file.current()
        known = self._verified.get(credential.text)
        if (
            known is not None
            and known.issuers is trust
            and known.source.current() is known.keys
            and self._now() < known.until
        ):
            return known.caller
        return self._identify(credential, trust)

    def _identify(self, credential: Credential, trust: _Trust) -> Caller:
        token = read_token(credential.text)
        trusted = self._trusted(token, trust, credential.path)
        issuer, now = trusted.issuer, self._now()
        until = check_claims(token, issuer, now)
        caller = Caller(issuer.name, scopes_of(token, issuer))
        keys = self._verify(token, trusted)
        if issuer.is_cds_client:
            if not self._used.use(issuer.issuer, token.claims["jti"], until, now):
                raise Refused("replayed")
        else:
            until = min(token.claims["exp"], now + LONGEST_REMEMBERED)
            self._verified.add(token.text, Verified(caller, until, trust, trusted.source, keys))
        return caller

    def _trusted(self, token: Token, trust: _Trust, path: str) -> Trusted:
        """Return the record that a token is of: its issuer, and for whom it is."""
        name, wanted = token.claims.get("iss"), audiences(token.claims)
        records = trust.get(name, ()) if isinstance(name, str) else ()
        if not records:
            raise Refused("wrong_issuer")
        for trusted in records:
            if self._audience(trusted.issuer, path) in wanted:
                return trusted
        raise Refused("wrong_audience")

    def _audience(self, issuer: Issuer, path: str) -> str | None:
        return f"{self._public_url}{path}" if issuer.is_cds_client else issuer.audience

    def _verify(self, token: Token, trusted: Trusted) -> KeySet:
        if token.algorithm not in trusted.issuer.algorithms:
            raise Refused("wrong_algorithm")
        keys = trusted.source.current()
        if token.key_id not in keys:
            keys = trusted.source.renewed()
        if not len(keys):
            raise Refused("no_issuer_keys")
        keys.verify(token)
        return keys

    def _read(self, raw: bytes) -> _Trust:
        """Read the file, and key files that are new in it; sources that it names no more end."""
        issuers = read_issuers(raw, public_url=self._public_url)
        sources: dict[str, KeySource] = {}
        faults: list[str] = []
        for place, issuer in enumerate(issuers):
            try:
                sources[issuer.jwks] = (
                    sources.get(issuer.jwks) or self._sources.get(issuer.jwks) or self._open(issuer)
                )
            except UnusableFile as fault:
                faults.append(f"/issuers/{place}/jwks {'; '.join(fault.faults)}")
        if faults:
            raise UnusableFile(SETTING, faults)
        ended = [source for jwks, source in self._sources.items() if jwks not in sources]
        self._sources = sources
        for source in ended:
            source.close()
        trust: dict[str, tuple[Trusted, ...]] = {}
        for issuer in issuers:
            records = trust.get(issuer.issuer, ())
            trust[issuer.issuer] = (*records, Trusted(issuer, sources[issuer.jwks]))
        return trust

    def _open(self, issuer: Issuer) -> KeySource:
        if is_address(issuer.jwks):
            ask = partial(self._fetch, issuer.jwks)
            return AddressKeys(issuer.name, ask, self._max_stale, self._clock)
        return FileKeys(issuer.name, self._folder / issuer.jwks, self._clock)
