"""How much a score moves by itself: the best source first, and what never stands in for it."""

from dataclasses import replace

import pytest

from service.alliance.course import Errors
from service.alliance.series.error_model import NOT_OWN, error_model
from service.scoring.applicability import Applicability
from service.scoring.instrument import (
    ExpectedRates,
    Precision,
    Reliability,
    Sample,
    Transform,
)
from service.scoring.ranges import score_range
from service.scoring.scales import ANYBODY, Respondent
from tests.alliance.courses import alliance_form, finding, judged, norm

NOTHING = Errors()
ALPHA = (Reliability("alpha", 0.91, "invented"),)
HUMAN, APP = norm(4, 0.8), norm(3.4, 1.0, "app", digital=True, default=False)


def model(form, given=NOTHING, norms=None, respondent=ANYBODY, rater="client", kappa=1.5):
    return error_model(
        form,
        form.scale["total"],
        score_range(form, form.scale["total"]),
        given,
        norms,
        respondent,
        rater,
        kappa,
    )


EVERYTHING = {
    "within_person_sd": 0.25,
    "reliabilities": ALPHA,
    "precision": Precision(0.2, 0.9, "retest", "invented"),
}

# What is known, best first; each row lacks what the rows above had.
ORDER = [
    (Errors(sem=0.2, within_person_sd=0.3, sd=0.7), True, (HUMAN, APP), 0.3, "caller"),
    (Errors(sem=0.2, sd=0.7), True, (HUMAN, APP), 0.25, "definition"),
    (Errors(sem=0.2, sd=0.7), False, (HUMAN, APP), 0.48 * 0.7, "derived"),
    (Errors(sem=0.2), False, (HUMAN, APP), 1.5 * 0.2, "derived"),
    (Errors(), False, (APP, HUMAN), 0.48 * 0.8, "derived"),
    (Errors(), False, (APP,), 0.48 * 1.0, "derived_digital"),
    (Errors(), False, (), 0.08 * 4, "assumed"),
]


@pytest.mark.parametrize(("given", "defined", "norms", "value", "provenance"), ORDER)
def test_the_session_to_session_sd_comes_from_the_best_source(
    given, defined, norms, value, provenance
):
    """sqrt(1 - .77) = .48 of the total SD; kappa times the SEM; 8 % of the range from 1 to 5."""
    total = {"reliabilities": ALPHA} | ({"within_person_sd": 0.25} if defined else {})
    found = model(alliance_form(total=total, norms=norms), given).within_person_sd
    assert (found.value, found.provenance) == (pytest.approx(value), provenance)


@pytest.mark.parametrize(
    ("given", "total", "norms", "source"),
    [
        (Errors(within_person_sd=0.3), EVERYTHING, (HUMAN,), None),
        (NOTHING, EVERYTHING | {"within_person_sd_source": "trial"}, (HUMAN,), "bond/trial"),
        (NOTHING, EVERYTHING, (HUMAN,), None),
        (Errors(sd=0.7), {}, (HUMAN,), "crits-christoph-2011"),
        (Errors(sem=0.2), {}, (HUMAN,), None),
        (NOTHING, {}, (HUMAN,), "crits-christoph-2011"),
        (NOTHING, {}, (APP,), "crits-christoph-2011"),
        (NOTHING, {}, (), None),
    ],
)
def test_the_session_to_session_sd_names_its_source(given, total, norms, source):
    """.48 of an SD rests on a published dependability; what is given or assumed on nothing."""
    assert model(alliance_form(total=total, norms=norms), given).within_person_sd.source == source


@pytest.mark.parametrize(
    ("given", "total", "source"),
    [
        (Errors(sem=0.15), EVERYTHING, None),
        (NOTHING, EVERYTHING, "bond/invented"),
        (Errors(sd=0.8), {"reliabilities": ALPHA}, "bond/invented"),
    ],
)
def test_the_standard_error_names_its_source(given, total, source):
    assert model(alliance_form(total=total), given).sem.source == source


