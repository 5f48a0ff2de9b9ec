"""All alert rules in order, and what the rest of the monitor asks of them together."""

from service.alliance.rules import (
    control_chart,
    data,
    direct,
    drop,
    dyad,
    level,
    repairs,
    subscale,
    sudden,
    symptoms,
)
from service.alliance.rules.rule import PairRule, RepairRule, Role, Rule, ScoreRule, SideRule


class Battery:
    """The rules that courses are judged by: each in one record, here sorted by what it is about."""

    def __init__(self, rules: tuple[Rule, ...], repairs: tuple[RepairRule, ...]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.repairs = repairs
        self.rule: dict[str, Rule] = {rule.id: rule for rule in (*self.rules, *repairs)}
        self.of_score = tuple(rule for rule in self.rules if isinstance(rule, ScoreRule))
        self.of_pair = tuple(rule for rule in self.rules if isinstance(rule, PairRule))
        self.of_side = tuple(rule for rule in self.rules if isinstance(rule, SideRule))
        self.of_parts = tuple(rule for rule in self.of_score if rule.of_parts is not None)
        self.beyond_error = self.ids(Role.BEYOND_ERROR)
        self.drops = self.ids(Role.DROP)
        self.echoes = self.ids(Role.ECHO)
        self.levels = self.ids(Role.LEVEL)
        parts = {rule.id for rule in self.of_parts}
        self.noted = self.ids(Role.NOTED)
        self.lifts_watch = self.ids(Role.LIFTS_WATCH)
        self.lifts_alert = self.ids(Role.LIFTS_ALERT)
        self.drops_of_scale = tuple(sorted(self.drops - parts))

    def ids(self, role: Role) -> frozenset[str]:
        """Return the rules that play a role."""
        return frozenset(rule.id for rule in self.rules if role in rule.roles)


BATTERY = Battery(
    (
        *level.RULES,
        *drop.RULES,
        *control_chart.RULES,
        *subscale.RULES,
        *dyad.RULES,
        *symptoms.RULES,
        *sudden.RULES,
        *data.RULES,
        *direct.RULES,
    ),
    repairs.REPAIRS,
)
