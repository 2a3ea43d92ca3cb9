"""Screens that ask: the cookie of a device becomes a paired screen, which was seen just now."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from rewards.core import clock
from rewards.screens import queries as screens
from rewards.screens import rules, service
from rewards.screens.errors import ScreenNotPairedError
from rewards.screens.types import Screen

from . import sessions
from .sessions import Cookie

log = structlog.get_logger(__name__)


def find_screen(*, is_fresh: bool = False) -> Screen | None:
    """Return the screen that is asking, if it is paired; that it was here is written down.

    `is_fresh`: as it is at this moment, not as it was two seconds ago.
    """
    token = sessions.read_cookie(Cookie.SCREEN)
    screen = screens.find_screen(token, is_fresh=is_fresh) if token else None
    now = clock.now()
    if screen is not None and rules.is_seen_due(screen.seen_at, now=now):
        _note_seen(screen, now)
    return screen


def get_screen(*, is_fresh: bool = False) -> Screen:
    """Return the screen that is asking, as `find_screen` does.

    :raises ScreenNotPairedError: if it is not paired, or was disconnected.
    """
    screen = find_screen(is_fresh=is_fresh)
    if screen is None:
        raise ScreenNotPairedError
    return screen


def _note_seen(screen: Screen, now: datetime) -> None:
    try:
        service.note_seen([screen.id], now=now)
    except DBAPIError:
        # A database that only reads for a while still lights the screens.
        log.warning("screen.not_noted", screen=str(screen.id))
