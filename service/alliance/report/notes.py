"""What an alert says of the data that it rests on."""

from collections.abc import Iterator

from service.alliance.judging.episodes import Episode
from service.alliance.report import story
from service.alliance.report.words import fitted
from service.alliance.series.error_model import NOT_OWN
from service.scoring.wording.words import Words

LONGEST_NOTE = 400
FEW_SCORES = 5
"""Earlier scores below which an alert says how few there are."""
CEILING_NEEDED = 3
"""Scores that a share at the ceiling is told from."""


def note(episode: Episode, words: Words) -> str | None:
    """Return what the data of an alert cannot bear, at most `LONGEST_NOTE` characters; None where
    nothing is to be said.
    """
    if episode.series.only_direct:
        return None
    sentences = [
        *_variation(episode, words),
        *_few(episode, words),
        *_ceiling(episode, words),
        *_straightlined(episode, words),
        *_precision(episode, words),
    ]
    return fitted(list(enumerate(sentences)), LONGEST_NOTE) or None


def _variation(episode: Episode, words: Words) -> Iterator[str]:
    """Yield what an assumed session-to-session SD means for an alert."""
    series = episode.series
    within = series.model.within_person_sd
    if not episode.opened_by_fall or within is None or within.provenance not in NOT_OWN:
        return
    yield words.say(f"note.{within.provenance}")
    yield words.say("note.capped", n=series.policy.own_sessions)


def _few(episode: Episode, words: Words) -> Iterator[str]:
    n = episode.opened.summary.m
    if episode.opened_by_fall and n < FEW_SCORES:
        yield words.say("note.few, one" if n == 1 else "note.few", n=n)


def _ceiling(episode: Episode, words: Words) -> Iterator[str]:
    best = episode.series.best
    values = [point.value for point in story.upto_opening(episode)]
    n = sum(best is not None and value == best for value in values)
    if 2 * n >= len(values) >= CEILING_NEEDED:
        yield words.say("note.ceiling", n=n, of=len(values), session=episode.opened_session)


def _straightlined(episode: Episode, words: Words) -> Iterator[str]:
    n, forms = story.straightlined(episode)
    if n and 2 * n >= forms:
        yield words.say("note.straightlined", n=n, of=forms, session=episode.opened_session)


def _precision(episode: Episode, words: Words) -> Iterator[str]:
    if episode.opened_by_fall and episode.series.sem is None:
        yield words.say("note.no_sem")
