"""Reads of statements and record slips, as read models."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, Entry, EntryId
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError
from rewards.participants.types import Participant

from . import rules
from .errors import RecordSlipNotFoundError
from .models import RecordSlipRow
from .types import Line, Period, RecordSlip, SlipCheck, SlipId, Statement

_slips = table_of(RecordSlipRow)


def get_subject(participant_id: ParticipantId) -> Participant:
    """Return the participant whom a statement or a slip is about.

    :raises ParticipantNotFoundError: if there is none.
    :raises ParticipantClosedError: if the account is closed: nothing of it is given out any more.
    """
    participant = participants.get_participant(participant_id)
    if participant.closed_at is not None:
        raise ParticipantClosedError
    return participant


def get_statement(
    participant_id: ParticipantId,
    *,
    period: Period,
    now: datetime,
    lines_max: int = rules.LINES_MAX,
) -> Statement:
    """Return the statement of a participant over *period*.

    :raises ParticipantNotFoundError: if there is no such participant.
    :raises ParticipantClosedError: if the account is closed.
    :raises StatementTooLongError: if it would have more than *lines_max* lines.
    """
    participant = get_subject(participant_id)
    zone = clock.zone()
    start, _ = clock.day_bounds(period.first, zone)
    _, end = clock.day_bounds(period.last, zone)
    opening = ledger.sum_posted(participant_id, asset=Asset.POINTS, before=start)
    # One more than fit tells that there are more.
    entries = ledger.list_posted(
        participant_id, asset=Asset.POINTS, start=start, end=end, limit=lines_max + 1
    )
    services = ledger.list_served(
        participant_id, first=period.first, last=period.last, limit=lines_max + 1
    )
    rules.check_length(max(len(entries), len(services)), lines_max=lines_max)
    reversed_at = ledger.list_reversed(participant_id)
    expired = ledger.list_expired(participant_id)
    lines = _run(entries, opening, reversed_at, expired)
    today = clock.local_date(now, zone)
    return Statement(
        participant=participant,
        period=period,
        made_at=now,
        opening=opening,
        closing=lines[-1].balance if lines else opening,
        lines=lines,
        totals=rules.sum_by_reason(entries),
        expiring=ledger.list_expiring(participant_id, since=today, until=rules.LAST_DAY),
        services=_run(services, 0, reversed_at, {}),
        served=ledger.sum_served(participant_id, first=period.first, last=period.last),
    )


def get_slip(number: str) -> RecordSlip:
    """Return the slip of that number.

    :raises RecordSlipNotFoundError: if there is none.
    """
    row = db.session.execute(sa.select(_slips).where(_slips.c.number == number)).one_or_none()
    if row is None:
        raise RecordSlipNotFoundError
    return to_slip(row)


def find_check(text: str) -> SlipCheck | None:
    """Return what anybody may know of the slip whose number *text* is, if there is one."""
    number = rules.normalize_number(text)
    if not rules.is_number(number):
        return None
    row = db.session.execute(sa.select(_slips).where(_slips.c.number == number)).one_or_none()
    if row is None:
        return None
    slip = to_slip(row)
    return SlipCheck(
        number=slip.number,
        period=slip.period,
        minutes=slip.minutes,
        backfilled=slip.backfilled,
        services=slip.services,
        node_id=slip.node_id,
        issuer=slip.issuer,
        is_certificate=slip.is_certificate,
        issued_at=slip.issued_at,
        status=slip.status,
        voided_at=slip.voided_at,
        has_changed=has_changed(slip),
    )


def has_changed(slip: RecordSlip) -> bool:
    """Tell whether the hours of the slip's period were lowered after it was issued."""
    served = ledger.sum_served(slip.participant_id, first=slip.period.first, last=slip.period.last)
    return served.minutes < slip.minutes or served.backfilled < slip.backfilled


def list_slips(participant_id: ParticipantId, *, limit: int = PAGE_SIZE) -> tuple[RecordSlip, ...]:
    """Return the latest slips of a participant, the newest first."""
    rows = db.session.execute(
        sa.select(_slips)
        .where(_slips.c.participant_id == participant_id)
        .order_by(_slips.c.id.desc())
        .limit(limit)
    )
    return tuple(to_slip(row) for row in rows)


def page_slips(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[RecordSlip]:
    """Return the slips issued in a branch of the network, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = (
        sa.select(_slips)
        .where(_slips.c.node_id.in_(network.select_branch_ids(node_path)))
        .order_by(_slips.c.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(_slips.c.id < _read_cursor(cursor))
    found = tuple(to_slip(row) for row in db.session.execute(query))
    following = encode_cursor([found[limit - 1].id.hex]) if len(found) > limit else None
    return Page(items=found[:limit], next=following)


def count_self_issued(participant_id: ParticipantId, *, principal: str, since: datetime) -> int:
    """Return how many slips the participant issued for themselves since a moment."""
    return int(
        db.session.scalar(
            sa.select(sa.func.count()).where(
                _slips.c.participant_id == participant_id,
                _slips.c.issued_by == principal,
                _slips.c.issued_at >= since,
            )
        )
        or 0
    )


def to_slip(row: sa.Row[tuple[object, ...]]) -> RecordSlip:
    """Return a row of the table as a read model."""
    return RecordSlip(
        id=SlipId(row.id),
        number=row.number,
        participant_id=ParticipantId(row.participant_id),
        period=Period(first=row.first_day, last=row.last_day),
        minutes=row.minutes,
        backfilled=row.backfilled,
        services=row.services,
        node_id=NodeId(row.node_id),
        issuer=row.issuer,
        is_certificate=row.is_certificate,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        status=row.status,
        void_reason=row.void_reason,
        voided_at=row.voided_at,
    )


def _run(
    entries: tuple[Entry, ...],
    opening: int,
    reversed_at: dict[EntryId, datetime],
    expired: dict[EntryId, int],
) -> tuple[Line, ...]:
    lines, balance = [], opening
    for entry in entries:
        balance += entry.amount
        lines.append(
            Line(
                entry=entry,
                balance=balance,
                reversed_at=reversed_at.get(entry.id),
                expired=expired.get(entry.id, 0),
            )
        )
    return tuple(lines)


def _read_cursor(cursor: str) -> UUID:
    [text] = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
