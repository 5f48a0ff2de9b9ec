"""What an alert says to a clinician: a line for a card, a message, and a note about the data.

Facts come from `report.story`, wordings from `report.words`; here is said what comes first.
"""

from collections.abc import Iterator
from math import floor

from service.alliance.judging.episodes import REPAIRED, Episode
from service.alliance.report import story
from service.alliance.report.chance import Chance
from service.alliance.report.words import (
    LONGEST_NAME,
    capitalised,
    clipped,
    figure,
    fitted,
    listed,
    short_name,
    spelled,
    uncapitalised,
)
from service.scoring.wording.words import Words

LONGEST_SUMMARY = 140
LONGEST_MESSAGE = 400
LONGEST_TITLE = 80
LONGEST_ON_CARD = 28
"""Characters of a scale's name on a card."""

SEEN, BESIDE, NOW, RATE, ADVICE = range(5)
"""What goes first where not everything fits into a message."""

MOST_EVENTS = 2

Sentence = tuple[int, str]


def message(episode: Episode, chance: Chance, words: Words) -> str:
    """Return the message of an alert: whole sentences, at most `LONGEST_MESSAGE` characters."""
    sentences = [
        *((SEEN, sentence) for sentence in _score(episode, words)),
        (SEEN, _seen(episode, words)),
        *((BESIDE, sentence) for sentence in _beside(episode, words)),
        *((NOW, sentence) for sentence in _now(episode, words)),
        *((RATE, sentence) for sentence in _rate(episode, chance, words)),
        *_limits(episode, words),
    ]
    return fitted([one for one in sentences if one[1]], LONGEST_MESSAGE)


def summary(episode: Episode, words: Words) -> str:
    """Return an alert in one line without any score: at most `LONGEST_SUMMARY` characters, no
    digit but of the session.
    """
    beside = "".join(_card_beside(episode, words))
    full = _card(episode, beside, words)
    if len(full) <= LONGEST_SUMMARY:
        return full
    return clipped(_card(episode, "", words), LONGEST_SUMMARY)


def _turned(template: str, episode: Episode, words: Words) -> str:
    """Return the name of a wording, or of that for forms whose higher scores are worse."""
    reversed_one = f"{template}, reversed"
    turned = episode.series.sign == -1 and reversed_one in words.wordings
    return reversed_one if turned else template


def _score(episode: Episode, words: Words) -> Iterator[str]:
    """Yield the sentence with the score; none for a form that is read as a direct report only."""
    series = episode.series
    if series.only_direct:
        return
    title = clipped(words.text(series.scale.title))
    yield words.say(
        "score",
        session=episode.opened_session,
        who=words.say(episode.perspective),
        form=short_name(series.instrument.title),
        scale="" if series.key.scale == "total" else words.say("scale", title=title),
        when=words.say("when") if series.key.timing == "pre" else "",
        score=figure(episode.opened.value, words),
        range=_range(episode, words),
        against=_against(episode, words),
    )


def _range(episode: Episode, words: Words) -> str:
    limits = episode.series.model.limits
    if limits is None:
        return ""
    return words.say(
        _turned("range", episode, words),
        low=figure(limits[0], words),
        high=figure(limits[1], words),
    )


def _against(episode: Episode, words: Words) -> str:
    point, series = episode.opened, episode.series
    if episode.baseline is None:
        return ""
    if story.fell_from_previous(episode) and point.previous is not None:
        before = point.previous
        return words.say(
            "against previous", session=before.session, previous=figure(before.value, words)
        )
    level, m = figure(series.sign * episode.baseline, words), point.summary.m
    if m == 1:
        return words.say("against one", mean=level)
    if episode.baseline > point.summary.mean:
        return words.say(_turned("against expected", episode, words), n=m, level=level)
    return words.say("against mean", n=m, mean=level)


def _seen(episode: Episode, words: Words) -> str:
    """Return the sentence about what that score means, with the advice while it is open."""
    kind = story.opening(episode)
    if kind == "direct.tension" and episode.series.only_direct:
        kind = "direct.tension, only"
    said = words.say(
        _turned(kind, episode, words),
        session=episode.opened_session,
        who=words.say(episode.perspective),
        sides=listed(_sides(episode, words), words),
        limit=_limit(episode, words),
        title=clipped(words.text(story.opening_title(episode) or ""), LONGEST_TITLE),
    )
    return f"{capitalised(said)}{words.say('check-in') if episode.closed is None else ''}."


def _sides(episode: Episode, words: Words, longest: int = LONGEST_NAME) -> list[str]:
    """Return the names of the subscales that fell when an episode opened."""
    return [clipped(words.text(title), longest) for title in story.fallen_sides(episode)]


def _limit(episode: Episode, words: Words) -> str:
    line = story.cutoff_met(episode)
    if line is not None:
        return words.say("level.limit", op=words.say(line.op), value=figure(line.value, words))
    return words.say("level.norm") if episode.series.model.norm is not None else ""


