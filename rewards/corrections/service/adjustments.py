"""Giving and taking points by hand."""

from datetime import datetime

from rewards.access.types import Actor, ParticipantId
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger.rules import check_available
from rewards.ledger.types import Asset
from rewards.network.types import NodeId

from .. import operations, rules, store
from ..operations import Draft
from ..types import Correction, CorrectionId, CorrectionKind
from .common import (
    audit,
    check_daily,
    get_open,
    get_place,
    left_alone,
    lock,
    post_adjustment,
    tell_adjusted,
)


@use_case
def adjust(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    node_id: NodeId,
    points: int,
    note: str,
    now: datetime,
) -> Correction:
    """Give or take points; more than one person may move alone waits for a second person.

    What that person moved for the participant on the same day before counts with it.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not correct the books at the node.
    :raises NodeClosedError: if the node is closed.
    :raises ParticipantNotFoundError: if there is no such participant in the center of the node.
    :raises ParticipantClosedError: if the participant's account is closed.
    :raises InvalidAmountError: if there are no points, or too many.
    :raises NoteRequiredError: if no reason is given.
    :raises OwnAccountError: if it is the actor's own account.
    :raises DailyLimitError: if the actor has given as much today as one may.
    :raises InsufficientPointsError: if more are taken than are available.
    :raises AccountInDebtError: if points are taken while some are still owed.
    """
    node = get_place(actor, node_id)
    rules.check_amount(points)
    participant_id = get_open(participant_id, node.path)
    note = rules.normalize_note(note)
    account, own = lock(actor, participant_id)
    if points < 0:
        check_available(account, required=-points)
    check_daily(actor, points, now=now)
    draft = Draft(
        id=CorrectionId(new_id()),
        kind=CorrectionKind.ADJUSTMENT,
        participant_id=participant_id,
        node_id=node.id,
        node_path=node.path,
        asset=Asset.POINTS,
        amount=points,
        note=note,
        alone_max=left_alone(actor, participant_id, points, limit=store.limits().alone, now=now),
    )
    entry_id = None
    if not rules.needs_second(points, alone_max=draft.alone_max):
        entry_id = post_adjustment(
            draft, account=account, entered_by=actor.principal, approved_by="", now=now
        )
    correction = operations.open_correction(
        draft, actor=actor, own=own, applied_entry_id=entry_id, now=now
    )
    action = "correction.adjusted" if entry_id else "correction.requested"
    audit(actor, action, correction, now=now)
    if entry_id:
        tell_adjusted(correction, now=now)
    return correction
