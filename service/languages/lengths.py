"""The longest that a language says where there is little room: a summary without what stands
beside it, and the first two sentences of a message, which are never left out.
"""

from collections.abc import Iterable

from service.alliance.report.words import TEMPLATES
from service.scoring.wording.words import Words

_FACTS = {
    "session": 300,
    "n": 300,
    "form": "x" * 12,
    "title": "x" * 24,
    "sides": "x" * 24,
    "score": "33.33",
    "low": "10",
    "high": "100",
    "mean": "33.33",
    "level": "33.33",
    "previous": "33.33",
    "value": "33.33",
}
"""Facts as long as they usually get; longer names are cut, and what has no room then is left
out.
"""
_BEGINNINGS = ("fall.", "level.early", "level.cutoff", "ceiling.", "direct.tension", "signal")
_STANDING = ("back", "half", "not", "now", "up", "none", "silent", "resolved", "denied")


def longest_summary(words: Words) -> str:
    """Return the longest card of an alert, without what else was seen."""
    whose = _longest(words, ("client", "therapist"))
    what = _longest(words, [name for name in TEMPLATES if _begins(name, "card.")])
    standing = _longest(words, [name for name in TEMPLATES if _stands(name)])
    return words.say("card", who=whose, scale="", what=what, beside="", standing=standing)


def longest_opening(words: Words) -> str:
    """Return the longest first two sentences of a message, with the advice."""
    whose = _longest(words, ("client", "therapist"))
    op = _longest(words, ("<", "<=", ">", ">="))
    limit = max(words.say("level.limit", op=op, value="33.33"), words.say("level.norm"), key=len)
    places = {
        "who": whose,
        "scale": words.say("scale", **_FACTS),
        "when": words.say("when"),
        "range": _longest(words, _named("range")),
        "against": _longest(words, _named("against ")),
        "limit": limit,
    }
    score = words.say("score", **_FACTS, **places)
    seen = max(
        (words.say(name, **_FACTS, **places) for name in TEMPLATES if _begins(name, "")), key=len
    )
    return f"{score} {seen}{words.say('check-in')}."


def _named(start: str) -> list[str]:
    return [name for name in TEMPLATES if name.startswith(start)]


def _begins(name: str, prefix: str) -> bool:
    return name.startswith(tuple(f"{prefix}{one}" for one in _BEGINNINGS))


def _stands(name: str) -> bool:
    return name.startswith(tuple(f"card.{one}" for one in _STANDING))


def _longest(words: Words, names: Iterable[str]) -> str:
    return max((words.say(name, **_FACTS) for name in names), key=len)
