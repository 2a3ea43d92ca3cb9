"""Reversals: an entry that undoes another one, once and for ever."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core import clock, unit
from rewards.core.db import db, table_of
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import AlreadyReversedError, NotReversibleError
from ..events import EntryReversed
from ..models import EntryRow, LotRow, LotUseRow
from ..types import (
    EARNING_REASONS,
    Asset,
    Balance,
    BoardKind,
    Entry,
    EntryDraft,
    EntryId,
    Reason,
    Reversal,
)
from . import lots
from .accounts import lock_account
from .posting import post_returning, post_reversing

_entries = table_of(EntryRow)
_lots = table_of(LotRow)
_uses = table_of(LotUseRow)
_NOT_REVERSIBLE = frozenset({Reason.REVERSAL, Reason.REFUND, Reason.EXPIRY})


@operation
def reverse_entry(*, entry_id: EntryId, source_id: UUID, actor: Actor, now: datetime) -> Reversal:
    """Undo an entry by posting its mirror image, which keeps its node, day, rule and board.

    Points that were earned are taken back, whether or not they are still there:
    what is missing is owed. Points that were spent go back to the lots they
    came from. *source_id* names the decision to do so.

    Whoever reverses points and minutes of one attendance does the points first.

    :raises EntryNotFoundError: if there is no such entry.
    :raises NotReversibleError: if it is itself a reversal, a refund or an expiry.
    :raises AlreadyReversedError: if it was reversed before.
    """
    entry = queries.get_entry(entry_id)
    if entry.reason in _NOT_REVERSIBLE:
        raise NotReversibleError(reason=entry.reason.value)
    account = lock_account(participant_id=entry.participant_id, asset=entry.asset)
    earlier = queries.find_reversal(entry_id)
    if earlier is not None:
        raise AlreadyReversedError(reversal=str(earlier))
    if entry.asset is Asset.POINTS and entry.amount > 0:
        account = _return_expired(entry, account, actor=actor, now=now)
    reversal_id = post_reversing(
        _build_draft(entry, source_id=source_id, actor=actor, now=now), account=account, now=now
    )
    if entry.asset is Asset.POINTS:
        _settle_lots(entry, reversal_id, account)
    unit.announce(EntryReversed(entry=entry, actor=actor, at=now))
    after = account.balance - entry.amount
    return Reversal(
        entry_id=reversal_id,
        amount=-entry.amount,
        balance=after,
        debt=max(0, account.held - after),
    )


def _settle_lots(entry: Entry, reversal_id: EntryId, account: Balance) -> None:
    after = account.balance - entry.amount
    change = max(0, account.balance) - max(0, after)
    if change > 0:
        lots.spend(account.account_id, reversal_id, change, first=entry.id)
    elif change < 0:
        given = rules.give_back(lots.list_used(entry.id), -change)
        lots.change(reversal_id, {lot_id: -part for lot_id, part in given.items()})


def _return_expired(entry: Entry, account: Balance, *, actor: Actor, now: datetime) -> Balance:
    # Nobody owes points that they could not spend any more.
    expired = int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(_uses.c.amount), 0))
            .join_from(_uses, _entries, _entries.c.id == _uses.c.entry_id)
            .where(_uses.c.lot_id == entry.id, _entries.c.reason == Reason.EXPIRY)
        )
        or 0
    )
    if not expired:
        return account
    draft = replace(
        _build_draft(entry, source_id=entry.id, actor=actor, now=now),
        amount=expired,
        reason=Reason.EXPIRY,
        occasion_id=None,
        rule_code="",
        rule_version=0,
        board=BoardKind.NONE,
        business_date=clock.local_date(now, clock.zone()),
        details={},
        reverses_id=None,
        team_id=None,
        counted_on=None,
        renewal=0,
    )
    returned_id = post_returning(draft, account=account, now=now)
    back = max(0, account.balance + expired) - max(0, account.balance)
    lots.change(returned_id, {entry.id: -back} if back else {})
    return lock_account(participant_id=entry.participant_id, asset=entry.asset)


def _build_draft(entry: Entry, *, source_id: UUID, actor: Actor, now: datetime) -> EntryDraft:
    return EntryDraft(
        participant_id=entry.participant_id,
        asset=entry.asset,
        amount=-entry.amount,
        reason=Reason.REVERSAL if entry.reason in EARNING_REASONS else Reason.REFUND,
        source_id=source_id,
        occasion_id=entry.occasion_id,
        rule_code=entry.rule_code,
        rule_version=entry.rule_version,
        board=entry.board,
        node_id=entry.node_id,
        node_path=entry.node_path,
        actor=actor.principal,
        occurred_at=now,
        business_date=entry.business_date,
        details=entry.details,
        reverses_id=entry.id,
        team_id=entry.team_id,
        counted_on=entry.counted_on,
        renewal=entry.renewal,
    )
