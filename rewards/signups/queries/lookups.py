"""Reads of signing up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from .. import rules
from ..errors import SignUpNotFoundError
from ..models import SignUpPauseRow, SignUpRow
from ..types import Pause, PauseId, SignUp, SignUpId, SignUpState, Tally

_sign_ups = table_of(SignUpRow)
_pauses = table_of(SignUpPauseRow)
_ahead = sa.alias(_sign_ups)
# How many wait with a lower number, for those who wait.
_before = (
    sa.select(sa.func.count())
    .select_from(_ahead)
    .where(
        _ahead.c.occasion_id == _sign_ups.c.occasion_id,
        _ahead.c.state == SignUpState.WAITING,
        _ahead.c.queue_no < _sign_ups.c.queue_no,
    )
    .correlate(_sign_ups)
    .scalar_subquery()
)
_place = sa.case((_sign_ups.c.state == SignUpState.WAITING, _before + 1), else_=None)
_with_place = sa.select(_sign_ups, _place.label("place_in_line"))
# Built once: it stands on the path of every check-in where people sign up.
_one = _with_place.where(
    _sign_ups.c.occasion_id == sa.bindparam("occasion"),
    _sign_ups.c.participant_id == sa.bindparam("participant"),
)
ACTIVE = (SignUpState.CONFIRMED, SignUpState.WAITING)


def find_sign_up(*, occasion_id: OccasionId, participant_id: ParticipantId) -> SignUp | None:
    """Return a participant's sign-up for an occasion, cancelled or not, if there was one."""
    wanted = {"occasion": occasion_id, "participant": participant_id}
    row = db.session.connection().execute(_one, wanted).one_or_none()
    return None if row is None else _sign_up(row)


def get_sign_up(sign_up_id: UUID) -> SignUp:
    """Return the sign-up.

    :raises SignUpNotFoundError: if there is none.
    """
    row = db.session.execute(_with_place.where(_sign_ups.c.id == sign_up_id)).one_or_none()
    if row is None:
        raise SignUpNotFoundError
    return _sign_up(row)


def list_sign_ups(occasion_id: OccasionId, *states: SignUpState) -> tuple[SignUp, ...]:
    """Return the sign-ups for an occasion: those who wait in line, the others as they came."""
    # Who waits is counted here: for each the database would look at all before them.
    query = (
        sa.select(_sign_ups, sa.null().label("place_in_line"))
        .where(_sign_ups.c.occasion_id == occasion_id)
        .order_by(
            sa.func.coalesce(_sign_ups.c.queue_no, 0), _sign_ups.c.signed_up_at, _sign_ups.c.id
        )
    )
    if states:
        query = query.where(_sign_ups.c.state.in_(states))
    places = count(1)
    return tuple(
        replace(each, place_in_line=next(places)) if each.state is SignUpState.WAITING else each
        for each in (_sign_up(row) for row in db.session.execute(query))
    )


