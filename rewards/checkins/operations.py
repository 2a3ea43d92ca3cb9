"""Writing attendance and refused attempts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.activities import operations as activities
from rewards.activities import queries as activity_queries
from rewards.activities.types import Occasion, OccasionId
from rewards.core import unit
from rewards.core.db import constraint_of, db, table_of
from rewards.core.errors import RewardsError
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.earning.types import Credit
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset

from . import queries, rules
from .errors import NotCheckedInError, OverlappingCheckInError, TicketUsedError
from .events import CheckedIn, CheckedOut
from .models import CheckInRow, RefusedScanRow
from .types import CheckInChannel, CheckInId, Receipt

RAW_LENGTH_MAX = 256
_insert_check_in = sa.insert(table_of(CheckInRow))
# Longer than any occasion lasts, check-in before and check-out after it included.
ATTENDED_SPAN = timedelta(hours=30)
REFUSALS_KEPT = timedelta(days=30)


@operation
def check_in(
    *,
    actor: Actor,
    occasion: Occasion,
    participant_id: ParticipantId,
    at: datetime,
    channel: CheckInChannel,
    ticket: str | None,
    now: datetime,
) -> Receipt:
    """Check a participant in; one who is in already gets the first receipt again.

    :raises CheckInNotOpenError: if check-in opens later than *at*.
    :raises CheckInClosedError: if it had closed by then.
    :raises OccasionCancelledError: if the occasion was cancelled.
    :raises OverlappingCheckInError: if the participant is still checked in elsewhere.
    :raises OccasionFullError: if every place is taken.
    :raises TicketUsedError: if the scan was used by someone else.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    earlier = queries.find_receipt(occasion_id=occasion.id, participant_id=participant_id)
    if earlier is not None:
        return earlier
    rules.check_in_open(occasion, at=at)
    _check_elsewhere(occasion, participant_id, at=at)
    check_in_id = CheckInId(new_id())
    credit = Credit(awards=(), points=0, balance=account.balance)
    if not occasion.requires_check_out:
        credit = earning.credit_attendance(
            participant_id=participant_id,
            occasion=occasion,
            source_id=check_in_id,
            minutes=rules.count_scheduled_minutes(occasion),
            account=account,
            actor=actor,
            occurred_at=at,
            now=now,
        )
    _insert(
        {
            "id": check_in_id,
            "occasion_id": occasion.id,
            "participant_id": participant_id,
            "checked_in_at": at,
            "channel": channel,
            "recorded_by": actor.principal,
            "recorded_at": now,
            "ticket": ticket,
            "awards": [earning.describe(award) for award in credit.awards],
        }
    )
    # Last: the row of a full house is the one that everybody waits for.
    activities.take_seat(occasion)
    unit.record(CheckedIn(check_in_id=check_in_id, occasion_id=occasion.id))
    return Receipt(
        check_in_id=check_in_id,
        occasion_id=occasion.id,
        participant_id=participant_id,
        checked_in_at=at,
        checked_out_at=None,
        minutes=None,
        awards=credit.awards,
        points=credit.points,
        balance=credit.balance,
        is_new=True,
    )


@operation
def check_out(
    *,
    actor: Actor,
    occasion: Occasion,
    participant_id: ParticipantId,
    at: datetime,
    now: datetime,
) -> Receipt:
    """Check a participant out; one who is out already gets the first receipt again.

    :raises NotCheckedInError: if the participant never checked in.
    :raises NoCheckOutError: if the occasion needs none.
    :raises CheckOutNotOpenError: if check-out opens later than *at*.
    :raises CheckOutClosedError: if it had closed by then.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    earlier = queries.find_receipt(occasion_id=occasion.id, participant_id=participant_id)
    if earlier is None:
        raise NotCheckedInError
    if earlier.checked_out_at is not None:
        return earlier
    # The scan may be older than a check-in that staff entered meanwhile.
    at = max(at, earlier.checked_in_at)
    is_self = isinstance(actor, ParticipantActor)
    rules.check_out_open(occasion, at=at, by_staff=not is_self)
    minutes = rules.count_minutes(occasion, checked_in_at=earlier.checked_in_at, checked_out_at=at)
    credit = earning.credit_attendance(
        participant_id=participant_id,
        occasion=occasion,
        source_id=earlier.check_in_id,
        minutes=minutes,
        account=account,
        actor=actor,
        occurred_at=at,
        now=now,
    )
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == earlier.check_in_id, CheckInRow.checked_out_at.is_(None))
        .values(
            checked_out_at=at,
            minutes=minutes,
            awards=[earning.describe(award) for award in credit.awards],
        )
        .execution_options(synchronize_session=False)
    )
    unit.record(CheckedOut(check_in_id=earlier.check_in_id, occasion_id=occasion.id))
    return Receipt(
        check_in_id=earlier.check_in_id,
        occasion_id=occasion.id,
        participant_id=participant_id,
        checked_in_at=earlier.checked_in_at,
        checked_out_at=at,
        minutes=minutes,
        awards=credit.awards,
        points=credit.points,
        balance=credit.balance,
        is_new=True,
    )


@operation
def note_refusal(
    *,
    actor: Actor,
    occasion_id: OccasionId | None,
    participant_id: ParticipantId | None,
    raw: str,
    now: datetime,
) -> None:
    """Keep the attempt with its reason if the open unit is refused."""

    def store(error: RewardsError) -> None:
        store_refusal(
            participant_id=participant_id,
            occasion_id=occasion_id,
            reason=error.code,
            recorded_by=actor.principal,
            raw=raw,
            now=now,
        )

    unit.note_if_refused(store)


@operation
def store_refusal(
    *,
    participant_id: ParticipantId | None,
    occasion_id: OccasionId | None,
    reason: str,
    recorded_by: str = "",
    raw: str,
    now: datetime,
) -> None:
    """Keep an attempt that was refused, and why."""
    db.session.execute(
        sa.insert(RefusedScanRow).values(
            at=now,
            reason=reason,
            occasion_id=occasion_id,
            participant_id=participant_id,
            recorded_by=recorded_by,
            raw="".join(char for char in raw if char.isprintable())[:RAW_LENGTH_MAX],
        )
    )


@operation
def forget_refusals(*, now: datetime) -> int:
    """Delete refused attempts older than 30 days; return how many."""
    result = db.session.execute(
        sa.delete(RefusedScanRow).where(RefusedScanRow.at < now - REFUSALS_KEPT)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _check_elsewhere(occasion: Occasion, participant_id: ParticipantId, *, at: datetime) -> None:
    if not occasion.requires_check_out:
        return
    attended = queries.list_attended(participant_id, since=at - ATTENDED_SPAN)
    others = activity_queries.list_by_ids(list(attended))
    for other in others.values():
        if rules.is_in_the_way(other, occasion, left_at=attended[other.id], at=at):
            raise OverlappingCheckInError(title=other.title)


def _insert(values: dict[str, object]) -> None:
    try:
        db.session.connection().execute(_insert_check_in, values)
    except IntegrityError as error:
        if constraint_of(error) == "uq_check_ins__ticket":
            raise TicketUsedError from error
        raise
