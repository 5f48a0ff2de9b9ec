"""Where the service is meant to answer otherwise than the recorded revision did.

To add a row: change the code, run `pytest tests/recorded`, read the differences that it prints, and
say for each that is meant which answers it is in, where, of which kind, and why:

- answers: the subject of the request (an instrument's id, `golden`, `courses`, `readme`, `rules`),
  or subject and name (`phq-9: example 2`); `*` stands for anything, `a|b` for either;
- path: of the member, as printed; `*` stands for one step, `**` for any number of steps;
  `status` is the HTTP status, and covers all that the answer says;
- kind: `added`, `dropped`, `changed`, or `order` of members;
- why: a sentence.

The narrowest row that covers a change is the best one. A row that nothing matches any more fails.
Once a version is released, record it (`record.py`) and empty the table.
"""

from typing import NamedTuple

from tests.recorded.differences import Kind


class Intended(NamedTuple):
    """A change that is meant."""

    answers: str
    path: str
    kind: Kind
    why: str


_SDQ = "sdq-parent|sdq-self|sdq-teacher"
_FLAGGED = "c-ssrs-screener|core-10|core-om|epds|phq-9|qids-sr16|rcads-*|readme"
_MESSAGE = "a message is said only of a flag that is raised"
_CONTRADICTED = "blanks behind an answer that contradicts a skip are missing"
_NAMED = "a warning about a skip names both sides"
_SKIPPED = "the AUDIT-C skips as the AUDIT does"
_FOURTEEN = "the PHQ-15 of a man has fourteen items"
_PRINTED = "the printed rule of the PHQ counts items 1 to 13 and is cited"
_DIRECTION = "a smallest difference that matters has a direction"
_OTHER_AGE = "numbers of children or older people are not for a woman of 34"
_IMPACT = "a blank impact question counts 0, as in the publisher's syntax"

_AT_34 = "|".join(
    f"{form}: {asked}"
    for form in ("gds-15", "psc-17", "sdq-*", "ucla-3", "zbi-12")
    for asked in ("*34*", "ramp after maximum, all norms")
)

