"""The point rules in force."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db
from rewards.ledger.types import BoardKind

from .models import PointRuleRow
from .types import GUARD, Rule, RuleSet

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


def _rule(code: str, version: int, definition: dict[str, Any]) -> Rule:
    values = definition | {"board": BoardKind(definition.get("board", BoardKind.NONE))}
    return Rule(code=code, version=version, **values)
