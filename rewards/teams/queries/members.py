"""Reads of who belonged to a team, and when."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, encode_cursor

from ..models import MembershipRow
from ..types import Membership, Team, TeamId
from .cursors import read_cursor
from .teams import list_teams

_memberships = table_of(MembershipRow)

_select_memberships = sa.select(
    _memberships.c.id,
    _memberships.c.team_id,
    _memberships.c.participant_id,
    _memberships.c.joined_on,
    _memberships.c.left_on,
)
_has_not_left = sa.or_(
    _memberships.c.left_on.is_(None), _memberships.c.left_on > sa.bindparam("on_day")
)
# Built once: on the path of a check-in, building a statement costs more than sending it.
_membership_on = (
    sa.select(_memberships.c.id)
    .where(
        _memberships.c.team_id == sa.bindparam("wanted_team"),
        _memberships.c.participant_id == sa.bindparam("wanted_person"),
        _memberships.c.joined_on <= sa.bindparam("on_day"),
        _has_not_left,
    )
    .limit(1)
)


def is_member(*, team_id: UUID, participant_id: UUID, day: date) -> bool:
    """Tell whether somebody belonged to a team on a day."""
    found = db.session.connection().execute(
        _membership_on,
        {"wanted_team": team_id, "wanted_person": participant_id, "on_day": day},
    )
    return found.one_or_none() is not None


def find_membership(*, team_id: UUID, participant_id: UUID) -> Membership | None:
    """Return the membership that goes on, if there is one."""
    row = db.session.execute(
        _select_memberships.where(
            _memberships.c.team_id == team_id,
            _memberships.c.participant_id == participant_id,
            _memberships.c.left_on.is_(None),
        )
    ).one_or_none()
    return None if row is None else _to_membership(row)


def list_spans(*, team_id: UUID, participant_id: UUID) -> tuple[Membership, ...]:
    """Return every span in which somebody belonged to a team, the first first."""
    rows = db.session.execute(
        _select_memberships.where(
            _memberships.c.team_id == team_id, _memberships.c.participant_id == participant_id
        ).order_by(_memberships.c.joined_on, _memberships.c.id)
    )
    return tuple(_to_membership(row) for row in rows)


def list_members(team_id: UUID, *, day: date) -> tuple[Membership, ...]:
    """Return who belongs to a team on a day, the longest first."""
    rows = db.session.execute(
        _select_memberships.where(
            _memberships.c.team_id == team_id, _memberships.c.joined_on <= day, _has_not_left
        ).order_by(_memberships.c.joined_on, _memberships.c.id),
        {"on_day": day},
    )
    return tuple(_to_membership(row) for row in rows)


def page_members(
    team_id: UUID, *, day: date | None = None, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Membership]:
    """Return who belongs to a team on *day*, or everybody who ever did; the longest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    at = _memberships.c
    statement = (
        _select_memberships.where(at.team_id == team_id)
        .order_by(at.joined_on, at.id)
        .limit(limit + 1)
    )
    values: dict[str, Any] = {}
    if day is not None:
        statement = statement.where(at.joined_on <= day, _has_not_left)
        values["on_day"] = day
    if cursor is not None:
        joined_on, last_id = read_cursor(cursor)
        after = _read_day(joined_on)
        statement = statement.where(
            sa.or_(at.joined_on > after, sa.and_(at.joined_on == after, at.id > last_id))
        )
    rows = db.session.execute(statement, values).all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor([last.joined_on.isoformat(), last.id.hex])
    return Page(items=tuple(_to_membership(row) for row in rows[:limit]), next=following)


def count_members(ids: Collection[UUID], *, day: date) -> dict[TeamId, int]:
    """Return how many people belong to each of the teams on a day."""
    rows = db.session.execute(
        sa.select(_memberships.c.team_id, sa.func.count().label("people"))
        .where(
            _memberships.c.team_id.in_(list(ids)),
            _memberships.c.joined_on <= day,
            _has_not_left,
        )
        .group_by(_memberships.c.team_id),
        {"on_day": day},
    )
    counted = {row.team_id: row.people for row in rows}
    return {TeamId(each): counted.get(each, 0) for each in ids}


def list_of(participant_id: ParticipantId, *, day: date) -> tuple[tuple[Team, Membership], ...]:
    """Return the teams that somebody belongs to on a day, by name."""
    rows = db.session.execute(
        _select_memberships.where(
            _memberships.c.participant_id == participant_id,
            _memberships.c.joined_on <= day,
            _has_not_left,
        ),
        {"on_day": day},
    ).all()
    found = list_teams([row.team_id for row in rows])
    both = [(found[TeamId(row.team_id)], _to_membership(row)) for row in rows]
    return tuple(sorted(both, key=lambda each: (each[0].name, each[0].id)))


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidCursorError from error


def _to_membership(row: sa.Row[*tuple[Any, ...]]) -> Membership:
    return Membership(
        team_id=TeamId(row.team_id),
        participant_id=ParticipantId(row.participant_id),
        joined_on=row.joined_on,
        left_on=row.left_on,
    )
