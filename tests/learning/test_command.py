"""The whole command: what it writes, that it can be loaded, and that nobody is in it."""

import json
import re
from random import Random
from statistics import fmean, stdev
from xml.etree import ElementTree

import pytest

from service.__main__ import main
from service.definitions.catalog import load_catalog
from service.learning import expectation
from service.learning.estimation.interval import Estimate, refused
from service.learning.estimation.precision import standard_error
from service.learning.expectation import SiteWorld
from service.learning.figures import series_figures
from service.learning.gathering import gather
from service.learning.output.overlay import overlays
from service.learning.output.report import number, shown
from service.learning.reading.lines import Finder
from service.learning.reading.ndjson import read_ndjson
from service.settings import REPOSITORY
from tests.learning.sites import DATE, REFERENCE, THERAPIST, body

N = 60
SHIPPED = REPOSITORY / "instruments"


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """Learn from sixty courses and a broken line."""
    folder = tmp_path_factory.mktemp("site")
    lines = [json.dumps(body(seed)) for seed in range(N)]
    lines.insert(3, json.dumps({**body(999), "forename": REFERENCE}))
    (folder / "courses.ndjson").write_text("\n".join(lines), encoding="utf-8")
    command = ["learn", str(folder / "courses.ndjson"), "-o", str(folder / "learned")]
    assert main([*command, "--series", "20", "--processes", "1"]) == 0
    return folder / "learned"


def estimates(learned):
    return json.loads((learned / "estimates.json").read_text(encoding="utf-8"))


def series_of(learned, instrument, scale):
    (one,) = [
        part
        for part in estimates(learned)["series"]
        if (part["instrument"], part["scale"]) == (instrument, scale)
    ]
    return one


