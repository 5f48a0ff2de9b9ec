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
    Intended(f"{_WAI}|courses|golden|readme", "/sources/*/implement-data", "added", _FOUND),
    *(
        Intended(answers, path, kind, _FOUND)
        for answers, path, kinds in (
            (_WAI, "/sessions/**", ("added", "changed", "dropped")),
            (_WAI, "/series/*/parameters/**", ("changed",)),
            (_WAI, "/series/*/points/**", ("changed",)),
            (_WAI, "/alerts/**", ("added", "changed", "dropped")),
            (_WAI, "/data_quality/**", ("changed", "dropped")),
            ("courses", "/sessions/**", ("added", "changed", "dropped")),
            ("courses", "/series/wai-*/parameters/**", ("changed",)),
            ("courses", "/series/wai-*/points/**", ("changed",)),
            ("courses", "/alerts/**", ("added", "changed", "dropped")),
            ("courses", "/data_quality/wai-*/**", ("added", "dropped")),
            ("readme|golden", "/sessions/*/rules/R*:wai-*/**", ("added", "changed")),
            ("golden", "/sessions/*/repairs/*/version", ("changed",)),
            ("golden: errors not known", "/sessions/**", ("added", "changed", "dropped")),
            ("golden", "/series/wai-*/parameters/**", ("changed",)),
            ("golden: errors not known", "/series/wai-*/points/**", ("changed",)),
            ("golden: errors not known", "/alerts/**", ("added", "changed")),
            ("golden: errors not known", "/data_quality/**", ("changed", "dropped")),
            ("readme: command 6", "/data_quality/**", ("dropped",)),
            ("readme", "/series/wai-*/parameters/**", ("changed",)),
            ("readme: command 6", "/sessions/*/rules/**", ("dropped",)),
        )
        for kind in kinds
    ),
)

_ASKED_FOR = "a cut-off that the caller made a watch is told as one, beside others too"
_BATTERY_ORDER = "the rules of an alert stand in the order of the battery"

_YOUNG = "up to the age of 17 change is judged by a rule for children"

YOUNG: tuple[Intended, ...] = (
    Intended("core-10|gad-7|ors|phq-9|wemwbs|readme", "/sources/nhs-cyp-outcomes", "added", _YOUNG),
    Intended("wemwbs", "/scores/total/change/note", "changed", _YOUNG),
)
_WORDS = "an alert has a line for a card, plain words, a note about its data and their figures"
_NO_RATE = "an alert for which no rate was simulated quotes none"

COURSES: tuple[Intended, ...] = (
    *(
        Intended("*", f"/alerts/*/{path}", kind, _WORDS)
        for path, kind in (
            ("message", "changed"),
            ("summary", "added"),
            ("note", "added"),
            ("evidence/previous", "added"),
            ("evidence/cutoff", "added"),
            ("evidence/events", "added"),
            ("false_alarm/reason", "added"),
        )
    ),
    Intended("*", "/alerts/*/false_alarm/*", "changed", _NO_RATE),
    Intended(
        "srs",
        "/sessions/8/rules/R01:*/fired",
        "changed",
        "one page against three that say below 36",
    ),
    Intended(
        "courses: srs and ors, cut-off to watch",
        "/sessions/*/rules/*/evidence/cutoffs/at-most-36",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(
        "courses: srs and ors, cut-off to watch",
        "/sources/srs/hiboop-srs",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(
        "courses: srs and ors, cut-off to watch",
        "/sessions/*/repairs/*/version",
        "changed",
        "the definition has another version",
    ),
    Intended(
        "srs",
        "/sessions/*/rules/*/evidence/cutoffs/at-most-36",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(
        "srs",
        "/sources/srs/hiboop-srs",
        "dropped",
        "one page against three that say below 36",
    ),
    Intended(
        "srs",
        "/sessions/*/repairs/*/version",
        "changed",
        "the definition has another version",
    ),
    Intended("*", "/alerts/*/rules/*", "changed", _BATTERY_ORDER),
    Intended("*", "/alerts/*/evidence/fired_in", "order", _BATTERY_ORDER),
    Intended(
        "courses: srs and ors, cut-off to watch",
        "/sessions/*/rules/R01:*/severity",
        "changed",
        _ASKED_FOR,
    ),
    *(
        Intended("courses: srs and ors, cut-off to watch", f"/alerts/*/{path}", kind, _ASKED_FOR)
        for path, kind in (
            ("evidence/fired_in/R01/*", "changed"),
            ("evidence/fired_in/R01/*", "added"),
            ("rules/*", "added"),
            ("evidence/fired_in/R01", "added"),
        )
    ),
)

RULES: tuple[Intended, ...] = ()

_LATE = "a score that comes back after an unresolved end is told"
_LINE = "an early weak start names what it was held against"
_AMONG = "symptoms share their error among the scales that are looked at"
_OWN = "the count behind the cap of eight sessions goes on after an alert's end"
_LASTING = "a level that lasts is nothing new, and no new level to compare with"

SAID: tuple[Intended, ...] = (
    Intended("*", "/sessions/*/repairs/*/evidence/late_return_session", "added", _LATE),
    Intended("*", "/alerts/*/repair/late_return_session", "added", _LATE),
    Intended("rules", "/repairs/P07", "added", _LATE),
    Intended("srs", "/sessions/*/rules/R12:*/evidence/cutoff", "added", _LINE),
    Intended("srs", "/sessions/*/rules/R12:*/evidence/norm", "added", _LINE),
    Intended("rules", "/rules/R12/formula", "changed", _LINE),
    Intended("rules", "/rules/R1*/rates/false_alarms/*", "changed", _LASTING),
    Intended("golden", "/sessions/*/rules/R16:*/evidence/n_scales", "added", _AMONG),
    Intended("golden", "/sessions/*/rules/R16:*/evidence/symptoms/*/threshold", "added", _AMONG),
    Intended("rules", "/rules/R16/formula", "changed", _AMONG),
    *(
        Intended("*: course*", path, "changed", _OWN)
        for path in (
            "/sessions/*/signal/*",
            "/alerts/*/severity",
            "/alerts/*/message",
            "/alerts/*/false_alarm/*",
        )
    ),
    Intended("rules", "/repairs/P04/formula", "changed", _LASTING),
    Intended("rules", "/rules/R15/formula", "changed", _LASTING),
    Intended("srs: course*", "/sessions/*/rules/R0*:*/**", "changed", _LASTING),
    Intended("srs: course*", "/sessions/*/rules/R07:*/evidence/*", "added", _LASTING),
    Intended("srs: course*", "/sessions/*/rules/P06:*", "added", _LASTING),
    Intended("srs: course*", "/alerts/*", "added", _LASTING),
    Intended("srs: course*", "/data_quality/*/own_sd", "changed", _LASTING),
    Intended("srs|courses", "/series/srs:*/points/**", "changed", _LASTING),
)

INTENDED = (*FORMS, *FIGURES, *YOUNG, *COURSES, *RULES, *SAID)
