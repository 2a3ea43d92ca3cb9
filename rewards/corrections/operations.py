"""Writes of corrections. Each joins the unit of work that is open.

Lock order: the participant's account, the staff account, then the correction.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor, ParticipantId, StaffActor
from rewards.core import clock
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.identity import operations as identity
from rewards.ledger.types import Asset, EntryId
from rewards.network.types import NodeId
from rewards.participants import queries as participants

from . import queries
from .errors import AlreadyDecidedError
from .models import CorrectionRow
from .types import Correction, CorrectionId, CorrectionKind, CorrectionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A correction about to be written down.

    `alone_max` is what the person may still do alone for that participant today.
    """

    id: CorrectionId
    kind: CorrectionKind
    participant_id: ParticipantId
    node_id: NodeId
    node_path: str
    asset: Asset
    amount: int
    note: str
    rule_code: str = ""
    entry_id: EntryId | None = None
    alone_max: int


@operation
def lock_own_account(actor: Actor) -> ParticipantId | None:
    """Hold the account of the staff member who acts; return who they are as a participant."""
    if not isinstance(actor, StaffActor):
        return None
    return identity.lock_staff(actor.staff_id) or actor.participant_id


@operation
def open_correction(
    draft: Draft,
    *,
    actor: Actor,
    own: ParticipantId | None,
    applied_entry_id: EntryId | None,
    now: datetime,
) -> Correction:
    """Write down a correction: applied if it came to an entry, else waiting for a second person."""
    status = CorrectionStatus.APPLIED if applied_entry_id else CorrectionStatus.PENDING
    db.session.execute(
        sa.insert(CorrectionRow).values(
            id=draft.id,
            kind=draft.kind,
            status=status,
            participant_id=draft.participant_id,
            node_id=draft.node_id,
            node_path=draft.node_path,
            asset=draft.asset,
            amount=draft.amount,
            rule_code=draft.rule_code,
            entry_id=draft.entry_id,
            note=draft.note,
            notes_erased_at=None,
            alone_max=draft.alone_max,
            requested_by=actor.principal,
            requester_participant_id=own,
            requested_at=now,
            requested_on=clock.local_date(now, clock.zone()),
            decided_by="",
            decider_participant_id=None,
            decided_at=None,
            decision_note="",
            applied_entry_id=applied_entry_id,
        )
    )
    return queries.get_correction(draft.id)


@operation
def lock_correction(correction_id: CorrectionId) -> Correction:
    """Hold a correction until the unit ends, and return it as it is now.

    :raises CorrectionNotFoundError: if there is none.
    """
    db.session.execute(
        sa.select(CorrectionRow.id).where(CorrectionRow.id == correction_id).with_for_update()
    )
    return queries.get_correction(correction_id)


@operation
def close_correction(
    correction: Correction,
    *,
    actor: Actor,
    own: ParticipantId | None,
    applied_entry_id: EntryId | None,
    note: str,
    now: datetime,
) -> Correction:
    """Bring a correction that is held and waits to its end: applied if it came to an entry.

    :raises AlreadyDecidedError: if it has come to one before.
    """
    status = CorrectionStatus.APPLIED if applied_entry_id else CorrectionStatus.REFUSED
    closed = db.session.execute(
        sa.update(CorrectionRow)
        .where(CorrectionRow.id == correction.id, CorrectionRow.status == CorrectionStatus.PENDING)
        .values(
            status=status,
            decided_by=actor.principal,
            decider_participant_id=own,
            decided_at=now,
            decision_note=note,
            applied_entry_id=applied_entry_id,
        )
        .returning(CorrectionRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    decided = queries.get_correction(correction.id)
    if closed is None:
        raise AlreadyDecidedError(decision=decided.status.value)
    return decided


@operation
def erase_notes(*, now: datetime) -> int:
    """Erase the reasons about participants who closed their account; return how many."""
    result = db.session.execute(
        sa.update(CorrectionRow)
        .where(
            CorrectionRow.notes_erased_at.is_(None),
            CorrectionRow.participant_id.in_(participants.select_closed_ids()),
        )
        .values(note="", decision_note="", notes_erased_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
