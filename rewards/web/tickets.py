"""Scan tickets, signed into a cookie of the browser that scanned."""

from datetime import datetime, timedelta
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


def keep(response: Response, ticket: ScanTicket) -> None:
    """Put *ticket* into the browser that *response* goes to."""
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        COOKIE,
        _serializer().dumps(
            [
                ticket.id,
                ticket.occasion_id.hex,
                ticket.scanned_at.isoformat(),
                ticket.channel.value,
                ticket.device,
            ]
        ),
        max_age=COOKIE_LIFE,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def find() -> ScanTicket | None:
    """Return the ticket of the browser that is asking, if it carries a genuine one."""
    try:
        ticket_id, occasion, scanned_at, channel, device = _serializer().loads(
            request.cookies.get(COOKIE, ""), max_age=int(COOKIE_LIFE.total_seconds())
        )
    except (BadData, ValueError):
        # Tickets of an earlier version know no browser.
        return None
    return ScanTicket(
        id=ticket_id,
        occasion_id=OccasionId(UUID(occasion)),
        scanned_at=datetime.fromisoformat(scanned_at),
        channel=CheckInChannel(channel),
        device=device,
    )


def drop(response: Response) -> None:
    """Take the ticket out of the browser that *response* goes to."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", path="/")


def _serializer() -> URLSafeTimedSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeTimedSerializer(settings.secret_key, salt=SALT)
