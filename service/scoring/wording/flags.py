"""A safety flag in the language of its reader."""

from service.scoring.report_shape import RiskResult
from service.scoring.wording.words import ENGLISH, Words


def flag_in_language(risk: RiskResult, words: Words) -> RiskResult:
    """Return a flag with its message in a language; the flag itself, which forms share, stays as it
    is.
    """
    message = risk["message"]
    if message is None or words.language == ENGLISH:
        return risk
    if risk["reason"] == "not_answered":
        return {**risk, "message": words.say("risk.not_answered", item=risk["item"])}
    return {**risk, "message": words.text(message)}
