"""Tables of corrections. Who asked and how much never changes, and an end is final: triggers."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column
from rewards.ledger.types import Asset

from .types import CorrectionKind, CorrectionStatus

_IS_PENDING = sa.text("status = 'pending'")
_IS_NOT_REFUSED = sa.text("status <> 'refused'")


class CorrectionRow(Base):
    """One for each thing done by hand. Notes are erased with the participant's account."""

    __tablename__ = "corrections"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.CheckConstraint("(kind = 'reversal') = (entry_id IS NOT NULL)", name="reversal_of"),
        sa.CheckConstraint("(kind = 'award') = (rule_code <> '')", name="award_by_rule"),
        sa.CheckConstraint(
            "(status = 'applied') = (applied_entry_id IS NOT NULL)", name="applied_in_books"
        ),
        sa.CheckConstraint("(decided_by = '') = (decided_at IS NULL)", name="decided_by_and_at"),
        sa.CheckConstraint("status <> 'pending' OR decided_by = ''", name="pending_undecided"),
        sa.CheckConstraint("status <> 'refused' OR decided_by <> ''", name="refused_by"),
        # What gives points back may wait for a second person.
        sa.CheckConstraint(
            "kind <> 'reversal' OR status = 'applied' OR amount > 0", name="reversed_at_once"
        ),
        sa.CheckConstraint("decided_by <> requested_by", name="second_person"),
        # The limit is that of the time, so that it may change.
        sa.CheckConstraint(
            "status <> 'applied' OR (kind = 'reversal' AND amount < 0) OR decided_by <> ''"
            " OR amount BETWEEN -alone_max AND alone_max",
            name="second_person_above_limit",
        ),
        sa.CheckConstraint(
            "requester_participant_id IS NULL OR requester_participant_id <> participant_id",
            name="not_asked_for_oneself",
        ),
        sa.CheckConstraint(
            "decider_participant_id IS NULL OR decider_participant_id <> participant_id",
            name="not_decided_for_oneself",
        ),
        sa.CheckConstraint("length(note) >= 4 OR notes_erased_at IS NOT NULL", name="has_note"),
        # One reversal per entry, for ever; one that was refused is none.
        sa.Index(
            "uq_corrections__entry_id",
            "entry_id",
            unique=True,
            postgresql_where=_IS_NOT_REFUSED,
            sqlite_where=_IS_NOT_REFUSED,
        ),
        sa.UniqueConstraint("applied_entry_id"),
        sa.Index(
            "ix_corrections__pending",
            "node_path",
            "id",
            postgresql_where=_IS_PENDING,
            sqlite_where=_IS_PENDING,
        ),
        sa.Index("ix_corrections__day", "requested_by", "requested_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[CorrectionKind] = mapped_column(enum_column(CorrectionKind))
    status: Mapped[CorrectionStatus] = mapped_column(enum_column(CorrectionStatus))
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"), index=True)
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    asset: Mapped[Asset] = mapped_column(enum_column(Asset))
    # What was asked for; an award may come to less by its caps.
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    rule_code: Mapped[str] = mapped_column(sa.String(24), default="")
    entry_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    note: Mapped[str] = mapped_column(sa.String(200))
    notes_erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What one person could still do alone for this participant when it was asked for.
    alone_max: Mapped[int]
    requested_by: Mapped[str] = mapped_column(sa.String(64))
    # The own account, as a participant, of whoever asked: then, not now.
    requester_participant_id: Mapped[UUID | None]
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(sa.String(64), default="")
    decider_participant_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(sa.String(200), default="")
    applied_entry_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))
