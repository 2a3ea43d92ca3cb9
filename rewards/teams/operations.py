"""Writes of teams and their members."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import ParticipantId
from rewards.core.db import constraint_of, db, insert
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.network.types import Node

from . import queries, rules
from .errors import AlreadyMemberError, NotMemberError, TeamClosedError, TeamNameTakenError
from .models import MembershipRow, TeamRow
from .types import Category, Membership, Team, TeamId

ONE_OF_A_NAME = "uq_teams__home_node_id_name"


@operation
def create_team(
    *, name: str, category: Category, home: Node, principal: str, now: datetime
) -> Team:
    """Make a team that is at home at a node.

    :raises TeamNameTakenError: if the node has one of that name.
    """
    team_id = TeamId(new_id())
    statement = insert(TeamRow).values(
        id=team_id,
        name=name,
        category_code=category.code,
        home_node_id=home.id,
        home_node_path=home.path,
        leader_id=None,
        created_by=principal,
        created_at=now,
        closed_at=None,
    )
    written = db.session.execute(
        statement.on_conflict_do_nothing(index_elements=["home_node_id", "name"]).returning(
            TeamRow.id
        )
    )
    if written.one_or_none() is None:
        raise TeamNameTakenError
    return queries.get_team(team_id)


@operation
def lock_team(team_id: UUID) -> Team:
    """Hold a team, so that what is decided on its members and its end still holds when written.

    :raises TeamNotFoundError: if there is none.
    """
    db.session.execute(sa.select(TeamRow.id).where(TeamRow.id == team_id).with_for_update())
    return queries.get_team(team_id)


@operation
def change_team(team: Team, values: dict[str, Any]) -> Team:
    """Change what a held team is called, does, or where it is at home.

    :raises TeamNameTakenError: if the node has another one of that name.
    """
    if values:
        try:
            db.session.execute(
                sa.update(TeamRow)
                .where(TeamRow.id == team.id)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        except IntegrityError as error:
            if constraint_of(error) == ONE_OF_A_NAME:
                raise TeamNameTakenError from error
            raise
    return queries.get_team(team.id)


@operation
def add_member(
    team: Team, *, participant_id: ParticipantId, joined_on: date, principal: str, now: datetime
) -> Membership:
    """Let somebody belong to a held team from a day on.

    :raises TeamClosedError: if the team is closed.
    :raises AlreadyMemberError: if they belong to it on that day or a later one already.
    """
    if team.closed_at is not None:
        raise TeamClosedError
    for each in queries.list_spans(team_id=team.id, participant_id=participant_id):
        if rules.is_overlapping(each, joined_on):
            raise AlreadyMemberError(
                joined_on=each.joined_on.isoformat(),
                left_on=None if each.left_on is None else each.left_on.isoformat(),
            )
    db.session.execute(
        sa.insert(MembershipRow).values(
            id=new_id(),
            team_id=team.id,
            participant_id=participant_id,
            joined_on=joined_on,
            left_on=None,
            added_by=principal,
            added_at=now,
        )
    )
    return Membership(
        team_id=team.id, participant_id=participant_id, joined_on=joined_on, left_on=None
    )


@operation
def end_membership(
    membership: Membership, *, left_on: date, principal: str, now: datetime
) -> Membership:
    """Let somebody belong to a held team no longer, from a day on; they lead it no more.

    :raises NotMemberError: if they belong to it no longer.
    """
    row = MembershipRow
    ended = db.session.execute(
        sa.update(row)
        .where(
            row.team_id == membership.team_id,
            row.participant_id == membership.participant_id,
            row.left_on.is_(None),
        )
        .values(left_on=left_on, ended_by=principal, ended_at=now)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    if ended.one_or_none() is None:
        raise NotMemberError
    db.session.execute(
        sa.update(TeamRow)
        .where(TeamRow.id == membership.team_id, TeamRow.leader_id == membership.participant_id)
        .values(leader_id=None)
        .execution_options(synchronize_session=False)
    )
    return replace(membership, left_on=left_on)


@operation
def leave_all(*, participant_id: ParticipantId, day: date, principal: str, now: datetime) -> None:
    """Let somebody who closes their account belong to no team from a day on."""
    found = queries.list_of(participant_id, day=day)
    for team, _membership in sorted(found, key=lambda each: each[0].id):
        lock_team(team.id)
        # Somebody else may have ended it before the lock was there.
        membership = queries.find_membership(team_id=team.id, participant_id=participant_id)
        if membership is None:
            continue
        end_membership(membership, left_on=day, principal=principal, now=now)
