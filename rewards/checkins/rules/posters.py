"""What a code on paper can do by itself: open a page, and give a stamp that is worth nothing."""

from collections.abc import Iterable
from datetime import datetime

from rewards.activities.rules import CHECK_OUT_AFTER
from rewards.activities.types import NO_POINTS, Occasion, OccasionStatus

from ..errors import NothingHereError, PosterNotEnoughError, PosterRevokedError
from ..types import Poster


def check_poster_good(poster: Poster) -> None:
    """Check that *poster* was not taken out of use.

    :raises PosterRevokedError: if it was.
    """
    if poster.revoked_at is not None:
        raise PosterRevokedError(revoked_at=poster.revoked_at.isoformat())


def is_poster_enough(occasion: Occasion) -> bool:
    """Tell whether a poster alone checks in: only where nothing is earned by it, nor kept.

    A picture of it goes round as easily as the address of a page: it takes nobody's place.
    """
    gives_nothing = occasion.rule_code == NO_POINTS and not occasion.requires_check_out
    return gives_nothing and occasion.capacity is None and not occasion.takes_sign_ups


def check_poster_enough(occasion: Occasion) -> None:
    """Check that a poster alone checks in at *occasion*.

    :raises PosterNotEnoughError: if something is earned there, or places are counted.
    """
    if not is_poster_enough(occasion):
        raise PosterNotEnoughError


def list_attended(occasions: Iterable[Occasion], *, now: datetime) -> tuple[Occasion, ...]:
    """Return those to which one can come today or from which one can leave, what is open first."""
    ahead = (
        each
        for each in occasions
        if each.status is not OccasionStatus.CANCELLED
        and not each.counts_heads
        and now <= each.ends_at + CHECK_OUT_AFTER
    )
    return tuple(sorted(ahead, key=lambda each: (not is_open(each, now=now), each.starts_at)))


def is_open(occasion: Occasion, *, now: datetime) -> bool:
    """Tell whether one can check in to *occasion* now, or out of it."""
    until = occasion.closes_at
    if occasion.requires_check_out:
        until = max(until, occasion.ends_at + CHECK_OUT_AFTER)
    return occasion.opens_at <= now < until


def choose_stamp(occasions: Iterable[Occasion], *, now: datetime) -> Occasion:
    """Return the one occasion that a poster alone checks in to.

    :raises NothingHereError: if nothing is open.
    :raises PosterNotEnoughError: if what is open asks for more, or if several are.
    """
    on = [each for each in occasions if is_open(each, now=now)]
    if not on:
        raise NothingHereError
    stamps = [each for each in on if is_poster_enough(each)]
    if len(stamps) != 1:
        raise PosterNotEnoughError
    return stamps[0]
