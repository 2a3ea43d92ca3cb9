"""Writes record slips. A slip is issued once, and voided at most once."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor, ParticipantId
from rewards.core import clock
from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_digits, new_id
from rewards.core.unit import operation
from rewards.ledger import queries as ledger
from rewards.network.types import NodeId

from . import queries, rules
from .errors import NoServiceMinutesError, RecordSlipVoidError
from .models import RecordSlipRow
from .types import Period, RecordSlip, SlipStatus, VoidReason

_slips = table_of(RecordSlipRow)


@operation
def issue_slip(
    *,
    participant_id: ParticipantId,
    period: Period,
    node_id: NodeId,
    issuer: str,
    is_certificate: bool,
    actor: Actor,
    now: datetime,
) -> RecordSlip:
    """Write down the hours of *period* as they are now, under a number of their own.

    :raises NoServiceMinutesError: if there are none.
    """
    served = ledger.sum_served(participant_id, first=period.first, last=period.last)
    if served.minutes < 0 or served.backfilled < 0 or not served.total:
        raise NoServiceMinutesError
    year = clock.local_date(now, clock.zone()).year
    number = None
    while number is None:
        # A number that another slip has is left alone, and the next one is tried.
        number = db.session.scalar(
            insert(RecordSlipRow)
            .values(
                id=new_id(),
                number=rules.build_number(year, new_digits(rules.RANDOM_DIGITS)),
                participant_id=participant_id,
                first_day=period.first,
                last_day=period.last,
                minutes=served.minutes,
                backfilled=served.backfilled,
                services=served.services,
                node_id=node_id,
                issuer=issuer,
                is_certificate=is_certificate,
                issued_by=actor.principal,
                issued_at=now,
                status=SlipStatus.ISSUED,
            )
            .on_conflict_do_nothing(index_elements=["number"])
            .returning(_slips.c.number)
        )
    return queries.get_slip(number)


@operation
def void_slip(*, number: str, reason: VoidReason, actor: Actor, now: datetime) -> RecordSlip:
    """Declare a slip void, for good.

    :raises RecordSlipNotFoundError: if there is none of that number.
    :raises RecordSlipVoidError: if it is void already.
    """
    changed = db.session.scalar(
        sa.update(_slips)
        .where(_slips.c.number == number, _slips.c.status == SlipStatus.ISSUED)
        .values(
            status=SlipStatus.VOID,
            void_reason=reason,
            voided_by=actor.principal,
            voided_at=now,
        )
        .returning(_slips.c.id)
    )
    slip = queries.get_slip(number)
    if changed is None:
        raise RecordSlipVoidError
    return slip
