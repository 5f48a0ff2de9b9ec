"""Every English wording of an alert, as named templates: a catalogue of another language has the
same names.

A template names the facts that it takes in braces. What is seen as a fall on most forms is a rise
on one whose higher scores are worse: such a wording has a second template, named `…, reversed`.
"""

import re
from collections.abc import Mapping, Sequence

from service.scoring.wording.words import Words

LONGEST_NAME = 40
"""Characters of a form's or scale's name in a message."""
LARGEST = 1e6
"""Scores from here on are shown in powers of ten: no known scale reaches them."""

TEMPLATES: Mapping[str, str] = {
    "client": "patient",
    "therapist": "therapist",
    # safety flags of forms without answers
    "risk.scores_only": "Only scores of this form came, not its answers: whether a safety item is"
    " raised cannot be told here. Send the answers, or look at them.",
    # what was seen: the score
    "score": "At session {session} the {who}'s {form} score{scale}{when} was {score}{range}"
    "{against}.",
    "scale": " ({title})",
    "when": ", filled in before the session,",
    "range": " on a scale of {low} to {high}",
    "range, reversed": " on a scale of {low} to {high}, higher is worse",
    "against mean": " (mean of {n} earlier sessions: {mean})",
    "against one": " (the one score before: {mean})",
    "against expected": " (after {n} earlier sessions at least {level} was to be expected)",
    "against expected, reversed": " (after {n} earlier sessions at most {level} was to be"
    " expected)",
    "against previous": " (session {session}: {previous})",
    # what was seen: in words; an open episode adds the check-in
    "fall.unusual": "The alliance score dropped by more than measurement error and more than"
    " usual for this dyad",
    "fall.unusual, reversed": "The alliance score worsened by more than measurement error and"
    " more than usual for this dyad",
    "fall.no_sem": "The alliance score is lower than usual for this dyad",
    "fall.no_sem, reversed": "The alliance score is worse than usual for this dyad",
    "fall.several": "The scores have been lower than usual for this dyad over several sessions",
    "fall.several, reversed": "The scores have been worse than usual for this dyad over several"
    " sessions",
    "fall.decline": "The score fell three times in a row, together by more than measurement error",
    "fall.decline, reversed": "The score rose three times in a row, together by more than"
    " measurement error",
    "fall.part": "{sides}, part of the alliance, dropped by more than measurement error and more"
    " than usual for this dyad",
    "fall.part, reversed": "{sides}, part of the alliance, worsened by more than measurement error"
    " and more than usual for this dyad",
    "fall.range": "The score lies below the range in which this dyad's scores have moved",
    "fall.range, reversed": "The score lies above the range in which this dyad's scores have moved",
    "level.early": "The scores of the early sessions were low{limit}",
    "level.early, reversed": "The scores of the early sessions were poor{limit}",
    "level.cutoff": "That is beyond the published cut-off{limit}",
    "level.limit": " (cut-off: {op} {value})",
    "level.norm": ", compared with other patients",
    "<": "below",
    "<=": "at or below",
    ">": "above",
    ">=": "at or above",
    "ceiling.symptoms": "The scores have been the best possible while symptoms worsened reliably,"
    " so they may not tell how the patient sees it",
    "direct.tension": "The {who} reported tension in the relationship",
    "direct.tension, only": "At session {session} the {who} reported tension in the relationship",
    "rule": "{title}",
    "signal": "A rule of the battery gave a signal",
    "check-in": "; consider a check-in",
    # what else was seen
    "fell later": "At session {session} the score fell more than usual for this dyad.",
    "fell later, reversed": "At session {session} the score worsened more than usual for this"
    " dyad.",
    "also": "{title} (session {session}).",
    "event.gap": "There was a gap at session {session}.",
    "event.frequency_change": "The frequency of sessions changed at session {session}.",
    "event.modality_change": "The way of meeting changed at session {session}.",
    "event.termination_announced": "The ending was announced at session {session}.",
    "event.treatment_ended": "Treatment ended at session {session}.",
    "event.therapist_change": "A new therapist took over at session {session}.",
    "symptoms": "Symptoms worsened reliably at the same time.",
    "symptoms, later": "Symptoms worsened reliably by session {session}.",
    "other.fell": "The therapist's score fell too.",
    "other.fell, not since": "The therapist's score fell too, but did not share the fall at"
    " session {session}.",
    "other.unmoved": "The therapist's own rating does not share the fall.",
    "silent": "No form came at session {session}, right after a signal.",
    "silent, several": "No form came at {n} sessions after a signal, last at session {session}.",
    "resolved": "At session {session} the {who} reported tension as resolved.",
    "denied": "At session {session} the {who} reported no tension any more.",
    "relapse": "It follows soon after an earlier drop from which the score had come back.",
    # where it stands
    "now": "At session {session} the score was {score}.",
    "back once": "At session {session} the score was back at the earlier level, once so far.",
    "back": "By session {session} two scores running were back at the earlier level.",
    "back, then lower": "At session {first} the score was back at the earlier level, but at"
    " session {session} no longer.",
    "half back": "By session {session} the score had come part of the way back.",
    "not back": "By session {session} the score had not come back.",
    "back late": "By session {session}, later than expected, two scores running were back at the"
    " earlier level.",
    "up once": "At session {session} the score was no longer so low, once so far.",
    "up": "By session {session} two scores running were no longer so low.",
    "up, then lower": "At session {first} the score was no longer so low, but at session"
    " {session} it was low again.",
    "half up": "By session {session} the score had come part of the way up.",
    "not up": "By session {session} the score was still low.",
    "up late": "By session {session}, later than expected, two scores running were no longer so"
    " low.",
    "unknown": "No later score tells whether it came back.",
    # how often it happens by chance
    "rate.alert": "{count} of 100 steady {whose} show such an alert within {n} sessions.",
    "rate.watch": "{count} of 100 steady {whose} show such a signal within {n} sessions.",
    "rate.early": "{count} of 100 patients of the norm group start so low.",
    "rate.limit": "Thresholds are set so that at most {count} of 100 steady {whose} show such an"
    " alert within {n} sessions.",
    "about": "About {n}",
    "fewer": "Fewer than 1",
    "of client": "patients",
    "of therapist": "courses",
    # what it does not say
    "one session": "The score does not say why, and one low session is not a pattern.",
    "no cause": "The score does not say why.",
    "chance dips": "Chance dips mostly come back too, so this shows no repair.",
    "chance rises": "Scores rise by chance too, so this shows no repair.",
    # the data
    "note.assumed": "How much this score moves by itself is assumed, not known.",
    "note.derived_digital": "How much this score moves by itself is known from digital therapy"
    " only.",
    "note.capped": "Until this dyad has {n} earlier scores, a fall alone counts as a watch"
    " at most.",
    "note.no_sem": "The measurement error of this score is not known.",
    "note.few": "This rests on {n} earlier scores only.",
    "note.few, one": "This rests on a single earlier score.",
    "note.ceiling": "{n} of {of} scores up to session {session} were the best possible: such a"
    " form shows no rise, and small falls late.",
    "note.straightlined": "In {n} of {of} forms up to session {session} all answers were the same.",
    # how often it happens by chance, and what that rests on
    "assumption": "A patient whose scores vary about one level, independently from session to"
    " session, with the session-to-session SD given here; one watched scale. What the therapist's"
    " side and symptoms add (R14 to R16) is not in the rate.",
    "assumption.held back": "That SD is taken over or assumed, and held to be right; scores by"
    " themselves bring no alert before the dyad has {own} sessions of its own.",
    "assumption.decline": "Where scores decline by a tenth of that SD a session {share} of 100 have"
    " one by then.",
    "assumption.set": "Thresholds were set for alpha_family over the planned sessions.",
    "assumption.level": "A patient of the norm group, whose level is low as often as theirs: how"
    " often a weak start (R12) is found.",
    "assumption.site": "Simulated from this site's courses: patients whose scores rise, scatter and"
    " are missing as theirs, and in whom nothing else happens; one watched scale. What the"
    " therapist's side and symptoms add (R14 to R16) is not in the rate.",
    "no rate.not_a_fall": "Rates were simulated for falls of a score and for starts that are low in"
    " a norm; this alert did not begin with one.",
    "no rate.raised_by_others": "Rates were simulated for a score by itself; the therapist's side"
    " or symptoms made an alert of a watch.",
    "no rate.set_for_alerts": "Thresholds were set by alpha_family, which is about alerts.",
    "no rate.longer_than_planned": "Thresholds were set for alpha_family over {planned} sessions;"
    " this course is longer.",
    # a card: one line, no score
    "card": "Alliance ({who}{scale}): {what}{beside}{standing}",
    "card.scale": ", {title}",
    "card.fall.unusual": "fell more than usual at session {session}",
    "card.fall.unusual, reversed": "worsened more than usual at session {session}",
    "card.fall.several": "lower than usual over several sessions up to session {session}",
    "card.fall.several, reversed": "worse than usual over several sessions up to session {session}",
    "card.fall.decline": "fell three times running up to session {session}",
    "card.fall.decline, reversed": "worsened three times running up to session {session}",
    "card.fall.part": "{sides} fell more than usual at session {session}",
    "card.fall.part, reversed": "{sides} worsened more than usual at session {session}",
    "card.fall.range": "outside its usual range at session {session}",
    "card.level.early": "low in the early sessions up to session {session}",
    "card.level.early, reversed": "poor in the early sessions up to session {session}",
    "card.level.cutoff": "beyond the published cut-off at session {session}",
    "card.ceiling.symptoms": "best possible scores while symptoms worsened, at session {session}",
    "card.direct.tension": "tension reported at session {session}",
    "card.rule": "{title} (session {session})",
    "card.signal": "signal at session {session}",
    "card.symptoms": ", symptoms worse",
    "card.fell later": ", then fell more than usual",
    "card.fell later, reversed": ", then worsened more than usual",
    "card.other": ", therapist's score too",
    "card.event.gap": ", after a gap",
    "card.event.frequency_change": ", after a change of frequency",
    "card.event.modality_change": ", after a change of setting",
    "card.event.termination_announced": ", ending announced",
    "card.event.treatment_ended": ", treatment ended",
    "card.event.therapist_change": ", new therapist",
    "card.now": "; not back yet",
    "card.none": "; no later score",
    "card.silent": "; no form since",
    "card.back once": "; back once so far",
    "card.back": "; back since",
    "card.back late": "; back late",
    "card.half back": "; partly back",
    "card.back, then lower": "; back once, then lower",
    "card.not back": "; did not come back",
    "card.now low": "; not up yet",
    "card.up once": "; up once so far",
    "card.up": "; no longer low",
    "card.up late": "; no longer low, late",
    "card.half up": "; partly up",
    "card.up, then lower": "; up once, then low again",
    "card.not up": "; still low",
    "card.resolved": "; since reported as resolved",
    "card.denied": "; none reported since",
    "and": "{first} and {last}",
    "others": "others",
}

