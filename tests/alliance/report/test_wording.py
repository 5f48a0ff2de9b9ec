"""Which wording is chosen and what is left out: whole alerts word for word, and each choice at its
limit.
"""

import re
from dataclasses import replace

import pytest

from service.alliance.report.chance import Chance
from service.alliance.report.messages import message, summary
from service.alliance.report.notes import note
from service.alliance.report.report import report_course
from service.alliance.report.words import IN_ENGLISH, TEMPLATES
from service.scoring.wording.words import Words
from tests.alliance.courses import OPENED, alliance_form, course, cutoff, episodes, judged, norm
from tests.alliance.report.test_messages import EVERY_KIND
from tests.alliance.report.test_story import FALL, LOW_TWICE, answered, at_opening, firing, later
from tests.alliance.rules.test_battery import with_rule

SEEN = (
    "At session 6 the patient's Bond score was 3.2 on a scale of 1 to 5 (mean of 5 earlier "
    "sessions: 4). The alliance score dropped by more than measurement error and more than usual "
    "for this dyad"
)
ADVISED = f"{SEEN}; consider a check-in."
ONE_LOW = "The score does not say why, and one low session is not a pattern."
RATE = re.compile(r"(?:About|Fewer than) [0-9]+ of 100 [^.]*\. ?")

