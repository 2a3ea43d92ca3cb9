"""Scans that this browser keeps: which of them still count, and which a new one replaces."""

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import rules
from rewards.checkins.errors import TicketExpiredError
from rewards.checkins.types import CheckInChannel, ScanTicket
from rewards.core import clock
from rewards.participants.types import Participant
from rewards.web import browsers, tickets

from . import poster_choice, progress
from .progress import State

# By what a scan leads to something: by anything else it would only be in the way of the next.
_LEADING = frozenset({State.READY, State.CHECK_OUT, State.WAITING, State.FULL})


def find_usable(occasion_id: OccasionId) -> ScanTicket | None:
    """Return the scan of the screen, or the digits, that this browser can still use there."""
    ticket = tickets.find(occasion_id)
    if ticket is None or not is_fresh(ticket):
        return None
    # A poster says no time, so another scan is as good as the first, and the screen better.
    if ticket.channel is CheckInChannel.POSTER:
        return None
    # Its cookie is lost: the scan was of a browser that is no more.
    return ticket if ticket.device == browsers.find_id() else None


def find_latest() -> ScanTicket | None:
    """Return the latest scan that this browser keeps and that leads on still."""
    ticket = tickets.find()
    if ticket is None:
        return None
    return ticket if is_fresh(ticket) or poster_choice.needs_digits(ticket) else None


def is_fresh(ticket: ScanTicket) -> bool:
    """Tell whether the time of a scan counts still."""
    try:
        rules.check_ticket_age(scanned_at=ticket.scanned_at, now=clock.now())
    except TicketExpiredError:
        return False
    return True


def choose(
    occasion: Occasion, me: Participant | None, *, new: ScanTicket, kept: ScanTicket | None
) -> ScanTicket:
    """Return the scan that counts: the new one, unless it came too late and the kept one had not.

    Whoever came too early, or stayed on after they had scanned to leave, scans again.
    """
    if kept is None or leads_on(occasion, me, new) or not leads_on(occasion, me, kept):
        return new
    return kept


def leads_on(occasion: Occasion, me: Participant | None, ticket: ScanTicket) -> bool:
    """Tell whether a scan is worth keeping until the tap."""
    return judge(occasion, me, ticket) in _LEADING


def judge(occasion: Occasion, me: Participant | None, ticket: ScanTicket) -> State:
    """Return how *occasion* stands by a scan: at its time, or now if the digits are to follow."""
    at = clock.now() if poster_choice.needs_digits(ticket) else ticket.scanned_at
    return progress.judge(occasion, me, at=at)


def is_of_leaving(ticket: ScanTicket, me: Participant | None) -> bool:
    """Tell whether whoever scanned is about to leave."""
    return judge(activities.get_occasion(ticket.occasion_id), me, ticket) is State.CHECK_OUT
