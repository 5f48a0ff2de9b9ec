"""What a card says of one scale, in words: the same as the report, and why where it says
nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.chart.card.citing import Citations
from service.chart.english import named
from service.chart.reasons import why
from service.chart.scale import compared, figure
from service.chart.text import Fact
from service.scoring.wording.words import Words

Json = Mapping[str, Any]


def range_of(score: Json, language: Words) -> str:
    """Return the metric of a score, its range, which way is better, and its other metrics."""
    metric = score["unit"] or named("metric", score["metric"], language)
    low, high = score["minimum"], score["maximum"]
    known = ""
    if low is not None and high is not None:
        ends = {"low": figure(low, language), "high": figure(high, language)}
        known = language.say("drawn.range", **ends)
    is_higher = score["direction"] == "higher_is_better"
    better = language.say("drawn.higher" if is_higher else "drawn.higher is worse")
    others = [
        f"{named('metric', name, language)} {figure(score[name], language)}"
        for name in ("sum", "mean")
        if name != score["metric"] and score[name] is not None
    ]
    return "; ".join([metric + known, better, *others])


def facts_about(score: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    """Yield the facts of a scale, in the order in which they are read. Without a score nothing is
    compared.
    """
    yield _answered(score, language)
    if score["value"] is not None:
        yield _precision(score, cite, language)
        yield from _bands(score, cite, language)
        yield from _cutoffs(score, cite, language)
        yield from _norms(score, cite, language)
        yield from _linked(score, cite, language)
    else:
        label = language.say("drawn.label.score")
        yield Fact(label, _none(score["reason"], language), "strong")
    if score["change"] is not None:
        yield from _change(score["change"], cite, language)


def _none(code: str | None, language: Words) -> str:
    return language.say("drawn.none", why=why(code, language))


def _answered(score: Json, language: Words) -> Fact:
    counts = language.say("drawn.answered of", n=score["n_answered"], items=score["n_items"])
    rule = score["missing_rule"]
    label = language.say("drawn.label.items")
    if rule is None:
        return Fact(label, counts)
    return Fact(label, f"{counts}; {named('rule', rule, language).replace('_', ' ')}", "strong")


def _precision(score: Json, cite: Citations, language: Words) -> Fact:
    known, label = score["precision"], language.say("drawn.label.error")
    if known is None:
        note = why(score["precision_note"], language)
        return Fact(label, language.say("drawn.no interval", why=note))
    interval, kind = known["interval"], known["kind"]
    reliability = known["reliability"]
    of = named("kind", kind or "reliability", language) if kind or reliability is not None else ""
    if reliability is not None:
        of += f" {figure(reliability, language)}"
    text = language.say(
        "drawn.interval",
        level=language.number(f"{interval['level'] * 100:g}"),
        low=figure(interval["low"], language),
        high=figure(interval["high"], language),
        sem=figure(known["sem"], language),
        of=f"; {of}" if of else "",
    )
    return Fact(label, text + cite.mark(known["source"]))


def _bands(score: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    label = language.say("drawn.label.band")
    for band in score["bands"]:
        text = f"{band['label']} ({band['system']}){cite.mark(band['source'])}"
        yield Fact(label, text, "strong")
    if not score["bands"]:
        yield Fact(label, _none(score["bands_note"], language))


def _cutoffs(score: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    name = language.say("drawn.label.cutoff")
    for one in score["cutoffs"]:
        label = f"{one['label']}, " if one["label"] else ""
        text = f"{compared(one['op'], one['value'], language)} ({label}{one['system']}): "
        met = language.say("drawn.met" if one["met"] else "drawn.not met")
        yield Fact(name, text + met + cite.mark(one["source"]), "strong" if one["met"] else "")
    if not score["cutoffs"]:
        yield Fact(name, _none(score["cutoffs_note"], language))


def _linked(score: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    """Yield the score in the metric of other measures, with the caution that belongs to it."""
    label = language.say("drawn.label.linked")
    for one in score.get("linked", ()):
        if one["value"] is None:
            yield Fact(label, f"{one['title']}: {_none(one['reason'], language)}")
        else:
            known = {"title": one["title"], "value": figure(one["value"], language)}
            yield Fact(label, language.say("drawn.linked", **known) + cite.mark(one["source"]))


def _norms(score: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    label = language.say("drawn.label.norm")
    for norm in score["norms"]:
        figures = [f"n = {norm['n']}"] if norm["n"] is not None else []
        figures += [year_of(norm, language), percentile_of(norm, language)]
        if norm["z"] is not None:
            figures.append(f"z {figure(norm['z'], language)}, T {figure(norm['t'], language)}")
        text = f"{norm['population']}: {'; '.join(figures)}{cite.mark(norm['source'])}"
        yield Fact(label, text)
        if norm["digital"]:
            yield Fact(label, language.say("drawn.digital"))
        if norm["warning"]:
            yield Fact(label, norm["warning"])
    if not score["norms"]:
        yield Fact(label, _none(score["norms_note"], language))


def year_of(norm: Json, language: Words) -> str:
    """Return when the people of a norm group were asked, or else when their numbers came out."""
    for kind in ("collected", "published"):
        if norm[kind] is not None:
            return language.say(f"drawn.{kind}", year=norm[kind])
    return language.say("drawn.no year")


def percentile_of(norm: Json, language: Words) -> str:
    """Return the percentile rank in a norm group, or why there is none."""
    if norm["percentile"] is not None:
        return language.say("drawn.percentile", p=figure(norm["percentile"], language))
    note = norm["percentile_note"]
    if note is not None and note[:1] in "<>":
        side = "drawn.below" if note[0] == "<" else "drawn.above"
        return language.say(side, note=note)
    if note is not None and note[:1].isdigit():
        return language.say("drawn.between", note=note.replace("-", "–"))
    return language.say("drawn.no percentile", why=why(note, language))


def _change(change: Json, cite: Citations, language: Words) -> Iterator[Fact]:
    label = language.say("drawn.label.change")
    category = change["category"]
    not_judged = language.say("drawn.not judged", why=why(change["note"], language))
    if change["difference"] is None:
        yield Fact(label, not_judged)
        return
    text = language.say(
        "drawn.since",
        difference=signed(change["difference"], language),
        baseline=figure(change["baseline"], language),
        judged=language.say(f"drawn.{category}") if category is not None else not_judged,
    )
    details = []
    if change["threshold"] is not None:
        threshold = figure(change["threshold"], language)
        details.append(language.say("drawn.reliable from", threshold=threshold))
    if change["rci"] is not None:
        details.append(f"RCI {figure(change['rci'], language)}")
    if details:
        text += f" ({'; '.join(details)})"
    yield Fact(label, text + cite.mark(change["source"]), "strong" if category else "")
    if change["clinically_significant"] is not None:
        word = named("clinical", change["clinically_significant"], language)
        yield Fact(label, language.say("drawn.clinical", word=word))
    elif category is not None and change["note"] is not None:
        note = why(change["note"], language)
        yield Fact(label, language.say("drawn.clinical not judged", why=note))
    for one in change["minimal_important"]:
        met = language.say("drawn.reached" if one["met"] else "drawn.not reached")
        value = figure(one["value"], language)
        text = language.say("drawn.smallest", value=value, name=one["name"], met=met)
        yield Fact(label, text + cite.mark(one["source"]))


def signed(difference: float, language: Words) -> str:
    """Write a difference with its sign."""
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return f"{sign}{figure(abs(difference), language)}"
