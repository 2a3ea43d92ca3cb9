"""Joining a team and leaving it."""

from datetime import date, datetime
from uuid import UUID

from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError

from .. import operations, queries, rules
from ..errors import NotMemberError
from ..types import Membership, Team
from .teams import audit


@use_case
def add_member(
    *,
    actor: Actor,
    team_id: UUID,
    participant_id: ParticipantId,
    joined_on: date | None = None,
    now: datetime,
) -> Membership:
    """Let somebody of the center belong to a team from a day on, today unless another is given.

    What they did before stays as it was counted then.

    :raises TeamNotFoundError: if there is no such team.
    :raises NotAllowedError: if the actor may not manage the members of teams there.
    :raises ParticipantNotFoundError: if there is no such participant in the center.
    :raises ParticipantClosedError: if their account is closed.
    :raises MembershipDatesError: if the day is in the future.
    :raises TeamClosedError: if the team is closed.
    :raises AlreadyMemberError: if they belong to it on that day or a later one already.
    """
    team = _hold(actor, team_id)
    check_may_join(participant_id, team)
    today = clock.local_date(now, clock.zone())
    day = joined_on or today
    rules.check_joining(day, today=today)
    membership = operations.add_member(
        team,
        participant_id=participant_id,
        joined_on=day,
        principal=actor.principal,
        now=now,
    )
    details = {"participant": participant_id.hex, "joined_on": day.isoformat()}
    audit(actor, "team.member-added", team, details, now=now)
    return membership


@use_case
def end_membership(
    *,
    actor: Actor,
    team_id: UUID,
    participant_id: ParticipantId,
    left_on: date | None = None,
    now: datetime,
) -> Membership:
    """Let somebody belong to a team no longer, from a day on, today unless another is given.

    What they did before stays as it was counted then.

    :raises TeamNotFoundError: if there is no such team.
    :raises NotAllowedError: if the actor may not manage the members of teams there.
    :raises NotMemberError: if they do not belong to it.
    :raises MembershipDatesError: if the day is before they joined, or in the future.
    """
    team = _hold(actor, team_id)
    membership = queries.find_membership(team_id=team.id, participant_id=participant_id)
    if membership is None:
        raise NotMemberError
    today = clock.local_date(now, clock.zone())
    day = left_on or today
    rules.check_leaving(membership, day, today=today)
    ended = operations.end_membership(membership, left_on=day, principal=actor.principal, now=now)
    details = {"participant": participant_id.hex, "left_on": day.isoformat()}
    audit(actor, "team.member-left", team, details, now=now)
    return ended


def check_may_join(participant_id: ParticipantId, team: Team) -> None:
    """Check that somebody can belong to a team.

    :raises ParticipantNotFoundError: if there is no such participant in the center.
    :raises ParticipantClosedError: if their account is closed.
    """
    person = participants.get_local_participant(participant_id, node_path=team.home_node_path)
    if person.closed_at is not None:
        raise ParticipantClosedError


def _hold(actor: Actor, team_id: UUID) -> Team:
    access.authorize(actor, Verb.MANAGE_MEMBERS, queries.get_team(team_id).home_node_path)
    return operations.lock_team(team_id)
