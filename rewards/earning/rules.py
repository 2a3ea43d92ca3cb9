"""What attendance is worth: pure evaluation of a rule under its caps."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from .errors import UnknownRuleError
from .types import Award, CapVersion, Rule, RuleSet, Usage

# Every process sees a change of the rules within so long.
CHANGE_SEEN_WITHIN = timedelta(seconds=2)


class DatedPoints(Protocol):
    """Points one rule gave on one day."""

    @property
    def rule_code(self) -> str:
        """Return the rule's code."""

    @property
    def business_date(self) -> date:
        """Return the local day they count for."""

    @property
    def points(self) -> int:
        """Return how many."""


class SummedPoints(Protocol):
    """Points that one rule, or all together, gave by several entries."""

    @property
    def rule_code(self) -> str:
        """Return the rule's code, empty for all rules."""

    @property
    def versions(self) -> range:
        """Return the versions that the rule may have had."""

    @property
    def first_at(self) -> datetime:
        """Return when the first was given."""

    @property
    def last_at(self) -> datetime:
        """Return when the last was given."""


def get_rule(rule_set: RuleSet, code: str) -> Rule:
    """Return the rule with that code.

    :raises UnknownRuleError: if none is in force.
    """
    try:
        return rule_set.rules[code]
    except KeyError:
        raise UnknownRuleError(rule=code) from None


def build_usage(given: Iterable[DatedPoints], *, code: str, day: date) -> Usage:
    """Return what one month's points leave of the caps of rule *code* on *day*.

    *given* must hold the points of the month of *day* and no others.
    """
    rule_day = rule_month = all_day = all_month = 0
    for item in given:
        is_today = item.business_date == day
        is_rule = item.rule_code == code
        all_month += item.points
        all_day += item.points if is_today else 0
        rule_month += item.points if is_rule else 0
        rule_day += item.points if is_rule and is_today else 0
    return Usage(rule_day=rule_day, rule_month=rule_month, all_day=all_day, all_month=all_month)


def count_points(rule: Rule, *, minutes: int | None) -> int:
    """Return the points of *rule* before any cap: full steps of `per_minutes` only."""
    if rule.minutes_min and (minutes is None or minutes < rule.minutes_min):
        return 0
    if not rule.per_minutes:
        return rule.base
    return (minutes or 0) // rule.per_minutes * rule.base


def evaluate(rule_set: RuleSet, *, code: str, minutes: int | None, usage: Usage) -> Award:
    """Return what rule *code* gives for an attendance of *minutes*, and why.

    Source of the rules and caps: domain defaults 6.1; of the guard over all
    rules: 100 points a day, 800 a month.

    :raises UnknownRuleError: if no such rule is in force.
    """
    rule = get_rule(rule_set, code)
    uncapped = count_points(rule, minutes=minutes)
    limits = (
        ("rule_day", rule.cap_day, usage.rule_day),
        ("rule_month", rule.cap_month, usage.rule_month),
        ("guard_day", rule_set.guard_day, usage.all_day),
        ("guard_month", rule_set.guard_month, usage.all_month),
    )
    points, cap, cap_limit = uncapped, "", 0
    for name, limit, used in limits:
        if limit and max(0, limit - used) < points:
            points, cap, cap_limit = max(0, limit - used), name, limit
    return Award(
        rule=rule.code,
        version=rule.version,
        points=points,
        uncapped=uncapped,
        base=rule.base,
        per_minutes=rule.per_minutes,
        minutes=minutes,
        minutes_min=rule.minutes_min,
        cap=cap,
        cap_limit=cap_limit,
        board=rule.board,
    )


def list_lowest(caps: Iterable[CapVersion]) -> dict[str, int]:
    """Return the lowest cap that each rule ever had, of those that had one."""
    lowest: dict[str, int] = {}
    for cap in caps:
        if cap.points:
            lowest[cap.code] = min(cap.points, lowest.get(cap.code, cap.points))
    return lowest


def find_cap(caps: Iterable[CapVersion], given: SummedPoints) -> int | None:
    """Return the highest cap that held while *given* was given, or None if once there was none."""
    held = [cap.points for cap in _list_held(caps, given)]
    return max(held) if held and all(held) else None


def _list_held(caps: Iterable[CapVersion], given: SummedPoints) -> list[CapVersion]:
    same = [cap for cap in caps if cap.code == given.rule_code]
    if given.rule_code:
        return [cap for cap in same if cap.version in given.versions]
    # Entries do not name the version of the guard, so the time decides.
    begin = given.first_at - CHANGE_SEEN_WITHIN
    earlier = [cap for cap in same if cap.valid_from <= begin]
    return earlier[-1:] + [cap for cap in same if begin < cap.valid_from <= given.last_at]
