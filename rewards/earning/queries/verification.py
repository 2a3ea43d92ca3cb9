"""Whether what was earned keeps to the caps, and to the calendar: I10 and I21."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core import clock
from rewards.core.checks import Scope, Violation
from rewards.ledger import queries as ledger

from .. import rules
from ..types import GUARD, CapVersion
from .rule_sets import read_versions


def list_over_caps(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return whoever got more in a day or month than the caps of then allow (I10)."""
    rows = read_versions(connection)
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
