"""Forms the teams of the demo, which people join on their first day and some leave again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from rewards.access.types import ParticipantId, SystemActor
from rewards.core import clock
from rewards.core.unit import joined
from rewards.network.types import Node
from rewards.teams import queries
from rewards.teams import service as teams
from rewards.teams.types import Team, TeamId

from . import facts
from .attendance import dice
from .facts import TeamFacts

# Every ninth member leaves after so many days.
LEAVER_EVERY, LEAVES_AFTER = 9, timedelta(days=45)


def form_teams(
    people: Sequence[ParticipantId],
    nodes: Mapping[str, Node],
    *,
    joined_on: Sequence[date],
    today: date,
    now: datetime,
) -> dict[str, TeamId]:
    """Make the teams with their members, the first of whom leads; return them by name."""
    formed = {}
    for told in facts.list_teams():
        team = joined(teams.create_team)(
            actor=SystemActor(),
            name=told.name,
            category=told.category,
            node_id=nodes[told.home].id,
            now=now,
        )
        members = _choose(told, nodes)
        for place, number in enumerate(members):
            _join(team, people[number], joined_on[number], place=place, today=today)
        formed[told.name] = team.id
    return formed


def find_teams(nodes: Mapping[str, Node]) -> dict[str, TeamId]:
    """Return the teams of the demo that are still called so and open, by name."""
    found = {}
    for told in facts.list_teams():
        home = nodes.get(told.home)
        team = None if home is None else queries.find_by_name(home.id, told.name)
        if team is not None and team.closed_at is None:
            found[told.name] = team.id
    return found


def _choose(told: TeamFacts, nodes: Mapping[str, Node]) -> list[int]:
    home = nodes[told.home].path
    return [
        number
        for number, person in enumerate(facts.list_people())
        if nodes[person.home].path.startswith(home)
        and dice("team", told.name, person.name).randrange(100) < told.share
    ]


def _join(team: Team, person_id: ParticipantId, day: date, *, place: int, today: date) -> None:
    at = clock.day_bounds(day, clock.zone())[1]
    joined(teams.add_member)(
        actor=SystemActor(), team_id=team.id, participant_id=person_id, joined_on=day, now=at
    )
    if place == 0:
        joined(teams.update_team)(
            actor=SystemActor(), team_id=team.id, changes={"leader_id": person_id}, now=at
        )
    elif place % LEAVER_EVERY == 0 and day + LEAVES_AFTER <= today:
        joined(teams.end_membership)(
            actor=SystemActor(),
            team_id=team.id,
            participant_id=person_id,
            left_on=day + LEAVES_AFTER,
            now=at + LEAVES_AFTER,
        )
