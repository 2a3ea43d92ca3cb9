"""Periods that are over: what a center decides about them, and what comes late."""

from datetime import date, datetime
from uuid import UUID

from rewards.core import clock
from rewards.core.db import db, insert
from rewards.core.unit import operation

from .. import rules
from ..models import ClosingPolicyRow
from ..queries import list_closing_policies
from ..types import EARNING_REASONS, ClosingPolicy, EntryDraft


@operation
def set_closing_policy(node_id: UUID, policy: ClosingPolicy, *, now: datetime) -> None:
    """Decide for the center *node_id* what holds from now on for periods that are open."""
    values = {"settle_days": policy.settle_days, "late_entries": policy.late_entries}
    db.session.execute(
        insert(ClosingPolicyRow)
        .values(node_id=node_id, set_at=now, **values)
        .on_conflict_do_update(index_elements=["node_id", "set_at"], set_=values)
    )


def find_counted_on(draft: EntryDraft, *, now: datetime) -> date | None:
    """Return the day whose boards count an entry posted now, None for its business date."""
    if draft.reason not in EARNING_REASONS:
        return None
    zone = clock.zone()
    day = draft.counted_on or draft.business_date
    # What was decided is asked for only by an entry that may be late: hardly ever.
    if clock.month_start(day) < clock.month_start(clock.local_date(now, zone)):
        decided = list_closing_policies(draft.node_path.partition("/")[0])
        day = rules.count_on(day, decided=decided, zone=zone, now=now)
    return None if day == draft.business_date else day
