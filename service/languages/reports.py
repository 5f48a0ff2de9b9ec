"""A score report in the language of its reader. What was worked out stays as it is, and so does
everything that has a code.
"""

from collections.abc import Mapping
from typing import Any, cast

from service.languages.english import OF_FORMS
from service.scoring.report_shape import ReportWarning, ScaleScore, ScoreReport
from service.scoring.wording.flags import flag_in_language
from service.scoring.wording.words import ENGLISH, Words


def in_language(report: ScoreReport, words: Words) -> ScoreReport:
    """Return a report with the messages of its flags, its titles and labels in a language; results
    are shared by reports, so none is changed.
    """
    if words.language == ENGLISH:
        return report
    scores = {name: _score(score, words) for name, score in report["scores"].items()}
    criteria = {
        name: {**one, "title": words.text(one["title"])} for name, one in report["criteria"].items()
    }
    risks = [flag_in_language(risk, words) for risk in report["risks"]]
    warnings = [_warning(one, words) for one in report["warnings"]]
    told = {"scores": scores, "criteria": criteria, "risks": risks, "warnings": warnings}
    return cast("ScoreReport", {**report, **told})


def _score(score: ScaleScore, words: Words) -> Mapping[str, Any]:
    linked = [{**one, "title": words.text(one["title"])} for one in score.get("linked", ())]
    return {
        **score,
        **({"linked": linked} if linked else {}),
        "title": words.text(score["title"]),
        "unit": words.text(score["unit"]) if score["unit"] else score["unit"],
        "bands": [{**band, "label": words.text(band["label"])} for band in score["bands"]],
        "cutoffs": [
            {**one, "label": words.text(one["label"])} if one["label"] else one
            for one in score["cutoffs"]
        ],
    }


def _warning(warning: ReportWarning, words: Words) -> ReportWarning:
    """Return a warning; one that nobody has put into the language stays in English."""
    name = f"warning.{warning['code']}"
    said = words.wordings.get(name)
    if said is None or said is OF_FORMS[name]:
        return warning
    items, norm = ", ".join(warning.get("items", ())), warning.get("norm", "")
    return {**warning, "detail": words.say(name, items=items, norm=norm)}
