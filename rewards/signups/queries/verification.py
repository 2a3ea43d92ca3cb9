"""Whether anything is kept for somebody whose account is closed."""

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.participants import queries as participants

from ..models import SignUpRow
from .lookups import ACTIVE

_sign_ups = table_of(SignUpRow)


def list_kept_places(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the sign-ups that keep a place, or one in line, for a closed account (I22)."""
    found = connection.scalars(
        sa.select(_sign_ups.c.id)
        .where(
            _sign_ups.c.state.in_(ACTIVE),
            _sign_ups.c.participant_id.in_(participants.select_closed_ids()),
        )
        .order_by(_sign_ups.c.id)
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I22",
            subject=f"sign_up:{sign_up_id.hex}",
            expected="no place for a closed account",
            found="one that is kept, or in line",
        )
        for sign_up_id in found
    )
