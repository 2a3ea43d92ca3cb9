"""What a center decided about periods that are over."""

from rewards.core.db import db
from rewards.network import queries as network

from ..models import ClosingPolicyRow
from ..types import DEFAULT_POLICY, ClosingPolicy


def get_closing_policy(center: str) -> ClosingPolicy:
    """Return what the center of that label decided, or what holds where nothing was decided."""
    node = network.find_node_by_label(center)
    row = None if node is None else db.session.get(ClosingPolicyRow, node.id)
    if row is None:
        return DEFAULT_POLICY
    return ClosingPolicy(settle_days=row.settle_days, late_entries=row.late_entries)