IN_ENGLISH = Words(TEMPLATES)


def shown(value: float) -> str:
    """Return a score as a person writes it: at most two decimals."""
    if abs(value) >= LARGEST:
        return f"{value:.2e}"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def figure(value: float, words: Words) -> str:
    """Return a score as a person who speaks a language writes it."""
    return words.number(shown(value))


def clipped(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a name cut to so many characters."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def short_name(title: str) -> str:
    """Return how a form is called for short: the abbreviation that its title gives in brackets, or
    else the title up to the first comma or bracket.
    """
    for inside in re.findall(r"\(([^()]*)\)", title):
        first = re.split(r"[,\s]", inside.strip())[0]
        if sum(letter.isupper() for letter in first) > 1:
            return clipped(first)
    return clipped(re.split(r"[,(]", title)[0].strip() or title)


def listed(names: Sequence[str], words: Words) -> str:
    """Return at most two names as a phrase, more as the first and others."""
    if len(names) < 2:
        return "".join(names)
    last = names[1] if len(names) == 2 else words.say("others")
    return words.say("and", first=names[0], last=last)


def spelled(text: str, words: Words) -> str:
    """Return a text with its numbers up to twelve in words, and larger ones left out."""

    def word(found: re.Match[str]) -> str:
        number = int(found.group())
        return words.numbers[number] if number < len(words.numbers) else "…"

    return re.sub(r"[0-9]+", word, text)


def capitalised(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str, words: Words) -> str:
    """Return a title with the letter that it begins with within a sentence: a small one, but for an
    abbreviation, and for languages that write titles as they stand.
    """
    if not words.lowers_titles:
        return text
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def fitted(sentences: Sequence[tuple[int, str]], longest: int) -> str:
    """Return the sentences that fit into so many characters, the lowest ranks first, in the order
    given.
    """
    kept: set[int] = set()
    length = -1
    for place, (_, sentence) in sorted(enumerate(sentences), key=lambda one: one[1][0]):
        if length + 1 + len(sentence) <= longest:
            kept.add(place)
            length += 1 + len(sentence)
    return " ".join(sentence for place, (_, sentence) in enumerate(sentences) if place in kept)
