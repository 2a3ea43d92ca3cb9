"""Who may collect, cancel and undo what, and until when."""

from datetime import datetime, timedelta

from rewards.access import rules as access_rules
from rewards.access.types import Actor, ParticipantActor, Verb
from rewards.core.errors import RewardsError
from rewards.stock.types import SpaceId

from ..errors import (
    RedemptionAlreadyFulfilledError,
    RedemptionCancelledError,
    RedemptionExpiredError,
    RedemptionNotFoundError,
    RedemptionOtherSpaceError,
    WrongRedemptionCodeError,
)
from ..types import Redemption, RedemptionStatus
from .codes import read_code

# So long there is a reason to ask why nobody came.
CALLED_WITHIN = timedelta(days=30)


def check_may_cancel(actor: Actor, redemption: Redemption) -> None:
    """Check that the actor is the owner or may hand over rewards at the space.

    :raises RedemptionNotFoundError: if it belongs to another participant.
    :raises NotAllowedError: if staff may not hand over rewards there.
    """
    if not isinstance(actor, ParticipantActor):
        access_rules.authorize(actor, Verb.FULFIL, redemption.space_node_path)
    elif actor.participant_id != redemption.participant_id:
        # What others redeem is not theirs to know of.
        raise RedemptionNotFoundError


def check_may_fulfil(
    actor: Actor, redemption: Redemption, code: str, space_id: SpaceId | None
) -> None:
    """Check that the actor may hand over at the space, and has the code.

    *space_id* is the space the desk stands in, if it stands in one. The name of
    another space is told only to staff who hold the right code.

    :raises NotAllowedError: if the actor may not hand over rewards anywhere.
    :raises WrongRedemptionCodeError: if the code is another one.
    :raises RedemptionOtherSpaceError: if it is to be collected elsewhere.
    """
    if not access_rules.visible_paths(actor, Verb.FULFIL):
        access_rules.authorize(actor, Verb.FULFIL, redemption.space_node_path)
    if read_code(code) != redemption.code:
        raise WrongRedemptionCodeError
    is_here = space_id in {None, redemption.space_id}
    if not is_here or not access_rules.may(actor, Verb.FULFIL, redemption.space_node_path):
        raise RedemptionOtherSpaceError(space_name=redemption.space_name)


def check_is_open(redemption: Redemption) -> None:
    """Check that a redemption has not come to an end; ends are final.

    :raises RedemptionAlreadyFulfilledError: if the reward was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time ran out and the points came back.
    """
    if redemption.status is not RedemptionStatus.RESERVED:
        raise build_refusal(redemption)


def check_is_collectable(redemption: Redemption, now: datetime) -> None:
    """Check that a reward can be handed over now.

    :raises RedemptionAlreadyFulfilledError: if it was handed over before.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time ran out, even if the points are not back yet.
    """
    check_is_open(redemption)
    if is_overdue(redemption, now):
        raise build_refusal(redemption)


def can_expire(redemption: Redemption, now: datetime) -> bool:
    """Tell whether the points of a redemption are due back because its time is over."""
    return redemption.status is RedemptionStatus.RESERVED and is_overdue(redemption, now)


def is_overdue(redemption: Redemption, now: datetime) -> bool:
    """Tell whether the time to collect is over."""
    return redemption.expires_at <= now


def build_refusal(redemption: Redemption) -> RewardsError:
    """Return the error that says why nothing more can become of a redemption."""
    closed_at = redemption.closed_at.isoformat() if redemption.closed_at else None
    if redemption.status is RedemptionStatus.FULFILLED:
        return RedemptionAlreadyFulfilledError(
            fulfilled_at=closed_at,
            fulfilled_by=redemption.closed_by,
            space_name=redemption.space_name,
        )
    if redemption.status is RedemptionStatus.CANCELLED:
        return RedemptionCancelledError(cancelled_at=closed_at, points=redemption.points)
    # Also while it is reserved: its time may be over before the points are back.
    return RedemptionExpiredError(
        expired_at=redemption.expires_at.isoformat(), points=redemption.points
    )


def check_worth_a_call(redemption: Redemption, now: datetime) -> None:
    """Check that there is a reason to call the owner: it waits, or nobody came for it lately.

    :raises RedemptionNotFoundError: if there is none; of whom it was is nobody's business then.
    """
    missed_at = redemption.closed_at if redemption.status is RedemptionStatus.EXPIRED else None
    is_missed = missed_at is not None and missed_at > now - CALLED_WITHIN
    if redemption.status is not RedemptionStatus.RESERVED and not is_missed:
        raise RedemptionNotFoundError
