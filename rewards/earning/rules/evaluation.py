"""What an act is worth: pure evaluation of the rules it was done under, and their caps."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

from rewards.core.periods import Period, Span, period_bounds, widest

from ..types import Act, Award, Given, Rule, RuleSet, Why
from . import definitions, sets
from .windows import count_within

WHOLE_PERCENT = 100


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


Usage = Collection[DatedPoints]


def evaluate(rule_set: RuleSet, act: Act, usage: Usage) -> tuple[Award, ...]:
    """Return what *act* gives, each award with its reason, under the caps that *usage* has used.

    *usage* holds the points that the participant got before, in all periods of
    `usage_span`. Source of the rules and caps: domain defaults 6.1.

    :raises UnknownRuleError: if a rule of the act is not in force.
    """
    awards: list[Award] = []
    given: list[DatedPoints] = list(usage)
    excluded = _list_excluded(rule_set, act)
    for rule in list_main(rule_set, act):
        award = _judge(rule_set, rule, act, given, excluded_by=excluded.get(rule.code, ""))
        awards.append(award)
        given.append(Given(rule.code, act.day, award.points))
        if award.why:
            continue
        bonus = _choose_bonus(rule_set, rule, act, given)
        if bonus is not None:
            awards.append(bonus)
            given.append(Given(bonus.rule, act.day, bonus.points))
    return tuple(awards)


def list_main(rule_set: RuleSet, act: Act) -> tuple[Rule, ...]:
    """Return the rules of *act* that are no bonus, in the order of their codes.

    :raises UnknownRuleError: if one is not in force.
    """
    named = (sets.get_rule(rule_set, code, node_path=act.node_path) for code in act.codes)
    codes = sorted({rule.of or rule.code for rule in named})
    return tuple(sets.get_rule(rule_set, code, node_path=act.node_path) for code in codes)


def usage_span(rule_set: RuleSet, act: Act) -> Span:
    """Return the days whose points decide on *act*: the widest period of a cap it may meet."""
    main = list_main(rule_set, act)
    concerned = [*main, *(bonus for rule in main for bonus in _list_bonuses(rule_set, rule, act))]
    periods = {period for rule in concerned for period in rule.caps} | set(rule_set.guard)
    return widest(periods, act.day)


def find_served(rule_set: RuleSet, act: Act) -> tuple[Rule, int] | None:
    """Return the rule by which *act* counts as service, and its minutes; None if it is none."""
    excluded = _list_excluded(rule_set, act)
    for rule in list_main(rule_set, act):
        if rule.counts_minutes and rule.code not in excluded:
            minutes = rule.minutes_fixed or act.minutes or 0
            return (rule, minutes) if minutes else None
    return None


def count_points(rule: Rule, *, minutes: int | None, act: Act) -> tuple[int, Why]:
    """Return the points of *rule* before any cap, and why there are none."""
    # What counts as it was served gives nothing where nothing was.
    least = 1 if rule.counts_minutes and not rule.minutes_fixed else 0
    if (minutes or 0) < max(rule.minutes_min, least):
        return 0, Why.TOO_SHORT
    if rule.per_minutes:
        return (minutes or 0) // rule.per_minutes * rule.base, Why.NONE
    if rule.tiers:
        reached = [tier.points for tier in rule.tiers if tier.at_least <= (act.score or 0)]
        return max(reached, default=0), Why.NONE if reached else Why.SCORE_TOO_LOW
    if rule.amount_max:
        return act.amount, Why.NONE
    return rule.base * act.quantity, Why.NONE


def _judge(rule_set: RuleSet, rule: Rule, act: Act, given: Usage, *, excluded_by: str) -> Award:
    if act.is_vouched:
        rule = replace(rule, minutes_min=0)
    if excluded_by:
        refused = _award(rule, act, why=Why.EXCLUDED)
        return replace(refused, excluded_by=excluded_by)
    why = _refuse(rule, act, given)
    minutes = _minutes(rule, act)
    if why is Why.NONE and rule.window and not minutes:
        why = Why.OUTSIDE_WINDOW
    if why:
        return _award(rule, act, why=why)
    uncapped, why = count_points(rule, minutes=minutes, act=act)
    award = _award(rule, act, why=why, minutes=minutes)
    return _cap(rule_set, rule, award, act, uncapped=uncapped, given=given)


def _choose_bonus(rule_set: RuleSet, main: Rule, act: Act, given: Usage) -> Award | None:
    judged = [
        _judge_bonus(rule_set, bonus, main, act, given)
        for bonus in _list_bonuses(rule_set, main, act)
    ]
    # What nobody asked for is not worth a word if it comes to nothing.
    worth_telling = [each for each in judged if each.uncapped or each.rule in act.codes]
    return max(worth_telling, key=lambda each: (each.points, each.uncapped), default=None)


def _list_bonuses(rule_set: RuleSet, main: Rule, act: Act) -> list[Rule]:
    codes = sorted(rule.code for rule in rule_set.rules.values() if rule.of == main.code)
    rules = [sets.get_rule(rule_set, code, node_path=act.node_path) for code in codes]
    # The hours of the day speak for themselves, everything else has to be said.
    return [rule for rule in rules if rule.code in act.codes or (rule.window and rule.enabled)]


def _judge_bonus(rule_set: RuleSet, bonus: Rule, main: Rule, act: Act, given: Usage) -> Award:
    minutes = _minutes(bonus, act)
    why = _refuse(bonus, act, given)
    if why is Why.NONE and bonus.window and not minutes:
        why = Why.OUTSIDE_WINDOW
    if why:
        return _award(bonus, act, why=why, minutes=minutes)
    points, why = count_points(main, minutes=minutes, act=act)
    uncapped = points * bonus.factor_percent // WHOLE_PERCENT - points
    award = _award(bonus, act, why=why, minutes=minutes)
    return _cap(rule_set, bonus, award, act, uncapped=uncapped, given=given)


def _refuse(rule: Rule, act: Act, given: Usage) -> Why:
    if not rule.enabled:
        return Why.OFF
    if rule.needs and rule.needs not in act.verified:
        return Why.NOT_VERIFIED
    if rule.first_per_day:
        before = _sum(given, {rule.code}, period_bounds(Period.DAY, act.day))
        if before or act.attempt > 1:
            return Why.NOT_FIRST
    return Why.NONE


def _minutes(rule: Rule, act: Act) -> int | None:
    if rule.window:
        return count_within(rule.window, ended_at=act.ended_at, minutes=act.minutes)
    return act.minutes


def _cap(
    rule_set: RuleSet, rule: Rule, award: Award, act: Act, *, uncapped: int, given: Usage
) -> Award:
    if not uncapped:
        return award
    points, cap, cap_limit = uncapped, "", 0
    for name, limit, used in _list_limits(rule_set, rule, act, given):
        left = max(0, limit - used)
        if left < points:
            points, cap, cap_limit = left, name, limit
    return replace(award, points=points, uncapped=uncapped, cap=cap, cap_limit=cap_limit)


def _list_limits(
    rule_set: RuleSet, rule: Rule, act: Act, given: Usage
) -> Iterator[tuple[str, int, int]]:
    codes = sets.list_sharing(rule_set, rule.code)
    yield from _limits("rule", rule.caps, codes, given, act.day)
    if rule.shares_caps:
        base = sets.get_rule(rule_set, rule.of, node_path=act.node_path)
        shared = sets.list_sharing(rule_set, rule.of)
        yield from _limits("base", base.caps, shared, given, act.day)
    yield from _limits("guard", rule_set.guard, None, given, act.day)


def _limits(
    scope: str,
    caps: Mapping[Period, int],
    codes: Collection[str] | None,
    given: Usage,
    day: date,
) -> Iterator[tuple[str, int, int]]:
    for period, limit in caps.items():
        yield f"{scope}_{period}", limit, _sum(given, codes, period_bounds(period, day))


def _sum(given: Iterable[DatedPoints], codes: Collection[str] | None, span: Span) -> int:
    start, end = span
    return sum(
        each.points
        for each in given
        if start <= each.business_date <= end and (codes is None or each.rule_code in codes)
    )


def _list_excluded(rule_set: RuleSet, act: Act) -> dict[str, str]:
    excluding = (rule for rule in list_main(rule_set, act) if rule.enabled)
    return {code: rule.code for rule in excluding for code in rule.excludes}


def _award(rule: Rule, act: Act, *, why: Why, minutes: int | None = None) -> Award:
    return Award(
        rule=rule.code,
        version=rule.version,
        points=0,
        uncapped=0,
        base=rule.base,
        per_minutes=rule.per_minutes,
        minutes=act.minutes if minutes is None else minutes,
        minutes_min=rule.minutes_min,
        cap="",
        cap_limit=0,
        board=rule.board,
        of=rule.of,
        factor_percent=rule.factor_percent,
        window=definitions.write_window(rule.window),
        quantity=act.quantity,
        score=act.score if rule.tiers else None,
        needs=rule.needs,
        why=why,
    )
