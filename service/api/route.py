"""A path of the service with what answers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.wrappers import Request, Response

from service.api.asked import Parameters, check_parameters
from service.api.negotiation import JSON, negotiate

View = Callable[..., Response]
"""Takes the request, and the parts of the path by name; raises Problem."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one path.

    `offers` are the media types that the caller may choose from; with none, Accept is not looked
    at, which suits probes.
    """

    method: str
    path: str
    view: View
    offers: Sequence[str] = (JSON,)
    parameters: Parameters = field(default_factory=dict)

    def answer(self, asked: Request, parts: Mapping[str, str]) -> Response:
        """Answer a request for this path. Raises Problem."""
        if self.offers:
            negotiate(asked, self.offers)
        check_parameters(asked, self.parameters)
        return self.view(asked, **parts)
