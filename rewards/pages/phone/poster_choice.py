"""What a poster leads to where several things are on, or none."""

from collections.abc import Sequence

from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import rules
from rewards.checkins.rules.posters import is_open
from rewards.checkins.types import CheckInChannel, Poster, ScanTicket
from rewards.core import clock
from rewards.network import queries as network

from . import frame


def find(here: Sequence[Occasion], wanted: str | None) -> Occasion | None:
    """Return the occasion that was chosen, or the only one that is open, or the only one at all."""
    if wanted is not None:
        return next((each for each in here if str(each.id) == wanted), None)
    now = clock.now()
    on = [each for each in here if is_open(each, now=now)]
    candidates = on or here
    return candidates[0] if len(candidates) == 1 else None


def needs_digits(ticket: ScanTicket) -> bool:
    """Tell whether *ticket* is of a poster, which alone checks nobody in there."""
    occasion = activities.get_occasion(ticket.occasion_id)
    return ticket.channel is CheckInChannel.POSTER and not rules.is_poster_enough(occasion)


def show(token: str, poster: Poster, here: Sequence[Occasion]) -> str:
    """Return the page on which one chooses among what is on *here* today."""
    now = clock.now()
    return frame.show(
        "poster.html",
        node=network.find_node(poster.node_id),
        me=frame.find_me(),
        token=token,
        occasions=[
            {
                "occasion": each,
                "is_open": is_open(each, now=now),
                "is_early": now < each.opens_at,
            }
            for each in here
        ],
    )
