"""Boards with ranks and with the names that people agreed to."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from rewards.access.types import ParticipantId
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, EarnedStanding
from rewards.network.types import Node
from rewards.participants.rules import GROUP_MIN

from .. import rules, store
from ..types import (
    Board,
    BoardKey,
    Kind,
    Line,
    Lines,
    OwnStanding,
    Period,
    PreparedBoard,
    Source,
    Subject,
)
from .naming import name_members
from .shared import boards as shared

LIMIT = 50
REDIS_SHARED_SECONDS = 1.0
# Summing the books is dearer than reading Redis.
DATABASE_SHARED_SECONDS = 5.0


def get_board(
    *,
    node: Node,
    subject: Subject = Subject.PARTICIPANT,
    kind: Kind = Kind.ALL,
    asset: Asset = Asset.POINTS,
    period: Period = Period.MONTH,
    day: date,
    limit: int = LIMIT,
    around: ParticipantId | None = None,
    now: datetime,
) -> Board:
    """Return a board from the top or, for one who stands on it, with five neighbours each side.

    *day* is any local day of the period. With *around* the board of
    participants tells where that one stands; who has nothing yet gets the top.
    """
    key = rules.build_key(
        subject=subject, node_path=node.path, asset=asset, kind=kind, period=period, day=day
    )
    most = min(max(limit, 1), rules.LIMIT_MAX)
    # Never read so few that it would not tell whether there are enough to name anybody.
    length = max(most, GROUP_MIN)
    member = None if around is None else rules.build_member(around)
    lines = store.find_lines(key, limit=length, around=member)
    source = Source.REDIS
    if lines is None:
        lines = _sum_books(key, limit=length, around=around, now=now)
        source = Source.DATABASE
    items = name_members(lines.lines, subject)
    return Board(
        items=items if lines.own is not None else items[:most],
        is_small=subject is Subject.PARTICIPANT and 0 < len(items) < GROUP_MIN,
        me=None if around is None else _own(lines, around),
        as_of=lines.as_of,
        source=source,
    )


def prepare_board(
    *,
    node: Node,
    subject: Subject = Subject.PARTICIPANT,
    kind: Kind = Kind.ALL,
    asset: Asset = Asset.POINTS,
    period: Period = Period.MONTH,
    day: date,
    limit: int = LIMIT,
    now: datetime,
    render: Callable[[Board], bytes],
    variant: str = "",
) -> PreparedBoard:
    """Return a board from the top, rendered once for all who ask within a second or so.

    *render* must be a function that lives as long as the process. *variant*
    tells apart what else its bytes depend on, such as the language.
    """
    key = rules.build_key(
        subject=subject, node_path=node.path, asset=asset, kind=kind, period=period, day=day
    )

    def prepare() -> tuple[PreparedBoard, float]:
        board = get_board(
            node=node,
            subject=subject,
            kind=kind,
            asset=asset,
            period=period,
            day=day,
            limit=limit,
            now=now,
        )
        body = render(board)
        prepared = PreparedBoard(body=body, etag=hashlib.sha256(body).hexdigest()[:32])
        seconds = {
            Source.REDIS: REDIS_SHARED_SECONDS,
            Source.DATABASE: DATABASE_SHARED_SECONDS,
        }
        return prepared, seconds[board.source]

    prepared: PreparedBoard = shared.get((key, limit, render, variant), prepare)
    return prepared


def _sum_books(key: BoardKey, *, limit: int, around: ParticipantId | None, now: datetime) -> Lines:
    span = rules.build_span(key)
    own = None if around is None else ledger.find_standing(span, around)
    if own is None:
        first, last = 1, limit
    else:
        first, last = max(own.place - rules.NEIGHBOURS, 1), own.place + rules.NEIGHBOURS
    standings = ledger.list_standings(span, first=first, last=last)
    goal = None
    if around is not None:
        goal = ledger.find_next_amount(span, above=0 if own is None else own.amount)
    return Lines(
        lines=tuple(_line(standing) for standing in standings),
        own=None if own is None else _line(own),
        goal=goal,
        as_of=now,
    )


def _line(standing: EarnedStanding) -> Line:
    return Line(rules.build_member(standing.earner), standing.amount, standing.rank)


def _own(lines: Lines, participant_id: ParticipantId) -> OwnStanding:
    value = 0 if lines.own is None else lines.own.value
    return OwnStanding(
        participant_id=participant_id,
        rank=None if lines.own is None else lines.own.rank,
        value=value,
        gap=None if lines.goal is None else lines.goal - value,
    )
