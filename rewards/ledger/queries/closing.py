"""What a center decided about periods that are over."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.network import queries as network

from ..models import ClosingPolicyRow
from ..types import DEFAULT_POLICY, ClosingPolicy, DecidedPolicy


def get_closing_policy(center: str) -> ClosingPolicy:
    """Return what the center of that label decided, or what holds where nothing was decided."""
    decided = list_closing_policies(center)
    return decided[-1].policy if decided else DEFAULT_POLICY


def list_closing_policies(center: str) -> tuple[DecidedPolicy, ...]:
    """Return all that the center of that label ever decided, the oldest first."""
    node = network.find_node_by_label(center)
    if node is None:
        return ()
    row = ClosingPolicyRow
    query = (
        sa.select(row.settle_days, row.late_entries, row.set_at)
        .where(row.node_id == node.id)
        .order_by(row.set_at)
    )
    return tuple(
        DecidedPolicy(
            policy=ClosingPolicy(settle_days=settle_days, late_entries=late_entries), set_at=set_at
        )
        for settle_days, late_entries, set_at in db.session.execute(query)
    )
