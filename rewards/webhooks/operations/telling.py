"""Messages of what happened, written in the transaction in which it did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.checkins.events import CheckedIn
from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.ledger import queries as ledger
from rewards.ledger.types import Entry
from rewards.redemptions import queries as redemptions
from rewards.redemptions.events import RedemptionFulfilled

from .. import queries, rules
from ..models import DeliveryRow, MessageRow, SealMarkRow
from ..types import (
    DeliveryId,
    DeliveryState,
    Fault,
    Happening,
    MessageId,
    Subscription,
    WebhookEvent,
)

SEALS_AT_ONCE = 500

_messages = table_of(MessageRow)
_marks = table_of(SealMarkRow)
_insert_messages = sa.insert(_messages)
_MARK_ID = 1


@operation
def follow_check_in(event: CheckedIn) -> None:
    """Write a message of a check-in, where somebody is to be told."""
    if not _is_wanted(event.node_path, WebhookEvent.CHECK_IN_RECORDED):
        return
    came = Happening(
        event=WebhookEvent.CHECK_IN_RECORDED,
        source_id=event.check_in_id,
        node_path=event.node_path,
        at=event.recorded_at,
        data={
            "check_in_id": str(event.check_in_id),
            "participant_id": str(event.participant_id),
            "occasion_id": str(event.occasion_id),
            "node_id": str(event.node_id),
            "channel": event.channel.value,
            "points": event.points,
            "checked_in_at": rules.tell_moment(event.checked_in_at),
            "recorded_at": rules.tell_moment(event.recorded_at),
        },
    )
    _write([came])


@operation
def follow_fulfilment(event: RedemptionFulfilled) -> None:
    """Write a message of a reward that was handed over, where somebody is to be told."""
    wanting = WebhookEvent.REDEMPTION_FULFILLED
    # Without subscriptions nothing is read of the redemption.
    if not any(wanting in each.events for each in queries.list_lasting()):
        return
    redemption = redemptions.get_redemption(event.redemption_id)
    if not _is_wanted(redemption.space_node_path, wanting):
        return
    handed_over = Happening(
        event=wanting,
        source_id=redemption.id,
        node_path=redemption.space_node_path,
        at=event.at,
        data={
            "redemption_id": str(redemption.id),
            "participant_id": str(redemption.participant_id),
            "space_id": str(redemption.space_id),
            "node_id": str(redemption.space_node_id),
            "reward_id": str(redemption.reward_id),
            "quantity": redemption.quantity,
            "points": redemption.points,
            "wish_id": _tell_id(redemption.wish_id),
            "reserved_at": rules.tell_moment(redemption.reserved_at),
            "fulfilled_at": rules.tell_moment(event.at),
        },
    )
    _write([handed_over])


@operation
def mark_head() -> None:
    """Begin to follow the chain of entries at its end, if nobody followed it before."""
    db.session.execute(
        insert(_marks)
        .values(id=_MARK_ID, seq=ledger.get_last_seal())
        .on_conflict_do_nothing(index_elements=["id"])
    )


@operation
def follow_seals(*, limit: int = SEALS_AT_ONCE) -> int:
    """Write messages of entries that were sealed since the last time; return of how many seals.

    The mark is locked, so that of two workers one follows and the other waits.
    """
    mark_head()
    seq = db.session.scalars(
        sa.select(_marks.c.seq).where(_marks.c.id == _MARK_ID).with_for_update()
    ).one()
    wanting = WebhookEvent.ENTRY_POSTED
    # Read anew: what was followed does not come again.
    queries.forget()
    if not any(wanting in each.events for each in queries.list_lasting()):
        # Whoever subscribes now is told of what is posted later than all this.
        return _move_mark(seq, ledger.get_last_seal())
    sealed = ledger.list_sealed_entries(after=seq, limit=limit)
    _write(
        [_tell(number, entry) for number, entry in sealed if _is_wanted(entry.node_path, wanting)]
    )
    return _move_mark(seq, sealed[-1][0] if sealed else seq)


def _move_mark(before: int, after: int) -> int:
    if after > before:
        db.session.execute(sa.update(_marks).where(_marks.c.id == _MARK_ID).values(seq=after))
    return after - before


@operation
def write_test(subscription: Subscription, *, now: datetime) -> DeliveryId:
    """Write a message for one subscription alone, that tells of nothing."""
    source_id = new_id()
    test = Happening(
        event=WebhookEvent.TEST,
        source_id=source_id,
        node_path=subscription.node_path,
        at=now,
        data={"test_id": str(source_id), "node_id": str(subscription.node_id)},
    )
    (message_id,) = _write([test], is_new=False)
    delivery_id = DeliveryId(new_id())
    db.session.execute(
        sa.insert(table_of(DeliveryRow)).values(
            id=delivery_id,
            message_id=message_id,
            subscription_id=subscription.id,
            state=DeliveryState.WAITING,
            attempts=0,
            next_at=now,
            fault=Fault.NONE,
        )
    )
    return delivery_id


def _is_wanted(node_path: str, event: WebhookEvent) -> bool:
    return rules.is_wanted(queries.list_lasting(), node_path, event)


def _write(happenings: Sequence[Happening], *, is_new: bool = True) -> list[MessageId]:
    ids = [MessageId(new_id()) for _ in happenings]
    rows = [
        {
            "id": message_id,
            "event": happening.event,
            "source_id": happening.source_id,
            "node_path": happening.node_path,
            "recorded_at": happening.at,
            "body": rules.build_body(happening),
            "is_new": is_new,
        }
        for message_id, happening in zip(ids, happenings, strict=True)
    ]
    if rows:
        # Made once, for it is on the path of a check-in.
        db.session.connection().execute(_insert_messages, rows)
    return ids


def _tell(number: int, entry: Entry) -> Happening:
    return Happening(
        event=WebhookEvent.ENTRY_POSTED,
        source_id=entry.id,
        node_path=entry.node_path,
        at=entry.posted_at,
        data={
            "entry_id": str(entry.id),
            "seal": number,
            "participant_id": str(entry.participant_id),
            "node_id": str(entry.node_id),
            "asset": entry.asset.value,
            "amount": entry.amount,
            "reason": entry.reason.value,
            "rule_code": entry.rule_code,
            "rule_version": entry.rule_version,
            "source_id": str(entry.source_id),
            "occasion_id": _tell_id(entry.occasion_id),
            "reverses_id": _tell_id(entry.reverses_id),
            "business_date": entry.business_date.isoformat(),
            "occurred_at": rules.tell_moment(entry.occurred_at),
            "posted_at": rules.tell_moment(entry.posted_at),
        },
    )


def _tell_id(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
