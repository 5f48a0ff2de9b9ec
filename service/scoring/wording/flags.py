"""A safety flag in the language of its reader."""

from service.scoring.report_shape import RiskResult
from service.scoring.wording.words import ENGLISH, Words


def flag_in_language(risk: RiskResult, words: Words) -> RiskResult:
    """Return a flag with its title and message in a language; the flag itself, which forms share,
    stays as it is.
    """
    if words.language == ENGLISH:
        return risk
    title, message = words.text(risk["title"]), risk["message"]
    if risk["reason"] == "not_answered":
        message = words.say("risk.not_answered", item=risk["item"])
    elif message is not None:
        message = words.text(message)
    return {**risk, "title": title, "message": message}
