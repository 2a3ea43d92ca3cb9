"""The part of a board that one person is shown: the top, and themselves among their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import Asset
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants import rules as naming

from ..types import Board, Kind, Period, Standing
from .boards import get_board


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPart:
    """What one person sees of a board: its top, and themselves among their neighbours.

    `is_gapped`: lines are left out between the two. `goal` is the rank of
    whoever is next above. Who is not on the board sees its top alone.
    """

    board: Board
    top: tuple[Standing, ...]
    around: tuple[Standing, ...]
    goal: int | None
    is_gapped: bool = False


def get_own_part(
    *,
    participant_id: ParticipantId,
    node: Node,
    kind: Kind,
    asset: Asset,
    period: Period,
    day: date,
    length: int,
    top: int,
    neighbours: int,
    now: datetime,
) -> OwnPart:
    """Return the *top* of a board and a participant with *neighbours* on each side.

    For one who is not on it: *length* lines from the top.
    """
    read = partial(get_board, node=node, kind=kind, asset=asset, period=period, day=day, now=now)
    first, around = read(limit=length), read(around=participant_id)
    place = _find_place(around, participant_id)
    if place is None:
        return OwnPart(board=replace(first, me=around.me), top=first.items, around=(), goal=None)
    near = around.items[max(0, place - neighbours) : place + neighbours + 1]
    shown = {line.member_id for line in near}
    above = tuple(line for line in first.items[:top] if line.member_id not in shown)
    lines = (*above, *near)
    # Short where somebody has arrived since the first part was read.
    following = first.items[len(above) : len(above) + 1]
    if not around.is_small:
        lines = _name_together(lines)
    return OwnPart(
        board=around,
        top=lines[: len(above)],
        around=lines[len(above) :],
        # The first line left out after the top is not the first one shown.
        is_gapped=bool(above) and all(line.member_id not in shown for line in following),
        goal=_find_goal(around, place),
    )


def _find_place(board: Board, participant_id: ParticipantId) -> int | None:
    if board.me is None or board.me.rank is None:
        return None
    own = str(participant_id)
    places = (place for place, line in enumerate(board.items) if line.member_id == own)
    return next(places, None)


def _find_goal(board: Board, place: int) -> int | None:
    """Return the rank of whoever is next above, None where too many share the value between."""
    own = board.items[place]
    ahead = [line.rank for line in board.items[:place] if line.value > own.value]
    return ahead[-1] if ahead else None


def _name_together(lines: Sequence[Standing]) -> tuple[Standing, ...]:
    # Two of the same name may stand in two parts that were read one by one.
    ids = [ParticipantId(UUID(line.member_id)) for line in lines]
    found = participants.list_participants(ids)
    names = naming.name_group([found.get(each) for each in ids], people=naming.GROUP_MIN)
    return tuple(
        line if name is None else replace(line, name=name.text, ending=name.ending)
        for line, name in zip(lines, names, strict=True)
    )
