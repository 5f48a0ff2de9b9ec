"""Why something is not there, in words: for every code that a report gives as a reason."""

from service.scoring.wording.words import Words


def why(code: str | None, language: Words) -> str:
    """Return a reason in words; of a code that is not known, its own words."""
    if code is None:
        return language.say("drawn.no reason")
    name = f"why.{code}"
    return language.say(name) if name in language.wordings else code.replace("_", " ")
