"""Digits typed by somebody who has not signed in: kept like a scan, until they have."""

from werkzeug.wrappers import Response

from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.errors import OtherOccasionError, WrongDigitsError
from rewards.core import clock
from rewards.web import browsers, guesses, tickets


def keep(response: Response, occasion_id: OccasionId, typed: str, *, leaving: bool) -> None:
    """Put into the browser that *response* goes to when it typed the digits of an occasion.

    With *leaving* they are meant for a check-out.

    :raises TooManyDigitsError: if this is guessing.
    :raises OccasionNotFoundError: if there is no such occasion.
    :raises WrongDigitsError: if they are not those of now.
    :raises OtherOccasionError: if they are those of another occasion there.
    """
    now = clock.now()
    guesses.check(now=now)
    device = browsers.keep(response)
    try:
        ticket = checkins.freeze_digits(
            occasion_id, typed, device=device, is_leaving=leaving, now=now
        )
    except (WrongDigitsError, OtherOccasionError) as error:
        guesses.add(now=now)
        service.note_refused_scan(
            participant_id=None, occasion_id=occasion_id, reason=error.code, raw=typed, now=now
        )
        raise
    tickets.keep(response, ticket)
