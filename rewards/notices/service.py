"""Use cases of notices: reading them, and reminding of points that are about to expire."""

from datetime import date, datetime, timedelta

from rewards.access.types import ParticipantActor
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger

from . import operations, queries, rules
from .types import NoticeId, NoticeKind

REMINDED_AT_ONCE_MAX = 200


@use_case
def mark_read(*, actor: ParticipantActor, through: NoticeId | None = None, now: datetime) -> int:
    """Mark the actor's notices as read and return how many are left unread.

    *through* is the newest that was shown: what came since is still unread.
    """
    operations.mark_read(participant_id=actor.participant_id, through=through, now=now)
    return queries.count_unread(actor.participant_id)


def remind_expiring(*, now: datetime, limit: int = REMINDED_AT_ONCE_MAX) -> int:
    """Remind people of points that end in 60, 30 or 7 days; return of how many.

    Each day on which points end has one batch of up to *limit* people in a
    run, a unit of its own. A run that is cut off, or a worker that was down,
    goes on where the last batch ended; nobody is reminded twice of one stage.
    """
    today = clock.local_date(now, clock.zone())
    until = today + timedelta(days=max(rules.REMIND_DAYS))
    reminded = 0
    for day in ledger.list_end_days(since=today, until=until):
        stage = rules.find_stage(day, today=today)
        if stage is not None:
            reminded += remind_batch(valid_until=day, days=stage, limit=limit, now=now)
    return reminded


@use_case
def remind_batch(*, valid_until: date, days: int, limit: int, now: datetime) -> int:
    """Remind the next people of points that end with a day; return of how many."""
    reminders = operations.lock_reminders(valid_until=valid_until, days=days)
    if reminders.is_finished:
        return 0
    batch = ledger.list_expiring_of(
        since=valid_until, until=valid_until, after=reminders.after, limit=limit
    )
    for each in batch:
        operations.notify(
            participant_id=each.participant_id,
            kind=NoticeKind.POINTS_EXPIRING,
            details={"points": each.points, "day": valid_until.isoformat(), "days": days},
            key=f"{valid_until.isoformat()}:{days}",
            now=now,
        )
    operations.note_reminders(
        valid_until=valid_until,
        days=days,
        after=batch[-1].participant_id if batch else None,
        finished_at=now if len(batch) < limit else None,
    )
    return len(batch)