def _beside(episode: Episode, words: Words) -> Iterator[str]:
    """Yield what else was seen: symptoms, the other rater, events, silence, what was reported."""
    rules = episode.rules
    fell = story.later_fall(episode)
    if fell is not None:
        yield words.say(_turned("fell later", episode, words), session=fell)
    worse = story.symptoms_worsened(episode)
    if worse is not None:
        at_once = worse == episode.opened_session and worse in rules.get("R16", ())
        yield words.say("symptoms") if at_once else words.say("symptoms, later", session=worse)
    yield from _other_rater(episode, words)
    for session, event in story.events(episode)[-MOST_EVENTS:]:
        yield words.say(f"event.{event}", session=session)
    if episode.reported is not None:
        said = "denied" if episode.denied else "resolved"
        yield words.say(said, session=episode.reported, who=words.say(episode.perspective))
    if "R19" in rules:
        silent = rules["R19"]
        kind = "silent" if len(silent) == 1 else "silent, several"
        yield words.say(kind, session=silent[-1], n=len(silent))
    if episode.relapse_of is not None:
        yield words.say("relapse")
    for title, session in story.also(episode):
        yield words.say("also", title=clipped(words.text(title), LONGEST_TITLE), session=session)


def _other_rater(episode: Episode, words: Words) -> Iterator[str]:
    unmoved = episode.rules.get("R14")
    if "R15" in episode.rules:
        if unmoved is None:
            yield words.say("other.fell")
        else:
            yield words.say("other.fell, not since", session=unmoved[0])
    elif unmoved is not None:
        yield words.say("other.unmoved")


def _now(episode: Episode, words: Words) -> Iterator[str]:
    found = story.standing(episode)
    if found is not None:
        score = figure(found.score, words) if found.score is not None else ""
        yield words.say(found.kind, session=found.session, first=found.first, score=score)


def _rate(episode: Episode, chance: Chance, words: Words) -> Iterator[str]:
    if chance.rate is None:
        return
    facts = {"whose": words.say(f"of {episode.perspective}"), "n": chance.n_sessions}
    share = 100 * chance.rate
    if chance.is_limit:
        yield words.say("rate.limit", count=words.number(f"{share:g}"), **facts)
    else:
        count = words.say("fewer") if share < 1 else words.say("about", n=str(floor(share + 0.5)))
        kind = "early" if chance.is_of_level else chance.severity
        yield words.say(f"rate.{kind}", count=count, **facts)


def _limits(episode: Episode, words: Words) -> Iterator[Sentence]:
    """Yield what a score does not say. An episode that ended without a return has nothing left to
    warn of; a return is told with its limits.
    """
    if episode.status == REPAIRED:
        yield NOW, words.say("chance dips" if episode.opened_by_fall else "chance rises")
    elif episode.closed is None:
        yield ADVICE, words.say("one session" if story.only_one_is_low(episode) else "no cause")


def _card(episode: Episode, beside: str, words: Words) -> str:
    series = episode.series
    title = clipped(words.text(series.scale.title), LONGEST_ON_CARD)
    named = series.key.scale != "total" and not any(letter.isdigit() for letter in title)
    return words.say(
        "card",
        who=words.say(episode.perspective),
        scale=words.say("card.scale", title=title) if named else "",
        what=_card_what(episode, words),
        beside=beside,
        standing=_card_standing(episode, words),
    )


def _card_what(episode: Episode, words: Words) -> str:
    kind = story.opening(episode)
    if kind == "fall.no_sem":
        kind = "fall.unusual"
    sides = _sides(episode, words, LONGEST_ON_CARD)
    title = words.text(story.opening_title(episode) or "")
    return words.say(
        _turned(f"card.{kind}", episode, words),
        session=episode.opened_session,
        sides=spelled(listed(sides, words), words),
        title=clipped(uncapitalised(spelled(title, words), words), LONGEST_TITLE // 2),
    )


def _card_beside(episode: Episode, words: Words) -> Iterator[str]:
    if story.later_fall(episode) is not None:
        yield words.say(_turned("card.fell later", episode, words))
    if story.symptoms_worsened(episode) is not None:
        yield words.say("card.symptoms")
    if "R15" in episode.rules:
        yield words.say("card.other")
    for _, event in story.events(episode)[-1:]:
        yield words.say(f"card.event.{event}")


def _card_standing(episode: Episode, words: Words) -> str:
    if episode.reported is not None:
        return words.say("card.denied" if episode.denied else "card.resolved")
    if episode.target is None and not episode.opened_by_fall:
        return ""  # there is no score that it could come back to
    found = story.standing(episode)
    if found is None or found.kind == "unknown":
        return words.say("card.silent" if "R19" in episode.rules else "card.none")
    if found.kind == "now" and not episode.opened_by_fall:
        return words.say("card.now low")
    return words.say(f"card.{found.kind}")
