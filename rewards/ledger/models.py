"""Tables of the books. Entries, postings and seals are insert-only: triggers refuse the rest."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from rewards.core.db import Base, BigKey, UtcDateTime, enum_column

from .types import AccountKind, Asset, BoardKind, HoldStatus, LateEntries, Reason


class AccountRow(Base):
    """One per participant and asset, and one per system kind and asset.

    `balance`, `held` and `earned` change only under the row's lock. `earned`
    is the sum of awards and their reversals; spending does not lower it.
    `debt` is how far a reversal may have left the account below zero.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        sa.UniqueConstraint("participant_id", "asset"),
        sa.Index(
            "uq_ledger_accounts__system",
            "kind",
            "asset",
            unique=True,
            postgresql_where=sa.text("participant_id IS NULL"),
            sqlite_where=sa.text("participant_id IS NULL"),
        ),
        sa.CheckConstraint("balance - held + debt >= 0", name="available_covered_by_debt"),
        sa.CheckConstraint("debt >= 0", name="debt_not_negative"),
        sa.CheckConstraint("debt = 0 OR balance - held < 0", name="debt_only_below_zero"),
        sa.CheckConstraint("held >= 0", name="held_not_negative"),
        sa.CheckConstraint(
            "(kind = 'participant') = (participant_id IS NOT NULL)", name="participant_has_owner"
        ),
        sa.CheckConstraint(
            "kind = 'participant' OR (balance = 0 AND held = 0 AND earned = 0 AND debt = 0)",
            name="system_keeps_no_balance",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind] = mapped_column(enum_column(AccountKind))
    asset: Mapped[Asset] = mapped_column(enum_column(Asset))
    participant_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("participants.id"))
    balance: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    held: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    earned: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    debt: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class EntryRow(Base):
    """A balanced set of postings with its reason. The postings of an entry sum to zero."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        # One credit per participant, occasion, rule and asset, for ever; one more
        # for each time that the attendance was undone as a mistake.
        sa.Index(
            "uq_ledger_entries__attendance",
            "participant_id",
            "occasion_id",
            "rule_code",
            "asset",
            "renewal",
            unique=True,
            postgresql_where=sa.text("reason = 'attendance'"),
            sqlite_where=sa.text("reason = 'attendance'"),
        ),
        # What was decided by hand is posted once.
        sa.Index(
            "uq_ledger_entries__decided",
            "source_id",
            "rule_code",
            "asset",
            unique=True,
            postgresql_where=sa.text("reason IN ('award', 'adjustment', 'backfill')"),
            sqlite_where=sa.text("reason IN ('award', 'adjustment', 'backfill')"),
        ),
        sa.Index("ix_ledger_entries__participant_day", "participant_id", "business_date"),
        sa.Index("ix_ledger_entries__business_date", "business_date"),
        sa.Index(
            "ix_ledger_entries__late",
            "counted_on",
            postgresql_where=sa.text("counted_on IS NOT NULL"),
            sqlite_where=sa.text("counted_on IS NOT NULL"),
        ),
        # What staff entered by hand is looked through by when: few entries of all.
        sa.Index(
            "ix_ledger_entries__entered",
            "posted_at",
            postgresql_where=sa.text("actor LIKE 'staff:%'"),
            sqlite_where=sa.text("actor LIKE 'staff:%'"),
        ),
        # One reversal per entry, for ever.
        sa.UniqueConstraint("reverses_id"),
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.CheckConstraint(
            "(reason IN ('reversal', 'refund')) = (reverses_id IS NOT NULL)",
            name="reversal_has_original",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("participants.id"))
    asset: Mapped[Asset] = mapped_column(enum_column(Asset))
    # What the participant's account gained or, if negative, lost.
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))
    # The check-in, check-out or redemption that caused it.
    source_id: Mapped[UUID] = mapped_column(index=True)
    occasion_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("occasions.id"))
    rule_code: Mapped[str] = mapped_column(sa.String(24), default="")
    rule_version: Mapped[int] = mapped_column(default=0)
    board: Mapped[BoardKind] = mapped_column(enum_column(BoardKind))
    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"))
    node_path: Mapped[str] = mapped_column(sa.String(48))
    actor: Mapped[str] = mapped_column(sa.String(64))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    business_date: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    # The entry that this one undoes. A trigger refuses one that is not its mirror image.
    reverses_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    # The team that boards count it for.
    team_id: Mapped[UUID | None]
    # The day whose boards count it, if that is not its business date: it came
    # when the month of that one was closed.
    counted_on: Mapped[date | None]
    # How often attendance of the occasion had been undone before it was credited.
    renewal: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default=sa.text("0"))


class ClosingPolicyRow(Base):
    """What a center decided when about periods that are over. None: `types.DEFAULT_POLICY`."""

    __tablename__ = "closing_policies"
    __table_args__ = (
        sa.CheckConstraint("settle_days BETWEEN 0 AND 31", name="settle_days_in_month"),
    )

    node_id: Mapped[UUID] = mapped_column(sa.ForeignKey("nodes.id"), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    settle_days: Mapped[int] = mapped_column(sa.SmallInteger)
    late_entries: Mapped[LateEntries] = mapped_column(enum_column(LateEntries))


class PostingRow(Base):
    """One signed line of an entry on one account."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "account_id"),
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_entries.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)


class HoldRow(Base):
    """Points set aside on an account until they are captured or released."""

    __tablename__ = "ledger_holds"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    status: Mapped[HoldStatus] = mapped_column(enum_column(HoldStatus))
    source_id: Mapped[UUID] = mapped_column(unique=True)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LotRow(Base):
    """Points that came with an entry and have not all been used."""

    __tablename__ = "ledger_lots"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("remaining BETWEEN 0 AND amount", name="remaining_within_amount"),
        sa.Index(
            "ix_ledger_lots__left",
            "account_id",
            "valid_until",
            postgresql_where=sa.text("remaining > 0"),
            sqlite_where=sa.text("remaining > 0"),
        ),
        sa.Index(
            "ix_ledger_lots__due",
            "valid_until",
            postgresql_where=sa.text("remaining > 0"),
            sqlite_where=sa.text("remaining > 0"),
        ),
    )

    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_entries.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_accounts.id"))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    remaining: Mapped[int] = mapped_column(sa.BigInteger)
    # The last local day on which they can be used.
    valid_until: Mapped[date]


class LotUseRow(Base):
    """What an entry took out of a lot or, below zero, put back."""

    __tablename__ = "ledger_lot_uses"
    __table_args__ = (sa.CheckConstraint("amount <> 0", name="amount_not_zero"),)

    lot_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_lots.entry_id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("ledger_entries.id"), primary_key=True, index=True
    )
    amount: Mapped[int] = mapped_column(sa.BigInteger)


class OutboxRow(Base):
    """Committed entries that have no place in the chain yet."""

    __tablename__ = "ledger_outbox"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)


class SealRow(Base):
    """The place of an entry in the chain: numbers without a gap, each hash over the one before."""

    __tablename__ = "ledger_seals"

    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
    # Which fields of the entry the hash covers.
    version: Mapped[int] = mapped_column(sa.SmallInteger)


class SealHeadRow(Base):
    """The end of the chain, in one row that is locked while sealing."""

    __tablename__ = "ledger_seal_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


class FreezeRow(Base):
    """Whether the books are frozen, and why, in one row: nothing is posted while they are."""

    __tablename__ = "ledger_freeze"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # NULL: they are not.
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Numbers of the invariants that were found broken, separated by spaces.
    invariants: Mapped[str] = mapped_column(sa.String(80))
