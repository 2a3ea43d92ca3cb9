"""The code on somebody's phone is good at one occasion."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.activities.types import Occasion
from rewards.core.db import db, insert
from rewards.core.unit import operation

from ..errors import MemberCodeUsedError
from ..models import UsedMemberCodeRow
from ..types import Presented

# Longer than a code may wait on a tablet without a network.
USES_KEPT = timedelta(days=2)


@operation
def use_code(presented: Presented, *, occasion: Occasion, actor: Actor, now: datetime) -> None:
    """Use what was shown for *occasion*, if it can be used up; there it may be scanned again.

    Who scanned it for coming and meant leaving scans it once more.

    :raises MemberCodeUsedError: if it was used at another occasion.
    """
    if presented.step is None:
        return
    # The insertion is the guard: of two desks at once the second one waits for the first.
    statement = insert(UsedMemberCodeRow).values(
        participant_id=presented.participant.id,
        step=presented.step,
        occasion_id=occasion.id,
        used_by=actor.principal,
        used_at=now,
    )
    statement = statement.on_conflict_do_nothing().returning(UsedMemberCodeRow.step)
    if db.session.execute(statement).one_or_none() is not None:
        return
    row = db.session.execute(
        sa.select(UsedMemberCodeRow.occasion_id, UsedMemberCodeRow.used_at).where(
            UsedMemberCodeRow.participant_id == presented.participant.id,
            UsedMemberCodeRow.step == presented.step,
        )
    ).one()
    if row.occasion_id != occasion.id:
        raise MemberCodeUsedError(used_at=row.used_at.isoformat())


@operation
def forget_uses(*, now: datetime) -> int:
    """Delete which codes were used so long ago that none of them is accepted; return how many."""
    result = db.session.execute(
        sa.delete(UsedMemberCodeRow).where(UsedMemberCodeRow.used_at < now - USES_KEPT)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
