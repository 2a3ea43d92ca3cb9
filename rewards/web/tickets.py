"""Scan tickets, signed into a cookie of the browser that scanned."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from rewards.activities.types import OccasionId
from rewards.checkins.types import CheckInChannel, ScanTicket
from rewards.core.settings import Settings

COOKIE = "scan_ticket"
SALT = "scan-ticket"
# Longer than a ticket counts, so that one who comes late is told why.
COOKIE_LIFE = timedelta(hours=1)
# Whoever scans in two tabs loses neither scan.
TICKETS_MAX = 3


def keep(response: Response, ticket: ScanTicket) -> None:
    """Put *ticket* into the browser that *response* goes to, beside those of other occasions."""
    others = [each for each in _list() if each.occasion_id != ticket.occasion_id]
    _write(response, [ticket, *others][:TICKETS_MAX])


def find(occasion_id: OccasionId | None = None) -> ScanTicket | None:
    """Return the genuine ticket of the browser that is asking: of an occasion, or the latest."""
    of_it = (each for each in _list() if occasion_id in (None, each.occasion_id))
    return next(of_it, None)


def drop(response: Response, occasion_id: OccasionId) -> None:
    """Take the ticket of an occasion out of the browser that *response* goes to."""
    others = [each for each in _list() if each.occasion_id != occasion_id]
    if others:
        _write(response, others)
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", path="/")


def _list() -> list[ScanTicket]:
    try:
        kept = _serializer().loads(
            request.cookies.get(COOKIE, ""), max_age=int(COOKIE_LIFE.total_seconds())
        )
        return [_read(each) for each in kept]
    except (BadData, TypeError, ValueError):
        # Tickets of an earlier version know no browser, or no step.
        return []


def _read(fields: list[Any]) -> ScanTicket:
    ticket_id, occasion, scanned_at, channel, device, step = fields
    return ScanTicket(
        id=ticket_id,
        occasion_id=OccasionId(UUID(occasion)),
        scanned_at=datetime.fromisoformat(scanned_at),
        channel=CheckInChannel(channel),
        device=device,
        step=step,
    )


def _write(response: Response, kept: list[ScanTicket]) -> None:
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        COOKIE,
        _serializer().dumps(
            [
                [
                    each.id,
                    each.occasion_id.hex,
                    each.scanned_at.isoformat(),
                    each.channel.value,
                    each.device,
                    each.step,
                ]
                for each in kept
            ]
        ),
        max_age=COOKIE_LIFE,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _serializer() -> URLSafeTimedSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeTimedSerializer(settings.secret_key, salt=SALT)
