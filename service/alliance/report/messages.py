"""What an alert says to a clinician: a line for a card, a message, and a note about the data.

Facts come from `report.story`, wordings from `report.words`; here is said what comes first.
"""

from collections.abc import Iterator

from service.alliance.judging.episodes import REPAIRED, Episode
from service.alliance.report import story
from service.alliance.report.chance import Chance
from service.alliance.report.words import (
    TEMPLATES,
    capitalised,
    clipped,
    fitted,
    listed,
    say,
    short_name,
    shown,
    spelled,
    uncapitalised,
)

LONGEST_SUMMARY = 140
LONGEST_MESSAGE = 400
LONGEST_TITLE = 80
LONGEST_ON_CARD = 28
"""Characters of a scale's name on a card."""

SEEN, BESIDE, NOW, RATE, ADVICE = range(5)
"""What goes first where not everything fits into a message."""

MOST_EVENTS = 2

Sentence = tuple[int, str]


def message(episode: Episode, chance: Chance) -> str:
    """Return the message of an alert: whole sentences, at most `LONGEST_MESSAGE` characters."""
    sentences = [
        (SEEN, _score(episode)),
        (SEEN, _seen(episode)),
        *((BESIDE, sentence) for sentence in _beside(episode)),
        *((NOW, sentence) for sentence in _now(episode)),
        *((RATE, sentence) for sentence in _rate(episode, chance)),
        *_limits(episode),
    ]
    return fitted([one for one in sentences if one[1]], LONGEST_MESSAGE)


def summary(episode: Episode) -> str:
    """Return an alert in one line without any score: at most `LONGEST_SUMMARY` characters, no
    digit but of the session.
    """
    beside = "".join(_card_beside(episode))
    full = _card(episode, beside)
    return full if len(full) <= LONGEST_SUMMARY else clipped(_card(episode, ""), LONGEST_SUMMARY)


def _turned(template: str, episode: Episode) -> str:
    """Return the name of a wording, or of that for forms whose higher scores are worse."""
    reversed_one = f"{template}, reversed"
    turned = episode.series.sign < 0 and reversed_one in TEMPLATES
    return reversed_one if turned else template


def _score(episode: Episode) -> str:
    """Return the sentence with the score; none for a form that is read as a direct report only."""
    series = episode.series
    if series.only_direct:
        return ""
    title = clipped(series.scale.title)
    return say(
        "score",
        session=episode.opened_session,
        who=say(episode.perspective),
        form=short_name(series.instrument.title),
        scale="" if series.key.scale == "total" else say("scale", title=title),
        when=say("when") if series.key.timing == "pre" else "",
        score=shown(episode.opened.value),
        range=_range(episode),
        against=_against(episode),
    )


def _range(episode: Episode) -> str:
    limits = episode.series.model.limits
    if limits is None:
        return ""
    return say(_turned("range", episode), low=shown(limits[0]), high=shown(limits[1]))


def _against(episode: Episode) -> str:
    point, series = episode.opened, episode.series
    if episode.baseline is None:
        return ""
    if story.fell_from_previous(episode) and point.previous is not None:
        before = point.previous
        return say("against previous", session=before.session, previous=shown(before.value))
    level, m = shown(series.sign * episode.baseline), point.summary.m
    if m == 1:
        return say("against one", mean=level)
    if episode.baseline > point.summary.mean:
        return say(_turned("against expected", episode), n=m, level=level)
    return say("against mean", n=m, mean=level)


def _seen(episode: Episode) -> str:
    """Return the sentence about what that score means, with the advice while it is open."""
    kind = story.opening(episode)
    if kind == "direct.tension" and episode.series.only_direct:
        kind = "direct.tension, only"
    said = say(
        _turned(kind, episode),
        session=episode.opened_session,
        who=say(episode.perspective),
        sides=listed([clipped(one) for one in story.fallen_sides(episode)]),
        limit=_limit(episode),
        title=clipped(story.opening_title(episode) or "", LONGEST_TITLE),
    )
    return f"{capitalised(said)}{say('check-in') if episode.closed is None else ''}."


def _limit(episode: Episode) -> str:
    line = story.cutoff_met(episode)
    if line is not None:
        return say("level.limit", op=say(line.op), value=shown(line.value))
    return say("level.norm") if episode.series.model.norm is not None else ""


