"""Reading boards on the way of a request: one round trip, or none."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from .. import rules
from ..types import BoardKey, Line, Lines
from . import names, scripts
from .connections import find_connections

log = structlog.get_logger(__name__)


def find_lines(key: BoardKey, *, limit: int, around: bytes | None) -> Lines | None:
    """Return *limit* lines from the top, or those around a member who is on the board.

    None if Redis does not answer, has lost the boards, or does not keep this one.
    """
    connections = find_connections()
    if connections is None or not connections.breaker.may_try():
        return None
    center = rules.find_center(key.node_path)
    read = connections.hasty.register_script(scripts.READ)
    try:
        answer = read(
            keys=[names.current(center)],
            args=[
                names.prefix(center),
                rules.format_board(key),
                limit,
                around or b"",
                rules.NEIGHBOURS,
                names.LAYOUT,
            ],
        )
    except RedisError as error:
        connections.breaker.fail()
        log.warning("boards.unavailable", error=type(error).__name__)
        return None
    connections.breaker.succeed()
    if answer is None or not rules.is_kept(key, date.fromisoformat(answer[0].decode())):
        return None
    return _lines(answer, around, span=rules.find_span(key.subject))


def _lines(answer: Sequence[Any], around: bytes | None, *, span: int) -> Lines:
    _day, at, first_place, first_rank, own_score, pairs, goal_score = answer
    members = [(member, rules.split_score(int(score), span)[0]) for member, score in _pair(pairs)]
    lines = rules.share_ranks(
        [(member, value) for member, value in members if value > 0],
        first_place=first_place,
        first_rank=first_rank,
    )
    own: Line | None = None
    if own_score:
        own = next(line for line in lines if line.member == around)
    return Lines(
        lines=lines,
        own=own,
        goal=rules.split_score(int(goal_score), span)[0] if goal_score else None,
        as_of=datetime.fromtimestamp(float(at), UTC),
    )


def _pair(flat: Sequence[Any]) -> list[tuple[bytes, Any]]:
    return list(zip(flat[::2], flat[1::2], strict=True))
