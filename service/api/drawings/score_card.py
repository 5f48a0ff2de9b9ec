"""The score card of a form: what the drawing needs of its definition."""

from collections.abc import Mapping
from typing import Any

from service import __version__
from service.chart.card.drawing import Form, draw_card
from service.chart.english import IN_ENGLISH
from service.chart.style import Theme
from service.scoring.answers import Submission
from service.scoring.instrument import BandSystem, Instrument
from service.scoring.report_shape import ScoreReport
from service.scoring.wording.words import Words


def score_card(
    instrument: Instrument,
    submission: Submission,
    report: ScoreReport,
    theme: Theme,
    language: Words = IN_ENGLISH,
) -> str:
    """Return the card of a report, which is in that language, as SVG text."""
    respondent = submission.age, submission.sex
    bands = {
        scale.id: [_whole(one, language) for one in scale.bands if one.applies_to.fits(*respondent)]
        for scale in instrument.scales
        if scale.bands
    }
    titles = {criterion.id: language.text(criterion.title) for criterion in instrument.criteria}
    form = Form(instrument.title, titles, bands)
    return draw_card({**report, "service_version": __version__}, form, theme, language)


def _whole(system: BandSystem, language: Words) -> Mapping[str, Any]:
    bands = [
        {
            "id": band.id,
            "label": language.text(band.label),
            "minimum": band.minimum,
            "maximum": band.maximum,
        }
        for band in system.bands
    ]
    return {"system": system.system, "bands": bands}
