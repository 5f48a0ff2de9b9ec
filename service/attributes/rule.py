"""The source attributes of an alert rule."""

from typing import cast

from service import __version__
from service.alliance.rates import rates_of_rule
from service.alliance.rules.battery import BATTERY
from service.alliance.rules.rule import RepairRule, Rule
from service.alliance.rules.sources import SOURCES
from service.attributes.project import AUTHORS, implementation, never_used
from service.attributes.shape import RULE, Attributes, RuleAttributes, known, unknown, use
from service.scoring.report_shape import ReportSource

ATTRIBUTED: dict[str, Rule] = {rule.id: rule for rule in (*BATTERY.rules, *BATTERY.repairs)}

_PURPOSE = {
    "info": "It is said beside the signals and raises none by itself.",
    "watch": "It asks a clinician to look at the course.",
    "alert": "It asks a clinician to speak with the patient about the work together.",
}
_PROVENANCE = {
    "published": "The formula is published; that it tells of a rupture is not.",
    "vendor": "A product's rule: its error rates in therapy are not published.",
    "engineering": "Its thresholds were set by simulation, not by a study of real ruptures.",
}
_HUMAN = "Never a diagnosis, and never a reason to end or change treatment without a conversation."
_SIMULATED = (
    "No people: courses simulated in units of the session-to-session SD, and some as fitted to 57 "
    "patients of one trial in individual therapy; docs/calibration.md describes them."
)


def attributes_of_rule(rule: Rule) -> RuleAttributes:
    """Return the source attributes of an alert rule or repair state."""
    attributes = {
        **_origin(rule),
        **implementation("rule"),
        **_uses(rule),
        **known("intended_use", _purpose(rule)),
        **_rates(rule),
        **known("known_limits", _limits(rule)),
    }
    cited = {name: cast(ReportSource, SOURCES[name]) for name in rule.sources}
    return {
        "alert_rule": {"id": rule.id, "name": rule.name, "title": rule.title},
        "service_version": __version__,
        "rule": RULE,
        "attributes": attributes,
        "sources": cited,
    }


def _origin(rule: Rule) -> Attributes:
    told = unknown(
        "bibliographic_citation", "It rests on no publication: the formula is this service's own."
    )
    if rule.sources:
        cited = [SOURCES[name]["citation"] for name in rule.sources]
        told = known("bibliographic_citation", cited, list(rule.sources))
    developer = {
        "published": "The authors cited; the use as a rule for the alliance is this service's",
        "vendor": "Vendors of session rating scales, as each definition's sources name them",
        "engineering": AUTHORS,
    }
    told |= known("developer", developer[rule.provenance], list(rule.sources))
    same = "As its implementation: a rule of this service has no edition of its own."
    return told | unknown("release_date", same) | unknown("revision_dates", same)


def _purpose(rule: Rule) -> str:
    if isinstance(rule, RepairRule):
        return (
            f"{rule.title}: it tells a clinician how an episode of the alliance goes on. {_HUMAN}"
        )
    return f"{rule.title}. {_PURPOSE[rule.severity]} {_HUMAN}"


def _uses(rule: Rule) -> Attributes:
    through = (
        "Only through the definition: cut-offs, norm groups and errors of measurement that are for "
    )
    symptoms = rule.name.startswith("outcome.") or "symptom" in rule.formula
    answers = "The scores of alliance forms are judged"
    return {
        **never_used(),
        **use("language", False, "The language of a form or a person is not looked at."),
        **use("sex", True, through + "one sex are used for no other."),
        **use(
            "date_of_birth",
            True,
            through + "some ages are used for no others; an age in years, never a date.",
        ),
        **use("social_determinants_of_health", False, "None is asked for or taken."),
        **use(
            "health_status_assessments",
            symptoms,
            f"{answers}, and scores of symptoms beside them." if symptoms else f"{answers} alone.",
        ),
    }


def _rates(rule: Rule) -> Attributes:
    rates = rates_of_rule(rule.id)
    if rates is None:
        none = "This rule was not simulated by itself; GET /v1/rules has the rates of the policy."
        return unknown("simulated_rates", none) | unknown("population_of_development", none)
    told = known("simulated_rates", rates, ["simulation"] if "simulation" in rule.sources else [])
    return told | known("population_of_development", _SIMULATED)


def _limits(rule: Rule) -> list[str]:
    return [
        f"Least data: {rule.minimum_data}",
        _PROVENANCE[rule.provenance],
        "Simulated rates are no rates of a clinic: `python -m service learn` estimates those.",
    ]
