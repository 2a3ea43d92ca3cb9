"""What the worker does: following entries, making deliveries, leasing and settling them."""

from collections.abc import Sequence
from datetime import datetime

from rewards.core.unit import use_case

from .. import operations
from ..types import Outcome, Parcel, SubscriptionId


@use_case
def follow_seals() -> int:
    """Write messages of entries that were sealed since the last time; return of how many seals."""
    return operations.follow_seals()


@use_case
def make_deliveries(*, now: datetime) -> int:
    """Make deliveries of messages that are new; return of how many."""
    return operations.make_deliveries(now=now)


@use_case
def continue_replay(*, subscription_id: SubscriptionId, now: datetime) -> int:
    """Let some more of what is sent again wait to be sent; return how many."""
    return operations.continue_replay(subscription_id, now=now)


@use_case
def lease(*, now: datetime) -> tuple[Parcel, ...]:
    """Take on what is to be sent by now, each parcel for a while."""
    return operations.lease(now=now)


@use_case
def settle(
    *, tried: Sequence[tuple[Parcel, Outcome]], untried: Sequence[Parcel], now: datetime
) -> int:
    """Write down what came of attempts, and give back the rest; return how many arrived."""
    arrived = 0
    for parcel, outcome in tried:
        arrived += operations.settle(parcel, outcome) and outcome.has_arrived
    operations.put_off(untried, now=now)
    return arrived


@use_case
def forget_messages(*, now: datetime) -> int:
    """Delete messages that are older than they are kept; return how many."""
    return operations.forget_messages(now=now)
