"""Tables of visits."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, UtcDateTime, enum_column

from .types import Proof


class DeskVisitRow(Base):
    """A code of somebody's phone opens one visit, ever; a card has no step and opens many."""

    __tablename__ = "desk_visits"
    __table_args__ = (
        sa.UniqueConstraint("participant_id", "step"),
        sa.CheckConstraint("(proof = 'card') = (step IS NULL)", name="step_of_a_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    space_id: Mapped[UUID] = mapped_column(sa.ForeignKey("spaces.id"))
    proof: Mapped[Proof] = mapped_column(enum_column(Proof))
    step: Mapped[int | None]
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
