"""What is remembered of an instrument between courses: nothing that one of them brought may show in
another.
"""

from dataclasses import replace
from itertools import product

import orjson
import pytest

from service.alliance.judging.tracks import MOST_RECALLED
from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import report_course
from service.scoring.applicability import EVERYBODY, Applicability
from service.scoring.instrument import Cutoff
from service.scoring.report import Scorer
from service.scoring.scales import Respondent

FALL = [4.5, 4.4, 4.6, 4.5, 4.4, 3.2, 3.0, 4.5]
SENT = [
    {
        "number": number,
        "forms": [
            {"instrument": "wai-sr", "scores": {"total": score, "bond": score}},
            {"instrument": "wai-srt", "scores": {"total": 4.1}},
            {"instrument": "phq-9", "scores": {"total": round(4 * (6 - score))}},
        ],
    }
    for number, score in enumerate(FALL, 1)
]
POLICIES = [
    policy_for(),
    policy_for(assumed_kappa=1.2),
    policy_for(alpha_family=0.02, planned_sessions=20),
]
NORMS = [None, [], ["*"]]
RESPONDENTS = [Respondent(), Respondent(34, "female"), Respondent(70, "male")]
ERRORS = [None, {"wai-sr": {"total": {"sem": 0.1, "sd": 0.6}}}]


def report(scorers, rules, norms, respondent, errors):
    given = read_course(SENT, lambda name, _: scorers[name], rules, respondent, norms, errors)
    return orjson.dumps(report_course(given))


def test_a_report_is_the_same_whatever_came_before_it(catalog):
    names = ("wai-sr", "wai-srt", "phq-9")
    used = {name: Scorer(catalog.get(name).instrument) for name in names}
    norm = catalog.get("wai-sr").instrument.norms[0].id
    courses = list(product(POLICIES, [*NORMS, [norm]], RESPONDENTS, ERRORS))
    for course in (*courses, *reversed(courses)):
        alone = {name: Scorer(catalog.get(name).instrument) for name in names}
        assert report(used, *course) == report(alone, *course)


def test_ever_new_circumstances_do_not_fill_the_memory(catalog):
    scorer = Scorer(catalog.get("wai-sr").instrument)
    sent = [{"number": 1, "forms": [{"instrument": "wai-sr", "scores": {"total": 4}}]}]
    for step in range(3 * MOST_RECALLED):
        rules = policy_for(assumed_kappa=1 + step / 1000)
        report_course(read_course(sent, lambda *_: scorer, rules))
    assert len(scorer.recalled) == MOST_RECALLED


@pytest.mark.parametrize("name", ["wai-sr", "srs"])
def test_ages_are_told_apart_only_where_a_number_depends_on_them(catalog, name):
    instrument = catalog.get(name).instrument
    scorer = Scorer(instrument)
    sent = [{"number": 1, "forms": [{"instrument": name, "scores": {"total": 4}}]}]

    def remembered(*respondents):
        for respondent in respondents:
            given = read_course(sent, lambda *_: scorer, policy_for(), respondent)
            report_course(given)
        return len(scorer.recalled)

    assert remembered(Respondent(34, "female"), Respondent(70, "male"), Respondent()) == 1
    assert remembered(Respondent(9)) == 2
    for_women = Cutoff("line", "<", 3, "invented", applies_to=Applicability(sex="female"))
    figures = ("precision", "growth", "autocorrelation", "unevenness")
    scale = replace(
        instrument.scale["total"],
        cutoffs=(for_women,),
        within_person_sd_for=EVERYBODY,
        **dict.fromkeys(figures),
    )
    by_sex = replace(instrument, scales=(scale,), norms=())
    assert by_sex.misfits(34, "female") == by_sex.misfits(9, "female") == (None,)
    assert by_sex.misfits(34, "male") == ("other_sex",)
