"""Saying what was refused, with the field for the digits where they help, and keeping it."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import service
from rewards.checkins.errors import (
    CodeExpiredError,
    OtherOccasionError,
    PosterNotEnoughError,
    TicketExpiredError,
    WrongDigitsError,
)
from rewards.checkins.types import ScanTicket
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.web import sentences, sessions, statuses
from rewards.web.limits import TooManyScansError

from . import frame

_DIGITS_HELP = (
    CodeExpiredError,
    OtherOccasionError,
    PosterNotEnoughError,
    TicketExpiredError,
    WrongDigitsError,
)


def show(
    error: RewardsError, *, occasion: Occasion | None = None, leaving: bool = False
) -> ResponseReturnValue:
    """Say what was refused, why, and what to do now; offer the digits where they may help.

    With *leaving* they check out.
    """
    page = frame.show(
        "refused.html",
        node=network.find_node(occasion.node_id) if occasion else None,
        me=frame.find_me(),
        sentence=sentences.explain(error),
        occasions=_list_by_digits(error, occasion),
        leaving=leaving,
    )
    seconds = statuses.retry_seconds_of(error)
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return page, statuses.status_of(error), headers


def find_occasion(ticket: ScanTicket | None) -> Occasion | None:
    """Return what a refused form was about, or the scan that came with it."""
    wanted = request.form.get("occasion")
    try:
        if wanted:
            return activities.get_occasion(OccasionId(UUID(wanted)))
    except (ValueError, RewardsError):
        return None
    return activities.get_occasion(ticket.occasion_id) if ticket else None


def note(occasion: Occasion, error: RewardsError, token: str, *, leaving: bool) -> None:
    """Keep a refused scan of a code of *occasion*."""
    actor = sessions.find_participant()
    service.note_refused_scan(
        participant_id=actor.participant_id if actor else None,
        occasion_id=occasion.id,
        reason=error.code,
        raw=token,
        is_leaving=leaving,
        now=clock.now(),
    )


def note_own(error: RewardsError, token: str) -> None:
    """Keep a refused scan of no code of ours, of somebody who is signed in."""
    # Of strangers without an account nobody could be helped, and anybody can send anything.
    actor = sessions.find_participant()
    if actor is None or isinstance(error, TooManyScansError):
        return
    service.note_refused_scan(
        participant_id=actor.participant_id,
        occasion_id=None,
        reason=error.code,
        raw=token,
        now=clock.now(),
    )


def _list_by_digits(error: RewardsError, occasion: Occasion | None) -> list[Occasion]:
    if occasion is None or not isinstance(error, _DIGITS_HELP):
        return []
    if not isinstance(error, OtherOccasionError):
        return [occasion]
    # Those of whose screen was read come first.
    other = activities.get_occasion(OccasionId(UUID(str(error.members["occasion_id"]))))
    return [other, occasion]
