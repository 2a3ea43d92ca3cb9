"""Use cases of the desks that go on without a network: load, upload, settle."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import operations as checkins
from rewards.checkins.types import Receipt
from rewards.core.db import db
from rewards.core.errors import RewardsError, ThrottledError, UnavailableError
from rewards.core.ids import new_id
from rewards.core.unit import use_case

from . import operations, queries, rules
from .errors import GateOfAnotherError, OfflineScanForgedError, OfflineScanReusedError
from .models import GateDeviceRow, OfflineScanRow
from .types import (
    Elapsed,
    GateDevice,
    GateDeviceId,
    OfflineScan,
    Outcome,
    QueuedScan,
    ScanState,
)


@use_case
def open_device(*, actor: Actor, occasion_id: OccasionId, now: datetime) -> GateDevice:
    """Let a page of an occasion go on without a network from now on.

    :raises OccasionNotFoundError: if there is no such occasion.
    :raises NotAllowedError: if the actor may not check people in there.
    """
    occasion = activities.get_occasion(occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    device_id = GateDeviceId(new_id())
    db.session.execute(
        sa.insert(GateDeviceRow).values(
            id=device_id,
            occasion_id=occasion.id,
            opened_by=actor.principal,
            loaded_at=now,
            sequence=0,
            elapsed_milliseconds=0,
        )
    )
    return queries.get_device(device_id)


def upload(
    *,
    actor: Actor,
    device_id: UUID,
    sent: Elapsed,
    scans: Sequence[QueuedScan],
    now: datetime,
) -> tuple[Outcome, ...]:
    """Take the scans that a tablet kept, one after the other, each once and for itself.

    *sent* is how long ago the page was loaded, as the tablet reckons it now. A
    scan that was uploaded before gets what it got then. Fewer outcomes than
    scans: the rest is for another try.

    :raises GateDeviceNotFoundError: if there is no such device.
    :raises GateOfAnotherError: if somebody else loaded the page.
    :raises NotAllowedError: if the actor may not check people in there any more.
    """
    outcomes: list[Outcome] = []
    for scan in sorted(scans, key=lambda each: each.sequence)[: rules.BATCH_MAX]:
        try:
            outcome = _upload_one(actor, device_id, sent, scan, now)
        except (ThrottledError, UnavailableError):
            # The order stays: what follows waits for this one.
            if not outcomes:
                raise
            break
        outcomes.append(outcome)
    return tuple(outcomes)


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


@use_case
def forget_old(*, now: datetime) -> int:
    """Delete what was uploaded or loaded more than 30 days ago; return how many scans."""
    before = now - rules.KEPT
    result = db.session.execute(
        sa.delete(OfflineScanRow)
        .where(OfflineScanRow.uploaded_at < before)
        .execution_options(synchronize_session=False)
    )
    kept = sa.select(OfflineScanRow.id).where(OfflineScanRow.device_id == GateDeviceRow.id)
    db.session.execute(
        sa.delete(GateDeviceRow)
        .where(GateDeviceRow.loaded_at < before, ~kept.exists())
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _upload_one(
    actor: Actor, device_id: UUID, sent: Elapsed, scan: QueuedScan, now: datetime
) -> Outcome:
    try:
        return _take(actor=actor, device_id=device_id, sent=sent, scan=scan, now=now)
    except (OfflineScanForgedError, OfflineScanReusedError) as error:
        return _turn_away(actor=actor, device_id=device_id, scan=scan, error=error, now=now)
    except _RefusalError as refused:
        return _keep_refused(
            actor=actor, device_id=device_id, sent=sent, scan=scan, error=refused.error, now=now
        )


class _RefusalError(Exception):
    def __init__(self, error: RewardsError) -> None:
        super().__init__(error.code)
        self.error = error


@use_case
def _take(
    *, actor: Actor, device_id: UUID, sent: Elapsed, scan: QueuedScan, now: datetime
) -> Outcome:
    device, occasion = _lock_device(actor, device_id)
    earlier = _find_earlier(device, scan)
    if earlier is not None:
        return earlier
    taken, refusal = _judge(device, occasion, sent, scan, now)
    if refusal is not None:
        raise _RefusalError(refusal)
    try:
        receipt = operations.attend(actor=actor, scan=taken, now=now)
    except (ThrottledError, UnavailableError):
        raise
    except RewardsError as error:
        raise _RefusalError(error) from error
    state = ScanState.DONE if receipt.is_new else ScanState.ALREADY
    operations.store(taken, fingerprint=rules.fingerprint(scan), state=state, receipt=receipt)
    operations.advance(device, scan)
    return Outcome(sequence=scan.sequence, state=state, scan=queries.get_scan(taken.id))


@use_case
def _keep_refused(
    *,
    actor: Actor,
    device_id: UUID,
    sent: Elapsed,
    scan: QueuedScan,
    error: RewardsError,
    now: datetime,
) -> Outcome:
    device, occasion = _lock_device(actor, device_id)
    earlier = _find_earlier(device, scan)
    if earlier is not None:
        return earlier
    taken, _refusal = _judge(device, occasion, sent, scan, now)
    operations.store(
        taken, fingerprint=rules.fingerprint(scan), state=ScanState.REFUSED, reason=error.code
    )
    operations.advance(device, scan)
    return _outcome_of(queries.get_scan(taken.id))


@use_case
def _turn_away(
    *, actor: Actor, device_id: UUID, scan: QueuedScan, error: RewardsError, now: datetime
) -> Outcome:
    # Kept with the other refused scans: under its number it would stand in the way of a true one.
    device = queries.get_device(device_id)
    checkins.store_refusal(
        participant_id=None,
        occasion_id=device.occasion_id,
        reason=error.code,
        recorded_by=actor.principal,
        raw=scan.raw,
        now=now,
    )
    return Outcome(sequence=scan.sequence, state=ScanState.REFUSED, reason=error.code)


def _lock_device(actor: Actor, device_id: UUID) -> tuple[GateDevice, Occasion]:
    # Locked before any account: nobody who holds an account ever waits for a device.
    device = queries.get_device(device_id, is_locked=True)
    if device.opened_by != actor.principal:
        raise GateOfAnotherError
    occasion = activities.get_occasion(device.occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    return device, occasion


def _find_earlier(device: GateDevice, scan: QueuedScan) -> Outcome | None:
    rules.check_signature(scan, device=str(device.id), key=queries.get_key(device.id))
    found = queries.find_uploaded(device.id, scan.sequence)
    if found is None:
        return None
    earlier, fingerprint = found
    if fingerprint != rules.fingerprint(scan):
        raise OfflineScanReusedError
    return _outcome_of(earlier)


def _outcome_of(scan: OfflineScan) -> Outcome:
    return Outcome(sequence=scan.sequence, state=scan.state, reason=scan.reason, scan=scan)


def _judge(
    device: GateDevice, occasion: Occasion, sent: Elapsed, scan: QueuedScan, now: datetime
) -> tuple[OfflineScan, RewardsError | None]:
    at, is_sure, refusal = device.loaded_at, False, None
    try:
        reckoning = rules.reckon(scan.elapsed, sent=sent, loaded_at=device.loaded_at, now=now)
        at, is_sure = reckoning.at, reckoning.is_sure
        rules.check_order(scan, device=device)
        rules.check_age(at, now=now)
    except RewardsError as error:
        refusal = error
    taken = operations.build_scan(
        scan, device=device, occasion=occasion, at=at, is_sure=is_sure, now=now
    )
    return taken, refusal


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
