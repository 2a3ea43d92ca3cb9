"""Reads of the screens; `find_screen` stands on the path of every request of one."""

import threading
import time
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, reading, table_of
from rewards.core.secrecy import hash_token
from rewards.network import queries as network
from rewards.network.types import NodeId

from . import rules
from .errors import ScreenNotFoundError
from .models import ScreenPairingRow, ScreenRow
from .types import Pairing, Screen, ScreenId

KEPT_SECONDS = 2.0
KEPT_MAX = 4096

_screens = table_of(ScreenRow)
_version = sa.case(
    (_screens.c.node_id.in_(network.select_closed_ids()), -_screens.c.version),
    else_=_screens.c.version,
).label("version")
_columns = (
    _screens.c.id,
    _screens.c.node_id,
    _screens.c.node_path,
    _screens.c.name,
    _screens.c.slides,
    _version,
    _screens.c.paired_at,
    _screens.c.seen_at,
)
_paired = sa.select(*_columns).where(_screens.c.revoked_at.is_(None))
# Built once: on the path of every request, building a statement costs more than sending it.
_by_token = _paired.where(_screens.c.token_hash == sa.bindparam("wanted"))

_kept: dict[str, tuple[float, Screen]] = {}
_lock = threading.Lock()


def find_screen(token: str, *, is_fresh: bool = False) -> Screen | None:
    """Return the screen that a token belongs to, as it was at most two seconds ago.

    `is_fresh`: as it is now. That there is none is never remembered: a screen
    that was just paired would be taken for one that waits.
    """
    wanted = hash_token(token)
    kept = _kept.get(wanted)
    if kept is not None and not is_fresh and time.monotonic() < kept[0]:
        return kept[1]
    with reading() as connection:
        row = connection.execute(_by_token, {"wanted": wanted}).one_or_none()
    if row is None:
        with _lock:
            _kept.pop(wanted, None)
        return None
    screen = _to_screen(row)
    with _lock:
        if len(_kept) >= KEPT_MAX:
            _kept.clear()
        _kept[wanted] = (time.monotonic() + KEPT_SECONDS, screen)
    return screen


def is_paired(token: str) -> bool:
    """Tell whether a token belongs to a screen, within the unit of work that asks."""
    return db.session.execute(_by_token, {"wanted": hash_token(token)}).first() is not None


def forget() -> None:
    """Forget what this process remembers of screens."""
    with _lock:
        _kept.clear()


def find_pairing(token: str, *, now: datetime) -> Pairing | None:
    """Return the code that a waiting screen shows, if it still counts."""
    row = db.session.execute(
        sa.select(ScreenPairingRow.code, ScreenPairingRow.expires_at).where(
            ScreenPairingRow.token_hash == hash_token(token), ScreenPairingRow.expires_at > now
        )
    ).one_or_none()
    return None if row is None else Pairing(code=row.code, expires_at=row.expires_at)


def get_screen(screen_id: UUID) -> Screen:
    """Return the paired screen of that id.

    :raises ScreenNotFoundError: if there is none, or it was disconnected.
    """
    row = db.session.execute(_paired.where(_screens.c.id == screen_id)).one_or_none()
    if row is None:
        raise ScreenNotFoundError
    return _to_screen(row)


def list_screens(node_path: str) -> tuple[Screen, ...]:
    """Return the paired screens of a branch, by node and name."""
    rows = db.session.execute(
        _paired.where(_screens.c.node_path.startswith(node_path, autoescape=True)).order_by(
            _screens.c.node_path, _screens.c.name, _screens.c.id
        )
    )
    return tuple(map(_to_screen, rows))


def list_versions(screen_ids: Collection[UUID]) -> dict[ScreenId, int]:
    """Return the versions of those of *screen_ids* that are paired still.

    One question for all the screens that a process streams to.
    """
    if not screen_ids:
        return {}
    with reading() as connection:
        rows = connection.execute(
            sa.select(_screens.c.id, _version).where(
                _screens.c.id.in_(list(screen_ids)), _screens.c.revoked_at.is_(None)
            )
        ).all()
    return {ScreenId(row.id): row.version for row in rows}


def _to_screen(row: Any) -> Screen:
    return Screen(
        id=ScreenId(row.id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        name=row.name,
        slides=tuple(map(rules.load_slide, row.slides)),
        version=row.version,
        paired_at=row.paired_at,
        seen_at=row.seen_at,
    )
