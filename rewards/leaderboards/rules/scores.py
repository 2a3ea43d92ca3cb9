"""How a cell of a board is scored, and who shares a rank.

A score is one exact integer: the value times TIE_SPAN plus a tie part that is
greater the earlier the last gain was, so that a sorted set puts who got there
first before the others. Below VALUE_MAX it stays under 2^53, where the doubles
of Redis are exact.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import BoardKind, EarnedSpan

from ..types import BoardKey, Kind, Line, TieScale

TIE_SPAN = 2**25
TIE_MAX = TIE_SPAN - 1
VALUE_MAX = 2**28

_ALL_ORIGIN = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
_MINUTE = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def find_scale(start: date | None) -> TieScale:
    """Return how the last gains of a board that begins on *start* are told apart.

    They are counted from a day before the first one, when the period has begun
    nowhere on earth. A year in seconds fits into a tie, and so do 63 years in
    minutes, for a board of all time.
    """
    if start is None:
        return TieScale(_ALL_ORIGIN, _MINUTE)
    eve = start - timedelta(days=1)
    return TieScale(int(datetime(eve.year, eve.month, eve.day, tzinfo=UTC).timestamp()), 1)


def find_second(moment: datetime | None) -> int | None:
    """Return the second since 1970 in which *moment* lies."""
    return None if moment is None else (moment - _EPOCH) // _SECOND


def build_tie(gained: int | None, scale: TieScale) -> int:
    """Return the tie part for a last gain, in seconds since 1970: the later, the less."""
    if gained is None:
        return TIE_MAX
    steps = (gained - scale.origin) // scale.step_seconds
    return TIE_MAX - min(max(steps, 0), TIE_MAX)


def build_score(value: int, tie: int) -> int:
    """Return the score of a cell."""
    return value * TIE_SPAN + tie


def split_score(score: int) -> tuple[int, int]:
    """Return the value and the tie part of a score; a value may be negative."""
    return divmod(score, TIE_SPAN)


def build_span(key: BoardKey) -> EarnedSpan:
    """Return what the books have to sum for a board, in the order the board has."""
    scale = find_scale(key.start)
    return EarnedSpan(
        asset=key.asset,
        board=None if key.kind is Kind.ALL else BoardKind(key.kind.value),
        node_path=key.node_path,
        start=key.start,
        end=key.end,
        origin=scale.origin,
        step_seconds=scale.step_seconds,
        steps_max=TIE_MAX,
    )


def share_ranks(
    members: Sequence[tuple[ParticipantId, int]], *, first_place: int, first_rank: int
) -> tuple[Line, ...]:
    """Return lines in which equal values share a rank: 1, 1, 3.

    *first_place* is how many stand before the first of *members* and
    *first_rank* its rank.
    """
    lines: list[Line] = []
    for place, (participant_id, value) in enumerate(members, start=first_place + 1):
        if lines and lines[-1].value == value:
            rank = lines[-1].rank
        else:
            rank = place if lines else first_rank
        lines.append(Line(participant_id, value, rank))
    return tuple(lines)


def build_member(member: bytes) -> ParticipantId:
    """Return the participant that a member of a sorted set stands for."""
    return ParticipantId(UUID(bytes=member))
