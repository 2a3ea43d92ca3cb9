"""Pure decisions of verification."""

from collections.abc import Iterable
from datetime import timedelta

from rewards.identity.types import RoleGrant

from .types import Deed

# Clocks of hosts differ by less, and an act begins a moment before it is written down.
GRACE = timedelta(seconds=5)


def held_role(grants: Iterable[RoleGrant], deed: Deed) -> bool:
    """Tell whether one of *grants*, all of one staff member, covered place and time of *deed*."""
    return any(
        deed.node_path.startswith(grant.node_path if deed.node_path else "")
        and grant.granted_at - GRACE <= deed.at
        and (grant.ended_at is None or deed.at <= grant.ended_at + GRACE)
        for grant in grants
    )
