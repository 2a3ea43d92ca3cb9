"""What the institute, the center and a second person decide about hours."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import NO_POINTS, Occasion, OccasionId
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.earning import operations as earning
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.network import queries as network
from rewards.network.types import Level, Node
from rewards.participants import queries as participants

from .. import operations, queries, rules
from ..errors import (
    AccountClosedError,
    BackFillNoServiceError,
    BackFillSettledError,
    BackFillTimesError,
    OwnHoursError,
    ReviewNotFoundError,
    SecondPersonError,
)
from ..types import (
    BackFill,
    BackFillId,
    BackFillState,
    CheckInId,
    Review,
    ReviewLevel,
    ReviewState,
    Span,
)

TITLE_LENGTH_MAX = 80
_NODE_LEVELS = {ReviewLevel.INSTITUTE: Level.INSTITUTE, ReviewLevel.CENTER: Level.CENTER}


@use_case
def decide_minutes(
    *,
    actor: Actor,
    check_in_id: CheckInId,
    is_approved: bool,
    reason: str = "",
    now: datetime,
) -> tuple[Review, ...]:
    """Let the minutes of an attendance above eight hours of its day count, or not.

    Whoever may decide on a part only decides on that; the rest waits on. What others decided
    before stays as it is.

    :raises AttendanceNotFoundError: if there is no such attendance.
    :raises ReviewNotFoundError: if none of its minutes had to wait.
    :raises NotAllowedError: if the actor may decide on none of them.
    :raises OwnHoursError: if they are the actor's own.
    :raises HoursReasonError: if they are refused without a reason.
    :raises AttendanceSettledError: if nothing waits and the other was decided before.
    """
    receipt = queries.get_receipt(check_in_id)
    reviews = queries.list_reviews([check_in_id])
    if not reviews:
        raise ReviewNotFoundError
    if access.is_self(actor, receipt.participant_id):
        raise OwnHoursError
    own = [each for each in reviews if may_decide(actor, each)]
    if not own:
        access.authorize(actor, Verb.CORRECT, _level_path(reviews[0].node_path, reviews[0].level))
    note = "" if is_approved else rules.normalize_reason(reason)
    occasion = activities.get_occasion(receipt.occasion_id)
    action = "minutes.approved" if is_approved else "minutes.refused"
    waiting = [each for each in own if each.state is ReviewState.WAITING]
    # With none left to decide on, each says whether the same was decided before.
    for review in waiting or own:
        is_new = operations.decide(
            actor=actor,
            occasion=occasion,
            review=review,
            is_approved=is_approved,
            reason=note,
            now=now,
        )
        if is_new:
            details = {"minutes": review.minutes, "level": review.level.value}
            _audit(actor, action, f"review:{review.id.hex}", occasion.node_id, details, now=now)
    return queries.list_reviews([check_in_id])


@use_case
def request_back_fill(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    occasion_id: OccasionId | None = None,
    node_id: UUID | None = None,
    title: str = "",
    started_at: datetime,
    ended_at: datetime,
    evidence: str,
    now: datetime,
) -> BackFill:
    """Ask for hours to be filled in: of an occasion, or of what *title* says at a node.

    :raises NotAllowedError: if the actor may not confirm hours there.
    :raises ParticipantNotFoundError: if nobody of the center is meant.
    :raises AccountClosedError: if the participant's account is closed.
    :raises OwnHoursError: if the actor is that participant.
    :raises BackFillTimesError: if the times do not fit, or nothing says what was done.
    :raises BackFillTooLateError: if more than seven days have passed.
    :raises BackFillNoServiceError: if attending the occasion is no service.
    :raises EvidenceError: if nothing shows that it was so.
    :raises AlreadyCreditedError: if the participant counts at the occasion without a check-out.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    """
    occasion = None if occasion_id is None else activities.get_occasion(occasion_id)
    node = _get_node(node_id, occasion)
    access.authorize(actor, Verb.CONFIRM_HOURS, node.path)
    person = participants.get_local_participant(participant_id, node_path=node.path)
    if person.closed_at is not None:
        raise AccountClosedError
    if access.is_self(actor, person.id):
        raise OwnHoursError
    span = Span(started_at, ended_at)
    rules.check_back_fill(span, occasion, now=now)
    minutes = _count_served(occasion, span, now=now)
    requested = operations.request_back_fill(
        actor=actor,
        participant_id=person.id,
        node=node,
        occasion=occasion,
        title=_choose_title(title, occasion),
        span=span,
        minutes=minutes,
        evidence=rules.normalize_evidence(evidence),
        now=now,
    )
    details = {"minutes": requested.minutes}
    subject = f"back_fill:{requested.id.hex}"
    _audit(actor, "back_fill.requested", subject, node.id, details, now=now)
    return requested


@use_case
def decide_back_fill(
    *,
    actor: Actor,
    back_fill_id: BackFillId,
    is_approved: bool,
    reason: str = "",
    now: datetime,
) -> BackFill:
    """Let hours that a colleague asked for count, or not; the same again changes nothing.

    :raises BackFillNotFoundError: if there is no such request.
    :raises NotAllowedError: if the actor may not correct the books there, or decides on a
        day above eight hours without being of the institute, above twelve of the center.
    :raises SecondPersonError: if the actor asked for it.
    :raises OwnHoursError: if the hours are the actor's own.
    :raises HoursReasonError: if it is refused without a reason.
    :raises BackFillSettledError: if the other was decided before.
    :raises AccountClosedError: if it is approved and the participant's account is closed.
    """
    asked = queries.get_back_fill(back_fill_id)
    access.authorize(actor, Verb.CORRECT, asked.node_path)
    if access.is_self(actor, asked.participant_id):
        raise OwnHoursError
    if actor.principal == asked.requested_by:
        raise SecondPersonError
    note = "" if is_approved else rules.normalize_reason(reason)
    account = ledger.lock_account(participant_id=asked.participant_id, asset=Asset.POINTS)
    asked = queries.get_back_fill(back_fill_id)
    if asked.state is not BackFillState.REQUESTED:
        if is_approved is (asked.state is BackFillState.APPROVED):
            return asked
        raise BackFillSettledError(state=asked.state.value)
    if is_approved:
        _authorize_day(actor, asked)
    decided = operations.decide_back_fill(
        actor=actor,
        back_fill=asked,
        occasion=None if asked.occasion_id is None else activities.get_occasion(asked.occasion_id),
        account=account,
        is_approved=is_approved,
        reason=note,
        now=now,
    )
    action = "back_fill.approved" if is_approved else "back_fill.refused"
    details = {"minutes": asked.minutes, "points": decided.points}
    _audit(actor, action, f"back_fill:{asked.id.hex}", asked.node_id, details, now=now)
    return decided


def may_decide(actor: Actor, review: Review) -> bool:
    """Tell whether *actor* may decide on the minutes of *review*."""
    return access.may(actor, Verb.CORRECT, _level_path(review.node_path, review.level))


def _level_path(node_path: str, level: ReviewLevel) -> str:
    above = network.list_ancestors(node_path)
    found = [node for node in above if node.level is _NODE_LEVELS[level]]
    # A point may stand under the center itself; then that is who decides.
    return (found or list(above))[0].path


def _authorize_day(actor: Actor, asked: BackFill) -> None:
    day = clock.local_date(asked.attended_from, clock.zone())
    recorded = queries.count_day_minutes(asked.participant_id, day)
    level = rules.find_level(asked.minutes, recorded=recorded)
    if level is not None:
        access.authorize(actor, Verb.CORRECT, _level_path(asked.node_path, level))


def _get_node(node_id: UUID | None, occasion: Occasion | None) -> Node:
    if occasion is not None:
        return network.get_node(occasion.node_id)
    if node_id is None:
        raise BackFillTimesError(field="occasion_id")
    return network.get_open_node(node_id)


def _count_served(occasion: Occasion | None, span: Span, *, now: datetime) -> int:
    if occasion is None:
        return span.minutes
    if occasion.rule_code == NO_POINTS:
        raise BackFillNoServiceError
    served = earning.count_served(occasion, minutes=span.minutes, at=span.end, now=now)
    # Where the system failed, what attending is worth may be points alone.
    if not served and not occasion.failure_note:
        raise BackFillNoServiceError
    return served or span.minutes


def _choose_title(title: str, occasion: Occasion | None) -> str:
    if occasion is not None:
        return occasion.title
    text = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    if not 0 < len(text) <= TITLE_LENGTH_MAX:
        raise BackFillTimesError(field="title")
    return text


def _audit(
    actor: Actor,
    action: str,
    subject: str,
    node_id: UUID,
    details: dict[str, Any],
    *,
    now: datetime,
) -> None:
    audit_trail.audit(
        actor=actor, action=action, node_id=node_id, subject=subject, details=details, now=now
    )
