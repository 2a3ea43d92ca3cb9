"""Whether minutes that somebody decided on are those in the books, and days keep their limit: I11.

Also whether each decision has its audit: I19.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.core.ids import first_id
from rewards.ledger import queries as ledger

from .. import rules
from ..models import BackFillRow, CheckInRow, MinuteReviewRow
from ..types import AttendanceState, BackFillState, ReviewState
from .verification import CHANGES_WITHIN, UNPROVED, since

FETCH_ROWS = 2_000
# After its last day the leader has a week, and then it lapses.
_SETTLED_WITHIN = CHANGES_WITHIN + rules.CONFIRM_SPAN

_check_ins = table_of(CheckInRow).c
_back_fills = table_of(BackFillRow).c
_reviews = table_of(MinuteReviewRow).c


def list_long_days(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the days on which more than eight hours counted without a review (I11)."""
    # Not grouped by the database: SQLite would walk an index of all check-ins for it.
    days: Counter[tuple[UUID, date]] = Counter()
    for row in connection.execute(
        sa.select(_check_ins.participant_id, _check_ins.counted_on, _check_ins.counted_minutes)
        .where(_check_ins.id >= since(scope), _check_ins.counted_minutes > 0)
        .execution_options(yield_per=FETCH_ROWS)
    ):
        days[row.participant_id, row.counted_on] += row.counted_minutes
    too_long = ((*key, minutes) for key, minutes in days.items())
    return tuple(
        Violation(
            invariant="I11",
            subject=f"participant:{participant_id}",
            expected=f"at most {rules.DAY_AUTOMATIC_MAX} minutes of a day without a review",
            found=f"{minutes} minutes on {day.isoformat()}",
        )
        for participant_id, day, minutes in too_long
        if minutes > rules.DAY_AUTOMATIC_MAX
    )[:FOUND_MAX]


def list_unfounded_minutes(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return minutes in the books that nobody approved, and approved ones that are not (I11)."""
    rule_codes = rules.REVIEW_RULES.values()
    posted = set(ledger.list_decided_minutes(connection, scope, rule_codes=list(rule_codes)))
    approved = _list_approved(connection, scope)
    known = _list_known(connection, {source for source, _, _ in posted})
    lost = approved - ledger.list_minutes_by(connection, (source for source, _, _ in approved))
    return tuple(
        Violation(
            invariant="I11", subject=f"minutes:{source}", expected="approved minutes", found=found
        )
        for found, minutes in (
            ("minutes that nobody approved", posted - known),
            ("none in the books", lost),
        )
        for source, _, _ in sorted(minutes, key=str)[:FOUND_MAX]
    )


def list_unproved_credits(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return attendances of which nothing counts, or not yet, but the books say it does (I11)."""
    earliest = UUID(int=0) if scope.is_whole else first_id(scope.now - _SETTLED_WITHIN)
    unproved = connection.scalars(
        sa.select(_check_ins.id).where(_check_ins.id >= earliest, _check_ins.state.in_(UNPROVED))
    )
    undone = connection.scalars(
        sa.select(_check_ins.id).where(
            _check_ins.id >= earliest, _check_ins.state == AttendanceState.UNDONE
        )
    )
    credited = ledger.list_credited_by(connection, unproved)
    return tuple(
        Violation(
            invariant="I11",
            subject=f"check_in:{each}",
            expected="nothing in the books for attendance that nobody has proved, or was undone",
            found="a credit",
        )
        for each in sorted(credited | ledger.list_standing_by(connection, undone))[:FOUND_MAX]
    )


def list_undecided_audits(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return decisions on minutes that the audit does not know of (I19)."""
    earliest = scope.now - CHANGES_WITHIN
    missing: list[str] = []
    for kind, table, action in (
        ("review", _reviews, "minutes"),
        ("back_fill", _back_fills, "back_fill"),
    ):
        query = sa.select(table.id, table.state).where(table.decided_by.is_not(None))
        if not scope.is_whole:
            query = query.where(table.decided_at >= earliest)
        decided: dict[str, list[str]] = {}
        for row in connection.execute(query):
            decided.setdefault(row.state.value, []).append(f"{kind}:{row.id.hex}")
        for state, subjects in decided.items():
            missing += audit_trail.list_unrecorded(
                connection, action=f"{action}.{state}", subjects=subjects
            )
    return tuple(
        Violation(invariant="I19", subject=each, expected="an audit of the decision", found="none")
        for each in missing[:FOUND_MAX]
    )


def _list_approved(connection: sa.Connection, scope: Scope) -> set[ledger.DecidedMinutes]:
    reviews = sa.select(_reviews.check_in_id, _reviews.level, _reviews.minutes).where(
        _reviews.state == ReviewState.APPROVED
    )
    if not scope.is_whole:
        reviews = reviews.where(_reviews.decided_at >= scope.now - CHANGES_WITHIN)
    return {
        (row.check_in_id, rules.REVIEW_RULES[row.level], row.minutes)
        for row in connection.execute(reviews)
    }


def _list_known(connection: sa.Connection, sources: Iterable[UUID]) -> set[ledger.DecidedMinutes]:
    wanted = list(sources)
    if not wanted:
        return set()
    reviews = connection.execute(
        sa.select(_reviews.check_in_id, _reviews.level, _reviews.minutes).where(
            _reviews.check_in_id.in_(wanted), _reviews.state == ReviewState.APPROVED
        )
    )
    filled_in = connection.execute(
        sa.select(_back_fills.id, _back_fills.minutes).where(
            _back_fills.id.in_(wanted), _back_fills.state == BackFillState.APPROVED
        )
    )
    return {(row.check_in_id, rules.REVIEW_RULES[row.level], row.minutes) for row in reviews} | {
        (row.id, "", row.minutes) for row in filled_in
    }
