"""Record slips as pages and API share them: what anybody may check, and the paper itself."""

from datetime import datetime, timedelta

from flask import Flask, current_app

from rewards.core.settings import Settings
from rewards.participants import queries as participants
from rewards.statements import queries
from rewards.statements.errors import RecordSlipNotFoundError, TooManySlipChecksError
from rewards.statements.types import RecordSlip, SlipCheck

from . import addresses, papers, qr, throttles

# Enough for somebody who reads from bad paper, far too few to meet a number by chance.
MISSES_MAX = 20
MISSES_SPAN = timedelta(minutes=10)
EXTENSION = "slip_misses"


def forget(app: Flask) -> None:
    """Have *app* know of nobody yet who tried numbers that no slip has."""
    app.extensions[EXTENSION] = throttles.Misses(misses_max=MISSES_MAX, span=MISSES_SPAN)


def get_check(text: str, *, now: datetime) -> SlipCheck:
    """Return what anybody may know of the slip whose number *text* is.

    :raises TooManySlipChecksError: if the visitor tried too many numbers.
    :raises RecordSlipNotFoundError: if there is no such slip.
    """
    misses: throttles.Misses = current_app.extensions[EXTENSION]
    visitor = throttles.visitor()
    seconds = misses.wait_seconds(visitor, now=now)
    if seconds:
        raise TooManySlipChecksError(retry_after_seconds=seconds)
    check = queries.find_check(text)
    if check is None:
        misses.add(visitor, now=now)
        raise RecordSlipNotFoundError
    return check


def draw(slip: RecordSlip) -> bytes:
    """Return the PDF of a slip for whom it is about, with the full name."""
    link = addresses.page_link(f"/slips/{slip.number}")
    return papers.draw_slip(
        slip,
        name=participants.get_identity(slip.participant_id).name,
        member=participants.get_participant(slip.participant_id).number,
        link=link,
        symbol=qr.qr_rows(link),
    )


def certificate_issuer() -> str:
    """Return the lawful issuer of certificates that the deployment names, or ""."""
    settings: Settings = current_app.extensions["settings"]
    return settings.certificate_issuer
