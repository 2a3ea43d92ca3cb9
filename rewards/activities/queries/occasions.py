"""Reads of occasions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.network.types import NodeId
from rewards.teams.types import TeamId

from ..errors import OccasionNotFoundError
from ..models import OccasionRow, OccasionSeatsRow
from ..rules import CHECK_OUT_AFTER, DURATION_MAX, OPENS_BEFORE_MAX
from ..types import Occasion, OccasionId, OccasionStatus, Seats, SeriesId

_columns = OccasionRow.__table__.c
_by_id = sa.select(OccasionRow.__table__).where(_columns.id == sa.bindparam("wanted"))
_by_label = sa.select(OccasionRow.__table__).where(_columns.code_label == sa.bindparam("wanted"))

LOOK_UP_SIZE = 500


def get_occasion(occasion_id: OccasionId) -> Occasion:
    """Return the occasion.

    :raises OccasionNotFoundError: if there is none.
    """
    row = db.session.connection().execute(_by_id, {"wanted": occasion_id}).one_or_none()
    if row is None:
        raise OccasionNotFoundError
    return to_occasion(row)


def find_by_code_label(label: str) -> Occasion | None:
    """Return the occasion whose codes carry *label*."""
    row = db.session.connection().execute(_by_label, {"wanted": label}).one_or_none()
    return None if row is None else to_occasion(row)


def list_occasions(
    *, node_path: str, starts_from: datetime, starts_before: datetime
) -> tuple[Occasion, ...]:
    """Return the occasions of a branch of the network that start in a span, in order."""
    rows = db.session.execute(
        sa.select(OccasionRow.__table__)
        .where(
            _columns.node_path.startswith(node_path, autoescape=True),
            _columns.starts_at >= starts_from,
            _columns.starts_at < starts_before,
        )
        .order_by(_columns.starts_at, _columns.id)
    ).all()
    return tuple(to_occasion(row) for row in rows)


def list_attended(*, node_path: str, at: datetime) -> tuple[Occasion, ...]:
    """Return where in a branch people may come, are, or may leave at a moment, in order.

    Of all that a network has in two days that is little, and anybody may ask for it.
    """
    rows = db.session.execute(
        sa.select(OccasionRow.__table__)
        .where(
            _columns.node_path.startswith(node_path, autoescape=True),
            _columns.starts_at >= at - DURATION_MAX - CHECK_OUT_AFTER,
            _columns.starts_at <= at + OPENS_BEFORE_MAX,
            _columns.opens_at <= at,
            _columns.status == OccasionStatus.SCHEDULED,
            ~_columns.counts_heads,
            sa.or_(
                _columns.closes_at > at,
                sa.and_(_columns.requires_check_out, _columns.ends_at >= at - CHECK_OUT_AFTER),
            ),
        )
        .order_by(_columns.starts_at, _columns.id)
    ).all()
    return tuple(to_occasion(row) for row in rows)


def list_by_ids(ids: Sequence[OccasionId]) -> dict[OccasionId, Occasion]:
    """Return those of the occasions that exist."""
    rows = db.session.execute(
        sa.select(OccasionRow.__table__).where(_columns.id.in_(list(ids)))
    ).all()
    return {OccasionId(row.id): to_occasion(row) for row in rows}


def page_occasions(
    *,
    node_path: str = "",
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Occasion]:
    """Return occasions of a branch, newest start first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = (
        sa.select(OccasionRow.__table__)
        .where(_columns.node_path.startswith(node_path, autoescape=True))
        .order_by(_columns.starts_at.desc(), _columns.id.desc())
        .limit(limit + 1)
    )
    if starts_from is not None:
        query = query.where(_columns.starts_at >= starts_from)
    if starts_before is not None:
        query = query.where(_columns.starts_at < starts_before)
    if cursor is not None:
        starts_at, last_id = _decode(cursor)
        query = query.where(
            sa.or_(
                _columns.starts_at < starts_at,
                sa.and_(_columns.starts_at == starts_at, _columns.id < last_id),
            )
        )
    rows = db.session.execute(query).all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor([last.starts_at.isoformat(), str(last.id)])
    return Page(items=tuple(to_occasion(row) for row in rows[:limit]), next=following)


