"""Pure decisions of verification."""

from collections.abc import Iterable
from datetime import timedelta

from rewards.core.checks import Violation
from rewards.identity.types import RoleGrant

from .errors import ThawRefusedError
from .types import Deed

# Those that say where points and goods are. While one is broken, nothing is added.
MONEY = frozenset(f"I{number}" for number in range(1, 9))
REASON_LENGTH_MAX = 200

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


def list_money(violations: Iterable[Violation]) -> tuple[str, ...]:
    """Return the invariants about points and goods among those that are broken, each once."""
    broken = {each.invariant for each in violations} & MONEY
    return tuple(sorted(broken, key=lambda name: int(name[1:])))


def normalize_reason(text: str) -> str:
    """Return the reason of a thaw.

    :raises ThawRefusedError: if it is empty or too long.
    """
    reason = " ".join(text.split())
    if not 0 < len(reason) <= REASON_LENGTH_MAX:
        raise ThawRefusedError(
            f"Say why the books may be used again, in at most {REASON_LENGTH_MAX} characters."
        )
    return reason
