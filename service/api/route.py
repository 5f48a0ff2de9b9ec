"""A path of the service with what answers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.wrappers import Request, Response

from service.access.admission import Admission
from service.access.caller import Refused, Scope
from service.access.credential import brings_credential
from service.api.asked import Parameters, check_parameters
from service.api.negotiation import JSON, negotiate
from service.api.problems import forbidden, unauthorized
from service.operations.facts import facts_of

View = Callable[..., Response]
"""Takes the request, and the parts of the path by name; raises Problem."""


def _is_never_signed(**parts: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one path.

    `offers` are the media types that the caller may choose from; with none, Accept is not looked
    at, which suits probes. `scope` is what a caller must be allowed; with None anyone is answered.
    """

    method: str
    path: str
    view: View
    offers: Sequence[str] = (JSON,)
    parameters: Parameters = field(default_factory=dict)
    scope: Scope | None = field(kw_only=True)
    takes_slash: bool = False
    """Whether a slash at the end leads here as well."""
    is_signed: Callable[..., bool] = _is_never_signed
    """Takes the parts of the path; tells whether the view refuses a body without the signature
    that is asked for there. Such a signature does for a credential: tools that call back send none.
    """

    def admit(self, asked: Request, parts: Mapping[str, str], admission: Admission) -> None:
        """Note who calls. Raises Problem 401 without a credential that is known, 403 where it lacks
        the scope; each is the same whatever the reason.
        """
        if not brings_credential(asked.environ) and self.is_signed(**parts):
            return
        facts = facts_of(asked.environ)
        try:
            facts.caller = admission.admit(asked.environ, self.scope)
        except Refused as refused:
            facts.caller = refused.caller
            if refused.caller is not None:
                raise forbidden() from None
            raise unauthorized(presented=refused.reason != "no_credential") from None

    def answer(self, asked: Request, parts: Mapping[str, str]) -> Response:
        """Answer a request for this path. Raises Problem."""
        if self.offers:
            negotiate(asked, self.offers)
        check_parameters(asked, self.parameters)
        return self.view(asked, **parts)
