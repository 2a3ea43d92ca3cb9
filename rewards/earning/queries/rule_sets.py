"""The point rules in force, and the history of each."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of

from .. import rules
from ..models import PointRuleRow
from ..types import RuleSet, RuleVersion

CACHE_SECONDS = 2.0

_rules = table_of(PointRuleRow)
_all = sa.select(_rules).order_by(_rules.c.code, _rules.c.version)


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
    return rules.build_rule_set(list_versions(), now=now)


def list_versions(code: str | None = None) -> tuple[RuleVersion, ...]:
    """Return every version of every rule, or of one, the first first."""
    query = _all if code is None else _all.where(_rules.c.code == code)
    return tuple(version(row) for row in db.session.execute(query).all())


def version(row: Any) -> RuleVersion:
    """Return a row of the rules as a version."""
    return RuleVersion(
        code=row.code,
        version=row.version,
        node_id=row.node_id,
        node_path=row.node_path,
        definition=row.definition,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def read_versions(connection: sa.Connection) -> Sequence[RuleVersion]:
    """Return every version of every rule, as one snapshot holds them."""
    return [version(row) for row in connection.execute(_all)]