def _beside(episode: Episode) -> Iterator[str]:
    """Yield what else was seen: symptoms, the other rater, events, silence, what was reported."""
    rules = episode.rules
    fell = story.later_fall(episode)
    if fell is not None:
        yield say(_turned("fell later", episode), session=fell)
    worse = story.symptoms_worsened(episode)
    if worse is not None:
        at_once = worse == episode.opened_session and worse in rules.get("R16", ())
        yield say("symptoms") if at_once else say("symptoms, later", session=worse)
    yield from _other_rater(episode)
    for session, event in story.events(episode)[-MOST_EVENTS:]:
        yield say(f"event.{event}", session=session)
    if episode.reported is not None:
        said = "denied" if episode.denied else "resolved"
        yield say(said, session=episode.reported, who=say(episode.perspective))
    if "R19" in rules:
        silent = rules["R19"]
        kind = "silent" if len(silent) == 1 else "silent, several"
        yield say(kind, session=silent[-1], n=len(silent))
    if episode.relapse_of is not None:
        yield say("relapse")
    for title, session in story.also(episode):
        yield say("also", title=clipped(title, LONGEST_TITLE), session=session)


def _other_rater(episode: Episode) -> Iterator[str]:
    unmoved = episode.rules.get("R14")
    if "R15" in episode.rules:
        if unmoved is None:
            yield say("other.fell")
        else:
            yield say("other.fell, not since", session=unmoved[0])
    elif unmoved is not None:
        yield say("other.unmoved")


def _now(episode: Episode) -> Iterator[str]:
    found = story.standing(episode)
    if found is not None:
        score = shown(found.score) if found.score is not None else ""
        yield say(found.kind, session=found.session, first=found.first, score=score)


def _rate(episode: Episode, chance: Chance) -> Iterator[str]:
    if chance.rate is None:
        return
    facts = {"whose": say(f"of {episode.perspective}"), "n": chance.n_sessions}
    share = 100 * chance.rate
    if chance.is_limit:
        yield say("rate.limit", count=f"{share:g}", **facts)
    else:
        count = say("fewer") if share < 1 else say("about", n=f"{share:.0f}")
        kind = "early" if chance.is_of_level else chance.severity
        yield say(f"rate.{kind}", count=count, **facts)


def _limits(episode: Episode) -> Iterator[Sentence]:
    """Yield what a score does not say. An episode that ended without a return has nothing left to
    warn of; a return is told with its limits.
    """
    if episode.status == REPAIRED:
        yield NOW, say("chance dips" if episode.opened_by_fall else "chance rises")
    elif episode.closed is None:
        yield ADVICE, say("one session" if story.only_one_is_low(episode) else "no cause")


def _card(episode: Episode, beside: str) -> str:
    series = episode.series
    title = clipped(series.scale.title, LONGEST_ON_CARD)
    named = series.key.scale != "total" and not any(letter.isdigit() for letter in title)
    return say(
        "card",
        who=say(episode.perspective),
        scale=say("card.scale", title=title) if named else "",
        what=_card_what(episode),
        beside=beside,
        standing=_card_standing(episode),
    )


def _card_what(episode: Episode) -> str:
    kind = story.opening(episode)
    if kind == "fall.no_sem":
        kind = "fall.unusual"
    sides = [clipped(one, LONGEST_ON_CARD) for one in story.fallen_sides(episode)]
    title = uncapitalised(spelled(story.opening_title(episode) or ""))
    return say(
        _turned(f"card.{kind}", episode),
        session=episode.opened_session,
        sides=spelled(listed(sides)),
        title=clipped(title, LONGEST_TITLE // 2),
    )


def _card_beside(episode: Episode) -> Iterator[str]:
    if story.later_fall(episode) is not None:
        yield say(_turned("card.fell later", episode))
    if story.symptoms_worsened(episode) is not None:
        yield say("card.symptoms")
    if "R15" in episode.rules:
        yield say("card.other")
    for _, event in story.events(episode)[-1:]:
        yield say(f"card.event.{event}")


def _card_standing(episode: Episode) -> str:
    if episode.reported is not None:
        return say("card.denied" if episode.denied else "card.resolved")
    if episode.target is None and not episode.opened_by_fall:
        return ""  # there is no score that it could come back to
    found = story.standing(episode)
    if found is None or found.kind == "unknown":
        return say("card.silent" if "R19" in episode.rules else "card.none")
    if found.kind == "now" and not episode.opened_by_fall:
        return say("card.now low")
    return say(f"card.{found.kind}")
