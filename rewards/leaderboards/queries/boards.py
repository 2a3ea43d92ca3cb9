"""Boards with ranks and with the names that people agreed to."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.ledger.types import Asset
from rewards.network.types import Node
from rewards.participants.rules import GROUP_MIN

from .. import rules, store
from ..types import (
    Asked,
    Board,
    BoardKey,
    Closing,
    Kind,
    Lines,
    OwnStanding,
    Period,
    Place,
    PreparedBoard,
    Source,
    Subject,
)
from . import closed, lineage
from .books import sum_lines
from .changes import build_today, list_changes
from .naming import name_members
from .shared import boards as shared

LIMIT = 50
REDIS_SHARED_SECONDS = 1.0
# Summing the books is dearer than reading Redis.
DATABASE_SHARED_SECONDS = 5.0
# Nothing changes on it but the names that people agree to.
SNAPSHOT_SHARED_SECONDS = 10.0


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
    cursor: str | None = None,
    now: datetime,
) -> Board:
    """Return a board from the top or, for one who stands on it, with five neighbours each side.

    *day* is any local day of the period. With *around* the board of
    participants tells where that one stands; who has nothing yet gets the top.
    With the *cursor* of a board it goes on after the last line of that one.

    :raises InvalidCursorError: if the cursor is not of this board.
    """
    key = rules.build_key(
        subject=subject, node_path=node.path, asset=asset, kind=kind, period=period, day=day
    )
    most = min(max(limit, 1), rules.LIMIT_MAX)
    # Never read so few that it would not tell whether there are enough to name anybody.
    length = max(most + 1, GROUP_MIN)
    after = None if cursor is None else rules.read_cursor(key, cursor)
    member = None if around is None else rules.build_member(around)
    asked = Asked(key=key, limit=length, around=member, after=after)
    today = clock.local_date(now, clock.zone())
    closing = closed.find_closing_of(key, today=today)
    lines, source = _read(asked, closing, today=today, now=now)
    shown = len(lines.lines) if lines.own is not None else most
    named = name_members(lines.lines, subject, people=lines.people)[:shown]
    changes = list_changes(key, lines, today=today)[:shown]
    return Board(
        items=tuple(
            replace(line, change=change) for line, change in zip(named, changes, strict=True)
        ),
        is_small=subject is Subject.PARTICIPANT and 0 < lines.people < GROUP_MIN,
        next=_find_next(key, lines, shown=shown),
        me=None if around is None else _own(lines, around),
        as_of=lines.as_of,
        source=source,
        closed_at=None if closing is None else closing.posted_before,
        later_entries=0 if closing is None else closed.count_later(key, closing),
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
            Source.SNAPSHOT: SNAPSHOT_SHARED_SECONDS,
        }
        return prepared, seconds[board.source]

    prepared: PreparedBoard = shared.get((key, limit, render, variant), prepare)
    return prepared


def _read(
    asked: Asked, closing: Closing | None, *, today: date, now: datetime
) -> tuple[Lines, Source]:
    if closing is not None:
        return closed.read_lines(asked, closing), Source.SNAPSHOT
    lines = store.find_lines(asked, today=build_today(asked.key, today=today))
    if lines is not None and lineage.is_ours(asked.key, lines.head):
        return lines, Source.REDIS
    return sum_lines(asked, now=now), Source.DATABASE


def _own(lines: Lines, participant_id: ParticipantId) -> OwnStanding:
    value = 0 if lines.own is None else lines.own.value
    return OwnStanding(
        participant_id=participant_id,
        rank=None if lines.own is None else lines.own.rank,
        value=value,
        gap=None if lines.goal is None else lines.goal - value,
    )


def _find_next(key: BoardKey, lines: Lines, *, shown: int) -> str | None:
    if len(lines.lines) <= shown:
        return None
    last = shown - 1
    return rules.build_cursor(key, Place(lines.scores[last], lines.lines[last].member))