WHOLE = {
    "open": f"{ADVISED} {ONE_LOW}",
    "open, later": f"{ADVISED} At session 7 the score was 3.3. The score does not say why.",
    "provisional": (
        f"{ADVISED} At session 7 the score was back at the earlier level, once so far."
    ),
    "repaired": (
        f"{SEEN}. By session 8 two scores running were back at the earlier level. Chance dips "
        "mostly come back too, so this shows no repair."
    ),
    "partial": f"{SEEN}. By session 11 the score had come part of the way back.",
    "unresolved": f"{SEEN}. By session 11 the score had not come back.",
    "unseen": f"{ADVISED} The therapist's own rating does not share the fall. {ONE_LOW}",
    "silent": f"{ADVISED} No form came at session 7, right after a signal. {ONE_LOW}",
    "after a gap": f"{ADVISED} There was a gap at session 5. {ONE_LOW}",
    "told beside": (
        f"{ADVISED} Below three (session 7). At session 7 the score was 2.9. The score does not "
        "say why."
    ),
    "late return": (
        f"{SEEN}. By session 13, later than expected, two scores running were back at the earlier "
        "level."
    ),
    "ended at once": (
        f"{SEEN}. Treatment ended at session 6. No later score tells whether it came back."
    ),
    "symptoms": f"{ADVISED} Symptoms worsened reliably at the same time. {ONE_LOW}".replace(
        "3.2", "3.4"
    ),
    "therapist": f"{ADVISED} {ONE_LOW}".replace("patient's Bond", "therapist's Bond-t"),
    "before the session": f"{ADVISED} {ONE_LOW}".replace(
        "Bond score", "Bond score, filled in before the session,"
    ),
    "one side": (
        "At session 4 the patient's Bond score was 4 on a scale of 1 to 5 (mean of 3 earlier "
        "sessions: 4). Bond, part of the alliance, dropped by more than measurement error and "
        f"more than usual for this dyad; consider a check-in. {ONE_LOW}"
    ),
    "weak start": (
        "At session 4 the patient's Bond score was 3 on a scale of 1 to 5. The scores of the early "
        "sessions were low, compared with other patients; consider a check-in. The score does not "
        "say why."
    ),
    "weak start, risen": (
        "At session 4 the patient's Bond score was 3 on a scale of 1 to 5. The scores of the early "
        "sessions were low, compared with other patients. By session 6 two scores running were no "
        "longer so low. Scores rise by chance too, so this shows no repair."
    ),
    "weak start, then a fall": (
        "At session 4 the patient's Bond score was 3.1 on a scale of 1 to 5. The scores of the "
        "early sessions were low, compared with other patients; consider a check-in. At session 7 "
        "the score fell more than usual for this dyad. At session 7 the score was 1. The score "
        "does not say why."
    ),
    "cut-off": (
        "At session 1 the patient's Bond score was 3.5 on a scale of 1 to 5. That is beyond the "
        "published cut-off (cut-off: below 3.6); consider a check-in. The score does not say why."
    ),
    "upside down, decline": (
        "At session 7 the patient's Bond score was 2.5 on a scale of 1 to 5, higher is worse (mean "
        "of 6 earlier sessions: 2.07). The score rose three times in a row, together by more than "
        "measurement error; consider a check-in. The score does not say why."
    ),
    "direct, mended": (
        "At session 1 the patient's Bond score was 4 on a scale of 1 to 5. The patient reported "
        "tension in the relationship; consider a check-in. At session 2 the patient reported "
        "tension as resolved. At session 2 the score was 4. The score does not say why."
    ),
    "rise, then a fall": (
        "At session 5 the patient's Bond score was 2.9 on a scale of 1 to 5 (session 4: 4.8). "
        f"Below three; consider a check-in. {ONE_LOW}"
    ),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_an_alert_is_told_in_these_words(kind):
    """Without the sentence about the rate."""
    assert RATE.sub("", EVERY_KIND[kind][0]["message"]).strip() == WHOLE[kind]


NOTES = {
    "assumed": (
        "How much this score moves by itself is assumed, not known. Until this dyad has 8 earlier "
        "scores, a fall alone counts as a watch at most. The measurement error of this score is "
        "not known."
    ),
    "one side": "This rests on 3 earlier scores only.",
    "ceiling, symptoms worse": (
        "6 of 6 scores up to session 6 were the best possible: such a form shows no rise, and "
        "small falls late."
    ),
}


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_is_told_in_these_words(kind):
    assert EVERY_KIND[kind][0]["note"] == NOTES[kind]


LOW = replace(FALL, opened_by_fall=False, target=3.0)


@pytest.mark.parametrize(
    ("episode", "standing"),
    [
        (FALL, "; no later score"),
        (firing("R03", "R19"), "; no form since"),
        (later(3.3), "; not back yet"),
        (later(3.3, episode=LOW), "; not up yet"),
        (later(3.9, status="provisional"), "; back once so far"),
        (later(3.9, status="provisional", episode=LOW), "; up once so far"),
        (later(3.9, status="repaired", confirmed=8), "; back since"),
        (later(3.9, status="repaired", confirmed=8, episode=LOW), "; no longer low"),
        (later(3.6, status="partial", closed=11), "; partly back"),
        (later(3.6, status="partial", closed=11, episode=LOW), "; partly up"),
        (later(3.3, status="unresolved", closed=11), "; did not come back"),
        (later(3.3, status="unresolved", closed=11, episode=LOW), "; still low"),
        (later(3.3, status="unresolved", closed=11, first_back=7), "; back once, then lower"),
        (
            later(3.3, status="unresolved", closed=11, first_back=7, episode=LOW),
            "; up once, then low again",
        ),
        (later(3.3, status="unresolved", closed=11, late_return=14), "; back late"),
        (
            later(3.3, status="unresolved", closed=11, late_return=14, episode=LOW),
            "; no longer low, late",
        ),
        (replace(FALL, status="unresolved", closed=6), "; no later score"),
        (replace(FALL, status="unresolved", closed=6, rules={"R19": [7]}), "; no form since"),
        (replace(FALL, reported=7), "; since reported as resolved"),
        (replace(FALL, reported=7, denied=True), "; none reported since"),
        (replace(LOW, target=None), ""),  # there is no score to come back to
        (replace(FALL, target=None), "; no later score"),
    ],
)
def test_a_card_says_where_it_stands(episode, standing):
    line = summary(episode, IN_ENGLISH)
    assert line[line.index(";") :] == standing if standing else ";" not in line


def short(**wordings):
    """Return a language of single letters, in which only some wordings have any length."""
    return Words({**dict.fromkeys(TEMPLATES, ""), **wordings})


FULL = later(3.3, episode=firing("R03", "R14"))
"""With something to say of every rank: seen, beside, now, rate, advice."""
ALERT = Chance("alert", 12, "", 0.05)


def ranked(seen=99, beside=99, now=99, rate=99, advice=99, score=99):
    """Return the letters of the sentences that are kept of such lengths."""
    lengths = {
        "score": ("S", score),
        "fall.unusual": ("E", seen - 1),  # the full stop comes with it
        "other.unmoved": ("B", beside),
        "now": ("N", now),
        "rate.alert": ("R", rate),
        "no cause": ("A", advice),
    }
    words = short(**{name: letter * length for name, (letter, length) in lengths.items()})
    told = message(FULL, ALERT, words)
    assert len(told) <= 400
    return "".join(part[0] for part in told.split())


def test_what_was_seen_comes_first_then_what_is_beside_and_where_it_stands():
    """Of 400 characters each sentence takes 99 and a blank."""
    assert ranked() == "SEBN"
    assert ranked(now=0, beside=0) == "SERA"
    assert ranked(beside=0) == "SENR"
    assert ranked(now=0) == "SEBR"
    assert ranked(seen=150, score=149) == "SEB"
    assert ranked(seen=150, score=150) == "SE"
    assert ranked(advice=1, rate=99) == "SEBN"
    assert ranked(50, 50, 50, 50, 50, 50) == "SEBNRA"


@pytest.mark.parametrize(("length", "kept"), [(100, "SEBN"), (101, "SEB")])
def test_a_message_has_400_characters_at_most(length, kept):
    assert ranked(now=length, rate=200, advice=200) == kept


@pytest.mark.parametrize(("length", "kept"), [(100, "acf"), (101, "ac")])
def test_a_note_has_400_characters_at_most(length, kept):
    few = at_opening(summary=FALL.opened.summary._replace(m=2))
    words = short(**{"note.assumed": "a" * 148, "note.capped": "c" * 150, "note.few": "f" * length})
    found = note(replace(few, series=ASSUMED), words)
    assert "".join(part[0] for part in found.split()) == kept


ASSUMED = episodes(judged([4] * 5 + [1], errors=None))[0].series


@pytest.mark.parametrize(
    ("length", "is_kept"),
    [(140, True), (141, False)],
)
def test_a_card_has_140_characters_at_most(length, is_kept):
    """What is beside goes first; what is still too long is cut."""
    symptoms = firing("R03", "R16")
    words = short(
        **{
            "card": "{what}{beside}",
            "card.symptoms": "b" * 100,
            "card.fall.unusual": "a" * (length - 100),
        }
    )
    assert summary(symptoms, words) == "a" * (length - 100) + ("b" * 100 if is_kept else "")
    longer = short(**{"card": "{what}{beside}", "card.fall.unusual": "a" * length})
    assert summary(symptoms, longer) == ("a" * 140 if is_kept else "a" * 139 + "…")


@pytest.mark.parametrize(
    ("m", "said"),
    [
        (1, "This rests on a single earlier score."),
        (2, "This rests on 2 earlier scores only."),
        (4, "This rests on 4 earlier scores only."),
        (5, None),
    ],
)
def test_fewer_than_five_earlier_scores_are_a_note(m, said):
    few = at_opening(summary=FALL.opened.summary._replace(m=m))
    assert note(few, IN_ENGLISH) == said
    assert note(replace(few, opened_by_fall=False), IN_ENGLISH) is None


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([5, 5], None),
        ([5, 4, 4], None),
        ([5, 5, 4], "2 of 3 scores up to session 3"),
        ([5, 5, 4, 4], "2 of 4 scores up to session 4"),
        ([5, 5, 4, 4, 4], None),
        ([4.99, 5, 5], "2 of 3 scores up to session 3"),
    ],
)
def test_half_of_three_or_more_scores_at_the_best_are_a_note(scores, said):
    (series,) = judged(scores).tracks.series.values()
    opened = series.points[-1]
    low = replace(
        FALL, series=series, opened=opened, opened_session=len(scores), opened_by_fall=False
    )
    found = note(low, IN_ENGLISH)
    assert found == (said and f"{said} were the best possible: such a form shows no rise, and "
                     "small falls late.")  # fmt: skip