def page_sign_ups(
    *,
    occasion_id: OccasionId,
    state: SignUpState | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[SignUp]:
    """Return the sign-ups for an occasion, the first ones first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = _with_place.where(_sign_ups.c.occasion_id == occasion_id)
    if state is not None:
        query = query.where(_sign_ups.c.state == state)
    return _page(query, cursor, limit, is_newest_first=False)


def page_of_participant(
    *, participant_id: ParticipantId, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[SignUp]:
    """Return a participant's sign-ups, the latest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = _with_place.where(_sign_ups.c.participant_id == participant_id)
    return _page(query, cursor, limit, is_newest_first=True)


def list_of(
    participant_id: ParticipantId, occasion_ids: Sequence[OccasionId]
) -> dict[OccasionId, SignUp]:
    """Return the participant's sign-ups for those occasions."""
    rows = db.session.execute(
        _with_place.where(
            _sign_ups.c.participant_id == participant_id,
            _sign_ups.c.occasion_id.in_(list(occasion_ids)),
        )
    )
    return {OccasionId(row.occasion_id): _sign_up(row) for row in rows}


def list_active(participant_id: ParticipantId) -> tuple[SignUp, ...]:
    """Return for what a participant keeps a place or waits for one, whenever it is."""
    rows = db.session.execute(
        _with_place.where(
            _sign_ups.c.participant_id == participant_id, _sign_ups.c.state.in_(ACTIVE)
        )
    )
    return tuple(_sign_up(row) for row in rows)


def tally(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, Tally]:
    """Return how many have signed up for each of the occasions."""
    rows = db.session.execute(
        sa.select(_sign_ups.c.occasion_id, _sign_ups.c.state, sa.func.count().label("people"))
        .where(_sign_ups.c.occasion_id.in_(list(occasion_ids)))
        .group_by(_sign_ups.c.occasion_id, _sign_ups.c.state)
    ).all()
    counted: dict[OccasionId, dict[str, int]] = {}
    for row in rows:
        if row.state is not SignUpState.CANCELLED:
            counted.setdefault(OccasionId(row.occasion_id), {})[row.state.value] = int(row.people)
    return {each: Tally(**counted.get(each, {})) for each in occasion_ids}


def count_at_door(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many stand at the door of each of the occasions and wait for a place."""
    rows = db.session.execute(
        sa.select(_sign_ups.c.occasion_id, sa.func.count().label("people"))
        .where(
            _sign_ups.c.occasion_id.in_(list(occasion_ids)),
            _sign_ups.c.state == SignUpState.WAITING,
            _sign_ups.c.came_at.is_not(None),
        )
        .group_by(_sign_ups.c.occasion_id)
    ).all()
    return {OccasionId(row.occasion_id): int(row.people) for row in rows}


def count_signed_up(occasion: Occasion) -> int | None:
    """Return how many have or had a place at an occasion, or None where nobody signs up."""
    if not occasion.takes_sign_ups:
        return None
    return tally([occasion.id])[occasion.id].signed_up


def find_pause(participant_id: ParticipantId, *, now: datetime) -> Pause | None:
    """Return the pause of a participant that lasts now, if one does."""
    row = db.session.execute(
        sa.select(_pauses)
        .where(
            _pauses.c.participant_id == participant_id,
            _pauses.c.begins_at <= now,
            _pauses.c.ends_at > now,
            _pauses.c.lifted_at.is_(None),
        )
        .order_by(_pauses.c.ends_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Pause(
        id=PauseId(row.id),
        participant_id=ParticipantId(row.participant_id),
        begins_at=row.begins_at,
        ends_at=row.ends_at,
    )


def count_missed(participant_id: ParticipantId, *, now: datetime) -> int:
    """Return how often a participant did not come lately, since the last pause if there was one."""
    return _count_missed(participant_id, now - rules.MISSES_WITHIN, _pauses.c.begins_at <= now)


def count_missed_for(pause: Pause) -> int:
    """Return of how many misses a pause came that still count."""
    begun = pause.begins_at
    return _count_missed(
        pause.participant_id,
        begun - rules.MISSES_WITHIN,
        _pauses.c.begins_at < begun,
        _sign_ups.c.missed_at <= begun,
    )


def list_overdue(*, now: datetime, limit: int) -> tuple[OccasionId, ...]:
    """Return occasions that have begun, and keep places for people who have not come in time."""
    since = now - rules.RELEASE_AFTER
    begun = activities.select_starts(after=None, until=since).subquery()
    rows = db.session.scalars(
        sa.select(_sign_ups.c.occasion_id)
        .distinct()
        .join(begun, begun.c.id == _sign_ups.c.occasion_id)
        .where(_sign_ups.c.state == SignUpState.CONFIRMED, _sign_ups.c.confirmed_at <= since)
        .order_by(_sign_ups.c.occasion_id)
        .limit(limit)
    )
    return tuple(OccasionId(each) for each in rows)


def count_confirmed(connection: sa.Connection) -> dict[OccasionId, int]:
    """Return how many places of each occasion are kept for somebody who has not come yet."""
    rows = connection.execute(
        sa.select(_sign_ups.c.occasion_id, sa.func.count().label("people"))
        .where(_sign_ups.c.state == SignUpState.CONFIRMED)
        .group_by(_sign_ups.c.occasion_id)
    )
    return {OccasionId(row.occasion_id): int(row.people) for row in rows}


def _count_missed(
    participant_id: ParticipantId,
    since: datetime,
    is_earlier: sa.ColumnElement[bool],
    *conditions: sa.ColumnElement[bool],
) -> int:
    # What led to an earlier pause counts no more.
    last = (
        sa.select(sa.func.max(_pauses.c.begins_at))
        .where(_pauses.c.participant_id == participant_id, is_earlier)
        .scalar_subquery()
    )
    missed = db.session.scalar(
        sa.select(sa.func.count()).where(
            _sign_ups.c.participant_id == participant_id,
            _sign_ups.c.missed_at > since,
            sa.or_(last.is_(None), _sign_ups.c.missed_at > last),
            *conditions,
        )
    )
    return int(missed or 0)


def _page(
    query: sa.Select[*tuple[object, ...]], cursor: str | None, limit: int, *, is_newest_first: bool
) -> Page[SignUp]:
    # Ids are ordered by time.
    key = _sign_ups.c.id
    if cursor is not None:
        last = _decode(cursor)
        query = query.where(key < last if is_newest_first else key > last)
    query = query.order_by(key.desc() if is_newest_first else key).limit(limit + 1)
    items = tuple(_sign_up(row) for row in db.session.execute(query).all())
    following = encode_cursor([items[limit - 1].id.hex]) if len(items) > limit else None
    return Page(items=items[:limit], next=following)


def _decode(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _sign_up(row: sa.Row[*tuple[object, ...]]) -> SignUp:
    return SignUp(
        id=SignUpId(row.id),
        occasion_id=OccasionId(row.occasion_id),
        participant_id=ParticipantId(row.participant_id),
        state=row.state,
        signed_up_at=row.signed_up_at,
        confirmed_at=row.confirmed_at,
        came_at=row.came_at,
        missed_at=row.missed_at,
        changed_at=row.changed_at,
        place_in_line=row.place_in_line,
    )