def test_the_figures_are_described_one_by_one_with_what_is_not_known():
    """Of a norm whose SD is 0.8: 0.48 x 0.8 = 0.384, and a margin of 0.384 / 1.5."""
    found = model(alliance_form(norms=(HUMAN,)))
    assert found.described() == {
        "sem": None,
        "within_person_sd": {
            "value": pytest.approx(0.384),
            "provenance": "derived",
            "source": "crits-christoph-2011",
            "detail": "0.48 times the SD of norm adults",
        },
        "sd": {
            "value": 0.8,
            "provenance": "definition",
            "source": "invented",
            "detail": "SD of norm adults",
        },
    }
    assert found.margin == pytest.approx(0.384 / 1.5)
    assert found.norm._asdict() == {
        "id": "adults",
        "population": "Adults",
        "n": 100,
        "digital": False,
        "mean": 4,
        "sd": 0.8,
        "source": "invented",
    }
    assert found.limits == (1, 5)


def test_the_words_of_a_figure_say_how_it_was_found():
    one_sample = alliance_form(total=EVERYTHING)
    details = {
        "caller": model(one_sample, Errors(0.2, 0.3, 0.7)).described(),
        "sample": model(one_sample).described(),
        "plain": model(alliance_form(total={"precision": Precision(0.2, None, None, "x")})),
    }
    assert [one["detail"] for one in details["caller"].values()] == [
        "standard error of measurement",
        "session-to-session SD",
        "standard deviation",
    ]
    assert details["sample"]["sem"]["detail"] == "from a reliability (retest) and SD of one sample"
    assert details["plain"].sem.detail == "standard error of measurement of the definition"
    derived = model(alliance_form(total={"reliabilities": ALPHA}), Errors(sd=0.8)).sem
    assert derived.detail == "the caller's SD times √(1 − 0.91), the reliability (alpha)"


@pytest.mark.parametrize(("low", "high", "found"), [(1, 5, 0.32), (2, 2, None), (0, 1, 0.08)])
def test_of_a_scale_without_breadth_no_share_of_the_range_is_assumed(low, high, found):
    form = alliance_form()
    total = form.scale["total"]
    told = error_model(form, total, (low, high), NOTHING, None, ANYBODY, "client", 1.5)
    figure = told.within_person_sd
    assert (figure and (figure.value, figure.provenance)) == (
        found and (pytest.approx(found), "assumed")
    )


RATES = ExpectedRates((4, 12), {}, {}, 0.25, 0.2, "invented")
ADULTS = Applicability(minimum_age=18)
OF_ADULTS = replace(RATES, applies_to=ADULTS)
NO_SEM = {"precision": None, "expected_rates": replace(RATES, sem=None)}


@pytest.mark.parametrize(
    ("given", "members", "respondent", "kappa", "is_quoted"),
    [
        (Errors(), {}, ANYBODY, 1.5, True),
        (Errors(), {}, ANYBODY, 2.0, True),  # kappa is for an SEM that is not known
        (Errors(sd=0.7), {}, ANYBODY, 1.5, False),
        (Errors(sem=0.2), {}, ANYBODY, 1.5, False),
        (Errors(within_person_sd=0.25), {}, ANYBODY, 1.5, False),
        (Errors(), {"precision": None}, ANYBODY, 1.5, False),
        (Errors(), {"within_person_sd": None}, ANYBODY, 1.5, False),
        (Errors(), {"within_person_sd_for": ADULTS}, Respondent(17), 1.5, False),
        (Errors(), {"within_person_sd_for": ADULTS}, Respondent(18), 1.5, True),
        (Errors(), {"expected_rates": OF_ADULTS}, Respondent(17), 1.5, False),
        (Errors(), NO_SEM, ANYBODY, 1.5, True),
        (Errors(), NO_SEM, ANYBODY, 2.0, False),
    ],
)
def test_rates_are_of_rules_that_were_told_just_these_figures(
    given, members, respondent, kappa, is_quoted
):
    form = alliance_form(total=EVERYTHING | {"expected_rates": RATES} | members)
    found = model(form, given, respondent=respondent, kappa=kappa)
    assert (found.rates is not None) == is_quoted