FORMS: tuple[Intended, ...] = (
    Intended(
        "promis-depression-4a",
        "/scores/total/cutoffs/*",
        "dropped",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-4a",
        "/scores/total/cutoffs_note",
        "changed",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-4a",
        "/sources/clover-2018",
        "dropped",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-8a",
        "/scores/total/cutoffs/*",
        "dropped",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-8a",
        "/scores/total/cutoffs_note",
        "changed",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-8a",
        "/sources/clover-2018",
        "dropped",
        "the study names no form, so its cut-offs are not for this one",
    ),
    Intended(
        "promis-depression-8b",
        "/scores/total/cutoffs/*/label",
        "changed",
        "the label says that the study names no form",
    ),
    Intended(
        "core-10",
        "/scores/total/bands/*/system",
        "changed",
        "the bands are the manual's, not a youth study's",
    ),
    Intended(
        "srs",
        "/scores/total/cutoffs/at-most-36",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(
        "srs",
        "/sources/hiboop-srs",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(_FLAGGED, "/risks/*/message", "changed", _MESSAGE),
    *(
        Intended("audit: *", path, kind, _CONTRADICTED)
        for path, kind in (
            ("/scores/total/*", "changed"),
            ("/scores/total/*/*", "dropped"),
            ("/scores/total/working/items/6/*", "changed"),
            ("/missing/*", "added"),
            ("/warnings/0", "added"),
        )
    ),
    Intended("c-ssrs-screener: example 10", "/missing/*", "added", _CONTRADICTED),
    Intended("audit-c|c-ssrs-screener", "/warnings/0", "added", _NAMED),
    Intended(f"pc-ptsd-5|{_SDQ}", "/warnings/0/**", "changed", _NAMED),
    Intended(f"pc-ptsd-5|{_SDQ}", "/warnings/0/**", "added", _NAMED),
    *(
        Intended("audit-c: example 6", path, kind, _SKIPPED)
        for path, kind in (
            ("/scores/total/*", "changed"),
            ("/scores/total/cutoffs/us-va", "added"),
            ("/criteria/positive/*", "changed"),
            ("/criteria/positive/missing/*", "dropped"),
            ("/missing/*", "dropped"),
        )
    ),
    Intended("audit-c", "/sources/vista-audit", "added", _SKIPPED),
    *(
        Intended("audit-c: maximum", path, kind, "12 points are positive for women and for men")
        for path, kind in (
            ("/criteria/positive/*", "changed"),
            ("/criteria/positive/items/*", "added"),
        )
    ),
    Intended("phq-15: example 2|phq-15: example 4", "/scores/total/*", "changed", _FOURTEEN),
    Intended("phq-15: example 2|phq-15: example 4", "/warnings/0", "added", _FOURTEEN),
    Intended("phq-15", "/criteria/three-severe-symptoms/items/*", "dropped", _PRINTED),
    Intended("phq-15", "/criteria/three-severe-symptoms/source", "changed", _PRINTED),
    Intended("phq-15", "/sources/*", "added", _PRINTED),
    Intended("psc-17", "/sources/psypack-psc-17", "added", "a page with the items by number"),
    Intended("ede-q", "/sources/keane-2015/where", "changed", "it says who made the form too"),
    *(
        Intended(_SDQ, path, kind, _IMPACT)
        for path, kind in (
            ("/scores/impact/*", "changed"),
            ("/scores/impact/bands/*", "added"),
            ("/sources/sdq-stata", "added"),
        )
    ),
    Intended("*", "/scores/*/change/minimal_important/*/direction", "added", _DIRECTION),
    Intended("*", "/scores/*/change/minimal_important/*/met", "changed", _DIRECTION),
    *(
        Intended(_AT_34, path, kind, _OTHER_AGE)
        for path, kind in (
            ("/scores/*/bands/*", "dropped"),
            ("/scores/*/bands_note", "changed"),
            ("/scores/*/cutoffs/*", "dropped"),
            ("/scores/*/cutoffs_note", "changed"),
            ("/scores/*/norms/*", "dropped"),
            ("/scores/*/norms_note", "changed"),
            ("/scores/*/change/*", "changed"),
        )
    ),
)

_FOUND = "session-by-session ratings of patients give the WAI-SR a standard error, SDs and a norm"
_WAI = "wai-s-client|wai-s-therapist|wai-sr|wai-srt"
_EXAMPLES = f"{_WAI}|readme"

FIGURES: tuple[Intended, ...] = (
    Intended(_EXAMPLES, "/scores/*/precision", "changed", _FOUND),
    Intended(_EXAMPLES, "/scores/*/precision_note", "changed", _FOUND),
    Intended("wai-sr|readme", "/scores/*/norms_note", "changed", _FOUND),
    Intended("wai-sr|readme", "/scores/total/norms/implement-2016-sessions-3-5", "added", _FOUND),
    Intended("wai-sr", "/scores/total/norms/implement-2016-session-1", "added", _FOUND),
    Intended(_EXAMPLES, "/sources/implement-data", "added", _FOUND),
)

_YOUNG = "up to the age of 17 change is judged by a rule for children"

YOUNG: tuple[Intended, ...] = (
    Intended("core-10|gad-7|ors|phq-9|wemwbs|readme", "/sources/nhs-cyp-outcomes", "added", _YOUNG),
    Intended("wemwbs", "/scores/total/change/note", "changed", _YOUNG),
)

_LINKED = "the PHQ-9 and the GAD-7 are linked to PROMIS T scores by published tables"

LINKED: tuple[Intended, ...] = (
    Intended("phq-9|gad-7|readme", "/scores/total/linked", "added", _LINKED),
    Intended("phq-9|readme", "/sources/prosetta-phq9", "added", _LINKED),
    Intended("gad-7", "/sources/*", "added", _LINKED),
)

_RANKED = "surveys, published tables and open data give more instruments percentiles"
_NEWLY = (
    "asrs-6|audit|cage|ces-d|gad-2|gad-7|gds-15|ghq-12|hads|k10|k6|mhi-5|pgsi|phq-15|phq-2|phq-4|"
    "phq-8|phq-9|psc-17|rand-36|scoff|wemwbs|swemwbs|sdq-*|readme"
)

RANKED: tuple[Intended, ...] = (
    Intended(_NEWLY, "/scores/*/norms/*", "added", _RANKED),
    Intended(_NEWLY, "/scores/*/norms_note", "changed", _RANKED),
    Intended("swemwbs", "/scores/*/norms/*/percentile*", "changed", _RANKED),
    Intended(_NEWLY, "/sources/*", "added", _RANKED),
    Intended("phq-8", "/sources/kroenke-2009/where", "changed", _RANKED),
)

_AGED = "a comparison tells of what year its norm is"

AGED: tuple[Intended, ...] = (
    Intended("*", "/scores/*/norms/*/collected", "added", _AGED),
    Intended("*", "/scores/*/norms/*/published", "added", _AGED),
)

_SUBSCALES = "the 36-item WAI has its subscales goal, task and bond"
_WAI = "wai-client|wai-therapist"

WAI: tuple[Intended, ...] = (
    *(
        Intended(_WAI, path, "added", _SUBSCALES)
        for scale in ("goal", "task", "bond")
        for path in (
            f"/scores/{scale}",
            f"/sessions/*/scores/wai-*/{scale}",
            f"/sessions/*/forms/wai-*/scores/{scale}",
            f"/change/wai-*:post:{scale}",
        )
    ),
    Intended(_WAI, "/sources/wai-view", "added", _SUBSCALES),
    Intended(
        "wai-s-client",
        "/sources/panic-study-survey/where",
        "changed",
        "the words of the answers are read there too",
    ),
)

_TITLED = "criteria and flags say in words what they are about"

TITLED: tuple[Intended, ...] = (
    Intended("*", "/criteria/*/title", "added", _TITLED),
    Intended("*", "/risks/*/title", "added", _TITLED),
)

INTENDED = (*FORMS, *FIGURES, *YOUNG, *LINKED, *RANKED, *AGED, *WAI, *TITLED)
