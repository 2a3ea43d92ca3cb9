"""Who collects, how many pieces, and when."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rewards.access.types import Actor, ParticipantActor
from rewards.core import clock
from rewards.participants import rules as participants
from rewards.participants.errors import InvalidNameError
from rewards.stock import rules as stock_rules
from rewards.stock.types import Hours

from ..errors import (
    InvalidProxyError,
    ProxyNotNamedError,
    QuantityOutOfRangeError,
    RedemptionAlreadyExtendedError,
    RedemptionNotFoundError,
)
from ..types import Proxy, Redemption
from .closing import check_is_collectable

PHONE_TAIL_LENGTH = 4
EXTRA_DAYS = 7
REMIND_BEFORE = timedelta(days=2)
PROXIES_KEPT = timedelta(days=30)


def check_owner(actor: Actor, redemption: Redemption) -> None:
    """Check that the actor is the one for whom the goods wait.

    :raises RedemptionNotFoundError: if it is somebody else's.
    """
    is_owner = isinstance(actor, ParticipantActor) and (
        actor.participant_id == redemption.participant_id
    )
    if not is_owner:
        raise RedemptionNotFoundError


def read_proxy(name: str, phone_tail: str) -> Proxy:
    """Return who is to collect, by name and the last four digits of their phone.

    :raises InvalidProxyError: naming the value that does not fit.
    """
    digits = unicodedata.normalize("NFKC", phone_tail).strip()
    if len(digits) != PHONE_TAIL_LENGTH or not (digits.isascii() and digits.isdigit()):
        raise InvalidProxyError(field="phone_tail")
    try:
        name = participants.normalize_name(name)
    except InvalidNameError as error:
        raise InvalidProxyError(field="name") from error
    return Proxy(name=name, masked_name=participants.mask_name(name), phone_tail=digits)


def check_collector(proxy: Proxy | None) -> None:
    """Check that the owner named somebody who collects for them.

    :raises ProxyNotNamedError: if they named nobody.
    """
    if proxy is None:
        raise ProxyNotNamedError


def check_same_collector(named: Iterable[tuple[str, Proxy | None]], came: Proxy | None) -> None:
    """Check that the one who came is the one named for each thing, told with its name.

    :raises ProxyNotNamedError: naming the first thing for which nobody or somebody else is.
    """
    for thing, proxy in named:
        if proxy is None or proxy != came:
            raise ProxyNotNamedError(thing=thing)


def check_part(redemption: Redemption, quantity: int) -> None:
    """Check that so many of the pieces can be handed over now.

    :raises QuantityOutOfRangeError: if it is none, or more than wait.
    """
    if not 1 <= quantity <= redemption.quantity:
        raise QuantityOutOfRangeError(quantity_max=redemption.quantity)


def price_of(redemption: Redemption, quantity: int) -> int:
    """Return what so many of the pieces of a redemption cost, at the price it was made at."""
    return redemption.points // redemption.quantity * quantity


def check_extendable(redemption: Redemption, now: datetime) -> None:
    """Check that the owner may ask for more time.

    :raises RedemptionAlreadyFulfilledError: if it was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time is over.
    :raises RedemptionAlreadyExtendedError: if they asked before.
    """
    check_is_collectable(redemption, now)
    if redemption.extended_at is not None:
        raise RedemptionAlreadyExtendedError(until=redemption.expires_at.isoformat())


def is_due_soon(redemption: Redemption, now: datetime) -> bool:
    """Tell whether the time to collect ends so soon that the owner is reminded."""
    return now < redemption.expires_at <= now + REMIND_BEFORE


def extended_until(expires_at: datetime, zone: ZoneInfo, *, hours: Hours) -> datetime:
    """Return until when a redemption is kept at a space with *hours* if its owner asks for more.

    It is the end of a day on which the exchange desk opens, as the first deadline is.
    """
    # The deadline is the midnight at which the last day is over.
    last_day = clock.local_date(expires_at - timedelta(microseconds=1), zone)
    later = stock_rules.last_pickup_day(hours, last_day, kept_days=EXTRA_DAYS)
    return clock.day_bounds(later, zone)[1]
