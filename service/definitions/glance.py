"""What a definition has and lacks, at a glance: a code for each of seven parts; and how old its
norms are, for people change.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service.definitions.checks.parts import change_rules

Json = Mapping[str, Any]

LEGEND = {
    "yes": "present",
    "some": "present for a part of the form: some scales, items or answers",
    "one_source": "present from one source; no second, independent one was found",
    "digital": "present for digital therapies alone, which are never used by default",
    "cutoffs": "cut-offs are present, bands are not",
    "shares": "present at single scores only: how many of a group have such a score or less",
    "mcid": "present is only which difference matters, not which is beyond error",
    "site": "absent: the key may not be published, and a site that holds it supplies this too",
    "line": "absent: an answer is a point on a line, which has no words",
    "licence": "absent: the holder of the rights keeps the wording of the form",
    "not_found": "absent: none was found in a source that could be read",
    "no_norms": "absent: there is no norm group to rank a score in",
    "no_quantiles": "absent: the norm groups are published without quantiles",
}
"""What each code says."""


def glance(document: Json) -> dict[str, str]:
    """Return for each part of a definition the code that tells whether it is there."""
    return {
        "key": _key(document),
        "labels": _labels(document),
        "codes": _codes(document),
        "norms": _norms(document),
        "percentiles": _percentiles(document),
        "change": _change(document),
        "bands": _bands(document),
    }


def _key(document: Json) -> str:
    if document.get("key") == "required":
        return "site"
    return "one_source" if document["key_sources"]["verification"] == "one-source" else "yes"


def _labels(document: Json) -> str:
    worded = [
        answers
        for answers in document["response_sets"].values()
        if answers.get("step", 1) is not None and "clock" not in answers
    ]
    if not worded:
        return "line"
    labelled = [_has_labels(answers) for answers in worded]
    licence = document["licence"]
    held = licence["permission_required"] and not licence["text_included"]
    return _how_many(labelled) or ("licence" if held else "not_found")


def languages_of_labels(document: Json) -> list[str]:
    """Return the languages, beside that of the form, in which all its answers with words have
    labels as well.
    """
    sets = document["response_sets"].values()
    translated = [{one["language"] for one in part.get("translations", ())} for part in sets]
    worded = [
        languages
        for part, languages in zip(sets, translated, strict=True)
        if languages or _has_labels(part)
    ]
    return sorted(set[str].intersection(*worded)) if worded else []


def _has_labels(answers: Json) -> bool:
    return bool(answers.get("labels")) or any("label" in one for one in answers.get("options", ()))


def _codes(document: Json) -> str:
    answers = [
        option
        for answers in document["response_sets"].values()
        for option in answers.get("options", [{}])
    ]
    coded = (
        bool(document.get("codes")),
        any("codes" in item for item in document["items"]),
        any("code" in option for option in answers),
    )
    scored = any(scale.get("codes") for scale in document["scales"])
    return _how_many(coded) or ("some" if scored else "not_found")


def _norms(document: Json) -> str:
    norms = document.get("norms", [])
    if not norms:
        return _absent(document)
    return "digital" if all(norm["digital"] for norm in norms) else "yes"


def _percentiles(document: Json) -> str:
    norms = document.get("norms", [])
    if not norms:
        return "no_norms"
    models = {norm["percentile_model"] for norm in norms} - {None}
    if models == {"cumulative"}:
        return "shares"
    return "yes" if models else "no_quantiles"


def _change(document: Json) -> str:
    rules = [[rule for _, rule in change_rules(scale)] for scale in document["scales"]]
    reliable = (any("reliable_change" in one or "sd" in one for one in scale) for scale in rules)
    if found := _how_many(reliable):
        return found
    return "mcid" if any(one.get("mcid") for scale in rules for one in scale) else _absent(document)


def _bands(document: Json) -> str:
    scales = document["scales"]
    if found := _how_many(bool(scale.get("bands")) for scale in scales):
        return found
    return "cutoffs" if any(scale.get("cutoffs") for scale in scales) else _absent(document)


def _absent(document: Json) -> str:
    return "site" if document.get("key") == "required" else "not_found"


def _how_many(have: Iterable[bool]) -> str | None:
    """Return the code for all or for some, None for none."""
    known = tuple(have)
    if not any(known):
        return None
    return "yes" if all(known) else "some"


def years_of(norm: Json) -> str:
    """Return in words when the people of a norm were asked, or when their numbers came out."""
    told = {"asked": norm.get("collected"), "published": norm.get("published")}
    known = [f"{what} {year}" for what, year in told.items() if year is not None]
    return ", ".join(known) or "not told"


def norms_before(document: Json, year: int) -> Iterator[str]:
    """Yield a sentence for each norm whose people were asked before a year, or, where that is not
    told, whose numbers came out before it; and for each whose age nobody can tell.
    """
    for norm in document.get("norms", ()):
        known = norm.get("collected") or norm.get("published")
        if known is None:
            yield f"norm {norm['id']}: its year is not known"
        elif known < year:
            yield f"norm {norm['id']}: {years_of(norm)}, before {year}"
