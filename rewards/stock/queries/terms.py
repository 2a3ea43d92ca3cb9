"""Reads of who said for what and to whom reward items are given."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access import queries as access
from rewards.access.types import Audited
from rewards.core.db import db, table_of

from .. import rules
from ..models import StockMovementRow
from ..types import MovementKind, RewardId, TermsAct

CREATED = "reward.created"
UPDATED = "reward.updated"

_moved = table_of(StockMovementRow)


def list_eased(
    reward_ids: Collection[RewardId], principal: str, *, span: timedelta, now: datetime
) -> frozenset[RewardId]:
    """Return which of the items *principal* made easier to have, and not all had *span* to see it.

    An item is seen while it is listed and pieces of it stand on the shelf.
    """
    history = access.list_history(
        subjects=[f"reward:{each.hex}" for each in reward_ids],
        actions=(CREATED, UPDATED),
        principal=principal,
    )
    acts = {each: _read(history.get(f"reward:{each.hex}", ())) for each in reward_ids}
    # Most staff never did: then nothing more is asked.
    eased = [each for each in reward_ids if rules.has_eased(acts[each], principal, since=None)]
    filled = _list_filled(eased) if eased else {}
    return frozenset(
        each
        for each in eased
        if rules.has_eased(
            acts[each],
            principal,
            since=rules.find_seen_since(acts[each], filled.get(each, ()), span=span, now=now),
        )
    )


def _read(history: Sequence[Audited]) -> tuple[TermsAct, ...]:
    return tuple(
        TermsAct(
            principal=each.principal,
            at=each.at,
            # What is put up is listed.
            values={"is_listed": True, **each.details} if each.action == CREATED else each.details,
            before=each.details.get("was", {}),
            is_new=each.action == CREATED,
            is_usual=each.details.get("is_usual", False),
        )
        for each in history
    )


def _list_filled(
    reward_ids: Collection[RewardId],
) -> Mapping[RewardId, Sequence[tuple[datetime, bool]]]:
    """Return when shelves got their first piece (True) and lost their last, in order."""
    change = _moved.c.quantity * sa.case(
        {kind: rules.effect(kind, 1)[0] for kind in MovementKind}, value=_moved.c.kind
    )
    after = sa.func.sum(change).over(partition_by=_moved.c.reward_id, order_by=_moved.c.id)
    moved = (
        sa.select(
            _moved.c.id,
            _moved.c.reward_id,
            _moved.c.moved_at,
            after.label("after"),
            (after - change).label("before"),
        )
        .where(_moved.c.reward_id.in_(reward_ids))
        .subquery()
    )
    rows = db.session.execute(
        sa.select(moved).where((moved.c.after > 0) != (moved.c.before > 0)).order_by(moved.c.id)
    )
    filled: dict[RewardId, list[tuple[datetime, bool]]] = {}
    for row in rows:
        filled.setdefault(RewardId(row.reward_id), []).append((row.moved_at, row.after > 0))
    return filled
