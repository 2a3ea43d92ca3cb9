"""Digits typed by somebody who has not signed in: kept like a scan, until they have."""

from werkzeug.wrappers import Response

from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.errors import WrongDigitsError
from rewards.core import clock
from rewards.web import browsers, guesses, tickets


def keep(response: Response, occasion_id: OccasionId, typed: str) -> None:
    """Put into the browser that *response* goes to when it typed the digits of an occasion.

    :raises TooManyDigitsError: if this is guessing.
    :raises OccasionNotFoundError: if there is no such occasion.
    :raises WrongDigitsError: if they are not those of now.
    """
    now = clock.now()
    guesses.check(now=now)
    device = browsers.keep(response)
    try:
        ticket = checkins.freeze_digits(occasion_id, typed, device=device, now=now)
    except WrongDigitsError as error:
        guesses.add(now=now)
        service.note_refused_scan(
            participant_id=None, occasion_id=occasion_id, reason=error.code, raw=typed, now=now
        )
        raise
    tickets.keep(response, ticket)
