"""Taking a scan that a tablet kept, and writing down what became of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import operations as checkins
from rewards.checkins.errors import (
    AccountClosedError,
    OwnHoursError,
)
from rewards.checkins.types import Evidence, Receipt
from rewards.core import secrecy
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.signups.errors import PlacesKeptError
from rewards.signups.events import PlacesDue

from . import queries, rules
from .models import GateDeviceRow, OfflineScanRow
from .types import Direction, GateDevice, OfflineScan, OfflineScanId, QueuedScan, ScanState


@operation
def attend(
    *,
    actor: Actor,
    scan: OfflineScan,
    participant_id: ParticipantId | None = None,
    now: datetime,
) -> Receipt:
    """Check in or out whoever a kept scan names, or else *participant_id*, at its own time.

    :raises InvalidCodeError: if it names nobody.
    :raises CodeExpiredError: if the code was too old when it was scanned.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    :raises AccountClosedError: if the account is closed.
    :raises OwnHoursError: if the actor is that participant.
    :raises MemberCodeUsedError: if the code of a phone was used at another occasion.
    """
    occasion = activities.get_occasion(scan.occasion_id)
    presented = queries.get_named(scan, occasion, participant_id)
    person = presented.participant
    if person.closed_at is not None:
        raise AccountClosedError
    if access.is_self(actor, person.id):
        raise OwnHoursError
    checkins.use_code(presented, occasion=occasion, actor=actor, now=now)
    if scan.direction is Direction.OUT:
        receipt = checkins.check_out(
            actor=actor,
            occasion=occasion,
            participant_id=person.id,
            at=scan.scanned_at,
            channel=presented.channel,
            now=now,
        )
    else:
        receipt = checkins.check_in(
            actor=actor,
            occasion=occasion,
            participant_id=person.id,
            at=scan.scanned_at,
            channel=presented.channel,
            ticket=None,
            evidence=Evidence(gate=scan.gate, is_offline=True),
            now=now,
        )
    audit_trail.audit(
        actor=actor,
        action="check_out.entered" if scan.direction is Direction.OUT else "check_in.entered",
        node_id=scan.node_id,
        subject=f"check_in:{receipt.check_in_id.hex}",
        details={
            "points": receipt.points,
            "is_new": receipt.is_new,
            "is_offline": True,
            "is_sure": scan.is_sure,
            "sequence": scan.sequence,
            "skipped": scan.skipped,
        },
        now=now,
    )
    return receipt


@operation
def store(
    scan: OfflineScan,
    *,
    fingerprint: str,
    state: ScanState,
    reason: str = "",
    receipt: Receipt | None = None,
) -> None:
    """Write down an uploaded scan and what became of it; its text only if it is to be settled."""
    is_waiting = state is ScanState.REFUSED
    db.session.execute(
        sa.insert(OfflineScanRow).values(
            id=scan.id,
            device_id=scan.device_id,
            sequence=scan.sequence,
            fingerprint=fingerprint,
            occasion_id=scan.occasion_id,
            node_id=scan.node_id,
            node_path=scan.node_path,
            direction=scan.direction,
            gate=scan.gate,
            raw=secrecy.vault().encrypt(scan.raw) if is_waiting and scan.raw else None,
            scanned_at=scan.scanned_at,
            is_sure=scan.is_sure,
            skipped=scan.skipped,
            uploaded_at=scan.uploaded_at,
            state=state,
            reason=reason,
            check_in_id=None if receipt is None else receipt.check_in_id,
            participant_id=None if receipt is None else receipt.participant_id,
        )
    )


@operation
def advance(device: GateDevice, scan: QueuedScan) -> None:
    """Write down that a device's scans came up to *scan*."""
    if scan.sequence <= device.sequence:
        return
    db.session.execute(
        sa.update(GateDeviceRow)
        .where(GateDeviceRow.id == device.id)
        .values(
            sequence=scan.sequence,
            elapsed_milliseconds=max(
                rules.milliseconds(device.elapsed), rules.milliseconds(scan.elapsed.least)
            ),
        )
        .execution_options(synchronize_session=False)
    )


@operation
def keep_places(event: PlacesDue) -> None:
    """Keep places from being given on while scans may wait on a desk of which nothing is heard.

    :raises PlacesKeptError: if there is such a desk.
    """
    opened, heard = rules.find_silence(event.occasion, due_at=event.due_at, now=event.at)
    if queries.has_silent(event.occasion.id, since=opened, until=heard):
        raise PlacesKeptError


@operation
def settle(
    scan: OfflineScan, *, actor: Actor, state: ScanState, now: datetime, **values: Any
) -> None:
    """Write down how staff settled a scan; what was scanned is kept no longer."""
    db.session.execute(
        sa.update(OfflineScanRow)
        .where(OfflineScanRow.id == scan.id)
        .values(state=state, settled_by=actor.principal, settled_at=now, raw=None, **values)
        .execution_options(synchronize_session=False)
    )


def build_scan(
    scan: QueuedScan,
    *,
    device: GateDevice,
    occasion: Occasion,
    at: datetime,
    is_sure: bool,
    now: datetime,
) -> OfflineScan:
    """Return a scan as it is taken, before anything came of it."""
    return OfflineScan(
        id=OfflineScanId(new_id()),
        device_id=device.id,
        sequence=scan.sequence,
        occasion_id=occasion.id,
        node_id=occasion.node_id,
        node_path=occasion.node_path,
        direction=scan.direction,
        gate=rules.name_gate(scan.gate),
        raw=rules.normalize_raw(scan.raw),
        scanned_at=at,
        is_sure=is_sure,
        skipped=max(scan.sequence - device.sequence - 1, 0),
        uploaded_at=now,
        opened_by=device.opened_by,
        state=ScanState.REFUSED,
        reason="",
        check_in_id=None,
        participant_id=None,
        settled_by="",
        settled_at=None,
        note="",
    )
