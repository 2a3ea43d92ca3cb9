"""The team that an attendance counts for."""

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion, OccasionKind
from rewards.core import clock
from rewards.teams import queries as teams
from rewards.teams.types import TeamId


def find_team(occasion: Occasion, participant_id: ParticipantId) -> TeamId | None:
    """Return the team that somebody's attendance counts for, None if it counts for none.

    A service shift counts for its team, whoever served: walk-ins serve with it.
    An activity or a study session counts for its team only as far as members
    came, because an audience is not the team: they belonged to it on the local
    day on which the occasion starts.
    """
    if occasion.team_id is None or occasion.kind is OccasionKind.SERVICE_SHIFT:
        return occasion.team_id
    day = clock.local_date(occasion.starts_at, clock.zone())
    is_theirs = teams.is_member(team_id=occasion.team_id, participant_id=participant_id, day=day)
    return occasion.team_id if is_theirs else None
