"""The guards of the end of a redemption, to be taken away: what each is there for is then seen."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.ledger.models import AccountRow, HoldRow
from rewards.ledger.operations import holds
from rewards.redemptions import operations
from rewards.redemptions.models import RedemptionRow
from rewards.redemptions.operations import ending
from rewards.redemptions.service import closing

TRIGGER = "redemptions__final"


def take_out_guards(monkeypatch, redemption):
    """Let every end go on with *redemption* as it was read before, and nothing object."""
    monkeypatch.setattr(closing, "lock", lambda _redemption: redemption)
    monkeypatch.setattr(holds, "_close", close_hold_whatever_it_is)
    for module in (operations, ending):
        monkeypatch.setattr(module, "close_redemption", close_redemption_whatever_it_is)
    drop_trigger()


def drop_trigger():
    table = " ON redemptions" if db.engine.dialect.name == "postgresql" else ""
    db.session.execute(sa.text(f"DROP TRIGGER {TRIGGER}{table}"))
    db.session.commit()


def close_hold_whatever_it_is(hold_id, status, *, now):
    closed = db.session.execute(
        sa.update(HoldRow)
        .where(HoldRow.id == hold_id)
        .values(status=status, closed_at=now)
        .returning(HoldRow.account_id, HoldRow.amount)
    ).one()
    db.session.execute(
        sa.update(AccountRow)
        .where(AccountRow.id == closed.account_id)
        .values(held=AccountRow.held - closed.amount)
    )
    return closed.amount


def close_redemption_whatever_it_is(redemption, *, status, actor, now, **_changes):
    db.session.execute(
        sa.update(RedemptionRow)
        .where(RedemptionRow.id == redemption.id)
        .values(status=status, closed_at=now, closed_by=actor.principal)
    )