def list_seats(connection: sa.Connection) -> tuple[Seats, ...]:
    """Return the places of every occasion that has a capacity."""
    seats = OccasionSeatsRow.__table__.c
    rows = connection.execute(
        sa.select(_columns.id, _columns.capacity, sa.func.coalesce(seats.taken, 0).label("taken"))
        .outerjoin(OccasionSeatsRow.__table__, seats.occasion_id == _columns.id)
        .where(_columns.capacity.is_not(None))
        .order_by(_columns.id)
    )
    return tuple(
        Seats(occasion_id=OccasionId(row.id), capacity=row.capacity, taken=row.taken)
        for row in rows
    )


def list_offered(
    *,
    node_path: str,
    without: str | None = None,
    after: datetime,
    apart_from: Iterable[OccasionId] = (),
    limit: int = LOOK_UP_SIZE,
) -> tuple[Occasion, ...]:
    """Return what one can sign up for in a branch after a moment, the next ones in order.

    *without*: a branch of that branch which is left out.
    """
    query = (
        sa.select(OccasionRow.__table__)
        .where(
            _columns.node_path.startswith(node_path, autoescape=True),
            _columns.takes_sign_ups,
            _columns.status == OccasionStatus.SCHEDULED,
            _columns.starts_at > after,
            sa.func.coalesce(_columns.sign_up_closes_at, _columns.starts_at) >= after,
            _columns.id.not_in(list(apart_from)),
        )
        .order_by(_columns.starts_at, _columns.id)
        .limit(limit)
    )
    if without is not None:
        query = query.where(~_columns.node_path.startswith(without, autoescape=True))
    return tuple(to_occasion(row) for row in db.session.execute(query))


def count_free(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many places are free at those of the occasions that count them."""
    seats = OccasionSeatsRow.__table__.c
    rows = db.session.execute(
        sa.select(seats.occasion_id, (seats.capacity - seats.taken).label("free")).where(
            seats.occasion_id.in_(list(occasion_ids))
        )
    ).all()
    return {OccasionId(row.occasion_id): int(row.free) for row in rows}


def select_starts(*, after: datetime | None, until: datetime) -> sa.Select[UUID, datetime]:
    """Return a selection of what takes sign-ups and starts in a span, for other queries."""
    query = sa.select(_columns.id, _columns.starts_at).where(
        _columns.takes_sign_ups,
        _columns.status == OccasionStatus.SCHEDULED,
        _columns.starts_at <= until,
    )
    return query if after is None else query.where(_columns.starts_at > after)


def map_times(
    connection: sa.Connection, ids: Iterable[OccasionId]
) -> dict[OccasionId, tuple[datetime, datetime]]:
    """Return when each of the occasions starts and ends."""
    wanted = sorted(set(ids))
    times: dict[OccasionId, tuple[datetime, datetime]] = {}
    for start in range(0, len(wanted), LOOK_UP_SIZE):
        rows = connection.execute(
            sa.select(_columns.id, _columns.starts_at, _columns.ends_at).where(
                _columns.id.in_(wanted[start : start + LOOK_UP_SIZE])
            )
        )
        times.update({OccasionId(row.id): (row.starts_at, row.ends_at) for row in rows})
    return times


def _decode(cursor: str) -> tuple[datetime, UUID]:
    starts_at, last_id = decode_cursor(cursor, length=2)
    try:
        return datetime.fromisoformat(starts_at), UUID(last_id)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def to_occasion(row: sa.Row[tuple[object, ...]]) -> Occasion:
    """Return the read model of a whole row."""
    return Occasion(
        id=OccasionId(row.id),
        kind=row.kind,
        title=row.title,
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        place=row.place,
        team=row.team,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        capacity=row.capacity,
        requires_check_out=row.requires_check_out,
        rule_code=row.rule_code,
        status=row.status,
        code_label=row.code_label,
        code_key=row.code_key,
        counts_heads=row.counts_heads,
        head_count=row.head_count,
        failure_note=row.failure_note,
        team_id=None if row.team_id is None else TeamId(row.team_id),
        age_min=row.age_min,
        age_max=row.age_max,
        qualification=row.qualification,
        training=row.training,
        takes_sign_ups=row.takes_sign_ups,
        sign_up_closes_at=row.sign_up_closes_at,
        zone_id=row.zone_id,
        series_id=None if row.series_id is None else SeriesId(row.series_id),
        series_slot=row.series_slot,
        revision=row.revision,
        revised_at=row.revised_at,
    )
