"""Why something is not there, in words: for every code that a report gives as a reason."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "baseline_not_scored": "the baseline has no score",
    "clinical_cutoff_needs_age_or_sex": "the clinical cut-off needs age or sex",
    "clinical_cutoff_other_age": "the clinical cut-off is for another age",
    "clinical_cutoff_other_sex": "the clinical cut-off is for the other sex",
    "component_not_scored": "a scale that it is made of has no score",
    "items_not_applicable": "an item does not apply, and published values are for the whole scale",
    "missing_items": "items were not answered, and all are needed",
    "needs_age": "it needs the age",
    "needs_age_or_sex": "it needs age or sex",
    "needs_sex": "it needs the sex",
    "no_default_norm": "no norm is used unless it is asked for",
    "no_norm_available": "no norm is known for this form",
    "no_norm_fits": "no norm fits this respondent",
    "no_norm_for_scale": "no norm is known for this scale",
    "no_published_bands": "none were published",
    "no_published_cutoff": "none was published",
    "no_reliable_change_parameters": "no value of reliable change is known",
    "no_sd_and_reliability_of_one_sample": "no SD and reliability of one sample are known",
    "no_table_fits": "no published table fits this respondent",
    "none_requested": "none was asked for",
    "not_answered": "the item was not answered",
    "not_applicable": "its items do not apply",
    "not_scored": "there is no score",
    "other_age": "it is for another age",
    "other_group": "the respondent belongs to another group",
    "other_rater": "it holds ratings of the other rater",
    "other_sex": "it is for the other sex",
    "raw_score_not_in_table": "the published table does not have this raw score",
    "skewed_no_quantiles": "scores are skewed and no percentiles were published",
    "too_few_answered": "too few items were answered",
    "too_few_answered_in_form": "too few items of the form were answered",
}


def why(code: str | None) -> str:
    """Return a reason in words; of a code that is not known, its own words."""
    if code is None:
        return "no reason is known"
    return REASONS.get(code) or code.replace("_", " ")