def test_a_figure_of_the_definition_says_whom_it_was_found_in():
    found_in = Sample(57, "one trial", "few items")
    total = {
        "within_person_sd": 0.25,
        "within_person_sd_sample": found_in,
        "precision": Precision(0.2, 0.9, "alpha", "invented", sample=found_in),
    }
    found = model(alliance_form(total=total))
    for figure in (found.within_person_sd, found.sem):
        assert figure.provenance == "definition"
        assert figure.detail.endswith(": 57 people")


def test_a_figure_taken_over_from_another_form_is_called_derived_and_says_how():
    taken_over = Sample(note="as of the other form", derived=True)
    total = {
        "within_person_sd": 0.25,
        "within_person_sd_sample": taken_over,
        "precision": Precision(0.2, None, None, "invented", sample=taken_over),
    }
    found = model(alliance_form(total=total))
    for figure, value in ((found.within_person_sd, 0.25), (found.sem, 0.2)):
        assert (figure.value, figure.provenance) == (value, "derived")
        assert figure.detail.endswith("as of the other form")


def test_the_sd_that_is_used_says_where_it_comes_from():
    cited = model(alliance_form(norms=(HUMAN,))).within_person_sd
    assert (cited.source, "adults" in cited.detail) == ("crits-christoph-2011", True)
    assert "app" in model(alliance_form(norms=(APP,))).within_person_sd.detail


def test_what_is_assumed_or_of_digital_therapy_is_not_the_dyads_own():
    assert {provenance for *_, provenance in ORDER if provenance in NOT_OWN} == NOT_OWN
    assert len(NOT_OWN) == 2
    assert "derived" not in NOT_OWN


@pytest.mark.parametrize("kappa", [1.0, 1.5, 2.0])
def test_kappa_is_the_callers(kappa):
    assert model(
        alliance_form(), Errors(sem=0.2), kappa=kappa
    ).within_person_sd.value == pytest.approx(0.2 * kappa)


def test_nothing_is_assumed_of_a_scale_without_range():
    found = model(alliance_form(total={"terms": ()}))
    assert (found.within_person_sd, found.margin, found.limits) == (None, None, None)


def test_consistency_within_a_form_says_nothing_about_sessions():
    """Alpha .91 would make .3 of an SD. It is neither the session-to-session SD nor, without an SD,
    an SEM.
    """
    form = alliance_form(total={"reliabilities": ALPHA})
    found = model(form)
    assert (found.sem, found.within_person_sd.provenance) == (None, "assumed")
    assert model(form, Errors(sd=0.8)).within_person_sd.value == pytest.approx(0.48 * 0.8)


SEMS = [
    (Errors(sem=0.15, sd=0.8), EVERYTHING, 0.15, "caller"),
    (Errors(sd=0.8), EVERYTHING, 0.2, "definition"),
    (Errors(sd=0.8), {"reliabilities": ALPHA}, 0.8 * 0.3, "derived"),  # sqrt(1 - .91) = .3
]


@pytest.mark.parametrize(("given", "total", "value", "provenance"), SEMS)
def test_the_standard_error_comes_from_the_best_source(given, total, value, provenance):
    found = model(alliance_form(total=total), given)
    assert (found.sem.value, found.sem.provenance) == (pytest.approx(value), provenance)
    assert found.margin == found.sem.value


@pytest.mark.parametrize(
    ("given", "total"),
    [
        (Errors(sd=0.8), {}),
        (Errors(within_person_sd=0.3), {}),
        (Errors(), {"reliabilities": ALPHA}),
    ],
)
def test_otherwise_there_is_no_standard_error(given, total):
    form = alliance_form(total=total, norms=(HUMAN,))
    found = model(form, given)
    assert found.sem is None
    assert found.margin == pytest.approx(found.within_person_sd.value / 1.5)


def test_without_a_standard_error_the_rules_that_need_one_are_unknown():
    monitor = judged([4, 4, 4, 3, 2, 1], errors=Errors(within_person_sd=0.3))
    for rule in ("R03", "R04", "R09", "R17"):
        assert finding(monitor, rule)[:2] == (None, "no_sem")
    assert finding(monitor, "R06").fired is True


