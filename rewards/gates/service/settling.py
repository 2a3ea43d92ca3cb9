"""Settling what was refused when a tablet uploaded it."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.checkins.types import Receipt
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..types import OfflineScan, ScanState


@use_case
def try_again(*, actor: Actor, scan_id: UUID, now: datetime) -> Receipt:
    """Check in or out whoever a refused scan names, at its own time, now that it may be possible.

    :raises OfflineScanNotFoundError: if there is no such scan.
    :raises NotAllowedError: if the actor may not check people in there.
    :raises OfflineScanSettledError: if it does not wait for anybody.
    """
    return _settle(actor, scan_id, None, now=now)


@use_case
def check_in_another_way(
    *, actor: Actor, scan_id: UUID, participant_id: ParticipantId, now: datetime
) -> Receipt:
    """Check in or out the participant whom staff found for a refused scan, at its own time.

    :raises OfflineScanNotFoundError: if there is no such scan.
    :raises NotAllowedError: if the actor may not check people in there.
    :raises OfflineScanSettledError: if it does not wait for anybody.
    """
    return _settle(actor, scan_id, participant_id, now=now)


@use_case
def drop(*, actor: Actor, scan_id: UUID, reason: str, now: datetime) -> OfflineScan:
    """Let a refused scan count for nothing, and say why.

    :raises OfflineScanNotFoundError: if there is no such scan.
    :raises NotAllowedError: if the actor may not check people in there.
    :raises OfflineScanSettledError: if it does not wait for anybody.
    :raises DropReasonError: if no reason is given.
    """
    scan = _lock_waiting(actor, scan_id)
    note = rules.normalize_reason(reason)
    operations.settle(scan, actor=actor, state=ScanState.DROPPED, note=note, now=now)
    audit_trail.audit(
        actor=actor,
        action="offline_scan.dropped",
        node_id=scan.node_id,
        subject=f"offline_scan:{scan.id.hex}",
        details={"reason": scan.reason},
        now=now,
    )
    return queries.get_scan(scan.id)


def _settle(
    actor: Actor, scan_id: UUID, participant_id: ParticipantId | None, *, now: datetime
) -> Receipt:
    scan = _lock_waiting(actor, scan_id)
    rules.check_fit(scan)
    receipt = operations.attend(actor=actor, scan=scan, participant_id=participant_id, now=now)
    operations.settle(
        scan,
        actor=actor,
        state=ScanState.SETTLED,
        check_in_id=receipt.check_in_id,
        participant_id=receipt.participant_id,
        now=now,
    )
    return receipt


def _lock_waiting(actor: Actor, scan_id: UUID) -> OfflineScan:
    scan = queries.get_scan(scan_id, is_locked=True)
    access.authorize(actor, Verb.CHECK_IN, scan.node_path)
    rules.check_waiting(scan)
    return scan
