"""Which media type an answer has: what the caller accepts (RFC 9110, section 12.5.1) against what a
route offers.
"""

import re
from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from service.api.problems import Problem

JSON = "application/json"
SVG = "image/svg+xml"

# A weight without its leading zero, as Java's own client sends it in every request.
_BARE_FRACTION = re.compile(r"(;\s*q\s*=\s*)\.(?=[0-9])", re.IGNORECASE)


def negotiate(asked: Request, offered: Sequence[str]) -> str:
    """Return the offered media type that the caller prefers.

    That is the one with the greatest weight; among equals the one that the narrower range accepts,
    then the last that is offered: who asks for more than the usual wants it. Where `*/*` accepts
    all of them it is the first. Every answer is UTF-8, so a range may ask for `charset=utf-8`.
    Raises Problem 406 that names all offered types.
    """
    header = asked.environ.get("HTTP_ACCEPT", "")
    if header in ("", "*/*", offered[0]):
        return offered[0]
    accepted = parse_accept_header(_BARE_FRACTION.sub(r"\g<1>0.", header), MIMEAccept)
    ranked = []
    for number, media_type in enumerate(offered):
        accepting, weight = _closest_range(accepted, media_type)
        if weight > 0:
            wildcards = accepting.count("*")
            order = number if wildcards == 2 else -number
            ranked.append((-weight, wildcards, order, media_type))
    if not ranked:
        detail = f"This path answers with {' or '.join(offered)}."
        raise Problem(406, "not_acceptable", detail)
    return min(ranked)[-1]


def _closest_range(accepted: MIMEAccept, media_type: str) -> tuple[str, float]:
    """Return the narrowest range that covers a media type, with its weight: the first of those that
    do. Nothing accepted weighs 0.
    """
    found = (accepted.find(media_type), accepted.find(f"{media_type}; charset=utf-8"))
    places = [place for place in found if place >= 0]
    return accepted[min(places)] if places else ("", 0.0)
