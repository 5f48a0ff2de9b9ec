"""Which media type and which language an answer has: what the caller accepts (RFC 9110, sections
12.5.1 and 12.5.4) against what there is.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request, Response

from service.api.problems import Problem
from service.languages.english import Languages
from service.scoring.wording.words import ENGLISH, Words

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


_MOST_STEPS = 8
"""Parts of a language tag that are looked at: the longest that are in use have fewer."""

VARIES = "Accept-Language, Accept"


def language_of(asked: Request, languages: Languages) -> Words:
    """Return the language that a caller prefers, English where none of theirs is known: words in
    another language are worth more than none, so this refuses nobody.
    """
    header = asked.environ.get("HTTP_ACCEPT_LANGUAGE")
    if not header:
        return languages[ENGLISH]
    return languages[preferred_language(header, tuple(languages))]


def said_in(response: Response, words: Words) -> Response:
    """Return a response that tells its language, and what it depends on."""
    headers = response.headers
    headers["Content-Language"] = words.language
    headers["Vary"] = VARIES
    return response


@lru_cache(maxsize=64)
def preferred_language(header: str, known: Collection[str]) -> str:
    """Return which of some languages, tags in small letters, an Accept-Language header prefers;
    English where it prefers none of them.

    A range that is not known falls back to a shorter one (RFC 4647, section 3.4): `de-AT` is
    answered in `de`. `*` takes any language that the header does not name, English first; of equal
    weights the first counts.
    """
    accepted = parse_accept_header(_BARE_FRACTION.sub(r"\g<1>0.", header), LanguageAccept)
    weights: dict[str, float] = {}
    for tag, weight in accepted:
        weights.setdefault(tag.lower(), weight)
    for wanted in sorted(weights, key=lambda tag: -weights[tag]):
        if weights[wanted] <= 0:
            break
        if wanted == "*":
            others = [tag for tag in known if tag not in weights]
            if others:
                return ENGLISH if ENGLISH in others else min(others)
            continue
        found = _lookup(wanted, known)
        if found is not None and weights.get(found, 1) > 0:
            return found
    return ENGLISH


def _lookup(wanted: str, known: Collection[str]) -> str | None:
    """Return the language of a range or of the longest beginning of it that is known."""
    steps = wanted.split("-")[:_MOST_STEPS]
    beginnings = ("-".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((one for one in beginnings if one in known), None)