SAME, OTHER = (4, 4, 4, 4, 4), (4, 4, 4, 4, 5)


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ([SAME], "In 1 of 2 forms up to session 6 all answers were the same."),
        ([SAME, SAME], "In 2 of 3 forms up to session 6 all answers were the same."),
        ([SAME, OTHER], None),  # one of three
        ([OTHER], None),
        ([None], None),
    ],
)
def test_half_of_the_forms_with_one_answer_throughout_are_a_note(forms, said):
    """A form with another answer comes first."""
    assert note(answered(*forms), IN_ENGLISH) == said


def test_events_are_told_two_at_most_the_latest():
    many = replace(FALL, events=((4, "gap"), (5, "frequency_change"), (6, "modality_change")))
    told = message(many, ALERT, IN_ENGLISH)
    assert "There was a gap" not in told
    assert "The frequency of sessions changed at session 5." in told
    assert "The way of meeting changed at session 6." in told
    line = "fell more than usual at session 6, after a change of setting; no later score"
    assert summary(many, IN_ENGLISH) == f"Alliance (patient): {line}"


TITLED = "Low " + 76 * "w"


@pytest.mark.parametrize("longer", [0, 1])
def test_a_long_title_is_cut_at_80_characters_and_on_a_card_at_40(longer):
    title = TITLED + longer * "w"
    battery = with_rule(title=title, roles=frozenset())
    (alert,) = report_course(course([4, 2.9]), battery)["alerts"]
    told = title if not longer else f"{title[:79]}…"
    assert f" {told}; consider a check-in." in alert["message"]
    assert alert["summary"] == f"Alliance (patient): low {35 * 'w'}… (session 2)"
    (beside,) = report_course(course([*OPENED, 2.9]), battery)["alerts"]
    assert f" {told} (session 7)." in beside["message"]


