"""Boards summed from the books: for periods that Redis does not keep, and when it is away."""

from datetime import datetime

from rewards.ledger import queries as ledger
from rewards.ledger.types import EarnedSpan, EarnedStanding

from .. import rules
from ..types import Asked, BoardKey, Line, Lines, Place


def sum_lines(asked: Asked, *, now: datetime) -> Lines:
    """Return the lines that are asked for."""
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
