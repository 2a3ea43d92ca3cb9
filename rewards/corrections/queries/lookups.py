"""Reads of corrections, with the names of whom they are about and who entered them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.identity import queries as identity
from rewards.ledger.types import EntryId
from rewards.network.types import NodeId
from rewards.participants import queries as participants
from rewards.participants.types import Participant

from .. import rules, store
from ..errors import CorrectionNotFoundError
from ..models import CorrectionRow
from ..types import Allowance, Correction, CorrectionId, CorrectionKind, CorrectionStatus

_STAFF = "staff:"

_corrections = table_of(CorrectionRow)
_all = sa.select(_corrections)
# Of what staff decide on the amount or whether it is given at all.
_is_chosen = sa.or_(
    _corrections.c.kind == CorrectionKind.ADJUSTMENT,
    _corrections.c.rule_code.in_(rules.CHOSEN),
    sa.and_(_corrections.c.kind == CorrectionKind.REVERSAL, _corrections.c.amount > 0),
)


def get_correction(correction_id: CorrectionId) -> Correction:
    """Return a correction.

    :raises CorrectionNotFoundError: if there is none.
    """
    found = _read(_all.where(_corrections.c.id == correction_id))
    if not found:
        raise CorrectionNotFoundError
    return found[0]


def find_reversal(entry_id: EntryId) -> Correction | None:
    """Return the reversal of an entry by hand, done or waiting, if there is one."""
    found = _read(
        _all.where(
            _corrections.c.entry_id == entry_id,
            _corrections.c.status != CorrectionStatus.REFUSED,
        )
    )
    return found[0] if found else None


def list_by_entries(entry_ids: Collection[EntryId]) -> dict[EntryId, Correction]:
    """Return what entries came of, for those that came of a correction."""
    if not entry_ids:
        return {}
    found = _read(_all.where(_corrections.c.applied_entry_id.in_(list(entry_ids))))
    return {each.applied_entry_id: each for each in found if each.applied_entry_id}


def page_corrections(
    *,
    node_paths: Sequence[str],
    status: CorrectionStatus | None = None,
    participant_id: ParticipantId | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Correction]:
    """Return the corrections in those branches, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    # Ids are ordered by time.
    statement = _all.where(_is_in(node_paths)).order_by(_corrections.c.id.desc()).limit(limit + 1)
    if status is not None:
        statement = statement.where(_corrections.c.status == status)
    if participant_id is not None:
        statement = statement.where(_corrections.c.participant_id == participant_id)
    if cursor is not None:
        statement = statement.where(_corrections.c.id < _decode(cursor))
    found = _read(statement)
    items = found[:limit]
    return Page(items=items, next=encode_cursor([items[-1].id.hex]) if found[limit:] else None)


def count_waiting(*, node_paths: Sequence[str], not_by: str) -> int:
    """Return how many corrections in those branches wait for another person than *not_by*."""
    query = sa.select(sa.func.count()).where(
        _is_in(node_paths),
        _corrections.c.status == CorrectionStatus.PENDING,
        _corrections.c.requested_by != not_by,
    )
    return int(db.session.scalar(query) or 0)


def sum_given(*, principal: str, day: date) -> int:
    """Return the points whose amount staff chose on a local day; what waits counts, too."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_corrections.c.amount), 0)).where(
        _corrections.c.requested_by == principal,
        _corrections.c.requested_on == day,
        _is_chosen,
        _corrections.c.status != CorrectionStatus.REFUSED,
        _corrections.c.amount > 0,
    )
    return int(db.session.scalar(query) or 0)


def sum_alone(
    *,
    principal: str,
    participant_id: ParticipantId,
    day: date,
    is_taken: bool = False,
    besides: CorrectionId | None = None,
) -> int:
    """Return the points given to, or taken from, one participant by one staff member on a day.

    What a second person stands behind does not count; what still waits for one does.
    """
    row = _corrections.c
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.abs(row.amount)), 0)).where(
        row.requested_by == principal,
        row.requested_on == day,
        row.participant_id == participant_id,
        row.decided_by == "",
        _is_chosen,
        row.amount < 0 if is_taken else row.amount > 0,
    )
    if besides is not None:
        query = query.where(row.id != besides)
    return int(db.session.scalar(query) or 0)


def get_allowance(*, principal: str, day: date) -> Allowance:
    """Return what staff may still give by hand on a local day."""
    limits = store.limits()
    given = sum_given(principal=principal, day=day)
    return Allowance(alone=limits.alone, daily=limits.daily, given=given)


def _is_in(node_paths: Sequence[str]) -> sa.ColumnElement[bool]:
    column = _corrections.c.node_path
    return sa.or_(sa.false(), *(column.startswith(path, autoescape=True) for path in node_paths))


def _decode(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _read(statement: sa.Select[Any]) -> tuple[Correction, ...]:
    rows = db.session.execute(statement).all()
    if not rows:
        return ()
    people = participants.list_participants({row.participant_id for row in rows})
    principals = {principal for row in rows for principal in (row.requested_by, row.decided_by)}
    staff_ids = [UUID(each.removeprefix(_STAFF)) for each in principals if _is_staff(each)]
    names = identity.list_staff_names(staff_ids)
    by_principal = {f"{_STAFF}{staff_id.hex}": name for staff_id, name in names.items()}
    return tuple(
        _build(row, people[ParticipantId(row.participant_id)], by_principal) for row in rows
    )


def _is_staff(principal: str) -> bool:
    return principal.startswith(_STAFF)


def _build(row: Any, person: Participant, names: dict[str, str]) -> Correction:
    return Correction(
        id=CorrectionId(row.id),
        kind=row.kind,
        status=row.status,
        participant_id=person.id,
        masked_name=person.masked_name,
        number=person.number,
        is_closed=person.closed_at is not None,
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        asset=row.asset,
        amount=row.amount,
        rule_code=row.rule_code,
        entry_id=None if row.entry_id is None else EntryId(row.entry_id),
        # Whoever closed their account is not told of any more, erased or not yet.
        note="" if person.closed_at else row.note,
        requested_by=row.requested_by,
        requested_by_name=names.get(row.requested_by, ""),
        requested_at=row.requested_at,
        decided_by=row.decided_by,
        decided_by_name=names.get(row.decided_by, ""),
        decided_at=row.decided_at,
        decision_note="" if person.closed_at else row.decision_note,
        applied_entry_id=(None if row.applied_entry_id is None else EntryId(row.applied_entry_id)),
    )
