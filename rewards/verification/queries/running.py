"""All checks over one snapshot, each done by the feature that owns the tables."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from rewards.appeals import queries as appeals
from rewards.checkins import queries as checkins
from rewards.core import idempotency
from rewards.core.checks import Scope, Violation
from rewards.core.db import reading, snapshot
from rewards.corrections import queries as corrections
from rewards.earning import queries as earning
from rewards.identity import queries as identity
from rewards.ledger import queries as ledger
from rewards.ledger.types import ChainHead
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemptions
from rewards.signups import queries as signups
from rewards.stock import queries as stock
from rewards.stockroom import queries as stockroom

from ..models import VerifiedMarkRow
from ..types import Anchor, Mark, Report
from .authority import list_unauthorised

# One fast check walks so many seals and leaves the rest to the next.
SEALS_AT_ONCE_MAX = 5_000
# What the others together weigh against one seal, for the bar of progress.
CHECK_WEIGHT = 1_000

Check = Callable[[sa.Connection, Scope], Iterable[Violation]]
OnProgress = Callable[[int, int], object]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("I1", ledger.list_unbalanced),
    ("I2", ledger.list_wrong_sums),
    ("I2", ledger.list_wrong_lots),
    ("I3", ledger.list_overdrawn),
    ("I4", ledger.list_double_credits),
    ("I4", ledger.list_decided_twice),
    ("I6", ledger.list_wrong_reversals),
    ("I7", stock.list_wrong_levels),
    ("I8", redemptions.list_unsettled),
    ("I9", checkins.list_wrong_seats),
    ("I10", earning.list_over_caps),
    ("I11", checkins.list_wrong_minutes),
    ("I11", checkins.list_overlaps),
    ("I11", checkins.list_long_days),
    ("I11", checkins.list_unfounded_minutes),
    ("I11", checkins.list_unproved_credits),
    ("I12", idempotency.list_malformed),
    ("I13", ledger.list_loose_ends),
    ("I16", ledger.list_late),
    ("I17", list_unauthorised),
    ("I18", corrections.list_self_approved),
    ("I18", corrections.list_unmatched),
    ("I18", appeals.list_partial),
    ("I19", checkins.list_unaudited),
    ("I19", checkins.list_undecided_audits),
    ("I19", redemptions.list_unaudited),
    ("I19", corrections.list_unaudited),
    ("I19", appeals.list_unaudited),
    ("I19", stockroom.list_unaudited),
    ("I20", checkins.list_reused_tickets),
    ("I20", redemptions.list_reused_codes),
    ("I21", earning.list_misdated),
    ("I22", participants.list_unforgotten),
    ("I22", identity.list_kept_links),
    ("I22", redemptions.list_unforgotten),
    ("I22", signups.list_kept_places),
    ("I24", stockroom.list_unmatched_shelves),
    ("I25", redemptions.list_wrong_slots),
    ("I26", redemptions.list_wrong_budgets),
    ("I26", redemptions.list_wrong_wishes),
)


def find_mark() -> Mark | None:
    """Return what the last check left, or None if there was none."""
    with reading() as connection:
        return _find_mark(connection)


def check_new(*, now: datetime, on_progress: OnProgress) -> Report:
    """Return what is wrong with the seals since the last check, and with what may still change."""
    with snapshot() as connection:
        start = _find_verified(connection)
        last = ledger.find_last_seal(connection)
        through = min(last.seq, start.seq + SEALS_AT_ONCE_MAX)
        scope = Scope(after=start.seq, through=through, now=now, is_whole=False)
        violations = _run(connection, scope, start=start, on_progress=on_progress)
        violations += ledger.list_departures(connection, start)
        return _report(connection, scope, last=last, violations=violations)


def check_all(*, anchors: Sequence[Anchor], now: datetime, on_progress: OnProgress) -> Report:
    """Return what is wrong with anything, from the first seal on and against every anchor."""
    with snapshot() as connection:
        last = ledger.find_last_seal(connection)
        scope = Scope(after=0, through=last.seq, now=now, is_whole=True)
        violations = _run(connection, scope, start=ledger.GENESIS, on_progress=on_progress)
        # Or it would hide what the fast check has told.
        violations += ledger.list_departures(connection, _find_verified(connection))
        violations += ledger.list_contradictions(
            connection, [ChainHead(anchor.seq, anchor.hash) for anchor in anchors]
        )
        return _report(connection, scope, last=last, violations=violations, anchors=len(anchors))


def _run(
    connection: sa.Connection, scope: Scope, *, start: ChainHead, on_progress: OnProgress
) -> list[Violation]:
    length = max(0, scope.through - scope.after)
    total = length + CHECK_WEIGHT * len(CHECKS)

    def on_sealed(walked: int) -> None:
        on_progress(walked, total)

    found = list(ledger.list_broken_links(connection, scope, start=start, on_sealed=on_sealed))
    for number, (_, check) in enumerate(CHECKS):
        on_progress(length + CHECK_WEIGHT * number, total)
        found += check(connection, scope)
    on_progress(total, total)
    return found


def _report(
    connection: sa.Connection,
    scope: Scope,
    *,
    last: ChainHead,
    violations: Sequence[Violation],
    anchors: int | None = None,
) -> Report:
    end = ledger.find_last_seal(connection, through=scope.through)
    invariants = dict.fromkeys(invariant for invariant, _ in CHECKS)
    if anchors is not None:
        invariants["I14"] = None
    return Report(
        is_whole=scope.is_whole,
        after=scope.after,
        seq=end.seq,
        hash=end.hash,
        last=last.seq,
        anchors=anchors,
        invariants=tuple(sorted(invariants, key=lambda name: int(name[1:]))),
        violations=tuple(sorted(violations, key=lambda each: int(each.invariant[1:]))),
    )


def _find_verified(connection: sa.Connection) -> ChainHead:
    mark = _find_mark(connection)
    return ledger.GENESIS if mark is None else ChainHead(mark.seq, mark.hash)


def _find_mark(connection: sa.Connection) -> Mark | None:
    table = VerifiedMarkRow.__table__
    row = connection.execute(sa.select(table)).one_or_none()
    if row is None:
        return None
    return Mark(
        seq=row.seq,
        hash=row.hash,
        verified_at=row.verified_at,
        checked_at=row.checked_at,
        violations=row.violations,
        found=tuple(Violation(**each) for each in row.found),
        whole_checked_at=row.whole_checked_at,
        whole_violations=row.whole_violations,
    )