def test_no_name_and_no_date_of_anybody_is_written(learned):
    texts = [path.read_text(encoding="utf-8") for path in learned.rglob("*") if path.is_file()]
    assert len(texts) > 6
    for text in texts:
        for private in (REFERENCE, THERAPIST, DATE, "Otto", "Erika", "forename"):
            assert private not in text
        assert not re.search(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b", text)


def test_faults_are_told_without_content(tmp_path, capsys):
    lines = ['{"sessions": "Otto"}', '{"Otto": 1}', "Otto", json.dumps(body(1))]
    file = tmp_path / "courses.ndjson"
    file.write_text("\n".join(lines), encoding="utf-8")
    command = ["learn", str(file), "-o", str(tmp_path / "out"), "--processes", "1"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert "line 1 left out: wrong_type" in told.err
    assert "line 2 left out: " in told.err
    assert "line 3 left out: bad_json" in told.err
    assert "1 courses read, 3 lines left out" in told.out
    assert "Otto" not in told.out + told.err
    assert "| `bad_json` | 1 |" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_the_estimates_say_what_they_rest_on(learned):
    document = estimates(learned)
    assert (document["format"], document["provenance"]) == (1, "site")
    assert document["n_courses"] == N
    total = series_of(learned, "wai-sr", "total")
    assert (total["n_patients"], total["n_scores"]) == (N, 8 * N)
    for name, one in total["estimates"].items():
        low, high = one["interval"] or (None, None)
        if one["value"] is None:
            assert one["reason"] == "patients_alike", name
        else:
            assert low is None or low <= one["value"]
            assert high is None or one["value"] <= high
    # Twelve items of SD about .5 round the mean: .5 / sqrt(12) = .144, and a little for rounding.
    assert total["estimates"]["sem"]["value"] == pytest.approx(0.16, abs=0.03)
    theirs = series_of(learned, "wai-srt", "total")
    assert theirs["estimates"]["sem"]["reason"] == "no_answers"
    assert theirs["estimates"]["within_person_sd"]["value"] == pytest.approx(0.3, abs=0.03)
    (gap,) = document["gaps"]
    assert gap["estimates"]["mean"]["value"] == pytest.approx(0.55, abs=0.1)  # .4 + .04 x 4.5 - cut


def test_the_overlays_can_be_loaded_and_hold_the_estimates(learned):
    catalog = load_catalog(SHIPPED, learned / "overlays")
    entry = catalog.get("wai-sr")
    assert re.fullmatch(r"[0-9.]+\+site\.1", entry.instrument.version)
    total = entry.instrument.scale["total"]
    found = series_of(learned, "wai-sr", "total")["estimates"]
    assert total.within_person_sd == found["within_person_sd"]["value"]
    assert total.within_person_sd_source == "site-courses"
    assert total.precision.sem == pytest.approx(found["sem"]["value"], rel=1e-3)
    assert total.growth.mean == found["growth"]["value"]
    assert total.growth.sd == found["slope_sd"]["value"]
    assert total.expected_rates is None  # of 20 simulated courses none is quoted
    norm = next(one for one in entry.instrument.norms if one.id == "site-sessions-3-5")
    window = next(
        one for one in series_of(learned, "wai-sr", "total")["windows"] if one["sessions"] == [3, 5]
    )
    assert norm.scales["total"].mean == window["mean"]["value"]
    assert norm.n == N
    assert not norm.default


def phq(seed):
    draw = Random(seed)
    answers = [[draw.randint(0, 3) for _ in range(9)] for _ in range(4)]
    forms = [[{"instrument": "phq-9", "answers": one}] for one in answers]
    return {"sessions": [{"number": at, "forms": one} for at, one in enumerate(forms, 1)]}, answers


def test_the_error_of_a_sum_is_that_of_the_mean_times_the_items():
    courses, answers = zip(*map(phq, range(25)), strict=True)
    find = Finder(load_catalog(SHIPPED))
    gathered = gather(read_ndjson([json.dumps(one).encode() for one in courses], find))
    ((key, series),) = gathered.series.items()
    found = series_figures(key, series)
    forms = [[(at, tuple(row)) for at, row in enumerate(one, 1)] for one in answers]
    of_mean = standard_error(forms, 9)
    assert found.value("sem") == pytest.approx(9 * of_mean.value)
    assert found.estimates["sem"].interval == pytest.approx([9 * end for end in of_mean.interval])
    # Random answers: all that a score varies by is error, which no overlay could say.
    assert found.value("sem") > 0.95 * found.value("within_person_sd")
    larger = found._replace(
        estimates={**found.estimates, "sem": found.estimates["within_person_sd"]}
    )
    written = json.loads(overlays(load_catalog(SHIPPED), [larger], {})["phq-9.json"])
    assert "within_person_sd" in written["scales"][0]
    assert "precision" not in written["scales"][0]


def test_learning_again_numbers_the_overlay_and_extends_the_same_base(
    learned, tmp_path, monkeypatch
):
    monkeypatch.setenv("INSTRUMENTS_EXTRA_DIR", str(learned / "overlays"))
    file = tmp_path / "courses.ndjson"
    file.write_text("\n".join(json.dumps(body(seed)) for seed in range(25)), encoding="utf-8")
    assert main(["learn", str(file), "-o", str(tmp_path), "--series", "1", "--processes", "1"]) == 0
    first = json.loads((learned / "overlays" / "wai-sr.json").read_text(encoding="utf-8"))
    again = json.loads((tmp_path / "overlays" / "wai-sr.json").read_text(encoding="utf-8"))
    assert again["extends"] == first["extends"]
    assert again["version"] == first["version"].replace("site.1", "site.2")
    assert load_catalog(SHIPPED, tmp_path / "overlays").get("wai-sr").extends == first["extends"]


def test_the_report_shows_figures_rates_and_plots(learned):
    text = (learned / "report.md").read_text(encoding="utf-8")
    assert f"{N} courses read; 1 lines left out." in text
    assert "| `unknown_member` | 1 |" in text
    for plot in re.findall(r"\]\((.*?\.svg)\)", text):
        ElementTree.parse(learned / plot)
    found = series_of(learned, "wai-sr", "total")
    assert found["expected_rates"]["n_courses"] == 20
    assert series_of(learned, "wai-sr", "bond")["expected_rates"] is None  # not watched
    assert text.count("of 100 courses in which nothing happens".capitalize()) == 2


def test_a_file_that_is_not_there_and_one_without_scores(tmp_path, capsys):
    assert main(["learn", str(tmp_path / "none"), "-o", str(tmp_path)]) == 2
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    assert main(["learn", str(empty), "-o", str(tmp_path / "out")]) == 1
    assert not (tmp_path / "out").exists()
    assert "No scores to learn from." in capsys.readouterr().err


def test_figures_are_written_to_three_digits_without_exponent():
    assert [number(x) for x in (0, 0.036, -0.000247, 0.00001, 4.0, 57.25, 1234.5)] == [
        "0",
        "0.0360",
        "-0.000247",
        "0.000010",
        "4.00",
        "57.2",
        "1234",
    ]
    assert shown(Estimate(4.3, (2.5, None), 57, 700)) == "4.30 [2.50, …]"
    assert shown(refused("too_few_patients", 3, 9, 20)) == "– too few patients (20 needed)"


WORLD = SiteWorld(level=4.0, level_sd=0.5, growth=0.04, within=0.3, sem=0.2, missing=0.25)


def test_simulated_courses_have_the_figures_of_the_site():
    draw = Random(1)
    courses = [expectation.scores(draw, WORLD) for _ in range(4000)]
    given = [one for course in courses for one in course if one is not None]
    assert 1 - len(given) / (12 * 4000) == pytest.approx(0.25, abs=0.01)
    fourth = [course[3] for course in courses if course[3] is not None]
    assert fmean(fourth) == pytest.approx(4.0, abs=0.03)
    assert stdev(fourth) == pytest.approx((0.5**2 + 0.3**2) ** 0.5, abs=0.02)
    rises = [b - a for a, *_, b in courses if a is not None and b is not None]
    assert fmean(rises) == pytest.approx(11 * 0.04, abs=0.03)
    assert stdev(rises) == pytest.approx(0.3 * 2**0.5, abs=0.02)


def test_simulated_courses_keep_to_the_forms_steps_and_range():
    world = SiteWorld(
        4.8, 0.5, 0.0, 0.3, even=False, nu0=3.0, scale=0.25, lowest=1, highest=5, step=1 / 12
    )
    draw = Random(2)
    given = [one for _ in range(300) for one in expectation.scores(draw, world)]
    assert max(given) == 5
    assert min(given) >= 1
    assert all(abs(12 * one - round(12 * one)) < 1e-9 for one in given)


def test_no_patient_scatters_by_more_than_half_the_range():
    # Without a limit these SDs would be in the hundreds, and all scores at one end or the other.
    wild = SiteWorld(3, 0, 0, 0.3, even=False, nu0=1.0, scale=200.0, lowest=1, highest=5)
    given = [one for _ in range(200) for one in expectation.scores(Random(1), wild)]
    assert fmean(1 < one < 5 for one in given) > 0.5


def test_a_still_patient_does_not_move():
    still = SiteWorld(4, 0.5, 0, 0.3, even=False, nu0=4, scale=0.25, still=1.0)
    assert len(set(expectation.scores(Random(1), still))) == 1


def test_a_change_is_in_session_to_session_sds_of_the_site():
    still = SiteWorld(level=4.0, level_sd=0.0, growth=0.0, within=0.3)
    plain, fallen = (expectation.scores(Random(3), still, shape) for shape in (None, "lasting_2"))
    # The shape falls at session 8 by 2 SD of .3.
    falls = [b - a for a, b in zip(plain, fallen, strict=True)]
    assert falls == [*[0] * 7, *[pytest.approx(-0.6)] * 5]


def test_the_rules_are_told_the_sites_error_figures():
    assert WORLD.told().kappa == pytest.approx(1.5)
    assert not SiteWorld(4, 0.5, 0, 0.3, sem=None).told().sem_known
    assert not SiteWorld(4, 0.5, 0, 0.3, sem=0.3).told().sem_known


def test_without_noise_nothing_is_signalled_and_a_fall_is():
    calm = SiteWorld(
        level=4.0, level_sd=0.5, growth=0.0, within=0.3, scale=0.01, nu0=50, even=False
    )
    stable = expectation.count(calm, None, Random(4), 20)
    assert (stable["series", 0], stable["alert", 12]) == (20, 0)
    fallen = expectation.count(calm, "dip_3", Random(4), 20)
    assert fallen["watch", 0] == 20