def with_titles(title, scale, **members):
    """Return a form one of whose scales is called otherwise."""
    form = alliance_form(**members)
    scales = tuple(replace(one, title=title) if one.id == scale else one for one in form.scales)
    return replace(form, scales=scales)


@pytest.mark.parametrize(
    ("title", "told", "on_card"),
    [
        ("b" * 28, "b" * 28, f", {'b' * 28}"),
        ("b" * 29, "b" * 29, f", {'b' * 27}…"),
        ("b" * 40, "b" * 40, f", {'b' * 27}…"),
        ("b" * 41, "b" * 39 + "…", f", {'b' * 27}…"),
        ("Part 2", "Part 2", ""),  # a card has no digit but of the session
    ],
)
def test_a_scale_that_is_watched_for_itself_is_named_at_some_length(title, told, on_card):
    form = with_titles(title, "bond", alerts={"watch": ["bond"]})
    (found,) = episodes(judged([{"bond": 4}] * 5 + [{"bond": 3}], form=form))
    assert f"Bond score ({told}) was 3 on" in message(found, ALERT, IN_ENGLISH)
    assert summary(found, IN_ENGLISH).startswith(f"Alliance (patient{on_card}): fell more")


@pytest.mark.parametrize(
    ("length", "told", "on_card"), [(28, 28, 28), (29, 29, 27), (40, 40, 27), (41, 39, 27)]
)
def test_a_side_that_fell_is_named_at_some_length(length, told, on_card):
    form = with_titles("B" * length, "bond")
    parts = {"total": 4, "goal": 4, "task": 4}
    (found,) = episodes(judged([parts | {"bond": 4}] * 3 + [parts | {"bond": 2}], form=form))
    cut = "" if told == length else "…"
    assert f" {'B' * told}{cut}, part of the alliance" in message(found, ALERT, IN_ENGLISH)
    cut = "" if on_card == length else "…"
    assert f": {'B' * on_card}{cut} fell more" in summary(found, IN_ENGLISH)


@pytest.mark.parametrize(
    ("episode", "against"),
    [
        (FALL, "(mean of 5 earlier sessions: 4)"),
        (at_opening(summary=FALL.opened.summary._replace(m=1)), "(the one score before: 4)"),
        (
            replace(FALL, baseline=4.25),
            "(after 5 earlier sessions at least 4.25 was to be expected)",
        ),
        (LOW_TWICE, "(mean of 4 earlier sessions: 3.84)"),
    ],
)
def test_what_the_score_is_held_against(episode, against):
    assert f" on a scale of 1 to 5 {against}." in message(episode, ALERT, IN_ENGLISH)


def test_a_level_that_none_is_known_of_is_not_told():
    told = message(replace(FALL, baseline=None), ALERT, IN_ENGLISH)
    assert " was 3.2 on a scale of 1 to 5. " in told


def test_a_fall_shown_by_the_previous_score_needs_one():
    risen = at_opening(
        summary=FALL.opened.summary._replace(mean=3.3),
        previous=replace(FALL.opened.previous, session=5, value=4.2, y=4.2),
    )
    assert " (session 5: 4.2)." in message(risen, ALERT, IN_ENGLISH)


def test_a_scale_without_a_range_is_told_without():
    form = alliance_form(total={"terms": ()})
    (found,) = episodes(judged(OPENED, form=form))
    assert "Bond score was 3.2 (mean of 5" in message(found, ALERT, IN_ENGLISH)


@pytest.mark.parametrize(
    ("op", "value", "words"),
    [("<", 3.6, "below 3.6"), ("<=", 3.5, "at or below 3.5")],
)
def test_the_cut_off_is_told_with_its_side(op, value, words):
    form = alliance_form(total={"cutoffs": (cutoff(op, value),)})
    low = firing("R01", episode=episodes(judged([4, 4, 4, 4, 4, 3], form=form))[0])
    told = message(replace(low, opened_by_fall=False), ALERT, IN_ENGLISH)
    assert f"beyond the published cut-off (cut-off: {words});" in told


