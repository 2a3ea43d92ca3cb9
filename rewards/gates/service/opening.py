"""Opening a desk that may go on without a network, and forgetting it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case

from .. import queries, rules
from ..errors import GateOfAnotherError
from ..models import GateDeviceRow, OfflineScanRow
from ..types import GateDevice, GateDeviceId


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
            heard_at=now,
            sequence=0,
            elapsed_milliseconds=0,
        )
    )
    return queries.get_device(device_id)


@use_case
def hear(*, actor: Actor, device_id: UUID, is_open: bool, now: datetime) -> None:
    """Note that no scan waits on a page, which is still open or not.

    :raises GateDeviceNotFoundError: if there is no such device.
    :raises GateOfAnotherError: if somebody else loaded the page.
    """
    device = queries.get_device(device_id)
    if device.opened_by != actor.principal:
        raise GateOfAnotherError
    db.session.execute(
        sa.update(GateDeviceRow)
        .where(GateDeviceRow.id == device.id)
        .values(heard_at=now if is_open else None)
        .execution_options(synchronize_session=False)
    )


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
