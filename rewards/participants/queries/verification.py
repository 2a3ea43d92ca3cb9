"""Checks of what is kept of participants."""

from uuid import UUID

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.core.secrecy import vault

from .. import rules
from ..models import CardRow, GuardianConsentRow, NameKeyRow, ParticipantRow, QualificationRow
from ..types import BoardDisplay
from .lookups import select_closed_ids

_participants = table_of(ParticipantRow)
_cards = table_of(CardRow)
# What is deleted when an account closes.
_FORGOTTEN = tuple(map(table_of, (GuardianConsentRow, NameKeyRow, QualificationRow)))


def list_unforgotten(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the closed accounts that still tell whose they were (I22)."""
    row = _participants.c
    closed = select_closed_ids()
    told = connection.scalars(
        closed.where(
            sa.or_(
                row.masked_name != rules.MASKED_NAME_CLOSED,
                row.phone_lookup.is_not(None),
                row.birth_year.is_not(None),
                row.board_display != BoardDisplay.HIDDEN,
                *(column != "" for column in (row.nickname, row.masked_phone, row.phone_sealed)),
            )
        ).limit(FOUND_MAX)
    )
    found = set(told)
    kept = [sa.select(table.c.participant_id) for table in _FORGOTTEN]
    kept.append(sa.select(_cards.c.participant_id).where(_cards.c.revoked_at.is_(None)))
    for about in kept:
        found |= set(connection.scalars(closed.where(row.id.in_(about)).limit(FOUND_MAX)))
    if scope.is_whole:
        # What is sealed is opened by the program alone.
        names = connection.execute(closed.add_columns(row.name_sealed))
        found |= {each.id for each in names if vault().find_text(each.name_sealed)}
    return tuple(map(tell_unforgotten, sorted(found)[:FOUND_MAX]))


def tell_unforgotten(participant_id: UUID) -> Violation:
    """Return what is said of a closed account that is not forgotten."""
    return Violation(
        invariant="I22",
        subject=f"participant:{participant_id}",
        expected="nothing that tells whose a closed account was, or opens it",
        found="a name, a phone, a nickname, a year, a card or a link to WeChat",
    )
