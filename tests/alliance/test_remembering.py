"""What is remembered of an instrument between courses: nothing that one of them brought may show in
another.
"""

import gc
import tracemalloc
from dataclasses import replace
from itertools import product

import orjson
import pytest

from service.alliance.policy import policy_for
from service.alliance.reading import read_course
from service.alliance.report.report import report_course
from service.scoring.applicability import EVERYBODY, Applicability
from service.scoring.instrument import Cutoff
from service.scoring.remembering import Memory
from service.scoring.report import Scorer
from service.scoring.scales import Respondent

BOUND = 400_000
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


def test_ever_new_circumstances_fill_no_more_than_the_memory_of_all_instruments(catalog):
    memory = Memory(BOUND)
    names = ("wai-sr", "wai-srt", "srs", "phq-9")
    scorers = {name: Scorer(catalog.get(name).instrument, memory) for name in names}
    sent = [*SENT, {"number": 9, "forms": [{"instrument": "srs", "scores": {"total": 20}}]}]

    def judge(step):
        rules = policy_for(assumed_kappa=1 + step / 1000)
        report_course(read_course(sent, lambda name, _: scorers[name], rules))

    judge(0)  # what is made once for good
    gc.collect()
    tracemalloc.start()
    for step in range(1, 20):
        judge(step)
    gc.collect()
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.2 * BOUND < allocated < 1.2 * BOUND
    assert len(memory) > 0


@pytest.mark.parametrize("name", ["wai-sr", "srs"])
def test_ages_are_told_apart_only_where_a_number_depends_on_them(catalog, name):
    instrument = catalog.get(name).instrument
    scorer = Scorer(instrument)
    sent = [{"number": 1, "forms": [{"instrument": name, "scores": {"total": 4}}]}]

    def remembered(*respondents):
        for respondent in respondents:
            given = read_course(sent, lambda *_: scorer, policy_for(), respondent)
            report_course(given)
        return len(scorer.memory)

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
