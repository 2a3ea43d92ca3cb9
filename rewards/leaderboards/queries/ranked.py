"""A whole board in memory, in order: some forty bytes for each line."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from operator import neg

from .. import rules
from ..types import Asked, BoardKey, ClosedLine, Line, Lines, Place


class Ranked:
    """The lines of one board from the first to the last, with what finds a place among them."""

    def __init__(self, key: BoardKey, lines: Iterable[ClosedLine]) -> None:
        self._span = rules.find_span(key.subject)
        self._values = array("q")
        self._ties = array("q")
        members = bytearray()
        self._width = 1
        for line in lines:
            members += line.member
            # Those of one board are all of one length.
            self._width = len(line.member)
            self._values.append(line.value)
            self._ties.append(line.tie)
        self._members = bytes(members)

    def __len__(self) -> int:
        return len(self._values)

    def find_place(self, member: bytes | None) -> int | None:
        """Return how many stand before a member, None for one who is not on it."""
        if not member or len(member) != self._width:
            return None
        found = self._members.find(member)
        while found % self._width and found >= 0:
            found = self._members.find(member, found + 1)
        return None if found < 0 else found // self._width

    def count_before(self, place: Place) -> int:
        """Return how many stand before the first line after *place*."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.place_of(middle) >= place:
                low = middle + 1
            else:
                high = middle
        return low

    def place_of(self, number: int) -> Place:
        """Return where the line stands that has *number* lines before it."""
        score = rules.build_score(self._values[number], self._ties[number], self._span)
        return Place(score, self._member_at(number))

    def list_lines(self, first: int, past: int) -> tuple[Line, ...]:
        """Return the lines from *first* up to but not with *past*, both counted from 0."""
        part = [
            (self._member_at(number), self._values[number])
            for number in range(first, min(past, len(self)))
        ]
        if not part:
            return ()
        return rules.share_ranks(part, first_place=first, first_rank=self.rank_of(part[0][1]))

    def rank_of(self, value: int) -> int:
        """Return the rank that those with *value* share."""
        return self._count_above(value) + 1

    def find_goal(self, value: int) -> int | None:
        """Return the smallest value above *value*."""
        above = self._count_above(value)
        return self._values[above - 1] if above else None

    def _count_above(self, value: int) -> int:
        return bisect_left(self._values, -value, key=neg)

    def _member_at(self, number: int) -> bytes:
        return self._members[number * self._width : (number + 1) * self._width]


def weigh(board: Ranked) -> int:
    """Return how many lines a board takes the room of; an empty one takes some too."""
    return len(board) + 1


def read_lines(board: Ranked, asked: Asked, *, as_of: datetime) -> Lines:
    """Return the lines that are asked for."""
    own = board.find_place(asked.around)
    if own is not None:
        first, past = max(own - rules.NEIGHBOURS, 0), own + rules.NEIGHBOURS + 1
    else:
        first = 0 if asked.after is None else board.count_before(asked.after)
        past = first + asked.limit
    lines = board.list_lines(first, past)
    mine = None if own is None else lines[own - first]
    goal = None
    if asked.around is not None:
        goal = board.find_goal(0 if mine is None else mine.value)
    return Lines(
        lines=lines,
        own=mine,
        goal=goal,
        as_of=as_of,
        people=first + len(lines),
        scores=tuple(board.place_of(first + number).score for number in range(len(lines))),
    )
