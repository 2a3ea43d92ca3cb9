"""Teams and their members, made through the use cases."""

from itertools import count

from rewards.access.types import SystemActor
from rewards.teams import service

_numbers = count(1)


def build_team(node, *, name=None, category="environment", now):
    return service.create_team(
        actor=SystemActor(),
        name=name or f"志愿服务队{next(_numbers):03}",
        category=category,
        node_id=node.id,
        now=now,
    )


def join(team, participant, *, joined_on=None, now):
    return service.add_member(
        actor=SystemActor(),
        team_id=team.id,
        participant_id=participant.id,
        joined_on=joined_on,
        now=now,
    )


def leave(team, participant, *, left_on=None, now):
    return service.end_membership(
        actor=SystemActor(),
        team_id=team.id,
        participant_id=participant.id,
        left_on=left_on,
        now=now,
    )
