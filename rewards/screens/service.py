"""Use cases of the screens: pair, name, move, fill, disconnect, and note that they are there."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.core.db import db, insert
from rewards.core.ids import new_digits, new_id
from rewards.core.secrecy import hash_token
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node

from . import queries, rules
from .errors import (
    InvalidSlidesError,
    PairingCodeNotFoundError,
    ScreenChangedError,
    TooManyPairingsError,
)
from .models import ScreenPairingRow, ScreenRow
from .types import Pairing, Screen, ScreenId, SlidePlan, StartedPairing

TOKEN_BYTES = 32
_CODE_TRIES = 20


@use_case
def start_pairing(*, token: str, visitor: str = "", now: datetime) -> StartedPairing | None:
    """Let a screen wait to be paired; one that waits already keeps its code until it expires.

    Return None for a screen that is paired. Where too many wait already, the
    oldest of the network with the most waits no longer; *visitor* names the
    network that asks.

    :raises TooManyPairingsError: if no code is free.
    """
    waiting = queries.find_pairing(token, now=now) if token else None
    if waiting is not None:
        return StartedPairing(token=token, pairing=waiting)
    # Asked after the pairing: staff may have typed its code since the screen asked.
    if token and queries.is_paired(token):
        return None
    db.session.execute(sa.delete(ScreenPairingRow).where(ScreenPairingRow.expires_at <= now))
    count = db.session.scalar(sa.select(sa.func.count()).select_from(ScreenPairingRow)) or 0
    if count >= rules.PAIRINGS_MAX:
        _make_room()
    # Never the one that came: whoever put it into the browser would know it.
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + rules.CODE_VALID
    for _ in range(_CODE_TRIES):
        code = db.session.scalar(
            insert(ScreenPairingRow)
            .values(
                token_hash=hash_token(fresh),
                code=new_digits(rules.CODE_LENGTH),
                expires_at=expires_at,
                network_hash=hash_token(visitor),
            )
            .on_conflict_do_nothing(index_elements=["code"])
            .returning(ScreenPairingRow.code)
        )
        if code is not None:
            return StartedPairing(token=fresh, pairing=Pairing(code=code, expires_at=expires_at))
    raise TooManyPairingsError(retry_after_seconds=int(rules.CODE_VALID.total_seconds()))


@use_case
def pair_screen(
    *,
    actor: Actor,
    code: str,
    node_id: UUID,
    name: str,
    slides: Sequence[SlidePlan],
    now: datetime,
) -> Screen:
    """Make the screen that shows *code* one of a node.

    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if it is closed.
    :raises NotAllowedError: if the actor may not manage screens there.
    :raises InvalidScreenNameError: if the name is not good.
    :raises InvalidSlidesError: if the slides are not good, or not the node's to show.
    :raises PairingCodeNotFoundError: if no screen shows the code, or not any more.

    The same person may send the same once more, and gets the same screen.
    """
    node = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_SCREEN, node.path)
    spelled = rules.normalize_name(name)
    _check_slides(slides, node)
    # Whoever deletes the row has the screen; a second one with the same code finds none.
    digits = rules.read_code(code)
    token_hash = db.session.scalar(
        sa.delete(ScreenPairingRow)
        .where(ScreenPairingRow.code == digits, ScreenPairingRow.expires_at > now)
        .returning(ScreenPairingRow.token_hash)
    )
    if token_hash is None:
        return _get_just_paired(actor, digits, node, now)
    screen_id = ScreenId(new_id())
    db.session.execute(
        sa.insert(ScreenRow).values(
            id=screen_id,
            node_id=node.id,
            node_path=node.path,
            name=spelled,
            token_hash=token_hash,
            slides=[rules.dump_slide(slide) for slide in slides],
            version=1,
            paired_at=now,
            paired_by=actor.principal,
            paired_code=digits,
        )
    )
    _audit(actor, "screen.paired", screen_id, node.id, now)
    return queries.get_screen(screen_id)


@use_case
def change_screen(
    *, actor: Actor, screen_id: UUID, name: str, node_id: UUID, now: datetime
) -> Screen:
    """Give a screen another name, or another node; what is not that node's to show stays behind.

    :raises ScreenNotFoundError: if there is no such screen.
    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if it is closed.
    :raises NotAllowedError: if the actor may not manage screens at both nodes.
    :raises InvalidScreenNameError: if the name is not good.
    """
    screen = _lock(actor, screen_id)
    node = network.get_node(node_id)
    if node.id != screen.node_id:
        access.authorize(actor, Verb.MANAGE_SCREEN, node.path)
        node = network.get_open_node(node_id)
    slides = [each if _is_shown_at(each, node) else each.stay_home() for each in screen.slides]
    _write(
        screen,
        name=rules.normalize_name(name),
        node_id=node.id,
        node_path=node.path,
        slides=[rules.dump_slide(slide) for slide in slides],
    )
    _audit(actor, "screen.changed", screen.id, node.id, now)
    return queries.get_screen(screen.id)


@use_case
def set_slides(
    *,
    actor: Actor,
    screen_id: UUID,
    slides: Sequence[SlidePlan],
    version: int | None = None,
    now: datetime,
) -> Screen:
    """Have a screen show *slides*, one after the other.

    *version* is that of the screen whose slides were looked at, if they were.

    :raises ScreenNotFoundError: if there is no such screen.
    :raises NotAllowedError: if the actor may not manage screens there.
    :raises ScreenChangedError: if it was changed since.
    :raises InvalidSlidesError: if the slides are not good, or not the screen's to show.
    :raises InvalidSlideSecondsError: if one stays too briefly or too long.
    """
    screen = _lock(actor, screen_id)
    if version is not None and version != screen.version:
        raise ScreenChangedError
    _check_slides(slides, network.get_node(screen.node_id))
    _write(screen, slides=[rules.dump_slide(slide) for slide in slides])
    _audit(actor, "screen.slides_set", screen.id, screen.node_id, now, slides=len(slides))
    return queries.get_screen(screen.id)


@use_case
def revoke_screen(*, actor: Actor, screen_id: UUID, now: datetime) -> None:
    """Disconnect a screen: from then on its token is good for nothing.

    :raises ScreenNotFoundError: if there is no such screen, or it was disconnected before.
    :raises NotAllowedError: if the actor may not manage screens there.
    """
    screen = _lock(actor, screen_id)
    _write(screen, revoked_at=now)
    _audit(actor, "screen.revoked", screen.id, screen.node_id, now)


@use_case
def note_seen(screen_ids: Collection[UUID], *, now: datetime) -> None:
    """Write down that screens are there, at most once a minute for each."""
    if not screen_ids:
        return
    db.session.execute(
        sa.update(ScreenRow)
        .where(
            ScreenRow.id.in_(list(screen_ids)),
            sa.or_(ScreenRow.seen_at.is_(None), ScreenRow.seen_at <= now - rules.SEEN_STEP),
        )
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _make_room() -> None:
    crowded = (
        sa.select(ScreenPairingRow.network_hash)
        .group_by(ScreenPairingRow.network_hash)
        .order_by(sa.func.count().desc(), sa.func.min(ScreenPairingRow.expires_at))
        .limit(1)
    )
    oldest = (
        sa.select(ScreenPairingRow.token_hash)
        .where(ScreenPairingRow.network_hash == crowded.scalar_subquery())
        .order_by(ScreenPairingRow.expires_at, ScreenPairingRow.token_hash)
        .limit(1)
    )
    db.session.execute(
        sa.delete(ScreenPairingRow)
        .where(ScreenPairingRow.token_hash == oldest.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _get_just_paired(actor: Actor, code: str, node: Node, now: datetime) -> Screen:
    screen_id = db.session.scalar(
        sa.select(ScreenRow.id)
        .where(
            ScreenRow.paired_code == code,
            ScreenRow.paired_by == actor.principal,
            ScreenRow.paired_at > now - rules.CODE_VALID,
            ScreenRow.node_id == node.id,
            ScreenRow.revoked_at.is_(None),
        )
        .order_by(ScreenRow.paired_at.desc())
        .limit(1)
    )
    if screen_id is None:
        raise PairingCodeNotFoundError
    return queries.get_screen(screen_id)


def _lock(actor: Actor, screen_id: UUID) -> Screen:
    db.session.execute(sa.select(ScreenRow.id).where(ScreenRow.id == screen_id).with_for_update())
    screen = queries.get_screen(screen_id)
    access.authorize(actor, Verb.MANAGE_SCREEN, screen.node_path)
    return screen


def _write(screen: Screen, **values: object) -> None:
    db.session.execute(
        sa.update(ScreenRow)
        .where(ScreenRow.id == screen.id)
        .values(version=ScreenRow.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _check_slides(slides: Sequence[SlidePlan], node: Node) -> None:
    rules.check_slides(slides)
    if not all(_is_shown_at(slide, node) for slide in slides):
        raise InvalidSlidesError


def _is_shown_at(slide: SlidePlan, node: Node) -> bool:
    try:
        paths = [network.get_node(slide.node_id).path] if slide.node_id else []
        if slide.occasion_id:
            paths.append(activities.get_occasion(slide.occasion_id).node_path)
    except (NodeNotFoundError, OccasionNotFoundError):
        return False
    return all(
        rules.is_in_scope(screen_path=node.path, node_path=path, layout=slide.layout)
        for path in paths
    )


def _audit(
    actor: Actor, action: str, screen_id: UUID, node_id: UUID, now: datetime, **details: int
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"screen:{screen_id.hex}",
        details=details,
        now=now,
    )
