"""Expiry: points whose day is over leave the balance, and nothing else."""

from datetime import date, datetime

from rewards.access.types import ParticipantId, SystemActor
from rewards.core import clock
from rewards.core.unit import operation
from rewards.network import queries as network
from rewards.participants import queries as participants

from .. import rules
from ..types import Asset, Balance, BoardKind, EntryDraft, Reason
from . import lots
from .accounts import lock_account
from .posting import post_returning


@operation
def lock_spendable(*, participant_id: ParticipantId, now: datetime) -> Balance:
    """Lock the participant's points until the unit ends, without those whose day is over.

    Whether or not their expiry was posted yet: it is, by this.

    :raises BooksFrozenError: if the books are frozen.
    """
    account = lock_account(participant_id=participant_id, asset=Asset.POINTS)
    rules.check_thawed(account)
    if expire_lots(participant_id=participant_id, account=account, now=now):
        account = lock_account(participant_id=participant_id, asset=Asset.POINTS)
    return account


@operation
def expire_account(*, participant_id: ParticipantId, now: datetime) -> int:
    """Expire the participant's points whose day is over; return how many.

    What a hold has set aside stays as long as it does: those are the points that
    would be spent first, so the ones whose day is over.
    """
    account = lock_account(participant_id=participant_id, asset=Asset.POINTS)
    return expire_lots(participant_id=participant_id, account=account, now=now)


def expire_lots(*, participant_id: ParticipantId, account: Balance, now: datetime) -> int:
    """Expire what is due of a locked account; return how many points."""
    today = clock.local_date(now, clock.zone())
    due = [each for each in lots.list_remaining(account.account_id) if each.valid_until < today]
    gone = rules.expire_from(due, held=account.held)
    for valid_until in sorted({each.valid_until for each in due}):
        taken = {
            each.entry_id: gone[each.entry_id]
            for each in due
            if each.valid_until == valid_until and each.entry_id in gone
        }
        if taken:
            amount = -sum(taken.values())
            draft = _build_draft(participant_id, amount, valid_until, today=today, now=now)
            lots.change(post_returning(draft, account=account, now=now), taken)
    return sum(gone.values())


def _build_draft(
    participant_id: ParticipantId,
    amount: int,
    valid_until: date,
    *,
    today: date,
    now: datetime,
) -> EntryDraft:
    home = network.get_node(participants.get_participant(participant_id).home_node_id)
    return EntryDraft(
        participant_id=participant_id,
        asset=Asset.POINTS,
        amount=amount,
        reason=Reason.EXPIRY,
        source_id=participant_id,
        occasion_id=None,
        rule_code="",
        rule_version=0,
        board=BoardKind.NONE,
        node_id=home.id,
        node_path=home.path,
        actor=SystemActor().principal,
        occurred_at=now,
        business_date=today,
        details={"valid_until": valid_until.isoformat()},
    )
