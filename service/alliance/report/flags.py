"""The safety flags of a course's forms, session by session, and the forms whose flags cannot be
told because only their scores came.
"""

from collections.abc import Iterable
from typing import Any

from service.alliance.course import Rating, Session
from service.scoring.wording.flags import flag_in_language
from service.scoring.wording.words import Words

Json = dict[str, Any]

SCORES_ONLY = "scores_only"


class FlagWriter:
    """Writes the flags of one report: those that are raised or that nobody could tell, with `whole`
    those that are not raised too. `cited` maps the ids of the sources that they name to them.
    """

    def __init__(self, words: Words, *, whole: bool) -> None:
        self.cited: Json = {}
        self._words = words
        self._whole = whole
        self._untold: dict[tuple[str, str | None, str], Json] = {}

    def of_session(self, session: Session) -> list[Json]:
        """Return the flags of a session's forms in their order, each as a score report has it."""
        flags: list[Json] = []
        for rating in session.ratings:
            if rating.flags:
                if rating.answers is None:
                    self._note_untold(rating, session.number)
                else:
                    flags += self._of_form(rating)
        return flags

    def untold(self) -> list[Json]:
        """Return the forms of the sessions written so far whose flags cannot be told, each once."""
        return list(self._untold.values())

    def _of_form(self, rating: Rating) -> Iterable[Json]:
        for flag in rating.flags:
            result = flag.evaluate(rating.answers or ())
            if self._whole or result["raised"] is not False:
                source = f"{rating.instrument.id}/{result['source']}"
                self.cited[source] = rating.instrument.sources[result["source"]]
                told = flag_in_language(result, self._words)
                yield {**_form(rating), **told, "source": source}

    def _note_untold(self, rating: Rating, session: int) -> None:
        form = _form(rating)
        key = (form["instrument"], form["perspective"], form["timing"])
        untold = self._untold.get(key)
        if untold is None:
            untold = self._untold[key] = {
                **form,
                "risks": [risk.id for risk in rating.instrument.risks],
                "reason": SCORES_ONLY,
                "message": self._words.say("risk.scores_only"),
                "sessions": [],
            }
        untold["sessions"].append(session)


def _form(rating: Rating) -> Json:
    return {
        "instrument": rating.instrument.id,
        "perspective": rating.perspective,
        "timing": rating.timing,
    }
