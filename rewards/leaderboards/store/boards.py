"""Reading boards on the way of a request: one round trip, or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from rewards.core.redis_client import run_script
from rewards.ledger.types import ChainHead

from .. import rules
from ..types import Asked, BoardKey, Line, Lines, Moved
from . import names, read_scripts
from .connections import find_connections

log = structlog.get_logger(__name__)

# Beyond so many who earned something today, a read would hold up the others.
MOVED_MAX = 10_000


def find_lines(asked: Asked, *, today: BoardKey | None) -> Lines | None:
    """Return the lines that are asked for.

    *today* is the board of today, to tell what each line had yesterday.

    None if Redis does not answer, has lost the boards, or does not keep this one.
    """
    key = asked.key
    args: list[Any] = [_name(today), asked.limit]
    if asked.after is None:
        script = read_scripts.READ
        args += [asked.around or b"", rules.NEIGHBOURS]
    else:
        script = read_scripts.READ_AFTER
        args += [asked.after.score, asked.after.member]
    found = _read(key, script, args)
    if found is None:
        return None
    head, answer = found
    if not rules.is_kept(key, date.fromisoformat(answer[0].decode())):
        return None
    span = rules.find_span(key.subject)
    lines = _lines(answer, asked.around, span=span, has_yesterday=today is not None)
    return replace(lines, head=head)


def find_moved(key: BoardKey, *, today: BoardKey, values: Sequence[int]) -> Moved | None:
    """Return how many have more than each of *values*, and all who moved today.

    None if Redis does not answer, has lost the boards, or too many have moved.
    """
    span = rules.find_span(key.subject)
    scores = [rules.build_score(value + 1, 0, span) for value in values]
    found = _read(key, read_scripts.COUNT_ABOVE, [_name(today), MOVED_MAX, *scores])
    if found is None:
        return None
    head, (above, gained, stand) = found
    return Moved(
        head,
        tuple(above),
        tuple(
            (_value(now, span), _value(now, span) - _value(change, span))
            for now, change in zip(stand.split(), gained.split(), strict=True)
        ),
    )


def _read(
    key: BoardKey, script: str, args: Sequence[Any]
) -> tuple[ChainHead, Sequence[Any]] | None:
    """Run a script; return where the epoch stands, and the rest of what it answers."""
    connections = find_connections()
    center = rules.find_center(key.node_path)
    if connections is None or not connections.find_breaker(center).may_try():
        return None
    span = rules.find_span(key.subject)
    try:
        answer = run_script(
            connections.hasty,
            script,
            keys=[names.current(center)],
            args=[
                names.prefix(center),
                rules.format_board(key),
                names.LAYOUT,
                span,
                *args,
            ],
        )
    except RedisError as error:
        connections.find_breaker(center).fail()
        log.warning("boards.unavailable", error=type(error).__name__)
        return None
    connections.find_breaker(center).succeed()
    if answer is None:
        return None
    seq, digest, *rest = answer
    return ChainHead(int(seq or 0), (digest or b"").decode()), rest


def _lines(answer: Sequence[Any], around: bytes | None, *, span: int, has_yesterday: bool) -> Lines:
    _day, at, first_place, first_rank, flat, today, own_score, goal_score = answer
    cells = [(member, int(score)) for member, score in _pair(flat) if _value(score, span) > 0]
    values = [_value(score, span) for _, score in cells]
    lines = rules.share_ranks(
        [(member, value) for (member, _), value in zip(cells, values, strict=True)],
        first_place=first_place,
        first_rank=first_rank,
    )
    before = None
    if has_yesterday:
        gained = [0 if score is None else _value(score, span) for score in today[: len(cells)]]
        before = tuple(value - each for value, each in zip(values, gained, strict=True))
    own: Line | None = None
    if own_score:
        own = next(line for line in lines if line.member == around)
    return Lines(
        lines=lines,
        own=own,
        goal=_value(goal_score, span) if goal_score else None,
        as_of=datetime.fromtimestamp(float(at), UTC),
        people=first_place + len(lines),
        scores=tuple(score for _, score in cells),
        before=before,
    )


def _name(board: BoardKey | None) -> str:
    return "" if board is None else rules.format_board(board)


def _value(score: bytes | int, span: int) -> int:
    return rules.split_score(int(score), span)[0]


def _pair(flat: Sequence[Any]) -> list[tuple[bytes, Any]]:
    return list(zip(flat[::2], flat[1::2], strict=True))
