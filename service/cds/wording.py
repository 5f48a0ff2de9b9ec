"""Every English word of the cards, as named templates: a catalogue of another language has the same
names.
"""

from collections.abc import Mapping

CARDS: Mapping[str, str] = {
    "cds.client": "patient",
    "cds.therapist": "therapist",
    "cds.source": "Alliance monitor",
    "cds.chart": "Chart of the course",
    "cds.talk": "Talk about how we work together",
    "cds.review": "Go through the safety item that was raised",
    "cds.task": "Create a task: {what}",
    "cds.reason.already-discussed": "Already discussed with the patient",
    "cds.reason.expected": "Expected: circumstances explain it",
    "cds.reason.data-wrong": "The data are wrong or out of date",
    "cds.reason.not-relevant": "Not relevant now",
    # summaries
    "cds.alert of incomplete": "Incomplete course: signal about the alliance ({rater}) in the forms"
    " that came along",
    "cds.risk": "A safety item was raised when last answered: please go through it with the"
    " patient",
    "cds.incomplete": "Incomplete course: not all forms came along, so it was not judged as a"
    " whole",
    "cds.not judged": "The course of the alliance could not be judged up to the latest session",
    # details
    "cds.rests on these": "**Incomplete course**: the client has more forms than those that came"
    " along. What is said here rests on these alone; sessions are counted from the earliest of"
    " them, and the others may change what is usual for this patient.",
    "cds.no other card": "That no other card is shown does not mean that there is no signal.",
    "cds.twice": "On {day} one rater rated the alliance twice with different answers. Nobody can"
    " tell which one is right, so that day was left out.",
    "cds.one left out": "One form or Observation was left out: of no instrument that is known here,"
    " not readable, of no day, of one kind and day with different answers, or not of this patient.",
    "cds.left out": "{n} forms or Observations were left out: of no instrument that is known here,"
    " not readable, of no day, of one kind and day with different answers, or not of this patient.",
    "cds.head.session": "Session",
    "cds.head.form": "Form",
    "cds.head.value": "Value",
    "cds.head.expected": "Expected",
    "cds.head.limit": "Limit",
    "cds.head.rule": "Rule",
    "cds.head.date": "Date",
    "cds.head.item": "Item",
    "cds.head.severity": "Severity",
    "cds.severity.low": "low",
    "cds.severity.moderate": "moderate",
    "cds.severity.high": "high",
    "cds.no day": "not told",
    "cds.false alarms": "**False alarms**: {said}",
    "cds.no rate": "no rate is known. {assumption}",
    "cds.rate": "{count} courses in which nothing happened show {level} within {n} sessions."
    " Assumed: {assumption}{spread}",
    "cds.at most": "at most {share} of 100",
    "cds.about": "about {share} of 100",
    "cds.an alert": "an alert",
    "cds.a watch": "a watch or worse",
    "cds.one": "one",
    "cds.spread": " The session-to-session SD is {sd} ({provenance}).",
}
