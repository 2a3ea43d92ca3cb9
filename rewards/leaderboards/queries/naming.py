"""How those who stand on a board are called there."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants import rules as naming
from rewards.participants.types import BoardDisplay
from rewards.teams import queries as teams
from rewards.teams.types import TeamId

from .. import rules
from ..types import Line, Standing, Subject


def name_members(lines: Sequence[Line], subject: Subject, *, people: int) -> tuple[Standing, ...]:
    """Return *lines* as they may be shown: people as they chose, teams and nodes by name.

    *people* is how many are on the board at least; among too few nobody is named.
    """
    return _NAMED[subject](lines, people)


def _name_participants(lines: Sequence[Line], people: int) -> tuple[Standing, ...]:
    ids = [ParticipantId(UUID(bytes=line.member)) for line in lines]
    found = participants.list_participants(ids)
    asked = [found.get(participant_id) for participant_id in ids]
    names = naming.name_group(asked, people=people)
    return tuple(
        Standing(
            rank=line.rank,
            member_id=str(participant_id),
            value=line.value,
            display=BoardDisplay.HIDDEN if person is None else person.board_display,
            name=None if name is None else name.text,
            ending="" if name is None else name.ending,
        )
        for line, participant_id, person, name in zip(lines, ids, asked, names, strict=True)
    )


def _name_teams(lines: Sequence[Line], _people: int) -> tuple[Standing, ...]:
    ids = [TeamId(UUID(bytes=line.member)) for line in lines]
    found = teams.list_teams(ids)
    return tuple(
        Standing(
            rank=line.rank,
            member_id=str(team_id),
            value=line.value,
            name=found[team_id].name if team_id in found else None,
            entity_id=team_id,
        )
        for line, team_id in zip(lines, ids, strict=True)
    )


def _name_nodes(lines: Sequence[Line], _people: int) -> tuple[Standing, ...]:
    labels = [str(rules.read_member(line.member, Subject.NODE)) for line in lines]
    found = network.map_by_labels(labels)
    return tuple(
        Standing(
            rank=line.rank,
            member_id=label,
            value=line.value,
            name=found[label].name if label in found else None,
            entity_id=found[label].id if label in found else None,
        )
        for line, label in zip(lines, labels, strict=True)
    )


_NAMED: Mapping[Subject, Callable[[Sequence[Line], int], tuple[Standing, ...]]] = {
    Subject.PARTICIPANT: _name_participants,
    Subject.TEAM: _name_teams,
    Subject.NODE: _name_nodes,
}
