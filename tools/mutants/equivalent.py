"""Errors that change nothing anybody could see, and why.

A mutant is known by its module, its function, the start of its statement, what is changed and what
it becomes, and how many like it come before; never by a line number. `make mutants` prints all that
for a mutant that survives. Only a survivor for which no test can be written belongs here.
"""

from tools.mutants.mutations import Mutant

EQUIVALENT: dict[Mutant, str] = {
    Mutant(
        "service/alliance/rules/sudden.py",
        "_step",
        "fired = abs(difference) > means['limit'] and step * difference > 0",
        "step * difference > 0",
        "step * difference >= 0",
        0,
    ): "neither a step as large as a cut-off nor a difference beyond a limit is 0",
    Mutant(
        "service/alliance/rules/sudden.py",
        "may_complete",
        "return False",
        "return False",
        "return None",
        0,
    ): "its callers ask only whether it is true",
    Mutant(
        "service/alliance/rules/hearing.py",
        "Rater",
        "has_form: bool = False",
        "False",
        "True",
        0,
    ): "a rater's side takes a session before anybody looks at it",
    Mutant(
        "service/alliance/student.py",
        "_density",
        "logarithm = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2",
        "df * math.pi",
        "df / math.pi",
        0,
    ): "a slope that is a little steeper takes more and shorter steps to the same place",
    Mutant(
        "service/alliance/series/series.py",
        "",
        "EARLY_SESSIONS = range(1, 6)",
        "1",
        "0",
        0,
    ): "the sessions of a phase are counted from 1",
    Mutant(
        "service/scoring/answers.py",
        "_key_or_report",
        "if item.response_set.minimum <= value <= item.response_set.maximum:",
        "item.response_set.minimum <= value <= item.response_set.maximum",
        "item.response_set.minimum < value <= item.response_set.maximum",
        0,
    ): "the ends of a range are allowed answers, and those never come here",
    Mutant(
        "service/scoring/answers.py",
        "_key_or_report",
        "if item.response_set.minimum <= value <= item.response_set.maximum:",
        "item.response_set.minimum <= value <= item.response_set.maximum",
        "item.response_set.minimum <= value < item.response_set.maximum",
        0,
    ): "the ends of a range are allowed answers, and those never come here",
    Mutant(
        "service/scoring/interpretation/criteria.py",
        "CompiledCriterion._outcomes",
        "if len(outcomes) > 1:",
        "1",
        "2",
        0,
    ): "two outcomes leave a criterion as open as three do; it only looks for longer",
    Mutant(
        "service/scoring/interpretation/criteria.py",
        "CompiledCriterion._outcomes",
        "if not 0 < n_possible <= self._most_completions:",
        "0",
        "-1",
        0,
    ): "where no answer can be tried there is no outcome, which decides as little as an open one",
    Mutant(
        "service/scoring/report.py",
        "Scorer._result_id",
        "digest.update(repr(circumstances).encode('utf-8', 'backslashreplace'))",
        "'utf-8'",
        "'utf-8_'",
        0,
    ): "Python takes both for the name of the same encoding",
    Mutant(
        "service/scoring/interpretation/norms.py",
        "quantile_percentile",
        "above = next((place for place, (_, value) in enumerate(quantiles) if value > score))",
        "value > score",
        "value >= score",
        0,
    ): "a score at a quantile has been told before",
    Mutant(
        "service/alliance/series/series.py",
        "_spread",
        "return (None, None)",
        "return (None, None)",
        "return None",
        0,
    ): "where nothing is known of how scores move, none is compared",
    Mutant(
        "service/scoring/instrument.py",
        "Instrument",
        "min_answered: int = 0",
        "0",
        "-1",
        0,
    ): "no form has fewer answers than none",
    Mutant(
        "service/scoring/instrument.py",
        "Instrument",
        "min_answered: int = 0",
        "0",
        "1",
        0,
    ): "a form without any answer is refused before it is scored",
    Mutant(
        "service/alliance/report/story.py",
        "",
        "TOLD = frozenset((f'R{number:02}' for number in (*range(1, 21), 23)))",
        "1",
        "0",
        0,
    ): "there is no rule R00",
}
