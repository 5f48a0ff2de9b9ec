"""Whether a request is answered: its credential against what it asks for."""

from collections.abc import Callable, Mapping
from typing import Any

from service.access.caller import Caller, Reason, Refused, Scope
from service.access.credential import Credential, credential_of

Identify = Callable[[Credential], Caller]
"""Tells whose a credential is. Raises Refused."""


class Admission:
    """Admits requests: all of them where `identify` is None.

    `open_scopes` need no credential; `count_failure` is told why a request was refused.
    """

    def __init__(
        self,
        identify: Identify | None,
        count_failure: Callable[[Reason], None],
        open_scopes: frozenset[Scope] = frozenset(),
    ) -> None:
        self._identify = identify
        self._count_failure = count_failure
        self._open_scopes = open_scopes

    def admit(self, environ: Mapping[str, Any], scope: Scope | None) -> str | None:
        """Return the name of who calls, from a WSGI environment; None where nobody is asked.

        Raises Refused: without a credential that is known, and, naming the caller, where that does
        not hold the scope.
        """
        if self._identify is None or scope is None or scope in self._open_scopes:
            return None
        try:
            caller = self._identify(credential_of(environ))
            if scope not in caller.scopes:
                raise Refused("missing_scope", caller.name)
        except Refused as refused:
            self._count_failure(refused.reason)
            raise
        return caller.name
