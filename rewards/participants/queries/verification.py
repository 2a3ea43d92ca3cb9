"""Checks of what is kept of participants."""

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of
from rewards.core.secrecy import vault

from .. import rules
from ..models import GuardianConsentRow, NameKeyRow, ParticipantRow, QualificationRow
from ..types import BoardDisplay

_participants = table_of(ParticipantRow)
# What is deleted when an account closes.
_FORGOTTEN = tuple(map(table_of, (GuardianConsentRow, NameKeyRow, QualificationRow)))


def list_unforgotten(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the closed accounts that still tell whose they were (I22)."""
    row = _participants.c
    closed = sa.select(row.id).where(row.closed_at.is_not(None))
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
    for table in _FORGOTTEN:
        about = table.c.participant_id
        found |= set(
            connection.scalars(closed.where(row.id.in_(sa.select(about))).limit(FOUND_MAX))
        )
    if scope.is_whole:
        # What is sealed is opened by the program alone.
        names = connection.execute(closed.add_columns(row.name_sealed))
        found |= {each.id for each in names if vault().find_text(each.name_sealed)}
    return tuple(
        Violation(
            invariant="I22",
            subject=f"participant:{each}",
            expected="nothing that tells whose a closed account was",
            found="a name, a phone, a nickname or a year",
        )
        for each in sorted(found)[:FOUND_MAX]
    )