def test_the_sd_for_comparing_raters_is_the_callers_or_of_a_human_norm():
    form = alliance_form(norms=(HUMAN, APP))
    assert model(form, Errors(sd=0.7)).sd[:2] == (0.7, "caller")
    assert model(form).sd[:2] == (0.8, "definition")
    assert model(alliance_form(norms=(APP,))).sd is None


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        (None, "adults"),
        (("*",), "adults"),
        (("adults",), "adults"),
        (("app",), "app"),
        ((), None),
        (("elsewhere",), None),
    ],
)
def test_a_digital_norm_is_used_only_where_it_is_named(asked, used):
    found = model(alliance_form(norms=(APP, HUMAN)), norms=asked).norm
    assert (found and found.id) == used


@pytest.mark.parametrize(
    ("norms", "value", "provenance", "sd"),
    [((APP,), 0.48 * 1.0, "derived_digital", None), ((APP, HUMAN), 0.48 * 0.8, "derived", 0.8)],
)
def test_a_digital_norm_that_is_named_is_no_human_norm_for_it(norms, value, provenance, sd):
    """Scores are compared with it; how much they move by themselves is known no better for it."""
    found = model(alliance_form(norms=norms), norms=("app",))
    assert found.norm.id == "app"
    assert found.within_person_sd[:2] == (pytest.approx(value), provenance)
    assert (found.sd and found.sd.value) == sd


@pytest.mark.parametrize("sd", [None, 0, -1])
def test_a_norm_that_does_not_say_how_scores_spread_is_none(sd):
    assert model(alliance_form(norms=(norm(4, sd),))).norm is None


@pytest.mark.parametrize("asked", [None, ("*",)])
def test_a_digital_norm_is_never_the_default(asked):
    by_mistake = norm(3.4, 1.0, "app", digital=True, default=True)
    assert model(alliance_form(norms=(by_mistake,)), norms=asked).norm is None


def test_a_norm_fits_respondent_and_rater():
    women = norm(4, 0.8, "women", applies_to=Applicability(sex="female"))
    raters = norm(4, 0.8, "raters", perspective="therapist")
    form = alliance_form(norms=(women, raters))
    assert model(form).norm is None
    assert model(form, respondent=Respondent(None, "female")).norm.id == "women"
    assert model(form, rater="therapist").norm.id == "raters"


ADULTS = Applicability(minimum_age=18, of_unknown_age=True)


@pytest.mark.parametrize(
    ("age", "found"),
    [
        (34, ("adults", 0.25, 0.2)),
        (None, ("adults", 0.25, 0.2)),
        (15, (None, 0.08 * 4, None)),
    ],
)
def test_figures_of_adults_are_not_those_of_a_child(age, found):
    """A known age beyond that of their people leaves what is assumed of any scale."""
    total = {
        "within_person_sd": 0.25,
        "within_person_sd_for": ADULTS,
        "precision": Precision(0.2, 0.9, "retest", "invented", ADULTS),
        "reliabilities": (Reliability("alpha", 0.91, "invented", None, ADULTS),),
    }
    form = alliance_form(total=total, norms=(norm(4, 0.8, applies_to=ADULTS),))
    given = model(form, respondent=Respondent(age))
    name, within, sem = found
    assert (given.norm and given.norm.id) == name
    assert given.within_person_sd.value == pytest.approx(within)
    assert (given.sem and given.sem.value) == sem
    derived = model(form, Errors(sd=1), respondent=Respondent(age)).sem
    assert (derived is None) is (age == 15)


@pytest.mark.parametrize(("rater", "provenance"), [("therapist", "derived"), ("client", "assumed")])
def test_a_norm_of_the_other_rater_tells_nothing_of_the_session_to_session_sd(rater, provenance):
    form = alliance_form(norms=(norm(4, 0.8, perspective="therapist"),))
    assert model(form, rater=rater).within_person_sd.provenance == provenance


