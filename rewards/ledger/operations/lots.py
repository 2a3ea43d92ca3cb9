"""Lots: which points are used, and which are given back.

At any moment the lots of an account hold just its balance, or nothing if that
is below zero. All of this runs under the lock of the account.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of

from .. import rules
from ..models import LotRow, LotUseRow
from ..types import AccountId, EntryId, Lot

_lots = table_of(LotRow)
_uses = table_of(LotUseRow)
_remaining = (
    sa.select(_lots.c.entry_id, _lots.c.amount, _lots.c.remaining, _lots.c.valid_until)
    .where(_lots.c.account_id == sa.bindparam("account"), _lots.c.remaining > 0)
    .order_by(_lots.c.valid_until, _lots.c.entry_id)
)
_used = (
    sa.select(
        _lots.c.entry_id,
        _lots.c.amount,
        _lots.c.remaining,
        _lots.c.valid_until,
        _uses.c.amount.label("used"),
    )
    .join_from(_uses, _lots, _lots.c.entry_id == _uses.c.lot_id)
    .where(_uses.c.entry_id == sa.bindparam("entry"))
)
_change = (
    sa.update(_lots)
    .where(_lots.c.entry_id == sa.bindparam("the_lot_id"))
    .values(remaining=_lots.c.remaining - sa.bindparam("the_use"))
)
_note = sa.insert(_uses).values(
    lot_id=sa.bindparam("the_lot_id"),
    entry_id=sa.bindparam("the_entry_id"),
    amount=sa.bindparam("the_use"),
)


def list_remaining(account_id: AccountId) -> tuple[Lot, ...]:
    """Return the lots of an account of which something is left, in the order of their use."""
    rows = db.session.connection().execute(_remaining, {"account": account_id})
    return tuple(_lot(row) for row in rows)


def list_used(entry_id: EntryId) -> tuple[tuple[Lot, int], ...]:
    """Return which lots an entry used, and how much of each."""
    rows = db.session.connection().execute(_used, {"entry": entry_id})
    return tuple((_lot(row), int(row.used)) for row in rows)


def spend(
    account_id: AccountId, entry_id: EntryId, amount: int, *, first: EntryId | None = None
) -> None:
    """Use up *amount* points for an entry, those of the lot *first* before the oldest."""
    taken = rules.take_from(list_remaining(account_id), amount, first=first)
    if sum(taken.values()) != amount:
        raise RuntimeError("the lots of an account hold less than its balance")
    change(entry_id, taken)


def change(entry_id: EntryId, taken: Mapping[EntryId, int]) -> None:
    """Take points out of lots for an entry or, below zero, put them back."""
    if not taken:
        return
    values = [
        {"the_lot_id": lot_id, "the_entry_id": entry_id, "the_use": part}
        for lot_id, part in taken.items()
    ]
    connection = db.session.connection()
    connection.execute(
        _change, [{name: each[name] for name in ("the_lot_id", "the_use")} for each in values]
    )
    connection.execute(_note, values)


def _lot(row: Any) -> Lot:
    return Lot(
        entry_id=EntryId(row.entry_id),
        amount=row.amount,
        left=row.remaining,
        valid_until=row.valid_until,
    )
