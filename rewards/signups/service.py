"""Use cases of signing up."""

from datetime import datetime
from uuid import UUID

import structlog

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantActor, ParticipantId, Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError

from . import operations, queries
from .errors import OwnPauseError, OwnPlaceError, PlacesKeptError, SignUpNotFoundError
from .types import Pause, SignUp, Stage

REMINDED_AT_ONCE_MAX = 200
RELEASED_AT_ONCE_MAX = 50

log = structlog.get_logger(__name__)


@use_case
def sign_up(*, actor: ParticipantActor, occasion_id: OccasionId, now: datetime) -> SignUp:
    """Sign the actor up: a place, or one in line; who is signed up already stays so.

    :raises OccasionNotFoundError: if there is none.
    :raises ParticipantNotFoundError: if it is of another center.
    :raises SignUpNotOfferedError: if the occasion takes no sign-ups.
    :raises SignUpClosedError: if it is too late, or the occasion was cancelled.
    :raises SignUpPausedError: if the participant may not sign up for a while.
    """
    occasion = activities.get_occasion(occasion_id)
    _get_local(actor.participant_id, occasion)
    return operations.sign_up(
        actor=actor,
        occasion_id=occasion.id,
        participant_id=actor.participant_id,
        by_staff=False,
        now=now,
    )


@use_case
def sign_up_by_staff(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    participant_id: ParticipantId,
    is_here: bool = False,
    now: datetime,
) -> SignUp:
    """Sign a resident up who asked staff for it; a pause does not bind them.

    *is_here*: the resident stands at the door and waits there. For themselves
    staff sign up as everybody does.

    :raises NotAllowedError: if the actor may not check people in there.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    :raises SignUpPausedError: if the actor is that resident, and may not sign up for a while.
    """
    occasion = activities.get_occasion(occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    _get_local(participant_id, occasion)
    is_own = access.is_self(actor, participant_id)
    signed_up = operations.sign_up(
        actor=actor,
        occasion_id=occasion.id,
        participant_id=participant_id,
        by_staff=not is_own,
        is_here=is_here and not is_own,
        now=now,
    )
    if signed_up.is_new:
        _audit(actor, "sign_up.entered", occasion, signed_up, now=now)
    return signed_up


@use_case
def cancel(*, actor: ParticipantActor, sign_up_id: UUID, now: datetime) -> SignUp:
    """Give up the actor's own place, or their place in line.

    :raises SignUpNotFoundError: if it is not theirs.
    :raises SignUpSettledError: if they have come, or the place went on before.
    """
    found = queries.get_sign_up(sign_up_id)
    if found.participant_id != actor.participant_id:
        raise SignUpNotFoundError
    return operations.cancel(actor=actor, sign_up=found, now=now)


@use_case
def cancel_by_staff(
    *, actor: Actor, sign_up_id: UUID, is_excused: bool = False, now: datetime
) -> SignUp:
    """Give up a resident's place who asked staff for it; *is_excused*: it does not count.

    :raises SignUpNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not check people in there.
    :raises SignUpSettledError: if the resident has come, or the place went on before.
    """
    found = queries.get_sign_up(sign_up_id)
    occasion = activities.get_occasion(found.occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    is_excused = is_excused and not access.is_self(actor, found.participant_id)
    cancelled = operations.cancel(actor=actor, sign_up=found, is_excused=is_excused, now=now)
    if cancelled.is_new:
        _audit(actor, "sign_up.cancelled", occasion, cancelled, now=now, is_excused=is_excused)
    return cancelled


@use_case
def let_through(*, actor: Actor, sign_up_id: UUID, now: datetime) -> SignUp:
    """Put a resident before all others in line; staff answer for why.

    :raises SignUpNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage the occasion.
    :raises OwnPlaceError: if the actor is that resident.
    :raises NotWaitingError: if the resident does not wait.
    """
    found = queries.get_sign_up(sign_up_id)
    occasion = activities.get_occasion(found.occasion_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, occasion.node_path)
    if access.is_self(actor, found.participant_id):
        raise OwnPlaceError
    moved = operations.let_through(actor=actor, sign_up=found, now=now)
    if moved.is_new:
        _audit(actor, "sign_up.let-through", occasion, moved, now=now)
    return moved


@use_case
def excuse(*, actor: Actor, sign_up_id: UUID, now: datetime) -> SignUp:
    """Have it not count that a resident did not come, who had a reason.

    :raises SignUpNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not check people in there.
    :raises OwnPauseError: if the actor is that resident.
    """
    found = queries.get_sign_up(sign_up_id)
    occasion = activities.get_occasion(found.occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    if access.is_self(actor, found.participant_id):
        raise OwnPauseError
    if operations.excuse(found, now=now):
        _audit(actor, "sign_up.excused", occasion, found, now=now)
    return queries.get_sign_up(found.id)


@use_case
def lift_pause(*, actor: Actor, participant_id: ParticipantId, now: datetime) -> Pause:
    """Let a resident sign up again before the pause ends.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises NotAllowedError: if the actor may not manage occasions at their home.
    :raises OwnPauseError: if the actor is that participant.
    :raises PauseNotFoundError: if signing up is not paused.
    """
    participant = participants.get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, home.path)
    if access.is_self(actor, participant.id):
        raise OwnPauseError
    pause = operations.lift_pause(participant_id=participant.id, by=actor.principal, now=now)
    audit_trail.audit(
        actor=actor,
        action="sign_up.pause-lifted",
        node_id=home.id,
        subject=f"participant:{participant.id.hex}",
        details={"ends_at": pause.ends_at.isoformat()},
        now=now,
    )
    return pause


def release_due(*, now: datetime, limit: int = RELEASED_AT_ONCE_MAX) -> int:
    """Give on the places of those who have not come; return how many. One occasion, one unit."""
    released = 0
    for occasion_id in queries.list_overdue(now=now, limit=limit):
        try:
            released += release(occasion_id=occasion_id, now=now)
        except PlacesKeptError:
            continue
        except Exception:
            # Whatever is wrong with one: those who stand at the doors of the others come in.
            log.exception("sign_ups.not_released", occasion=occasion_id.hex)
    return released


@use_case
def release(*, occasion_id: OccasionId, now: datetime) -> int:
    """Give on the places of an occasion that nobody came for in time; return how many.

    :raises PlacesKeptError: if scans of people who came may not have been told yet.
    """
    return operations.release(occasion_id, now=now)


def remind_due(*, now: datetime, limit: int = REMINDED_AT_ONCE_MAX) -> int:
    """Remind people a day and two hours before what they signed up for; return how many.

    The later reminder goes first: it says all that the earlier one would have.
    """
    stages = (Stage.HOURS_BEFORE, Stage.DAY_BEFORE)
    return sum(remind(stage=stage, limit=limit, now=now) for stage in stages)


@use_case
def remind(*, stage: Stage, limit: int, now: datetime) -> int:
    """Remind the next people of one stage; return how many."""
    return operations.remind(stage, limit=limit, now=now)


def _get_local(participant_id: ParticipantId, occasion: Occasion) -> None:
    local = participants.get_local_participant(participant_id, node_path=occasion.node_path)
    if local.closed_at is not None:
        raise ParticipantClosedError


def _audit(
    actor: Actor,
    action: str,
    occasion: Occasion,
    sign_up: SignUp,
    *,
    now: datetime,
    **details: bool,
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=occasion.node_id,
        subject=f"sign_up:{sign_up.id.hex}",
        details={"state": sign_up.state.value, **details},
        now=now,
    )
