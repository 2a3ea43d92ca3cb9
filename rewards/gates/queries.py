"""Reads of what tablets kept without a network."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as attendance
from rewards.checkins.errors import CodeExpiredError, InvalidCodeError
from rewards.checkins.types import CheckInId, Presented
from rewards.core import secrecy
from rewards.core.db import db, table_of
from rewards.core.errors import RewardsError
from rewards.network.types import NodeId
from rewards.participants.types import Participant

from .errors import GateDeviceNotFoundError, OfflineScanNotFoundError
from .models import GateDeviceRow, OfflineScanRow
from .types import Direction, GateDevice, GateDeviceId, OfflineScan, OfflineScanId, ScanState

# A member code changes at a moment that the tablet's clock may miss by a little.
CLOCK_SLACK = timedelta(seconds=30)

_devices = table_of(GateDeviceRow)
_scans = table_of(OfflineScanRow)
_with_device = sa.select(_scans, _devices.c.opened_by).join(
    _devices, _devices.c.id == _scans.c.device_id
)


def get_device(device_id: UUID, *, is_locked: bool = False) -> GateDevice:
    """Return a loaded page; *is_locked* keeps others from uploading from it meanwhile.

    :raises GateDeviceNotFoundError: if there is none.
    """
    query = sa.select(_devices).where(_devices.c.id == device_id)
    row = db.session.execute(query.with_for_update() if is_locked else query).one_or_none()
    if row is None:
        raise GateDeviceNotFoundError
    return GateDevice(
        id=GateDeviceId(row.id),
        occasion_id=OccasionId(row.occasion_id),
        opened_by=row.opened_by,
        loaded_at=row.loaded_at,
        sequence=row.sequence,
        elapsed=timedelta(milliseconds=row.elapsed_milliseconds),
    )


def get_key(device_id: GateDeviceId) -> bytes:
    """Return the key with which the tablet of a loaded page signs; it is kept nowhere."""
    return bytes.fromhex(secrecy.vault().lookup(f"gate:{device_id.hex}"))


def has_silent(occasion_id: OccasionId, *, since: datetime, until: datetime) -> bool:
    """Tell whether an open page of an occasion was last heard from in a span of time."""
    silent = sa.select(_devices.c.id).where(
        _devices.c.occasion_id == occasion_id,
        _devices.c.heard_at >= since,
        _devices.c.heard_at < until,
    )
    return db.session.scalar(silent.limit(1)) is not None


def find_uploaded(device_id: GateDeviceId, sequence: int) -> tuple[OfflineScan, str] | None:
    """Return the scan that came from a device under a number, with its fingerprint."""
    row = db.session.execute(
        _with_device.where(_scans.c.device_id == device_id, _scans.c.sequence == sequence)
    ).one_or_none()
    return None if row is None else (_to_scan(row), row.fingerprint)


def get_scan(scan_id: UUID, *, is_locked: bool = False) -> OfflineScan:
    """Return an uploaded scan; *is_locked* keeps others from settling it meanwhile.

    :raises OfflineScanNotFoundError: if there is none.
    """
    if is_locked:
        db.session.execute(sa.select(_scans.c.id).where(_scans.c.id == scan_id).with_for_update())
    row = db.session.execute(_with_device.where(_scans.c.id == scan_id)).one_or_none()
    if row is None:
        raise OfflineScanNotFoundError
    return _to_scan(row)


def get_named(
    scan: OfflineScan, occasion: Occasion, participant_id: ParticipantId | None = None
) -> Presented:
    """Return whom a scan names that is not settled yet, or else the participant of that id.

    A code is judged at the time of the scan, as near as the tablet knew it.

    :raises InvalidCodeError: if it names nobody.
    :raises CodeExpiredError: if it was too old then.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    """
    text, at = scan.raw or "", scan.scanned_at
    try:
        return attendance.get_present(occasion, participant_id, text, now=at)
    except (CodeExpiredError, InvalidCodeError):
        for moment in (at + CLOCK_SLACK, at - CLOCK_SLACK):
            with suppress(CodeExpiredError, InvalidCodeError):
                return attendance.get_present(occasion, participant_id, text, now=moment)
        raise


def find_named(scan: OfflineScan, occasion: Occasion) -> Participant | None:
    """Return whom a scan names that is not settled yet, None if nobody of the center."""
    try:
        return get_named(scan, occasion).participant
    except RewardsError:
        return None


def list_waiting(node_path: str, *, limit: int) -> tuple[OfflineScan, ...]:
    """Return the scans of a branch that wait longest to be settled, in the order they were made."""
    rows = db.session.execute(
        _with_device.where(_is_waiting(node_path))
        .order_by(_scans.c.scanned_at, _scans.c.id)
        .limit(limit)
    )
    return tuple(map(_to_scan, rows))


def count_waiting(node_path: str, *, occasion_id: OccasionId | None = None) -> int:
    """Return how many scans of a branch, or of one occasion in it, wait to be settled."""
    query = sa.select(sa.func.count()).select_from(_scans).where(_is_waiting(node_path))
    if occasion_id is not None:
        query = query.where(_scans.c.occasion_id == occasion_id)
    return db.session.scalar(query) or 0


def list_left_early(occasion_id: OccasionId, *, reason: str) -> tuple[OfflineScan, ...]:
    """Return who was refused for *reason* to leave an occasion, and waits to be settled."""
    rows = db.session.execute(
        _with_device.where(
            _scans.c.occasion_id == occasion_id,
            _scans.c.state == ScanState.REFUSED,
            _scans.c.direction == Direction.OUT,
            _scans.c.reason == reason,
        ).order_by(_scans.c.scanned_at, _scans.c.id)
    )
    return tuple(map(_to_scan, rows))


def count_skipped(node_path: str) -> dict[OccasionId, int]:
    """Return how many scans of tablets never came, for the occasions of a branch that miss some."""
    skipped = sa.func.sum(_scans.c.skipped)
    rows = db.session.execute(
        sa.select(_scans.c.occasion_id, skipped)
        .where(_scans.c.skipped > 0, _scans.c.node_path.startswith(node_path, autoescape=True))
        .group_by(_scans.c.occasion_id)
        .order_by(sa.func.max(_scans.c.uploaded_at).desc())
    )
    return {OccasionId(occasion_id): int(count) for occasion_id, count in rows}


def _is_waiting(node_path: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _scans.c.state == ScanState.REFUSED,
        _scans.c.node_path.startswith(node_path, autoescape=True),
    )


def _to_scan(row: Any) -> OfflineScan:
    return OfflineScan(
        id=OfflineScanId(row.id),
        device_id=GateDeviceId(row.device_id),
        sequence=row.sequence,
        occasion_id=OccasionId(row.occasion_id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        direction=row.direction,
        gate=row.gate,
        raw=None if row.raw is None else secrecy.vault().find_text(row.raw),
        scanned_at=row.scanned_at,
        is_sure=row.is_sure,
        skipped=row.skipped,
        uploaded_at=row.uploaded_at,
        opened_by=row.opened_by,
        state=row.state,
        reason=row.reason,
        check_in_id=None if row.check_in_id is None else CheckInId(row.check_in_id),
        participant_id=None if row.participant_id is None else ParticipantId(row.participant_id),
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        note=row.note,
    )
