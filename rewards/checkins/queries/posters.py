"""What a poster means now."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.core.ids import new_label
from rewards.core.secrecy import vault

from .. import rules
from ..errors import InvalidCodeError, PosterNotFoundError
from ..models import PosterRow
from ..types import CheckInChannel, CodeKind, Poster, PosterId, ScanTicket
from .codes import TICKET_ID_LENGTH

# What begins before midnight may go on after it.
NIGHT = timedelta(hours=12)

_posters = table_of(PosterRow)


def get_poster(poster_id: PosterId) -> Poster:
    """Return a poster, good or revoked.

    :raises PosterNotFoundError: if there is none.
    """
    poster = _find(_posters.c.id == poster_id)
    if poster is None:
        raise PosterNotFoundError
    return poster


def list_posters(
    *,
    node_path: str,
    occasion_id: OccasionId | None = None,
    zone_id: UUID | None = None,
    limit: int = 200,
) -> tuple[Poster, ...]:
    """Return the posters of a branch that are good, or of one occasion or zone, newest first."""
    query = (
        sa.select(_posters)
        .where(
            _posters.c.node_path.startswith(node_path, autoescape=True),
            _posters.c.revoked_at.is_(None),
        )
        .order_by(_posters.c.id.desc())
        .limit(limit)
    )
    if occasion_id is not None:
        query = query.where(_posters.c.occasion_id == occasion_id)
    if zone_id is not None:
        query = query.where(_posters.c.zone_id == zone_id)
    return tuple(_read(row) for row in db.session.execute(query))


def get_poster_code(poster: Poster) -> str:
    """Return the token that is printed on a poster."""
    return rules.build_printed_code(CodeKind.POSTER, label=poster.label, key=poster.key)


def find_scanned_poster(text: str) -> Poster:
    """Return the poster whose code *text* is.

    :raises InvalidCodeError: if it is not the code of a poster of ours.
    :raises PosterRevokedError: if it was taken out of use.
    """
    token = rules.parse_token(text)
    poster = _find(_posters.c.label == token.label) if token.kind is CodeKind.POSTER else None
    if poster is None:
        raise InvalidCodeError
    rules.check_printed(token, key=poster.key)
    rules.check_poster_good(poster)
    return poster


def list_here(poster: Poster, *, now: datetime) -> tuple[Occasion, ...]:
    """Return what *poster* leads to: its occasion, or what is on at its place today."""
    if poster.occasion_id is not None:
        return (activities.get_occasion(poster.occasion_id),)
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    found = activities.list_occasions(
        node_path=poster.node_path, starts_from=min(start, now - NIGHT), starts_before=end
    )
    # What is held at a point below has a door, and posters, of its own.
    here = (
        each
        for each in found
        if each.node_id == poster.node_id and poster.zone_id in (None, each.zone_id)
    )
    return rules.list_attended(here, now=now)


def freeze_poster(occasion: Occasion, *, device: str, now: datetime) -> ScanTicket:
    """Return the ticket of a browser that chose *occasion* after it had scanned a poster."""
    return ScanTicket(
        id=new_label(TICKET_ID_LENGTH),
        occasion_id=occasion.id,
        scanned_at=now,
        channel=CheckInChannel.POSTER,
        device=device,
    )


def _find(condition: sa.ColumnElement[bool]) -> Poster | None:
    row = db.session.execute(sa.select(_posters).where(condition)).one_or_none()
    return None if row is None else _read(row)


def _read(row: sa.Row[*tuple[object, ...]]) -> Poster:
    return Poster(
        id=row.id,
        label=row.label,
        # Made of the deployment's secret: who reads the table can print no poster.
        key=bytes.fromhex(vault().lookup(f"poster:{row.id.hex}")),
        node_id=row.node_id,
        node_path=row.node_path,
        zone_id=row.zone_id,
        occasion_id=row.occasion_id,
        place=row.place,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        revoked_by=row.revoked_by,
        revoked_at=row.revoked_at,
    )
