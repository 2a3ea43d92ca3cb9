"""What people did lately, for rules to be tried out on."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.earning import operations as earning
from rewards.earning import rules as earning_rules
from rewards.earning.types import Act, Award, PastActs

from ..models import CheckInRow

# Judged in about a second.
ACTS_MAX = 10_000

_check_ins = table_of(CheckInRow)
_judged = (
    sa.select(
        _check_ins.c.participant_id,
        _check_ins.c.occasion_id,
        _check_ins.c.checked_in_at,
        _check_ins.c.checked_out_at,
        _check_ins.c.awards,
    )
    # Stored as text by both engines: what was not judged has no award.
    .where(sa.cast(_check_ins.c.awards, sa.Text) != "[]")
    .order_by(_check_ins.c.participant_id, _check_ins.c.checked_in_at)
)


def list_past_acts(*, start: date, end: date, limit: int = ACTS_MAX) -> PastActs:
    """Return what people came to from *start* to *end*, all that somebody came to or nothing."""
    zone = clock.zone()
    since, until = clock.day_bounds(start, zone)[0], clock.day_bounds(end, zone)[1]
    rows = db.session.execute(
        _judged.where(
            _check_ins.c.checked_in_at >= since, _check_ins.c.checked_in_at < until
        ).limit(limit + 1)
    ).all()
    whole = _leave_out_last(rows, limit)
    occasions = activities.list_by_ids(sorted({OccasionId(row.occasion_id) for row in whole}))
    acts = tuple(
        (ParticipantId(row.participant_id), _act(row, occasions[OccasionId(row.occasion_id)]))
        for row in whole
    )
    return PastActs(start=start, end=end, acts=acts, is_sample=len(rows) > limit)


def _leave_out_last(rows: Any, limit: int) -> list[Any]:
    if len(rows) <= limit:
        return list(rows)
    # The last person's acts may go on behind the limit.
    return [row for row in rows if row.participant_id != rows[-1].participant_id]


def _act(row: Any, occasion: Occasion) -> Act:
    awards = [earning.recall(values) for values in row.awards]
    main: Award = next((award for award in awards if not award.of), awards[0])
    return earning_rules.attend(
        occasion,
        minutes=main.minutes,
        at=row.checked_out_at or row.checked_in_at,
        verified=earning_rules.list_verified(awards),
        zone=clock.zone(),
    )
