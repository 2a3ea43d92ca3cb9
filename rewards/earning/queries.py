"""The point rules in force."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core import clock
from rewards.core.checks import Scope, Violation
from rewards.core.db import db
from rewards.ledger import queries as ledger
from rewards.ledger.types import BoardKind

from . import rules
from .models import PointRuleRow
from .types import GUARD, CapVersion, Rule, RuleSet

CACHE_SECONDS = 2.0


@dataclass(slots=True)
class _Cache:
    """Rules are read on every check-in and change a few times a year."""

    rule_set: RuleSet | None = None
    read_at: float = 0.0


_cache = _Cache()


def get_rule_set(now: datetime) -> RuleSet:
    """Return the newest version of each rule that is valid at *now*.

    A change is seen by every process within CACHE_SECONDS.
    """
    if _cache.rule_set is None or time.monotonic() - _cache.read_at > CACHE_SECONDS:
        _cache.rule_set = read_rule_set(now)
        _cache.read_at = time.monotonic()
    return _cache.rule_set


def forget_rule_set() -> None:
    """Read the rules anew the next time they are asked for."""
    _cache.rule_set = None


def read_rule_set(now: datetime) -> RuleSet:
    """Return the rules valid at *now*, read from the database."""
    rows = db.session.execute(
        sa.select(PointRuleRow.code, PointRuleRow.version, PointRuleRow.definition)
        .where(PointRuleRow.valid_from <= now)
        .order_by(PointRuleRow.code, PointRuleRow.version)
    ).all()
    newest = {row.code: (row.version, row.definition) for row in rows}
    _, guard = newest.pop(GUARD, (0, {}))
    return RuleSet(
        rules={code: _rule(code, *found) for code, found in newest.items()},
        guard_day=guard.get("cap_day", 0),
        guard_month=guard.get("cap_month", 0),
    )


def list_over_caps(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return whoever got more in a day or month than the caps of then allow (I10)."""
    rows = connection.execute(
        sa.select(
            PointRuleRow.code,
            PointRuleRow.version,
            PointRuleRow.definition,
            PointRuleRow.valid_from,
        ).order_by(PointRuleRow.code, PointRuleRow.version)
    ).all()
    found: list[Violation] = []
    for name, is_monthly in (("cap_day", False), ("cap_month", True)):
        caps = [
            CapVersion(
                code="" if row.code == GUARD else row.code,
                version=row.version,
                points=row.definition.get(name, 0),
                valid_from=row.valid_from,
            )
            for row in rows
        ]
        lowest = rules.list_lowest(caps)
        of_all = {"": lowest.pop("")} if "" in lowest else {}
        for limits in filter(None, (lowest, of_all)):
            found += _list_over(connection, scope, caps, limits, is_monthly=is_monthly)
    return tuple(found)


def list_misdated(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return occasions credited for another day than the local one on which they start (I21)."""
    credited = ledger.list_occasion_days(connection, scope)
    times = activities.map_times(connection, (OccasionId(each) for each, _ in credited))
    zone = clock.zone()
    return tuple(
        Violation(
            invariant="I21",
            subject=f"occasion:{occasion_id}",
            expected=f"entries for {right.isoformat()}",
            found=f"entries for {day.isoformat()}",
        )
        for occasion_id, day in credited
        if (right := clock.local_date(times[OccasionId(occasion_id)][0], zone)) != day
    )


def _list_over(
    connection: sa.Connection,
    scope: Scope,
    caps: Iterable[CapVersion],
    limits: Mapping[str, int],
    *,
    is_monthly: bool,
) -> Iterable[Violation]:
    sums = ledger.list_attendance_above(connection, scope, limits=limits, is_monthly=is_monthly)
    for each in sums:
        cap = rules.find_cap(caps, each)
        if cap is not None and each.points > cap:
            period = f"{each.day:%Y-%m}" if is_monthly else each.day.isoformat()
            yield Violation(
                invariant="I10",
                subject=f"participant:{each.participant_id}",
                expected=f"at most {cap} by {each.rule_code or 'all rules'} in {period}",
                found=f"{each.points}",
            )


def _rule(code: str, version: int, definition: dict[str, Any]) -> Rule:
    values = definition | {"board": BoardKind(definition.get("board", BoardKind.NONE))}
    return Rule(code=code, version=version, **values)
