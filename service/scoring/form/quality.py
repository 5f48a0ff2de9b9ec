"""Response quality of one form: signs that the answers may not mean what they say."""

from service.scoring.answers import Form
from service.scoring.instrument import Instrument
from service.scoring.report_shape import Quality


class QualityCheck:
    """The checks for one instrument, with what they need made ready."""

    def __init__(self, instrument: Instrument) -> None:
        self._highest = [item.highest for item in instrument.items]
        scored = [
            (index, item.reverse) for index, item in enumerate(instrument.items) if item.scored
        ]
        self._reversed = [index for index, reverse in scored if reverse]
        self._straight = [index for index, reverse in scored if not reverse]

    def assess(self, form: Form) -> Quality:
        """Return the quality of a form.

        `longest_run`: most consecutive items with the same answer as submitted. `straightlined`:
        one and the same answer on every scored item although some are reverse-keyed, so that the
        answers hardly fit together; always false for a form without reverse-keyed items, where
        uniform answers may be true. `ceiling`: every answered item has its highest keyed score.
        """
        longest = run = 0
        previous = None
        for value in form.values:
            if value is None:
                previous = None
                continue
            run = run + 1 if value == previous else 1
            previous = value
            if run > longest:
                longest = run
        return {
            "longest_run": longest,
            "straightlined": bool(self._reversed) and self._is_straight(form),
            "ceiling": form.scores == self._highest
            or (None in form.scores and self._is_at_ceiling(form)),
        }

    def _is_at_ceiling(self, form: Form) -> bool:
        return all(
            score is None or score == top
            for score, top in zip(form.scores, self._highest, strict=True)
        )

    def _is_straight(self, form: Form) -> bool:
        answers = {form.values[index] for index in (*self._reversed, *self._straight)} - {None}
        return (
            len(answers) == 1
            and any(form.values[index] is not None for index in self._reversed)
            and sum(form.values[index] is not None for index in self._straight) > 1
        )
