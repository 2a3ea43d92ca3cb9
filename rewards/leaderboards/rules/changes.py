"""How many places each has moved since yesterday.

What somebody had by the end of yesterday is what they have now without what
counts for today. Only those who gained or lost something today have moved;
everybody else is counted where the board has them.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ..types import BoardKey, Change, Period


def may_change(key: BoardKey, *, today: date) -> bool:
    """Tell whether a board holds *today* and has a yesterday to compare it with."""
    if key.period is Period.DAY:
        return False
    if key.start is None or key.end is None:
        return True
    return key.start < today <= key.end


def rank_before(
    values: Sequence[int], *, above: Sequence[int], moved: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Return the rank that each of *values* had by the end of yesterday.

    *above* tells for each of them how many have more now. *moved* are those
    whose value changed today: what they have now, and what they had.
    """
    now = sorted(value for value, _ in moved)
    before = sorted(value for _, value in moved)
    return {
        value: 1 + count - _count_above(now, value) + _count_above(before, value)
        for value, count in zip(values, above, strict=True)
    }


def widen(values: Collection[int], *, most: int) -> list[int]:
    """Return *values* with those beside them, as many on each side as *most* in all allow.

    Counting from those who moved costs the same for one value and for hundreds,
    and whoever asks next has a value close by.
    """
    beside = max(0, most // len(values) - 1) // 2 if values else 0
    wide = {each + step for each in values for step in range(-beside, beside + 1)}
    return sorted(value for value in wide if value > 0)


def find_change(rank: int, *, before: int, ranks: Mapping[int, int]) -> Change | None:
    """Return how many places one has moved who had *before* yesterday, None if not known."""
    if before <= 0:
        return Change(places=0, is_new=True)
    rank_then = ranks.get(before)
    return None if rank_then is None else Change(places=rank_then - rank, is_new=False)


def _count_above(ascending: Sequence[int], value: int) -> int:
    return len(ascending) - bisect_right(ascending, value)