# Three items: a sum is three times the mean.
@pytest.mark.parametrize(
    ("metric", "of", "mean", "sd"),
    [
        ("mean", "mean", 12, 2.4),
        ("mean", "value", 12, 2.4),
        ("mean", "sum", 4, 0.8),
        ("sum", "sum", 12, 2.4),
        ("sum", "value", 12, 2.4),
        ("sum", "mean", 36, 7.2),
    ],
)
def test_norms_of_sums_and_means_are_put_in_the_scales_metric(metric, of, mean, sd):
    found = model(
        alliance_form(metric=metric, low=1, high=15, norms=(norm(12, 2.4, metric=of),))
    ).norm
    assert (found.mean, found.sd) == (pytest.approx(mean), pytest.approx(sd))


def test_a_norm_of_others_does_not_hide_those_after_it():
    """Of women, of the old, and without the scale; then of anybody."""
    women = norm(4, 1.0, "women", applies_to=Applicability(sex="female"))
    old = norm(4, 1.1, "old", applies_to=Applicability(minimum_age=65))
    without = replace(norm(4, 1.2, "without"), scales={})
    form = alliance_form(norms=(women, old, without, HUMAN))
    found = model(form, respondent=Respondent(30, "male"))
    assert (found.norm.id, found.sd.value) == ("adults", 0.8)
    assert found.within_person_sd.value == pytest.approx(0.48 * 0.8)


def test_no_sum_is_made_of_the_mean_of_items_that_count_differently():
    """Nor of one that is transformed."""
    for odd in ({"weights": (1, 2, 1)}, {"transform": Transform("sum", 2)}):
        for metric, of in (("sum", "mean"), ("mean", "sum")):
            form = alliance_form(metric=metric, total=odd, norms=(norm(12, 2.4, metric=of),))
            assert model(form).norm is None


def test_a_norm_without_spread_or_in_another_metric_is_left_out():
    assert model(alliance_form(norms=(norm(4, None),))).norm is None
    weighted = alliance_form(total={"weights": (1, 2, 1)}, norms=(norm(12, 2.4, metric="sum"),))
    assert model(weighted).norm is None


def test_the_shipped_inventory_has_the_figures_of_patients_in_therapy(catalog):
    """IMPLEMENT trial (Flückiger et al. 2016), 57 patients: SD .603 and alpha .893 of complete
    forms, so SEM = .603 sqrt(1 - .893); session-to-session SD .302; sessions 3 to 5 have mean 3.86
    and SD .62. Chatbot users stay out unless they are named.
    """
    form = catalog.get("wai-sr").instrument
    found = model(form)
    assert found.sem[:2] == (pytest.approx(0.603 * 0.107**0.5), "definition")
    assert found.within_person_sd[:2] == (0.302, "definition")
    assert (found.norm.mean, found.norm.sd, found.norm.digital) == (3.86, 0.62, False)
    assert model(form, norms=("woebot-2021",)).norm.mean == 3.36
    total = form.scale["total"]
    assert (total.growth.mean, total.growth.sd, total.autocorrelation.value) == (0.036, 0.025, 0.2)
    assert total.unevenness.value == 4.2


def test_the_therapists_form_takes_the_patients_figures_over_and_calls_them_derived(catalog):
    form = catalog.get("wai-srt").instrument
    found = model(form, rater="therapist")
    assert found.sem[:2] == (0.197, "derived")
    assert found.within_person_sd[:2] == (0.302, "derived")
    assert found.norm is None


@pytest.mark.parametrize(("name", "sd"), [("wai-s-client", 12.26), ("wai-s-therapist", 11.09)])
def test_the_older_short_form_has_the_share_of_error_of_the_revised_one(catalog, name, sd):
    """SEM over SD of the WAI-SR, .197 / .603, times the SD of the norm: a sum of twelve items."""
    found = model(catalog.get(name).instrument, rater=None)
    assert found.sem[:2] == (pytest.approx(0.197 / 0.603 * sd / 12, abs=0.001), "derived")
    assert found.within_person_sd[:2] == (pytest.approx(0.48 * sd / 12), "derived")
