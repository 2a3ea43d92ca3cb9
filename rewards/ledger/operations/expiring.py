"""Expiry: points whose day is over leave the balance, and nothing else."""

from collections import defaultdict
from datetime import date, datetime

from rewards.access.types import ParticipantId, SystemActor
from rewards.core import clock
from rewards.core.unit import operation
from rewards.network import queries as network
from rewards.participants import queries as participants

from .. import rules
from ..types import Asset, Balance, BoardKind, EntryDraft, Lot, Reason
from . import lots
from .accounts import lock_account
from .posting import post_returning


@operation
def expire_account(*, participant_id: ParticipantId, now: datetime) -> int:
    """Expire the participant's points whose day is over; return how many.

    Points that a hold has set aside stay as long as it does.
    """
    account = lock_account(participant_id=participant_id, asset=Asset.POINTS)
    return expire_lots(participant_id=participant_id, account=account, now=now)


def expire_lots(*, participant_id: ParticipantId, account: Balance, now: datetime) -> int:
    """Expire what is due of a locked account; return how many points."""
    today = clock.local_date(now, clock.zone())
    due: dict[date, list[Lot]] = defaultdict(list)
    for lot in lots.list_remaining(account.account_id):
        if lot.valid_until < today:
            due[lot.valid_until].append(lot)
    free = max(0, account.available)
    expired = 0
    for valid_until in sorted(due):
        taken = rules.take_from(due[valid_until], free - expired)
        amount = sum(taken.values())
        if amount:
            draft = _build_draft(participant_id, -amount, valid_until, today=today, now=now)
            lots.change(post_returning(draft, account=account, now=now), taken)
            expired += amount
    return expired


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
