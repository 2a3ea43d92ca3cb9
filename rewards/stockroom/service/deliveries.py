"""Goods that come with a sheet: tried first, taken in when it is good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.stock import operations as shelves
from rewards.stock import queries as stock
from rewards.stock.types import MovementKind, Space, SpaceId

from .. import operations, queries, rules
from ..errors import (
    DeliveryChangedError,
    DeliveryEmptyError,
    DeliveryRepeatedError,
    DeliveryRowsError,
)
from ..types import Delivery, Sheet, SheetRow

# The same goods come every month; the same sheet is sent twice within days.
NOTICED_WITHIN = timedelta(days=14)


@use_case
def try_sheet(*, actor: Actor, space_id: SpaceId, rows: Sequence[SheetRow], now: datetime) -> Sheet:
    """Return what a delivery sheet would come to, and change nothing.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    return _judge(_enter(actor, space_id), rows, now=now)


@use_case
def take_in(
    *,
    actor: Actor,
    space_id: SpaceId,
    rows: Sequence[SheetRow],
    digest: str,
    skips_bad: bool = False,
    is_another: bool = False,
    note: str = "",
    now: datetime,
) -> Delivery:
    """Put what a delivery sheet brings on the shelf: all of it, or none.

    *digest* is that of the sheet as it was shown. *skips_bad* leaves the bad rows out;
    *is_another* says that the same came once more.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidChangeError: if the note does not fit.
    :raises DeliveryRowsError: if rows are bad, and are not to be left out.
    :raises DeliveryEmptyError: if no row is good.
    :raises DeliveryChangedError: if it is no longer what was shown.
    :raises DeliveryRepeatedError: if the same came lately, and this is not another one.
    """
    space = _enter(actor, space_id)
    note = rules.normalize_words(note)
    # So that the same sheet, sent twice at once, is noticed by the second.
    shelves.lock_space(space_id)
    sheet = _judge(space, rows, now=now)
    _check(sheet, digest=digest, skips_bad=skips_bad, is_another=is_another)
    delivery_id = operations.open_delivery(
        space_id=space_id, sheet=sheet, note=note, actor=actor, now=now
    )
    shelves.lock_levels([row.reward_id for row in sheet.good])
    for row in sorted(sheet.good, key=lambda row: row.reward_id):
        shelves.move(
            reward_id=row.reward_id,
            kind=MovementKind.RECEIVE,
            quantity=row.quantity,
            note=note,
            source_id=delivery_id,
            actor=actor,
            now=now,
        )
    audit_trail.audit(
        actor=actor,
        action="delivery.received",
        node_id=space.node_id,
        subject=f"delivery:{delivery_id.hex}",
        details={"lines": len(sheet.good), "pieces": sheet.pieces, "left_out": len(sheet.bad)},
        now=now,
    )
    return queries.get_delivery(delivery_id)


def _enter(actor: Actor, space_id: SpaceId) -> Space:
    space = stock.get_space(space_id)
    authorize(actor, Verb.MANAGE_STOCK, space.node_path)
    return space


def _judge(space: Space, rows: Sequence[SheetRow], *, now: datetime) -> Sheet:
    sheet = rules.read_sheet(rows, stock.list_rewards(space.id, listed_only=False))
    before = queries.find_same(space.id, sheet.digest, since=now - NOTICED_WITHIN)
    return replace(sheet, taken_in_at=before)


def _check(sheet: Sheet, *, digest: str, skips_bad: bool, is_another: bool) -> None:
    if sheet.bad and not skips_bad:
        rows = [{"line": row.line, "code": row.code, "name": row.name} for row in sheet.bad]
        raise DeliveryRowsError(rows=rows)
    if not sheet.good:
        raise DeliveryEmptyError
    if sheet.digest != digest:
        raise DeliveryChangedError
    if sheet.taken_in_at is not None and not is_another:
        raise DeliveryRepeatedError
