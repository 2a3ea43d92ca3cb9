"""How a cell of a board is scored, and who shares a rank.

A score is one exact integer: the value times a span plus a tie part that is
greater the earlier the last gain was, so that a sorted set puts who got there
first before the others. It stays under 2^53, where the doubles of Redis are
exact, while values stay below 2^28 for people and teams and below 2^40 for
nodes, whose values add up and whose ties are told apart in coarser steps.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from rewards.ledger.types import BoardKind, EarnedBy, EarnedSpan

from ..types import BoardKey, Kind, Line, Period, Subject, TieScale

TIE_SPAN = 2**25
NODE_TIE_SPAN = 2**13
TIE_MAX = TIE_SPAN - 1
# Before the beginning of every board, where no gain is told from another.
LONG_AGO = -(2**62)

# A day before and a period after it fit into the span.
_NODE_STEPS = {
    Period.DAY: 2**5,
    Period.WEEK: 2**7,
    Period.MONTH: 2**9,
    Period.YEAR: 2**12,
    Period.ALL: 2**19,
}

_ALL_ORIGIN = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
_MINUTE = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=4_096)
def find_scale(subject: Subject, period: Period, start: date | None) -> TieScale:
    """Return how the last gains of a board that begins on *start* are told apart.

    They are counted from a day before the first one, when the period has begun
    nowhere on earth. A year in seconds fits into a tie, and so do 63 years in
    minutes, for a board of all time.
    """
    if start is None:
        origin = _ALL_ORIGIN
    else:
        eve = start - timedelta(days=1)
        origin = int(datetime(eve.year, eve.month, eve.day, tzinfo=UTC).timestamp())
    if subject is Subject.NODE:
        return TieScale(origin, _NODE_STEPS[period], NODE_TIE_SPAN)
    return TieScale(origin, _MINUTE if start is None else 1, TIE_SPAN)


def find_span(subject: Subject) -> int:
    """Return how many ties there are between two values of a board."""
    return NODE_TIE_SPAN if subject is Subject.NODE else TIE_SPAN


def find_second(moment: datetime | None) -> int | None:
    """Return the second since 1970 in which *moment* lies."""
    return None if moment is None else (moment - _EPOCH) // _SECOND


def find_last_second(gained_at: datetime | None) -> int:
    """Return the second of a last gain, LONG_AGO if there is none."""
    second = find_second(gained_at)
    return LONG_AGO if second is None else second


def build_tie(gained: int | None, scale: TieScale) -> int:
    """Return the tie part for a last gain, in seconds since 1970: the later, the less."""
    tie_max = scale.span - 1
    if gained is None:
        return tie_max
    steps = (gained - scale.origin) // scale.step_seconds
    return tie_max - min(max(steps, 0), tie_max)


def build_score(value: int, tie: int, span: int) -> int:
    """Return the score of a cell."""
    return value * span + tie


def split_score(score: int, span: int) -> tuple[int, int]:
    """Return the value and the tie part of a score; a value may be negative."""
    return divmod(score, span)


def build_span(key: BoardKey) -> EarnedSpan:
    """Return what the books have to sum for a board, in the order the board has."""
    scale = find_scale(key.subject, key.period, key.start)
    return EarnedSpan(
        asset=key.asset,
        by=EarnedBy(key.subject.value),
        board=None if key.kind is Kind.ALL else BoardKind(key.kind.value),
        node_path=key.node_path,
        start=key.start,
        end=key.end,
        origin=scale.origin,
        step_seconds=scale.step_seconds,
        steps_max=scale.span - 1,
    )


def share_ranks(
    members: Sequence[tuple[bytes, int]], *, first_place: int, first_rank: int
) -> tuple[Line, ...]:
    """Return lines in which equal values share a rank: 1, 1, 3.

    *first_place* is how many stand before the first of *members* and
    *first_rank* its rank.
    """
    lines: list[Line] = []
    for place, (member, value) in enumerate(members, start=first_place + 1):
        if lines and lines[-1].value == value:
            rank = lines[-1].rank
        else:
            rank = place if lines else first_rank
        lines.append(Line(member, value, rank))
    return tuple(lines)


def build_member(earner: UUID | str) -> bytes:
    """Return the member of a sorted set that stands for a participant, a team or a node's label."""
    return earner.encode() if isinstance(earner, str) else earner.bytes


def read_member(member: bytes, subject: Subject) -> UUID | str:
    """Return whom a member of a sorted set stands for."""
    return member.decode() if subject is Subject.NODE else UUID(bytes=member)
