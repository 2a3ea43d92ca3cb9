"""Taking what a tablet kept without a network."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import operations as checkins
from rewards.checkins.errors import NotCheckedInError
from rewards.core.errors import RewardsError, ThrottledError, UnavailableError
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..errors import (
    GateOfAnotherError,
    OfflineScanForgedError,
    OfflineScanReusedError,
    OfflineScanUnreadableError,
)
from ..types import (
    Direction,
    Elapsed,
    GateDevice,
    OfflineScan,
    Outcome,
    QueuedScan,
    ScanState,
    UnreadableScan,
)
from .settling import try_again


def upload(
    *,
    actor: Actor,
    device_id: UUID,
    sent: Elapsed,
    scans: Sequence[QueuedScan],
    unreadable: Sequence[UnreadableScan] = (),
    now: datetime,
) -> tuple[Outcome, ...]:
    """Take the scans that a tablet kept, one after the other, each once and for itself.

    *sent* is how long ago the page was loaded, as the tablet reckons it now. A
    scan that was uploaded before gets what it got then. Fewer outcomes than
    scans: the rest is for another try. Whoever was refused to leave because
    their coming waited on another page has left once that is taken.

    :raises GateDeviceNotFoundError: if there is no such device.
    :raises GateOfAnotherError: if somebody else loaded the page.
    :raises NotAllowedError: if the actor may not check people in there any more.
    """
    outcomes = [
        _turn_away_unreadable(actor=actor, device_id=device_id, scan=scan, now=now)
        for scan in unreadable
    ]
    for scan in sorted(scans, key=lambda each: each.sequence)[: rules.BATCH_MAX]:
        try:
            outcome = _upload_one(actor, device_id, sent, scan, now)
        except (ThrottledError, UnavailableError):
            # The order stays: what follows waits for this one.
            if not outcomes:
                raise
            break
        outcomes.append(outcome)
    _let_leave(actor, outcomes, now)
    return tuple(sorted(outcomes, key=lambda each: each.sequence))


def _let_leave(actor: Actor, outcomes: Sequence[Outcome], now: datetime) -> None:
    came = {
        (each.scan.occasion_id, each.scan.participant_id)
        for each in outcomes
        if each.scan is not None
        and each.state is ScanState.DONE
        and each.scan.direction is Direction.IN
    }
    for occasion_id in {occasion_id for occasion_id, _participant_id in came}:
        occasion = activities.get_occasion(occasion_id)
        for scan in queries.list_left_early(occasion_id, reason=NotCheckedInError.code):
            person = queries.find_named(scan, occasion)
            if person is not None and (occasion_id, person.id) in came:
                with suppress(RewardsError):
                    try_again(actor=actor, scan_id=scan.id, now=now)


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


@use_case
def _turn_away_unreadable(
    *, actor: Actor, device_id: UUID, scan: UnreadableScan, now: datetime
) -> Outcome:
    device, _occasion = _lock_device(actor, device_id)
    reason = OfflineScanUnreadableError.code
    checkins.store_refusal(
        participant_id=None,
        occasion_id=device.occasion_id,
        reason=reason,
        recorded_by=actor.principal,
        raw=scan.raw,
        now=now,
    )
    return Outcome(sequence=scan.sequence, state=ScanState.REFUSED, reason=reason)


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
