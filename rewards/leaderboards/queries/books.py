"""Boards summed from the books: for periods that Redis does not keep, and when it is away.

A large board is summed once in some seconds for all who ask this process, and
stays in order in its memory for as long. A small one is summed for each who
asks; so is one that is too large to hold.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from rewards.ledger import queries as ledger
from rewards.ledger.types import EarnedSpan, EarnedStanding

from .. import rules
from ..types import Asked, BoardKey, ClosedLine, Line, Lines, Place
from . import ranked
from .ranked import Ranked
from .shared import Shared

SHARED_SECONDS = 5.0
# For so long is it believed that a board is too small to share, or too large.
SIZE_SECONDS = 60.0
SHARED_FROM = 500
LINES_MAX = 300_000
# Forty bytes each: 24 MB in a process, and some 70 MB more while the largest is read.
LINES_KEPT_MAX = 600_000


class Summed(NamedTuple):
    """A board as it was summed, None where it is not worth sharing."""

    board: Ranked | None
    as_of: datetime


def _weigh(summed: Summed) -> int:
    return 1 if summed.board is None else ranked.weigh(summed.board)


_boards = Shared(weigh=_weigh, weight_max=LINES_KEPT_MAX)


def forget() -> None:
    """Forget the boards that were summed in this process."""
    _boards.forget()


def sum_lines(asked: Asked, *, now: datetime) -> Lines:
    """Return the lines that are asked for."""
    summed = _share(asked.key, now=now)
    if summed.board is not None:
        return ranked.read_lines(summed.board, asked, as_of=summed.as_of)
    key, around = asked.key, asked.around
    span = rules.build_span(key)
    own = None
    if around is not None:
        own = ledger.find_standing(span, rules.read_member(around, key.subject))
    if own is not None:
        first, last = max(own.place - rules.NEIGHBOURS, 1), own.place + rules.NEIGHBOURS
        standings = ledger.list_standings(span, first=first, last=last)
    elif asked.after is not None:
        standings = _list_after(key, span, asked.after, limit=asked.limit)
    else:
        standings = ledger.list_standings(span, first=1, last=asked.limit)
    goal = None
    if around is not None:
        goal = ledger.find_next_amount(span, above=0 if own is None else own.amount)
    return Lines(
        lines=tuple(_line(standing) for standing in standings),
        own=None if own is None else _line(own),
        goal=goal,
        as_of=now,
        people=standings[-1].place if standings else 0,
        scores=tuple(_score(key, span, standing) for standing in standings),
    )


def _share(key: BoardKey, *, now: datetime) -> Summed:
    def add_up() -> tuple[Summed, float]:
        board = Ranked(key, _rank(key))
        if SHARED_FROM <= len(board) <= LINES_MAX:
            return Summed(board, now), SHARED_SECONDS
        return Summed(None, now), SIZE_SECONDS

    summed: Summed = _boards.get(key, add_up)
    return summed


def _rank(key: BoardKey) -> Iterator[ClosedLine]:
    span = rules.build_span(key)
    for earner, amount, steps in ledger.list_ranked(span, limit=LINES_MAX + 1):
        yield ClosedLine(rules.build_member(earner), amount, span.steps_max - steps)


def _list_after(
    key: BoardKey, span: EarnedSpan, after: Place, *, limit: int
) -> tuple[EarnedStanding, ...]:
    value, tie = rules.split_score(after.score, rules.find_span(key.subject))
    return ledger.list_standings_after(
        span,
        amount=value,
        steps=span.steps_max - tie,
        earner=rules.read_member(after.member, key.subject),
        limit=limit,
    )


def _score(key: BoardKey, span: EarnedSpan, standing: EarnedStanding) -> int:
    tie = span.steps_max - standing.steps
    return rules.build_score(standing.amount, tie, rules.find_span(key.subject))


def _line(standing: EarnedStanding) -> Line:
    return Line(rules.build_member(standing.earner), standing.amount, standing.rank)
