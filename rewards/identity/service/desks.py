"""Several clerks on one tablet: who is at the desk, told by a few digits."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import SignInId, StaffActor, StaffId, SystemActor, Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..errors import PinEndedError
from ..types import KeptPin, SignedIn


def set_pin(*, actor: StaffActor, tablet: str, pin: str, now: datetime) -> SignedIn:
    """Set the digits of whoever is fully signed in, and leave the desk alone open to them.

    They count on this *tablet* until midnight. The full sign-in ends.

    :raises NotAllowedError: if the actor is not fully signed in with a browser.
    :raises WeakPinError: if the digits are too few, too many or too plain.
    """
    pin = rules.normalize_pin(pin)
    rules.check_pin(pin)
    if actor.sign_in_id is None or actor.is_desk:
        raise NotAllowedError(verb=Verb.FULFIL.value)
    return _set_pin(
        actor=actor,
        sign_in_id=actor.sign_in_id,
        tablet=tablet,
        pin_hash=rules.hash_password(pin),
        now=now,
    )


def take_desk(
    *,
    tablet: str,
    staff_id: UUID,
    pin: str,
    instead_of: SignInId | None = None,
    now: datetime,
) -> SignedIn:
    """Sign a clerk in to the desk of a tablet by digits; the sign-in *instead_of* ends.

    :raises WrongPinError: if they are wrong; the try is counted.
    :raises PinEndedError: if none count there any more, or this was the last try.
    """
    kept = queries.find_pin(tablet, staff_id)
    if kept is None:
        rules.is_password(pin, rules.absent_password_hash())
        raise PinEndedError
    outcome = _take_desk(
        pin=kept,
        is_right=rules.is_password(rules.normalize_pin(pin), kept.pin_hash),
        staff_id=StaffId(staff_id),
        instead_of=instead_of,
        now=now,
    )
    if isinstance(outcome, RewardsError):
        raise outcome
    return outcome


@use_case
def leave_desk(*, actor: StaffActor, tablet: str, now: datetime) -> None:
    """End the actor's sign-in and their digits on this tablet: the shift is over."""
    if actor.sign_in_id is not None:
        operations.end_sign_in(sign_in_id=actor.sign_in_id, now=now)
    operations.end_pins(staff_id=actor.staff_id, tablet=tablet, now=now)


@use_case
def _set_pin(
    *, actor: StaffActor, sign_in_id: SignInId, tablet: str, pin_hash: str, now: datetime
) -> SignedIn:
    _midnight, ends_at = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    operations.keep_pin(
        tablet=tablet, staff_id=actor.staff_id, pin_hash=pin_hash, expires_at=ends_at, now=now
    )
    access.audit(
        actor=actor,
        action="staff.pin-set",
        node_id=None,
        subject=f"staff:{actor.staff_id.hex}",
        details={},
        now=now,
    )
    operations.end_sign_in(sign_in_id=sign_in_id, now=now)
    return operations.open_desk_sign_in(staff_id=actor.staff_id, ends_at=ends_at, now=now)


@use_case
def _take_desk(
    *,
    pin: KeptPin,
    is_right: bool,
    staff_id: StaffId,
    instead_of: SignInId | None,
    now: datetime,
) -> SignedIn | RewardsError:
    outcome = operations.judge_pin(pin=pin, is_right=is_right, now=now)
    if isinstance(outcome, RewardsError):
        access.audit(
            actor=SystemActor(),
            action="staff.pin-failed",
            node_id=None,
            subject=f"staff:{staff_id.hex}",
            details={"refusal": outcome.code},
            now=now,
        )
        return outcome
    if instead_of is not None:
        operations.end_sign_in(sign_in_id=instead_of, now=now)
    return operations.open_desk_sign_in(staff_id=staff_id, ends_at=outcome, now=now)