def test_where_higher_is_worse_the_cut_off_is_above():
    form = alliance_form(
        direction="higher_is_worse", total={"cutoffs": (cutoff(">=", 2.8), cutoff(">", 2.7))}
    )
    low = firing("R01", episode=episodes(judged([2] * 5 + [2.8], form=form))[0])
    told = message(replace(low, opened_by_fall=False), ALERT, IN_ENGLISH)
    assert "(cut-off: at or above 2.8);" in told


def test_a_weak_start_names_the_cut_off_before_the_norm_and_neither_where_none_is_known():
    lined = {"total": {"cutoffs": (cutoff("<", 3.6),)}, "norms": (norm(4, 0.8),)}
    told = []
    for form in (alliance_form(**lined), alliance_form(norms=lined["norms"]), alliance_form()):
        found = episodes(judged(OPENED, form=form))[0]
        weak = firing("R12", episode=replace(found, opened_by_fall=False))
        told.append(re.search("were low(.*?);", message(weak, ALERT, IN_ENGLISH))[1])
    assert told == [" (cut-off: below 3.6)", ", compared with other patients", ""]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"R16": [6]}, "Symptoms worsened reliably at the same time."),
        ({"R23": [6]}, "Symptoms worsened reliably by session 6."),
        ({"R16": [7]}, "Symptoms worsened reliably by session 7."),
        ({"R16": [7], "R23": [6]}, "Symptoms worsened reliably by session 6."),
        ({"R16": [6, 7], "R23": [6]}, "Symptoms worsened reliably at the same time."),
        ({"R19": [7]}, "No form came at session 7, right after a signal."),
        ({"R19": [7, 8]}, "No form came at 2 sessions after a signal, last at session 8."),
        ({"R15": [6]}, "The therapist's score fell too."),
        ({"R14": [6]}, "The therapist's own rating does not share the fall."),
        (
            {"R15": [6], "R14": [7, 8]},
            "The therapist's score fell too, but did not share the fall at session 7.",
        ),
    ],
)
def test_what_stands_beside_a_fall_is_one_sentence(rules, said):
    beside = replace(FALL, rules={"R03": [6], **rules})
    assert f"; consider a check-in. {said} " in message(beside, ALERT, IN_ENGLISH)


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        (False, "At session 7 the patient reported tension as resolved."),
        (True, "At session 7 the patient reported no tension any more."),
    ],
)
def test_a_report_of_resolution_or_of_no_tension_is_told(denied, said):
    assert said in message(replace(FALL, reported=7, denied=denied), ALERT, IN_ENGLISH)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (ALERT, "About 5 of 100 steady patients show such an alert within 12"),
        (Chance("watch", 6, "", 0.124), "About 12 of 100 steady patients show such a signal"),
        (Chance("watch", 6, "", 0.2, is_of_level=True), "About 20 of 100 patients of the norm"),
        (Chance("alert", 6, "", 0.05, is_limit=True), "at most 5 of 100 steady patients"),
        (Chance("alert", 6, "", None), None),
    ],
)
def test_the_rate_is_told_as_what_it_is_of(chance, said):
    told = message(FALL, chance, IN_ENGLISH)
    assert (said in told) if said else (" of 100 " not in told)


def test_the_therapists_rate_is_of_courses():
    theirs = replace(FALL, perspective="therapist")
    assert "of 100 steady courses show" in message(theirs, ALERT, IN_ENGLISH)


def test_a_relapse_and_what_fell_on_later_are_told():
    again = replace(FALL, relapse_of="client-2")
    assert "It follows soon after an earlier drop" in message(again, ALERT, IN_ENGLISH)
    fallen = replace(FALL, opened_by_fall=False, rules={"R12": [6], "R06": [8]})
    assert "At session 8 the score fell more than usual" in message(fallen, ALERT, IN_ENGLISH)
    assert ", then fell more than usual;" in summary(fallen, IN_ENGLISH)


@pytest.mark.parametrize(
    ("kind", "rules", "line"),
    [
        ("level.early", ["R12"], "poor in the early sessions up to session 6"),
        ("level.cutoff", ["R01"], "beyond the published cut-off at session 6"),
        ("then", ["R12", "R06"], "poor in the early sessions up to session 6, then worsened more"),
    ],
)
def test_a_card_of_a_form_whose_higher_scores_are_worse(kind, rules, line):
    form = alliance_form(direction="higher_is_worse")
    (found,) = episodes(judged([6 - score for score in OPENED], form=form))
    low = replace(firing(*rules, episode=found), opened_by_fall=False)
    if kind == "then":
        low = replace(low, rules={"R12": [6], "R06": [7]})
    assert summary(low, IN_ENGLISH).startswith(f"Alliance (patient): {line}")
