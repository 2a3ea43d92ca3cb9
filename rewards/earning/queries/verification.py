"""Whether what was earned keeps to the caps, and to the calendar: I10 and I21."""

from collections.abc import Iterator

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core import clock
from rewards.core.checks import Scope, Violation
from rewards.core.periods import Period, period_bounds
from rewards.ledger import queries as ledger
from rewards.ledger.types import ExcessFact

from .. import rules
from .rule_sets import read_versions


def list_over_caps(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return whoever got more in a period than the caps of then allow (I10)."""
    versions = read_versions(connection)
    shared = rules.list_shared(versions)
    found: list[Violation] = []
    for period in Period:
        limits = rules.list_limits(versions, period)
        overall = rules.list_guard_limits(versions, period)
        together = {code: shared[code] for code in shared.keys() & limits.keys()}
        alone = {code: own for code, own in limits.items() if code not in together}
        excess: list[ExcessFact] = []
        if alone:
            excess += ledger.list_above_by_rule(connection, scope, period=period, limits=alone)
        for code, others in together.items():
            excess += ledger.list_above_together(
                connection, scope, period=period, code=code, limits=limits[code], others=others
            )
        if overall:
            excess += ledger.list_above_overall(connection, scope, period=period, limits=overall)
        found += _list_violations(excess, period)
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


def _list_violations(excess: list[ExcessFact], period: Period) -> Iterator[Violation]:
    for each in excess:
        start, _ = period_bounds(period, each.day)
        since = "" if period is Period.LIFETIME else f" from {start.isoformat()}"
        yield Violation(
            invariant="I10",
            subject=f"participant:{each.participant_id}",
            expected=f"at most {each.limit} by {each.rule_code or 'all rules'}"
            f" in a {period}{since}",
            found=f"{each.points}",
        )
