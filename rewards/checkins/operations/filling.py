"""Hours that are filled in afterwards."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import NO_POINTS, Occasion
from rewards.core import clock
from rewards.core.db import constraint_of, db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger import rules as ledger_rules
from rewards.ledger.errors import AlreadyCreditedError
from rewards.ledger.types import Asset, Balance, Reason
from rewards.network.types import Node
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind
from rewards.signups import operations as signups

from .. import queries
from ..errors import OverlappingCheckInError
from ..models import BackFillRow
from ..types import BackFill, BackFillId, BackFillState, Span
from .attending import COUNTED_ONCE
from .crediting import post_minutes
from .holding import NO_OVERLAP, check_account_open, check_elsewhere


@operation
def request_back_fill(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    node: Node,
    occasion: Occasion | None,
    title: str,
    span: Span,
    minutes: int,
    evidence: str,
    now: datetime,
) -> BackFill:
    """Write down what somebody asks to fill in; nothing counts of it yet.

    Of *span*, *minutes* would count: the rule may give a number of its own.

    :raises AlreadyCreditedError: if the participant counts at the occasion without a check-out.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    """
    ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    if occasion is not None and queries.is_counted_without_leaving(participant_id, occasion.id):
        raise AlreadyCreditedError
    check_elsewhere(participant_id, span)
    back_fill_id = BackFillId(new_id())
    try:
        db.session.execute(
            sa.insert(BackFillRow).values(
                id=back_fill_id,
                participant_id=participant_id,
                occasion_id=None if occasion is None else occasion.id,
                title=title,
                node_id=node.id,
                node_path=node.path,
                attended_from=span.start,
                attended_until=span.end,
                minutes=minutes,
                evidence=evidence,
                state=BackFillState.REQUESTED,
                requested_by=actor.principal,
                requested_at=now,
                reason="",
                points=0,
            )
        )
    except IntegrityError as error:
        broken = constraint_of(error)
        if broken == NO_OVERLAP:
            raise OverlappingCheckInError from error
        if broken == COUNTED_ONCE:
            raise AlreadyCreditedError from error
        raise
    return queries.get_back_fill(back_fill_id, is_new=True)


@operation
def decide_back_fill(
    *,
    actor: Actor,
    back_fill: BackFill,
    occasion: Occasion | None,
    account: Balance,
    is_approved: bool,
    reason: str,
    now: datetime,
) -> BackFill:
    """Let hours that were filled in count, or not, under the lock of *account*.

    Points come only with an occasion at which the system had failed, and only to whoever has
    none of it: a part that was attended by the system has given its own.

    :raises AccountClosedError: if it is approved and the participant's account is closed.
    """
    points = 0
    given: dict[str, Any] = {"minutes": back_fill.minutes}
    if is_approved:
        check_account_open(back_fill.participant_id)
        ledger_rules.check_thawed(account)
        points = _credit_points(actor, back_fill, occasion, account=account, now=now)
        if occasion is None or _is_service(back_fill, occasion, now=now):
            _post(actor, back_fill, occasion, now=now)
        else:
            given = {"points": points}
        if occasion is not None:
            # Who was there, as it turns out, did not leave a place empty.
            signups.believe(occasion, back_fill.participant_id, now=now)
    db.session.execute(
        sa.update(BackFillRow)
        .where(BackFillRow.id == back_fill.id)
        .values(
            state=BackFillState.APPROVED if is_approved else BackFillState.REFUSED,
            decided_by=actor.principal,
            decided_at=now,
            reason=reason,
            points=points,
        )
        .execution_options(synchronize_session=False)
    )
    notices.notify(
        participant_id=back_fill.participant_id,
        kind=NoticeKind.BACKFILL_APPROVED if is_approved else NoticeKind.BACKFILL_REFUSED,
        details={"day": _day(back_fill).isoformat(), **given},
        key=back_fill.id.hex,
        now=now,
    )
    return queries.get_back_fill(back_fill.id, is_new=True)


def _credit_points(
    actor: Actor,
    back_fill: BackFill,
    occasion: Occasion | None,
    *,
    account: Balance,
    now: datetime,
) -> int:
    if occasion is None or not occasion.failure_note or occasion.rule_code == NO_POINTS:
        return 0
    person = back_fill.participant_id
    renewal = queries.find_renewal(occasion_id=occasion.id, participant_id=person)
    if ledger_queries.has_credit(person, occasion_id=occasion.id, renewal=renewal):
        return 0
    credit = earning.credit_attendance(
        participant_id=back_fill.participant_id,
        occasion=occasion,
        source_id=back_fill.id,
        minutes=_span(back_fill).minutes,
        # The minutes stand in the books as filled in, not as attended.
        minutes_max=0,
        account=account,
        actor=actor,
        occurred_at=back_fill.attended_until,
        renewal=renewal,
        now=now,
    )
    return credit.points


def _is_service(back_fill: BackFill, occasion: Occasion, *, now: datetime) -> bool:
    if occasion.rule_code == NO_POINTS:
        return False
    served = earning.count_served(
        occasion, minutes=_span(back_fill).minutes, at=back_fill.attended_until, now=now
    )
    return served > 0


def _post(actor: Actor, back_fill: BackFill, occasion: Occasion | None, *, now: datetime) -> None:
    post_minutes(
        participant_id=back_fill.participant_id,
        minutes=back_fill.minutes,
        reason=Reason.BACKFILL,
        rule_code="",
        source_id=back_fill.id,
        occasion_id=back_fill.occasion_id,
        node_id=back_fill.node_id,
        node_path=back_fill.node_path,
        team_id=None if occasion is None else earning.find_team(occasion, back_fill.participant_id),
        title=back_fill.title,
        day=_day(back_fill),
        occurred_at=back_fill.attended_until,
        actor=actor,
        now=now,
    )


def _span(back_fill: BackFill) -> Span:
    return Span(back_fill.attended_from, back_fill.attended_until)


def _day(back_fill: BackFill) -> date:
    return clock.local_date(back_fill.attended_from, clock.zone())
