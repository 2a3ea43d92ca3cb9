"""Whose an occasion is, and what its poster says of that."""

from datetime import datetime
from typing import Any

from rewards.teams import queries as teams
from rewards.teams.types import TeamId

from ..errors import OccasionInUseError
from ..types import Occasion


def new_team(occasion: Occasion, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what changes with the team of an occasion.

    :raises OccasionInUseError: if check-in is open.
    :raises TeamNotFoundError: if the center has no such team.
    :raises TeamClosedError: if the team is closed.
    """
    team_id = changes["team_id"]
    # Entries carry the team they were for, so that no board changes behind people's backs.
    if team_id != occasion.team_id and now >= occasion.opens_at:
        raise OccasionInUseError(field="team_id")
    if team_id == occasion.team_id:
        return {}
    said = changes.get("team")
    if said is None:
        before = teams.list_teams([occasion.team_id] if occasion.team_id else [])
        # The poster that named the team names the new one.
        said = "" if occasion.team in {team.name for team in before.values()} else occasion.team
    return team_of(team_id, said=said, node_path=occasion.node_path)


def team_of(team_id: TeamId | None, *, said: str, node_path: str) -> dict[str, Any]:
    """Return the team of ours and what the poster says of it.

    :raises TeamNotFoundError: if the center has no such team.
    :raises TeamClosedError: if the team is closed.
    """
    if team_id is None:
        return {"team_id": None, "team": said}
    team = teams.get_open_team(team_id, node_path=node_path)
    return {"team_id": team.id, "team": said or team.name}
